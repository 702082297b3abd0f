"""Answers that an evening left unfinished become normal entries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.fakes import ScriptedTranscriber, hearing
from tests.sound_samples import quiet, tone
from tests.vault_samples import header_of, make_entry, make_vault
from voicecheck.domain import Entry, Samples
from voicecheck.errors import ModelError
from voicecheck.paths import Paths
from voicecheck.recovery import recover
from voicecheck.speech.audio import OpusPages
from voicecheck.vault.inbox import pending
from voicecheck.vault.sealed import Recovered
from voicecheck.vault.vault import Vault


@pytest.fixture
def paths_and_vault() -> Iterator[tuple[Paths, Vault]]:
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        yield paths, vault


def leave(vault: Vault, entry: Entry, sound: Samples | None = None, *, with_words: bool = False) -> Recovered:
    """A sealed answer whose process was killed, as the next start finds it."""
    answer = vault.inbox.begin(header_of(entry))
    if sound is not None:
        encoder = OpusPages()
        for page in [*encoder.feed(sound), *encoder.flush()]:
            answer.append_page(page)
    if with_words:
        answer.append_entry(entry)
    answer.sync()
    answer.close()
    (waiting,) = vault.ingest("always").waiting
    return waiting


def spoken() -> Samples:
    """Two seconds that stand out of the room, from 1.5 s on."""
    return np.concatenate([quiet(1.5), tone(2.0, 0.3, 1000.0), quiet(1.5)])


def test_sound_is_written_down_and_kept(paths_and_vault: tuple[Paths, Vault]) -> None:
    """Sound without words gets them now: header, text, times, model, feelings and sound are a normal entry."""
    paths, vault = paths_and_vault
    began = make_entry()
    waiting = leave(vault, began, spoken())
    whisper, done = ScriptedTranscriber("I was so tired"), []
    entry = recover(waiting, vault, whisper, "always", done.append)
    kept = vault.entries.get(began.id)
    assert kept == entry
    assert kept.text == "I was so tired"
    assert (kept.session, kept.prompt, kept.spoken_at) == (began.session, began.prompt, began.spoken_at)
    assert [m.text for m in kept.mentions] == ["tired"]
    assert kept.model == whisper.use
    assert kept.duration_s == pytest.approx(5.0, abs=0.1)
    assert 0.4 <= kept.segments[0].start_s <= 0.6
    assert kept.has_audio
    assert vault.recordings.pages(began.id) == waiting.pages
    assert done
    assert pending(paths.inbox_folder) == []


def test_words_that_were_sealed_are_not_heard_again(paths_and_vault: tuple[Paths, Vault]) -> None:
    """A typed answer, or one whose words were there, keeps them; Whisper is not asked."""
    _, vault = paths_and_vault
    began = make_entry()
    whisper = ScriptedTranscriber()
    entry = recover(leave(vault, began, with_words=True), vault, whisper, "always")
    assert entry.text == began.text
    assert whisper.history == []
    assert entry.mentions


def test_sound_that_gives_no_words_is_marked(paths_and_vault: tuple[Paths, Vault]) -> None:
    """What Whisper is not sure of is an entry without text, its sound marked and kept."""
    _, vault = paths_and_vault
    unsure = hearing("You", logprob=-0.9, no_speech=0.8)
    entry = recover(leave(vault, make_entry(), spoken()), vault, ScriptedTranscriber(unsure), "always")
    assert entry.text == ""
    ((start_s, end_s),) = entry.turns[0].unheard
    assert (start_s, end_s) == (pytest.approx(1.5, abs=0.1), pytest.approx(3.5, abs=0.1))
    assert entry.has_audio


def test_failing_model_leaves_the_sealed_file(paths_and_vault: tuple[Paths, Vault]) -> None:
    """Nothing is destroyed before there is an entry: the next start tries again."""
    paths, vault = paths_and_vault
    waiting = leave(vault, make_entry(), spoken())
    with pytest.raises(ModelError):
        recover(waiting, vault, ScriptedTranscriber(ModelError("Whisper stopped.")), "always")
    assert pending(paths.inbox_folder) == [waiting.path]
    assert recover(waiting, vault, ScriptedTranscriber("I was tired"), "always").text == "I was tired"


def test_sound_is_not_kept_where_none_is_wanted(paths_and_vault: tuple[Paths, Vault]) -> None:
    """With `never` only the words enter the vault."""
    _, vault = paths_and_vault
    began = make_entry()
    assert not recover(leave(vault, began, spoken()), vault, ScriptedTranscriber("I was tired"), "never").has_audio
    assert vault.recordings.pages(began.id) == ()
