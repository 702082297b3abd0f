"""Looking back over many entries: a query of the search grammar, to SQL.

Words go through the full-text index (Porter stems, accents folded); everything else through the tables beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from voicecheck.domain import Experiencer
from voicecheck.query import Feeling, Known, Meant, Place, Query, Trait, Words
from voicecheck.vault.connection import Database, decoded

SNIPPET_WORDS = 24
_MARKS = ("\x02", "\x03")  # around each word that was found, as FTS5 puts them
_PACK_ENDS = "."  # a prompt's id is its pack's, a dot, and its own name
_AFTER_PACK = chr(ord(_PACK_ENDS) + 1)

_TRAIT_COLUMNS = {
    Trait.NOW: "felt_now",
    Trait.NEGATED: "negated",
    Trait.IMAGINED: "hypothetical",
    Trait.PAST: "past",
    Trait.VAGUE: "vague",
}


@dataclass(frozen=True, slots=True)
class Found:
    entry_id: str
    spoken_at: datetime
    snippet: str = field(repr=False)
    """some words around what was found; where no word was asked for, the beginning of the text"""
    spans: tuple[tuple[int, int], ...] = ()
    """where in the snippet the words stand that were found; code points, half-open"""


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: Query, *, newest: bool = False, limit: int = 20, offset: int = 0) -> tuple[Found, ...]:
        """Best first (BM25), or newest first: by choice, and wherever no word is asked for that could be ranked."""
        conditions = self._conditions(query)
        ranked = query.holds_words and not newest
        order = "entry_index.rank, entry_index.rowid DESC" if ranked else "e.number DESC"
        rows = self._database.rows(
            f"SELECT e.number, e.id, e.spoken_at FROM {conditions.tables} WHERE {conditions.sql} "  # noqa: S608
            f"ORDER BY {order} LIMIT ? OFFSET ?",
            (*conditions.values, limit, offset),
        )
        snippets = self._snippets(conditions.match, [number for number, _, _ in rows])
        with decoded():
            return tuple(
                Found(entry_id, datetime.fromisoformat(at), *_unmarked(snippets[number]))
                for number, entry_id, at in rows
            )

    def count(self, query: Query) -> int:
        """How many entries `find` would come to."""
        conditions = self._conditions(query)
        return int(
            self._database.value(
                f"SELECT count(*) FROM {conditions.tables} WHERE {conditions.sql}",  # noqa: S608
                conditions.values,
            )
        )

    def _snippets(self, match: str, numbers: list[int]) -> dict[int, str]:
        """By row number. FTS5 numbers the words of a text only while it matches, hence two ways."""
        places = ", ".join("?" * len(numbers))
        if not match:
            rows = self._database.rows(
                f"SELECT entry, text FROM newest_texts WHERE entry IN ({places})",  # noqa: S608
                numbers,
            )
            return {number: _beginning(text) for number, text in rows}
        rows = self._database.rows(
            f"""SELECT rowid, snippet(entry_index, 0, ?, ?, '…', {SNIPPET_WORDS}) FROM entry_index
                WHERE entry_index MATCH ? AND rowid IN ({places})""",  # noqa: S608 - constants only
            (*_MARKS, match, *numbers),
        )
        return dict(rows)

    def _conditions(self, query: Query) -> _Conditions:
        found = _Conditions(_match(words for words in query.words if words.wanted))
        for words in query.words:
            if not words.wanted:
                found.add("e.number NOT IN (SELECT rowid FROM entry_index WHERE entry_index MATCH ?)", _match([words]))
        _add_feelings(found, query.feelings, query.meant)
        for known in query.known:
            self._add_known(found, known)
        if query.since is not None:
            found.add("e.local_date >= ?", query.since.isoformat())
        if query.until is not None:
            found.add("e.local_date <= ?", query.until.isoformat())
        if query.has_sound is not None:
            found.add("EXISTS (SELECT 1 FROM pages WHERE pages.entry = e.number)", wanted=query.has_sound)
        if query.edited is not None:
            found.add(
                "EXISTS (SELECT 1 FROM revisions r WHERE r.entry = e.number AND r.source = 'person')",
                wanted=query.edited,
            )
        return found

    def _add_known(self, found: _Conditions, known: Known) -> None:
        if known.place is Place.PACK:
            begin, end = known.value + _PACK_ENDS, known.value + _AFTER_PACK
            found.add("ifnull(e.prompt_id >= ? AND e.prompt_id < ?, 0)", begin, end, wanted=known.wanted)
        elif known.place is Place.KIND:
            found.add("e.kind = ?", known.value, wanted=known.wanted)
        elif known.place is Place.SPEAKER:
            speakers = self._speakers(lambda name: name.casefold() == known.value)
            places = ", ".join("?" * len(speakers))
            found.add(
                f"(e.speaker IN ({places}) OR EXISTS (SELECT 1 FROM turns t WHERE t.entry = e.number "  # noqa: S608
                f"AND t.speaker IN ({places})))",
                *speakers,
                *speakers,
                wanted=known.wanted,
            )
        else:
            prompts = self._prompts(known.value)
            pairs = " OR ".join(["e.prompt_id = ? AND e.prompt_text = ?"] * len(prompts)) or "0"
            found.add(f"ifnull({pairs}, 0)", *(part for pair in prompts for part in pair), wanted=known.wanted)

    def _speakers(self, fits: Callable[[str], bool]) -> list[str]:
        """Compared here, since SQLite knows capitals of A to Z only."""
        rows = self._database.rows("SELECT speaker FROM entries UNION SELECT speaker FROM turns")
        return [name for (name,) in rows if fits(name)]

    def _prompts(self, value: str) -> list[tuple[str, str]]:
        rows = self._database.rows("SELECT DISTINCT prompt_id, prompt_text FROM entries WHERE prompt_id IS NOT NULL")
        return [(name, text) for name, text in rows if name.casefold() == value or value in (text or "").casefold()]


class _Conditions:
    """A WHERE and its values. `match` is the expression for the full-text index, empty where no word is asked for."""

    def __init__(self, match: str) -> None:
        self.match = match
        self.values: list[str | int] = [match] if match else []
        self._parts = ["entry_index MATCH ?"] if match else ["1"]

    @property
    def tables(self) -> str:
        joined = "entry_index JOIN entries e ON e.number = entry_index.rowid"
        return joined if self.match else "entries e"

    @property
    def sql(self) -> str:
        return " AND ".join(self._parts)

    def add(self, part: str, *values: str | int, wanted: bool = True) -> None:
        self._parts.append(part if wanted else f"NOT ({part})")
        self.values += values


def _match(words: Iterable[Words]) -> str:
    """Each in quotation marks: nothing that is typed is an operator of FTS5."""
    return " ".join('"' + one.text.replace('"', '""') + '"' for one in words)


def _add_feelings(found: _Conditions, feelings: Iterable[Feeling], meant: Iterable[Meant]) -> None:
    parts, values = ["m.newest = 1"], list[str | int]()
    for one in meant:
        column, value = ("experiencer", one.what.value) if isinstance(one.what, Experiencer) else _column(one.what)
        parts.append(f"m.{column} {'=' if one.wanted else '<>'} ?")
        values.append(value)
    wide = [Feeling()] if values else []
    for feeling in tuple(feelings) or wide:
        names = [*(f.value for f in feeling.families), *(q.value for q in feeling.quadrants)]
        families, quadrants = (", ".join("?" * len(group)) for group in (feeling.families, feeling.quadrants))
        of_names = [f"(m.family IN ({families}) OR m.quadrant IN ({quadrants}))"] if names else []
        condition = " AND ".join([*parts, *of_names])
        found.add(
            f"e.number IN (SELECT m.entry FROM mentions m WHERE {condition})",  # noqa: S608 - placeholders only
            *values,
            *names,
            wanted=feeling.wanted,
        )


def _column(trait: Trait) -> tuple[str, int]:
    return _TRAIT_COLUMNS[trait], 1


def _unmarked(snippet: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The snippet without the marks, and where they stood."""
    plain, spans, begin = "", [], 0
    for part in re.split("([\x02\x03])", snippet):
        if part == _MARKS[0]:
            begin = len(plain)
        elif part == _MARKS[1]:
            spans.append((begin, len(plain)))
        else:
            plain += part
    return plain, tuple(spans)


def _beginning(text: str) -> str:
    words = text.split()
    return " ".join(words[:SNIPPET_WORDS]) + (" …" if len(words) > SNIPPET_WORDS else "")
