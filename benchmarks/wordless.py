"""Sounds without words, made: laughter, sobs, sniffs, song and a kitchen, for the measurements.

A voice is a train of pulses through the resonances of a mouth, with breath mixed in; laughter is four to six short
bursts a second (Bachorowski 2001: 4.37 a second, at twice the pitch of speech), crying a long falling voice that
trembles, broken by quick gasps. People laugh and cry in more ways than these.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

Sound = NDArray[np.float64]
Rng = np.random.Generator

MOUTHS = {
    "a": ((800, 80), (1250, 100), (2600, 140), (3600, 200)),
    "e": ((520, 70), (1850, 110), (2550, 150), (3500, 200)),
    "i": ((320, 60), (2250, 120), (2900, 160), (3600, 220)),
    "o": ((480, 70), (900, 90), (2500, 150), (3400, 200)),
    "m": ((260, 60), (1000, 250), (2200, 300), (3200, 350)),
    "u": ((660, 90), (1300, 120), (2500, 150), (3500, 200)),
}
"""resonances of a vowel: middle and width in Hz; "m" is a closed mouth, "u" the vowel of "huh" """
LAUGHS = ("ha-ha", "he-he", "giggle", "chuckle", "breathy", "long laugh", "laugh with breaths", "snorts")
SOBS = ("wail", "sobs", "gasps", "whimper", "sniffs", "crying")


def laughter(kind: str, rng: Rng, seconds: float = 3.0) -> Samples:
    """Return laughter of a kind in LAUGHS."""
    pitch = float(rng.choice([190.0, 330.0])) * rng.uniform(0.85, 1.2)
    ways: dict[str, Callable[[], Sound]] = {
        "ha-ha": lambda: _bursts(rng, seconds, pitch, "a", rate=5.0),
        "he-he": lambda: _bursts(rng, seconds, pitch * 1.1, "e", rate=5.4),
        "giggle": lambda: _bursts(rng, seconds, pitch * 1.8, "i", rate=6.0, breath=0.3),
        "chuckle": lambda: _bursts(rng, seconds, pitch * 0.6, "u", rate=4.4, breath=0.15),
        "breathy": lambda: _bursts(rng, seconds, pitch, "u", rate=4.8, breath=3.0),
        "long laugh": lambda: _bursts(rng, seconds * 2, pitch * 1.2, "a", rate=4.6, fall=0.7),
        "laugh with breaths": lambda: np.concatenate(
            [part for _ in range(2) for part in (_bursts(rng, seconds / 2, pitch, "a"), _breath(rng, 0.5))]
        ),
        "snorts": lambda: _bursts(rng, seconds, pitch, "m", rate=3.6, breath=1.5),
    }
    return _levelled(ways[kind]())


def sobs(kind: str, rng: Rng, seconds: float = 4.0) -> Samples:
    """Return crying of a kind in SOBS."""
    pitch = float(rng.choice([170.0, 300.0])) * rng.uniform(0.85, 1.2)

    def wail(length_s: float, mouth: str = "u", breath: float = 0.1) -> Sound:
        fall = np.linspace(1.25, 0.75, round(length_s * SAMPLE_RATE_HZ))
        return _voice(rng, pitch * fall, mouth, breath, tremor_hz=6.5) * _swell(len(fall))

    def gasps(count: int) -> Sound:
        return np.concatenate([part for _ in range(count) for part in (_breath(rng, 0.11), _quiet(rng, 0.1))])

    ways: dict[str, Callable[[], list[Sound]]] = {
        "wail": lambda: [wail(1.1, "a"), _breath(rng, 0.4)],
        "sobs": lambda: [gasps(3), wail(0.5), _quiet(rng, 0.2)],
        "gasps": lambda: [gasps(4), _quiet(rng, 0.4)],
        "whimper": lambda: [wail(0.25, "m"), _quiet(rng, 0.12)],
        "sniffs": lambda: [_breath(rng, 0.3), _quiet(rng, 0.5)],
        "crying": lambda: [wail(0.7, str(rng.choice(["a", "u", "m"])), 0.4), gasps(2), _quiet(rng, 0.3)],
    }
    parts: list[Sound] = []
    while sum(map(len, parts)) < seconds * SAMPLE_RATE_HZ:
        parts += ways[kind]()
    return _levelled(np.concatenate(parts))


def song(rng: Rng, seconds: float, voices: bool = True) -> Samples:
    """Return music: chords, a melody and, with `voices`, somebody who sings it on vowels."""
    beat_s = 0.5
    steps = round(seconds / beat_s)
    notes = 220 * 2 ** (rng.choice([0, 2, 4, 5, 7, 9, 12], steps) / 12)
    played, sung = [], []
    for number, note in enumerate(notes):
        t = np.arange(round(beat_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        root = 110 * 2 ** ((0, 5, 7, 0)[number // 4 % 4] / 12)
        chord = sum(np.sin(2 * np.pi * root * k * t) * np.exp(-t * 2) for k in (1, 1.25, 1.5, 2, 3))
        drum = rng.standard_normal(len(t)) * np.exp(-t * 40)
        played.append(chord * 0.4 + np.sin(2 * np.pi * note * t) * np.exp(-t * 3) + drum * 0.5)
        mouth = str(rng.choice(list("aeiou")))
        sung.append(_voice(rng, np.full(len(t), note), mouth, 0.05, tremor_hz=5.5) * _swell(len(t)))
    music = _levelled(np.concatenate(played)).astype(np.float64)
    if voices:
        music = music + 1.5 * _levelled(np.concatenate(sung))
    return _levelled(music)


def kitchen(rng: Rng, seconds: float) -> Samples:
    """Return a kitchen: running water, a fan, steps, and dishes."""
    count = round(seconds * SAMPLE_RATE_HZ)
    t = np.arange(count) / SAMPLE_RATE_HZ
    water = _filtered(rng.standard_normal(count), ((1800, 900), (3500, 1500))) * (1 + 0.4 * np.sin(2 * np.pi * 0.3 * t))
    sound = _levelled(water) * 0.5 + 0.1 * np.sin(2 * np.pi * 100 * t)
    for _ in range(round(seconds * 2)):
        length = int(rng.integers(2000, 6000))
        at, ring = int(rng.integers(0, max(1, count - length))), np.arange(length) / SAMPLE_RATE_HZ
        tones = sum(np.sin(2 * np.pi * f * ring) for f in rng.uniform(900, 6500, 5))
        sound[at : at + length] += tones[: count - at] * np.exp(-ring * rng.uniform(12, 40)) * rng.uniform(0.1, 0.6)
    return _levelled(sound)


def _bursts(
    rng: Rng, seconds: float, pitch: float, mouth: str, *, rate: float = 4.8, breath: float = 0.1, fall: float = 0.8
) -> Sound:
    """Bursts of voice with breath between them, falling in pitch and strength over a bout."""
    parts: list[Sound] = []
    count = max(3, round(seconds * rate))
    for number in range(count):
        far = number / count
        whole_s = rng.uniform(0.85, 1.15) / rate
        voiced_s = whole_s * rng.uniform(0.45, 0.65)
        length = round(voiced_s * SAMPLE_RATE_HZ)
        arch = 1 + 0.12 * np.sin(np.linspace(0, np.pi, length)) + rng.uniform(-0.06, 0.06)
        voice = _voice(rng, pitch * (1 - (1 - fall) * far) * arch, mouth, breath) * _swell(length)
        parts += [voice * (1 - 0.5 * far) * rng.uniform(0.8, 1.1), _breath(rng, whole_s - voiced_s) * 0.08]
    return np.concatenate(parts)


def _voice(rng: Rng, pitch_hz: Sound, mouth: str, breath: float, tremor_hz: float = 0.0) -> Sound:
    """Voice of this pitch through a mouth; `breath` is noise beside it, 1 as strong."""
    t = np.arange(len(pitch_hz)) / SAMPLE_RATE_HZ
    wander = 1 + 0.015 * np.cumsum(rng.standard_normal(len(t))) / np.sqrt(len(t) + 1)
    trembles = 1 + 0.03 * np.sin(2 * np.pi * tremor_hz * t)
    phase = np.cumsum(pitch_hz * wander * trembles / SAMPLE_RATE_HZ)
    pulses = np.diff(np.floor(phase), prepend=0.0) - pitch_hz / SAMPLE_RATE_HZ
    tilt = _filtered(pulses, ((0, 500),))
    voiced = _filtered(tilt, MOUTHS[mouth])
    noise = _filtered(rng.standard_normal(len(t)), MOUTHS[mouth])
    return voiced / (np.std(voiced) + 1e-9) + breath * noise / (np.std(noise) + 1e-9)


def _breath(rng: Rng, seconds: float) -> Sound:
    noise = rng.standard_normal(max(2, round(seconds * SAMPLE_RATE_HZ)))
    breath = _filtered(noise, ((1300, 500), (2600, 700), (4500, 1500)))
    return breath / (np.std(breath) + 1e-9) * _swell(len(noise)) * 0.5


def _quiet(rng: Rng, seconds: float) -> Sound:
    return rng.standard_normal(round(seconds * rng.uniform(0.7, 1.3) * SAMPLE_RATE_HZ)) * 0.002


def _swell(count: int) -> Sound:
    return np.sqrt(np.hanning(count + 2)[1:-1])


def _filtered(sound: Sound, resonances: tuple[tuple[float, float], ...]) -> Sound:
    """Pass the sound through resonances, by their response over its spectrum."""
    spectrum = np.fft.rfft(sound, 2 * len(sound))
    f = np.fft.rfftfreq(2 * len(sound), 1 / SAMPLE_RATE_HZ)
    response = sum(weight / (1 + ((f - middle) / width) ** 2)
                   for weight, (middle, width) in zip((1.0, 0.6, 0.3, 0.15), resonances, strict=False))  # fmt: skip
    return np.asarray(np.fft.irfft(spectrum * response)[: len(sound)])


def _levelled(sound: Sound) -> Samples:
    """Return the sound with its peak at a third of full scale."""
    return (sound * (0.33 / max(1e-9, float(np.abs(sound).max())))).astype(np.float32)
