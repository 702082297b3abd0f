"""Answers that an evening left unfinished become normal entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests.fakes import ScriptedTranscriber, hearing
from tests.sound_samples import quiet, tone
from tests.vault_samples import SPOKEN_AT, header_of, make_entry, make_pages, make_vault
from voicecheck.diary import recovery
from voicecheck.diary.recovery import describe, needs_writing_down, recover
from voicecheck.domain import Entry
from voicecheck.errors import AudioError, ModelError
from voicecheck.paths import Paths
from voicecheck.phrases import load_phrases
from voicecheck.speech.audio import OpusPages
from voicecheck.speech.recognition.live import TRY_MARGIN_S
from voicecheck.utterance import Page, Samples
from voicecheck.vault.inbox.inbox import pending
from voicecheck.vault.inbox.sealed_file import Recovered
from voicecheck.vault.ingest import TakenIn
from voicecheck.vault.vault import Vault

PHRASES = load_phrases()


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
    assert entry is not None
    kept = vault.entries.get(began.id)
    assert kept == entry
    assert kept.text == "I was so tired"
    assert (kept.session, kept.prompt, kept.spoken_at) == (began.session, began.prompt, began.spoken_at)
    assert [m.text for m in kept.mentions] == ["tired"]
    assert kept.model == whisper.use
    assert kept.duration_s == pytest.approx(5.0, abs=0.1)
    assert kept.segments[0].start_s == pytest.approx(1.5 - TRY_MARGIN_S, abs=0.1)
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
    assert entry is not None
    assert entry.text == began.text
    assert whisper.history == []
    assert entry.mentions


def test_sound_that_gives_no_words_is_marked(paths_and_vault: tuple[Paths, Vault]) -> None:
    """What Whisper is not sure of is an entry without text, its sound marked and kept."""
    _, vault = paths_and_vault
    unsure = hearing("You", logprob=-0.9, no_speech=0.8)
    entry = recover(leave(vault, make_entry(), spoken()), vault, ScriptedTranscriber(unsure), "always")
    assert entry is not None
    assert entry.text == ""
    ((start_s, end_s),) = entry.turns[0].unheard
    assert (start_s, end_s) == (pytest.approx(1.5, abs=0.1), pytest.approx(3.5, abs=0.1))
    assert entry.has_audio


def test_silence_is_no_entry(paths_and_vault: tuple[Paths, Vault]) -> None:
    """Sound without voice and without words, as of a microphone that was left on, leaves nothing behind."""
    paths, vault = paths_and_vault
    waiting = leave(vault, make_entry(), quiet(6.0))
    assert recover(waiting, vault, ScriptedTranscriber(), "always") is None
    assert vault.entries.count() == 0
    assert pending(paths.inbox_folder) == []


def test_header_alone_is_no_answer(paths_and_vault: tuple[Paths, Vault]) -> None:
    """An answer that broke off before its first second is not offered, and its file goes."""
    paths, vault = paths_and_vault
    vault.inbox.begin(header_of(make_entry())).close()
    assert vault.ingest("always") == TakenIn()
    assert pending(paths.inbox_folder) == []


def test_what_was_said_after_the_words_is_heard(paths_and_vault: tuple[Paths, Vault]) -> None:
    """Words sealed in the middle of an answer do not hide the sound that came after them."""
    _, vault = paths_and_vault
    began = replace(make_entry(), duration_s=1.0)
    waiting = leave(vault, began, spoken(), with_words=True)
    assert needs_writing_down(waiting)
    entry = recover(waiting, vault, ScriptedTranscriber("I was so tired"), "always")
    assert entry is not None
    assert entry.text == "I was so tired"


def test_what_was_said_behind_a_gap_is_heard(paths_and_vault: tuple[Paths, Vault]) -> None:
    """Where a sentence was taken back there is less sound than time; what came after it is written down."""
    _, vault = paths_and_vault
    waiting = leave(vault, replace(make_entry(), duration_s=20.0), with_words=True)
    first, later = make_pages(1)[0], Page(24 * 16_000, 8000, b"")
    assert needs_writing_down(replace(waiting, pages=(first, later)))
    assert not needs_writing_down(replace(waiting, pages=(first,)))


def test_what_was_found_is_said(paths_and_vault: tuple[Paths, Vault]) -> None:
    """Time and length, the day when it is another one, and no word."""
    _, vault = paths_and_vault
    began = make_entry()
    answer = vault.inbox.begin(header_of(began))
    for page in make_pages(130):
        answer.append_page(page)
    answer.sync()
    answer.close()
    (waiting,) = vault.ingest("always").waiting
    assert describe(waiting, SPOKEN_AT + timedelta(hours=1), PHRASES) == "an answer from 21:34, 2 min 10 s"
    assert (
        describe(waiting, SPOKEN_AT + timedelta(days=2), PHRASES)
        == "an answer from Sunday 22 November, 21:34, 2 min 10 s"
    )
    assert describe(replace(waiting, pages=make_pages(9)), SPOKEN_AT, PHRASES) == "an answer from 21:34, 9 s"
    typed = replace(waiting, pages=(), entry=began)
    assert describe(typed, SPOKEN_AT, PHRASES) == "a typed answer from 21:34"


def test_failing_model_leaves_the_sealed_file(paths_and_vault: tuple[Paths, Vault]) -> None:
    """Nothing is destroyed before there is an entry: the next start tries again."""
    paths, vault = paths_and_vault
    waiting = leave(vault, make_entry(), spoken())
    with pytest.raises(ModelError):
        recover(waiting, vault, ScriptedTranscriber(ModelError("Whisper stopped.")), "always")
    assert pending(paths.inbox_folder) == [waiting.path]
    entry = recover(waiting, vault, ScriptedTranscriber("I was tired"), "always")
    assert entry is not None
    assert entry.text == "I was tired"


def test_sound_that_is_none(paths_and_vault: tuple[Paths, Vault], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stranger sealed in the place of sound ends in a clear error and stays sealed; so does too much of it."""
    paths, vault = paths_and_vault
    answer = vault.inbox.begin(header_of(make_entry()))
    for page in make_pages(2):
        answer.append_page(page)
    answer.sync()
    answer.close()
    (waiting,) = vault.ingest("always").waiting
    with pytest.raises(AudioError):
        recover(waiting, vault, ScriptedTranscriber(), "always")
    for fault in (MemoryError(), ValueError("layout")):
        monkeypatch.setattr(recovery, "decode_pages", _failing(fault))
        with pytest.raises(AudioError):
            recover(waiting, vault, ScriptedTranscriber(), "always")
    assert pending(paths.inbox_folder) == [waiting.path]
    assert [vault.tell_once(waiting) for _ in range(3)] == [True, False, False]


def test_sound_is_not_kept_where_none_is_wanted(paths_and_vault: tuple[Paths, Vault]) -> None:
    """With `never` only the words enter the vault."""
    _, vault = paths_and_vault
    began = make_entry()
    entry = recover(leave(vault, began, spoken()), vault, ScriptedTranscriber("I was tired"), "never")
    assert entry is not None
    assert not entry.has_audio
    assert vault.recordings.pages(began.id) == ()


def _failing(fault: Exception) -> Callable[[Sequence[Page]], Samples]:
    def decode(pages: Sequence[Page]) -> Samples:
        raise fault

    return decode
