"""Quiet and whispered speech: recordings of people turned down, and with noise in the place of the voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from listening import Clip

from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

PEAKS_DBFS = (-20, -48, -54, -60, -66)
FRAME = SAMPLE_RATE_HZ // 50
ORDER = 18
"""of the filter that a throat and a mouth are: two for each thousand hertz, and two more"""


def kinds_of_quiet(clips: list[Clip]) -> Iterator[tuple[str, list[tuple[str, Samples]]]]:
    """Yield each kind of quiet speech by its name, with the text and the sound of each clip."""
    spoken = [clip for clip in clips if "whisper" not in clip.name]
    for peak in PEAKS_DBFS:
        yield f"peak at {peak} dBFS", [(c.text, as_recorded(at_peak(c.sound, peak))) for c in spoken]
    yield "whispered by people", [(c.text, c.sound) for c in clips if "whisper" in c.name]
    yield "whispered, made", [(c.text, as_recorded(at_peak(whispered(c.sound), -30))) for c in spoken]


def at_peak(sound: Samples, dbfs: float) -> Samples:
    return np.asarray(sound * (10 ** (dbfs / 20) / max(1e-9, float(np.abs(sound).max(initial=0.0)))), np.float32)


def as_recorded(sound: Samples) -> Samples:
    """Return the sound in the 16 bits of a sound card."""
    return np.asarray(np.round(sound * 32768) / 32768, np.float32)


def whispered(sound: Samples, seed: int = 1) -> Samples:
    """Return the sound with noise in the place of the voice: its spectral shape by linear prediction (Makhoul 1975)."""
    rng = np.random.default_rng(seed)
    window = np.hanning(2 * FRAME)
    made = np.zeros(len(sound) + 2 * FRAME)
    for start in range(0, len(sound) - 2 * FRAME, FRAME):
        part = sound[start : start + 2 * FRAME].astype(np.float64) * window
        spectrum = np.abs(np.fft.rfft(part, 4 * FRAME)) ** 2
        correlation = np.fft.irfft(spectrum)[: ORDER + 1]
        if correlation[0] < 1e-9:
            continue
        rows = np.array([[correlation[abs(i - j)] for j in range(ORDER)] for i in range(ORDER)])
        taps = np.linalg.solve(rows + np.eye(ORDER) * 1e-4 * correlation[0], correlation[1:])
        left = max(0.0, float(correlation[0] - taps @ correlation[1:]))
        shape = np.sqrt(left / len(part)) / np.fft.rfft(np.concatenate([[1.0], -taps]), 4 * FRAME)
        noise = np.fft.rfft(rng.standard_normal(2 * FRAME) * window, 4 * FRAME)
        made[start : start + 2 * FRAME] += np.fft.irfft(noise * shape)[: 2 * FRAME]
    return np.asarray(np.diff(made[: len(sound)], prepend=0.0), np.float32)  # a whisper has little below 500 Hz


def show(
    clips: list[Clip],
    ours: Callable[[Samples], str],
    whole: Callable[[Samples], str],
    errors: Callable[[str, str], tuple[int, int]],
) -> None:
    """Print the share of wrong words of each kind, ours and that of the whole file."""
    print("\nquiet and whispered speech: words wrong, ours and the whole file")
    for name, spoken in kinds_of_quiet(clips):
        rates = []
        for hear in (ours, whole):
            found = [errors(text, hear(sound)) for text, sound in spoken]
            rates.append(100 * sum(wrong for wrong, _ in found) / max(1, sum(words for _, words in found)))
        print(f"  {name:<22} {rates[0]:>6.1f}% {rates[1]:>6.1f}%", flush=True)
