"""Unfinished files: locked while they are written, destroyed unless they get their final name."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voicecheck.files import create_private, lies_at, open_existing, shred, try_lock
from voicecheck.signals import undisturbed


@contextmanager
def held_part(path: Path) -> Iterator[int]:
    """Yield a new locked file, 0600, as a descriptor. At the end whatever still lies at `path` goes. Raises OSError."""
    unheld = path.with_suffix(".new")
    descriptor = None
    try:  # a signal may come before the first line inside
        descriptor = create_private(unheld)
        with suppress(OSError):  # where nothing can be locked, no leftover is told from one in use, and all stay
            try_lock(descriptor)
        unheld.rename(path)
        yield descriptor
    finally:
        _end(descriptor, unheld, path)


def remove_leftovers(folder: Path, pattern: str) -> None:
    """Destroy the parts of processes that were killed; those that are held stay."""
    for path in folder.glob(pattern):
        with suppress(OSError):
            descriptor = open_existing(path)
            try:
                held = not try_lock(descriptor)
            except OSError:
                held = True
            if held:
                os.close(descriptor)
                continue
            _remove(path, descriptor)
            for beside in path.parent.glob(f"{glob.escape(path.name)}-*"):  # of SQLite
                beside.unlink(missing_ok=True)


@undisturbed
def _end(descriptor: int | None, *places: Path) -> None:
    """Close the descriptor, once (it may be another file's the next time), and remove the part wherever it lies."""
    if descriptor is not None:
        there = next((path for path in places if lies_at(path, descriptor)), None)
        if there is None:
            os.close(descriptor)
        else:
            _remove(there, descriptor)
    for path in places:
        path.unlink(missing_ok=True)


def _remove(path: Path, descriptor: int) -> None:
    """Remove a part, unless it has its final name already: then it is the whole file itself, and never harmed.

    Where a disk lets nothing be overwritten, the part goes all the same.
    """
    if os.fstat(descriptor).st_nlink > 1:
        os.close(descriptor)
    else:
        with suppress(OSError):
            shred(path, descriptor)
    path.unlink(missing_ok=True)
