"""The nouns behind the sound, in the order in which a word travels: feeling, question, entry.

Everything is frozen. What the person said has `repr=False`: no log, traceback or test report prints a diary. Character
offsets are Unicode code points, half-open. The sound and its words are in `utterance`.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from voicecheck.clock import local_date, milliseconds
from voicecheck.utterance import SAMPLE_RATE_HZ, Label, ModelUse, Segment, Transcript, VoiceSound

ID_BYTES = 10  # of a UUIDv7 that are not its time


def new_id(at: datetime, chance: bytes | None = None) -> str:
    """Return a UUIDv7 (RFC 9562, section 5.7): sorts by the time it was made.

    `chance` stands in the place of ten random bytes: the same file gives the same end of an id whenever it is read.
    """
    chance = os.urandom(ID_BYTES) if chance is None else chance
    time = min(max(0, milliseconds(at)), (1 << 48) - 1)  # what lies before 1970 has the first of them
    value = time << 80 | 0x7 << 76 | int.from_bytes(chance, "big") & ~(0xF << 76)
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


VAGUE = "vague"
"""stands for the family of a word for many things, which nobody can tell"""


class Family(StrEnum):
    JOY = "joy"
    LOVE = "love"
    PRIDE = "pride"
    GRATITUDE = "gratitude"
    CALM = "calm"
    HOPE = "hope"
    SURPRISE = "surprise"
    SADNESS = "sadness"
    LONELINESS = "loneliness"
    GRIEF = "grief"
    SHAME = "shame"
    GUILT = "guilt"
    FEAR = "fear"
    ANXIETY = "anxiety"
    ANGER = "anger"
    DISGUST = "disgust"
    ENVY = "envy"
    CONFUSION = "confusion"
    BOREDOM = "boredom"
    TIREDNESS = "tiredness"


class Quadrant(StrEnum):
    """Valence and energy, as in Russell's circumplex (1980)."""

    PLEASANT_HIGH = "pleasant_high"
    PLEASANT_LOW = "pleasant_low"
    UNPLEASANT_HIGH = "unpleasant_high"
    UNPLEASANT_LOW = "unpleasant_low"


class Experiencer(StrEnum):
    SELF = "self"
    OTHER = "other"
    UNCLEAR = "unclear"


class MentionSource(StrEnum):
    LEXICON = "lexicon"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Cue:
    """A span that changed how a mention is understood ("wasn't" before "angry")."""

    start: int
    end: int
    kind: str
    """negation, experiencer, hypothetical, past or degree"""


@dataclass(frozen=True, slots=True)
class EmotionMention:
    """A span of text that names a feeling, and what ConText says about it."""

    start: int
    end: int
    text: str = field(repr=False)
    lemma: str = field(repr=False)
    family: Family
    quadrant: Quadrant
    negated: bool = False
    experiencer: Experiencer = Experiencer.SELF
    hypothetical: bool = False
    past: bool = False
    vague: bool = False
    degree: int = 0
    """-1 a little, 0, +1 very"""
    source: MentionSource = MentionSource.LEXICON
    cues: tuple[Cue, ...] = ()
    id: str | None = None
    """set once it is kept"""
    start_s: float | None = None
    end_s: float | None = None

    @property
    def own(self) -> bool:
        """The speaker's own feeling, now or long past, neither denied nor imagined."""
        return self.experiencer is Experiencer.SELF and not self.negated and not self.hypothetical

    @property
    def felt_now(self) -> bool:
        """Their own, and not long past."""
        return self.own and not self.past


@dataclass(frozen=True, slots=True)
class PrivateWord:
    """A feeling word of one's own, found exactly as it is written here."""

    word: str = field(repr=False)
    """in small letters; several words make a phrase"""
    family: Family
    quadrant: Quadrant
    vague: bool = False


class CorrectionAction(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's correction of a tag; it outweighs every lexicon, today's and the next."""

    action: CorrectionAction
    mention: EmotionMention = field(repr=False)
    """as the person wants it, or the one that is no feeling; offsets into the revision that it was said about"""
    id: str | None = None
    """set once it is kept"""


@dataclass(frozen=True, slots=True)
class Tags:
    """All that is marked in one revision of a text, and by which lexicon."""

    mentions: tuple[EmotionMention, ...] = field(default=(), repr=False)
    corrections: tuple[Correction, ...] = field(default=(), repr=False)
    """in the order in which they were made"""
    lexicon_version: str = ""
    """empty for a language without a lexicon"""


class Follow(StrEnum):
    """A follow-up that may be asked after an answer, once."""

    CONFIRM = "confirm"
    """asks if the feeling that was given back is right"""
    NEARER = "nearer"
    """which of three nearer words fits better than a vague one"""
    BODY = "body"
    """the way to a word that is missing: through the body and the mood"""
    QUESTION = "question"
    """a question of the prompt's own"""


@dataclass(frozen=True, slots=True)
class Reflection:
    """The one sentence that answers an answer, and what may be asked behind it."""

    text: str = field(repr=False)
    mentions: tuple[int, ...] = ()
    """indices of the mentions that it mirrors; empty for plain thanks"""
    echoes: bool = False
    """it repeats what happened, where no feeling was named"""
    follow: Follow | None = None
    question: str = field(default="", repr=False)
    """the words of what may be asked"""
    about: int | None = None
    """index of the mention that a reply to it is about"""
    offered: tuple[str, ...] = field(default=(), repr=False)
    """lemmas of the nearer words"""
    heavy: bool = False
    """it answers something heavy: nobody else should hear it, and nothing is asked behind it"""

    @property
    def holds_words(self) -> bool:
        """True if it repeats something the person said, or shows what that was about."""
        return bool(self.mentions) or self.echoes or self.heavy


class DangerOf(StrEnum):
    """Kind of danger in an answer; it decides whether anything may be heard."""

    LIFE = "life"
    """danger to the speaker's own life"""
    HARM = "harm"
    """violence: the other may be in the room"""


@dataclass(frozen=True, slots=True)
class Danger:
    """Danger that an answer tells of. It is kept nowhere, and its repr says nothing of the answer."""

    of: DangerOf = field(repr=False)
    weaker: bool = field(default=False, repr=False)
    """it may be meant otherwise"""
    kind: str = field(default="", repr=False)
    """by the table, as `plan`; empty for a phrase of the person's own"""


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Follow-up questions of a prompt, by what was heard; `other`, behind a few words, is its own other half."""

    named: str = ""
    vague: str = ""
    nothing: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    id: str
    text: str
    pack: str
    depth: int = 1
    """1 small and safe, 5 deep"""
    theme: str = ""
    why: str = ""
    follow_ups: FollowUps = FollowUps()
    together: str = ""
    """question to ask instead where two people answer: one tells, the other says it back"""


class Did(StrEnum):
    """A person's response to a question."""

    FINISHED = "finished"
    SHORT = "short"
    """answered in a few words"""
    SKIPPED = "skipped"
    STEPPED_BACK = "stepped_back"
    """asked for something smaller"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, and what became of it."""

    prompt_id: str
    did: Did = Did.FINISHED
    entry_id: str = ""
    """id of the answer, where there is one"""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Questions of one session, in order."""

    session: str
    at: datetime
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptRef:
    """A question as it was asked that evening, whatever becomes of the pack."""

    id: str
    text: str


class TurnKind(StrEnum):
    ANSWER = "answer"
    CONFIRM = "confirm"
    CORRECTION = "correction"
    FOLLOWUP = "followup"
    COMMAND = "command"
    ASIDE = "aside"
    """somebody else's voice that may have been the speaker's own: no part of the answer until the person says so"""


ANSWERS = (TurnKind.ANSWER, TurnKind.FOLLOWUP)  # they make the text of an entry


class EntryKind(StrEnum):
    CHECKIN = "checkin"
    JOURNAL = "journal"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of speaking inside an entry."""

    kind: TurnKind
    text: str = field(repr=False)
    segments: tuple[Segment, ...] = field(default=(), repr=False)
    speaker: str = ""
    start: int = 0
    """sample index into the entry's recording"""
    end: int = 0
    unheard: tuple[tuple[float, float], ...] = ()
    others: tuple[tuple[float, float], ...] = ()
    sounds: tuple[VoiceSound, ...] = ()
    """seconds of the recording at which somebody else was heard, and laughter and sobs"""
    speaker_unsure: bool = False  # where two answer, it may have been the other one

    @property
    def answers(self) -> bool:
        """It is part of what was answered, and no reply or command to the program."""
        return self.kind in ANSWERS

    @property
    def span_s(self) -> tuple[float, float]:
        """Seconds of the recording."""
        return round(self.start / SAMPLE_RATE_HZ, 3), round(self.end / SAMPLE_RATE_HZ, 3)


def turn_of(heard: Transcript, kind: TurnKind, speaker: str = "", start: int = 0, end: int = 0) -> Turn:
    """A time of speaking as it was heard; `start` and `end` are sample indices into the recording."""
    return Turn(kind, heard.text, heard.segments, speaker, start, end, heard.unheard, heard.others, heard.sounds)


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its answer and everything that followed."""

    id: str
    session: str
    kind: EntryKind
    spoken_at: datetime  # aware; the offset is the person's
    turns: tuple[Turn, ...] = ()
    prompt: PromptRef | None = None
    speaker: str = ""
    language: str = "en"
    timezone: str = ""  # IANA name where known
    mentions: tuple[EmotionMention, ...] = field(default=(), repr=False)
    """offsets into `text`"""
    reflection: str | None = field(default=None, repr=False)
    model: ModelUse | None = None
    duration_s: float = 0.0
    has_audio: bool = False
    edited: bool = False
    revision: str | None = field(default=None, repr=False)  # the newest edit
    labels: tuple[Label, ...] = ()
    corrections: tuple[Correction, ...] = field(default=(), repr=False)
    """the person's corrections of the tags while the answer was given; once it is in the vault they are kept there"""

    @property
    def text(self) -> str:
        """The newest revision, or the answer and follow-up answers as heard, joined by blank lines."""
        if self.revision is not None:
            return self.revision
        kept = (turn.text for turn in self.turns if turn.answers)
        return "\n\n".join(text for text in kept if text)

    @property
    def local_date(self) -> date:
        return local_date(self.spoken_at)

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(segment for turn in self.turns if turn.answers for segment in turn.segments)

    @property
    def aside(self) -> tuple[Turn, ...]:
        """Turns that were written down beside the answer and are no part of it."""
        return tuple(turn for turn in self.turns if turn.kind is TurnKind.ASIDE)

    @property
    def felt(self) -> tuple[str, ...]:
        """The families of the speaker's own feelings of now, each once, as they were named; VAGUE for a vague word."""
        felt = (mention for mention in self.mentions if mention.felt_now)
        return tuple(dict.fromkeys(VAGUE if mention.vague else mention.family.value for mention in felt))


class RevisionSource(StrEnum):
    HEARD = "heard"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that an entry has or had. What was heard comes first and is never changed."""

    source: RevisionSource
    made_at: datetime
    text: str = field(repr=False)
