"""Moves of a conversation: ask, listen, settle, go on, leave. Pure; `dialogue` decides which event leads to which.

A question is left by `settle` alone, so that whatever happened, what was given is put away first and what became of
the question is told once.
"""

from __future__ import annotations

from dataclasses import replace

from voicecheck.checkin.actions import Action, DropEntry, Keep, Leave, Listen, Note, Say, Show
from voicecheck.checkin.course import Command, DropReason, Line, Phase
from voicecheck.checkin.state import FOLLOW_LINES, OFFERS, ONCE, OpenTurn, Question, State, Step
from voicecheck.domain import Did, Follow, TurnKind
from voicecheck.errors import ExitCode


def say(state: State, line: Line) -> Say:
    return Say(line, state.question.number, state.question.speaker)


def ask(state: State, question: Question, *before: Action) -> Step:
    """Begin with a new question, for whoever it is asked."""
    line = Line.QUESTION
    if question.speaker:
        line = Line.SAY_BACK if state.course.say_back else Line.OTHER_SPEAKER
    return ask_for(replace(state, question=question), line, TurnKind.ANSWER, *before)


def ask_for(state: State, line: Line, kind: TurnKind, *before: Action) -> Step:
    """Say something that wants an answer of this kind."""
    asking = replace(
        state,
        phase=Phase.ASKING,
        question=replace(state.question, line=line, nudged=False, repeated=False),
        turn=OpenTurn(kind),
        asked_once=state.asked_once | ({line} & ONCE),
    )
    return asking, (*before, say(state, line))


def listen(state: State, kind: TurnKind, *before: Action) -> Step:
    phase = Phase.PAUSED if kind is TurnKind.COMMAND else Phase.LISTENING
    listening = replace(state, phase=phase, turn=OpenTurn(kind, is_open=True))
    return listening, (*before, Listen(kind, state.question.number, state.question.speaker))


def repeat(state: State) -> Step:
    repeated = replace(state, phase=Phase.ASKING, question=replace(state.question, repeated=True))
    return repeated, (Show.HOLD_TURN, say(state, Line.REPEAT))


def heard(state: State) -> Step:
    return replace(state, turn=replace(state.turn, heard=True)), ()


def tell_between(state: State, line: Line, *before: Action) -> Step:
    """Say something in the middle of a turn, which stays open, and listen on in it."""
    return replace(state, phase=Phase.ASKING), (Show.HOLD_TURN, *before, say(state, line))


def show_help(state: State) -> Step:
    """Show where help is, by key; who sees no screen is told at once."""
    if not state.course.by_ear or state.stopping:
        return state, (Show.SHOW_HELP,)
    if state.phase is Phase.LISTENING:
        return tell_between(state, Line.HELP_SHOWN, Show.SHOW_HELP)
    return help_while_paused(state, Keep.CANCEL_TURN) if state.phase is Phase.PAUSED else (state, (Show.SHOW_HELP,))


def help_while_paused(state: State, *before: Action) -> Step:
    """Show where help is, and go on with the pause; who sees no screen is told before."""
    if not state.course.by_ear:
        return listen(state, TurnKind.COMMAND, *before, Show.SHOW_HELP)
    telling = replace(state, phase=Phase.ASKING, turn=OpenTurn(TurnKind.COMMAND))
    return telling, (*before, Show.SHOW_HELP, say(state, Line.HELP_SHOWN))


def start_over(state: State, *before: Action) -> Step:
    anew = replace(state, question=state.question.anew())
    if state.course.by_ear:
        return ask_for(anew, Line.RESUMED, TurnKind.ANSWER, *before, Keep.SET_ASIDE)
    return listen(anew, TurnKind.ANSWER, *before, Keep.SET_ASIDE)


def end_turn(state: State) -> Step:
    return replace(state, phase=Phase.WRITING), (Show.END_TURN,)


def pause(state: State) -> Step:
    pausing = replace(state, phase=Phase.ASKING, pausing=False, turn=OpenTurn(TurnKind.COMMAND))
    return pausing, (say(state, Line.PAUSED),)


def reply(state: State, line: Line) -> Step:
    return replace(state, phase=Phase.REPLYING), (say(state, line),)


