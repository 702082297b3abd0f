"""Letters to oneself: entries that are put away until a day.

A letter is no row of `entries` while it waits, so no list, count, search, trend or note can show it. It lies whole in
one row of its own, as an export would write it, and comes back as the very entry that it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from voicecheck.clock import local_date
from voicecheck.errors import NotFoundError
from voicecheck.vault.store.archive import Archive, Archived, Restored, check
from voicecheck.vault.store.connection import Database, decoded
from voicecheck.vault.store.entries import Entries


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that waits, or one that has opened: its days, and nothing of what it says."""

    entry_id: str
    written: date
    opens_on: date
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A letter with all that it says, as it is exported."""

    opens_on: date
    entry: Archived


class Letters:
    def __init__(self, database: Database, entries: Entries, archive: Archive) -> None:
        self._database = database
        self._entries = entries
        self._archive = archive

    def put_away(self, entry_id: str, opens_on: date, *, sound: bool) -> None:
        """Put the entry with this whole id away until a day. Raises NotFoundError."""
        with self._database.write():
            archived = self._archive.read(entry_id, sound=sound)
            self._insert(archived, opens_on)
            self._entries.put_aside(entry_id)

    def waiting(self) -> tuple[Letter, ...]:
        """Return those that have not opened, the one that opens next first."""
        return self._letters("content IS NOT NULL ORDER BY opens_on, id")

    def due(self, today: date) -> tuple[Letter, ...]:
        """Return those that wait and whose day has come."""
        return self._letters("content IS NOT NULL AND opens_on <= ? ORDER BY opens_on, id", today.isoformat())

    def opened_since(self, day: date) -> tuple[Letter, ...]:
        """Return those that opened on this day or later."""
        return self._letters("opened_on >= ? ORDER BY opened_on, id", day.isoformat())

    def open(self, entry_id: str, today: date) -> None:
        """Make a letter the entry that it was, today. Raises NotFoundError where none of this id waits."""
        with self._database.write():
            archived = self.read(entry_id).entry
            self._database.execute(
                "UPDATE letters SET content = NULL, opened_on = ? WHERE id = ?", (today.isoformat(), entry_id)
            )
            self._archive.insert(archived, sound=True)

    def read(self, entry_id: str) -> Sealed:
        """Read a letter that waits, for an export of everything. Raises NotFoundError."""
        found = self._database.rows(
            "SELECT opens_on, content FROM letters WHERE id = ? AND content IS NOT NULL", (entry_id,)
        )
        if not found:
            raise NotFoundError("No letter of this id waits.", "See: voicecheck entry letter")
        ((opens_on, content),) = found
        with decoded():
            return Sealed(date.fromisoformat(opens_on), msgspec.json.decode(content, type=Archived))

    def restore(self, letters: Iterable[Sealed], *, sound: bool = True) -> tuple[Restored, ...]:
        """Put letters of an export away again, in one transaction; what is there already stays as it is.

        Raises UnfitValueError for one that cannot be kept; then none of them is.
        """
        outcomes = []
        with self._database.write():
            for one in letters:
                check(one.entry)
                known = self._archive.holds(one.entry.id)
                outcomes.append(Restored.SAME if known else Restored.NEW)
                if not known:
                    entry = one.entry if sound else replace(one.entry, sound=())
                    self._insert(entry, one.opens_on)
        return tuple(outcomes)

    def with_end(self, end: str) -> bool:
        """True if a letter waits whose id ends so, as that of an imported file does."""
        return bool(
            self._database.value(
                "SELECT EXISTS (SELECT 1 FROM letters WHERE content IS NOT NULL AND substr(id, -length(?1)) = ?1)",
                (end,),
            )
        )

    def find(self, identifier: str) -> str:
        """Return the whole id of the one letter that waits and begins so. Raises NotFoundError."""
        prefix = identifier.strip().lower()
        found = [one.entry_id for one in self.waiting() if prefix and one.entry_id.startswith(prefix)]
        if len(found) != 1:
            raise NotFoundError("No letter of this id waits.", "See: voicecheck entry letter")
        return found[0]

    def _insert(self, archived: Archived, opens_on: date) -> None:
        self._database.execute("DELETE FROM letters WHERE id = ?", (archived.id,))  # one that opened before
        self._database.execute(
            "INSERT INTO letters (id, written, opens_on, content) VALUES (?, ?, ?, ?)",
            (
                archived.id,
                local_date(archived.spoken_at).isoformat(),
                opens_on.isoformat(),
                msgspec.json.encode(archived),
            ),
        )

    def _letters(self, condition: str, *values: str) -> tuple[Letter, ...]:
        rows = self._database.rows(
            f"SELECT id, written, opens_on, opened_on FROM letters WHERE {condition}",  # noqa: S608 - constants only
            values,
        )
        with decoded():
            return tuple(
                Letter(
                    entry_id,
                    date.fromisoformat(written),
                    date.fromisoformat(opens_on),
                    None if opened_on is None else date.fromisoformat(opened_on),
                )
                for entry_id, written, opens_on, opened_on in rows
            )
