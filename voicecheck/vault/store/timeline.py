"""Summaries of entries for a list or a calendar, without reading the entries whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from voicecheck.domain import EntryKind, Family, Quadrant
from voicecheck.vault.store.connection import Database, Row, decoded
from voicecheck.vault.store.owner import USUAL_NAME, find_others

OPENING_LETTERS = 240


@dataclass(frozen=True, slots=True)
class Felt:
    """A family that was felt, or words for many things, with the number of times it was named."""

    family: Family | None
    """None for vague words, whose family nobody can tell"""
    quadrant: Quadrant
    count: int


@dataclass(frozen=True, slots=True)
class Glance:
    """Summary of one entry."""

    id: str
    number: int
    """rises with the time it was spoken"""
    spoken_at: datetime
    local_date: date
    kind: EntryKind
    speaker: str
    language: str
    question: str = field(repr=False)
    opening: str = field(repr=False)
    """the first letters of its text"""
    cut: bool
    """True if the text goes on"""
    has_audio: bool
    edited: bool
    felt: tuple[Felt, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """Newest text of one entry."""

    id: str
    local_date: date
    language: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Day:
    """One of the person's days on which something was said."""

    date: date
    entries: int
    felt: tuple[Quadrant, ...] = field(default=(), repr=False)
    """feelings of the owner of the vault, the most often named first"""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Filter of a list of entries; an empty field filters nothing."""

    families: tuple[Family, ...] = field(default=(), repr=False)
    since: date | None = None
    until: date | None = None
    with_sound: bool = False
    speaker: str = field(default="", repr=False)


class Timeline:
    def __init__(self, database: Database) -> None:
        self._database = database

    def glances(self, sieve: Sieve = Sieve(), *, before: int | None = None, limit: int = 40) -> tuple[Glance, ...]:
        """Return summaries, newest first, from the entry before number `before` on."""
        # CROSS JOIN goes along the entries and stops at the limit: https://sqlite.org/optoverview.html#crossjoin
        conditions, values = _conditions(sieve)
        if before is not None:
            conditions.append("e.number < ?")
            values.append(before)
        rows = self._database.rows(
            f"""SELECT e.number, e.id, e.spoken_at, e.local_date, e.kind, e.speaker, e.language,
                       coalesce(e.prompt_text, ''), substr(r.text, 1, {OPENING_LETTERS}),
                       length(r.text) > {OPENING_LETTERS}, r.source = 'person',
                       EXISTS (SELECT 1 FROM pages WHERE pages.entry = e.number)
                FROM entries e CROSS JOIN revisions r ON r.entry = e.number AND r.newest = 1
                WHERE {" AND ".join(conditions) or "1"} ORDER BY e.number DESC LIMIT ?""",  # noqa: S608 - constants only
            (*values, limit),
        )
        felt = self._felt([row[0] for row in rows])
        with decoded():
            return tuple(_glance(row, felt.get(row[0], ())) for row in rows)

    def days(self, since: date, until: date, name: str = USUAL_NAME) -> tuple[Day, ...]:
        """Return the days with entries from `since` up to `until`, oldest first; `name` is the owner's."""
        others = find_others(self._database, name)
        span = (since.isoformat(), until.isoformat())
        counts = self._database.rows(
            "SELECT local_date, count(*) FROM entries WHERE local_date >= ? AND local_date < ? GROUP BY 1 ORDER BY 1",
            span,
        )
        rows = self._database.rows(
            f"""SELECT local_date, quadrant FROM mentions
               WHERE newest = 1 AND felt_now = 1 AND local_date >= ? AND local_date < ? AND {others.spared("entry")}
               GROUP BY local_date, quadrant ORDER BY local_date, count(*) DESC, quadrant""",  # noqa: S608
            (*span, *others.values),
        )
        with decoded():
            felt: dict[str, list[Quadrant]] = defaultdict(list)
            for day, quadrant in rows:
                felt[day].append(Quadrant(quadrant))
            return tuple(Day(date.fromisoformat(day), count, tuple(felt[day])) for day, count in counts)

    def texts(self, since: date, until: date, name: str = USUAL_NAME, limit: int = -1) -> tuple[Text, ...]:
        """Return the texts of the owner, who is called `name`, newest first; both days are included."""
        others = find_others(self._database, name)
        rows = self._database.rows(
            f"""SELECT id, local_date, language, (SELECT text FROM newest_texts WHERE entry = entries.number)
                FROM entries WHERE local_date BETWEEN ? AND ? AND {others.spared("number")}
                ORDER BY number DESC LIMIT ?""",  # noqa: S608 - constants only
            (since.isoformat(), until.isoformat(), *others.values, limit),
        )
        with decoded():
            return tuple(Text(entry_id, date.fromisoformat(day), *rest) for entry_id, day, *rest in rows)

    def neighbours(self, entry_id: str) -> tuple[str | None, str | None]:
        """Return the ids of the entry before and the one after."""
        number = self._database.value("SELECT number FROM entries WHERE id = ?", (entry_id,))
        before = self._database.value("SELECT id FROM entries WHERE number < ? ORDER BY number DESC LIMIT 1", (number,))
        after = self._database.value("SELECT id FROM entries WHERE number > ? ORDER BY number LIMIT 1", (number,))
        return before, after

    def first_day(self) -> date | None:
        """Return the earliest of the person's days. East of the date line it may be that of a later entry."""
        day = self._database.value("SELECT min(local_date) FROM entries")
        with decoded():
            return None if day is None else date.fromisoformat(day)

    def speakers(self) -> tuple[str, ...]:
        """Return everybody who spoke under a name."""
        rows = self._database.rows("SELECT DISTINCT speaker FROM entries WHERE speaker != '' ORDER BY speaker")
        return tuple(name for (name,) in rows)

    def _felt(self, numbers: Sequence[int]) -> dict[int, tuple[Felt, ...]]:
        """Return the families felt in these entries, the most often named first."""
        places = ", ".join("?" * len(numbers))
        rows = self._database.rows(
            f"""SELECT entry, CASE WHEN vague THEN '' ELSE family END AS named, quadrant, count(*) FROM mentions
                WHERE newest = 1 AND felt_now = 1 AND entry IN ({places})
                GROUP BY entry, named ORDER BY entry, count(*) DESC, named""",  # noqa: S608 - question marks only
            numbers,
        )
        felt: dict[int, tuple[Felt, ...]] = {}
        with decoded():
            for number, named, quadrant, count in rows:
                family = Family(named) if named else None
                felt[number] = (*felt.get(number, ()), Felt(family, Quadrant(quadrant), count))
        return felt


