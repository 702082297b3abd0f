"""Comparison of two copies of one answer: whether the longer one holds all of the other."""

from __future__ import annotations

from collections.abc import Sequence

from voicecheck.domain import Entry
from voicecheck.utterance import SAMPLE_RATE_HZ, Page

CLOSE_S = 1.0
"""two copies of one answer that differ less in length are as long"""


def lies_in(shorter: Entry, pages: Sequence[Page], longer: Entry, longer_pages: Sequence[Page]) -> bool:
    """True if all of the shorter entry is in the longer one.

    Two copies of one answer are written by one hand: where both still have sound, the one begins with all of the
    other's, and what was made of more sound has no fewer letters. Else each turn of the one stands in a turn of the
    other, which is as long.
    """
    if pages and longer_pages and pages != longer_pages:
        begins = tuple(longer_pages[: len(pages)]) == tuple(pages)
        return begins and _letters(longer) >= _letters(shorter)
    length_s = max(shorter.duration_s, end_of(pages) / SAMPLE_RATE_HZ)
    words = all(any(turn.text in other.text for other in longer.turns) for turn in shorter.turns)
    return words and longer.duration_s >= length_s - CLOSE_S


def end_of(pages: Sequence[Page]) -> int:
    """Return the sample with which the sound ends; 0 for none."""
    return max((page.start + page.count for page in pages), default=0)


def _letters(entry: Entry) -> int:
    return sum(len(turn.text) for turn in entry.turns)
