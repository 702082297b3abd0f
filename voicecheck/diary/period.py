"""A month, a year or another span, as counts of what was said in it. They describe; nothing is scored or explained.

Everything is true of one entry as of a thousand, and of days without any: those are told apart from days on which
something was said and no feeling was named. That two things stand in one entry says nothing of a cause.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from typing import Literal, TypeAlias

from voicecheck.clock import following, last_day, period_of
from voicecheck.domain import Family, Quadrant
from voicecheck.utterance import Topic
from voicecheck.vault.store.owner import USUAL_NAME
from voicecheck.vault.store.tallies import Answered, Named
from voicecheck.vault.vault import Vault

Columns: TypeAlias = Literal["day", "month"]
MOST_DAYS = 62
"""columns of days; a longer span has one a month"""
MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Feeling:
    """A family of feelings, or words for many things, as it was named in the span."""

    family: Family | None
    """None for words for many things, whose family nobody can tell"""
    quadrant: Quadrant
    words: tuple[tuple[str, int], ...] = field(repr=False)
    """with the times each was named, the most named first"""
    counts: tuple[int, ...]
    """one number a column"""

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Beside:
    """A topic, with the number of entries that hold it, and of those among them that name each family."""

    topic: Topic
    entries: int
    felt: tuple[tuple[Family | None, int], ...] = ()
    """the most often named first"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question after which a feeling was named."""

    text: str = field(repr=False)
    answered: int
    named: int
    """answers in which a feeling was named"""


@dataclass(frozen=True, slots=True)
class Period:
    since: date
    until: date
    """the last day, which may lie ahead"""
    columns: tuple[date, ...]
    """the first day of each"""
    step: Columns
    entries: tuple[int, ...]
    """one number a column"""
    days: int
    """on which something was said"""
    feelings: tuple[Feeling, ...]
    """the most named first"""
    new_words: tuple[tuple[str, date], ...] = field(repr=False)
    """words for feelings that were named in it for the first time, with the day, oldest first"""
    begins_here: bool
    """True if nothing was said before: then every word is new"""
    beside: tuple[Beside, ...] = ()
    """people, places and doings that the person marked and spoke of"""
    questions: tuple[Question, ...] = ()


def look_at(vault: Vault, since: date, until: date, name: str = USUAL_NAME) -> Period:
    """Return what was said from `since` to `until`, both included; `name` is that of the vault's owner."""
    others = vault.tallies.others(name)
    answered = vault.tallies.answered(since, until, others)
    named = vault.tallies.named(since, until, others)
    step: Columns = "day" if (until - since).days < MOST_DAYS else "month"
    columns = _columns(since, until, step)
    holding = vault.topics.entries_with(vault.topics.list(), since, until, others)
    firsts = {one.lemma: one.day for one in reversed(named)}
    known = vault.tallies.named_before(firsts, since, others)
    earliest = vault.timeline.first_day()
    return Period(
        since,
        until,
        columns,
        step,
        _counted(columns, (one.day for one in answered), step),
        len({one.day for one in answered}),
        _feelings(named, columns, step),
        tuple(sorted(((word, day) for word, day in firsts.items() if word not in known), key=itemgetter(1, 0))),
        begins_here=earliest is None or earliest >= since,
        beside=_beside(holding, named),
        questions=_questions(answered, named),
    )


def whole_period(day: date, step: Literal["month", "year"]) -> tuple[date, date]:
    """Return the first and the last day of the month or year that `day` lies in."""
    return period_of(day, step), last_day(day, step)


def _columns(since: date, until: date, step: Columns) -> tuple[date, ...]:
    if step == "day":
        return tuple(since + timedelta(days=number) for number in range((until - since).days + 1))
    found = [period_of(since, "month")]
    while (after := following(found[-1], "month")) <= until:
        found.append(after)
    return tuple(found)


def _counted(columns: Sequence[date], days: Iterable[date], step: Columns) -> tuple[int, ...]:
    counts = Counter(day if step == "day" else period_of(day, "month") for day in days)
    return tuple(counts[column] for column in columns)


def _feelings(named: Iterable[Named], columns: Sequence[date], step: Columns) -> tuple[Feeling, ...]:
    of_family = defaultdict[Family | None, list[Named]](list)
    for one in named:
        of_family[_family(one)].append(one)
    found = [
        Feeling(
            family,
            Counter(one.quadrant for one in ones).most_common(1)[0][0],
            tuple(Counter(one.lemma for one in ones).most_common()),
            _counted(columns, (one.day for one in ones), step),
        )
        for family, ones in of_family.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.total, one.family or "")))


def _family(one: Named) -> Family | None:
    return None if one.vague else one.family


def _beside(holding: dict[Topic, frozenset[int]], named: Iterable[Named]) -> tuple[Beside, ...]:
    felt = defaultdict[int, set[Family | None]](set)
    for one in named:
        felt[one.entry].add(_family(one))
    found = []
    for topic, entries in holding.items():
        counts = Counter(family for entry in entries for family in felt.get(entry, ()))
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
        found += [Beside(topic, len(entries), tuple(ranked))] if entries else []
    return tuple(found)


def _questions(answered: Iterable[Answered], named: Iterable[Named]) -> tuple[Question, ...]:
    """Return the questions in whose answers a feeling was named most often."""
    naming = {one.entry for one in named}
    of_prompt = defaultdict[str, list[Answered]](list)
    for one in answered:
        if one.prompt_id and one.question:
            of_prompt[one.prompt_id].append(one)
    found = [
        Question(ones[-1].question, len(ones), sum(one.entry in naming for one in ones)) for ones in of_prompt.values()
    ]
    helped = sorted((one for one in found if one.named), key=lambda one: (-one.named, one.answered, one.text))
    return tuple(helped[:MOST_QUESTIONS])
