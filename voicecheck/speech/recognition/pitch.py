"""Pitch of a block of voice: the period at which the sound repeats itself.

The autocorrelation of the windowed block, divided by that of the window (Boersma 1993). Room noise and a softer voice
hardly move it, and its median over a few seconds parts two voices that timbre alone would not.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Samples

LOWEST_HZ, HIGHEST_HZ = 75, 400
REFERENCE_HZ = 100.0
CLEAR = 0.6
"""so much alike a block and itself one period later must be"""
FIRST = 0.88
"""a peak so near to the highest, at a shorter period, is the voice: the next ones are its octaves below"""
LEAST_WINDOW = 0.05


def pitch_of(block: Samples) -> float | None:
    """Return the pitch of a block of 512 samples at 16 kHz, semitones above 100 Hz; None without a clear one."""
    window, likeness = _tables()
    power = np.square(np.abs(np.fft.rfft((block - block.mean()) * window, 2 * BLOCK_SAMPLES)))
    own = np.fft.irfft(power)[:BLOCK_SAMPLES]
    if own[0] <= 0:
        return None
    shortest = SAMPLE_RATE_HZ // HIGHEST_HZ
    alike = (own / own[0] / likeness)[shortest : SAMPLE_RATE_HZ // LOWEST_HZ + 1]
    peaks = np.flatnonzero((alike[1:-1] >= alike[:-2]) & (alike[1:-1] >= alike[2:])) + 1
    clear = peaks[alike[peaks] > max(CLEAR, FIRST * alike.max())]
    return 12 * float(np.log2(SAMPLE_RATE_HZ / (shortest + clear[0]) / REFERENCE_HZ)) if len(clear) else None


@cache
def _tables() -> tuple[Samples, Samples]:
    window = np.hanning(BLOCK_SAMPLES).astype(np.float32)
    own = np.fft.irfft(np.square(np.abs(np.fft.rfft(window, 2 * BLOCK_SAMPLES))))[:BLOCK_SAMPLES]
    return window, np.maximum(own / own[0], LEAST_WINDOW).astype(np.float32)
