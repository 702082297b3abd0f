"""A spoken command acts while the silence behind it is still short; an answer has all its time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import PLAN
from voicecheck.phrases import load_phrases

if TYPE_CHECKING:
    from tests.unit.test_checkin import Table

PHRASES = load_phrases()
SOON = quiet(1.0)
"""silence behind it: a second is the most that anybody waits for"""


def said_by_then(table: type[Table], words: str, spoken_s: float) -> list[str]:
    """What was said to the person a second after they said these words."""
    seen: list[str] = []
    one = table(voice(spoken_s), SOON, lambda: seen.extend(one.mouth.said), quiet(5.0))
    one.transcriber.replies.append(words)
    one.hold()
    return seen


@pytest.mark.parametrize(("words", "line"), [("That's all.", "closing"), ("Not tonight.", "not_tonight")])
def test_a_command_acts_within_a_second(table: type[Table], words: str, line: str) -> None:
    """Its sentence is said by then, in whichever form."""
    assert set(PHRASES.spoken[line]) & set(said_by_then(table, words, 0.8))


@pytest.mark.parametrize("words", ["Tired.", "That is all I can say about it.", "Yes.", "Not today."])
def test_an_answer_is_waited_for(table: type[Table], words: str) -> None:
    """A second after a short answer nothing was said to it."""
    assert said_by_then(table, words, 0.8)[1:] == []


def test_a_file_is_heard_to_its_end(table: type[Table]) -> None:
    """Nobody waits for it, and what it tells behind "that's all" is not lost."""
    one = table(voice(0.8), quiet(1.6), voice(1.2), quiet(5.0), plan=replace(PLAN, lockstep=True))
    one.transcriber.replies.extend(["That's all.", "That's all there was, and I went home."])
    (entry,) = one.hold().entries
    assert entry.text == "That's all there was, and I went home."


def test_who_goes_on_was_giving_no_command(table: type[Table]) -> None:
    """ "Skip this" and, after a breath, "part of my life": nothing was passed over."""
    one = table(voice(0.8), quiet(0.6), voice(1.2), quiet(5.0))
    one.transcriber.replies.extend(["Skip this", "Skip this part of my life, I thought."])
    (entry,) = one.hold().entries
    assert entry.text == "Skip this part of my life, I thought."
