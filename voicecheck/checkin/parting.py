"""The moment behind a good night that was asked for in words: for a while it can still be taken back. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from voicecheck.checkin import moves
from voicecheck.checkin.actions import DropEntry, Keep, Show
from voicecheck.checkin.course import Command, DropReason, Line
from voicecheck.checkin.events import Given, Listened, Live, Spoken, TurnEnded, TurnWritten, VoiceBegan
from voicecheck.checkin.state import State, Step
from voicecheck.errors import ExitCode

SAME_BREATH_S = 2.5
"""of silence behind a command that ended the evening: who speaks on by then, over the good night, gave none"""


def parting(state: State, event: Live) -> Step:
    match event:
        case VoiceBegan(after_s):
            went_on = state.turn.went_on or (not state.turn.heard and after_s <= SAME_BREATH_S)
            return moves.heard(replace(state, turn=replace(state.turn, went_on=went_on)))
        case TurnEnded():
            return moves.end_turn(state)
        case Listened(seconds):
            return moves.depart(state) if seconds >= state.course.linger_s and not state.turn.heard else (state, ())
        case Given():
            return moves.depart(state)
        case Spoken():
            return state, ()
        case _:
            assert_never(event)


def parted(state: State, event: TurnWritten) -> Step:
    """React after the good night: "that was my answer" takes the end back, and so does who never stopped speaking.

    "That's all", and after a breath "I ever wanted", was no command. Nothing else is kept.
    """
    over, drop = replace(state, revocable=False), DropEntry(DropReason.REPLY)
    helped = (Show.SHOW_HELP,) if Command.HELP_NOW in (event.command, event.behind) else ()
    if event.command is Command.UNDO and not state.stopping:
        return moves.close(over, Line.RESTORED, Keep.RESTORE_ASIDE, drop)
    if state.turn.went_on and event.words and event.command is None:
        kept = (*helped, Keep.RESTORE_ASIDE, Keep.SET_ASIDE, Keep.RESTORE_ASIDE)
        return moves.leave(over, *kept) if state.stopping else moves.close(over, Line.RESTORED, *kept)
    return moves.leave(replace(over, exit_code=ExitCode.DONE), *helped, drop)
