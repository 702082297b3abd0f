"""Timbre of a block of sound: its mel cepstrum, without the coefficient that is its loudness.

Davis and Mermelstein 1980: the logarithm of the energy in bands as wide as the ear's, and its cosine transform. The
mean over a second or two tells one voice from another in the same room; it is no voice print that would know a person
another day.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Samples

BANDS = 24
COEFFICIENTS = 13
LOWEST_HZ, HIGHEST_HZ = 100.0, 7600.0
QUIET_ENERGY = 1e-6


def timbre_of(block: Samples) -> Samples:
    """Return the cepstrum, float32 (13,), of a block of 512 samples at 16 kHz."""
    _, _, cosines = _tables()
    return np.asarray(cosines @ np.log(_energies(block) + QUIET_ENERGY), np.float32)


def band_energies(block: Samples) -> Samples:
    """Return the energy in each band of a block, decibels."""
    return np.asarray(10 * np.log10(_energies(block) + QUIET_ENERGY), np.float32)


def weigh_bands(block: Samples, weights: Samples) -> Samples:
    """Return the block with each band as loud as its weight says, 0 to 1."""
    bands = _tables()[1]
    bins = weights @ bands / np.maximum(bands.sum(axis=0), 1e-9)
    return np.asarray(np.fft.irfft(np.fft.rfft(block) * bins, BLOCK_SAMPLES), np.float32)


def _energies(block: Samples) -> Samples:
    window, bands, _ = _tables()
    return np.asarray(bands @ np.square(np.abs(np.fft.rfft(block * window, BLOCK_SAMPLES))))


def bands_of(samples: Samples, hop: int) -> Samples:
    """Return the logarithms of the energy in each band, float32 (frames, 24), every `hop` samples."""
    window, bands, _ = _tables()
    if len(samples) < BLOCK_SAMPLES:
        return np.zeros((0, BANDS), np.float32)
    blocks = np.lib.stride_tricks.sliding_window_view(samples, BLOCK_SAMPLES)[::hop]
    energy = np.square(np.abs(np.fft.rfft(blocks * window, BLOCK_SAMPLES)))
    return np.asarray(np.log(energy @ bands.T + QUIET_ENERGY), np.float32)


@cache
def _tables() -> tuple[Samples, Samples, Samples]:
    mels = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    bins = np.fft.rfftfreq(BLOCK_SAMPLES, 1 / SAMPLE_RATE_HZ)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bands = np.clip(np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)), 0, None)
    orders = np.arange(1, COEFFICIENTS + 1)[:, None]
    cosines = np.sqrt(2 / BANDS) * np.cos(np.pi / BANDS * orders * (np.arange(BANDS) + 0.5))
    return np.hamming(BLOCK_SAMPLES).astype(np.float32), bands.astype(np.float32), cosines.astype(np.float32)


def _mel(hz: float) -> float:
    return 2595 * float(np.log10(1 + hz / 700))
