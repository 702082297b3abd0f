"""The table of commands: what each leads to, by voice, by key and while it is paused; and what a yes or no leads to.

Pure; the moves stand in `moves`. docs/extending.md tells how to add a command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeAlias

from voicecheck.checkin import moves
from voicecheck.checkin.actions import Action, DropEntry, Keep, LookUp, Show
from voicecheck.checkin.course import Command, DropReason, Line, Phase
from voicecheck.checkin.events import Given, TurnWritten
from voicecheck.checkin.state import OFFERS, TAKING_BACK, UNFINISHED, OpenTurn, State, Step
from voicecheck.domain import Did, TurnKind

REPLIES = {
    Line.FOLLOW_UP: TurnKind.FOLLOWUP,
    Line.WORD_NOW: TurnKind.FOLLOWUP,
    **dict.fromkeys((Line.CONFIRM, Line.NEARER, Line.BODY, Line.MOOD, Line.WORDS), TurnKind.CORRECTION),
}

ASKING = (
    Command.READ_LAST, Command.WEEK_AGO, Command.WEEK_FEELINGS, Command.SLOWER, Command.FASTER, Command.SPELL,
    Command.MEANING, Command.REPEAT, Command.HELP,
)  # fmt: skip
"""commands that ask to hear something, and change nothing that was said"""

Move: TypeAlias = Callable[[State], Step]

LookedUp: TypeAlias = Literal[
    Command.READ_LAST,
    Command.WEEK_AGO,
    Command.MONTH_AGO,
    Command.YEAR_AGO,
    Command.NOT_AGAIN,
    Command.WEEK_FEELINGS,
    Command.SLOWER,
    Command.FASTER,
    Command.SPELL,
]


def by_voice(state: State, event: TurnWritten, command: Command) -> Step:
    """React to a turn that was a command as a whole. It is kept until the session ends, so that it can be undone."""
    state, actions = spoken(state, event, command)
    return state, (Keep.MARK_COMMAND, *actions)


def behind(state: State, command: Command) -> Step:
    """The command was said behind the answer, which is safe by now. Its end of the evening can be taken back, too."""
    state, actions = spoken(state, TurnWritten(words=True, sound=False, command=command, there=True), command)
    return replace(state, revocable=state.phase is Phase.CLOSING), actions


def spoken(state: State, event: TurnWritten, command: Command) -> Step:
    """Do what a command that was said leads to."""
    question = replace(state.question, nudged=False, repeated=False)
    if command is Command.DELETE_SENTENCE and question.kept and question.one_sentence:
        command = Command.DELETE_ONE_SENTENCE
    return MOVES[command].spoken(replace(state, question=question, turn=OpenTurn()), event)


def by_key(state: State, given: Given) -> Step:
    """React to a key while a turn is open: what was said so far is written down, never taken for a command."""
    return _afterwards(given.command, state) if given.asks else MOVES[given.command].key(state)


def replied(state: State, *, yes: bool) -> Step:
    """React to yes or no by key, where one of them was asked for."""
    if state.phase is not Phase.LISTENING or state.turn.kind is not TurnKind.CONFIRM:
        return state, ()
    after, actions = confirmed(replace(state, turn=moves.closed(state.turn)), TurnWritten(True, False, reply=yes))
    return after, (Keep.CANCEL_TURN, *actions)


def while_paused(state: State, event: TurnWritten) -> Step:
    if state.stopping:
        return moves.compared(state) if state.comparing else moves.settle(state)
    command = Command.HELP_NOW if event.behind is Command.HELP_NOW else event.command
    return keep_waiting(state) if command is None else MOVES[command].paused(state)


def goes_on(state: State, event: TurnWritten) -> bool:
    """True if the reply to "delete that?" or "was it a request?" is neither yes nor no, nor one: the answer goes on."""
    line = state.question.line
    if line not in UNFINISHED or not (event.went_on and event.words) or event.reply is not None:
        return False
    return event.command is None and not (event.short and line in TAKING_BACK)


def confirmed(state: State, event: TurnWritten) -> Step:
    """React to the reply to a yes-or-no question. Only a clear yes deletes this answer, or the last if it has none."""
    question = state.question
    if Command.HELP_NOW in (event.command, event.behind) and not state.stopping:
        return moves.ask_for(state, question.line, TurnKind.CONFIRM, Show.SHOW_HELP)
    if event.fills and not state.turn.by_key and not state.stopping:
        return moves.listen(state, TurnKind.CONFIRM)
    if question.line is Line.UNCLEAR:
        return _was_request(state, event)
    if question.line in OFFERS:
        if event.command in (Command.NOT_TONIGHT, Command.DONE) and not state.stopping:
            line = Line.NOT_TONIGHT if event.command is Command.NOT_TONIGHT else Line.CLOSING
            return moves.close(replace(state, leaving=line), line, DropEntry(DropReason.REPLY))
        return moves.offered(state, event.reply)
    if question.line is Line.SENTENCE_CONFIRM:
        return moves.taken_back(state, event.reply is True)
    if event.reply and not state.stopping:
        drop = DropEntry(DropReason.DELETED) if question.kept else Keep.DROP_LAST
        did = Did.SHORT if question.kept else question.did
        deleted = replace(question, kept=False, skipped=True, did=did)
        return moves.settle(replace(state, question=deleted), drop, answer=Line.DELETED)
    if state.stopping or question.kept:
        return moves.settle(state, answer=Line.NOT_DELETED)
    return moves.ask_for(state, Line.NOT_DELETED, TurnKind.ANSWER)


def _was_request(state: State, event: TurnWritten) -> Step:
    """React to the reply to "was that a request?". It stays an answer unless a yes, or a request now, says so."""
    if state.hurried or state.leaving is not None:
        return moves.settle(state)
    if not (event.reply or event.command in ASKING):
        if event.command in (None, Command.UNDO, Command.RESUME):
            return moves.answer_kept(state)
        return behind(state, event.command)
    if not state.question.added:
        state, aside = replace(state, question=state.question.anew()), Keep.SET_ASIDE
    else:
        aside = Keep.PART_REQUEST
    if event.command is None:
        kind = TurnKind.FOLLOWUP if state.question.kept else TurnKind.ANSWER
        return moves.ask_for(state, Line.SAY_AGAIN, kind, aside)
    state, actions = spoken(state, event, event.command)
    return state, (aside, *actions)


# Moves of a command by voice, which is marked as one


def tell(line: Line, *actions: Action) -> Callable[[State, TurnWritten], Step]:
    """Return a move that says a sentence and then listens as before, to the answer or the reply that was asked for."""
    return lambda state, event: (_still_open(state), (*actions, moves.say(state, line)))


def open_kind(state: State) -> TurnKind:
    """Return the kind of turn that the last question asked for: an answer, or a reply to a follow-up."""
    return REPLIES.get(state.question.line, TurnKind.ANSWER)


def _still_open(state: State) -> State:
    return replace(state, phase=Phase.ASKING, turn=OpenTurn(open_kind(state)))


def tell_on(line: Line, *actions: Action) -> Callable[[State, TurnWritten], Step]:
    """Return a move that says a sentence and then listens as before; behind a reflection as it did there."""

    def move(state: State, event: TurnWritten) -> Step:
        if not state.question.kept or state.question.line in REPLIES:
            return tell(line, *actions)(state, event)
        after, said = moves.reply(state, line)
        return after, (*actions, *said)

    return move


def _undo(state: State, event: TurnWritten) -> Step:
    """Put back what was taken for something else. A reply to the feeling that was given back is over with it."""
    if state.question.kept and state.question.line is Line.CONFIRM:
        step, actions = moves.reply(state, Line.BACK_IN)
        return step, (Keep.RESTORE_ASIDE, *actions)
    return tell(Line.BACK_IN, Keep.RESTORE_ASIDE)(state, event)


def _repeat(state: State, event: TurnWritten) -> Step:
    line = state.question.line
    return moves.ask_for(state, line, REPLIES[line]) if line in REPLIES else tell(Line.REPEAT)(state, event)


def _confirm(line: Line, state: State, event: TurnWritten) -> Step:
    return moves.ask_for(state, line, TurnKind.CONFIRM)


def _delete_sentence(state: State, event: TurnWritten) -> Step:
    return _confirm(Line.SENTENCE_CONFIRM, state, event) if event.there else tell(Line.NO_SENTENCE)(state, event)


def _skip(state: State, event: TurnWritten) -> Step:
    return moves.settle(
        replace(state, question=replace(state.question, skipped=True, did=state.question.did or Did.SKIPPED))
    )


def _end(line: Line, state: State, event: TurnWritten) -> Step:
    """End the evening. If nothing else was said, it may have been an answer: then it can be taken back for a while."""
    question = replace(state.question, skipped=True)
    return moves.settle(replace(state, question=question, leaving=line, revocable=not question.kept))


# By key, while a turn is open


def ignore(state: State) -> Step:
    return state, ()


def _repeat_by_key(state: State) -> Step:
    return moves.repeat(state) if state.turn.kind is TurnKind.ANSWER else ignore(state)


def _between(line: Line, before: Action | None, state: State) -> Step:
    """Say something between, while the turn stays open."""
    return moves.tell_between(state, line, *(() if before is None else (before,)))


def _afterwards(command: Command, state: State) -> Step:
    """Do it as soon as what was said so far is safe."""
    return moves.end_turn(replace(state, then=command, turn=replace(state.turn, by_key=True)))


def _finish_by_key(state: State) -> Step:
    return moves.end_turn(replace(state, turn=replace(state.turn, by_key=True)))


def _step_back_by_key(state: State) -> Step:
    extra = max(state.extra, int(state.course.speakers == 1))
    question = replace(state.question, skipped=True, did=Did.STEPPED_BACK)
    return moves.end_turn(replace(state, question=question, extra=extra))


def _pause_by_key(state: State) -> Step:
    return moves.end_turn(replace(state, pausing=True))


def _leave_by_key(command: Command, state: State) -> Step:
    did = state.question.did or (Did.SKIPPED if command is Command.SKIP else None)
    question = replace(state.question, skipped=True, did=did)
    return moves.end_turn(replace(state, question=question, leaving=moves.leaving(state, command)))


# By voice while it is paused, where anything may be said that is meant for somebody else


def keep_waiting(state: State, *before: Action) -> Step:
    return moves.listen(state, TurnKind.COMMAND, *before)


def _resume(state: State) -> Step:
    if state.comparing:
        return moves.compared(state)
    return _still_open(state), (moves.say(state, Line.RESUMED),)


def _leave_while_paused(command: Command, state: State) -> Step:
    left = replace(state, leaving=Line.CLOSING if command is Command.DONE else moves.leaving(state, command))
    if state.comparing:
        return moves.compared(left)
    return moves.settle(replace(left, question=replace(left.question, skipped=True)))


@dataclass(frozen=True, slots=True)
class Moves:
    """The row of one command."""

    spoken: Callable[[State, TurnWritten], Step]
    """a whole turn of an answer was the command"""
    key: Move = ignore
    """its key was pressed while a turn is open"""
    paused: Move = keep_waiting
    """it was said while the evening is paused"""


def _row(command: Command) -> Moves:
    """Return the row of a command. A command without one is an error of the type checker."""
    leave, leave_paused = partial(_leave_by_key, command), partial(_leave_while_paused, command)
    match command:
        case Command.SKIP:
            return Moves(_skip, leave, leave_paused)
        case Command.STEP_BACK:
            return Moves(lambda state, event: moves.step_back(state), _step_back_by_key)
        case Command.REPEAT:
            return Moves(_repeat, _repeat_by_key)
        case Command.MEANING:
            return Moves(tell_on(Line.MEANING), partial(_between, Line.MEANING, LookUp(command)))
        case Command.PAUSE:
            return Moves(lambda state, event: moves.pause(state), _pause_by_key)
        case Command.RESUME:
            return Moves(tell(Line.RESUMED), paused=_resume)
        case Command.START_OVER:
            return Moves(lambda state, event: moves.start_over(state), moves.start_over)
        case Command.DELETE:
            return Moves(partial(_confirm, Line.DELETE_CONFIRM), moves.delete)
        case Command.DELETE_ONE_SENTENCE:
            return Moves(partial(_confirm, Line.ONE_SENTENCE_CONFIRM))
        case Command.DELETE_SENTENCE:
            return Moves(_delete_sentence, partial(_afterwards, command))
        case Command.LETTER:
            return Moves(tell_on(Line.READ, LookUp(command)), partial(_afterwards, command))
        case Command.UNDO:
            return Moves(_undo)
        case Command.HELP:
            return Moves(tell(Line.HELP), partial(_between, Line.HELP, None))
        case Command.HELP_NOW:
            return Moves(tell(Line.HELP_SHOWN, Show.SHOW_HELP), paused=moves.help_while_paused)
        case Command.THAT_WAS_ME:
            return Moves(tell_on(Line.TAKEN_IN, Keep.TAKE_IN))
        case Command.DONE:
            return Moves(partial(_end, Line.CLOSING), _finish_by_key, leave_paused)
        case Command.NOT_TONIGHT:
            return Moves(partial(_end, Line.NOT_TONIGHT), leave, leave_paused)
        case _:
            return _row_of_looking_up(command)


def _row_of_looking_up(command: LookedUp) -> Moves:
    """Return the row of a request whose reply is looked up first."""
    return Moves(tell_on(Line.READ, LookUp(command)), partial(_between, Line.READ, LookUp(command)))


MOVES = {command: _row(command) for command in Command}
