"""The interface of speech recognition: an utterance in, a hypothesis with a verdict out.

An engine judges its own words, by figures that nobody else reads. Whoever asks it learns only whether the words can be
taken, whether another try may give more, or whether they must not be used.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from voicecheck.settings.schema import Settings
from voicecheck.utterance import SAMPLE_RATE_HZ, ModelUse, Samples, Segment

ANY_LANGUAGE = "auto"
"""the one that is expected, and any other that is surely spoken"""
LANGUAGE_FROM_S = 3.0
"""less voice than this never tells the language of an answer: a short opener sounds like one of many"""
CERTAIN_FROM_S = 1.0
"""less voice than this tells no language at all; from it on, one of which the engine is certain is taken"""
SPOKEN_FROM_S = 0.25
"""less voice than this may be whispering or a noise: an engine accepts words there only where it is sure of them"""


class Verdict(Enum):
    """An engine's own judgement of the words it found."""

    ACCEPT = "accept"
    TRY_AGAIN = "try again"
    """to be trusted, but perhaps not all that was said: taken unless another try gives more"""
    REFUSE = "refuse"
    """invented or repeated without end, or there are none"""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Sound to be recognised."""

    samples: Samples = field(repr=False)
    """float32, mono, 16 kHz"""
    voiced_s: float
    """seconds of it in which the detector heard a voice"""
    passed_over: bool = False
    """an earlier try found no words here: what is found now needs a proof of its own"""
    voice: tuple[tuple[float, float], ...] = ()
    """seconds at which the detector heard it; empty where that is not known"""

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """An engine's judgement of the language that is spoken."""

    code: str
    sure: bool = True
    """False where it may well be another one than the expected, and nothing tells which"""
    certain: bool = False
    """it may be believed from little voice, though not for what follows"""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The words that an engine found in one utterance, and its verdict on them."""

    verdict: Verdict
    segments: tuple[Segment, ...] = field(default=(), repr=False)
    """times in seconds from the first sample"""
    language: str = ""
    """empty where nothing told it"""
    weak: bool = False
    """little speaks for these words: another pass over the same sound may hear others"""
    looped: tuple[tuple[float, float], ...] = ()
    """seconds at which words were left out that were said over and over, with no sound for so many"""

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.segments)

    @property
    def word_count(self) -> int:
        return len(self.text.split())


class SpeechRecogniser(ABC):
    """A loaded engine, used on one thread at a time."""

    use: ModelUse
    """the model, and where it runs; may change when an engine has to go on elsewhere"""

    @abstractmethod
    def transcribe(self, utterance: Utterance, *, language: str = ANY_LANGUAGE, prompt: str = "") -> Hypothesis:
        """Find the words. `language` may be ANY_LANGUAGE; `prompt` is the text just before, for context.

        Raises ModelError when the engine fails in the middle.
        """

    @property
    def at_once(self) -> int:
        """How many utterances of a finished recording go through together; 1 where that would save no time."""
        return 1

    def language_of(self, utterance: Utterance, expected: str) -> SpokenLanguage | None:
        """Return the language spoken, `expected` unless it is surely another; None where the engine cannot tell.

        An engine that cannot is asked for the words in ANY_LANGUAGE, and says which it took. Raises ModelError.
        """
        return None

    def weigh(self, utterance: Utterance, texts: Sequence[str], *, language: str) -> tuple[float, ...] | None:
        """Return for each text the logarithm of the probability that it was said; None where the engine cannot tell.

        Raises ModelError.
        """
        return None

    def transcribe_many(self, utterances: Sequence[Utterance], *, language: str = ANY_LANGUAGE) -> list[Hypothesis]:
        """Transcribe several utterances of at most 30 s, for engines that are faster with many. Raises ModelError."""
        return [self.transcribe(one, language=language) for one in utterances]


@dataclass(frozen=True, slots=True)
class Engine:
    """A kind of recogniser: how it is looked for and loaded. Both get the settings and the folder of the models."""

    expect: Callable[[Settings, Path], None]
    """a quick look before anybody speaks; raises ModelError where what it needs is not here"""
    load: Callable[[Settings, Path, Callable[[str], None]], SpeechRecogniser]
    """verified and ready; the last argument takes a sentence for the person. Raises ModelError"""


def shift(segment: Segment, by_s: float) -> Segment:
    """Return the segment with its times moved by `by_s`; none falls before sample 0, however an engine rounds."""

    def moved(t: float) -> float:
        return max(0.0, round(t + by_s, 3))

    words = tuple(replace(w, start_s=moved(w.start_s), end_s=moved(w.end_s)) for w in segment.words)
    return replace(segment, start_s=moved(segment.start_s), end_s=moved(segment.end_s), words=words)
