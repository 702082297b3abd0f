"""Counts over time for looking back: feelings by day, and words by the day they were first named.

Days are the person's own, which end at 04:00. Counted is what the owner of the vault said, and not the entries of
`others`. Where there are none, every count reads one index from end to end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from voicecheck.clock import Step
from voicecheck.domain import Family, Quadrant
from voicecheck.vault.store.connection import Database, decoded
from voicecheck.vault.store.owner import Others, find_others

TEXTS_AT_ONCE = 500
_DAYS = "(?1 IS NULL OR local_date >= ?1) AND (?2 IS NULL OR local_date <= ?2)"
_PERIODS: dict[Step | None, str] = {
    None: "local_date",
    "week": "date(local_date, 'weekday 0', '-6 days')",
    "month": "substr(local_date, 1, 7) || '-01'",
    "year": "substr(local_date, 1, 4) || '-01-01'",
}
"""first day of the period in which a day lies, as `clock.period_of` tells it"""
# The person's own feeling, now or back then: the column for `EmotionMention.own`, as the index needs it.
_OWN = "newest = 1 AND experiencer = 'self' AND negated = 0 AND hypothetical = 0"


@dataclass(frozen=True, slots=True)
class FeltOnDay:
    day: date
    """or the first day of a longer period"""
    family: Family
    quadrant: Quadrant
    vague: bool
    count: int


@dataclass(frozen=True, slots=True)
class FeltAfter:
    """Count of a family of feelings in the answers to one question."""

    prompt_id: str
    family: Family
    count: int


@dataclass(frozen=True, slots=True)
class OwnWord:
    """Count of a word with which a feeling of one's own was named, of now or long ago."""

    lemma: str = field(repr=False)
    family: Family
    vague: bool
    count: int


@dataclass(frozen=True, slots=True)
class FirstNamed:
    lemma: str = field(repr=False)
    day: date


@dataclass(frozen=True, slots=True)
class Named:
    """One word that named a feeling of the person's own, of that time."""

    entry: int
    """row number"""
    day: date
    lemma: str = field(repr=False)
    family: Family
    quadrant: Quadrant
    vague: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """One entry, with the question it answers."""

    entry: int
    """row number"""
    day: date
    prompt_id: str
    """empty without a question"""
    question: str = field(repr=False)


