"""The trigger table of a language, its `context.toml`: classes of words, and phrases that turn a meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field

import msgspec

from voicecheck.feelings.patterns import Pattern, compile_pattern, match_pattern
from voicecheck.feelings.tokens import Tokens, listed, table_path, tokenize
from voicecheck.text.tables import open_table


@dataclass(frozen=True, slots=True)
class Phrases:
    """Table of patterns by their first word."""

    by_first: dict[str, tuple[Pattern, ...]] = field(repr=False)
    by_second: dict[str, dict[str, tuple[Pattern, ...]]] = field(default_factory=dict, repr=False)
    """first word -> second word -> those that may go on so; under ANY those that may go on with any word"""

    def match_at(self, tokens: Tokens, start: int) -> int:
        """Return the index after the longest phrase that begins there; 0 where none does."""
        patterns = self.by_first.get(tokens.at(start))
        if patterns is None:
            return 0
        following, spelling, found = tokens.at(start + 1), tokens.spelling, 0
        if following not in spelling.loose and following not in spelling.loose_pairs:
            seconds = self.by_second[tokens.words[start]]
            patterns = seconds.get(following, seconds[ANY])
        for pattern in patterns:
            match = match_pattern(tokens, start, pattern)
            if match is not None and match.end > found:
                found = match.end
        return found

    def match_over(self, tokens: Tokens, index: int, reach: int = 4) -> int:
        """Return the first token of a phrase that covers `index`; -1 where none does."""
        words, by_first = tokens.words, self.by_first
        for start in range(min(index, len(words) - 1), max(-1, index - reach), -1):
            if words[start] in by_first and self.match_at(tokens, start) > index:
                return start
        return -1


def _by_second(patterns: Sequence[Pattern]) -> dict[str, tuple[Pattern, ...]]:
    """Sort patterns that begin alike by the word that may come next."""
    following = [_second_words(pattern) for pattern in patterns]
    always = [pattern for pattern, words in zip(patterns, following, strict=True) if not words]
    sorted_out = {ANY: tuple(always)}
    for word in frozenset[str]().union(*following):
        sorted_out[word] = tuple(p for p, words in zip(patterns, following, strict=True) if not words or word in words)
    return sorted_out


def _second_words(pattern: Pattern) -> frozenset[str]:
    """Return the words that may stand behind the first one; empty where any word may."""
    words: frozenset[str] = frozenset()
    for element in pattern[1:]:
        if element.slot or pattern[0].optional:
            break
        words |= element.words
        if not element.optional:
            return words
    return frozenset()


ANY = "*"
_NONE: frozenset[str] = frozenset()
_NO_PHRASES = Phrases({})


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Trigger table of one language; the same only as itself, so that what is made of it can be kept by it."""

    language: str
    words: dict[str, frozenset[str]] = field(repr=False)
    phrases: dict[str, Phrases] = field(repr=False)

    def __getitem__(self, name: str) -> frozenset[str]:
        """Return a class of words; empty where the table has none. Raises KeyError for a name that is no class."""
        return self.words[name]

    def phrase(self, name: str) -> Phrases:
        return self.phrases.get(name, _NO_PHRASES)


_UNIONS = {
    "link": ("be", "feel", "get", "seem", "remain"),
    "nominative": ("self_subject", "other_subject"),
    "objective": ("self_object", "other_object"),
    "degree": ("strong", "weak"),
}
COMMON_CLASSES = listed(
    """self_subject self_object possessive_self other_subject other_object possessive_other person you possessive_you
    nobody thing_subject be feel get seem remain auxiliary past_form present_form modal negation if_word strong weak
    adverb determiner coordinator subordinator preposition relative function say imagining why_word"""
)
"""classes of words that are read in every language"""
COMMON_PHRASES = frozenset(["past"])


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: dict[str, str] = {}
    phrases: dict[str, list[str]] = {}


Inflect = Callable[[str], frozenset[str]]
"""gives all forms of a verb"""


def read_grammar(language: str, verb_forms: Inflect, own: Set[str] = frozenset()) -> Grammar:
    """Read the trigger table; `own` are the names that this language's code reads beside the common ones.

    Raises UsageError when it is missing or broken, or has a name that nothing reads.
    """
    file = open_table(table_path(language, "context.toml"))
    table = file.convert(_Table)
    named = {name for cells in table.phrases.values() for cell in cells for name in re.findall(r"<(\w+)>", cell)}
    words = dict.fromkeys(COMMON_CLASSES | own, _NONE)
    words |= {name: frozenset(cell.split()) for name, cell in table.words.items()}
    phrases = {}
    for name, cells in table.phrases.items():
        with file.at("phrases", name):
            phrases[name] = read_phrases(cells, words, language, verb_forms)
    file.refuse_unknown("words", table.words, COMMON_CLASSES | own | named)
    file.refuse_unknown("phrases", table.phrases, COMMON_PHRASES | own)
    for whole, parts in _UNIONS.items():
        words[whole] = _NONE.union(*(words[part] for part in parts))
    return Grammar(language, words, phrases)


def read_phrases(cells: list[str], classes: dict[str, frozenset[str]], language: str, verb_forms: Inflect) -> Phrases:
    """Compile a list of patterns. Raises KeyError for a slot nobody knows."""
    by_first: dict[str, list[Pattern]] = {}
    for cell in cells:
        source = cell if "<" in cell or "(" in cell or "/" in cell else " ".join(tokenize(cell, language).words)
        pattern = compile_pattern(source, verb_forms, classes)
        for element in pattern:
            for word in element.words:
                by_first.setdefault(word, []).append(pattern)
            if not element.optional:
                break
    return Phrases(
        {word: tuple(found) for word, found in by_first.items()},
        {word: _by_second(found) for word, found in by_first.items()},
    )
