"""Set phrases as small patterns over tokens: inflected verbs, either-or words, slots, optional words.

`=see red`            the verb in all its forms
`a/the`               one of these words
`(so/very)`           one of these words, or nothing
`<obj>`               a person as object: a pronoun, a name, or up to three words from a determiner on
`<poss>`              a word that says whose it is, or somebody's name with one
`<name>`              a word with a capital
`<child>`             one word of that class of the trigger table

Small adverbs may stand between any two words ("pissed me right off"); these and the pronouns are the language's
(`set_phrases` in its `spelling.toml`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voicecheck.feelings.tokens import POSSESSIVE, Tokens


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern."""

    words: frozenset[str] = frozenset()
    slot: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    end: int
    """token index after the last token"""
    slot: tuple[int, int] | None = None
    """tokens of the person in the slot"""


Pattern = tuple[Element, ...]


def compile_pattern(
    source: str, forms_of: Callable[[str], frozenset[str]], classes: Mapping[str, frozenset[str]] | None = None
) -> Pattern:
    """Read a pattern. `forms_of` gives all forms of a verb. Raises KeyError for a slot nobody knows."""
    elements: list[Element] = []
    for part in source.split():
        optional = part.startswith("(")
        part = part.strip("()")
        if part.startswith("<"):
            name = part.strip("<>")
            known = frozenset() if name in ("obj", "poss", "name") else (classes or {})[name]
            elements.append(Element(known, "" if known else name, optional))
            continue
        words: set[str] = set()
        for choice in part.split("/"):
            words |= forms_of(choice[1:]) if choice.startswith("=") else {choice}
        elements.append(Element(frozenset(words), "", optional))
    return tuple(elements)


def match_pattern(tokens: Tokens, start: int, pattern: Pattern) -> Match | None:
    """Match all of `pattern` from token `start` on; the first element has no slot."""
    if len(pattern) > 1 and not pattern[0].optional:
        second, following, spelling = pattern[1], tokens.at(start + 1), tokens.spelling
        if (
            second.words
            and not second.optional
            and following not in second.words
            and following not in spelling.loose
            and following not in spelling.loose_pairs
        ):
            return None  # most of them end here
    return _match_from(tokens, start, pattern, 0)


def _match_from(tokens: Tokens, index: int, pattern: Pattern, position: int) -> Match | None:
    words, count = tokens.words, len(tokens.words)
    while position < len(pattern):
        element = pattern[position]
        if position and index < count and words[index] not in element.words:
            index += _loose_width(tokens, index)
        if index >= count:
            return Match(index) if all(e.optional for e in pattern[position:]) else None
        if element.slot:
            for end in _slot_ends(tokens, index, element.slot):
                rest = _match_from(tokens, end, pattern, position + 1)
                if rest is not None:
                    return Match(rest.end, (index, end))
            return None
        fits = words[index] in element.words
        if fits and element.optional:
            taken = _match_from(tokens, index + 1, pattern, position + 1)
            if taken is not None:
                return taken
        elif fits:
            index += 1
        elif not element.optional:
            return None
        position += 1
    return Match(index)


def _loose_width(tokens: Tokens, index: int) -> int:
    """Return the count of words there that may stand inside any set phrase, as in "gets a bit on my nerves"."""
    word, spelling = tokens.at(index), tokens.spelling
    if word in spelling.loose:
        return 1
    return 2 if tokens.at(index + 1) in spelling.loose_pairs.get(word, ()) else 0


def _slot_ends(tokens: Tokens, index: int, kind: str) -> list[int]:
    """Return the token indices at which the slot's filling may end, nearest first."""
    word, spelling = tokens.words[index], tokens.spelling
    if kind == "name":
        return [index + 1] if tokens.capital(index) and len(word) > 1 else []
    if kind == "poss":
        # "my", "Sarah's", "my dad's", "my little sister's"
        ends = [index + 1] if word in spelling.possessives else []
        return ends + [
            k + 1 for k in (index + 1, index + 2, index + 3) if tokens.at(k) == POSSESSIVE and word.isalpha()
        ]
    if word in spelling.objects:
        return [index + 1]
    if word in spelling.determiners:
        return [k for k in (index + 2, index + 3, index + 4) if tokens.at(k - 1).isalpha()]
    return [index + 1] if tokens.capital(index) and word.isalpha() else []
