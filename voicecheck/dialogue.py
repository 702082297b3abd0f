"""The conversation as a pure state machine: `step(state, event) -> (state, actions)`.

Nothing here reads a clock, touches a device or holds a word that was said: time, sound and text arrive as events that
say only what the course of an evening needs. `checkin` performs the actions and answers each with its event:

    Say        -> Spoken            when the sentence is over, was interrupted, or could only be shown
    Listen     -> Listened, VoiceBegan, TurnEnded    while the turn is open
    EndTurn    -> TurnWritten       when the words of the turn are there
    KeepEntry  -> EntryKept         when the entry is durable
    Linger     -> Listened, VoiceBegan
    Part       -> Listened, VoiceBegan, TurnEnded
    AskKeep    -> Decided           when the person has chosen, or cannot be asked

Three promises hold for every order of events, and are proved by property in the tests: an answer is kept unless the
person drops it or nothing was said; nothing is spoken while it listens; and it always comes to an end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voicecheck.conversation import (
    Action,
    AskKeep,
    Begin,
    CancelTurn,
    CloseEntry,
    Command,
    Decided,
    DropEntry,
    DropLast,
    DropReason,
    EndTurn,
    EntryKept,
    Event,
    Given,
    HoldTurn,
    Hush,
    KeepEntry,
    Leave,
    Line,
    Linger,
    Listen,
    Listened,
    MarkCommand,
    Nudge,
    Part,
    Phase,
    Reopen,
    RestoreAside,
    ResumeTurn,
    Say,
    SetAside,
    SourceLost,
    Spoken,
    State,
    Step,
    Stop,
    TurnEnded,
    TurnWritten,
    VoiceBegan,
)
from voicecheck.domain import TurnKind
from voicecheck.errors import ExitCode


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
    match event:
        case Stop():
            return _stop(state, event)
        case SourceLost():
            return _lose_source(state)
        case Given(Command.UNDO):
            return state, (RestoreAside(),)
    return _PHASES[state.phase](state, event)


def _ready(state: State, event: Event) -> Step:
    return _ask(state) if isinstance(event, Begin) else (state, ())


def _ask(state: State, *before: Action) -> Step:
    asking = replace(
        state, phase=Phase.ASKING, turn=None, next_turn=TurnKind.ANSWER, kept=False, nudged=False, repeated=False
    )
    return asking, (*before, Say(Line.QUESTION, state.question))


def _asking(state: State, event: Event) -> Step:
    """Something is being said that the person may answer; the turn is already open when it is said in between."""
    match event:
        case Spoken() if state.turn is not None:
            return replace(state, phase=Phase.LISTENING), (ResumeTurn(),)
        case Spoken():
            return _listen(state, state.next_turn)
        case Given(Command.SKIP | Command.NOT_TONIGHT as command) if state.turn is None and not state.kept:
            return _settle(replace(state, skipped=True, leaving=_leaving(state, command)), Hush())
        case Given():
            return state, (Hush(),)  # any other key: let me answer now
    return state, ()


def _listen(state: State, kind: TurnKind, *before: Action) -> Step:
    phase = Phase.PAUSED if kind is TurnKind.COMMAND else Phase.LISTENING
    return replace(state, phase=phase, turn=kind, heard=False), (*before, Listen(kind, state.question))


def _listening(state: State, event: Event) -> Step:
    match event:
        case VoiceBegan():
            return replace(state, heard=True), ()
        case TurnEnded():
            return _end_turn(state)
        case Listened(seconds) if not state.heard:
            return _wait(state, seconds)
        case Given(command):
            return _command_by_key(state, command)
    return state, ()


def _wait(state: State, seconds: float) -> Step:
    """Silence after the question: a soft sound, the question once more, a kind end."""
    if state.turn is TurnKind.CONFIRM:
        return _end_turn(state) if seconds >= state.course.confirm_wait_s else (state, ())
    if seconds >= state.course.give_up_after_s:
        return _end_turn(replace(state, leaving=state.leaving or Line.NOTHING_SAID))
    if seconds >= state.course.repeat_after_s and not state.repeated:
        return _repeat(state)
    if seconds >= state.course.nudge_after_s and not state.nudged:
        return replace(state, nudged=True), (Nudge(),)
    return state, ()


def _repeat(state: State) -> Step:
    return replace(state, phase=Phase.ASKING, repeated=True), (HoldTurn(), Say(Line.REPEAT, state.question))


def _command_by_key(state: State, command: Command) -> Step:
    """A key while a turn is open: what was said so far is written down first, and is never taken for a command."""
    match command:
        case Command.DONE:
            return _end_turn(state)
        case Command.REPEAT if state.turn is TurnKind.ANSWER:
            return _repeat(state)
        case Command.PAUSE:
            return _end_turn(replace(state, pausing=True))
        case Command.START_OVER:
            return _start_over(state)
        case Command.SKIP | Command.NOT_TONIGHT:
            return _end_turn(replace(state, skipped=True, leaving=_leaving(state, command)))
    return state, ()


def _start_over(state: State) -> Step:
    return _listen(replace(state, kept=False, nudged=False, repeated=False), TurnKind.ANSWER, SetAside())


def _paused(state: State, event: Event) -> Step:
    """It listens for "go on" alone, and keeps nothing of what it hears."""
    match event:
        case Given(Command.PAUSE | Command.RESUME):
            return _listen(state, TurnKind.ANSWER, CancelTurn())
        case Given(Command.DONE | Command.SKIP | Command.NOT_TONIGHT as command):
            leaving = _leaving(state, command)
            return _settle(replace(state, turn=None, skipped=True, leaving=leaving), CancelTurn())
        case TurnEnded():
            return _end_turn(state)
    return state, ()


def _leaving(state: State, command: Command) -> Line | None:
    return Line.NOT_TONIGHT if command is Command.NOT_TONIGHT else state.leaving


def _end_turn(state: State) -> Step:
    return replace(state, phase=Phase.WRITING), (EndTurn(),)


def _writing(state: State, event: Event) -> Step:
    if not isinstance(event, TurnWritten):
        return state, ()
    kind, state = state.turn, replace(state, turn=None)
    if kind is TurnKind.CONFIRM:
        return _confirmed(state, event)
    if state.revocable:
        return _parted(state, event)
    if kind is TurnKind.COMMAND:
        return _heard_while_paused(state, event)
    if event.command is not None and not (state.stopping or state.pausing or state.skipped):
        return _command_by_voice(state, event.command)
    if event.words or event.sound:
        leaving = None if state.leaving is Line.NOTHING_SAID else state.leaving
        return replace(state, phase=Phase.KEEPING, leaving=leaving), (KeepEntry(),)
    if state.pausing and not state.stopping:
        return _pause(state)
    if state.kept:
        return _settle(state)
    return _settle(replace(state, skipped=True), DropEntry(DropReason.EMPTY))


def _command_by_voice(state: State, command: Command) -> Step:
    """The whole turn was a command. It stays a turn until the session ends, so that a wrong guess can be undone."""
    marked = replace(state, nudged=False, repeated=False, next_turn=TurnKind.ANSWER)
    match command:
        case Command.REPEAT:
            return replace(marked, phase=Phase.ASKING), (MarkCommand(), Say(Line.REPEAT, state.question))
        case Command.HELP | Command.RESUME:
            line = Line.HELP if command is Command.HELP else Line.RESUMED
            return replace(marked, phase=Phase.ASKING), (MarkCommand(), Say(line, state.question))
        case Command.UNDO:
            again = replace(marked, phase=Phase.ASKING)
            return again, (MarkCommand(), RestoreAside(), Say(Line.RESUMED, state.question))
        case Command.PAUSE:
            return _pause(marked, MarkCommand())
        case Command.START_OVER:
            return _listen(replace(marked, kept=False), TurnKind.ANSWER, MarkCommand(), SetAside())
        case Command.DELETE:
            asking = replace(marked, phase=Phase.ASKING, next_turn=TurnKind.CONFIRM)
            return asking, (MarkCommand(), Say(Line.DELETE_CONFIRM, state.question))
    leaving = {Command.DONE: Line.CLOSING, Command.NOT_TONIGHT: Line.NOT_TONIGHT}.get(command)
    ended = replace(marked, skipped=True, leaving=leaving or state.leaving)
    return _settle(replace(ended, revocable=leaving is not None and not state.kept), MarkCommand())


def _pause(state: State, *before: Action) -> Step:
    pausing = replace(state, phase=Phase.ASKING, pausing=False, next_turn=TurnKind.COMMAND)
    return pausing, (*before, Say(Line.PAUSED, state.question))


def _heard_while_paused(state: State, event: TurnWritten) -> Step:
    if state.stopping:
        return _settle(state)
    match event.command:
        case Command.RESUME:
            return replace(state, phase=Phase.ASKING, next_turn=TurnKind.ANSWER), (Say(Line.RESUMED, state.question),)
        case Command.DONE | Command.SKIP | Command.NOT_TONIGHT as command:
            leaving = Line.CLOSING if command is Command.DONE else _leaving(state, command)
            return _settle(replace(state, skipped=True, leaving=leaving))
    return _listen(state, TurnKind.COMMAND)


def _confirmed(state: State, event: TurnWritten) -> Step:
    """Only a clear yes deletes. "That" is this answer, or the one before where nothing of this one is kept."""
    if event.reply and not state.stopping:
        drop: Action = DropEntry(DropReason.PERSON) if state.kept else DropLast()
        return _settle(replace(state, kept=False, skipped=True), drop, answer=Line.DELETED)
    if state.stopping or state.kept:
        return _settle(state, answer=Line.NOT_DELETED)
    return replace(state, phase=Phase.ASKING, next_turn=TurnKind.ANSWER), (Say(Line.NOT_DELETED, state.question),)


def _keeping(state: State, event: Event) -> Step:
    if not isinstance(event, EntryKept):
        return state, ()
    state = replace(state, kept=True)
    if state.pausing and not state.stopping:
        return _pause(state)
    if state.stopping or state.leaving is not None or state.skipped:
        return _settle(state)
    return replace(state, phase=Phase.REPLYING), (Say(Line.REFLECTION, state.question),)


def _settle(state: State, *before: Action, answer: Line = Line.SKIPPED) -> Step:
    """Nothing more is said to this question: leave, or say one sentence and go on."""
    closing = (*before, CloseEntry() if state.kept else SetAside())
    settled = replace(state, turn=None, kept=False, pausing=False)
    if state.stopping:
        return _leave(settled, *closing)
    if state.leaving is not None:
        return replace(settled, phase=Phase.CLOSING), (*closing, Say(state.leaving, state.question))
    if state.skipped or answer is not Line.SKIPPED:
        replying = replace(settled, phase=Phase.REPLYING, skipped=False)
        return replying, (*closing, Say(answer, state.question))
    return _go_on(settled, *closing)


def _go_on(state: State, *before: Action) -> Step:
    if state.question + 1 >= state.course.count:
        return replace(state, phase=Phase.CLOSING), (*before, Say(Line.CLOSING, state.question))
    if state.stopping:
        return _leave(state, *before)
    return _ask(replace(state, question=state.question + 1), *before)


def _replying(state: State, event: Event) -> Step:
    match event:
        case Spoken() if state.kept and not state.stopping:
            return replace(state, phase=Phase.LINGERING, heard=False), (Linger(),)
        case Spoken() if state.kept:
            return _settle(state)
        case Spoken():
            return _go_on(state)
        case Given():
            return state, (Hush(),)
    return state, ()


def _lingering(state: State, event: Event) -> Step:
    """The reflection stands on the screen; who goes on speaking has not finished."""
    match event:
        case VoiceBegan():
            return replace(state, phase=Phase.LISTENING, turn=TurnKind.ANSWER, heard=True), (Reopen(),)
        case Listened(seconds) if seconds >= state.course.linger_s:
            return _settle(state, CancelTurn())
        case TurnEnded() | Given():
            return _settle(state, CancelTurn())
    return state, ()


def _closing(state: State, event: Event) -> Step:
    match event:
        case Spoken() if state.revocable and not state.stopping:
            return replace(state, phase=Phase.PARTING, turn=TurnKind.COMMAND, heard=False), (Part(),)
        case Spoken():
            return _leave(replace(state, exit_code=ExitCode.DONE))
        case Given():
            return state, (Hush(),)
    return state, ()


def _parting(state: State, event: Event) -> Step:
    match event:
        case VoiceBegan():
            return replace(state, heard=True), ()
        case TurnEnded():
            return _end_turn(state)
        case Listened(seconds) if seconds >= state.course.linger_s and not state.heard:
            return _depart(state)
        case Given():
            return _depart(state)
    return state, ()


def _depart(state: State) -> Step:
    return _leave(replace(state, turn=None, exit_code=ExitCode.DONE), CancelTurn(), SetAside())


def _parted(state: State, event: TurnWritten) -> Step:
    """Only "that was my answer" takes the end back; whatever else is said behind a good night is nobody's answer."""
    over = replace(state, revocable=False)
    if event.command is not Command.UNDO or state.stopping:
        return _leave(replace(over, exit_code=ExitCode.DONE), SetAside())
    return replace(over, phase=Phase.CLOSING), (RestoreAside(), SetAside(), Say(Line.RESTORED, state.question))