def answer_kept(state: State) -> Step:
    """Reply to an answer that is durable, or ask what follows it."""
    question = state.question
    if question.correcting:
        return reply(replace(state, question=replace(question, correcting=False)), Line.CORRECTED)
    if question.followed:
        return reply(state, Line.FOLLOWED)
    if question.follow in (Follow.CONFIRM, Follow.NEARER, Follow.BODY):
        return follow_up(state)
    return reply(state, Line.REFLECTION)


def follow_up(state: State, *before: Action) -> Step:
    """Ask what follows an answer, once."""
    follow = state.question.follow
    assert follow is not None, "there is something to ask"
    asking = replace(state, question=replace(state.question, follow=None, followed=True))
    kind = TurnKind.FOLLOWUP if follow is Follow.QUESTION else TurnKind.CORRECTION
    return ask_for(asking, FOLLOW_LINES[follow], kind, *before)


def leaving(state: State, command: Command) -> Line | None:
    return Line.NOT_TONIGHT if command is Command.NOT_TONIGHT else state.leaving


def settle(state: State, *before: Action, answer: Line = Line.SKIPPED) -> Step:
    """Leave the question, or say one sentence and go on."""
    question = state.question
    # An offer of its own is no question: what the person does with it is told to no ladder.
    own_account = question.line in (*OFFERS, Line.WORD_NOW)
    did = None if question.speaker or own_account else question.did
    note = () if did is None else (Note(did),)
    closing = (*before, *note, Keep.CLOSE_ENTRY if question.kept else Keep.SET_ASIDE)
    answered = question.answered + question.kept
    over = replace(question, kept=False, did=None, follow=None, answered=answered)
    settled = replace(state, question=over, turn=closed(state.turn), pausing=False)
    if state.stopping:
        return leave(settled, *closing)
    if state.leaving is not None:
        return replace(settled, phase=Phase.CLOSING), (*closing, say(state, state.leaving))
    if question.skipped or answer is not Line.SKIPPED:
        replying = replace(settled, phase=Phase.REPLYING, question=replace(over, skipped=False))
        return replying, (*closing, say(state, answer))
    return go_on(settled, *closing)


def closed(turn: OpenTurn) -> OpenTurn:
    return replace(turn, is_open=False)


def step_back(state: State, *before: Action) -> Step:
    """Ask a smaller question at once; the first of an evening does not count against the number that was meant."""
    extra = 0 if state.question.speaker or state.course.speakers > 1 else 1
    question = replace(state.question, did=Did.STEPPED_BACK, skipped=True)
    stepped = replace(state, question=question, extra=max(state.extra, extra))
    return settle(stepped, *before, answer=Line.SMALLER)


def go_on(state: State, *before: Action) -> Step:
    """Go on to the other speaker, the next question, or the end."""
    question, course = state.question, state.course
    told = question.answered > 0 or not course.say_back
    if question.speaker + 1 < course.speakers and told:
        return ask(state, question.to_other(), *before)
    if course.say_back and question.answered > 1:
        read = replace(question, line=Line.SIDE_BY_SIDE, answered=0)
        reading = replace(state, phase=Phase.ASKING, question=read, turn=OpenTurn(TurnKind.COMMAND))
        return reading, (*before, say(state, Line.SIDE_BY_SIDE))
    over = question.number + 1 >= course.count + state.extra
    end_offered = Line.OFFER_END in state.asked_once
    # Files in the microphone's place hold answers to questions alone: nobody is there who could reply.
    if state.heavy and course.follow_ups and not end_offered:
        return offer_end(replace(state, extra=state.extra + over), *before)  # also at the end: numbers are to be read
    if over:
        return ask_word_now(state, *before)
    if state.elapsed_s >= course.offer_end_after_s and not end_offered:
        return offer_end(state, *before)
    return next_question(state, *before)


def offer_end(state: State, *before: Action) -> Step:
    return ask_for(state, Line.OFFER_END, TurnKind.CONFIRM, *before)


def next_question(state: State, *before: Action) -> Step:
    if state.stopping:
        return leave(state, *before)
    return ask(state, state.question.next(), *before)


def ask_word_now(state: State, *before: Action) -> Step:
    """Ask once for the word that an earlier moment had not, never where something heavy was said."""
    if state.stopping:
        return leave(state, *before)
    if state.course.word_now and not state.heavy and Line.WORD_NOW not in state.asked_once:
        question = replace(state.question.anew(), followed=True)
        return ask_for(replace(state, question=question), Line.WORD_NOW, TurnKind.FOLLOWUP, *before)
    return offer_sentence(state, *before)


