"""The conversation as a pure state machine: `step(state, event) -> (state, actions)`.

The moves that an event can lead to stand in `moves`. Nothing here reads a clock, touches a device or holds a word that
was said: time, sound and text arrive as events that say only what the course of an evening needs. `loop` performs
the actions and answers each with its event:

    Say        -> Spoken            when the sentence is over, was interrupted, or could only be shown
    Listen     -> Listened, VoiceBegan, TurnEnded    while the turn is open
    EndTurn    -> TurnWritten       when the words of the turn are there
    KeepEntry  -> EntryKept         when the entry is durable
    Linger     -> Listened, VoiceBegan
    Part       -> Listened, VoiceBegan, TurnEnded
    AskKeep    -> Decided           when the person has chosen, or cannot be asked

An answer gets at most one reflection, and one thing is asked behind it: whether the feeling was rightly heard, which of
three nearer words fits a vague one (each once an evening), or a question of the prompt's own. Silence goes on.

These promises hold for every order of events, and are proved by property in the tests: an answer is kept unless the
person drops it or nothing was said; nothing is spoken while it listens; nothing is asked after "not tonight"; what
became of a question is told once, before the next is drawn; and it always comes to an end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voicecheck.checkin.actions import (
    AskKeep,
    CancelTurn,
    Correct,
    DropEntry,
    Hush,
    KeepEntry,
    Linger,
    Nudge,
    Part,
    Reopen,
    RestoreAside,
    ResumeTurn,
    Say,
    SetAside,
    ShowHelp,
    TakeAsAnswer,
)
from voicecheck.checkin.commands import by_key, by_voice, confirmed, while_paused
from voicecheck.checkin.course import Command, DropReason, Line, Phase
from voicecheck.checkin.events import (
    Begin,
    Decided,
    Elapsed,
    EntryKept,
    Event,
    Given,
    Listened,
    SourceLost,
    Spoken,
    Stop,
    TurnEnded,
    TurnWritten,
    VoiceBegan,
)
from voicecheck.checkin.moves import (
    ask,
    close,
    compared,
    depart,
    end_turn,
    follow_up,
    go_on,
    leave,
    leaving,
    listen,
    pause,
    repeat,
    reply,
    settle,
    settle_passing,
    silence,
    step_back,
)
from voicecheck.checkin.state import State, Step
from voicecheck.domain import Did, Follow, TurnKind
from voicecheck.errors import ExitCode


def step(state: State, event: Event) -> Step:
    """The next state and what is to be done. Events that mean nothing in a phase change nothing."""
    if state.phase is Phase.ENDED:
        return state, ()
    if isinstance(event, Elapsed):
        return replace(state, elapsed_s=event.seconds), ()
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
        case Given(Command.HELP_NOW):
            return state, (ShowHelp(),)
    return _PHASES[state.phase](state, event)


def _ready(state: State, event: Event) -> Step:
    return ask(state) if isinstance(event, Begin) else (state, ())


def _asking(state: State, event: Event) -> Step:
    """Something is being said that the person may answer; the turn is already open when it is said in between."""
    match event:
        case Spoken() if state.turn is not None:
            return replace(state, phase=Phase.LISTENING), (ResumeTurn(),)
        case Spoken():
            return listen(state, state.next_turn)
        case Given(Command.STEP_BACK) if state.turn is None and not state.kept:
            return step_back(state, Hush())
        case Given(Command.SKIP | Command.NOT_TONIGHT as command) if state.turn is None and not state.kept:
            did = Did.SKIPPED if command is Command.SKIP and state.asking is Line.QUESTION else None
            return settle(replace(state, skipped=True, did=did, leaving=leaving(state, command)), Hush())
        case Given():
            return state, (Hush(),)  # any other key: let me answer now
    return state, ()


def _listening(state: State, event: Event) -> Step:
    match event:
        case VoiceBegan():
            return replace(state, heard=True), ()
        case TurnEnded():
            return end_turn(state)
        case Listened(seconds) if not state.heard:
            return _wait(state, seconds)
        case Given(command):
            return by_key(state, command)
    return state, ()


def _wait(state: State, seconds: float) -> Step:
    """Silence after the question: a soft sound, the question once more, a kind end. Behind an answer it goes on."""
    course = state.course
    if state.turn in (TurnKind.CONFIRM, TurnKind.CORRECTION):
        unhurried = state.heavy and state.asking is Line.OFFER_END
        wait_s = course.give_up_after_s if unhurried else course.confirm_wait_s
        return end_turn(state) if seconds >= wait_s else (state, ())
    if state.turn is TurnKind.FOLLOWUP:
        return end_turn(state) if seconds >= course.follow_wait_s else (state, ())
    if seconds >= course.give_up_after_s:
        return end_turn(replace(state, leaving=state.leaving or Line.NOTHING_SAID))
    if seconds >= course.repeat_after_s and not state.repeated:
        return repeat(state)
    if seconds >= course.nudge_after_s and not state.nudged:
        return replace(state, nudged=True), (Nudge(),)
    return state, ()


def _paused(state: State, event: Event) -> Step:
    """It listens for "go on" alone, and keeps nothing of what it hears. Two who read are not kept waiting for ever."""
    match event:
        case Given(Command.PAUSE | Command.RESUME | Command.DONE | Command.SKIP) if state.comparing:
            return compared(state, CancelTurn())
        case Listened(seconds) if state.comparing and seconds >= state.course.give_up_after_s:
            return compared(state, CancelTurn())
        case Given(Command.PAUSE | Command.RESUME):
            return listen(state, TurnKind.ANSWER, CancelTurn())
        case Given(Command.DONE | Command.SKIP | Command.NOT_TONIGHT as command):
            left = replace(state, turn=None, skipped=True, leaving=leaving(state, command))
            return compared(left, CancelTurn()) if state.comparing else settle(left, CancelTurn())
        case TurnEnded():
            return end_turn(state)
    return state, ()


def _writing(state: State, event: Event) -> Step:
    if not isinstance(event, TurnWritten):
        return state, ()
    kind, state = state.turn, replace(state, turn=None)
    if kind is TurnKind.CONFIRM:
        return confirmed(state, event)
    if state.revocable:
        return _parted(state, event)
    if kind is TurnKind.COMMAND:
        return while_paused(state, event)
    if event.command is not None and not state.hurried:
        return by_voice(state, event.command, there=event.there)
    if kind is TurnKind.CORRECTION and event.about is not None and not state.hurried:
        return replace(state, phase=Phase.KEEPING, correcting=True), (Correct(), KeepEntry())
    if event.words or event.sound:
        return _answered(state, event, kind)
    if state.pausing and not state.stopping:
        return pause(state)
    if state.kept:
        return settle(state)
    did = state.did or (Did.SKIPPED if state.leaving is Line.NOTHING_SAID else None)
    return settle(replace(state, skipped=True, did=did), DropEntry(DropReason.EMPTY))


def _answered(state: State, event: TurnWritten, kind: TurnKind | None) -> Step:
    """Words, or sound that may be some. What was said in the place of a yes or no belongs to the answer, too."""
    short = event.short and kind is TurnKind.ANSWER and not state.kept
    did = state.did if state.did is Did.STEPPED_BACK else Did.SHORT if short else Did.FINISHED
    left = None if state.leaving is Line.NOTHING_SAID else state.leaving
    taken = (TakeAsAnswer(),) if kind is TurnKind.CORRECTION else ()
    return replace(state, phase=Phase.KEEPING, did=did, leaving=left), (*taken, KeepEntry())


def _keeping(state: State, event: Event) -> Step:
    if not isinstance(event, EntryKept):
        return state, ()
    state = replace(state, kept=True, heavy=state.heavy or event.heavy)
    if state.pausing and not state.stopping:
        return pause(state)
    if state.stopping or state.leaving is not None or state.skipped:
        return settle(state)
    if state.correcting:
        return reply(replace(state, correcting=False), Line.CORRECTED)
    if state.followed:
        return reply(state, Line.FOLLOWED)
    state = replace(state, follow=event.follow if state.may(event.follow) else None)
    if state.follow in (Follow.CONFIRM, Follow.NEARER):
        return follow_up(state)
    return reply(state, Line.REFLECTION)


def _replying(state: State, event: Event) -> Step:
    match event:
        case Spoken() if state.kept and not state.stopping:
            return replace(state, phase=Phase.LINGERING, heard=False), (Linger(),)
        case Spoken() if state.kept:
            return settle(state)
        case Spoken():
            return go_on(state)
        case Given():
            return state, (Hush(),)
    return state, ()


def _lingering(state: State, event: Event) -> Step:
    """The reflection stands on the screen; who goes on speaking has not finished."""
    match event:
        case VoiceBegan():
            return replace(state, phase=Phase.LISTENING, turn=TurnKind.ANSWER, heard=True, follow=None), (Reopen(),)
        case Listened(seconds) if seconds >= state.course.linger_s:
            return settle_passing(state)
        case TurnEnded() | Given():
            return settle_passing(state)
    return state, ()


def _closing(state: State, event: Event) -> Step:
    match event:
        case Spoken() if state.revocable and not state.stopping:
            return replace(state, phase=Phase.PARTING, turn=TurnKind.COMMAND, heard=False), (Part(),)
        case Spoken():
            return leave(replace(state, exit_code=ExitCode.DONE))
        case Given():
            return state, (Hush(),)
    return state, ()


def _parting(state: State, event: Event) -> Step:
    match event:
        case VoiceBegan():
            return replace(state, heard=True), ()
        case TurnEnded():
            return end_turn(state)
        case Listened(seconds) if seconds >= state.course.linger_s and not state.heard:
            return depart(state)
        case Given():
            return depart(state)
    return state, ()


def _parted(state: State, event: TurnWritten) -> Step:
    """Only "that was my answer" takes the end back; whatever else is said behind a good night is nobody's answer."""
    over = replace(state, revocable=False)
    if event.command is not Command.UNDO or state.stopping:
        return leave(replace(over, exit_code=ExitCode.DONE), SetAside())
    return close(over, Line.RESTORED, RestoreAside(), SetAside())


