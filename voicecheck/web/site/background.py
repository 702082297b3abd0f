"""Work of the page in a thread of its own, which can be watched and stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable

from voicecheck.errors import VoicecheckError


class Background:
    """One piece of work: begun at once, and over once `running` is false. What went wrong stands in `fault`."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        """`work` looks at `stopped` now and then, and ends soon once it is true."""
        self.fault: VoicecheckError | None = None
        self._work = work
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def leave(self) -> None:
        """Stop, without waiting for the end."""
        self._stop.set()

    def stop(self) -> None:
        """Stop, and return once nothing is written or heard any more."""
        self.leave()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._work()
        except VoicecheckError as fault:
            self.fault = fault
