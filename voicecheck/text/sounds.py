"""Likeness of written words by their sound, roughly and for any language in Latin letters. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from voicecheck.text.folding import fold

_SPELT = (
    ("tch", "s"), ("sch", "s"), ("ch", "s"),
    ("ph", "f"), ("gh", ""), ("ck", "k"), ("qu", "kw"), ("kn", "n"), ("wh", "w"),
    ("ce", "se"), ("ci", "si"), ("cy", "sy"),
)  # fmt: skip
"""letters that are said as others, in the order in which they are replaced"""
_ONE_SOUND = str.maketrans("bdgcqzvjxy", "ptkkksfkki")
"""consonants that are one to the ear where a word is said softly, as the first of them"""
_VOWELS = re.compile("[aeiouhw]+")


def sound_of(text: str) -> str:
    """Return the consonants of a text as they sound, and "a" for a vowel that it begins with."""
    letters = re.sub("[^a-z]", "", fold(text))
    for spelt, said in _SPELT:
        letters = letters.replace(spelt, said)
    letters = letters.translate(_ONE_SOUND)
    first = "a" if letters[:1] in ("a", "e", "i", "o", "u") and letters else ""
    return first + re.sub(r"(.)\1+", r"\1", _VOWELS.sub("", letters.replace("i", "")))


def likeness(one: str, other: str) -> float:
    """Return how much two texts are alike, 0 to 1: the mean over their letters and over their sounds."""
    letters = (re.sub(r"[^\w]", "", fold(one)), re.sub(r"[^\w]", "", fold(other)))
    if letters[0] == letters[1]:
        return 1.0
    return (_ratio(*letters) + _ratio(sound_of(one), sound_of(other))) / 2


def _ratio(one: str, other: str) -> float:
    """Return the share of letters that both have in the same order; difflib's differs by which of the two is first."""
    one, other = sorted((one, other))
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0
