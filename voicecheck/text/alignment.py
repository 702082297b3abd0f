"""Align the words of a text with another that was made from it, by an edit or by writing down the same sound."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

Place: TypeAlias = Callable[[int, int], int | None]
"""a span of the one text, code points, to where it begins in the other"""
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


def _equal_words(old: list[str], new: list[str]) -> Iterable[tuple[int, int, int]]:
    """Yield runs of words that both have, as (place in old, place in new, length).

    What is the same at both ends is taken off first: an edit is small, and the comparison is not linear.
    """
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=True)
    yield 0, 0, head
    for i, j, size in middle.get_matching_blocks():
        yield head + i, head + j, size
    yield len(old) - tail, len(new) - tail, tail
