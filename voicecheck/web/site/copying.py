"""A backup started from the page: runs in a thread, can be watched and stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from voicecheck.errors import StoppedError, VoicecheckError
from voicecheck.files import size_of

if TYPE_CHECKING:
    from voicecheck.vault.backup import Contents

STOPPED = StoppedError("The backup was stopped, and nothing of it is left.")


class Copying:
    """One backup on its way."""

    def __init__(self, target: Path, total: int, copy: Callable[[Path, Callable[[int], None]], Contents]) -> None:
        """`copy` writes the backup, telling how many bytes it has come on; `total` is about what it will be."""
        self.target = target
        self.total = total
        self.done = 0
        self.made: Contents | None = None
        self.size = 0
        self.fault: VoicecheckError | None = None
        self._copy = copy
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backup", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Stop, and return once nothing is written any more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self.made = self._copy(self.target, self._step)
            self.size = size_of(self.target)
        except VoicecheckError as fault:
            self.fault = fault

    def _step(self, done: int) -> None:
        self.done += done
        if self._stop.is_set():
            raise STOPPED
