"""Failed reads and writes of the vault's files, as errors with a sentence and a hint."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicecheck.errors import VaultError, VaultFullError

_LEAST_ROOM = 64 << 10
"""the index of a WAL, in shared memory, takes half of it"""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_STRANGE = {errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EISDIR}  # EMLINK is FreeBSD's answer to O_NOFOLLOW


def storage_error(error: OSError, doing: str) -> VaultError:
    """Return the VaultError for a failed write or read; `doing` completes "Cannot ..."."""
    if error.errno in _FULL:
        return full_error(doing)
    if error.errno in _REFUSED:
        return VaultError(
            f"Cannot {doing}: writing or reading is not allowed there.",
            "Check who owns the folder, or set VOICECHECK_HOME to a folder of yours.",
        )
    if error.errno in _STRANGE:
        name = Path(error.filename).name if isinstance(error.filename, str) else "its file"
        return VaultError(
            f"Cannot {doing}: {name} is a link, or no ordinary file.",
            "Look where it leads, and move it away; neither it nor what it leads to was changed.",
        )
    if error.errno == errno.EIO:
        return VaultError(
            f"Cannot {doing}: the disk reports an error.", "Check the disk; a backup is worth making now."
        )
    return VaultError(f"Cannot {doing}: {error.strerror or type(error).__name__}.", "See: voicecheck doctor")


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Turn an OSError of the body into its VaultError; `what` completes "Cannot ..."."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, what) from error


def full_error(doing: str) -> VaultFullError:
    return VaultFullError(
        f"Cannot {doing}: the disk is full.", "Free some space, then try again. What was kept is unharmed."
    )


def has_room(folder: Path) -> bool:
    """False only if a small file cannot be written into `folder` because the disk or a quota is used up."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            for _ in range(_LEAST_ROOM // 4096):
                probe.write(bytes(4096))
    except OSError as error:
        return error.errno not in _FULL
    return True


def present(path: Path) -> bool:
    """True if the file exists, be it only a link. Raises VaultError where the folder may not be looked into."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise storage_error(error, f"look for {path}") from error
    return True
