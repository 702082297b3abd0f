"""A spoken command acts while the silence behind it is still short; an answer has all its time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import END, PLAN, notice
from tests.unit.test_talkover import hears, over, quick
from voicecheck.feelings.danger_watch import Watch
from voicecheck.phrases import load_phrases
from voicecheck.speech.echo import Coupling

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


def goes_on(table: type[Table], command: str, behind: str, after_s: float = 1.0) -> tuple[Table, list[str]]:
    """Say these words over the good night that a command brought, so long after it. Return what was kept."""
    plan = replace(PLAN, watch=Watch())
    one = table(voice(0.8), quiet(after_s), *over(voice(1.6)), lambda: quick(one), quiet(5.0), plan=plan, slow=True)
    one.talkover = hears(Coupling.NONE)
    one.mouth.linger_on_second()
    one.transcriber.replies.extend([command, behind])
    return one, [entry.text for entry in one.hold().entries]


@pytest.mark.parametrize(
    ("command", "behind"),
    [("That's all.", "I wanted was to sleep."), ("Stop it.", "He said."), ("Not tonight.", "I told her.")],
)
def test_who_speaks_on_over_the_end_was_giving_no_command(table: type[Table], command: str, behind: str) -> None:
    """The good night gives way, and both halves are kept."""
    one, kept = goes_on(table, command, behind)
    assert (kept, one.mouth.gave_way) == ([command, behind], 1)


@pytest.mark.parametrize(("behind", "after_s"), [("Thank you, good night.", 1.0), ("Where did I put the keys?", 3.5)])
def test_what_is_said_after_the_end_is_not_kept(table: type[Table], behind: str, after_s: float) -> None:
    """A goodbye, or what is said when all is over."""
    assert goes_on(table, "Not tonight.", behind, after_s)[1] == []


@pytest.mark.parametrize("after_s", [1.0, 3.5])
def test_danger_over_the_end_is_answered(table: type[Table], after_s: float) -> None:
    """With the numbers on the screen, whether it is kept or not."""
    one, _ = goes_on(table, "That's it.", "I want to kill myself.", after_s)
    assert notice("help_offer") in one.screen.notices


@pytest.mark.parametrize("command", ["Delete that.", "Hold on."])
def test_danger_in_a_turn_that_is_not_kept_is_answered(table: type[Table], command: str) -> None:
    """In place of a yes or no, and while it is paused."""
    plan = replace(PLAN, watch=Watch())
    one = table(voice(4.0), quiet(5.0), voice(1.0), quiet(5.0), voice(2.0), quiet(5.0), END, plan=plan)
    one.transcriber.replies.extend(["I was at home all day.", command, "I want to kill myself."])
    one.hold()
    assert notice("help_offer") in one.screen.notices