def _deciding(state: State, event: Event) -> Step:
    match event:
        case Decided(keep=True):
            return _end_turn(state)
        case Decided():
            return _leave(replace(state, turn=None, kept=False), DropEntry(DropReason.PERSON))
    return state, ()


def _leave(state: State, *before: Action) -> Step:
    return replace(state, phase=Phase.ENDED), (*before, Leave(state.exit_code))


def _stop(state: State, event: Stop) -> Step:
    """Ctrl-C never loses what was said: it asks, and a second one means keep; a third leaves it sealed."""
    again = state.stopping
    state = replace(state, stopping=True, exit_code=ExitCode.STOPPED)
    if state.phase is Phase.CLOSING:
        return _leave(replace(state, exit_code=ExitCode.DONE))
    if state.phase is Phase.PARTING:
        return _depart(state)
    if state.phase is Phase.LINGERING or (state.turn is TurnKind.COMMAND and state.phase is Phase.PAUSED):
        return _settle(state, CancelTurn())
    if state.phase in (Phase.WRITING, Phase.KEEPING):
        return _leave(state) if again else (state, ())
    if state.phase is Phase.DECIDING or (state.turn is not None and not (event.may_ask and state.heard)):
        return _end_turn(state)
    if state.turn is not None:
        return replace(state, phase=Phase.DECIDING), (*_silence(state), AskKeep())
    return _settle(state, *_silence(state)) if state.kept else _leave(state)


