"""A watched folder: memos that settled are sealed without a key, and no file goes before its sealed copy is durable."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.sound_samples import write_wav
from tests.unit.watching import NOW, SOUND, Place, killed_at
from voicecheck import files
from voicecheck.diary import watched
from voicecheck.diary.watched import Looked, Watched, memo_files, move_into, seal_memo
from voicecheck.domain import EntryKind
from voicecheck.errors import VaultError, VoicecheckError
from voicecheck.vault.inbox.inbox import pending


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# What is taken in


def test_a_memo_is_sealed_while_locked_and_its_file_erased(place: Place) -> None:
    """Sound, day and kind are in the inbox, and the folder is empty; no key was there."""
    place.memo()
    assert place.look() == Looked(1)
    assert list(place.folder.iterdir()) == []
    (sealed,) = place.sealed()
    assert place.whole()
    assert sealed.header.kind is EntryKind.IMPORT
    assert f"{sealed.header.spoken_at:%Y-%m-%d %H:%M}" == "2026-10-12 21:30"


def test_it_can_be_moved_and_nothing_is_written_over(place: Place, tmp_path: Path) -> None:
    """A file of the same name in the other folder stays as it is."""
    content = place.memo("a.wav").read_bytes()
    elsewhere = tmp_path / "kept"
    elsewhere.mkdir()
    (elsewhere / "a.wav").write_text("mine")
    assert place.look(elsewhere).sealed == 1
    assert (elsewhere / "a.wav").read_text() == "mine"
    assert (elsewhere / "a (2).wav").read_bytes() == content
    assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize("linked", [True, False])
def test_a_move_to_a_disk_without_links_copies(tmp_path: Path, linked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy has the content and the times, and takes no name that is taken."""
    if not linked:
        monkeypatch.setattr(os, "link", _no_link)
    other = tmp_path / "other"
    other.mkdir()
    (other / "m.wav").write_bytes(b"mine")
    path = tmp_path / "m.wav"
    path.write_bytes(b"sound" * 1000)
    os.utime(path, (1_000, 2_000))
    target = move_into(path, other)
    assert (target.read_bytes(), target.stat().st_mtime, path.exists()) == (b"sound" * 1000, 2_000, False)
    assert (other / "m.wav").read_bytes() == b"mine"


def _no_link(source: object, target: object, **_: object) -> None:
    if os.path.lexists(str(target)):
        raise FileExistsError(17, "exists")
    raise PermissionError(1, "no links here")


@pytest.mark.parametrize(
    "name",
    [
        ".syncthing.memo.wav.tmp", "~syncthing~memo.wav.tmp", ".hidden.wav", "memo.wav.part", "notes.txt",
        "memo.sync-conflict-20261012-213000-ABCDEFG.wav", "memo.wav.crdownload", ".memo.wav", "~syncthing~memo.wav",
    ],
)  # fmt: skip
def test_foreign_files_are_left_alone(place: Place, name: str) -> None:
    """What another program still writes, and what is no memo, is not even looked at."""
    path = place.memo("x.wav").rename(place.folder / name)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert place.look() == Looked()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert place.sealed() == []


def test_links_and_folders_are_left_alone(place: Place, tmp_path: Path) -> None:
    """A link in the folder leads to no file that is erased elsewhere."""
    elsewhere = write_wav(tmp_path / "mine.wav", SOUND)
    (place.folder / "link.wav").symlink_to(elsewhere)
    (place.folder / "folder.wav").mkdir()
    os.mkfifo(place.folder / "pipe.wav")
    assert place.look() == Looked()
    assert elsewhere.exists()


def test_a_file_with_another_name_elsewhere_keeps_its_content_there(place: Place, tmp_path: Path) -> None:
    """Erasing takes the name in the folder alone: the other may be the person's own copy."""
    path = place.memo()
    os.link(path, tmp_path / "copy.wav")
    content = path.read_bytes()
    assert place.look().sealed == 1
    assert (path.exists(), (tmp_path / "copy.wav").read_bytes()) == (False, content)


