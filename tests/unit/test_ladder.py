"""The ladder: it begins safe, rises slowly, drops at once, and always has a question left."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_prompts import some_pack
from voicecheck.domain import Asked, Did
from voicecheck.prompts.ladder import FINISHED_TO_RISE, Why, choose, draw_ahead, smaller
from voicecheck.prompts.packs import Pack, load_packs

EVENING = load_packs(Path("/nonexistent")).pack("evening")
packs = st.lists(st.integers(1, 5), min_size=1, max_size=8).map(lambda depths: some_pack(*depths))
dids = st.lists(st.sampled_from(Did), max_size=60)
seeds = st.integers(0, 2**32)


def rung_of(pack: Pack, prompt_id: str) -> int:
    depths = sorted({p.depth for p in pack.prompts})
    return depths.index(next(p.depth for p in pack.prompts if p.id == prompt_id))


def climb(pack: Pack, did: list[Did], seed: int) -> list[Asked]:
    """Evening after evening, each question chosen by the ladder."""
    rng, history = random.Random(seed), list[Asked]()
    for one in did:
        history.append(Asked(choose(pack, history, rng).prompt.id, one))
    return history


@given(packs, dids, seeds)
def test_never_two_steps_up_at_once(pack: Pack, did: list[Did], seed: int) -> None:
    """The first question is of the lowest rung, and each later one at most one rung above the one before."""
    rungs = [-1, *(rung_of(pack, asked.prompt_id) for asked in climb(pack, did, seed))]
    assert all(after <= before + 1 for before, after in pairwise(rungs))


@given(packs, dids, seeds)
def test_drops_at_once(pack: Pack, did: list[Did], seed: int) -> None:
    """After a skip the next question is smaller where there is a smaller one; after "step back" it is of the lowest."""
    history = climb(pack, did, seed)
    for before, after in pairwise(history):
        here, there = rung_of(pack, before.prompt_id), rung_of(pack, after.prompt_id)
        if before.did is Did.SKIPPED:
            assert there < here or here == 0 == there
        if before.did is Did.STEPPED_BACK:
            assert there == 0


@given(packs, dids, seeds)
def test_no_question_comes_again_while_another_is_in_reach(pack: Pack, did: list[Did], seed: int) -> None:
    """Within a round a question comes again only where all that is left is more than a step up, or was not wanted."""
    history, asked = climb(pack, did, seed), set[str]()
    every = {p.id for p in pack.prompts}
    for place, one in enumerate(history):
        if one.prompt_id in asked:
            before = history[place - 1]
            here = rung_of(pack, before.prompt_id)
            reach = {Did.SKIPPED: here - 1, Did.STEPPED_BACK: 0}.get(before.did, here + 1)
            assert all(rung_of(pack, left) > reach for left in every - asked) or here == 0
        asked.add(one.prompt_id)
        if asked == every:
            asked.clear()


@given(
    packs, st.lists(st.builds(Asked, st.sampled_from(["q-0", "q-1", "q-7", "elsewhere"]), st.sampled_from(Did))), seeds
)
def test_any_history_leaves_a_question(pack: Pack, history: list[Asked], seed: int) -> None:
    """Whatever was asked before, also of other packs, there is a question; the same seed draws the same one."""
    assert choose(pack, history, random.Random(seed)) == choose(pack, history, random.Random(seed))


@given(st.integers(0, 400), seeds)
def test_who_finishes_everything_comes_through_the_pack_without_a_repeat(start: int, seed: int) -> None:
    """Fifteen finished evenings ask fifteen different questions, whichever round it is."""
    history = climb(EVENING, [Did.FINISHED] * (15 * (1 + start % 3)), seed)
    for first in range(0, len(history), 15):
        assert len({asked.prompt_id for asked in history[first : first + 15]}) == 15


def test_it_rises_slowly() -> None:
    """Two finished answers on a rung lead to the next; short ones stay there."""
    depth = {p.id: p.depth for p in EVENING.prompts}
    finished = climb(EVENING, [Did.FINISHED] * 9, 1)
    assert [depth[a.prompt_id] for a in finished] == [1, 1, 2, 2, 3, 3, 4, 4, 5]
    short = climb(EVENING, [Did.SHORT] * 4, 1)
    assert [depth[a.prompt_id] for a in short] == [1, 1, 1, 1]
    assert FINISHED_TO_RISE == 2


@pytest.mark.parametrize(
    ("did", "why"),
    [
        ([], Why.FIRST),
        ([Did.FINISHED], Why.SAME),
        ([Did.FINISHED, Did.FINISHED], Why.HIGHER),
        ([Did.FINISHED] * 3 + [Did.SKIPPED], Why.SKIPPED),
        ([Did.FINISHED] * 3 + [Did.STEPPED_BACK], Why.STEPPED_BACK),
        ([Did.STEPPED_BACK] * 4 + [Did.STEPPED_BACK], Why.AGAIN),
        ([Did.FINISHED] * 10, Why.LEFT_OVER),
    ],
)
def test_it_can_tell_its_reason(did: list[Did], why: Why) -> None:
    """What decided comes with the question."""
    assert choose(EVENING, climb(EVENING, did, 3), random.Random(3)).why is why


def test_drawing_ahead_goes_on_after_the_history_and_does_not_rise_by_itself() -> None:
    """What was asked is not drawn again, and unknown evenings do not count as finished ones."""
    pack = some_pack(1, 1, 2)
    assert {p.id for p in draw_ahead(pack, [Asked("q-0")], 2, random.Random(1))} == {"q-1", "q-2"}
    assert [p.depth for p in draw_ahead(EVENING, (), 4, random.Random(1))] == [1, 1, 1, 1]


def test_a_skip_on_a_locked_evening_takes_the_deep_ones_out_of_what_was_drawn() -> None:
    """Of the questions drawn ahead only smaller ones are left; after "step back" only the lowest."""
    pack = some_pack(1, 2, 3, 4)
    queue = pack.prompts
    assert [p.depth for p in smaller(pack, queue, Asked("q-2", Did.SKIPPED))] == [1, 2]
    assert [p.depth for p in smaller(pack, queue, Asked("q-3", Did.STEPPED_BACK))] == [1]
