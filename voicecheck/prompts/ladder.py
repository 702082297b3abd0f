"""Choice of the next question by the person's responses to earlier ones. Pure; chance is a random.Random.

A rung is a depth that the pack has. It begins on the lowest, rises by one after two answers on the highest rung that
was reached, stays after a short one, and drops at once below a question that was skipped; "step back" leads to the
lowest. No question comes again before the others were asked, with one exception: where all that is left lies more
than one step up, or above what the person wanted, the one that was asked longest ago comes again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from voicecheck.domain import Asked, Did, Prompt
from voicecheck.prompts.packs import Pack

FINISHED_TO_RISE = 2
"""answers on one rung before the next one up"""


class Why(StrEnum):
    """Reason for the choice of a question; the sentence for it stands beside the command that tells it."""

    FIRST = "first"
    HIGHER = "higher"
    SAME = "same"
    LEFT_OVER = "left_over"
    """a smaller one that was left on the way up"""
    STEPPED_BACK = "stepped_back"
    SKIPPED = "skipped"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Chosen:
    prompt: Prompt
    why: Why


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's position on the ladder of one pack."""

    rung: int = 0
    """index into the pack's depths"""
    finished: int = 0
    """answers on this rung"""
    last: int = -1
    """the rung of the question before; -1 before the first"""
    did: Did = Did.FINISHED
    """with the question before"""

    @property
    def limit(self) -> int:
        """Highest rung that may be asked from."""
        return min(self.rung, self.last + 1)

    @property
    def wants_smaller(self) -> bool:
        return self.did in (Did.SKIPPED, Did.STEPPED_BACK)


def choose(pack: Pack, history: Iterable[Asked], rng: random.Random) -> Chosen:
    """Return the next question of `pack`. `history` is oldest first; questions of other packs are passed over."""
    known = {prompt.id for prompt in pack.prompts}
    past = [asked for asked in history if asked.prompt_id in known]
    standing, rungs = stand(pack, past), _rungs(pack)
    left = _not_asked_this_round(pack, past)
    within = [prompt for prompt in left if rungs[prompt.id] <= standing.limit]
    if not within and not standing.wants_smaller:
        nearest = min(rungs[prompt.id] for prompt in left)
        within = [prompt for prompt in left if rungs[prompt.id] == nearest <= standing.last + 1]
    if within:
        highest = max(rungs[prompt.id] for prompt in within)
        prompt = rng.choice([prompt for prompt in within if rungs[prompt.id] == highest])
        return Chosen(prompt, _why(standing, highest))
    return Chosen(_longest_ago(pack, past, standing.limit), Why.AGAIN)


def draw_ahead(pack: Pack, history: Sequence[Asked], count: int, rng: random.Random) -> tuple[Prompt, ...]:
    """Return the next `count` questions for evenings of which nothing will be known, as if each got a short answer."""
    asked = list(history)
    for _ in range(count):
        asked.append(Asked(choose(pack, asked, rng).prompt.id, Did.SHORT))
    found = {prompt.id: prompt for prompt in pack.prompts}
    return tuple(found[one.prompt_id] for one in asked[len(history) :])


def smaller(pack: Pack, queue: Sequence[Prompt], asked: Asked) -> tuple[Prompt, ...]:
    """Return those of the questions drawn ahead that are small enough after one was skipped or stepped back from."""
    rungs = _rungs(pack)
    limit = 0 if asked.did is Did.STEPPED_BACK else max(0, rungs[asked.prompt_id] - 1)
    return tuple(prompt for prompt in queue if rungs[prompt.id] <= limit)


def stand(pack: Pack, history: Iterable[Asked]) -> Standing:
    """Return the position on the ladder after `history`, all of this pack."""
    rungs, standing = _rungs(pack), Standing()
    top = max(rungs.values())
    for asked in history:
        own = rungs[asked.prompt_id]
        rung, finished = standing.rung, standing.finished
        if asked.did is Did.STEPPED_BACK:
            rung, finished = 0, 0
        elif asked.did is Did.SKIPPED:
            rung, finished = max(0, min(rung, own) - 1), 0
        elif asked.did is Did.FINISHED and own >= rung:
            rung, finished = own, finished + 1 if own == rung else 1
            if finished >= FINISHED_TO_RISE:
                rung, finished = min(top, rung + 1), 0
        standing = Standing(rung, finished, own, asked.did)
    return standing


def _rungs(pack: Pack) -> dict[str, int]:
    depths = sorted({prompt.depth for prompt in pack.prompts})
    return {prompt.id: depths.index(prompt.depth) for prompt in pack.prompts}


def _not_asked_this_round(pack: Pack, history: Iterable[Asked]) -> list[Prompt]:
    every = {prompt.id for prompt in pack.prompts}
    asked: set[str] = set()
    for one in history:
        asked.add(one.prompt_id)
        if every <= asked:
            asked.clear()
    return [prompt for prompt in pack.prompts if prompt.id not in asked]


def _longest_ago(pack: Pack, history: Sequence[Asked], limit: int) -> Prompt:
    """Return the question asked longest ago within the limit: never the last one, unless there is no other."""
    rungs = _rungs(pack)
    latest = {asked.prompt_id: place for place, asked in enumerate(history)}
    within = [prompt for prompt in pack.prompts if rungs[prompt.id] <= limit]
    return min(within, key=lambda prompt: (latest.get(prompt.id, -1), prompt.id))


def _why(standing: Standing, rung: int) -> Why:
    if standing.last < 0:
        return Why.FIRST
    if standing.did is Did.STEPPED_BACK:
        return Why.STEPPED_BACK
    if standing.did is Did.SKIPPED:
        return Why.SKIPPED
    if rung > standing.last:
        return Why.HIGHER
    if rung < standing.last:
        return Why.LEFT_OVER
    return Why.SAME
