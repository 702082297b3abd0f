"""Level of the program's own voice in the microphone, band by band, and the part of its sound that is louder than that.

How much louder a band of the microphone's sound can be than the loudest that was played in it of late is learned from
sentences over which nobody talked. It holds at any delay. What is louder is somebody else's, and is left to be heard
alone: the canceller takes a person away together with a loud echo, this does not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from voicecheck.speech.recognition.timbre import BANDS, band_energies, weigh_bands
from voicecheck.utterance import BLOCK_S, Samples

REACH = round(0.55 / BLOCK_S)  # blocks that an echo may come behind what was played: the device's delay and the room's
SOUNDING_DB = 45.0  # what was played so far below the loudest tells nothing of its echo
NEARLY_ALL = 95  # percent of the blocks of an echo alone lie below its level
QUIETEST, ABOVE_QUIET_DB = 5, 8.0  # the room's own noise stays below its quietest blocks and this
FULL_DB = 6.0  # so much over the echo a band is somebody's alone
REMEMBERED = round(15.0 / BLOCK_S)


class EchoLevel:
    """Level of the echo in one room. Feed it each block of a sentence, in order."""

    def __init__(self) -> None:
        self._played: deque[Samples] = deque(maxlen=REACH + 1)
        self._rows: deque[Samples] = deque(maxlen=REMEMBERED)
        """by how much each band was louder than what was played"""
        self._gains: Samples | None = None
        self._quiet: Samples = np.full(BANDS, -np.inf, np.float32)

    @property
    def is_known(self) -> bool:
        return self._gains is not None

    def begin(self) -> None:
        """Note that a sentence begins."""
        self._played.clear()

    def unexplained(self, near: Samples, far: Samples) -> tuple[Samples, float]:
        """Return a block without the bands that an echo explains, and how far the others lie over it on average.

        Where nothing is known of an echo there is none.
        """
        self._played.append(band_energies(far))
        if self._gains is None:
            return near, FULL_DB
        most = np.maximum(np.max(self._played, axis=0) + self._gains, self._quiet)
        over = np.clip(band_energies(near) - most, 0, FULL_DB)
        return weigh_bands(near, over / FULL_DB), float(over.mean())

    def learn(self, near: Sequence[Samples], far: Sequence[Samples]) -> None:
        """Learn from the blocks of a sentence over which nobody talked."""
        heard = np.array([band_energies(block) for block in near])
        played = np.array([band_energies(block) for block in far])
        latest = np.array([played[max(0, i - REACH) : i + 1].max(axis=0) for i in range(len(played))])
        sounding = latest.max(axis=1) > latest.max() - SOUNDING_DB
        self._rows.extend((heard - latest)[sounding])
        self._gains = np.asarray(np.percentile(self._rows, NEARLY_ALL, axis=0), np.float32)
        self._quiet = np.asarray(np.percentile(heard, QUIETEST, axis=0) + ABOVE_QUIET_DB, np.float32)
