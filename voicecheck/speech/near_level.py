"""Level of who is near the microphone, beside what goes on in the room. Pure.

A television that was on before a sentence, or lies far below who was listened to, is nobody who talks over it.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from voicecheck.utterance import BLOCK_S, Samples

HALF_SECOND = round(0.5 / BLOCK_S)
REMEMBERED = 120  # half seconds that were listened to
KNOWN_FROM = 4
LOUD = 90  # percent of them are softer than who is near
FAR_DB = 8.0
"""whoever is near has a block that is less far below that in every half second; a television 20 dB below has none"""
BEFORE = round(1.5 / BLOCK_S)  # blocks before a sentence that tell what goes on in the room
OVER_BEFORE_DB = 10.0  # of what goes on, hardly a block is so far over the median of the blocks before
NEARLY_DB = 4.0  # and whatever goes on, who is nearly as loud as before is heard


class NearLevel:
    """Level that tells somebody near from the room. Feed it what is listened to, and what comes before a sentence."""

    def __init__(self) -> None:
        self._powers: list[float] = []
        """of the half second that is not over"""
        self._listened: deque[float] = deque(maxlen=REMEMBERED)
        """power of each half second that was listened to"""
        self._lately: deque[float] = deque(maxlen=BEFORE)
        """power of the newest blocks without the program's own voice"""
        self._least: float | None = None

    def listen(self, block: Samples) -> None:
        """Take a block of an answer."""
        self.pass_by(block)
        self._powers.append(self._lately[-1])
        if len(self._powers) == HALF_SECOND:
            self._listened.append(float(np.mean(self._powers)))
            self._powers.clear()

    def pass_by(self, block: Samples) -> None:
        """Take a block that nobody listens to, in which the program is silent."""
        self._lately.append(float(np.mean(np.square(block, dtype=np.float64))) + 1e-12)

    def begin(self) -> None:
        """Note that a sentence begins: what was heard just now goes on in the room."""
        self._least = None
        if len(self._listened) >= KNOWN_FROM:
            near_db = 10 * float(np.log10(np.percentile(self._listened, LOUD)))
            before_db = 10 * float(np.log10(np.median(self._lately)))
            self._least = max(near_db - FAR_DB, min(before_db + OVER_BEFORE_DB, near_db - NEARLY_DB))

    def is_near(self, loudest_dbfs: float, spare_db: float = 0.0) -> bool:
        """True if sound with so loud a block may be somebody near; always while nobody was listened to.

        With `spare_db` it may be so much softer: where it is not worth breaking off for, and not to be lost either.
        """
        return self._least is None or loudest_dbfs >= self._least - spare_db
