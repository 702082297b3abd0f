"""Marks of files at the time they were checked, so that a change before they are loaded is noticed.

Weights are hashed and then opened again by a library that knows only their path. Taken before the hashing and compared
after the loading, the marks below show that nobody wrote to the files or moved others there in between: the file system
sets the time of the last change itself, also at a renaming, and nobody can choose it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from voicecheck.errors import ModelError

Mark: TypeAlias = tuple[int, int, int, int, int] | None
"""device, inode, size and both times; None for what is not there"""


@dataclass(frozen=True, slots=True)
class Imprint:
    """Weights by name, and the marks of their files and folders; an empty one says nothing."""

    name: str = ""
    marks: tuple[tuple[Path, Mark], ...] = ()

    def require_unchanged(self) -> None:
        """Compare with the files once they are loaded. Raises ModelError where something is no longer as it was."""
        if any(_mark(path) != mark for path, mark in self.marks):
            raise ModelError(
                f"The files of {self.name} changed while they were loaded.",
                f"Try again. If it stays so: voicecheck model verify {self.name}",
            )


NO_IMPRINT = Imprint()


def imprint(name: str, paths: Iterable[Path]) -> Imprint:
    """Take the marks of files and folders, before the files are checked."""
    return Imprint(name, tuple((path, _mark(path)) for path in paths))


def _mark(path: Path) -> Mark:
    try:
        at = path.stat()
    except OSError:
        return None
    return at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns
