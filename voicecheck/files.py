"""Private files: created 0600, locked, written whole or not at all, durable, shredded."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from voicecheck.errors import VoicecheckError
from voicecheck.signals import undisturbed

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends in sealed bytes
# A link may lead out of the vault, and opening a pipe that nobody writes to waits for ever.
_NOT_WAITING = _BINARY | getattr(os, "O_NONBLOCK", 0)
_ORDINARY = _NOT_WAITING | getattr(os, "O_NOFOLLOW", 0)
_SHRED_STEP = 1 << 20
SHREDDED = b"VCGONE\n"
"""the first bytes of a file that is being destroyed"""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}
"""how some network and FUSE file systems answer when a folder is to be synced"""


class Owned:
    """An open file that is closed once, at the end of a `with` or by `close`, unless it was handed on."""

    def __init__(self, descriptor: int = -1) -> None:
        self.descriptor = descriptor
        """-1 where no file is open, or none any more"""

    def hand_on(self) -> int:
        """The descriptor, for whoever closes it from now on."""
        descriptor, self.descriptor = self.descriptor, -1
        return descriptor

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.hand_on())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def create_private(path: Path) -> int:
    """Create a file, 0600 whatever the umask, and return its descriptor. Raises OSError, also if one is there."""
    with Owned(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)) as file:
        _make_private(file.descriptor)
        return file.hand_on()


def open_private(path: Path) -> int:
    """Open a file to read and write, made 0600 if it is missing. Return its descriptor. Raises OSError."""
    try:
        return create_private(path)
    except FileExistsError:
        with Owned(open_existing(path)) as file:
            _make_private(file.descriptor)
            return file.hand_on()


def open_existing(path: Path) -> int:
    """Open an ordinary file to read and write. Raises OSError, also for a link, a pipe, a device or a folder."""
    return _open_ordinary(path, os.O_RDWR)


def open_to_read(path: Path) -> int:
    """Open an ordinary file to read. Raises OSError as `open_existing` does."""
    return _open_ordinary(path, os.O_RDONLY)


def open_followed(path: Path) -> int:
    """Open whatever is there to read, links followed: for files whose place the person chose. Raises OSError."""
    return os.open(path, os.O_RDONLY | _NOT_WAITING)


def close_to_others(path: Path) -> bool:
    """Set a folder of ours to 0700, an ordinary file to 0600. Return True if it was more open than that."""
    if sys.platform == "win32":
        return False
    try:
        state = path.lstat()
        known = stat.S_ISDIR(state.st_mode) or stat.S_ISREG(state.st_mode)
        if not known or state.st_uid != os.geteuid() or not state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            return False
        # Not by a descriptor: closing one would let go of the locks that SQLite may hold on the same file.
        path.chmod(stat.S_IMODE(state.st_mode) & stat.S_IRWXU)
    except OSError:  # gone, or a disk without permissions, or one that is only to be read
        return False
    return True


def close_folders(*folders: Path) -> bool:
    """Close folders and all that lies in them to others. Return True if anything had been open."""
    with suppress(OSError):  # what may not be looked into is told of when it is opened
        inside = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
        return sum(map(close_to_others, (*folders, *inside))) > 0
    return False


def read_ordinary(path: Path, most_bytes: int) -> bytes:
    """Return an ordinary file's content, at most one byte more than `most_bytes`. Raises OSError."""
    with os.fdopen(open_to_read(path), "rb") as file:
        return file.read(most_bytes + 1)


def read_opened(descriptor: int, most_bytes: int) -> bytes:
    """Read an open file from its beginning, as `read_ordinary` does."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(most_bytes + 1)


def size_of(path: Path) -> int:
    """Return the bytes of an ordinary file; 0 for anything else and for what is missing."""
    try:
        state = path.lstat()
    except OSError:
        return 0
    return state.st_size if stat.S_ISREG(state.st_mode) else 0


def write_all(descriptor: int, content: bytes, offset: int) -> None:
    """Write at `offset` and cut the file there. Not durable before fsync. Raises OSError."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.ftruncate(descriptor, offset + len(content))


def try_lock(descriptor: int) -> bool:
    """Take the lock of an open file. It falls when the descriptor is closed or its process dies. Raises OSError."""
    try:
        _lock(descriptor, wait=False)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def wait_for_lock(descriptor: int) -> None:
    """Wait for the lock of a file that somebody may hold for a moment. Raises OSError."""
    _lock(descriptor, wait=True)


