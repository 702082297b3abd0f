"""The moves of a conversation: ask, listen, settle, go on, leave. Pure; which event leads to which is `dialogue`'s.

A question is left by `settle` alone, so that whatever happened, what was given is put away first and what became of
the question is told once.
"""

from __future__ import annotations

from dataclasses import replace

from voicecheck.checkin.actions import (
    Action,
    CancelTurn,
    CloseEntry,
    DropEntry,
    EndTurn,
    HoldTurn,
    Hush,
    Leave,
    Listen,
    Note,
    Say,
    SetAside,
    TakeBack,
    TakeSentence,
)
from voicecheck.checkin.course import Command, DropReason, Line, Phase
from voicecheck.checkin.state import State, Step
from voicecheck.domain import Did, Follow, TurnKind
from voicecheck.errors import ExitCode

FOLLOW_LINES = {Follow.CONFIRM: Line.CONFIRM, Follow.NEARER: Line.NEARER, Follow.QUESTION: Line.FOLLOW_UP}


def say(state: State, line: Line) -> Say:
    return Say(line, state.question, state.speaker)


def ask(state: State, *before: Action) -> Step:
    """Begin with the question, for whoever it is asked."""
    fresh = replace(
        state,
        turn=None,
        kept=False,
        did=None,
        follow=None,
        followed=False,
        correcting=False,
        comparing=False,
        nudged=False,
        repeated=False,
    )
    line = Line.QUESTION
    if state.speaker:
        line = Line.SAY_BACK if state.course.say_back else Line.OTHER_SPEAKER
    return ask_for(fresh, line, TurnKind.ANSWER, *before)


def ask_for(state: State, line: Line, kind: TurnKind, *before: Action) -> Step:
    """Say something that wants an answer of this kind."""
    asking = replace(state, phase=Phase.ASKING, next_turn=kind, asking=line, nudged=False, repeated=False)
    return asking, (*before, say(state, line))


def listen(state: State, kind: TurnKind, *before: Action) -> Step:
    phase = Phase.PAUSED if kind is TurnKind.COMMAND else Phase.LISTENING
    return replace(state, phase=phase, turn=kind, heard=False), (*before, Listen(kind, state.question, state.speaker))


def repeat(state: State) -> Step:
    return replace(state, phase=Phase.ASKING, repeated=True), (HoldTurn(), say(state, Line.REPEAT))


def start_over(state: State, *before: Action) -> Step:
    anew = replace(state, kept=False, nudged=False, repeated=False, follow=None, followed=False, asking=Line.QUESTION)
    return listen(anew, TurnKind.ANSWER, *before, SetAside())


def end_turn(state: State) -> Step:
    return replace(state, phase=Phase.WRITING), (EndTurn(),)


def pause(state: State, *before: Action) -> Step:
    pausing = replace(state, phase=Phase.ASKING, pausing=False, next_turn=TurnKind.COMMAND)
    return pausing, (*before, say(state, Line.PAUSED))


def reply(state: State, line: Line) -> Step:
    return replace(state, phase=Phase.REPLYING), (say(state, line),)


def follow_up(state: State, *before: Action) -> Step:
    """What is asked behind an answer, once."""
    assert state.follow is not None, "there is something to ask"
    follow = state.follow
    asking = replace(
        state,
        turn=None,
        follow=None,
        followed=True,
        confirmed=state.confirmed or follow is Follow.CONFIRM,
        offered=state.offered or follow is Follow.NEARER,
    )
    kind = TurnKind.FOLLOWUP if follow is Follow.QUESTION else TurnKind.CORRECTION
    return ask_for(asking, FOLLOW_LINES[follow], kind, *before)


def leaving(state: State, command: Command) -> Line | None:
    return Line.NOT_TONIGHT if command is Command.NOT_TONIGHT else state.leaving


OFFERS = (Line.OFFER_END, Line.OFFER_SENTENCE)


def settle(state: State, *before: Action, answer: Line = Line.SKIPPED) -> Step:
    """Nothing more is said to this question: leave, or say one sentence and go on."""
    # An offer of its own is no question: what the person does with it is told to no ladder.
    did = None if state.speaker or state.asking in OFFERS else state.did
    note = () if did is None else (Note(did),)
    closing = (*before, *note, CloseEntry() if state.kept else SetAside())
    settled = replace(
        state, turn=None, kept=False, pausing=False, did=None, follow=None, answered=state.answered + state.kept
    )
    if state.stopping:
        return leave(settled, *closing)
    if state.leaving is not None:
        return replace(settled, phase=Phase.CLOSING), (*closing, say(state, state.leaving))
    if state.skipped or answer is not Line.SKIPPED:
        replying = replace(settled, phase=Phase.REPLYING, skipped=False)
        return replying, (*closing, say(state, answer))
    return go_on(settled, *closing)


def step_back(state: State, *before: Action) -> Step:
    """Something smaller, at once; once an evening it is asked on top of what was meant."""
    extra = 0 if state.speaker or state.course.speakers > 1 else 1
    stepped = replace(state, did=Did.STEPPED_BACK, skipped=True, extra=max(state.extra, extra))
    return settle(stepped, *before, answer=Line.SMALLER)


def go_on(state: State, *before: Action) -> Step:
    """The other one's turn, the next question, or the end."""
    told = state.answered > 0 or not state.course.say_back
    if state.speaker + 1 < state.course.speakers and told:
        return ask(replace(state, speaker=state.speaker + 1), *before)
    if state.course.say_back and state.answered > 1:
        reading = replace(state, phase=Phase.ASKING, next_turn=TurnKind.COMMAND, comparing=True, answered=0)
        return reading, (*before, say(state, Line.SIDE_BY_SIDE))
    over = state.question + 1 >= state.course.count + state.extra
    # Files in the microphone's place hold answers to questions alone: nobody is there who could reply.
    if state.heavy and state.course.follow_ups and not state.end_offered:
        return offer_end(replace(state, extra=state.extra + over), *before)  # also at the end: numbers are to be read
    if over:
        return offer_sentence(state, *before)
    if state.elapsed_s >= state.course.offer_end_after_s and not state.end_offered:
        return offer_end(state, *before)
    return next_question(state, *before)


def offer_end(state: State, *before: Action) -> Step:
    return ask_for(replace(state, end_offered=True), Line.OFFER_END, TurnKind.CONFIRM, *before)


def next_question(state: State, *before: Action) -> Step:
    if state.stopping:
        return leave(state, *before)
    return ask(replace(state, question=state.question + 1, speaker=0, answered=0), *before)


def offer_sentence(state: State, *before: Action) -> Step:
    if state.stopping:
        return leave(state, *before)
    if state.course.offer_sentence and not state.sentence_offered:
        offered = replace(state, sentence_offered=True)
        return ask_for(offered, Line.OFFER_SENTENCE, TurnKind.CONFIRM, *before)
    return close(state, Line.CLOSING, *before)


def close(state: State, line: Line, *before: Action) -> Step:
    return replace(state, phase=Phase.CLOSING), (*before, say(state, line))


def offered(state: State, reply: bool | None) -> Step:
    """The answer to one of its own offers, which is no answer to a question. Silence ends the evening, gently."""
    drop = DropEntry(DropReason.REPLY)
    if state.stopping:
        return leave(state, drop)
    if state.asking is Line.OFFER_SENTENCE:
        return close(state, Line.SENTENCE_NEXT, drop, TakeSentence()) if reply else close(state, Line.CLOSING, drop)
    return next_question(state, drop) if reply is False else close(state, Line.CLOSING, drop)


def taken_back(state: State, agreed: bool) -> Step:
    """The last sentence, or not. Who has not finished may go on with the answer, or take one more back."""
    if state.stopping:
        return settle(state)
    before = (TakeBack(),) if agreed else ()
    line = Line.SENTENCE_DELETED if agreed else Line.NOT_DELETED
    if state.kept:
        return replace(state, phase=Phase.REPLYING, follow=None), (*before, say(state, line))
    return ask_for(state, line, TurnKind.ANSWER, *before)


def compared(state: State, *before: Action) -> Step:
    """Both have read what one told and the other said back."""
    state = replace(state, turn=None, comparing=False)
    drop = DropEntry(DropReason.REPLY)
    if state.stopping:
        return leave(state, *before, drop)
    if state.leaving is not None:
        return close(state, state.leaving, *before, drop)
    return go_on(replace(state, speaker=state.course.speakers - 1), *before, drop)


def depart(state: State) -> Step:
    """Nobody took the end back."""
    return leave(replace(state, turn=None, exit_code=ExitCode.DONE), CancelTurn(), SetAside())


def leave(state: State, *before: Action) -> Step:
    return replace(state, phase=Phase.ENDED), (*before, Leave(state.exit_code))


def silence(state: State) -> tuple[Action, ...]:
    """Whatever is heard or said right now, ended."""
    match state.phase:
        case Phase.LISTENING:
            return (HoldTurn(),)
        case Phase.ASKING | Phase.REPLYING:
            return (Hush(),)
    return ()


def settle_passing(state: State) -> Step:
    """Nobody went on speaking: what is still to be asked, or the end of this question."""
    if state.follow is not None and not state.stopping and state.leaving is None:
        return follow_up(state, CancelTurn())
    return settle(state, CancelTurn())
