"""Looking back over many entries: by words, and by feelings a week."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from voicecheck.domain import DAY_ENDS_AT_HOUR, Family
from voicecheck.vault.connection import Database, decoded

SNIPPET_WORDS = 24
MARKS = ("\x02", "\x03")
"""around each word that was found, inside a snippet"""
WEEK_MS = 7 * 24 * 3600 * 1000
FIRST_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True, slots=True)
class Found:
    entry_id: str
    snippet: str = field(repr=False)


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ranked(self, words: str, limit: int = 20) -> tuple[Found, ...]:
        """Best first (BM25): entries that hold every one of the words."""
        return self._find(words, limit, "rank")

    def newest(self, words: str, limit: int = 20) -> tuple[Found, ...]:
        """The same, newest first."""
        return self._find(words, limit, "entry_index.rowid DESC")

    def felt_by_week(self, since: datetime, until: datetime) -> tuple[tuple[date, Family, int], ...]:
        """How often each family was felt in each week, named by its Monday, from `since` up to `until`.

        Weeks are those of `since`'s offset, and end when the person's day does, at 04:00.
        """
        offset = since.utcoffset() or timedelta()
        shift_ms = int((offset - timedelta(hours=DAY_ENDS_AT_HOUR)).total_seconds() * 1000)
        monday_ms = int(datetime(1970, 1, 5, tzinfo=UTC).timestamp() * 1000)
        rows = self._database.rows(
            """SELECT (spoken_ms + ?1 - ?2) / ?3 AS week, family, count(*) FROM mentions
               WHERE newest = 1 AND felt_now = 1 AND spoken_ms >= ?4 AND spoken_ms < ?5
               GROUP BY week, family ORDER BY week, family""",
            (shift_ms, monday_ms, WEEK_MS, int(since.timestamp() * 1000), int(until.timestamp() * 1000)),
        )
        with decoded():
            return tuple((FIRST_MONDAY + timedelta(weeks=week), Family(family), count) for week, family, count in rows)

    def _find(self, words: str, limit: int, order: str) -> tuple[Found, ...]:
        query = " ".join(f'"{word}"' for word in re.findall(r"\w+", words))  # quoted: nothing is an operator of FTS5
        if not query:
            return ()
        rows = self._database.rows(
            f"""SELECT entries.id, snippet(entry_index, 0, ?, ?, '…', {SNIPPET_WORDS})
                FROM entry_index JOIN entries ON entries.number = entry_index.rowid
                WHERE entry_index MATCH ? ORDER BY {order} LIMIT ?""",  # noqa: S608 - constants only
            (*MARKS, query, limit),
        )
        return tuple(Found(entry_id, snippet) for entry_id, snippet in rows)
