"""Dates of entries, put right by the person: the new one counts everywhere, and those before it are kept beside it.

An entry's number tells its place among the others and is made of its time (`schema.py`). So an entry whose date is put
right gets another number, and everything that hangs on it follows, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from voicecheck.clock import local_date, milliseconds, moment
from voicecheck.errors import UsageError
from voicecheck.vault.store import text_index
from voicecheck.vault.store.connection import Database, decoded
from voicecheck.vault.store.entries import HANGING, Entries
from voicecheck.vault.store.mentions import no_entry


@dataclass(frozen=True, slots=True)
class DateBefore:
    """A date that an entry had until the person put it right."""

    made_at: datetime
    """when they did"""
    spoken_at: datetime
    """the date that was wrong, with its own offset"""


class Dates:
    def __init__(self, database: Database, entries: Entries) -> None:
        self._database = database
        self._entries = entries

    def of(self, entry_id: str) -> tuple[DateBefore, ...]:
        """Return the earlier dates of the entry with this whole id, the one it came with first."""
        rows = self._database.rows(
            """SELECT made_ms, dates_before.spoken_at FROM dates_before
               JOIN entries ON entries.number = dates_before.entry WHERE entries.id = ? ORDER BY dates_before.number""",
            (entry_id,),
        )
        with decoded():
            return tuple(DateBefore(moment(made_ms), datetime.fromisoformat(was)) for made_ms, was in rows)

    def put_right(self, entry_id: str, seen: datetime, spoken_at: datetime, at: datetime) -> None:
        """Give the entry with this whole id another time; `seen` is the one that the person saw.

        Raises UsageError where it is no longer that, NotFoundError where the entry has gone.
        """
        with self._database.write():
            found = self._database.rows("SELECT number, spoken_at FROM entries WHERE id = ?", (entry_id,))
            if not found:
                raise no_entry()
            ((number, was),) = found
            if was != seen.isoformat():
                raise UsageError("The date of this entry was changed elsewhere meanwhile.", "Look once more.")
            self.insert(number, (DateBefore(at, seen),))
            self._renumber(number, spoken_at)

    def insert(self, number: int, before: Iterable[DateBefore]) -> None:
        """Insert earlier dates of the entry with this number; runs inside the caller's transaction."""
        self._database.execute_many(
            "INSERT INTO dates_before (entry, made_ms, spoken_at) VALUES (?, ?, ?)",
            ((number, milliseconds(one.made_at), one.spoken_at.isoformat()) for one in before),
        )

    def _renumber(self, number: int, spoken_at: datetime) -> None:
        run, day = self._database.execute, local_date(spoken_at).isoformat()
        text = self._database.value("SELECT text FROM newest_texts WHERE entry = ?", (number,))
        text_index.take_out(self._database, number, text)
        run("PRAGMA defer_foreign_keys = ON")  # until this transaction ends: rows point to the new number first
        new = self._entries.free_number(spoken_at)
        for table in HANGING:
            run(f"UPDATE {table} SET entry = ? WHERE entry = ?", (new, number))  # noqa: S608 - constants only
        run(
            "UPDATE entries SET number = ?, spoken_at = ?, local_date = ? WHERE number = ?",
            (new, spoken_at.isoformat(), day, number),
        )
        run("UPDATE mentions SET local_date = ? WHERE entry = ?", (day, new))
        run(
            """UPDATE sessions SET began_ms = (SELECT min(number) / 1024 FROM entries WHERE session = sessions.id)
               WHERE id = (SELECT session FROM entries WHERE number = ?)""",
            (new,),
        )
        text_index.put(self._database, new, text)