def _silence(state: State) -> tuple[Action, ...]:
    match state.phase:
        case Phase.LISTENING:
            return (HoldTurn(),)
        case Phase.ASKING | Phase.REPLYING:
            return (Hush(),)
    return ()


def _lose_source(state: State) -> Step:
    """What was heard is kept, and the evening ends: nobody could hear the next answer."""
    state = replace(state, stopping=True, exit_code=ExitCode.AUDIO)
    if state.phase is Phase.PARTING:
        return _depart(state)
    if state.phase is Phase.LINGERING or state.phase is Phase.PAUSED:
        return _settle(state, CancelTurn())
    if state.phase in (Phase.WRITING, Phase.KEEPING, Phase.REPLYING, Phase.CLOSING):
        return state, ()
    if state.turn is not None:
        return _end_turn(state)
    return _settle(state) if state.kept else _leave(state)


_PHASES: dict[Phase, Callable[[State, Event], Step]] = {
    Phase.READY: _ready,
    Phase.ASKING: _asking,
    Phase.LISTENING: _listening,
    Phase.PAUSED: _paused,
    Phase.DECIDING: _deciding,
    Phase.WRITING: _writing,
    Phase.KEEPING: _keeping,
    Phase.REPLYING: _replying,
    Phase.LINGERING: _lingering,
    Phase.CLOSING: _closing,
    Phase.PARTING: _parting,
}
