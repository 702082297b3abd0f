"""Align the words of a text with another that was made from it, by an edit or by writing down the same sound."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

Place: TypeAlias = Callable[[int, int], int | None]
"""a span of the one text, code points, to where it begins in the other"""
Run: TypeAlias = tuple[int, int, int]
"""words that are the same: place in the old text, place in the new one, how many"""
_Chain: TypeAlias = "tuple[tuple[int, int], _Chain | None]"
MOST_COMPARED = 20_000
"""words of both texts together, between what is equal at the ends: more than an hour of talk, changed throughout"""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def align(before: str, after: str) -> Place:
    """Return a map from a span of `before` to its beginning in `after`; None if it does not stand there any more."""
    old, new = list(_WORD.finditer(before)), list(_WORD.finditer(after))
    blocks = _equal_words([m.group() for m in old], [m.group() for m in new])
    shifts = {old[i + k].start(): new[j + k].start() for i, j, size in blocks for k in range(size)}

    def place(start: int, end: int) -> int | None:
        inside = _WORD.search(before, start, end)
        moved = None if inside is None else shifts.get(_word_start(old, inside.start()))
        if inside is None or moved is None:
            return None
        first = moved + start - _word_start(old, inside.start())
        return first if first >= 0 and after[first : first + end - start] == before[start:end] else None

    return place


def _word_start(words: Sequence[re.Match[str]], at: int) -> int:
    """Return the beginning of the word around `at`; `at` itself where there is none."""
    index = bisect_right(words, at, key=lambda m: m.start()) - 1
    return words[index].start() if index >= 0 and at < words[index].end() else at


def _equal_words(old: list[str], new: list[str]) -> Iterable[Run]:
    """Yield runs of words that both have.

    What is the same at both ends is taken off first: an edit is small, and the comparison is not linear. Where more
    than that is left than a person edits, words that stand once in each lead to the others.
    """
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    short = len(inner_old) + len(inner_new) <= MOST_COMPARED
    yield 0, 0, head
    for i, j, size in _compared(inner_old, inner_new) if short else _around_single_words(inner_old, inner_new):
        yield head + i, head + j, size
    yield len(old) - tail, len(new) - tail, tail


def _compared(old: list[str], new: list[str]) -> Iterable[Run]:
    return SequenceMatcher(None, old, new, autojunk=True).get_matching_blocks()


def _around_single_words(old: list[str], new: list[str]) -> Iterator[Run]:
    """As patience diff does, in n log n: https://bramcohen.livejournal.com/73318.html"""
    places = _single(new)
    end_old = end_new = 0
    for i, j in _rising([(i, places[word]) for word, i in _single(old).items() if word in places]):
        if i < end_old or j < end_new:
            continue
        before, behind = 0, 1
        while before < min(i - end_old, j - end_new) and old[i - before - 1] == new[j - before - 1]:
            before += 1
        while i + behind < len(old) and j + behind < len(new) and old[i + behind] == new[j + behind]:
            behind += 1
        yield i - before, j - before, before + behind
        end_old, end_new = i + behind, j + behind


def _single(words: list[str]) -> dict[str, int]:
    """Words that stand there once, in their order, and where."""
    counts = Counter(words)
    return {word: place for place, word in enumerate(words) if counts[word] == 1}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs in which the second number rises as the first does."""
    ends: list[int] = []
    """the lowest second number with which a chain of each length ends"""
    chains: list[_Chain] = []
    for pair in pairs:
        length = bisect_left(ends, pair[1])
        chain: _Chain = (pair, chains[length - 1] if length else None)
        ends[length : length + 1] = [pair[1]]
        chains[length : length + 1] = [chain]
    found: list[tuple[int, int]] = []
    link = chains[-1] if chains else None
    while link is not None:
        pair, link = link
        found.append(pair)
    return found[::-1]