def offer_sentence(state: State, *before: Action) -> Step:
    if state.stopping:
        return leave(state, *before)
    if state.course.offer_sentence and Line.OFFER_SENTENCE not in state.asked_once:
        return ask_for(state, Line.OFFER_SENTENCE, TurnKind.CONFIRM, *before)
    return close(state, Line.CLOSING, *before)


def close(state: State, line: Line, *before: Action) -> Step:
    return replace(state, phase=Phase.CLOSING), (*before, say(state, line))


def offered(state: State, reply: bool | None) -> Step:
    """React to the reply to an offer, which is no answer to a question. Silence ends the evening, gently."""
    drop = DropEntry(DropReason.REPLY)
    if state.stopping:
        return leave(state, drop)
    if state.question.line is Line.OFFER_SENTENCE:
        return close(state, Line.SENTENCE_NEXT, drop, Show.TAKE_SENTENCE) if reply else close(state, Line.CLOSING, drop)
    return next_question(state, drop) if reply is False else close(state, Line.CLOSING, drop)


def delete(state: State) -> Step:
    """Delete what this question gave, what is being said with it; where it gave nothing, the answer before.

    By key alone: whoever shows the key has asked already if it is meant.
    """
    said = state.question.kept or state.turn.heard
    drop = DropEntry(DropReason.DELETED) if said else Keep.DROP_LAST
    did = Did.SHORT if said else state.question.did
    deleted = replace(state.question, kept=False, skipped=True, did=did)
    return settle(replace(state, question=deleted), Keep.CANCEL_TURN, drop, answer=Line.DELETED)


def taken_back(state: State, agreed: bool) -> Step:
    """Take the last sentence back, or not. A person who has not finished may go on, or take one more back."""
    if state.stopping:
        return settle(state)
    before = (Keep.TAKE_BACK,) if agreed else ()
    line = Line.SENTENCE_DELETED if agreed else Line.NOT_DELETED
    if state.question.kept:
        replying = replace(state, phase=Phase.REPLYING, question=replace(state.question, follow=None))
        return replying, (*before, say(state, line))
    return ask_for(state, line, TurnKind.ANSWER, *before)


def compared(state: State, *before: Action) -> Step:
    """Go on after both have read what one told and the other said back."""
    speaker = state.course.speakers - 1
    question = replace(state.question, line=Line.QUESTION, speaker=speaker)
    state = replace(state, question=question, turn=closed(state.turn))
    drop = DropEntry(DropReason.REPLY)
    if state.stopping:
        return leave(state, *before, drop)
    if state.leaving is not None:
        return close(state, state.leaving, *before, drop)
    return go_on(state, *before, drop)


def depart(state: State) -> Step:
    """End the sitting: nobody took the end back."""
    return leave(replace(state, turn=closed(state.turn), exit_code=ExitCode.DONE), Keep.CANCEL_TURN, Keep.SET_ASIDE)


def leave(state: State, *before: Action) -> Step:
    return replace(state, phase=Phase.ENDED), (*before, Leave(state.exit_code))


def silence(state: State) -> tuple[Action, ...]:
    """Return actions that end whatever is heard or said right now."""
    if state.phase is Phase.LISTENING:
        return (Show.HOLD_TURN,)
    return (Show.HUSH,) if state.phase in (Phase.ASKING, Phase.REPLYING) else ()


def gives_way(state: State) -> bool:
    """True if what is said now may be broken off by the person's voice, and is listened to from its first word.

    A yes or no to what is destroyed or ended counts only behind its whole question.
    """
    if state.phase is Phase.ASKING:
        return state.turn.kind is not TurnKind.CONFIRM
    if state.phase is Phase.CLOSING:
        return state.revocable and not state.stopping
    return state.phase is Phase.REPLYING and state.question.kept and not state.stopping


def settle_passing(state: State) -> Step:
    """Go on after a passing turn in which nobody spoke: the follow-up, or the end of this question."""
    if state.question.follow is not None and not state.stopping and state.leaving is None:
        return follow_up(state, Keep.CANCEL_TURN)
    return settle(state, Keep.CANCEL_TURN)
