"""Times of feeling words: character offsets of a text to seconds of its sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from voicecheck.domain import EmotionMention, Entry
from voicecheck.text.alignment import align
from voicecheck.utterance import Segment, Word

_CORE = re.compile(r"\w(?:.*\w)?", re.DOTALL)


def timed_mentions(entry: Entry) -> tuple[EmotionMention, ...]:
    """The entry's mentions with `start_s` and `end_s` from the words that they cover, None where no word has a time."""
    placed = place_words(entry.text, entry.segments)
    return tuple(_timed(mention, placed) for mention in entry.mentions)


def place_words(text: str, segments: Sequence[Segment]) -> list[tuple[int, int, Word]]:
    """Return every word of the segments that still stands in `text`, with its offsets (code points, half-open).

    Punctuation around a word is no part of it: a person may have changed that.
    """
    heard, spans = "", []
    for segment in segments:
        heard += " "
        for word in segment.words:
            core = _CORE.search(word.text)
            if core is not None:
                begin = len(heard) + core.start()
                spans.append((begin, begin + len(core[0]), word))
            heard += word.text
    place = align(heard, text)
    found = ((place(start, end), end - start, word) for start, end, word in spans)
    return [(start, start + length, word) for start, length, word in found if start is not None]


def _timed(mention: EmotionMention, placed: list[tuple[int, int, Word]]) -> EmotionMention:
    covered = [word for start, end, word in placed if start < mention.end and mention.start < end]
    if not covered:
        return mention
    return replace(mention, start_s=covered[0].start_s, end_s=covered[-1].end_s)
