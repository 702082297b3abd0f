"""Unfinished files: locked while they are written, destroyed unless they get their final name."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voicecheck.files import Owned, create_private, lies_at, open_existing, shred, try_lock
from voicecheck.signals import undisturbed


@contextmanager
def held_part(path: Path) -> Iterator[int]:
    """Yield a new locked file, 0600, as a descriptor. At the end whatever still lies at `path` goes. Raises OSError."""
    unheld = path.with_suffix(".new")
    part = Owned()
    try:  # a signal may come before the first line inside
        part.descriptor = create_private(unheld)
        with suppress(OSError):  # where nothing can be locked, no leftover is told from one in use, and all stay
            try_lock(part.descriptor)
        unheld.rename(path)
        yield part.descriptor
    finally:
        _end(part, unheld, path)


def remove_leftovers(folder: Path, pattern: str) -> None:
    """Destroy the parts of processes that were killed; those that are held stay."""
    for path in folder.glob(pattern):
        with suppress(OSError), Owned(open_existing(path)) as part:
            if try_lock(part.descriptor):
                _remove(path, part)
                for beside in path.parent.glob(f"{glob.escape(path.name)}-*"):  # of SQLite
                    beside.unlink(missing_ok=True)


@undisturbed
def _end(part: Owned, *places: Path) -> None:
    """Close the part, and remove it wherever it lies."""
    with part:
        there = [path for path in places if part.descriptor >= 0 and lies_at(path, part.descriptor)]
        for path in there[:1]:
            _remove(path, part)
    for path in places:
        path.unlink(missing_ok=True)


def _remove(path: Path, part: Owned) -> None:
    """Remove a part, unless it has its final name already: then it is the whole file itself, and never harmed.

    Where a disk lets nothing be overwritten, the part goes all the same.
    """
    if os.fstat(part.descriptor).st_nlink > 1:
        part.close()
    else:
        with suppress(OSError):
            shred(path, part.hand_on())
    path.unlink(missing_ok=True)
