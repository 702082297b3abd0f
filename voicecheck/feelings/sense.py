"""A sense of the lexicon: one line of its table, as the engine reads it."""

from __future__ import annotations

from dataclasses import dataclass

from voicecheck.domain import Family, Quadrant
from voicecheck.feelings.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a feeling word, a line of the table."""

    lemma: str
    kind: str
    family: Family
    quadrant: Quadrant
    traits: frozenset[str]
    not_before: tuple[tuple[str, ...], ...]
    not_after: tuple[tuple[str, ...], ...]
    pattern: Pattern | None = None
    source: str = ""

    @property
    def vague(self) -> bool:
        return "vague" in self.traits
