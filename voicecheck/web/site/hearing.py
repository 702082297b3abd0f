"""A try of the microphone from the page: the level for some seconds, of which nothing is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.web.site.background import Background
from voicecheck.web.site.page_screen import share_of

TRY_S = 12.0
UNWATCHED_S = 3.0
"""without a look of the page, after which the microphone closes"""

Listen = Callable[[MicrophoneSettings, float, Callable[[float], None]], object]
"""listens for some seconds, and tells the level of each block, dBFS"""


class LeftError(Exception):
    """Nobody watches any more, or something else needs the microphone."""


class Hearing(Background):
    """The microphone is open until the time is over, the page looks no more, or it is stopped."""

    def __init__(
        self,
        settings: MicrophoneSettings,
        listen: Listen,
        wanted: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`wanted` is asked with each block: an evening that begins takes the microphone."""
        self.device = settings.device
        self.share = 0.0
        self.loudest_dbfs = float("-inf")
        self._settings = settings
        self._listen = listen
        self._wanted = wanted
        self._clock = clock
        self._seen_at = clock()
        super().__init__(self._try, "hearing")

    def look(self) -> float:
        """Return the level now, 0 to 1, and note that somebody watches."""
        self._seen_at = self._clock()
        return self.share

    def _try(self) -> None:
        with suppress(LeftError):
            self._listen(self._settings, TRY_S, self._hear)

    def _hear(self, dbfs: float) -> None:
        self.share = share_of(dbfs)
        self.loudest_dbfs = max(self.loudest_dbfs, dbfs)
        if self.stopped or not self._wanted() or self._clock() - self._seen_at > UNWATCHED_S:
            raise LeftError
