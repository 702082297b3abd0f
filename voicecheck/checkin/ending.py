"""How the open turn's words end, for the endpointer: an end is decided early only where nothing is lost by it."""

from __future__ import annotations

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.by_ear import ALL_WORDS
from voicecheck.checkin.response import Ready
from voicecheck.checkin.state import State
from voicecheck.domain import Follow, Reflection, TurnKind
from voicecheck.phrases import Phrases
from voicecheck.phrases.closing import closing_of
from voicecheck.utterance import Closing

SPOKEN_AT_ONCE = (Follow.CONFIRM, Follow.NEARER, Follow.BODY)
"""asked aloud right behind the answer; any other follow-up comes once nobody goes on speaking"""
EARLY = (Closing.FINISHED, Closing.ONE_WORD)


def judge_turn(answer: Answer, asked: str, made: Ready, state: State, aloud: str, phrases: Phrases) -> None:
    """Tell `answer` how the words of its open turn end, said to the question `asked`, with what is `made` of them."""
    asked = made.reflection.question if state.turn.kind is TurnKind.FOLLOWUP else asked
    closing = closing_of(answer.text, asked, phrases) if made.entry.language == phrases.language else Closing.UNKNOWN
    patient = made.reflection.heavy or is_spoken(made.reflection, state, aloud)
    answer.judge(Closing.UNKNOWN if closing in EARLY and patient else closing)


def is_spoken(reflection: Reflection, state: State, aloud: str) -> bool:
    """True if the sentence in return would be spoken at once, and drown who goes on; `aloud` is the setting."""
    spoken = state.turn.kind is TurnKind.FOLLOWUP or state.question.followed or reflection.follow in SPOKEN_AT_ONCE
    return aloud in ALL_WORDS or state.course.by_ear or (aloud == "questions" and spoken)
