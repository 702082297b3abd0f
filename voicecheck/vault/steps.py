"""What was asked in each sitting and what the person did with it: where they stand on the ladder."""

from __future__ import annotations

from datetime import UTC, date, datetime

from voicecheck.domain import Asked, Did, Sitting, local_date
from voicecheck.vault.connection import Database, decoded

OFFERED = "sentence offered"
"""when the check-in last offered to look for a sentence to take along, in the table `state`"""


class Steps:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sitting: Sitting) -> None:
        """Keep them in one transaction. Taking the same sitting in twice changes nothing."""
        at_ms = int(sitting.at.timestamp() * 1000)
        with self._database.write():
            self._database.execute_many(
                """INSERT OR IGNORE INTO steps (session, position, at_ms, prompt_id, did, entry)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (
                    (sitting.session, place, at_ms, asked.prompt_id, asked.did.value, asked.entry_id or None)
                    for place, asked in enumerate(sitting.asked)
                ),
            )

    def history(self) -> tuple[Asked, ...]:
        """Oldest first."""
        rows = self._database.rows("SELECT prompt_id, did, entry FROM steps ORDER BY at_ms, session, position")
        with decoded():
            return tuple(Asked(prompt_id, Did(did), entry or "") for prompt_id, did, entry in rows)

    def sentence_offered_on(self) -> date | None:
        """The person's day on which looking for a sentence was last offered."""
        found = self._database.value("SELECT value FROM state WHERE key = ?", (OFFERED,))
        with decoded():
            return None if found is None else date.fromisoformat(found)

    def mark_sentence_offered(self, at: datetime) -> None:
        with self._database.write():
            self._database.execute(
                "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (OFFERED, local_date(at).isoformat()),
            )


class Shares:
    """That a sentence of an entry was taken along, and how. The sentence itself is not kept a second time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, entry_id: str, how: str, at: datetime) -> None:
        """`how` is "aloud" or "saved"; `entry_id` is whole."""
        with self._database.write():
            self._database.execute(
                "INSERT INTO shares (entry, at_ms, how) SELECT number, ?, ? FROM entries WHERE id = ?",
                (int(at.timestamp() * 1000), how, entry_id),
            )

    def of(self, entry_id: str) -> tuple[tuple[datetime, str], ...]:
        """When and how, oldest first; times in UTC."""
        rows = self._database.rows(
            """SELECT at_ms, how FROM shares JOIN entries ON entries.number = shares.entry
               WHERE entries.id = ? ORDER BY at_ms""",
            (entry_id,),
        )
        with decoded():
            return tuple((datetime.fromtimestamp(at_ms / 1000, UTC), how) for at_ms, how in rows)
