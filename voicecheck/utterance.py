"""The nouns of an utterance: sound in blocks, pages and stretches, and the words that were heard in it.

Everything is frozen, and what was said has `repr=False`. Sample indices count 16 kHz mono samples from the opening of
the recording; times of words are seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples: TypeAlias = NDArray[np.float32]
else:
    Samples = Any

SAMPLE_RATE_HZ = 16_000  # what Whisper and Silero were trained on
BLOCK_SAMPLES = 512  # the window that Silero VAD expects at 16 kHz
BLOCK_S = BLOCK_SAMPLES / SAMPLE_RATE_HZ  # 32 ms


# Sound


@dataclass(frozen=True, slots=True)
class Played:
    """Sound that goes to the loudspeaker now."""

    samples: Samples = field(repr=False)
    """float32 (n,)"""
    rate_hz: int
    cut: bool = False
    """the sentence was broken off here: what was handed over and not yet heard never will be"""


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A block of microphone sound, one VAD window long."""

    start: int
    """sample index of the first sample since the stream was opened"""
    samples: Samples = field(repr=False)
    """float32 (512,), 16 kHz mono, -1 to 1"""

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class OwnSpeech:
    """Sound in which the program's own voice may be heard, and the words that it said."""

    start: int
    end: int
    """sample indices, half-open"""
    said: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A run of Opus packets, the unit in which sound is sealed and kept."""

    start: int
    """sample index of the first sample"""
    count: int
    """samples at 16 kHz"""
    data: bytes = field(repr=False)
    """packets, each behind its length as two bytes, big-endian"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound between two cuts. Stretches tile an answer: together they hold every sample of it."""

    start: int
    """sample index, inclusive"""
    end: int
    """sample index, exclusive"""
    voiced: int
    """samples in which the VAD heard a voice"""
    active: int = 0
    """samples louder than the noise floor, voice or not"""
    first_active: int = 0
    last_active: int = 0
    """sample indices around the sound that stood out; what lies outside is quiet"""
    voice: tuple[tuple[int, int], ...] = ()
    """sample indices at which there was voice"""
    others: tuple[tuple[int, int], ...] = ()
    """sample indices at which somebody else was heard; nothing of it is in the counts above"""

    @property
    def duration_s(self) -> float:
        return (self.end - self.start) / SAMPLE_RATE_HZ

    @property
    def voiced_s(self) -> float:
        return self.voiced / SAMPLE_RATE_HZ


# Speech


class Closing(StrEnum):
    """How the words of an answer end, as far as they are known."""

    UNKNOWN = "unknown"
    """no words yet, or words that tell nothing"""
    UNFINISHED = "unfinished"
    """ "and", "because", "so I just", "um": there is more to come"""
    FINISHED = "finished"
    """a whole clause"""
    ONE_WORD = "one_word"
    """to a question that a word answers"""
    ASKS = "asks"
    """a question back to the program"""


UNSURE_BELOW = 0.5
SIGNS = " .,;:!?…"


@dataclass(frozen=True, slots=True)
class Word:
    start_s: float
    end_s: float
    text: str = field(repr=False)
    probability: float = 1.0
    """the recogniser's own, that the word is right, on a scale on which it doubts what is below UNSURE_BELOW"""
    heard: str = field(default="", repr=False)
    """as the recogniser wrote it, where the word is a guess that took its place; else empty"""

    @property
    def unsure(self) -> bool:
        """True if the recogniser itself doubts this word."""
        return self.probability < UNSURE_BELOW


@dataclass(frozen=True, slots=True)
class Segment:
    start_s: float
    end_s: float
    text: str = field(repr=False)
    words: tuple[Word, ...] = field(default=(), repr=False)

    @property
    def doubtful(self) -> bool:
        """True if the recogniser doubts its words on the whole: it may be no speech at all."""
        return bool(self.words) and sum(word.probability for word in self.words) < UNSURE_BELOW * len(self.words)


def as_heard(segment: Segment) -> Segment:
    """Return the segment as the recogniser wrote it, without a guess."""
    if not any(word.heard for word in segment.words):
        return segment
    words = tuple(replace(word, text=word.heard, heard="") if word.heard else word for word in segment.words)
    return replace(segment, words=words, text="".join(word.text for word in words).strip())


def guesses_in(segments: Iterable[Segment]) -> tuple[tuple[str, str], ...]:
    """Return each guess with what was heard in its place, without signs."""
    words = (word for segment in segments for word in segment.words if word.heard)
    return tuple((word.text.strip(SIGNS), word.heard.strip(SIGNS)) for word in words)


class SoundKind(StrEnum):
    """Kind of a sound that a person makes without words."""

    LAUGHTER = "laughter"
    SOBS = "sobs"
    WORDLESS = "wordless"
    """a voice without words, and nothing says surely which of the two"""


@dataclass(frozen=True, slots=True)
class VoiceSound:
    """Sound of the speaker's without words. Words that a recogniser made of it are in no text."""

    start_s: float
    end_s: float
    kind: SoundKind


@dataclass(frozen=True, slots=True)
class OwnName:
    """A name, or a word of the person's own, that no recogniser knows how to write."""

    name: str = field(repr=False)
    """as the person writes it"""
    heard: tuple[str, ...] = field(default=(), repr=False)
    """written for it by a recogniser before, and corrected"""


class TopicKind(StrEnum):
    PERSON = "person"
    PLACE = "place"
    DOING = "doing"


@dataclass(frozen=True, slots=True)
class Topic:
    """A person, place or doing, in the person's own words; nothing is ever marked by itself."""

    name: str = field(repr=False)
    kind: TopicKind
    words: tuple[str, ...] = field(default=(), repr=False)
    """other words for the same: mum, mother"""

    @property
    def forms(self) -> tuple[str, ...]:
        """Return every word that means it."""
        return (self.name, *self.words)


@dataclass(frozen=True, slots=True)
class Meant:
    """A command that the last words may have been: nearly as likely as the words that were written down."""

    text: str = field(repr=False)
    start_s: float
    """of the first of these words"""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The model that wrote a text, and how it ran."""

    name: str
    device: str
    compute_type: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """Recognised text in order, times in seconds from the start of the answer."""

    segments: tuple[Segment, ...] = ()
    unheard: tuple[tuple[float, float], ...] = ()
    """seconds that had sound and gave no words that can be trusted"""
    language: str = "en"
    model: ModelUse | None = None
    voice: tuple[tuple[float, float], ...] = ()
    """seconds at which the detector heard a voice; empty where there was none, as in a typed answer"""
    others: tuple[tuple[float, float], ...] = ()
    """seconds at which somebody else was heard; what they said is not in the text"""
    meant: Meant | None = None
    """another reading of the last words; the text keeps what was written down"""
    sounds: tuple[VoiceSound, ...] = ()
    """laughter and sobs, which are no words"""

    @property
    def text(self) -> str:
        return " ".join(s.text.strip() for s in self.segments if s.text.strip())

    @property
    def guesses(self) -> tuple[tuple[str, str], ...]:
        return guesses_in(self.segments)


# What an entry from elsewhere came with


class LabelKind(StrEnum):
    """Kind of a label that an entry brought along from another program."""

    TAG = "tag"
    STAR = "star"
    PLACE = "place"
    MOOD = "mood"
    JOURNAL = "journal"
    """the journal, notebook or folder that it lay in"""


@dataclass(frozen=True, slots=True)
class Label:
    """A tag, star, place or mood by the name it had in another program. It is no word of the text."""

    kind: LabelKind
    name: str = field(repr=False)