class Tallies:
    def __init__(self, database: Database) -> None:
        self._database = database

    def others(self, name: str) -> Others:
        """Return the entries to leave out where the owner is called `name`: looked up once for all counts below."""
        return find_others(self._database, name)

    def felt(
        self,
        since: date | None = None,
        until: date | None = None,
        others: Others | None = None,
        step: Step | None = None,
    ) -> tuple[FeltOnDay, ...]:
        """Count feelings of one's own by day, neither denied nor imagined nor long past; both ends are included.

        With a step they are counted by its periods. Days are counted first, in the order of their index, so that
        little is left to sort.
        """
        others = others or find_others(self._database)
        rows = self._database.rows(
            f"""SELECT {_PERIODS[step]} AS period, family, quadrant, vague, sum(count) FROM (
                    SELECT local_date, family, quadrant, vague, count(*) AS count FROM mentions
                    WHERE newest = 1 AND felt_now = 1 AND {_DAYS} AND {others.spared("entry")}
                    GROUP BY local_date, family, quadrant, vague)
                GROUP BY period, family, quadrant, vague ORDER BY period""",  # noqa: S608 - constants only
            (*_range(since, until), *others.values),
        )
        with decoded():
            days = {day: date.fromisoformat(day) for day in {row[0] for row in rows}}
            families = {name: Family(name) for name in {row[1] for row in rows}}
            quadrants = {name: Quadrant(name) for name in {row[2] for row in rows}}
            return tuple(
                FeltOnDay(days[day], families[family], quadrants[quadrant], vague != 0, count)
                for day, family, quadrant, vague, count in rows
            )

    def named(self, since: date, until: date, others: Others) -> tuple[Named, ...]:
        """Return each of the feelings that `felt` counts, by day."""
        rows = self._database.rows(
            f"""SELECT entry, local_date, lemma, family, quadrant, vague FROM mentions
                WHERE newest = 1 AND felt_now = 1 AND local_date BETWEEN ? AND ? AND {others.spared("entry")}
                ORDER BY local_date""",  # noqa: S608 - constants only
            (*_range(since, until), *others.values),
        )
        with decoded():
            return tuple(
                Named(entry, date.fromisoformat(day), lemma, Family(family), Quadrant(quadrant), bool(vague))
                for entry, day, lemma, family, quadrant, vague in rows
            )

    def answered(self, since: date, until: date, others: Others) -> tuple[Answered, ...]:
        """Return every entry of these days, oldest first."""
        rows = self._database.rows(
            f"""SELECT number, local_date, coalesce(prompt_id, ''), coalesce(prompt_text, '') FROM entries
                WHERE local_date BETWEEN ? AND ? AND {others.spared("number")} ORDER BY number""",  # noqa: S608
            (*_range(since, until), *others.values),
        )
        with decoded():
            return tuple(Answered(entry, date.fromisoformat(day), *question) for entry, day, *question in rows)

    def felt_after(
        self, since: date | None = None, until: date | None = None, others: Others | None = None
    ) -> tuple[FeltAfter, ...]:
        """Count the same feelings by the question that they came with; entries without a question are left out."""
        others = others or find_others(self._database)
        counts = self._database.tally(
            f"""SELECT e.prompt_id, m.family FROM mentions m
                CROSS JOIN entries e INDEXED BY entries_asked ON e.number = m.entry
                WHERE m.newest = 1 AND m.felt_now = 1 AND e.prompt_id IS NOT NULL
                AND (?1 IS NULL OR m.local_date >= ?1) AND (?2 IS NULL OR m.local_date <= ?2)
                AND {others.spared("m.entry")}""",  # noqa: S608 - constants only
            (*_range(since, until), *others.values),
        )
        with decoded():
            most_first = sorted(counts.items(), key=lambda one: (one[0][0], -one[1]))
            return tuple(FeltAfter(prompt_id, Family(family), count) for (prompt_id, family), count in most_first)

    def own_words(
        self, since: date | None = None, until: date | None = None, others: Others | None = None
    ) -> tuple[OwnWord, ...]:
        """Count the words for feelings of one's own, in the order in which they were first named."""
        others = others or find_others(self._database)
        rows = self._database.rows(
            f"""SELECT lemma, family, vague, count(*) FROM mentions
                WHERE {_OWN} AND {_DAYS} AND {others.spared("entry")}
                GROUP BY lemma, family, vague ORDER BY min(entry), lemma""",  # noqa: S608 - constants only
            (*_range(since, until), *others.values),
        )
        with decoded():
            return tuple(OwnWord(lemma, Family(family), bool(vague), count) for lemma, family, vague, count in rows)

    def texts(
        self, since: date | None = None, until: date | None = None, others: Others | None = None
    ) -> Iterator[str]:
        """Yield the newest text of each entry, some hundred in memory at a time."""
        others, place = others or find_others(self._database), -1 << 63
        while rows := self._database.rows(
            f"""SELECT e.number, r.text FROM entries e CROSS JOIN revisions r ON r.entry = e.number AND r.newest = 1
                WHERE {_DAYS} AND {others.spared("e.number")} AND e.number > {place:d}
                ORDER BY e.number LIMIT {TEXTS_AT_ONCE}""",  # noqa: S608 - constants and a number
            (*_range(since, until), *others.values),
        ):
            yield from (text for _, text in rows)
            place = rows[-1][0]

    def first_named(self, others: Others | None = None) -> tuple[FirstNamed, ...]:
        """Return every word with which the person named a feeling of their own, oldest first."""
        others = others or find_others(self._database)
        rows = self._database.rows(
            f"""SELECT lemma, (SELECT local_date FROM mentions
                               WHERE lemma = named.lemma AND {_OWN} AND {others.spared("entry")}
                               ORDER BY local_date LIMIT 1) AS day
                FROM (SELECT DISTINCT lemma FROM mentions WHERE {_OWN}) named
                WHERE day IS NOT NULL ORDER BY day, lemma""",  # noqa: S608 - constants only
            others.values,
        )
        with decoded():
            return tuple(FirstNamed(lemma, date.fromisoformat(day)) for lemma, day in rows)

    def named_before(self, lemmas: Iterable[str], day: date, others: Others) -> frozenset[str]:
        """Return those of the words with which the person named a feeling of their own before that day."""
        rows = self._database.rows(
            f"""SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM mentions
                WHERE lemma = value AND {_OWN} AND local_date < ? AND {others.spared("entry")})""",  # noqa: S608
            (json.dumps(sorted(lemmas)), day.isoformat(), *others.values),
        )
        return frozenset(lemma for (lemma,) in rows)

    def entries(
        self, since: date | None = None, until: date | None = None, others: Others | None = None
    ) -> tuple[tuple[date, int], ...]:
        """Count kept entries by day, oldest first."""
        others = others or find_others(self._database)
        rows = self._database.rows(
            f"""SELECT local_date, count(*) FROM entries WHERE {_DAYS} AND {others.spared("number")}
                GROUP BY local_date ORDER BY local_date""",  # noqa: S608 - constants only
            (*_range(since, until), *others.values),
        )
        with decoded():
            return tuple((date.fromisoformat(day), count) for day, count in rows)


def _range(since: date | None, until: date | None) -> tuple[str | None, str | None]:
    return None if since is None else since.isoformat(), None if until is None else until.isoformat()
