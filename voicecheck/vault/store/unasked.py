"""Entries that are not to be shown again unasked, as the person said."""

from __future__ import annotations

from voicecheck.vault.store.connection import Database


class Unasked:
    def __init__(self, database: Database) -> None:
        self._database = database

    def leave_out(self, entry_id: str) -> None:
        """Never show the entry with this whole id unasked again."""
        with self._database.write():
            self._database.execute(
                "INSERT OR IGNORE INTO not_again (entry) SELECT number FROM entries WHERE id = ?", (entry_id,)
            )

    def left_out(self, entry_id: str) -> bool:
        """True if the person said so of the entry with this whole id."""
        return bool(
            self._database.value(
                "SELECT EXISTS (SELECT 1 FROM not_again JOIN entries ON number = entry WHERE id = ?)", (entry_id,)
            )
        )

    def insert(self, number: int, *, left_out: bool) -> None:
        """Insert the mark of the entry with this number; runs inside the caller's transaction."""
        if left_out:
            self._database.execute("INSERT INTO not_again (entry) VALUES (?)", (number,))
