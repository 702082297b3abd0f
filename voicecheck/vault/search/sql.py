"""Translate a query of the search grammar to SQL, and run it over the entries.

Words go through the full-text index (`text_index`); everything else through the tables beside it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from voicecheck.clock import local_date
from voicecheck.domain import Experiencer
from voicecheck.text.folding import fold, fold_words
from voicecheck.vault.search.grammar import Feeling, Known, Meant, Place, Query, Trait
from voicecheck.vault.search.matching import Sought, match_any, seek
from voicecheck.vault.store.connection import Database, decoded

SNIPPET_WORDS = 24
MOST_ALONE = 6
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
    """ranges of the words in the snippet that were found; code points, half-open"""

    @property
    def local_date(self) -> date:
        return local_date(self.spoken_at)


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: Query, *, newest: bool = False, limit: int = 20, offset: int = 0) -> tuple[Found, ...]:
        """Return entries, best first (BM25), or newest first: by choice, and if no word is asked for."""
        conditions = self._conditions(query)
        ranked = query.holds_words and not newest
        number = "entry_index.rowid" if conditions.match else "e.number"
        order = f"entry_index.rank, {number} DESC" if ranked else f"{number} DESC"
        rows = self._database.rows(
            f"SELECT {number} FROM {conditions.tables} WHERE {conditions.sql} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
            (*conditions.values, limit, offset),
        )
        numbers = [found for (found,) in rows]
        shown = self._shown(numbers)
        with decoded():
            return tuple(
                Found(entry_id, datetime.fromisoformat(at), *snippet(text, conditions.sought))
                for entry_id, at, text in map(shown.__getitem__, numbers)
            )

    def count(self, query: Query) -> int:
        """Return the number of entries that `find` would give."""
        conditions = self._conditions(query)
        return int(
            self._database.value(
                f"SELECT count(*) FROM {conditions.tables} WHERE {conditions.sql}",  # noqa: S608
                conditions.values,
            )
        )

    def alone(self, query: Query) -> tuple[tuple[str, int], ...]:
        """Return each wanted word as typed, and how many entries hold it: for a query that found none."""
        wanted = [words for words in query.words if words.wanted][:MOST_ALONE]
        return tuple((words.text, self.count(Query(words=(words,)))) for words in wanted)

    def _shown(self, numbers: list[int]) -> dict[int, tuple[str, str, str]]:
        """Return id, time and text by row number: of those that are shown, not of every one that was found."""
        places = ", ".join("?" * len(numbers))
        rows = self._database.rows(
            f"""SELECT number, id, spoken_at, text FROM entries JOIN newest_texts ON entry = number
                WHERE number IN ({places})""",  # noqa: S608
            numbers,
        )
        return {number: (entry_id, at, text) for number, entry_id, at, text in rows}

    def _conditions(self, query: Query) -> _Conditions:
        sought = [seek(self._database, words) for words in query.words if words.wanted]
        found = _Conditions(sought)
        for words in query.words:
            if not words.wanted:
                left_out = match_any(seek(self._database, words))
                found.add("e.number NOT IN (SELECT rowid FROM entry_index WHERE entry_index MATCH ?)", left_out)
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
            rows = self._database.rows("SELECT speaker FROM entries UNION SELECT speaker FROM turns")
            # Compared here, since SQLite knows capitals of A to Z only.
            speakers = [name for (name,) in rows if fold(name) == fold(known.value)]
            found.add(
                """(e.speaker IN (SELECT value FROM json_each(?)) OR EXISTS (SELECT 1 FROM turns t
                   WHERE t.entry = e.number AND t.speaker IN (SELECT value FROM json_each(?))))""",
                *(json.dumps(speakers),) * 2,
                wanted=known.wanted,
            )
        else:
            found.add(
                """ifnull((e.prompt_id, e.prompt_text) IN
                   (SELECT value ->> 0, value ->> 1 FROM json_each(?)), 0)""",
                json.dumps(self._prompts(known.value)),
                wanted=known.wanted,
            )

    def _prompts(self, value: str) -> list[tuple[str, str]]:
        rows = self._database.rows("SELECT DISTINCT prompt_id, prompt_text FROM entries WHERE prompt_id IS NOT NULL")
        return [(name, text) for name, text in rows if name.casefold() == value or fold(value) in fold(text or "")]


class _Conditions:
    """A WHERE and its values. `match` is the expression for the full-text index, empty where no word is asked for."""

    def __init__(self, sought: Sequence[tuple[Sought, ...]]) -> None:
        self.sought = tuple(one for group in sought for one in group)
        self.match = match = " AND ".join(map(match_any, sought))
        self.values: list[str | int] = [match] if match else []
        self._parts = ["entry_index MATCH ?"] if match else ["1"]

    @property
    def tables(self) -> str:
        if not self.match:
            return "entries e"
        alone = len(self._parts) == 1  # the index tells all: millions of entries need not be read
        return "entry_index" if alone else "entry_index JOIN entries e ON e.number = entry_index.rowid"

    @property
    def sql(self) -> str:
        return " AND ".join(self._parts)

    def add(self, part: str, *values: str | int, wanted: bool = True) -> None:
        self._parts.append(part if wanted else f"NOT ({part})")
        self.values += values


def _add_feelings(found: _Conditions, feelings: Iterable[Feeling], meant: Iterable[Meant]) -> None:
    parts, values = ["m.newest = 1"], list[str | int]()
    for one in meant:
        what = one.what
        column, value = ("experiencer", what.value) if isinstance(what, Experiencer) else (_TRAIT_COLUMNS[what], 1)
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


def snippet(text: str, sought: Iterable[Sought]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return words of the text around the most hits, and the ranges of the hits in them."""
    words = fold_words(text)
    spans = sorted({span for one in sought for span in one.found_in(words)})
    if not words or len(words) <= SNIPPET_WORDS:
        first, last = 0, len(words)
    else:
        first = _richest(spans, len(words))
        last = min(first + SNIPPET_WORDS, len(words))
    begin = words[first].start if first else 0
    end = words[last - 1].end if last < len(words) else len(text)
    before, after = "…" if first else "", " …" if last < len(words) else ""
    shift = len(before) - begin
    inside = _apart((start, stop) for start, stop in spans if first <= start and stop <= last)
    places = tuple((words[start].start + shift, words[stop - 1].end + shift) for start, stop in inside)
    return before + text[begin:end] + after, places


def _richest(spans: list[tuple[int, int]], count: int) -> int:
    """Return the word with which a snippet begins: a little before the place that holds the most."""
    starts = [start for start, _ in spans]
    if not starts:
        return 0
    held = [bisect_left(starts, start + SNIPPET_WORDS) - i for i, start in enumerate(starts)]
    best = starts[held.index(max(held))]
    return max(0, min(best - SNIPPET_WORDS // 4, count - SNIPPET_WORDS))


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that lie in one another or overlap."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
