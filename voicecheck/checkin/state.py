"""The nouns of a conversation: what can happen, what is done about it, and the state in between.

`dialogue.step` is the verb; `checkin` performs the actions. Nothing here holds a word that was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from voicecheck.checkin.course import ASKS as ASKS
from voicecheck.checkin.course import About as About
from voicecheck.checkin.course import Command as Command
from voicecheck.checkin.course import Course as Course
from voicecheck.checkin.course import DropReason as DropReason
from voicecheck.checkin.course import Line as Line
from voicecheck.checkin.course import Phase as Phase
from voicecheck.domain import Did, Follow, TurnKind
from voicecheck.errors import ExitCode

# Events


@dataclass(frozen=True, slots=True)
class Begin:
    """The person has opened a check-in."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The sentence is over."""


@dataclass(frozen=True, slots=True)
class Listened:
    """Time in an open turn, counted in sound."""

    seconds: float


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """The person speaks, or was heard to have whispered."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The silence after the last word is long enough, the line was typed, or the longest answer is reached."""


@dataclass(frozen=True, slots=True)
class SourceLost:
    """The microphone is gone."""


@dataclass(frozen=True, slots=True)
class TurnWritten:
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


@dataclass(frozen=True, slots=True)
class EntryKept:
    """The entry is durable."""

    follow: Follow | None = None
    """what could be asked behind it"""
    heavy: bool = False
    """something was said after which nobody should be asked the next question as if nothing had been"""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How long the sitting has lasted."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Given:
    """A command by key."""

    command: Command


@dataclass(frozen=True, slots=True)
class Stop:
    """Ctrl-C, or the end of the terminal or the system."""

    may_ask: bool
    """a person is there who can be asked"""


@dataclass(frozen=True, slots=True)
class Decided:
    keep: bool


Event: TypeAlias = (
    Begin
    | Spoken
    | Listened
    | VoiceBegan
    | TurnEnded
    | SourceLost
    | TurnWritten
    | EntryKept
    | Elapsed
    | Given
    | Stop
    | Decided
)


# Actions


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
    """A soft sound that says: I am still here."""


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
    """The turn just written was a command and no answer."""


@dataclass(frozen=True, slots=True)
class TakeAsAnswer:
    """The turn just written was meant as a reply, and is more: it belongs to the answer."""


@dataclass(frozen=True, slots=True)
class Correct:
    """Let the turn just written correct the tags."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the person did with the question; the next one is chosen by it."""

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
    """The person went on: what was heard since belongs to the answer."""


@dataclass(frozen=True, slots=True)
class CloseEntry:
    """The entry is complete: into the vault, where it is open."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """What this question gave is no answer (a command, a false start). Destroyed when the session ends."""


@dataclass(frozen=True, slots=True)
class RestoreAside:
    """What was set aside last was an answer after all: keep it."""


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


Action: TypeAlias = (
    Say
    | Hush
    | Nudge
    | Listen
    | HoldTurn
    | ResumeTurn
    | EndTurn
    | CancelTurn
    | MarkCommand
    | TakeAsAnswer
    | Correct
    | Note
    | ShowHelp
    | TakeSentence
    | KeepEntry
    | Linger
    | Part
    | Reopen
    | CloseEntry
    | SetAside
    | RestoreAside
    | DropEntry
    | DropLast
    | TakeBack
    | AskKeep
    | Leave
)


@dataclass(frozen=True, slots=True)
class State:
    course: Course = Course()
    phase: Phase = Phase.READY
    question: int = 0
    """which of `course.count`, from 0"""
    saying: int = 0
    """sentences whose `Spoken` is still to come: a hushed one has its own, and the next is said behind it"""
    turn: TurnKind | None = None
    """the open turn: sound that is neither written down nor dropped"""
    next_turn: TurnKind = TurnKind.ANSWER
    """what is listened for after the sentence that is being said"""
    kept: bool = False
    """an answer of this question is durable, and may still go on"""
    heard: bool = False
    """voice in this turn"""
    nudged: bool = False
    repeated: bool = False
    skipped: bool = False
    """the person passed this question over, by key"""
    speaker: int = 0
    """which of two answers"""
    answered: int = 0
    """how many have answered this question"""
    did: Did | None = None
    """with this question, as far as is known"""
    follow: Follow | None = None
    """what is asked once nobody goes on speaking"""
    followed: bool = False
    """something was asked behind this answer"""
    correcting: bool = False
    confirmed: bool = False
    offered: bool = False
    """asked this evening whether a reflection was right; offered nearer words"""
    asking: Line = Line.QUESTION
    """what waits for an answer"""
    extra: int = 0
    """questions more than were meant: a smaller one was asked for"""
    elapsed_s: float = 0.0
    end_offered: bool = False
    heavy: bool = False
    """something heavy was said this evening"""
    sentence_offered: bool = False
    comparing: bool = False
    """two texts stand side by side"""
    revocable: bool = False
    """what ended the evening was a spoken command and nothing else: it may have been an answer"""
    pausing: bool = False
    """pause as soon as what was said is safe"""
    stopping: bool = False
    """leave as soon as what was said is safe"""
    leaving: Line | None = None
    """the evening ends after this question, with this sentence"""
    exit_code: ExitCode = ExitCode.DONE

    @property
    def may_follow(self) -> bool:
        return self.course.follow_ups and self.course.speakers == 1 and not self.followed

    def may(self, follow: Follow | None) -> bool:
        """Whether this may be asked now: once an answer, and but for a question of the prompt's own once an evening."""
        used = {Follow.CONFIRM: self.confirmed, Follow.NEARER: self.offered, Follow.QUESTION: False, None: True}
        return self.may_follow and not used[follow]

    @property
    def hurried(self) -> bool:
        """Whether something else is to happen as soon as what was said is safe."""
        return self.stopping or self.pausing or self.skipped


Step: TypeAlias = tuple[State, tuple[Action, ...]]
