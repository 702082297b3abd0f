"""Voice memos that land in a watched folder: settled, sealed into the inbox without a key, then erased or moved.

The order is what counts: a memo leaves its folder only after its sealed copy is durable, and only if it still is, byte
for byte, what was sealed. Nothing is remembered between two looks. The id of a memo ends in a hash of the file, by
which the open vault drops one that came twice (`memos.come_before`).
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voicecheck.diary.memos import Memo, fingerprint_of, look_at
from voicecheck.domain import EntryKind, new_id
from voicecheck.errors import AudioError, VaultError, VoicecheckError
from voicecheck.files import Owned, lies_at, open_to_read, shred, sync_folder, try_lock
from voicecheck.speech.audio import OpusPages
from voicecheck.speech.sound_file import decode_file, is_damaged
from voicecheck.utterance import SAMPLE_RATE_HZ
from voicecheck.vault.inbox.inbox import AnswerHeader, Inbox, SealedAnswer
from voicecheck.vault.inbox.sealed_file import MOST_SAMPLES

ENDINGS = frozenset((".m4a", ".mp3", ".ogg", ".opus", ".oga", ".wav", ".flac", ".aac", ".amr", ".3gp", ".caf", ".webm"))
CONFLICT = ".sync-conflict-"
"""in the name of Syncthing's second copy of a file that was changed in two places"""
UNFINISHED = ("~syncthing~", ".syncthing.")
"""how the names of files begin that Syncthing still writes"""
SETTLED_S = 5.0
"""a file that is the same after this time, and that nobody has open to write, is finished"""
MOST_LOOKS = 60
"""in which nothing settles; then the next change in the folder begins anew"""
SYNC_PAGES = 256

