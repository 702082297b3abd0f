"""SQL for names and words of the person's own, which a recogniser does not know how to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unicodedata import normalize

import msgspec

from voicecheck.text.folding import fold_words
from voicecheck.utterance import OwnName
from voicecheck.vault.store.connection import Database, decoded

MOST_GIVEN = 100
"""names that a recogniser is given: each more is one more that something may be taken for"""
MOST_HEARD = 8
"""forms that are remembered of one name, the newest of them"""


class OwnNames:
    """They are as private as an entry, and are kept where entries are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[OwnName, ...]:
        """Return all names, by alphabet."""
        rows = self._database.rows("SELECT name, heard FROM own_names ORDER BY name")
        return tuple(OwnName(name, _forms(heard)) for name, heard in rows)

    def add(self, *names: OwnName) -> None:
        """Keep names, in one transaction; what was heard for one before stays beside what is new."""
        with self._database.write():
            for one in names:
                self._add(one)

    def _add(self, one: OwnName) -> None:
        name = normalize("NFC", one.name)
        before = self._database.value("SELECT heard FROM own_names WHERE name = ?", (name,))
        heard = tuple(dict.fromkeys((*(() if before is None else _forms(before)), *one.heard)))[-MOST_HEARD:]
        self._database.execute(
            "INSERT OR REPLACE INTO own_names VALUES (?, ?)", (name, msgspec.json.encode(heard).decode())
        )

    def put(self, names: Iterable[OwnName]) -> None:
        """Keep these names and no others, in one transaction."""
        with self._database.write():
            self._database.execute("DELETE FROM own_names")
            for one in names:
                self._add(one)

    def remove(self, name: str) -> bool:
        """Remove a name; False where it was not there."""
        with self._database.write():
            return self._database.execute("DELETE FROM own_names WHERE name = ?", (normalize("NFC", name),)) > 0

    def most_used(self, limit: int = MOST_GIVEN) -> tuple[OwnName, ...]:
        """Return the names that a recogniser is given: those that stand in most entries first."""
        names = self.list()
        if len(names) <= limit:
            return names
        return tuple(sorted(names, key=lambda one: -self._uses(one.name))[:limit])

    def _uses(self, name: str) -> int:
        words = " ".join(word.text for word in fold_words(name))
        found = self._database.value("SELECT count(*) FROM entry_index WHERE text MATCH ?", (f'"{words}"',))
        return int(found or 0) if words else 0

    def corrected(self) -> Iterator[tuple[str, str]]:
        """Yield the text that was heard and the newest one of every entry that the person has edited."""
        rows = self._database.rows(
            """SELECT first.text, last.text FROM revisions AS last
               JOIN revisions AS first ON first.number = (SELECT min(number) FROM revisions WHERE entry = last.entry)
               WHERE last.newest = 1 AND last.source = 'person'"""
        )
        yield from rows


def _forms(heard: str) -> tuple[str, ...]:
    with decoded():
        return tuple(msgspec.json.decode(heard, type=list[str]))
