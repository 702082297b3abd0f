"""A person's text in pieces for display: words with their times, feeling words with the reason for the mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from voicecheck.diary.marks import describe
from voicecheck.diary.meaning import meaning_of
from voicecheck.domain import EmotionMention, Entry
from voicecheck.phrases import Phrases
from voicecheck.text.untrusted import printable
from voicecheck.vault.store.word_times import place_words


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that belongs together: one word with its time, or what stands between words."""

    text: str = field(repr=False)
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Run of pieces that are marked together, or not at all."""

    pieces: tuple[Piece, ...] = field(repr=False)
    mention: EmotionMention | None = field(default=None, repr=False)
    shape: str = ""
    """how the mark is drawn: a `Meaning`"""
    why: str = field(default="", repr=False)


def mark(entry: Entry, phrases: Phrases) -> tuple[Run, ...]:
    """Return the whole text in order. Where two mentions overlap, the first one is marked."""
    text = printable(entry.text)
    words = [(start, end, word.start_s, word.end_s) for start, end, word in place_words(entry.text, entry.segments)]
    runs, cursor = [], 0
    for mention in sorted(entry.mentions, key=lambda m: (m.start, -m.end)):
        if mention.start < cursor or mention.end > len(text):
            continue
        if mention.start > cursor:
            runs.append(Run(tuple(_pieces(text, words, cursor, mention.start))))
        pieces = tuple(_pieces(text, words, mention.start, mention.end))
        runs.append(Run(pieces, mention, meaning_of(mention), describe(mention, text, phrases, entry.language)))
        cursor = mention.end
    if cursor < len(text):
        runs.append(Run(tuple(_pieces(text, words, cursor, len(text)))))
    return tuple(runs)


def _pieces(text: str, words: Sequence[tuple[int, int, float, float]], start: int, end: int) -> Iterator[Piece]:
    """Yield `text[start:end]`, cut at the words with a time; a word that reaches over an edge is cut there too."""
    cursor = start
    for first, last, start_s, end_s in words:
        if last <= cursor or first >= end:
            continue
        first, last = max(first, cursor), min(last, end)
        if first > cursor:
            yield Piece(text[cursor:first])
        yield Piece(text[first:last], start_s, end_s)
        cursor = last
    if cursor < end:
        yield Piece(text[cursor:end])