@pytest.mark.parametrize("damage", ["half", "empty", "noise", "no sound"])
def test_what_cannot_be_read_whole_stays(place: Place, damage: str) -> None:
    """A file that is cut, empty or no sound lies where it lay, and nothing of it is in the inbox."""
    path = place.memo()
    content = path.read_bytes()
    path.write_bytes(
        {"half": content[: len(content) // 2], "empty": b"", "noise": os.urandom(4000)}.get(damage, b"RIFF")
    )
    held = path.read_bytes()
    found = place.look()
    assert (found.sealed, [one.path for one in found.left]) == (0, [path])
    assert path.read_bytes() == held
    assert place.sealed() == []


# What has settled


def test_a_file_that_still_grows_is_waited_for(place: Place) -> None:
    """It is taken in once it has been the same for the whole wait, and then it is whole."""
    whole = place.memo("src.wav").read_bytes()
    (place.folder / "src.wav").unlink()
    path = place.folder / "memo.wav"
    parts = iter([whole[:4000], whole[:9000], whole])
    path.write_bytes(whole[:100])

    def waiting(_: float) -> None:
        assert place.sealed() == []
        if (content := next(parts, None)) is not None:
            path.write_bytes(content)

    assert place.look(waiting=waiting).sealed == 1
    assert place.whole()


def test_a_file_that_somebody_has_open_to_write_is_waited_for(place: Place) -> None:
    """A copy that pauses looks settled: who still holds it open is noticed."""
    path = place.memo()
    holder = path.open("r+b")
    looks = 0

    def waiting(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            assert place.sealed() == []
            holder.close()

    assert place.look(waiting=waiting).sealed == 1
    assert looks == 3


def test_what_never_settles_ends_the_look(place: Place) -> None:
    """No process waits for ever; the next change in the folder begins anew."""
    path, count = place.memo(), 0

    def waiting(_: float) -> None:
        nonlocal count
        count += 1
        os.utime(path, (count, count))

    assert place.look(waiting=waiting) == Looked()
    assert count == watched.MOST_LOOKS
    assert path.exists()


@pytest.mark.parametrize("when", ["while it is read", "when it is sealed"])
def test_a_file_that_changes_meanwhile_is_not_erased(place: Place, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another file in its place, or more of it, is none that was sealed: it stays, and no half copy is left sealed."""
    path = place.memo()
    other = write_wav(place.folder.parent / "other.wav", np.concatenate([SOUND, SOUND]))

    def changing(real: Callable[..., Any]) -> Callable[..., Any]:
        def then(*args: Any, **named: Any) -> Any:
            result = real(*args, **named)
            Path(shutil.copy(other, other.with_name("again.wav"))).replace(path)
            return result

        return then

    if when == "while it is read":
        monkeypatch.setattr(watched, "_append_sound", changing(watched._append_sound))
    else:
        monkeypatch.setattr(watched.SealedAnswer, "finish", changing(watched.SealedAnswer.finish))
    with pytest.raises(VoicecheckError, match="changed"):
        seal_memo(path, Watched(place.folder), place.inbox, NOW)
    assert path.read_bytes() == other.read_bytes()
    assert place.sealed() == []


def test_a_full_disk_erases_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be made durable every file lies where it lay."""
    path = place.memo()
    content = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(VaultError):
            place.look()
    assert path.read_bytes() == content
    assert place.look().sealed == 1


# Killed at any moment


@pytest.mark.parametrize("moved", [False, True])
def test_killed_at_any_moment_the_file_or_its_sealed_copy_is_whole(place: Place, tmp_path: Path, moved: bool) -> None:
    """And the next look brings it to its end: one whole sealed memo, and nothing left in the folder."""
    move_to = tmp_path / "kept" if moved else None
    if move_to is not None:
        move_to.mkdir()
    content = place.memo().read_bytes()
    moment = 0
    while True:
        moment += 1
        path = place.folder / "Recording_20261012_213000.wav"
        path.write_bytes(content)
        for sealed in pending(place.paths.inbox_folder):
            sealed.unlink()
        for copy in () if move_to is None else move_to.iterdir():
            copy.unlink()  # else each new try looks for a name longer than the one before
        ended = not killed_at(place, moment, move_to)
        held = path.read_bytes() if path.exists() else b""
        assert held == content or place.whole(), moment
        if ended:
            break
        if moment % 6 == 0:
            assert place.look(move_to).sealed + place.whole() >= 1
    assert moment > 15
    assert not path.exists() and place.whole()


def test_the_file_goes_only_when_the_sealed_copy_is_durable(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content, end and name of the sealed copy were made durable before the first byte of the file is touched."""
    path, synced = place.memo(), set[int]()
    fsync, write = os.fsync, os.write

    def syncing(descriptor: int) -> None:
        fsync(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    def writing(descriptor: int, content: Any) -> int:
        synced.discard(os.fstat(descriptor).st_ino)
        return write(descriptor, content)

    def erasing(at: Path, descriptor: int) -> None:
        (sealed,) = pending(place.paths.inbox_folder)
        assert place.whole()
        assert {sealed.stat().st_ino, sealed.parent.stat().st_ino} <= synced
        files.shred(at, os.open(at, os.O_RDWR))

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "write", writing)
    monkeypatch.setattr(watched, "_erase", erasing)
    assert place.look().sealed == 1
    assert not path.exists()


def test_the_oldest_comes_first(place: Place) -> None:
    """Memos are sealed in the order in which their files were written."""
    names = [f"{number}.wav" for number in range(5)]
    random.Random(3).shuffle(names)
    for age, name in enumerate(names):
        path = place.folder / name
        path.write_bytes(b"")
        os.utime(path, (age, age))
    assert [path.name for path in memo_files(place.folder)] == names
