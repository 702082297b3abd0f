"""Phrases of the full-text index that match the words of a query.

Forms of a word ("walking" for "walk", "Häuser" for "Haus") are found when it is looked for: among the words of the
index, all that begin alike and have the same stem. In German an umlaut is found in both spellings, "ü" and "ue".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from voicecheck.text.folding import FoldedWord, fold_words, german_spellings, stem
from voicecheck.vault.search.grammar import Words
from voicecheck.vault.store.connection import Database

ALIKE_LETTERS = 3
"""with which all forms of a word begin"""
MOST_FORMS = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """A phrase to look for: words one behind the other, each of them one of several."""

    places: tuple[frozenset[str], ...] = field(repr=False)
    beginning: bool = False
    """the last of them may go on"""

    @property
    def match(self) -> str:
        """Expression of FTS5. Each word stands in quotation marks: nothing that is typed is an operator."""
        if len(self.places) == 1 and not self.beginning:
            return "(" + " OR ".join(f'"{word}"' for word in sorted(self.places[0])) + ")"
        return '"' + " ".join(next(iter(place)) for place in self.places) + '"' + "*" * self.beginning

    def found_in(self, words: tuple[FoldedWord, ...]) -> list[tuple[int, int]]:
        """Return all occurrences in `words`, as half-open ranges of indices."""
        width = len(self.places)
        return [(i, i + width) for i in range(len(words) - width + 1) if self._stands_at(i, words)]

    def _stands_at(self, index: int, words: tuple[FoldedWord, ...]) -> bool:
        *before, last = self.places
        if not all(words[index + k].text in place for k, place in enumerate(before)):
            return False
        ending = words[index + len(before)].text
        return ending.startswith(tuple(last)) if self.beginning else ending in last


def seek(database: Database, words: Words) -> tuple[Sought, ...]:
    """Return the phrases to look for: the words as typed, in other forms where these are meant, and alternatives."""
    found = _seek_one(database, words)
    return (*found, *(one for other in words.others for one in _seek_one(database, other)))


def match_any(sought: Iterable[Sought]) -> str:
    return "(" + " OR ".join(one.match for one in sought) + ")"


def _seek_one(database: Database, words: Words) -> tuple[Sought, ...]:
    folded = [word.text for word in fold_words(words.text)]
    if words.exact or words.beginning or len(folded) > 1:
        # "well-being" is also found where it is written in one piece.
        whole = "".join(folded)
        in_one = (_phrase([whole], words),) if len(folded) > 1 and "-" in words.text else ()
        respelt = (_phrase([word.text for word in fold_words(text)], words) for text in german_spellings(words.text))
        return (_phrase(folded, words), *in_one, *(one for one in respelt if _is_german(database, one)))
    return (Sought((frozenset((folded[0], *_forms(database, folded[0]))),)),)


def _phrase(folded: list[str], words: Words) -> Sought:
    return Sought(tuple(frozenset((one,)) for one in folded), words.beginning)


def _forms(database: Database, word: str) -> list[str]:
    """Return the words of the index that have the same stem: in English, or in German and in an entry in German."""
    wanted = stem(word)
    if wanted == word and not word.isascii():
        return []
    english = [term for term in _beginning(database, min(word, wanted, key=len)) if stem(term) == wanted]
    wanted = stem(word, "de")
    alike = {term for start in _starts(wanted) for term in _beginning(database, start)}
    german = sorted(term for term in alike - {*english, word} if stem(term, "de") == wanted)
    return [*english, *(term for term in german if _is_german(database, Sought((frozenset((term,)),))))][:MOST_FORMS]


def _beginning(database: Database, start: str) -> list[str]:
    begin = start[:ALIKE_LETTERS]
    rows = database.rows("SELECT term FROM entry_terms WHERE term >= ? AND term < ?", (begin, begin + "\U0010ffff"))
    return [term for (term,) in rows]


def _starts(wanted: str) -> set[str]:
    """Return the letters with which forms of a German stem begin: "ube" and "ueb" for "uber"."""
    spelt = (wanted[: at + 1] + "e" + wanted[at + 1 :] for at, letter in enumerate(wanted) if letter in "aou")
    return {text[:ALIKE_LETTERS] for text in (wanted, *spelt)}


def _is_german(database: Database, sought: Sought) -> bool:
    """True if an entry in German holds it: so "poet" never finds a pot in English."""
    found = database.value(
        """SELECT EXISTS (SELECT 1 FROM entry_index JOIN entries e ON e.number = entry_index.rowid
           WHERE entry_index MATCH ? AND (e.language = 'de' OR e.language LIKE 'de-%'))""",
        (sought.match,),
    )
    return bool(found)
