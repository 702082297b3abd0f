"""Tonight's questions: an opener, then the ladder; what was skipped is known at once, with the vault open or locked."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.unit.test_prompts import some_pack
from voicecheck.domain import Asked, Did, Prompt
from voicecheck.prompts.ladder import draw_ahead
from voicecheck.prompts.questions import DRAWN_AHEAD, DrawnAhead, History, Questions, Shelf

PACK = some_pack(1, 1, 2, 2, 3)
_small = some_pack(1, 1)
OPENERS = replace(
    _small, id="opening", prompts=tuple(replace(p, id=f"o-{p.id}", pack="opening") for p in _small.prompts)
)
RNG = random.Random(1)


def test_an_opener_and_then_the_ladder() -> None:
    """The first question is an opener, those after it are of the pack."""
    questions = Questions(Shelf(PACK, OPENERS), History((), RNG))
    first = questions.next()
    questions.note(Did.FINISHED, "an entry")
    second = questions.next()
    questions.note(Did.SKIPPED)
    assert (first.pack, second.pack) == ("opening", "some")
    assert questions.asked == (Asked(first.id, Did.FINISHED, "an entry"), Asked(second.id, Did.SKIPPED))


def test_the_one_that_was_asked_for_comes_first() -> None:
    """Also one of another pack."""
    wanted = Prompt("elsewhere", "Where?", "other")
    questions = Questions(Shelf(PACK, asked_for=wanted), History((), RNG))
    assert questions.next() is wanted
    questions.note(Did.FINISHED)
    assert questions.next().pack == "some"


def test_a_skip_tonight_makes_the_next_one_smaller() -> None:
    """With the history: at once."""
    history = [Asked("q-0"), Asked("q-1")]
    questions = Questions(Shelf(PACK), History(history, RNG))
    assert questions.next().depth == 2
    questions.note(Did.SKIPPED)
    assert questions.next().depth == 1


def test_a_skip_on_a_locked_evening_too() -> None:
    """Of what was drawn ahead a smaller one comes; the deeper ones wait behind, and other packs keep theirs."""
    other = Prompt("other-1", "What?", "other", 5)
    memory = DrawnAhead([PACK.prompts[2], PACK.prompts[4], PACK.prompts[0], other], RNG)
    questions = Questions(Shelf(PACK), memory)
    assert questions.next().depth == 2
    questions.note(Did.SKIPPED)
    assert questions.next() == PACK.prompts[0]
    assert memory.left == [other, PACK.prompts[4]]
    questions.note(Did.FINISHED)
    assert questions.next().depth == 1, "nothing deeper comes tonight, even where that one was asked before"


def test_no_question_comes_again_in_a_fortnight_of_skips() -> None:
    """Every evening is locked and every second question is skipped: each of the pack still comes but once."""
    left, seen = list(dict.fromkeys(draw_ahead(PACK, (), DRAWN_AHEAD, RNG))), []
    while left:
        memory = DrawnAhead(left, RNG)
        seen.append(memory.draw(PACK))
        memory.note(PACK, Asked(seen[-1].id, Did.SKIPPED if len(seen) % 2 else Did.FINISHED))
        left = memory.left
    assert len({prompt.id for prompt in seen}) == len(seen)


def test_what_was_drawn_never_runs_out() -> None:
    """An empty file, or one that was used up, is filled from the pack, small ones first."""
    memory = DrawnAhead((), RNG)
    assert memory.draw(PACK).depth == 1
    assert len(memory.left) == DRAWN_AHEAD - 1


def test_nothing_is_noted_twice() -> None:
    """A second note to the same question changes nothing."""
    questions = Questions(Shelf(PACK), History((), RNG))
    questions.next()
    questions.note(Did.SKIPPED)
    questions.note(Did.FINISHED)
    assert [asked.did for asked in questions.asked] == [Did.SKIPPED]


def test_ahead_is_drawn_for_every_pack() -> None:
    """A fortnight of each."""
    assert len(History((), RNG).ahead([PACK, OPENERS])) == 2 * DRAWN_AHEAD
