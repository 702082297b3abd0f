"""Set phrases as small patterns over tokens: inflected verbs, either-or words, slots, optional words.

`=see red`            the verb in all its forms
`a/the`               one of these words
`(so/very)`           one of these words, or nothing
`<obj>`               a person as object: a pronoun, a name, or up to three words from a determiner on
`<poss>`              my, your, his, the, or somebody's
`<child>`             one word of that class of the trigger table

Small adverbs may stand between any two words ("pissed me right off").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voicecheck.feelings.tokens import Tokens

LOOSE = frozenset(
    "just really completely absolutely totally literally right so all very quite still always totally kinda properly "
    "even actually fully both a_bit".split()
)
_OBJECTS = frozenset("me you him her us them it myself himself herself everyone everybody people someone".split())
_POSSESSIVES = frozenset("my your his her our their its the everyone's people's a".split())
_DETERMINERS = frozenset("my your his her our their the this that some these those all both".split())


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
            known = frozenset() if name in ("obj", "poss") else (classes or {})[name]
            elements.append(Element(known, "" if known else name, optional))
            continue
        words: set[str] = set()
        for choice in part.split("/"):
            words |= forms_of(choice[1:]) if choice.startswith("=") else {choice}
        elements.append(Element(frozenset(words), "", optional))
    return tuple(elements)


def match_pattern(tokens: Tokens, start: int, pattern: Pattern) -> Match | None:
    """Match all of `pattern` from token `start` on; the first element has no slot."""
    words = tokens.words
    index, slot, count = start, None, len(words)
    for position, element in enumerate(pattern):
        if position and index < count and words[index] in LOOSE and words[index] not in element.words:
            index += 1
        if index >= count:
            if element.optional:
                continue
            return None
        if element.slot:
            end = _slot_end(tokens, index, element.slot)
            if end == index:
                return None
            slot, index = (index, end), end
        elif words[index] in element.words:
            index += 1
        elif not element.optional:
            return None
    return Match(index, slot)


def _slot_end(tokens: Tokens, index: int, kind: str) -> int:
    """Index after the slot's filling, or `index` where nothing fits."""
    word = tokens.words[index]
    if kind == "poss":
        if word in _POSSESSIVES and tokens.at(index + 1) != "'s":
            # "my dad's nerves"
            for step in (1, 2):
                if tokens.at(index + step + 1) == "'s":
                    return index + step + 2
            return index + 1
        return index + 2 if word.isalpha() and tokens.at(index + 1) == "'s" else index
    if word in _OBJECTS:
        return index + 1
    if word in _DETERMINERS:
        return index + (3 if tokens.at(index + 2) not in LOOSE and _phrase_goes_on(tokens, index + 2) else 2)
    return index + 1 if tokens.capital(index) else index


def _phrase_goes_on(tokens: Tokens, index: int) -> bool:
    """Whether a determiner's phrase has a second word there ("my little brother")."""
    return tokens.at(index).isalpha() and tokens.at(index) not in _AFTER_OBJECT


_AFTER_OBJECT = frozenset("off out up down apart away aback mad crazy nuts insane sick to round around the over".split())