def _deciding(state: State, event: Event) -> Step:
    match event:
        case Decided(keep=True):
            return end_turn(state)
        case Decided():
            return leave(replace(state, turn=None, kept=False), DropEntry(DropReason.PERSON))
    return state, ()


def _stop(state: State, event: Stop) -> Step:
    """Ctrl-C never loses what was said: it asks, and a second one means keep; a third leaves it sealed."""
    again = state.stopping
    state = replace(state, stopping=True, exit_code=ExitCode.STOPPED)
    if state.phase is Phase.CLOSING:
        return leave(replace(state, exit_code=ExitCode.DONE))
    if state.phase is Phase.PARTING:
        return depart(state)
    if state.phase is Phase.LINGERING or (state.turn is TurnKind.COMMAND and state.phase is Phase.PAUSED):
        return settle(state, CancelTurn())
    if state.phase in (Phase.WRITING, Phase.KEEPING):
        return leave(state) if again else (state, ())
    if state.phase is Phase.DECIDING or (state.turn is not None and not (event.may_ask and state.heard)):
        return end_turn(state)
    if state.turn is not None:
        return replace(state, phase=Phase.DECIDING), (*silence(state), AskKeep())
    return settle(state, *silence(state)) if state.kept else leave(state)


def _lose_source(state: State) -> Step:
    """What was heard is kept, and the evening ends: nobody could hear the next answer."""
    state = replace(state, stopping=True, exit_code=ExitCode.AUDIO)
    if state.phase is Phase.PARTING:
        return depart(state)
    if state.phase is Phase.LINGERING or state.phase is Phase.PAUSED:
        return settle(state, CancelTurn())
    if state.phase in (Phase.WRITING, Phase.KEEPING, Phase.REPLYING, Phase.CLOSING):
        return state, ()
    if state.turn is not None:
        return end_turn(state)
    return settle(state) if state.kept else leave(state)


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
