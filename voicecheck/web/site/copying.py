"""A backup started from the page: runs in a thread, can be watched and stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from voicecheck.errors import StoppedError
from voicecheck.files import size_of
from voicecheck.web.site.background import Background

if TYPE_CHECKING:
    from voicecheck.vault.backup import Contents

STOPPED = StoppedError("The backup was stopped, and nothing of it is left.")


class Copying(Background):
    """One backup on its way."""

    def __init__(self, target: Path, total: int, copy: Callable[[Path, Callable[[int], None]], Contents]) -> None:
        """`copy` writes the backup, telling how many bytes it has come on; `total` is about what it will be."""
        self.target = target
        self.total = total
        self.done = 0
        self.made: Contents | None = None
        self.size = 0
        self._copy = copy
        super().__init__(self._back_up, "backup")

    def _back_up(self) -> None:
        self.made = self._copy(self.target, self._step)
        self.size = size_of(self.target)

    def _step(self, done: int) -> None:
        self.done += done
        if self.stopped:
            raise STOPPED
