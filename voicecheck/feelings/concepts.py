"""Patterns made of named concepts, so that what can be said in many ways is written down only once.

A phrase is a row of elements:

`a/b`, `=hit`   one of these words; a verb in all its forms
`<name>`        a class of words or a concept of the table: any of its phrases
`(a/b)`         one of these words or that concept, or nothing
`{3}`           up to three further words, not across the end of a sentence
`!a/b`, `!<c>`  not before one of these words

Loose words ("just", "really", "like") may stand between any two elements. What a concept matches at one place of a text
is worked out once, and every element has a bounded reach, so time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, Tokens

HOPS = 3
"""loose words between two elements"""
ANY = ""
"""in place of the first word, where a phrase begins with none"""
_STOPS = frozenset((SENTENCE_END, QUESTION, QUOTE))
_NOWHERE: tuple[int, ...] = ()
VerbForms = Callable[[str], frozenset[str]]
"""all forms of a verb"""


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a phrase."""

    words: frozenset[str] = frozenset()
    concept: str = ""
    """the name of a concept, in place of words"""
    optional: bool = False
    gap: int = 0
    """up to so many further words"""
    not_before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of elements, and the words that may begin it: most places of a text are ruled out by those."""

    parts: tuple[Part, ...]
    firsts: frozenset[str]
    seconds: frozenset[str] | None = None
    """the words that may follow the first; None where anything may"""


@dataclass(frozen=True, slots=True)
class Concepts:
    """Table of word classes and concepts, each concept a list of phrases. Names are looked up when a phrase is read."""

    classes: dict[str, frozenset[str]] = field(repr=False)
    verb_forms: VerbForms = field(repr=False)
    loose: frozenset[str] = field(default=frozenset(), repr=False)
    kept: frozenset[str] = field(default=frozenset(), repr=False)
    """words that no gap passes over: those that deny"""
    phrases: dict[str, dict[str, tuple[Phrase, ...]]] = field(default_factory=dict, repr=False)
    """concept -> first word -> phrases"""

    def define(self, name: str, sources: Iterable[str]) -> None:
        """Define a concept. Raises KeyError for a name that is not defined yet, so that none is part of itself."""
        self.phrases[name] = self.by_first(sources)

    def by_first(self, sources: Iterable[str]) -> dict[str, tuple[Phrase, ...]]:
        """Return the phrases by the words at which they may begin."""
        found: dict[str, list[Phrase]] = {}
        for source in sources:
            phrase = self.read(source)
            for word in phrase.firsts or (ANY,):
                found.setdefault(word, []).append(phrase)
        return {word: tuple(phrases) for word, phrases in found.items()}

    def read(self, source: str) -> Phrase:
        """Parse a phrase. Raises KeyError for a name nobody knows."""
        parts = tuple(self._part(cell) for cell in source.split())
        opens = parts[0].words and not parts[0].optional
        seconds, ends = self._firsts(parts[1:])
        return Phrase(parts, self._firsts(parts)[0], None if ends or not opens else seconds)

    def _part(self, cell: str) -> Part:
        if cell.startswith("{"):
            return Part(gap=int(cell.strip("{}")))
        if cell.startswith("!"):
            return Part(not_before=self._words(cell[1:]))
        optional = cell.startswith("(")
        cell = cell.strip("()")
        name = cell.strip("<>")
        if cell.startswith("<") and name not in self.classes and "/" not in cell:
            self.phrases[name]  # a concept that is not defined yet is a fault of the table
            return Part(concept=name, optional=optional)
        return Part(words=self._words(cell), optional=optional)

    def _words(self, cell: str) -> frozenset[str]:
        words: set[str] = set()
        for choice in cell.split("/"):
            if choice.startswith("<"):
                words |= self.classes[choice.strip("<>")]
            else:
                words |= forms_of(choice, self.verb_forms)
        return frozenset(words)

    def _firsts(self, parts: tuple[Part, ...]) -> tuple[frozenset[str], bool]:
        """Return the words at which these elements may begin, and True if any other word may, too."""
        words: set[str] = set()
        for part in parts:
            if part.gap or part.not_before:
                return frozenset(words), True
            words |= part.words.union(self.phrases[part.concept] if part.concept else ())
            if ANY in words:
                return frozenset(words), True
            if not part.optional:
                return frozenset(words), False
        return frozenset(words), True


def forms_of(word: str, verb_forms: VerbForms) -> frozenset[str]:
    """Return the word itself, or all forms of a verb that is written with "=" before it."""
    return verb_forms(word[1:]) if word.startswith("=") else frozenset((word,))


def word_classes(
    table: Mapping[str, str], known: Mapping[str, frozenset[str]], verb_forms: VerbForms
) -> dict[str, frozenset[str]]:
    """Return classes of words from lines of them, beside those already `known`."""
    classes = dict(known)
    for name, line in table.items():
        words: set[str] = set()
        for word in line.split():
            if word.startswith("<"):
                words |= classes[word.strip("<>")]
            else:
                words |= forms_of(word, verb_forms)
        classes[name] = frozenset(words)
    return classes


class Matcher:
    """Finds phrases in one text; what a concept matched at a place is remembered."""

    def __init__(self, concepts: Concepts, tokens: Tokens) -> None:
        self._concepts = concepts
        self._words = tokens.words
        self._loose = concepts.loose | {COMMA}
        self._known: dict[tuple[str, int], tuple[int, ...]] = {}

    def longest(self, phrase: Phrase, start: int) -> int:
        """Return the token index after the longest match from `start` on; 0 where there is none."""
        return max(self._ends(phrase, start), default=0) if self._may_begin(phrase, start) else 0

    def _may_begin(self, phrase: Phrase, start: int) -> bool:
        if phrase.seconds is None:
            return True
        following = self._words[start + 1] if start + 1 < len(self._words) else ""
        if following in phrase.seconds or following not in self._loose:
            return following in phrase.seconds
        return any(hop < len(self._words) and self._words[hop] in phrase.seconds for hop in self._hops(start + 1))

    def _ends(self, phrase: Phrase, start: int) -> tuple[int, ...]:
        places: set[int] = {start}
        for number, part in enumerate(phrase.parts):
            after: set[int] = set(places) if part.optional or part.not_before else set()
            if part.not_before:
                after = {place for place in places if not self._precedes(place, part.not_before)}
            elif part.gap:
                for place in places:
                    after.update(self._reach(place, part.gap))
            else:
                for place in places:
                    for hop in self._hops(place) if number else (place,):
                        after.update(self._step(part, hop))
            if not after:
                return _NOWHERE
            places = after
        return tuple(places)

    def _step(self, part: Part, index: int) -> tuple[int, ...]:
        if part.concept:
            return self._concept(part.concept, index)
        fits = index < len(self._words) and self._words[index] in part.words
        return (index + 1,) if fits else _NOWHERE

    def _concept(self, name: str, index: int) -> tuple[int, ...]:
        key = (name, index)
        known = self._known.get(key)
        if known is None:
            ends: set[int] = set()
            word = self._words[index] if index < len(self._words) else ""
            starting = self._concepts.phrases[name]
            for phrase in (*starting.get(word, ()), *starting.get(ANY, ())):
                if self._may_begin(phrase, index):
                    ends.update(self._ends(phrase, index))
            known = self._known[key] = tuple(ends)
        return known

    def _hops(self, index: int) -> Iterator[int]:
        """Yield this place, and those behind loose words and commas."""
        yield index
        for _ in range(HOPS):
            if index >= len(self._words) or self._words[index] not in self._loose:
                return
            index += 1
            yield index

    def _reach(self, index: int, gap: int) -> Iterator[int]:
        yield index
        for _ in range(gap):
            if index >= len(self._words) or self._words[index] in _STOPS or self._words[index] in self._concepts.kept:
                return
            index += 1
            yield index

    def _precedes(self, index: int, words: frozenset[str]) -> bool:
        return any(hop < len(self._words) and self._words[hop] in words for hop in self._hops(index))