State = tuple[int, int, int, int, int]
"""device, file, bytes, times of the last change of its content and of anything about it"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder, and what becomes of a memo in it once it is sealed."""

    folder: Path
    move_to: Path | None = None
    """None: it is erased"""


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was left where it lies, with the reason."""

    path: Path
    why: VoicecheckError


@dataclass(frozen=True, slots=True)
class Looked:
    """Result of looking into the folder until all in it was settled."""

    sealed: int = 0
    left: tuple[Left, ...] = ()


def memo_files(folder: Path) -> dict[Path, State]:
    """Return the ordinary files right in the folder that may be memos, oldest first. Raises VoicecheckError."""
    found: dict[Path, State] = {}
    try:
        for path in folder.iterdir():
            with suppress(FileNotFoundError):  # gone since it was listed
                state = path.lstat()
                if _may_be_memo(path.name) and stat.S_ISREG(state.st_mode):
                    found[path] = _state(state)
    except OSError as error:
        raise VoicecheckError(f"{folder} cannot be looked into: {error.strerror}.", "Check the folder.") from error
    return dict(sorted(found.items(), key=lambda one: (one[1][3], one[0])))


def _may_be_memo(name: str) -> bool:
    hidden = name.startswith((".", *UNFINISHED))
    return not hidden and CONFLICT not in name and Path(name).suffix.lower() in ENDINGS


def take_in_folder(
    watched: Watched,
    inbox: Inbox,
    wait: Callable[[float], None],
    now: Callable[[], datetime],
    *,
    language: str = "",
    timezone: str = "",
) -> Looked:
    """Seal every memo that has settled, and let its file go, until none is left that may still settle.

    `language` is that in which memos are spoken, where the person has set one. Raises VaultError where nothing can be
    sealed: then every file lies where it lay.
    """
    sealed, left = 0, dict[tuple[Path, State], Left]()
    for path, state in _settled(watched.folder, left, wait):
        try:
            seal_memo(path, watched, inbox, now(), language=language, timezone=timezone)
            sealed += 1
        except VaultError:
            raise
        except VoicecheckError as error:
            left[path, state] = Left(path, error)
        except OSError as error:
            left[path, state] = Left(path, VoicecheckError(f"{path.name}: {error.strerror}.", "Check the file."))
    return Looked(sealed, tuple(left.values()))


def _settled(
    folder: Path, left: dict[tuple[Path, State], Left], wait: Callable[[float], None]
) -> Iterator[tuple[Path, State]]:
    """Yield each file that is the same in two looks; those in `left` were yielded, and stay."""
    before, looks = memo_files(folder), 0
    while looks < MOST_LOOKS and any(one not in left for one in before.items()):
        wait(SETTLED_S)
        seen = memo_files(folder)
        settled = [(path, state) for path, state in seen.items() if before.get(path) == state and not _written(path)]
        ready = [one for one in settled if one not in left]
        yield from ready
        looks = 0 if ready else looks + 1
        before = memo_files(folder) if ready else seen


def _written(path: Path) -> bool:
    """True if a process on this computer has the file open to write; False where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return False
    import fcntl

    with suppress(OSError), Owned(open_to_read(path)) as file:
        try:
            fcntl.fcntl(file.descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            return True
        fcntl.fcntl(file.descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def seal_memo(
    path: Path, watched: Watched, inbox: Inbox, now: datetime, *, language: str = "", timezone: str = ""
) -> None:
    """Seal one memo, then erase or move its file. Raises VoicecheckError, OSError; the file is where it was then."""
    with Owned(open_to_read(path)) as file:
        if not try_lock(file.descriptor):
            raise VoicecheckError(f"{path.name} is being taken in.", "Wait a moment.")
        before, memo = _state(os.fstat(file.descriptor)), look_at(path, now)
        header = AnswerHeader(
            memo.entry_id, new_id(memo.spoken_at), EntryKind.IMPORT, memo.spoken_at, None, "", language, timezone
        )
        sealed = inbox.begin(header)
        try:
            _append_sound(sealed, path)
            _check_same(path, file.descriptor, before, memo)
            sealed.finish()
            _check_same(path, file.descriptor, before)
        except BaseException:
            sealed.discard()
            raise
        if watched.move_to is None:
            _erase(path, file.descriptor)
        else:
            move_into(path, watched.move_to)


def _append_sound(sealed: SealedAnswer, path: Path) -> None:
    """Append the whole sound of the file. Raises AudioError for one that is damaged, or longer than is read again."""
    encoder, samples, pages, missing = OpusPages(), 0, 0, list[float]()
    for piece in decode_file(path, missing.append):
        samples += len(piece)
        if samples + SAMPLE_RATE_HZ > MOST_SAMPLES:  # the last page is filled up
            hours = MOST_SAMPLES // SAMPLE_RATE_HZ // 3600
            raise AudioError(f"{path.name} is longer than {hours} hours.", "Take it in by hand, or cut it.")
        for page in encoder.feed(piece):
            sealed.append_page(page)
            pages += 1
            if pages % SYNC_PAGES == 0:
                sealed.sync()
    if missing:
        raise is_damaged(path.name, missing[0])
    for page in encoder.flush():
        sealed.append_page(page)


def _check_same(path: Path, descriptor: int, before: State, memo: Memo | None = None) -> None:
    """Raise VoicecheckError unless the file is what was read of it; with `memo` byte for byte."""
    same = memo is None or fingerprint_of(path) == memo.fingerprint
    if not same or not lies_at(path, descriptor) or _state(os.fstat(descriptor)) != before:
        raise VoicecheckError(f"{path.name} changed while it was read.", "It is looked at again when it changes.")


def _erase(path: Path, descriptor: int) -> None:
    """Overwrite the file and remove its name. One with further names elsewhere only loses this one."""
    if os.fstat(descriptor).st_nlink == 1:
        with suppress(PermissionError), Owned(os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))) as again:
            if lies_at(path, descriptor) and os.path.samestat(os.fstat(again.descriptor), os.fstat(descriptor)):
                shred(path, again.hand_on())
    if lies_at(path, descriptor):
        path.unlink()
    sync_folder(path.parent)


def move_into(path: Path, folder: Path) -> Path:
    """Move a file into a folder under a name that is free there, and return it. Raises OSError; then it stays."""
    for number in range(1, 10_000):
        target = folder / (path.name if number == 1 else f"{path.stem} ({number}){path.suffix}")
        try:
            os.link(path, target)
        except FileExistsError:
            continue
        except OSError:  # another disk, or one without links
            if not _copied(path, target):
                continue
        sync_folder(folder)
        path.unlink()
        sync_folder(path.parent)
        return target
    raise FileExistsError(17, "too many files of this name are there", str(folder))


def _copied(path: Path, target: Path) -> bool:
    """Write a durable copy, with the times of the file; False where a file of this name is there already."""
    state = path.lstat()
    try:
        copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        return False
    try:
        with os.fdopen(copy, "wb") as written, path.open("rb") as read:
            while chunk := read.read(1 << 20):
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return True


def _state(state: os.stat_result) -> State:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns
