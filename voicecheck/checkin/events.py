"""Events of a conversation, the input of `dialogue.step`. None of them holds a word that was said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from voicecheck.checkin.course import About, Command
from voicecheck.domain import Follow


@dataclass(frozen=True, slots=True)
class Begin:
    """The person has opened a check-in."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The sentence that the program said is over."""


@dataclass(frozen=True, slots=True)
class Listened:
    """Time in an open turn, counted in sound."""

    seconds: float
    silence_s: float | None = None
    """of listening on: since the last word before it; None where none was spoken"""


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """The person speaks, or was heard to have whispered."""

    after_s: float = math.inf
    """since their voice of the turn before"""


@dataclass(frozen=True, slots=True)
class TalkedOver:
    """The person surely talks while something is said."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The silence after the last word is long enough, the line was typed, or the longest answer is reached."""


@dataclass(frozen=True, slots=True)
class StillWriting:
    """The words of the turn that ended are awaited for so long that who sees no screen wonders."""


@dataclass(frozen=True, slots=True)
class SourceLost:
    """The microphone is gone."""


@dataclass(frozen=True, slots=True)
class TurnWritten:
    """The words of the turn that ended are there. Says what they are, and never which."""

    words: bool
    """there is text"""
    sound: bool
    """there is sound that may be speech and gave no text"""
    command: Command | None = None
    """the whole turn is one of the commands"""
    reply: bool | None = None
    """the whole turn says yes or no"""
    about: About | None = None
    """of a correction: what it says about the feeling that was given back"""
    short: bool = False
    """only a few words"""
    there: bool = False
    """a sentence is there that could be taken back"""
    behind: Command | None = None
    """the last sentence of the turn is one of the commands"""
    fills: bool = False
    """nothing but "um" and the like was said"""
    went_on: bool = False
    """said in place of a yes or no, it was kept with the answer"""
    unclear: bool = False
    """it sounds like a request, and is none that is known"""


@dataclass(frozen=True, slots=True)
class EntryKept:
    """The entry is durable."""

    follow: Follow | None = None
    """the follow-up that could be asked behind it"""
    heavy: bool = False
    """something was said after which nobody should be asked the next question as if nothing had been"""
    behind: Command | None = None
    """the command that was said behind it"""
    one_sentence: bool = False
    """its last sentence is all of it"""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Time since the sitting began."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Given:
    """A command by key."""

    command: Command
    asks: bool = False
    """a command that destroys something asks first, as it does by voice"""


@dataclass(frozen=True, slots=True)
class Replied:
    """Yes or no by key."""

    yes: bool


@dataclass(frozen=True, slots=True)
class ThatWasMe:
    """By key: what was kept beside the answer as perhaps somebody else's is the person's own."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of what was offered, by key."""

    place: int
    """from 1; 0 leaves it"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Ctrl-C, or the end of the terminal or the system."""

    may_ask: bool
    """a person is there who can be asked"""


@dataclass(frozen=True, slots=True)
class Decided:
    """The answer to "keep or drop?" after Ctrl-C."""

    keep: bool


Event: TypeAlias = (
    Begin
    | Spoken
    | Listened
    | VoiceBegan
    | TalkedOver
    | TurnEnded
    | SourceLost
    | StillWriting
    | TurnWritten
    | EntryKept
    | Elapsed
    | Given
    | Replied
    | ThatWasMe
    | Chosen
    | Stop
    | Decided
)
Live: TypeAlias = Spoken | Listened | VoiceBegan | TurnEnded | Given
"""those that mean something else in each phase"""
