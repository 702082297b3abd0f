"""Presence of a page: each open one gives a sign from time to time, and so it is known when the last was closed."""

from __future__ import annotations

import time
from collections.abc import Callable

SIGN = "/here"
"""address of the sign; it holds off no lock, as it tells of a window and not of a person"""
LEFT_AFTER_S = 120.0
"""without a sign; a hidden page gives one a minute at least, an open one three"""


class Presence:
    """Clock of the time since a page was last there. While the computer sleeps it stands still."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: float | None = None

    def sign(self) -> None:
        self._last = self._clock()

    @property
    def left(self) -> bool:
        """True if there was a page, and the last one has been closed for a while."""
        return self._last is not None and self._clock() - self._last >= LEFT_AFTER_S
