"""SQL for people, places and doings that the person marked, and the entries in which they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from unicodedata import normalize

import msgspec

from voicecheck.text.folding import fold_words
from voicecheck.utterance import Topic, TopicKind
from voicecheck.vault.store.connection import Database, decoded
from voicecheck.vault.store.owner import Others


class Topics:
    """They are as private as an entry, and are kept where entries are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[Topic, ...]:
        """Return all topics: people, places, doings, each by alphabet."""
        rows = self._database.rows("SELECT name, kind, words FROM topics ORDER BY name")
        with decoded():
            found = [Topic(name, TopicKind(kind), _words(words)) for name, kind, words in rows]
        kinds = list(TopicKind)
        return tuple(sorted(found, key=lambda one: kinds.index(one.kind)))

    def put(self, topics: Iterable[Topic]) -> None:
        """Keep these and no others, in one transaction."""
        with self._database.write():
            self._database.execute("DELETE FROM topics")
            for one in topics:
                self._add(one)

    def add(self, *topics: Topic) -> None:
        """Keep topics, in one transaction; one of the same name is replaced."""
        with self._database.write():
            for one in topics:
                self._add(one)

    def remove(self, name: str) -> bool:
        """Remove a topic; False where it was not there."""
        with self._database.write():
            return self._database.execute("DELETE FROM topics WHERE name = ?", (normalize("NFC", name),)) > 0

    def entries_with(
        self, topics: Sequence[Topic], since: date, until: date, others: Others
    ) -> dict[Topic, frozenset[int]]:
        """Return the row numbers of the owner's entries of these days that hold a word of each topic, as it is spelt.

        Capitals and accents do not matter. A label that the entry came with from another program counts as a word.
        """
        rows = self._database.rows(
            f"SELECT number, labels FROM entries WHERE local_date BETWEEN ? AND ? AND {others.spared('number')}",  # noqa: S608
            (since.isoformat(), until.isoformat(), *others.values),
        )
        numbers = [number for number, _ in rows]
        if not numbers:
            return {}
        labels = defaultdict[str, set[int]](set)
        with decoded():
            for number, written in rows:
                for _, label in () if written == "[]" else msgspec.json.decode(written, type=list[tuple[str, str]]):
                    labels[_folded(label)].add(number)
        span = frozenset(numbers)
        return {one: self._holding(one, min(span), max(span)) & span | _labelled(one, labels) for one in topics}

    def _holding(self, topic: Topic, first: int, last: int) -> frozenset[int]:
        """Return the row numbers from `first` to `last` whose text holds a word of the topic."""
        phrases = " OR ".join(f'"{words}"' for form in topic.forms if (words := _folded(form)))
        rows = self._database.rows(
            "SELECT rowid FROM entry_index WHERE text MATCH ? AND rowid BETWEEN ? AND ?",
            (phrases or '""', first, last),
        )
        return frozenset(number for (number,) in rows)

    def _add(self, one: Topic) -> None:
        words = msgspec.json.encode(tuple(normalize("NFC", word) for word in one.words)).decode()
        self._database.execute(
            "INSERT OR REPLACE INTO topics (name, kind, words) VALUES (?, ?, ?)",
            (normalize("NFC", one.name), one.kind.value, words),
        )


def _labelled(topic: Topic, labels: Mapping[str, set[int]]) -> frozenset[int]:
    return frozenset(number for form in topic.forms for number in labels.get(_folded(form), ()))


def _folded(text: str) -> str:
    return " ".join(word.text for word in fold_words(text))


def _words(written: str) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(written, type=list[str]))
