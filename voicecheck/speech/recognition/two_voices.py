"""Tell two people apart who answer in turns, by the voices of this evening's own answers and by nothing else.

Who is asked by name is known first: their answer tells how they sound. Later voice is the other's where it is far from
the one who was asked and near the other; where it is neither clearly, that is told, and it stays theirs who was asked.
Timbre and pitch are compared as in `own_voice`, all of it forgotten with the evening. How loud each is tells nothing:
people lean in and back. `script/bench two` tells how often it errs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from voicecheck.speech.recognition.own_voice import PITCH_STEP, PITCHED_FROM, TIMBRE_STEP
from voicecheck.speech.recognition.timbre import COEFFICIENTS
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.speech.recognition.voice_sums import EFFORT, SPREAD
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sums: TypeAlias = NDArray[np.float64]
else:
    Sums = Any

KNOWN_FROM_S = 2.0  # less voice of somebody than this does not tell how they sound
JUDGED_FROM_S = 2.0  # and less voice than this is nobody's for sure
REMEMBERED_S = 60.0
PHRASE_GAP_S = 0.5  # voice with less than this between it is one phrase
ANOTHER = 1.8  # distance of somebody else's voice; as in `own_voice`, one's own hardly ever passes it
SAME = 1.0  # and of a voice that may well be the same
NEARER = 0.4  # the distance to one is at most this share of that to the other


@dataclass(frozen=True, slots=True)
class Spoken:
    """A phrase and who said it."""

    start: int
    end: int
    """sample indices, half-open"""
    speaker: str = field(repr=False)
    sure: bool


class TwoVoices:
    """The voices of two people, by name, over one evening. Feed the blocks of voice of each turn in order."""

    def __init__(self, names: Sequence[str]) -> None:
        self._known = {name: _Voice() for name in names}
        self._asked = ""
        self._heard: list[VoiceActivity] = []
        """blocks of voice of the open turn"""

    def begin(self, asked: str) -> None:
        """Begin a turn in which this person was asked."""
        self._asked, self._heard = asked, []

    def hear(self, heard: VoiceActivity) -> None:
        """Take a block of voice."""
        self._heard.append(heard)

    def end(self) -> tuple[Spoken, ...]:
        """Tell for each phrase of the turn who said it, and learn from those that are sure."""
        whole = self._told(self._heard)
        told = [self._phrase(phrase, whole) for phrase in _phrases(self._heard)]
        if whole[1]:
            self._known[whole[0]].learn(
                [one for phrase, spoken in zip(_phrases(self._heard), told, strict=True)
                 if spoken.speaker == whole[0] for one in phrase]
            )  # fmt: skip
        self._heard = []
        return tuple(told)

    def _phrase(self, phrase: Sequence[VoiceActivity], whole: tuple[str, bool]) -> Spoken:
        """Tell who said a phrase: whoever said all of it, unless it is surely another."""
        speaker, sure = self._told(phrase)
        if not sure or (speaker != whole[0] and not self._all_known):
            speaker, sure = whole
        return Spoken(phrase[0].start, phrase[-1].end, speaker, sure)

    def _told(self, heard: Sequence[VoiceActivity]) -> tuple[str, bool]:
        """Return who most likely said it, and if that is sure."""
        other = next((name for name in self._known if name != self._asked), "")
        ours, theirs = self._known[self._asked], self._known[other]
        voice = _Voice()
        voice.learn(heard)
        if not theirs.known:
            return self._asked, not ours.known or voice.seconds < JUDGED_FROM_S or ours.distance(voice) <= SAME
        if voice.seconds < JUDGED_FROM_S:
            return self._asked, False
        to_other = theirs.distance(voice)
        if not ours.known:
            return self._asked, to_other >= ANOTHER
        to_asked = ours.distance(voice)
        if to_asked >= ANOTHER and to_other <= min(SAME, NEARER * to_asked):
            return other, True
        return self._asked, to_asked <= NEARER * to_other and to_other >= ANOTHER

    @property
    def _all_known(self) -> bool:
        return all(voice.known for voice in self._known.values())


class _Voice:
    """The mean timbre and median pitch of somebody's voice."""

    def __init__(self) -> None:
        self._timbres: deque[Sums] = deque(maxlen=round(REMEMBERED_S / BLOCK_S))
        self._pitches: deque[float] = deque(maxlen=round(REMEMBERED_S / BLOCK_S))

    @property
    def seconds(self) -> float:
        return len(self._timbres) * BLOCK_S

    @property
    def known(self) -> bool:
        return self.seconds >= KNOWN_FROM_S

    def learn(self, heard: Sequence[VoiceActivity]) -> None:
        self._timbres.extend(np.asarray(one.timbre, np.float64) for one in heard if one.timbre is not None)
        self._pitches.extend(one.pitch for one in heard if one.pitch is not None)

    def distance(self, other: _Voice) -> float:
        """Return how far another voice is from this one: 1 in timbre or pitch alone is as far as one's own wanders."""
        apart = (np.mean(self._timbres, axis=0) - np.mean(other._timbres, axis=0))[EFFORT:COEFFICIENTS] / SPREAD
        timbre = float(np.sqrt(np.mean(np.square(apart)))) / TIMBRE_STEP
        pitched = min(len(self._pitches), len(other._pitches)) >= PITCHED_FROM
        pitch = abs(float(np.median(self._pitches) - np.median(other._pitches))) / PITCH_STEP if pitched else 0.0
        return timbre**2 + pitch**2


def _phrases(heard: Sequence[VoiceActivity]) -> Iterator[list[VoiceActivity]]:
    phrase: list[VoiceActivity] = []
    for one in heard:
        if phrase and one.start - phrase[-1].end >= PHRASE_GAP_S * SAMPLE_RATE_HZ:
            yield phrase
            phrase = []
        phrase.append(one)
    if phrase:
        yield phrase
