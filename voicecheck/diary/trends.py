"""Feelings over time, in weeks or months, as counts. They describe; they are no score.

A period with more feeling words is no better or worse than one with fewer: people also simply talk more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from voicecheck.clock import Step, following, last_day, period_of
from voicecheck.domain import Family, Prompt, Quadrant
from voicecheck.vault.store.owner import USUAL_NAME, Others
from voicecheck.vault.store.tallies import FeltAfter
from voicecheck.vault.vault import Vault

LEAST_SCALE = 4
"""to which the scale of every drawing reaches: a word that was said once is not drawn as the most there can be"""


@dataclass(frozen=True, slots=True)
class Trends:
    """Every tuple has one number a period, without gaps; feelings are the person's own, as said for that time."""

    step: Step
    periods: tuple[date, ...]
    """the first day of each: a Monday, or the first of a month or year"""
    entries: tuple[int, ...]
    families: dict[Family, tuple[int, ...]]
    """those that were named, the most named first"""
    quadrants: dict[Quadrant, tuple[int, ...]]
    """all four"""
    precise: tuple[int, ...]
    vague: tuple[int, ...]
    """feelings named by a word for many things, as bad or fine"""
    new_words: tuple[tuple[str, ...], ...] = field(repr=False)
    """words for feelings that were never named before"""
    known_before: int
    """how many words had been named before the first period"""
    themes: dict[str, dict[Family, int]] = field(default_factory=dict)
    """theme of the question -> what was felt in the answers, the most named first; the most answered theme first"""

    @property
    def vocabulary(self) -> tuple[int, ...]:
        """Number of different feeling words named by the end of each period."""
        total, grown = self.known_before, []
        for words in self.new_words:
            total += len(words)
            grown.append(total)
        return tuple(grown)

    @property
    def named(self) -> int:
        """Number of feelings named in all periods together."""
        return sum(map(sum, self.families.values()))


def find_trends(
    vault: Vault,
    since: date | None = None,
    until: date | None = None,
    step: Step = "week",
    themes: Mapping[str, str] | None = None,
    name: str = USUAL_NAME,
) -> Trends:
    """Return the trends from the period of `since` to that of `until`, both whole; by default of everything.

    `themes` names the theme of each prompt id; a question that is not in it counts with its pack. `name` is that of the
    vault's owner: who answered beside them is not counted.
    """
    first = None if since is None else period_of(since, step)
    last = None if until is None else last_day(until, step)
    others = vault.tallies.others(name)
    by_day = vault.tallies.entries(first, last, others)
    periods = _periods(first, last, [day for day, _ in by_day], step)
    grid = _Grid(periods, step)
    for day, count in by_day:
        grid.add("entries", day, count)
    families: Counter[Family] = Counter()
    for one in vault.tallies.felt(first, last, others, step):
        families[one.family] += one.count
        for row in (one.family, one.quadrant, "vague" if one.vague else "precise"):
            grid.add(row, one.day, one.count)
    known_before, new_words = _new_words(vault, periods, step, others)
    return Trends(
        step,
        periods,
        grid.row("entries"),
        {family: grid.row(family) for family, _ in families.most_common()},
        {quadrant: grid.row(quadrant) for quadrant in Quadrant},
        grid.row("precise"),
        grid.row("vague"),
        new_words,
        known_before,
        _by_theme(vault.tallies.felt_after(first, last, others), themes or {}),
    )


def themes_of(prompts: Iterable[Prompt]) -> dict[str, str]:
    """Return prompt id -> theme, for those that have one."""
    return {prompt.id: prompt.theme for prompt in prompts if prompt.theme}


def periods_between(first: date, last: date, step: Step) -> int:
    """Return the number of periods from that of `first` to that of `last`, both included."""
    return len(_periods(period_of(first, step), last, (), step))


def _periods(first: date | None, last: date | None, days: Sequence[date], step: Step) -> tuple[date, ...]:
    """Return the periods from the first to the last that were named, else as far as there are entries."""
    if not days and (first is None or last is None):
        return ()
    period, end = first or period_of(days[0], step), last or days[-1]
    found = []
    while period <= end:
        found.append(period)
        period = following(period, step)
    return tuple(found)


class _Grid:
    """Counts in rows, a column a period."""

    def __init__(self, periods: Sequence[date], step: Step) -> None:
        self._columns = {period: column for column, period in enumerate(periods)}
        self._column_of: dict[date, int] = {}
        """by day: many counts lie on one"""
        self._step = step
        self._rows: dict[str, list[int]] = {}

    def add(self, row: str, day: date, count: int) -> None:
        counts = self._rows.get(row)
        if counts is None:
            counts = self._rows[row] = [0] * len(self._columns)
        column = self._column_of.get(day)
        if column is None:
            column = self._column_of[day] = self._columns[period_of(day, self._step)]
        counts[column] += count

    def row(self, row: str) -> tuple[int, ...]:
        return tuple(self._rows.get(row) or [0] * len(self._columns))


def _new_words(
    vault: Vault, periods: Sequence[date], step: Step, others: Others
) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Return the number of words named before the first period, and for each period the words first named in it."""
    words: dict[date, list[str]] = {period: [] for period in periods}
    before = 0
    for first in vault.tallies.first_named(others):
        period = period_of(first.day, step)
        if period in words:
            words[period].append(first.lemma)
        elif periods and period < periods[0]:
            before += 1
    return before, tuple(map(tuple, words.values()))


def _by_theme(felt: Iterable[FeltAfter], themes: Mapping[str, str]) -> dict[str, dict[Family, int]]:
    counts: dict[str, Counter[Family]] = {}
    for one in felt:
        theme = themes.get(one.prompt_id) or one.prompt_id.partition(".")[0]
        counts.setdefault(theme, Counter())[one.family] += one.count
    most_first = sorted(counts.items(), key=lambda item: -item[1].total())
    return {theme: dict(families.most_common()) for theme, families in most_first}
