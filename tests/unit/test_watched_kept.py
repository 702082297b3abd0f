"""Memos of a watched folder on their way from the inbox into the vault, and the command's words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import LoudnessDetector, ScriptedTranscriber
from tests.sound_samples import quiet, write_wav
from tests.unit.watching import Place, killed_at
from voicecheck.cli.entry import watching as command
from voicecheck.cli.main import run
from voicecheck.cli.models import recogniser
from voicecheck.diary import recovery
from voicecheck.domain import EntryKind
from voicecheck.errors import ExitCode
from voicecheck.vault.inbox.inbox import pending
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

SAID = "today I feel calm and that is all there is to say about it"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# Written down when the vault is next opened


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedTranscriber]:
    whisper = ScriptedTranscriber(last=SAID)
    monkeypatch.setattr(recogniser, "load_recogniser", lambda *_: whisper)
    monkeypatch.setattr(recovery, "VoiceDetector", LoudnessDetector)
    monkeypatch.setattr(command, "wait", lambda _: None)
    yield whisper


@pytest.fixture
def opened(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key file opens the same vault."""
    key = KeyFile(tmp_path / "key")
    key.prepare()
    KeySlots.load(place.paths.slots_file).add(place.key, key)
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(key.path))


def test_at_the_next_unlock_it_is_an_entry_of_its_day(opened: None, place: Place, ears: ScriptedTranscriber) -> None:
    """Written down, tagged, with its sound; the inbox is empty."""
    place.memo()
    assert run(["import", "look", "--erase", str(place.folder)]) == ExitCode.DONE
    assert run(["vault", "unlock"]) == ExitCode.DONE
    with Vault.open(place.paths, place.key) as vault:
        (entry,) = vault.entries.list()
        assert (entry.text, entry.kind, entry.has_audio) == (SAID, EntryKind.IMPORT, True)
        assert [mention.lemma for mention in entry.mentions] == ["calm"]
    assert pending(place.paths.inbox_folder) == []


def test_the_same_memo_is_kept_once(opened: None, place: Place, ears: ScriptedTranscriber) -> None:
    """Under two names at once, and dropped once more later: one entry, and every file has gone."""
    for names in (("Recording_20261012_213000.wav", "copy.wav"), ("again 2026-10-14.wav",)):
        for name in names:
            place.memo(name)
        assert run(["import", "look", "--erase", str(place.folder)]) == ExitCode.DONE
        assert run(["vault", "unlock"]) == ExitCode.DONE
    with Vault.open(place.paths, place.key) as vault:
        assert vault.entries.count() == 1
    assert (pending(place.paths.inbox_folder), list(place.folder.iterdir())) == ([], [])


def test_a_copy_that_broke_off_is_made_anew(opened: None, place: Place, ears: ScriptedTranscriber) -> None:
    """A look that was killed leaves half a copy beside the whole file: nobody is asked, and one entry comes of it."""
    place.memo()
    assert killed_at(place, 9, None)
    assert [one.complete for one in place.sealed()] == [False]
    assert run(["vault", "unlock"]) == ExitCode.DONE
    assert place.sealed() == []
    assert place.look().sealed == 1
    assert run(["vault", "unlock"]) == ExitCode.DONE
    with Vault.open(place.paths, place.key) as vault:
        assert vault.entries.count() == 1


def test_a_memo_without_a_word_keeps_its_sound(opened: None, place: Place, ears: ScriptedTranscriber) -> None:
    """Its own file has gone, so what could not be heard is kept to be played."""
    ears.last = ""
    write_wav(place.folder / "memo.wav", quiet(3.0))
    assert place.look().sealed == 1
    assert run(["vault", "unlock"]) == ExitCode.DONE
    with Vault.open(place.paths, place.key) as vault:
        assert [(entry.text, entry.has_audio) for entry in vault.entries.list()] == [("", True)]


def test_other_commands_tell_that_memos_wait(
    opened: None, place: Place, ears: ScriptedTranscriber, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are no answers that broke off, and nobody is asked to decide about them."""
    place.memo()
    place.look()
    assert run(["feeling", "words"]) == ExitCode.DONE
    told = capsys.readouterr().err
    assert "One voice memo came in" in told
    assert "not finished" not in told


# The command


def test_status_tells_what_lies_there(opened: None, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a folder nothing is watched, and that is said."""
    assert run(["import", "watch"]) == ExitCode.DONE
    assert "No folder is watched." in capsys.readouterr().out
    assert run(["import", "watch", "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["watching"] is False


@pytest.mark.parametrize(
    "words",
    [["FOLDER"], ["FOLDER", "--erase", "--move", "x"], ["FOLDER", "--move", "FOLDER"], ["missing", "--erase"],
     ["FOLDER", "--off"], ["--erase"], ["VAULT", "--erase"]],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(opened: None, place: Place, words: list[str]) -> None:
    """Nothing is switched on without a word on what becomes of the files, or on the vault's own folder."""
    named = {"FOLDER": str(place.folder), "VAULT": str(place.paths.inbox_folder)}
    assert run(["import", "watch", *(named.get(word, word) for word in words)]) == ExitCode.USAGE