def shred(path: Path, descriptor: int) -> None:
    """Mark as destroyed, overwrite, cut to nothing and unlink; closes `descriptor`. Raises OSError.

    Where another file lies at `path` by now, that one stays.
    The mark comes first and durably, so that a file that was killed half overwritten is not taken for a damaged one.
    A flash disk or a snapshot may keep older blocks: they are of a file whose key is gone with it.
    """
    with Owned(descriptor):
        overwrite(descriptor)
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
        ours = lies_at(path, descriptor)
    if ours:
        path.unlink(missing_ok=True)


def shred_unless_held(path: Path) -> None:
    """Destroy the file, unless a process holds its lock. Raises OSError."""
    with Owned(open_existing(path)) as file:
        if try_lock(file.descriptor):
            shred(path, file.hand_on())


def lies_at(path: Path, descriptor: int) -> bool:
    """True if the open file is the one at `path`. Raises OSError."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def overwrite(descriptor: int) -> None:
    """Write the mark of destruction, then random bytes over the whole length, both durable. Raises OSError."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, SHREDDED)
    os.fsync(descriptor)
    for start in range(len(SHREDDED), size, _SHRED_STEP):
        os.write(descriptor, os.urandom(min(_SHRED_STEP, size - start)))
    os.fsync(descriptor)


def _open_ordinary(path: Path, access: int) -> int:
    if sys.platform == "win32" and path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    with Owned(os.open(path, access | _ORDINARY)) as file:
        if not stat.S_ISREG(os.fstat(file.descriptor).st_mode):
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO), str(path))
        return file.hand_on()


def _make_private(descriptor: int) -> None:
    if sys.platform != "win32":
        os.fchmod(descriptor, 0o600)


def _lock(descriptor: int, *, wait: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0x7FFFFFF0, os.SEEK_SET)  # beyond any content: Windows' locks also stop readers
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def make_private_folder(folder: Path) -> None:
    """Create `folder` and its parents, 0700 for what is made here, whatever the umask.

    Raises VoicecheckError when the place cannot be written.
    """
    try:
        missing = [p for p in (folder, *folder.parents) if not p.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
            path.chmod(0o700)
            sync_folder(path.parent)
        if not folder.is_dir():
            raise VoicecheckError(f"{folder} is not a folder.", "Move it away, or set VOICECHECK_HOME elsewhere.")
    except OSError as error:
        raise VoicecheckError(
            f"Cannot create the folder {folder}: {error.strerror or error}.",
            "Make the place writable, or set VOICECHECK_HOME to a folder of yours.",
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` in one durable step, 0600: whoever reads it sees the old content or the new, never a part.

    Raises OSError; the old content then still stands.
    """
    with _durable_beside(path, content) as temporary:
        temporary.replace(path)


def write_new(path: Path, content: bytes) -> None:
    """Write a new file as `write_atomically` does, never over one that is there. Raises OSError.

    Of two who write at once one raises FileExistsError.
    """
    with _durable_beside(path, content) as temporary:
        name_new(temporary, path)


def name_new(temporary: Path, path: Path) -> None:
    """Give a finished file its name, in the same folder; its old name may stay. Raises OSError, FileExistsError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first, and filled at once
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        temporary.replace(path)


@contextmanager
def _durable_beside(path: Path, content: bytes) -> Iterator[Path]:
    """Yield a temporary file with `content`, 0600, beside `path`; makes its new name durable, and removes itself."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, _NEW, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
        sync_folder(path.parent)
    finally:
        _remove(temporary)


@undisturbed
def _remove(temporary: Path) -> None:
    temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> bool:
    """Make a rename or a new name in `folder` durable; False where the file system syncs no folders."""
    if os.name != "posix":
        return True  # Windows does it by itself
    try:
        opened = Owned(os.open(folder, os.O_RDONLY))
    except PermissionError:  # a folder that others may put things into, and not look into
        return False
    with opened:
        try:
            os.fsync(opened.descriptor)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise
            return False
    return True


def typed_folder(text: str) -> Path | None:
    """Return the folder that somebody named, where there is one; `~` is a home. None for anything else, however odd."""
    try:
        folder = Path(text).expanduser()
        return folder if folder.is_dir() else None
    except (RuntimeError, ValueError, OSError):  # the home of nobody, a zero byte, a name too long, no right to look
        return None
