"""Sound in the vault: Opus pages by the sample they begin with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from voicecheck.clock import milliseconds
from voicecheck.utterance import Page
from voicecheck.vault.store.connection import Database

KeepAudio: TypeAlias = Literal["until_reviewed", "never", "always"]
LONGEST_UNREVIEWED = timedelta(days=7)


class Recordings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, number: int, pages: Iterable[Page]) -> None:
        """Keep the pages of the entry with this row number; runs inside the caller's transaction."""
        self._database.execute_many(
            "INSERT OR IGNORE INTO pages (entry, start, count, data) VALUES (?, ?, ?, ?)",
            ((number, page.start, page.count, page.data) for page in pages),
        )

    def pages(self, entry_id: str) -> tuple[Page, ...]:
        """Return the pages in the order of the sound; empty where none is kept."""
        rows = self._database.rows(
            """SELECT p.start, p.count, p.data FROM pages p JOIN entries e ON e.number = p.entry
               WHERE e.id = ? ORDER BY p.start""",
            (entry_id,),
        )
        return tuple(Page(start, count, data) for start, count, data in rows)

    def has_audio(self, entry_id: str) -> bool:
        return bool(
            self._database.rows(
                "SELECT 1 FROM pages p JOIN entries e ON e.number = p.entry WHERE e.id = ? LIMIT 1", (entry_id,)
            )
        )

    def remove(self, entry_id: str) -> None:
        """Remove and overwrite the sound; the words stay."""
        with self._database.write():
            self._database.execute(
                "DELETE FROM pages WHERE entry = (SELECT number FROM entries WHERE id = ?)", (entry_id,)
            )

    def remove_due(self, keep: KeepAudio, now: datetime) -> int:
        """Remove sound that the person chose not to keep any longer. Return the number of entries that lost theirs.

        Its days count from when it was taken in: what waited sealed for weeks was heard by nobody before.
        """
        if keep == "always":
            return 0
        oldest_ms = milliseconds(now - LONGEST_UNREVIEWED)
        due = self._database.rows(
            """SELECT number FROM entries WHERE (? = 'never' OR reviewed_ms IS NOT NULL
               OR taken_in_ms < ?)
               AND EXISTS (SELECT 1 FROM pages WHERE pages.entry = entries.number)""",
            (keep, oldest_ms),
        )
        if due:
            with self._database.write():
                self._database.execute_many("DELETE FROM pages WHERE entry = ?", due)
        return len(due)
