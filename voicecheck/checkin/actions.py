"""The actions of a conversation: what is done about an event. None of them holds a word that was said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, TypeAlias

from voicecheck.checkin.course import Command, DropReason, Line
from voicecheck.domain import Did, Quadrant, TurnKind
from voicecheck.errors import ExitCode


class Show(Enum):
    """Actions that are heard and seen."""

    HUSH = auto()
    """end the sentence that is being said; its `Spoken` still comes"""
    GIVE_WAY = auto()
    """the same for somebody who talks over it, without the chime"""
    NUDGE = auto()
    """play a soft sound, which tells the person that the program still listens"""
    HOLD_TURN = auto()
    """stop listening; the turn stays open"""
    RESUME_TURN = auto()
    """listen on in the open turn"""
    END_TURN = auto()
    """stop listening and write down what is left"""
    LINGER = auto()
    """listen on, and keep nothing of it unless the person goes on speaking"""
    PART = auto()
    """listen once more for "that was my answer", where anybody can be heard; nothing of it is kept"""
    ASK_KEEP = auto()
    """ask on the screen whether to keep or drop what was said"""
    SHOW_HELP = auto()
    """show where help can be found"""
    TAKE_SENTENCE = auto()
    """look for a sentence to take along, once the evening is over"""


class Keep(Enum):
    """Actions on the answers."""

    CANCEL_TURN = auto()
    """stop listening; nothing of this turn is kept"""
    REOPEN = auto()
    """add what was heard since to the answer: the person went on"""
    MARK_COMMAND = auto()
    """mark the turn just written as a command, which is no answer"""
    PART_COMMAND = auto()
    """make the last sentence of the turn just written a turn of its own, which is a command and no answer"""
    PART_REQUEST = auto()
    """make the newest turn, which was added to the answer, a request and no part of it"""
    MARK_FILLER = auto()
    """mark the turn just written as no answer, "um" and nothing else; the answer stays open"""
    TAKE_AS_ANSWER = auto()
    """add the turn just written to the answer: it was meant as a reply, and is more"""
    CORRECT = auto()
    """let the turn just written correct the tags"""
    GIVE_WORD = auto()
    """give the moment that had no word the one that the person named"""
    KEEP_ENTRY = auto()
    """make durable what this question gave so far, and prepare the reflection"""
    CLOSE_ENTRY = auto()
    """close the entry: it is complete, and goes into the vault where that is open"""
    SET_ASIDE = auto()
    """set aside the sound and words of this question as no answer. Destroyed when the session ends."""
    RESTORE_ASIDE = auto()
    """keep what was set aside last: it was an answer after all"""
    TAKE_IN = auto()
    """make the words that were kept beside an answer a part of it: they were the person's"""
    DROP_LAST = auto()
    """destroy the entry before this question"""
    TAKE_BACK = auto()
    """destroy the last sentence of this answer; where nothing of it is kept, of the one before"""


@dataclass(frozen=True, slots=True)
class Say:
    """Say a line; its `Spoken` follows."""

    line: Line
    question: int = 0
    speaker: int = 0
    """which of two, from 0; who begins changes from question to question"""


@dataclass(frozen=True, slots=True)
class Listen:
    """Open a turn, after the chime. The first of a question opens its entry."""

    kind: TurnKind
    question: int
    speaker: int = 0


@dataclass(frozen=True, slots=True)
class OfferWords:
    """Choose three words that may be the missing one."""

    quadrants: tuple[Quadrant, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """Take the choice made by key for the reply to this line."""

    line: Line
    place: int


Lookable: TypeAlias = Literal[
    Command.MEANING,
    Command.READ_LAST,
    Command.WEEK_AGO,
    Command.MONTH_AGO,
    Command.YEAR_AGO,
    Command.NOT_AGAIN,
    Command.LETTER,
    Command.WEEK_FEELINGS,
    Command.SLOWER,
    Command.FASTER,
    Command.SPELL,
]
"""commands that are answered with a sentence of their own"""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find what a command asks to hear, for the line that then says it."""

    command: Lookable


@dataclass(frozen=True, slots=True)
class Note:
    """Record what the person did with the question; the next question is chosen by it."""

    did: Did


@dataclass(frozen=True, slots=True)
class DropEntry:
    """Destroy what this question gave."""

    reason: DropReason


@dataclass(frozen=True, slots=True)
class Leave:
    """End the sitting with this exit code."""

    code: ExitCode


ReplyAction: TypeAlias = Literal[Keep.TAKE_AS_ANSWER, Keep.CORRECT, Keep.GIVE_WORD] | OfferWords | Choose
"""actions that a reply about the feeling leads to"""
KeepAction: TypeAlias = Keep | OfferWords | Choose | Note | DropEntry
Action: TypeAlias = Show | Say | Listen | Leave | LookUp | KeepAction
