"""The nouns of a conversation: what is said, what can happen, what is done about it, and the state in between.

`dialogue.step` is the verb; `checkin` performs the actions. Nothing here holds a word that was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from voicecheck.domain import TurnKind
from voicecheck.errors import ExitCode


class Phase(StrEnum):
    READY = "ready"
    ASKING = "asking"
    LISTENING = "listening"
    PAUSED = "paused"
    DECIDING = "deciding"
    """keep or drop, after Ctrl-C"""
    WRITING = "writing"
    KEEPING = "keeping"
    REPLYING = "replying"
    LINGERING = "lingering"
    """the reflection stands there, and it still listens"""
    CLOSING = "closing"
    PARTING = "parting"
    """a spoken command has ended it, and for a moment it can still be taken back"""
    ENDED = "ended"


class Line(StrEnum):
    """What is said; the words are chosen by whoever performs it."""

    QUESTION = "question"
    REPEAT = "repeat"
    REFLECTION = "reflection"
    SKIPPED = "skipped"
    PAUSED = "paused"
    RESUMED = "resumed"
    HELP = "help"
    DELETE_CONFIRM = "delete_confirm"
    DELETED = "deleted"
    NOT_DELETED = "not_deleted"
    NOTHING_SAID = "silence_end"
    NOT_TONIGHT = "not_tonight"
    CLOSING = "closing"
    RESTORED = "restored"


class Command(StrEnum):
    """What a person may say as a whole turn, or ask for by a key. The names are those of `phrases/*.toml`."""

    SKIP = "skip"
    REPEAT = "repeat"
    PAUSE = "pause"
    RESUME = "resume"
    START_OVER = "start_over"
    DELETE = "delete"
    UNDO = "undo"
    """that was no command, but my answer"""
    HELP = "help"
    DONE = "done"
    NOT_TONIGHT = "not_tonight"


class DropReason(StrEnum):
    EMPTY = "empty"
    """neither a word nor a sound"""
    PERSON = "person"
    """the person said so"""


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


@dataclass(frozen=True, slots=True)
class EntryKept:
    """The entry is durable."""


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
    Begin | Spoken | Listened | VoiceBegan | TurnEnded | SourceLost | TurnWritten | EntryKept | Given | Stop | Decided
)


# Actions


@dataclass(frozen=True, slots=True)
class Say:
    line: Line
    question: int = 0


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
    | KeepEntry
    | Linger
    | Part
    | Reopen
    | CloseEntry
    | SetAside
    | RestoreAside
    | DropEntry
    | DropLast
    | AskKeep
    | Leave
)


@dataclass(frozen=True, slots=True)
class Course:
    """How an evening goes. Seconds of silence after the question, and of listening on."""

    count: int = 1
    """questions"""
    nudge_after_s: float = 8.0
    repeat_after_s: float = 20.0
    give_up_after_s: float = 45.0
    linger_s: float = 4.0
    """after the reflection: who goes on speaking reopens the answer"""
    confirm_wait_s: float = 8.0
    """for a yes or no; silence means no"""


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
    revocable: bool = False
    """what ended the evening was a spoken command and nothing else: it may have been an answer"""
    pausing: bool = False
    """pause as soon as what was said is safe"""
    stopping: bool = False
    """leave as soon as what was said is safe"""
    leaving: Line | None = None
    """the evening ends after this question, with this sentence"""
    exit_code: ExitCode = ExitCode.DONE


Step: TypeAlias = tuple[State, tuple[Action, ...]]
