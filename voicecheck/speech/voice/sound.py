"""Sound to play: samples with their rate."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from voicecheck.utterance import Samples

QUIET = 0.01
"""of the loudest sample; below it nothing of a voice is heard"""
LEFT_S = 0.02  # of quiet at each end, so that no sound is cut


@dataclass(frozen=True, slots=True)
class Sound:
    samples: Samples = field(repr=False)
    """float32 (n,), mono, -1 to 1"""
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz

    def times(self, volume: float) -> Sound:
        return Sound(self.samples * np.float32(volume), self.rate_hz)

    def at(self, rate_hz: int) -> Sound:
        """Return the same sound at another rate."""
        import av

        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(self.samples).reshape(1, -1), "flt", "mono")
        frame.sample_rate = self.rate_hz
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
        frames = [*resampler.resample(frame), *resampler.resample(None)]
        return Sound(np.concatenate([one.to_ndarray().ravel() for one in frames]), rate_hz)

    def trimmed(self) -> Sound:
        """Return the sound without the quiet at both ends that a neural voice leaves there."""
        loud = np.flatnonzero(np.abs(self.samples) > QUIET * np.abs(self.samples).max(initial=0.0))
        if not len(loud):
            return self
        left = round(LEFT_S * self.rate_hz)
        return Sound(self.samples[max(0, loud[0] - left) : loud[-1] + left], self.rate_hz)
