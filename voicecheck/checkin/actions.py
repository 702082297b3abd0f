"""The actions of a conversation: what is done about an event. None of them holds a word that was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from voicecheck.checkin.course import DropReason, Line
from voicecheck.domain import Did, Quadrant, TurnKind
from voicecheck.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Say:
    line: Line
    question: int = 0
    speaker: int = 0
    """which of two, from 0; who begins changes from question to question"""


@dataclass(frozen=True, slots=True)
class Hush:
    """End the sentence that is being said; its `Spoken` still comes."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """Play a soft sound, which tells the person that the program still listens."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Open a turn, after the chime. The first of a question opens its entry."""

    kind: TurnKind
    question: int
    speaker: int = 0


@dataclass(frozen=True, slots=True)
class HoldTurn:
    """Stop listening; the turn stays open."""


@dataclass(frozen=True, slots=True)
class ResumeTurn:
    """Listen on in the open turn."""


@dataclass(frozen=True, slots=True)
class EndTurn:
    """Stop listening and write down what is left."""


@dataclass(frozen=True, slots=True)
class CancelTurn:
    """Stop listening; nothing of this turn is kept."""


@dataclass(frozen=True, slots=True)
class MarkCommand:
    """Mark the turn just written as a command, which is no answer."""


@dataclass(frozen=True, slots=True)
class TakeAsAnswer:
    """Add the turn just written to the answer: it was meant as a reply, and is more."""


@dataclass(frozen=True, slots=True)
class Correct:
    """Let the turn just written correct the tags."""


@dataclass(frozen=True, slots=True)
class OfferWords:
    """Choose three words that may be the missing one."""

    quadrants: tuple[Quadrant, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """Take the choice made by key for the reply to this line."""

    line: Line
    place: int


@dataclass(frozen=True, slots=True)
class GiveWord:
    """Give the moment that had no word the one that the person named."""


@dataclass(frozen=True, slots=True)
class Note:
    """Record what the person did with the question; the next question is chosen by it."""

    did: Did


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """Show where help can be found."""


@dataclass(frozen=True, slots=True)
class TakeSentence:
    """Look for a sentence to take along, once the evening is over."""


@dataclass(frozen=True, slots=True)
class KeepEntry:
    """Make durable what this question gave so far, and prepare the reflection."""


@dataclass(frozen=True, slots=True)
class Linger:
    """Listen on, and keep nothing of it unless the person goes on speaking."""


@dataclass(frozen=True, slots=True)
class Part:
    """Listen once more for "that was my answer", where anybody can be heard; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Add what was heard since to the answer: the person went on."""


@dataclass(frozen=True, slots=True)
class CloseEntry:
    """Close the entry: it is complete, and goes into the vault where that is open."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Set aside the sound and words of this question as no answer. Destroyed when the session ends."""


@dataclass(frozen=True, slots=True)
class RestoreAside:
    """Keep what was set aside last: it was an answer after all."""


@dataclass(frozen=True, slots=True)
class DropEntry:
    """Destroy what this question gave."""

    reason: DropReason


@dataclass(frozen=True, slots=True)
class DropLast:
    """Destroy the entry before this question."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Destroy the last sentence of this answer; where nothing of it is kept, of the one before."""


@dataclass(frozen=True, slots=True)
class AskKeep:
    """Ask on the screen whether to keep or drop what was said."""


@dataclass(frozen=True, slots=True)
class Leave:
    code: ExitCode


ShowAction: TypeAlias = (
    Say
    | Hush
    | Nudge
    | Listen
    | HoldTurn
    | ResumeTurn
    | EndTurn
    | Linger
    | Part
    | AskKeep
    | ShowHelp
    | TakeSentence
    | Leave
)
"""actions that are heard and seen"""
KeepAction: TypeAlias = (
    CancelTurn
    | Reopen
    | MarkCommand
    | TakeAsAnswer
    | Correct
    | OfferWords
    | Choose
    | GiveWord
    | Note
    | KeepEntry
    | CloseEntry
    | SetAside
    | RestoreAside
    | DropEntry
    | DropLast
    | TakeBack
)
"""actions on the answers"""
Action: TypeAlias = ShowAction | KeepAction
