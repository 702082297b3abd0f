"""The conversation as a pure state machine: `step(state, event) -> (state, actions)`.

Nothing here reads a clock, touches a device or holds a word that was said: time, sound and text arrive as events that
say only what the course of an evening needs. `checkin` performs the actions and answers each with its event:

    Say        -> Spoken            when the sentence is over, was interrupted, or could only be shown
    Listen     -> Listened, VoiceBegan, TurnEnded    while the turn is open
    EndTurn    -> TurnWritten       when the words of the turn are there
    KeepEntry  -> EntryKept         when the entry is durable
    AskKeep    -> Decided           when the person has chosen, or cannot be asked

Three promises hold for every order of events, and are proved by property in the tests: an answer is kept unless the
person drops it or nothing was said; nothing is spoken while it listens; and it always comes to an end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    CLOSING = "closing"
    ENDED = "ended"


class Line(StrEnum):
    """What is said; the words are chosen by whoever performs it."""

    QUESTION = "question"
    REPEAT = "repeat"
    REFLECTION = "reflection"
    SKIPPED = "skipped"
    NOTHING_SAID = "silence_end"
    NOT_TONIGHT = "not_tonight"
    CLOSING = "closing"


class Command(StrEnum):
    """What a person may ask for by a key. The names are those of `phrases/*.toml`."""

    SKIP = "skip"
    REPEAT = "repeat"
    PAUSE = "pause"
    RESUME = "resume"
    START_OVER = "start_over"
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


@dataclass(frozen=True, slots=True)
class EntryKept:
    """The entry is durable (or could not be put away, and stays sealed in the inbox)."""


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
class KeepEntry:
    """Put the entry of this question away."""


@dataclass(frozen=True, slots=True)
class DropEntry:
    """Destroy what this question gave."""

    reason: DropReason


@dataclass(frozen=True, slots=True)
class AskKeep:
    """Ask on the screen whether to keep or drop what was said."""


@dataclass(frozen=True, slots=True)
class Leave:
    code: ExitCode


Action: TypeAlias = (
    Say | Hush | Nudge | Listen | HoldTurn | ResumeTurn | EndTurn | KeepEntry | DropEntry | AskKeep | Leave
)
Step: TypeAlias = "tuple[State, tuple[Action, ...]]"


@dataclass(frozen=True, slots=True)
class Course:
    """How an evening goes. Seconds of silence after the question."""

    count: int = 1
    """questions"""
    nudge_after_s: float = 8.0
    repeat_after_s: float = 20.0
    give_up_after_s: float = 45.0


@dataclass(frozen=True, slots=True)
class State:
    course: Course = Course()
    phase: Phase = Phase.READY
    question: int = 0
    """which of `course.count`, from 0"""
    saying: int = 0
    """sentences whose `Spoken` is still to come: a hushed one has its own, and the next is said behind it"""
    turn_open: bool = False
    """sound of this turn may be there that is neither written down nor dropped"""
    heard: bool = False
    """voice in this turn"""
    nudged: bool = False
    repeated: bool = False
    skipped: bool = False
    """the person passed this question over"""
    stopping: bool = False
    """leave as soon as what was said is safe"""
    leaving: Line | None = None
    """the evening ends after this question, with this sentence"""
    exit_code: ExitCode = ExitCode.DONE


def step(state: State, event: Event) -> Step:
    """The next state and what is to be done. Events that mean nothing in a phase change nothing."""
    if state.phase is Phase.ENDED:
        return state, ()
    if isinstance(event, Spoken):
        state = replace(state, saying=max(0, state.saying - 1))
        if state.saying:
            return state, ()
    state, actions = _react(state, event)
    return replace(state, saying=state.saying + sum(isinstance(a, Say) for a in actions)), actions


def _react(state: State, event: Event) -> Step:
    if isinstance(event, Stop):
        return _stop(state, event)
    if isinstance(event, SourceLost):
        return _lose_source(state)
    return _PHASES[state.phase](state, event)


def _ready(state: State, event: Event) -> Step:
    return _ask(state) if isinstance(event, Begin) else (state, ())


def _ask(state: State) -> Step:
    asking = replace(state, phase=Phase.ASKING, heard=False, nudged=False, repeated=False)
    return asking, (Say(Line.QUESTION, state.question),)


def _asking(state: State, event: Event) -> Step:
    """A question is being said; the turn is already open when it is said once more."""
    match event:
        case Spoken() if state.turn_open:
            return replace(state, phase=Phase.LISTENING), (ResumeTurn(),)
        case Spoken():
            return _listen(state)
        case Given(Command.SKIP | Command.NOT_TONIGHT as command) if not state.turn_open:
            return _go_on_after(replace(state, leaving=_leaving(state, command)), Hush())
        case Given():
            return state, (Hush(),)  # any other key: let me answer now
    return state, ()


def _listen(state: State, *before: Action) -> Step:
    listening = replace(state, phase=Phase.LISTENING, turn_open=True, heard=False)
    return listening, (*before, Listen(TurnKind.ANSWER, state.question))


def _listening(state: State, event: Event) -> Step:
    match event:
        case VoiceBegan():
            return replace(state, heard=True), ()
        case TurnEnded():
            return _end_turn(state)
        case Listened(seconds) if not state.heard:
            return _wait(state, seconds)
        case Given(Command.PAUSE):
            return replace(state, phase=Phase.PAUSED), (HoldTurn(),)
        case Given(command):
            return _command_in_turn(state, command)
    return state, ()


def _wait(state: State, seconds: float) -> Step:
    """Silence after the question: a soft sound, the question once more, a kind end."""
    if seconds >= state.course.give_up_after_s:
        return _end_turn(replace(state, leaving=Line.NOTHING_SAID))
    if seconds >= state.course.repeat_after_s and not state.repeated:
        return _repeat(state)
    if seconds >= state.course.nudge_after_s and not state.nudged:
        return replace(state, nudged=True), (Nudge(),)
    return state, ()


def _repeat(state: State) -> Step:
    return replace(state, phase=Phase.ASKING, repeated=True), (HoldTurn(), Say(Line.REPEAT, state.question))


def _paused(state: State, event: Event) -> Step:
    match event:
        case Given(Command.PAUSE | Command.RESUME):
            return replace(state, phase=Phase.LISTENING), (ResumeTurn(),)
        case Given(command):
            return _command_in_turn(state, command)
    return state, ()


def _command_in_turn(state: State, command: Command) -> Step:
    match command:
        case Command.DONE:
            return _end_turn(state)
        case Command.REPEAT:
            return _repeat(state)
        case Command.START_OVER:
            return _listen(replace(state, nudged=False, repeated=False), DropEntry(DropReason.PERSON))
        case Command.SKIP | Command.NOT_TONIGHT:
            return _end_turn(replace(state, skipped=True, leaving=_leaving(state, command)))
    return state, ()


def _leaving(state: State, command: Command) -> Line | None:
    return Line.NOT_TONIGHT if command is Command.NOT_TONIGHT else state.leaving


def _end_turn(state: State) -> Step:
    return replace(state, phase=Phase.WRITING, turn_open=False), (EndTurn(),)


def _writing(state: State, event: Event) -> Step:
    match event:
        case TurnWritten(words, sound) if words or sound:
            leaving = None if state.leaving is Line.NOTHING_SAID else state.leaving
            return replace(state, phase=Phase.KEEPING, leaving=leaving), (KeepEntry(),)
        case TurnWritten():
            return _go_on_after(replace(state, skipped=True), DropEntry(DropReason.EMPTY))
    return state, ()


def _keeping(state: State, event: Event) -> Step:
    return _go_on_after(state) if isinstance(event, EntryKept) else (state, ())


def _go_on_after(state: State, *before: Action) -> Step:
    """This question is settled: leave, or answer the person in one sentence and go on."""
    if state.stopping:
        return _leave(state, *before)
    if state.leaving is not None:
        return replace(state, phase=Phase.CLOSING), (*before, Say(state.leaving))
    line = Line.REFLECTION if state.phase is Phase.KEEPING and not state.skipped else Line.SKIPPED
    return replace(state, phase=Phase.REPLYING, skipped=False), (*before, Say(line, state.question))


def _replying(state: State, event: Event) -> Step:
    match event:
        case Spoken() if state.question + 1 >= state.course.count:
            return replace(state, phase=Phase.CLOSING), (Say(Line.CLOSING),)
        case Spoken() if state.stopping:
            return _leave(state)
        case Spoken():
            return _ask(replace(state, question=state.question + 1))
        case Given():
            return state, (Hush(),)
    return state, ()


def _closing(state: State, event: Event) -> Step:
    match event:
        case Spoken():
            return _leave(replace(state, exit_code=ExitCode.DONE))
        case Given():
            return state, (Hush(),)
    return state, ()


def _deciding(state: State, event: Event) -> Step:
    match event:
        case Decided(keep=True):
            return _end_turn(state)
        case Decided():
            return _leave(replace(state, turn_open=False), DropEntry(DropReason.PERSON))
    return state, ()


def _leave(state: State, *before: Action) -> Step:
    return replace(state, phase=Phase.ENDED), (*before, Leave(state.exit_code))


def _stop(state: State, event: Stop) -> Step:
    """Ctrl-C never loses what was said: it asks, and a second one means keep; a third leaves it sealed."""
    again = state.stopping
    state = replace(state, stopping=True, exit_code=ExitCode.STOPPED)
    if state.phase is Phase.CLOSING:
        return _leave(replace(state, exit_code=ExitCode.DONE))
    if state.phase is Phase.DECIDING or (state.turn_open and not (event.may_ask and state.heard)):
        return _end_turn(state)
    if state.turn_open:
        return replace(state, phase=Phase.DECIDING), (*_silence(state), AskKeep())
    if state.phase in (Phase.WRITING, Phase.KEEPING) and not again:
        return state, ()
    return _leave(state)


def _silence(state: State) -> tuple[Action, ...]:
    match state.phase:
        case Phase.LISTENING:
            return (HoldTurn(),)
        case Phase.ASKING:
            return (Hush(),)
    return ()


def _lose_source(state: State) -> Step:
    state = replace(state, stopping=True, exit_code=ExitCode.AUDIO)
    if state.turn_open:
        return _end_turn(state)
    if state.phase in (Phase.READY, Phase.ASKING):
        return _leave(state)
    return state, ()


_PHASES: dict[Phase, Callable[[State, Event], Step]] = {
    Phase.READY: _ready,
    Phase.ASKING: _asking,
    Phase.LISTENING: _listening,
    Phase.PAUSED: _paused,
    Phase.DECIDING: _deciding,
    Phase.WRITING: _writing,
    Phase.KEEPING: _keeping,
    Phase.REPLYING: _replying,
    Phase.CLOSING: _closing,
}
