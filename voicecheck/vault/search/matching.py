"""Phrases of the full-text index that match the words of a query.

Forms of a word ("walking" for "walk") are found when it is looked for: among the words of the index, all that begin
alike and have the same stem.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from voicecheck.text.folding import FoldedWord, fold_words, stem
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
    phrase = Sought(tuple(frozenset((one,)) for one in folded), words.beginning)
    if words.exact or words.beginning or len(folded) > 1:
        # "well-being" is also found where it is written in one piece.
        whole = "".join(folded)
        in_one = (Sought((frozenset((whole,)),), words.beginning),) if len(folded) > 1 and "-" in words.text else ()
        return (phrase, *in_one)
    return (Sought((frozenset((folded[0], *_forms(database, folded[0]))),)),)


def _forms(database: Database, word: str) -> list[str]:
    """Return the words of the index that have the same stem."""
    wanted = stem(word)
    if wanted == word and not word.isascii():
        return []
    begin = min(word, wanted, key=len)[:ALIKE_LETTERS]
    alike = database.rows("SELECT term FROM entry_terms WHERE term >= ? AND term < ?", (begin, begin + "\U0010ffff"))
    return [term for (term,) in alike if stem(term) == wanted][:MOST_FORMS]
