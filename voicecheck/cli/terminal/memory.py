"""A folder that lies in memory, for a text that a person's editor needs as a file.

A folder counts as memory when the system says so (tmpfs), and not by its name. Its process holds a lock on it, so that
one whose process was killed is known at the next start, and destroyed there.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voicecheck.errors import UsageError
from voicecheck.files import open_existing, shred, try_lock
from voicecheck.signals import undisturbed

OWN_PAGE = "Leave --editor out: a page to write on opens here."
MEMORY_FOLDERS = ("/dev/shm", "/run/user")  # noqa: S108 - used only where the kernel says that it is in memory
MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})
PREFIX = "voicecheck-"


@contextmanager
def memory_folder() -> Iterator[Path]:
    """Yield a new folder in memory, 0700; its content is overwritten and removed. Raises OSError, UsageError."""
    folder = _memory_place() / f"{PREFIX}{secrets.token_hex(8)}"
    unheld = folder.with_name(f".{folder.name}")
    try:  # a signal may come before the first line inside
        unheld.mkdir(mode=0o700)
        descriptor = os.open(unheld, os.O_RDONLY)
        try:
            try_lock(descriptor)
            unheld.rename(folder)
            yield folder
        finally:
            _destroy(folder)
            os.close(descriptor)
    finally:
        _destroy(unheld)
        _destroy(folder)


def sweep_memory() -> None:
    """Destroy the folders of processes that were killed."""
    if os.name != "posix":
        return
    for place in filter(None, _places()):
        folders: list[Path] = []
        with suppress(OSError):  # another user's, behind sudo
            folders = list(Path(place).glob(f"{PREFIX}*"))
        for folder in folders:
            with suppress(OSError):  # of somebody else, or gone
                descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    if os.fstat(descriptor).st_uid == os.geteuid() and try_lock(descriptor):
                        _destroy(folder)
                finally:
                    os.close(descriptor)


@undisturbed
def _destroy(folder: Path) -> None:
    try:
        for path in (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
            shred(path, open_existing(path))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _places() -> tuple[str, ...]:
    return (os.environ.get("XDG_RUNTIME_DIR", ""), *MEMORY_FOLDERS)


def _memory_place() -> Path:
    mounts = _mounts()
    for name in _places():
        place = Path(name)
        if name and os.access(place, os.W_OK) and _file_system_of(place.resolve(), mounts) in MEMORY_FILE_SYSTEMS:
            return place
    raise UsageError("This system shows no folder that lies in memory only.", OWN_PAGE)


def _mounts() -> dict[Path, str]:
    """Return the mount points with their file systems; a later mount on the same place covers the earlier one."""
    if not sys.platform.startswith("linux"):
        return {}
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return {Path(fields[1]): fields[2] for fields in map(str.split, lines)}


def _file_system_of(place: Path, mounts: dict[Path, str]) -> str:
    return next((mounts[one] for one in (place, *place.parents) if one in mounts), "")
