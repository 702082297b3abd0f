"""Sums over blocks of voice, and the distance of two voices in level and timbre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from voicecheck.speech.recognition.timbre import COEFFICIENTS
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.utterance import BLOCK_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sums: TypeAlias = NDArray[np.float64]
else:
    Sums = Any

TIMBRE_FROM = round(1.0 / BLOCK_S)  # less than this tells only how loud somebody is
EFFORT = 2
"""coefficients left out: a person who speaks up or softly changes the tilt of their own spectrum"""
SPREAD = np.array([3.2, 2.5, 1.6, 1.6, 1.5, 1.1, 1.2, 1.1, 0.9, 0.9, 0.8])
"""how far each further coefficient wanders from its mean while one person speaks"""
UNKNOWN_TIMBRE = 0.4


def no_voice() -> Sums:
    """Return the sums over no block: their number, power, level and timbre."""
    return np.zeros(3 + COEFFICIENTS)


def row_of(heard: VoiceActivity) -> Sums:
    """Return the sums over one block."""
    timbre = np.zeros(COEFFICIENTS) if heard.timbre is None else heard.timbre
    return np.array([1.0, 10 ** (heard.level_dbfs / 10), heard.level_dbfs, *timbre])


def mean_dbfs(voice: Sums) -> float:
    """Return the level of the mean power."""
    return 10 * float(np.log10(voice[1] / voice[0]))


def weaker_db(speaker: Sums, voice: Sums) -> float:
    return mean_dbfs(speaker) - mean_dbfs(voice)


def apart(speaker: Sums, voice: Sums) -> float:
    """Return the distance in timbre, of which 1 is as far as one person's blocks wander."""
    if speaker[0] < TIMBRE_FROM:
        return UNKNOWN_TIMBRE
    distance = (voice / voice[0] - speaker / speaker[0])[3 + EFFORT :] / SPREAD
    return float(np.sqrt(np.mean(np.square(distance))))
