"""Tonight's questions, one after the other: each is chosen knowing the responses to those before it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from voicecheck.domain import Asked, Did, Prompt
from voicecheck.prompts.ladder import choose, draw_ahead, smaller
from voicecheck.prompts.packs import Pack

DRAWN_AHEAD = 14
"""questions of a pack for a fortnight of locked evenings"""


class Memory(Protocol):
    """Memory of earlier evenings, by which questions are chosen."""

    def draw(self, pack: Pack) -> Prompt: ...

    def note(self, pack: Pack, asked: Asked) -> None: ...


class History:
    """Memory of all earlier evenings, from the open vault."""

    def __init__(self, history: Iterable[Asked], rng: random.Random) -> None:
        self._asked = list(history)
        self._rng = rng

    def draw(self, pack: Pack) -> Prompt:
        return choose(pack, self._asked, self._rng).prompt

    def note(self, pack: Pack, asked: Asked) -> None:
        self._asked.append(asked)

    def ahead(self, packs: Iterable[Pack]) -> tuple[Prompt, ...]:
        """Return questions to ask while the vault is locked."""
        return tuple(prompt for pack in packs for prompt in draw_ahead(pack, self._asked, DRAWN_AHEAD, self._rng))


class DrawnAhead:
    """Memory while the vault is locked: only the questions that were drawn ahead."""

    def __init__(self, drawn: Sequence[Prompt], rng: random.Random, changed: Callable[[], None] = lambda: None) -> None:
        """Call `changed` as soon as a question is taken, so that a killed evening does not bring it back."""
        self._changed = changed
        self.left = list(drawn)
        """for later evenings"""
        self._tonight: list[Asked] = []
        self._small_enough: dict[str, tuple[Prompt, ...]] = {}
        """of a pack of which one was skipped tonight"""
        self._rng = rng

    def draw(self, pack: Pack) -> Prompt:
        if not self._of(pack):
            self.left += draw_ahead(pack, self._tonight, DRAWN_AHEAD, self._rng)
        fitting = [p for p in self._of(pack) if p in self._small_enough.get(pack.id, pack.prompts)]
        prompt = fitting[0] if fitting else draw_ahead(pack, self._tonight, 1, self._rng)[0]
        if prompt in self.left:
            self.left.remove(prompt)
        self._changed()
        return prompt

    def note(self, pack: Pack, asked: Asked) -> None:
        """Put deeper questions behind smaller ones after a skip, for the evenings to come too.

        None is thrown away: a list that was used up would be drawn anew without knowing what was asked.
        """
        self._tonight.append(asked)
        if asked.did in (Did.SKIPPED, Did.STEPPED_BACK):
            self._small_enough[pack.id] = smaller(pack, pack.prompts, asked)
            mine = self._of(pack)
            now = smaller(pack, mine, asked)
            later = sorted((prompt for prompt in mine if prompt not in now), key=lambda prompt: prompt.depth)
            self.left = [*(prompt for prompt in self.left if prompt.pack != pack.id), *now, *later]

    def _of(self, pack: Pack) -> list[Prompt]:
        return [prompt for prompt in self.left if prompt.pack == pack.id]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Sources of tonight's questions."""

    pack: Pack
    openers: Pack | None = None
    """of which the first question is one; None for an evening without an opener"""
    asked_for: Prompt | None = None
    """asked first, and by name"""


class Questions:
    """Tonight's questions, asked one by one; `note` records the response to the last."""

    def __init__(self, shelf: Shelf, memory: Memory) -> None:
        self._shelf = shelf
        self._memory = memory
        self._last: Pack = shelf.pack
        self._prompt: Prompt | None = None
        self._begun = False
        self.asked: tuple[Asked, ...] = ()

    def next(self) -> Prompt:
        shelf, first = self._shelf, not self._begun
        self._begun = True
        if first and shelf.asked_for is not None:
            self._prompt, self._last = shelf.asked_for, shelf.pack
        else:
            self._last = shelf.openers if first and shelf.openers is not None else shelf.pack
            self._prompt = self._memory.draw(self._last)
        return self._prompt

    def note(self, did: Did, entry_id: str = "") -> None:
        """Record what the person did with the question that was asked last."""
        if self._prompt is None:
            return
        asked = Asked(self._prompt.id, did, entry_id)
        self.asked = (*self.asked, asked)
        if any(prompt.id == asked.prompt_id for prompt in self._last.prompts):
            self._memory.note(self._last, asked)
        self._prompt = None

    def forget(self, entry_id: str) -> None:
        """Remove the id of an entry that was deleted."""
        self.asked = tuple(replace(one, entry_id="") if one.entry_id == entry_id else one for one in self.asked)


class Fixed:
    """Questions given beforehand; nothing is remembered of them."""

    def __init__(self, *prompts: Prompt) -> None:
        self._left = list(prompts)
        self.asked: tuple[Asked, ...] = ()

    def next(self) -> Prompt:
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]

    def note(self, did: Did, entry_id: str = "") -> None:
        """Do nothing: no memory is kept."""

    def forget(self, entry_id: str) -> None:
        """Do nothing: no memory is kept."""
