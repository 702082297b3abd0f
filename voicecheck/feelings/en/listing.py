"""Find the end of a list of things: "I miss my mum, my dad and my brother" is said back whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    COORDINATORS,
    DETERMINERS,
    JOINTS,
    PREPOSITIONS,
    SUBJECTS,
    is_verb,
)
from voicecheck.feelings.en.spoken_words import Word
from voicecheck.feelings.tokens import listed

_LONGEST_ITEM = 5
_LONGEST_LIST = 24
"""words, since no longer one could be said back"""
_BEHIND_A_LIST = JOINTS | PREPOSITIONS | listed("so then but to not")
_ASIDES = listed("like you well yeah yes no oh please thanks especially not maybe perhaps let's just that's what who")


def list_end(words: Sequence[Word], comma: int) -> int | None:
    """The word behind a list that goes on at this comma: "my mum, my dad and my brother"; None for no list."""
    k, joined = comma, False
    if words[comma].low != "," or (words[comma + 1 : comma + 2] and words[comma + 1].low in ("and", "or")):
        return None
    while k < len(words) and k - comma < _LONGEST_LIST and words[k].low in (",", "and", "or") and not words[k].ends:
        joined = joined or words[k].low != ","
        k += 1
        if words[k : k + 1] and words[k].low in ("and", "or"):
            k, joined = k + 1, True
        item = k
        while k < len(words) and k - item < _LONGEST_ITEM and not (words[k].mark or words[k].low in ("and", "or")):
            if joined and k > item and words[k].low in _BEHIND_A_LIST:
                break
            k += 1
        if not _is_item(words[item:k]):
            return None
        if joined:
            done = k == len(words) or words[k].mark or words[k].low in _BEHIND_A_LIST
            return k if done else None
    return None


def _is_item(words: Sequence[Word]) -> bool:
    """True for a thing, a person or a deed of a list, not for a clause or an aside."""
    lows = [word.low for word in words]
    if not lows or not SUBJECTS.isdisjoint(lows) or lows[0] in JOINTS | COORDINATORS | _ASIDES:
        return False
    named = lows[0] in DETERMINERS and len(lows) == 2  # "the lies" are none that lie
    return (named or not any(is_verb(low) for low in lows)) and not ADVERBS.issuperset(lows)
