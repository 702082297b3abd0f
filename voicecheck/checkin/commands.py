"""What a command or a yes or no leads to, by key and by voice. Pure; the moves stand in `moves`."""

from __future__ import annotations

from dataclasses import replace

from voicecheck.checkin.actions import DropEntry, DropLast, MarkCommand, RestoreAside, ShowHelp
from voicecheck.checkin.course import Command, DropReason, Line, Phase
from voicecheck.checkin.events import TurnWritten
from voicecheck.checkin.moves import (
    ask_for,
    close,
    compared,
    end_turn,
    leaving,
    listen,
    offered,
    pause,
    repeat,
    say,
    settle,
    start_over,
    step_back,
    taken_back,
)
from voicecheck.checkin.state import State, Step
from voicecheck.domain import Did, TurnKind

OFFERS = (Line.OFFER_END, Line.OFFER_SENTENCE)
REPLIES = {Line.FOLLOW_UP: TurnKind.FOLLOWUP, Line.CONFIRM: TurnKind.CORRECTION, Line.NEARER: TurnKind.CORRECTION}


def by_key(state: State, command: Command) -> Step:
    """A key while a turn is open: what was said so far is written down first, and is never taken for a command."""
    match command:
        case Command.DONE:
            return end_turn(state)
        case Command.REPEAT if state.turn is TurnKind.ANSWER:
            return repeat(state)
        case Command.PAUSE:
            return end_turn(replace(state, pausing=True))
        case Command.START_OVER:
            return start_over(state)
        case Command.STEP_BACK:
            extra = max(state.extra, int(state.course.speakers == 1))
            return end_turn(replace(state, skipped=True, did=Did.STEPPED_BACK, extra=extra))
        case Command.SKIP | Command.NOT_TONIGHT:
            did = state.did or (Did.SKIPPED if command is Command.SKIP else None)
            return end_turn(replace(state, skipped=True, did=did, leaving=leaving(state, command)))
    return state, ()


def by_voice(state: State, command: Command, *, there: bool = False) -> Step:
    """The whole turn was a command. It stays a turn until the session ends, so that a wrong guess can be undone.

    `there`: a sentence is there that could be taken back.
    """
    marked = replace(state, nudged=False, repeated=False, next_turn=TurnKind.ANSWER)
    again = replace(marked, phase=Phase.ASKING)
    match command:
        case Command.REPEAT if state.asking in REPLIES:
            return ask_for(marked, state.asking, REPLIES[state.asking], MarkCommand())
        case Command.REPEAT:
            return again, (MarkCommand(), say(state, Line.REPEAT))
        case Command.HELP | Command.RESUME:
            return again, (MarkCommand(), say(state, Line.HELP if command is Command.HELP else Line.RESUMED))
        case Command.HELP_NOW:
            return again, (MarkCommand(), ShowHelp(), say(state, Line.HELP_SHOWN))
        case Command.UNDO:
            return again, (MarkCommand(), RestoreAside(), say(state, Line.BACK_IN))
        case Command.PAUSE:
            return pause(marked, MarkCommand())
        case Command.START_OVER:
            return start_over(marked, MarkCommand())
        case Command.DELETE:
            return ask_for(marked, Line.DELETE_CONFIRM, TurnKind.CONFIRM, MarkCommand())
        case Command.DELETE_SENTENCE if there:
            return ask_for(marked, Line.SENTENCE_CONFIRM, TurnKind.CONFIRM, MarkCommand())
        case Command.DELETE_SENTENCE:
            return again, (MarkCommand(), say(state, Line.NO_SENTENCE))
        case Command.STEP_BACK:
            return step_back(marked, MarkCommand())
    did = state.did or (Did.SKIPPED if command is Command.SKIP else None)
    left = {Command.DONE: Line.CLOSING, Command.NOT_TONIGHT: Line.NOT_TONIGHT}.get(command)
    ended = replace(marked, skipped=True, did=did, leaving=left or state.leaving)
    return settle(replace(ended, revocable=left is not None and not state.kept), MarkCommand())


def while_paused(state: State, event: TurnWritten) -> Step:
    if state.stopping:
        return compared(state) if state.comparing else settle(state)
    match event.command:
        case Command.RESUME if state.comparing:
            return compared(state)
        case Command.RESUME:
            return replace(state, phase=Phase.ASKING, next_turn=TurnKind.ANSWER), (say(state, Line.RESUMED),)
        case Command.DONE | Command.SKIP | Command.NOT_TONIGHT as command:
            left = Line.CLOSING if command is Command.DONE else leaving(state, command)
            if state.comparing:
                return compared(replace(state, leaving=left))
            return settle(replace(state, skipped=True, leaving=left))
        case Command.HELP_NOW:
            return listen(state, TurnKind.COMMAND, ShowHelp())
    return listen(state, TurnKind.COMMAND)


def confirmed(state: State, event: TurnWritten) -> Step:
    """Only a clear yes deletes. "That" is this answer, or the one before where nothing of this one is kept."""
    if event.command is Command.HELP_NOW and not state.stopping:
        return ask_for(state, state.asking, TurnKind.CONFIRM, ShowHelp())
    if state.asking in OFFERS:
        if event.command in (Command.NOT_TONIGHT, Command.DONE) and not state.stopping:
            line = Line.NOT_TONIGHT if event.command is Command.NOT_TONIGHT else Line.CLOSING
            return close(replace(state, leaving=line), line, DropEntry(DropReason.REPLY))
        return offered(state, event.reply)
    if state.asking is Line.SENTENCE_CONFIRM:
        return taken_back(state, event.reply is True)
    if event.reply and not state.stopping:
        drop = DropEntry(DropReason.DELETED) if state.kept else DropLast()
        did = Did.SHORT if state.kept else state.did
        return settle(replace(state, kept=False, skipped=True, did=did), drop, answer=Line.DELETED)
    if state.stopping or state.kept:
        return settle(state, answer=Line.NOT_DELETED)
    return ask_for(state, Line.NOT_DELETED, TurnKind.ANSWER)
