"""When a feeling word was said: character offsets of a text to seconds of its sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voicecheck.domain import EmotionMention, Entry, Segment, Word

LOOK_AHEAD = 80
"""code points; further on, the same word is another one"""


def timed_mentions(entry: Entry) -> tuple[EmotionMention, ...]:
    """The entry's mentions with `start_s` and `end_s` from the words that they cover, None where no word has a time."""
    placed = place_words(entry.text, entry.segments)
    return tuple(_timed(mention, placed) for mention in entry.mentions)


def place_words(text: str, segments: Sequence[Segment]) -> list[tuple[int, int, Word]]:
    """Every word of the segments that still stands in `text`, with its offsets (code points, half-open)."""
    placed, cursor = [], 0
    for segment in segments:
        for word in segment.words:
            spoken = word.text.strip()
            start = text.find(spoken, cursor, cursor + LOOK_AHEAD + len(spoken)) if spoken else -1
            if start >= 0:
                cursor = start + len(spoken)
                placed.append((start, cursor, word))
    return placed


def _timed(mention: EmotionMention, placed: list[tuple[int, int, Word]]) -> EmotionMention:
    covered = [word for start, end, word in placed if start < mention.end and mention.start < end]
    if not covered:
        return mention
    return replace(mention, start_s=covered[0].start_s, end_s=covered[-1].end_s)
