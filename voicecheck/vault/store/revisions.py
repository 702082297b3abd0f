"""Revisions of an entry's text: as it was heard, and as the person edited it. An edit adds one and changes none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from voicecheck.clock import moment
from voicecheck.domain import Entry, Revision, RevisionSource, Tags, Turn
from voicecheck.errors import UsageError
from voicecheck.vault.store import text_index
from voicecheck.vault.store.connection import Database, decoded
from voicecheck.vault.store.corrections import Corrections
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.mentions import insert_revision, no_entry


class Revisions:
    def __init__(self, database: Database, corrections: Corrections, entries: Entries) -> None:
        self._database = database
        self._entries = entries
        self._corrections = corrections

    def of(self, entry_id: str) -> tuple[Revision, ...]:
        """Return revisions of the entry with this whole id, oldest first: the last is its text."""
        rows = self._database.rows(
            """SELECT source, made_ms, text FROM revisions JOIN entries ON entries.number = revisions.entry
               WHERE entries.id = ? ORDER BY revisions.number""",
            (entry_id,),
        )
        with decoded():
            return tuple(Revision(RevisionSource(source), moment(made_ms), text) for source, made_ms, text in rows)

    def add(self, entry: Entry, text: str, tags: Tags, at: datetime, turns: tuple[Turn, ...] | None = None) -> Entry:
        """Make `text` the newest, with its tags; the search finds it and no longer the one before.

        `turns` take the place of the entry's, where they are others.

        `entry` as it was read. Raises UsageError when its text is no longer the newest one, NotFoundError when the
        entry has gone.
        """
        after = replace(entry, revision=text, edited=True, turns=entry.turns if turns is None else turns)
        with self._database.write():
            number = self._number_of(entry)
            if turns is not None:
                self._entries.replace_turns(number, entry.turns, turns)
            text_index.take_out(self._database, number, entry.text)
            insert_revision(self._database, number, at, RevisionSource.PERSON, text)
            text_index.put(self._database, number, text)
            return self._corrections.store(after, tags)

    def _number_of(self, entry: Entry) -> int:
        found = self._database.rows(
            "SELECT number, text FROM entries JOIN newest_texts ON entry = number WHERE id = ?", (entry.id,)
        )
        if not found:
            raise no_entry()
        ((number, text),) = found
        if text != entry.text:
            raise UsageError("This entry was changed elsewhere meanwhile.", "Open it again, and edit what stands now.")
        return int(number)
