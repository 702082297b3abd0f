"""A person's own say on tags: corrections of an entry, and feeling words of their own.

Corrections are rows of their own. Mentions can be made anew from the text at any time; corrections never are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from unicodedata import normalize

import msgspec

from voicecheck import clock
from voicecheck.domain import (
    Correction,
    CorrectionAction,
    EmotionMention,
    Entry,
    Family,
    PrivateWord,
    Quadrant,
    Tags,
    new_id,
)
from voicecheck.vault.store.connection import Database, decoded
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.mentions import insert_corrections, newest_mentions, no_entry, replace_mentions
from voicecheck.vault.store.word_times import timed_mentions

WORDS_CHANGED = "private words changed"
"""how often they did, in the table `state`"""


class Corrections:
    def __init__(self, database: Database, entries: Entries) -> None:
        self._database = database
        self._entries = entries

    def of(self, entry_id: str) -> tuple[Correction, ...]:
        """Return corrections of the newest revision of the entry with this whole id, in the order they were made."""
        rows = self._database.rows(
            """SELECT corrections.id, action, mention FROM corrections
               JOIN entries ON entries.number = corrections.entry
               JOIN revisions ON revisions.number = corrections.revision AND revisions.newest = 1
               WHERE entries.id = ? ORDER BY corrections.made_ms, corrections.id""",
            (entry_id,),
        )
        with decoded():
            return tuple(
                Correction(CorrectionAction(action), msgspec.json.decode(mention, type=EmotionMention), correction_id)
                for correction_id, action, mention in rows
            )

    def settle(self, entry: Entry, tags: Tags) -> Entry:
        """Replace the tags and corrections of the newest revision, in one transaction.

        `entry` as it is kept. Returns it with its new mentions.
        """
        with self._database.write():
            return self.store(entry, tags)

    def store(self, entry: Entry, tags: Tags) -> Entry:
        """Store as `settle`, within a transaction that is open already: a new revision and its tags belong together.

        `entry` has the text of the revision that is the newest by now.
        """
        number, revision = self._place(entry.id)
        known = {mention.id for mention in newest_mentions(self._database, number)}
        timed = timed_mentions(replace(entry, mentions=tags.mentions))
        kept = tuple(m if m.id in known else replace(m, id=new_id(entry.spoken_at)) for m in timed)
        replace_mentions(self._database, number, kept, tags.lexicon_version)
        self._replace_corrections(number, revision, tags.corrections)
        return replace(entry, mentions=kept)

    def version_of(self, entry_id: str) -> str:
        """Return the version of the lexicon that tagged the entry's newest revision; empty for none."""
        return str(
            self._database.value(
                """SELECT lexicon_version FROM revisions JOIN entries ON entries.number = revisions.entry
                   WHERE entries.id = ? AND newest = 1""",
                (entry_id,),
            )
        )

    def due(self, versions: Mapping[str, str]) -> tuple[str, ...]:
        """Return ids of entries tagged by another lexicon than the one named for their language, oldest first.

        A language that is not in `versions` has none, and nothing of it is due.
        """
        rows = self._database.rows(
            """SELECT entries.id, language, lexicon_version FROM entries
               JOIN revisions ON revisions.entry = entries.number AND newest = 1 ORDER BY entries.number"""
        )
        return tuple(entry_id for entry_id, language, version in rows if version != versions.get(language, version))

    def languages(self) -> tuple[str, ...]:
        """Return the languages in which entries were spoken."""
        return tuple(language for (language,) in self._database.rows("SELECT DISTINCT language FROM entries"))

    def _place(self, entry_id: str) -> tuple[int, int]:
        found = self._database.rows(
            """SELECT entries.number, revisions.number FROM entries
               JOIN revisions ON revisions.entry = entries.number AND newest = 1 WHERE id = ?""",
            (entry_id,),
        )
        if not found:
            raise no_entry()
        return int(found[0][0]), int(found[0][1])

    def _replace_corrections(self, number: int, revision: int, corrections: tuple[Correction, ...]) -> None:
        rows = self._database.rows("SELECT id, made_ms FROM corrections WHERE revision = ?", (revision,))
        made: dict[str | None, int] = dict(rows)
        self._database.execute("DELETE FROM corrections WHERE revision = ?", (revision,))
        latest, kept = max(made.values(), default=0), []
        for one in corrections:
            correction_id, made_ms = one.id, made.get(one.id)
            if correction_id is None or made_ms is None:  # later than every other, also within one millisecond
                latest = made_ms = max(latest + 1, clock.milliseconds(clock.now()))
                correction_id = new_id(clock.now())
            kept.append((correction_id, made_ms, one.action.value, one.mention))
        insert_corrections(self._database, number, revision, kept)


class PrivateWords:
    """Feeling words of one's own. They are as private as an entry, and are kept where entries are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[PrivateWord, ...]:
        """Return all words, by alphabet."""
        rows = self._database.rows("SELECT word, family, quadrant, vague FROM private_words ORDER BY word")
        with decoded():
            return tuple(
                PrivateWord(word, Family(family), Quadrant(quadrant), bool(vague))
                for word, family, quadrant, vague in rows
            )

    def add(self, word: PrivateWord) -> None:
        """Keep a word; one that is there already gets the new meaning."""
        with self._database.write():
            self._database.execute(
                "INSERT OR REPLACE INTO private_words VALUES (?, ?, ?, ?)",
                (normalize("NFC", word.word), word.family.value, word.quadrant.value, word.vague),
            )
            self._database.count_up(WORDS_CHANGED)

    def remove(self, word: str) -> bool:
        """Remove a word; False where it was not there."""
        with self._database.write():
            forms = (word, normalize("NFC", word))
            removed = self._database.execute("DELETE FROM private_words WHERE word IN (?, ?)", forms) > 0
            if removed:
                self._database.count_up(WORDS_CHANGED)
        return removed

    @property
    def changes(self) -> int:
        """Number of changes to the person's own words: part of the version of every tag."""
        with decoded():
            return int(self._database.noted(WORDS_CHANGED) or 0)
