"""The conversation as a pure state machine: `step(state, event) -> (state, actions)`.

The moves stand in `moves`. Nothing here reads a clock, touches a device or holds a word that was said: time, sound and
text arrive as events. `loop` performs the actions and answers each with its event:

    Say        -> Spoken            when the sentence is over, was interrupted, or could only be shown
    Listen     -> Listened, VoiceBegan, TurnEnded    while the turn is open
    EndTurn    -> TurnWritten       when the words of the turn are there
    KeepEntry  -> EntryKept         when the entry is durable
    Linger, Part -> Listened, VoiceBegan, and TurnEnded where it parts
    AskKeep    -> Decided           when the person has chosen, or cannot be asked

An answer gets at most one reflection, and one thing is asked behind it: whether the feeling was rightly heard, a nearer
word, the way to a missing one (each once an evening), or a question of the prompt's own. Silence goes on.

These promises hold for every order of events, and are proved by property in the tests: an answer is kept unless the
person drops it or nothing was said; nothing is spoken while it listens; nothing is asked after "not tonight"; what
became of a question is told once, before the next is drawn; and it always comes to an end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from voicecheck.checkin import missing_word, moves
from voicecheck.checkin.actions import Action, DropEntry, Keep, Say, Show
from voicecheck.checkin.commands import (
    behind,
    by_key,
    by_voice,
    confirmed,
    goes_on,
    open_kind,
    replied,
    spoken,
    while_paused,
)
from voicecheck.checkin.course import Command, DropReason, Line, Phase
from voicecheck.checkin.events import (
    Begin,
    Chosen,
    Decided,
    Elapsed,
    EntryKept,
    Event,
    Given,
    Listened,
    Live,
    Replied,
    SourceLost,
    Spoken,
    StillWriting,
    Stop,
    TalkedOver,
    ThatWasMe,
    TurnEnded,
    TurnWritten,
    VoiceBegan,
)
from voicecheck.checkin.parting import parted, parting
from voicecheck.checkin.state import OpenTurn, Question, State, Step
from voicecheck.domain import Did, TurnKind
from voicecheck.errors import ExitCode


def step(state: State, event: Event) -> Step:
    """Return the next state and the actions for an event. Events that mean nothing in a phase change nothing."""
    if state.phase is Phase.ENDED:
        return state, ()
    if isinstance(event, Spoken):
        state = replace(state, saying=max(0, state.saying - 1))
        if state.saying:
            return state, ()
    state, actions = _react(state, event)
    return replace(state, saying=state.saying + sum(isinstance(a, Say) for a in actions)), actions


def _react(state: State, event: Event) -> Step:
    phase = state.phase
    match event:
        case Elapsed(seconds):
            return replace(state, elapsed_s=seconds), ()
        case Stop():
            return _stop(state, event)
        case SourceLost():
            return _lose_source(state)
        case Given(Command.UNDO):
            return state, (Keep.RESTORE_ASIDE,)
        case Given(Command.HELP_NOW):
            return moves.show_help(state)
        case Replied(yes):
            return replied(state, yes=yes)
        case ThatWasMe():
            return state, (Keep.TAKE_IN,)
        case TalkedOver():
            return state, (Show.GIVE_WAY,) if moves.gives_way(state) else ()
        case Chosen(place):
            return missing_word.chosen(state, place)
        case Begin():
            return moves.ask(state, Question()) if phase is Phase.READY else (state, ())
        case TurnWritten():
            return _written(state, event) if phase is Phase.WRITING else (state, ())
        case StillWriting():
            return state, (moves.say(state, Line.ONE_MOMENT),) if phase is Phase.WRITING else ()
        case EntryKept():
            return _kept(state, event) if phase is Phase.KEEPING else (state, ())
        case Decided():
            return _decided(state, event) if phase is Phase.DECIDING else (state, ())
        case Spoken() | Listened() | VoiceBegan() | TurnEnded() | Given():
            return _live(state, event)
        case _:
            assert_never(event)


def _live(state: State, event: Live) -> Step:
    phase = state.phase
    match phase:
        case Phase.ASKING:
            return _asking(state, event)
        case Phase.LISTENING:
            return _listening(state, event)
        case Phase.PAUSED:
            return _paused(state, event)
        case Phase.REPLYING:
            return _replying(state, event)
        case Phase.LINGERING:
            return _lingering(state, event)
        case Phase.CLOSING:
            return _closing(state, event)
        case Phase.PARTING:
            return parting(state, event)
        case Phase.READY | Phase.DECIDING | Phase.WRITING | Phase.KEEPING | Phase.ENDED:
            return state, ()
        case _:
            assert_never(phase)


def _asking(state: State, event: Live) -> Step:
    """React while something is said that may be answered; the turn is already open when it is said in between."""
    question = state.question
    unanswered = not state.turn.is_open and not question.kept
    match event:
        case Spoken() if state.turn.is_open:
            return replace(state, phase=Phase.LISTENING), (Show.RESUME_TURN,)
        case Spoken():
            return moves.listen(state, state.turn.kind)
        case Given(Command.STEP_BACK) if unanswered:
            return moves.step_back(state, Show.HUSH)
        case Given(Command.SKIP | Command.NOT_TONIGHT as command) if unanswered:
            did = Did.SKIPPED if command is Command.SKIP and question.line is Line.QUESTION else None
            passed = replace(question, skipped=True, did=did)
            return moves.settle(replace(state, question=passed, leaving=moves.leaving(state, command)), Show.HUSH)
        case Given():
            return state, (Show.HUSH,)  # any other key: let me answer now
        case Listened() | VoiceBegan() | TurnEnded():
            return state, ()
        case _:
            assert_never(event)


def _listening(state: State, event: Live) -> Step:
    match event:
        case VoiceBegan():
            return moves.heard(state)
        case TurnEnded():
            return moves.end_turn(state)
        case Listened(seconds):
            return (state, ()) if state.turn.heard else _wait(state, seconds)
        case Given():
            return by_key(state, event)
        case Spoken():
            return state, ()
        case _:
            assert_never(event)


def _wait(state: State, seconds: float) -> Step:
    """React to silence after the question: a soft sound, the question again, a kind end. Behind an answer, go on."""
    course, question, kind = state.course, state.question, state.turn.kind
    if kind in (TurnKind.CONFIRM, TurnKind.CORRECTION):
        unhurried = state.heavy and question.line is Line.OFFER_END
        wait_s = course.follow_wait_s if question.line is Line.WORDS else course.confirm_wait_s
        wait_s = course.give_up_after_s if unhurried else wait_s
        return moves.end_turn(state) if course.is_over(wait_s, seconds) else (state, ())
    if kind is TurnKind.FOLLOWUP:
        return moves.end_turn(state) if course.is_over(course.follow_wait_s, seconds) else (state, ())
    if course.is_over(course.give_up_after_s, seconds):
        return moves.end_turn(replace(state, leaving=state.leaving or Line.NOTHING_SAID))
    if course.is_over(course.repeat_after_s, seconds) and not question.repeated:
        return moves.repeat(state)
    if course.is_over(course.nudge_after_s, seconds) and not question.nudged:
        return replace(state, question=replace(question, nudged=True)), (Show.NUDGE,)
    return state, ()


def _paused(state: State, event: Live) -> Step:
    """React while paused: listen for "go on" alone and keep nothing. Two who read are not kept waiting for ever."""
    match event:
        case Given(Command.PAUSE | Command.RESUME | Command.DONE | Command.SKIP) if state.comparing:
            return moves.compared(state, Keep.CANCEL_TURN)
        case Listened(seconds) if state.comparing and state.course.is_over(state.course.give_up_after_s, seconds):
            return moves.compared(state, Keep.CANCEL_TURN)
        case Given(Command.PAUSE | Command.RESUME):
            return moves.listen(state, open_kind(state), Keep.CANCEL_TURN)
        case Given(Command.DONE | Command.SKIP | Command.NOT_TONIGHT as command):
            passed = replace(state.question, skipped=True)
            left = replace(state, question=passed, turn=moves.closed(state.turn), leaving=moves.leaving(state, command))
            return moves.compared(left, Keep.CANCEL_TURN) if state.comparing else moves.settle(left, Keep.CANCEL_TURN)
        case TurnEnded():
            return moves.end_turn(state)
        case Given() | Listened() | VoiceBegan() | Spoken():
            return state, ()
        case _:
            assert_never(event)


def _written(state: State, event: TurnWritten) -> Step:
    kind, state = state.turn.kind, replace(state, turn=moves.closed(state.turn))
    question = state.question
    if kind is TurnKind.CONFIRM:
        return _answered(state, event, kind) if goes_on(state, event) else confirmed(state, event)
    if state.revocable:
        return parted(state, event)
    if kind is TurnKind.COMMAND:
        return while_paused(state, event)
    if event.command is not None and not state.hurried:
        return by_voice(state, event, event.command)
    if event.fills and not state.turn.by_key and not state.hurried and state.leaving is None:
        return _fills(state, kind)
    if kind is TurnKind.CORRECTION and event.about is not None and not state.hurried:
        after, actions = missing_word.replied(state, event.about)
        return after, (*_parted_command(event), *actions)
    if question.line is Line.WORD_NOW and (answered := missing_word.word_now(state, event)) is not None:
        return answered
    if event.words or event.sound:
        return _answered(state, event, kind)
    if state.pausing and not state.stopping:
        return moves.pause(state)
    if state.then is not None and not state.stopping:
        return spoken(replace(state, then=None), event, state.then)
    if question.kept:
        return moves.settle(state)
    did = question.did or (Did.SKIPPED if state.leaving is Line.NOTHING_SAID else None)
    return moves.settle(replace(state, question=replace(question, skipped=True, did=did)), DropEntry(DropReason.EMPTY))


def _fills(state: State, kind: TurnKind) -> Step:
    """Listen on: who says "um" is about to answer. Behind a reflection for as long as it listens there."""
    if kind is TurnKind.ANSWER and state.question.kept:
        return replace(state, phase=Phase.LINGERING, turn=OpenTurn()), (Keep.MARK_FILLER, Show.LINGER)
    return moves.listen(state, kind, Keep.MARK_FILLER)


def _answered(state: State, event: TurnWritten, kind: TurnKind) -> Step:
    """Keep the words of a turn, or sound that may be some. Words in place of a yes or no belong to the answer, too."""
    question = state.question
    short = event.short and kind is TurnKind.ANSWER and not question.kept
    did = question.did if question.did is Did.STEPPED_BACK else Did.SHORT if short else Did.FINISHED
    left = None if state.leaving is Line.NOTHING_SAID else state.leaving
    taken: tuple[Action, ...] = (Keep.TAKE_AS_ANSWER,) if kind in (TurnKind.CORRECTION, TurnKind.CONFIRM) else ()
    if not state.hurried:
        taken = (*taken, *_parted_command(event))
    elif Command.HELP_NOW in (event.command, event.behind):  # its words stay in the answer, but nobody is left waiting
        taken = (*taken, Show.SHOW_HELP)
    unclear = event.unclear and state.course.by_ear and state.course.follow_ups and state.course.speakers == 1
    question = replace(question, did=did, unclear=unclear, added=question.kept)
    answered = replace(state, phase=Phase.KEEPING, question=question, leaving=left)
    return answered, (*taken, Keep.KEEP_ENTRY)


def _parted_command(event: TurnWritten) -> tuple[Keep, ...]:
    return () if event.behind is None else (Keep.PART_COMMAND,)


def _kept(state: State, event: EntryKept) -> Step:
    question = replace(state.question, kept=True, one_sentence=event.one_sentence)
    state = replace(state, question=question, heavy=state.heavy or event.heavy)
    if state.pausing and not state.stopping:
        return moves.pause(state)
    if state.stopping or state.leaving is not None or question.skipped:
        return moves.settle(state)
    if (command := state.then or event.behind) is not None:
        return behind(replace(state, then=None, question=replace(question, correcting=False)), command)
    follow = event.follow if event.follow is not None and state.may(event.follow) else None
    state = replace(state, question=replace(question, follow=follow, unclear=False))
    if question.unclear and not question.correcting and not event.heavy:
        return moves.ask_for(state, Line.UNCLEAR, TurnKind.CONFIRM)
    return moves.answer_kept(state)


def _replying(state: State, event: Live) -> Step:
    match event:
        case Spoken() if state.question.kept and not state.stopping:
            return replace(state, phase=Phase.LINGERING, turn=OpenTurn()), (Show.LINGER,)
        case Spoken():
            return moves.settle(state) if state.question.kept else moves.go_on(state)
        case Given():
            return state, (Show.HUSH,)
        case Listened() | VoiceBegan() | TurnEnded():
            return state, ()
        case _:
            assert_never(event)


def _lingering(state: State, event: Live) -> Step:
    """React while the reflection stands on the screen; a person who goes on speaking reopens the answer."""
    match event:
        case VoiceBegan():
            question, turn = replace(state.question, follow=None), OpenTurn(is_open=True, heard=True)
            return replace(state, phase=Phase.LISTENING, question=question, turn=turn), (Keep.REOPEN,)
        case Listened(seconds, silence_s):
            over = state.course.lingered(seconds, silence_s, more=state.has_more and not state.heavy)
            return moves.settle_passing(state) if over else (state, ())
        case Given(Command.DELETE, asks=False):
            return moves.delete(state)
        case Given(Command.DELETE | Command.DELETE_SENTENCE as command):
            after, actions = behind(state, command)
            return after, (Keep.CANCEL_TURN, *actions)
        case Given(Command.NOT_TONIGHT):
            return moves.settle(replace(state, leaving=Line.NOT_TONIGHT), Keep.CANCEL_TURN)
        case TurnEnded() | Given():
            return moves.settle_passing(state)
        case Spoken():
            return state, ()
        case _:
            assert_never(event)


def _closing(state: State, event: Live) -> Step:
    match event:
        case Spoken() if state.revocable and not state.stopping:
            return replace(state, phase=Phase.PARTING, turn=OpenTurn(TurnKind.COMMAND, is_open=True)), (Show.PART,)
        case Spoken():
            return moves.leave(replace(state, exit_code=ExitCode.DONE))
        case Given():
            return state, (Show.HUSH,)
        case Listened() | VoiceBegan() | TurnEnded():
            return state, ()
        case _:
            assert_never(event)


def _decided(state: State, event: Decided) -> Step:
    if event.keep:
        return moves.end_turn(state)
    dropped = replace(state, question=replace(state.question, kept=False), turn=moves.closed(state.turn))
    return moves.leave(dropped, DropEntry(DropReason.PERSON))


def _stop(state: State, event: Stop) -> Step:
    """React to Ctrl-C, which never loses an answer: it asks, a second one keeps, a third leaves it sealed."""
    again, turn, kept = state.stopping, state.turn, state.question.kept
    state = replace(state, stopping=True, exit_code=ExitCode.STOPPED)
    if state.phase is Phase.CLOSING:
        return moves.leave(replace(state, exit_code=ExitCode.DONE))
    if state.phase is Phase.PARTING:
        return moves.depart(state)
    if state.phase is Phase.LINGERING or state.phase is Phase.PAUSED:
        return moves.settle(state, Keep.CANCEL_TURN)
    if state.phase in (Phase.WRITING, Phase.KEEPING):
        return moves.leave(state) if again else (state, ())
    if state.phase is Phase.DECIDING or (turn.is_open and not (event.may_ask and turn.heard)):
        return moves.end_turn(state)
    if turn.is_open:
        return replace(state, phase=Phase.DECIDING), (*moves.silence(state), Show.ASK_KEEP)
    return moves.settle(state, *moves.silence(state)) if kept else moves.leave(state)


def _lose_source(state: State) -> Step:
    """Keep what was heard and end the evening: without a source nobody could hear the next answer."""
    state = replace(state, stopping=True, exit_code=ExitCode.AUDIO)
    if state.phase is Phase.PARTING:
        return moves.depart(state)
    if state.phase is Phase.LINGERING or state.phase is Phase.PAUSED:
        return moves.settle(state, Keep.CANCEL_TURN)
    if state.phase in (Phase.WRITING, Phase.KEEPING, Phase.REPLYING, Phase.CLOSING):
        return state, ()
    if state.turn.is_open:
        return moves.end_turn(state)
    return moves.settle(state) if state.question.kept else moves.leave(state)