def _conditions(sieve: Sieve) -> tuple[list[str], list[str | int]]:
    conditions: list[str] = []
    values: list[str | int] = []
    if sieve.families:
        places = ", ".join("?" * len(sieve.families))
        conditions.append(
            f"""e.number IN (SELECT m.entry FROM mentions m WHERE m.newest = 1 AND m.felt_now = 1
                AND m.family IN ({places}))"""  # noqa: S608 - question marks only
        )
        values += [family.value for family in sieve.families]
    if sieve.since is not None:
        conditions.append("e.local_date >= ?")
        values.append(sieve.since.isoformat())
    if sieve.until is not None:
        conditions.append("e.local_date <= ?")
        values.append(sieve.until.isoformat())
    if sieve.with_sound:
        conditions.append("EXISTS (SELECT 1 FROM pages WHERE pages.entry = e.number)")
    if sieve.speaker:
        conditions.append("e.speaker = ?")
        values.append(sieve.speaker)
    return conditions, values


def _glance(row: Row, felt: tuple[Felt, ...]) -> Glance:
    number, entry_id, spoken_at, local_date, kind, speaker, language, question, opening, cut, edited, has_audio = row
    return Glance(
        id=entry_id,
        number=number,
        spoken_at=datetime.fromisoformat(spoken_at),
        local_date=date.fromisoformat(local_date),
        kind=EntryKind(kind),
        speaker=speaker,
        language=language,
        question=question,
        opening=opening,
        cut=bool(cut),
        has_audio=bool(has_audio),
        edited=bool(edited),
        felt=felt,
    )
