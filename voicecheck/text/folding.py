"""Fold letters for searching: without capitals, accents, ligatures and joiners; words and their stems. Pure.

Both sides of a comparison go through `fold`: "Łodzi" is found by "lodzi", "Straße" by "strasse", a name in composed
letters by the same name in decomposed ones. A vowel sign of an Indic script is part of its letter and stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "þ": "th", "æ": "ae", "œ": "oe",
        "ə": "e", "ƒ": "f", "ʻ": "", "ʼ": "", "ـ": "", "\u200c": "", "\u200d": "",
    }
)  # fmt: skip
"""small letters that Unicode does not decompose, and what stands between letters without being one"""
_ACCENTS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05BD), (0x05BF, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0xFE00, 0xFE2F),
)  # fmt: skip
"""accents, and the vowel points of Hebrew and Arabic, which people leave out when they type"""
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese: scripts that put no blank between words"""
_ASCII_WORD = re.compile("[a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SPELLED_UMLAUT = re.compile("(?<![aeouq])[aou]e")
"""ae, oe and ue; the e of "neue" and "quelle" is none of these"""
_HYPHENS = frozenset("-‐‑")
_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class FoldedWord:
    """A word of a text as it is compared, and where it stands; code points, half-open."""

    text: str = field(repr=False)
    start: int
    end: int


def fold(text: str) -> str:
    """Return the text without capitals, accents and ligatures; blanks and signs stay."""
    if text.isascii():
        return text.lower()
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFC", "".join(letter for letter in small if not _within(letter, _ACCENTS)))


def spoken_words(text: str) -> list[str]:
    """Its words as a spoken request is compared: small letters and straight apostrophes, and no other sign."""
    return re.sub(r"[^\w' ]", " ", text.casefold().replace("’", "'")).split()


def main_language(code: str) -> str:
    """ "en" for en-GB, and for en_GB as systems write it."""
    return code.replace("_", "-").partition("-")[0].lower()


def fold_words(text: str) -> tuple[FoldedWord, ...]:
    """Return every word, number and picture sign, in order. A letter of an unspaced script is a word of its own."""
    if text.isascii():
        return tuple(FoldedWord(match[0], *match.span()) for match in _ASCII_WORD.finditer(text.lower()))
    return tuple(_words(text))


def indexed_text(text: str) -> str:
    """Return the words with blanks between them, then those with a hyphen once more in one piece."""
    words = fold_words(text)
    return " ".join([*(word.text for word in words), *joined_words(text, words)])


def joined_words(text: str, words: tuple[FoldedWord, ...]) -> list[str]:
    """Return hyphenated words without the hyphen: "wellbeing" for "well-being"."""
    found, run = [], [word.text for word in words[:1]]
    for before, word in pairwise(words):
        if word.start - before.end == 1 and text[before.end] in _HYPHENS:
            run.append(word.text)
            continue
        found += ["".join(run)] if len(run) > 1 else []
        run = [word.text]
    return [*found, *(["".join(run)] if len(run) > 1 else [])]


@lru_cache(maxsize=4096)
def stem(word: str, language: str = "en") -> str:
    """Return the stem of a folded English or German word, "uber" for "ueber" too; any other word is its own."""
    return str(_stemmer(language).stemWord(word)) if word.isascii() and word.isalpha() else word


@cache
def _stemmer(language: str) -> Any:
    from snowballstemmer.english_stemmer import EnglishStemmer
    from snowballstemmer.german_stemmer import GermanStemmer

    return GermanStemmer() if language == "de" else EnglishStemmer()


def german_spellings(text: str) -> tuple[str, ...]:
    """Return the text with "ae" for "ä", and with "a" for "ae", as folding leaves it; the same for ö and ü."""
    written = unicodedata.normalize("NFC", text).casefold()
    without = _SPELLED_UMLAUT.sub(lambda found: found[0][0], written)
    return tuple(sorted({written.translate(_UMLAUTS), without} - {written}))


def _words(text: str) -> Iterator[FoldedWord]:
    at, count = 0, len(text)
    while at < count:
        begin, kind = at, unicodedata.category(text[at])
        at += 1
        if kind == "So":
            yield FoldedWord(f"sign{ord(text[begin]):x}", begin, at)
        elif kind[0] in "LNM" or kind == "Co":
            unspaced = _within(text[begin], _UNSPACED)
            while at < count and _goes_on(text[at], unspaced):
                at += 1
            if folded := fold(text[begin:at]):
                yield FoldedWord(folded, begin, at)


def _goes_on(letter: str, unspaced: bool) -> bool:
    kind = unicodedata.category(letter)
    if kind[0] == "M" or letter in _JOINERS:
        return True
    return not unspaced and (kind[0] in "LN" or kind == "Co") and not _within(letter, _UNSPACED)


def _within(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(letter) <= last for first, last in ranges)
