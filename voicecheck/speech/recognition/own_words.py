"""Drop the program's own words from what was recognised where its voice may have been heard.

Only words that stand within the time of a sentence are compared with it, and only runs of them go: one word that both
said is the person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from voicecheck.utterance import SAMPLE_RATE_HZ, OwnSpeech, Segment, Word

LATE = round(0.4 * SAMPLE_RATE_HZ)  # a recogniser's times are that inexact
SHORTEST_RUN = 3  # words in a row that both said are an echo, or the whole of a shorter sentence
MOSTLY = 0.6  # so much of the sentence was heard: what stands in the place of the rest is that, heard wrongly
_LETTERS = re.compile(r"[^\w]+")


def without_own(segments: Sequence[Segment], start: int, own: Iterable[OwnSpeech]) -> tuple[Segment, ...]:
    """Return the segments without the words of the program; `start` is the sample index of their time 0."""
    kept = tuple(segments)
    for sentence in own:
        begin_s, end_s = ((at - start) / SAMPLE_RATE_HZ for at in (sentence.start, sentence.end + LATE))
        places = [(s, w) for s, segment in enumerate(kept) for w in _places(segment, begin_s, end_s)]
        heard = [_plain(_words(kept[s])[w].text) for s, w in places]
        echoed = _echoed(heard, [_plain(word) for word in sentence.said.split()])
        drop = {place for place, is_echo in zip(places, echoed, strict=True) if is_echo}
        kept = tuple(filter(None, (_without(segment, s, drop) for s, segment in enumerate(kept)))) if drop else kept
    return kept


def _words(segment: Segment) -> tuple[Word, ...]:
    """Return the words with their times; all of them at the time of the segment where it has none."""
    if segment.words:
        return segment.words
    return tuple(Word(segment.start_s, segment.end_s, f" {word}") for word in segment.text.split())


def _places(segment: Segment, begin_s: float, end_s: float) -> list[int]:
    return [i for i, word in enumerate(_words(segment)) if word.end_s > begin_s and word.start_s < end_s]


def _echoed(heard: Sequence[str], said: Sequence[str]) -> list[bool]:
    """Tell for each word that was heard if it is the sentence's."""
    echoed = [False] * len(heard)
    blocks = SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks()
    shortest = max(1, min(SHORTEST_RUN, len(said)))
    whole = sum(block.size for block in blocks) >= max(shortest, MOSTLY * len(said))
    said_to = heard_to = 0
    for at_said, at_heard, size in blocks:  # the last one is empty, and stands behind both
        if whole and at_heard - heard_to <= at_said - said_to:  # as many words, heard wrongly
            echoed[heard_to:at_heard] = [True] * (at_heard - heard_to)
        if size >= shortest or (whole and size):
            echoed[at_heard : at_heard + size] = [True] * size
        said_to, heard_to = at_said + size, at_heard + size
    return echoed


def _without(segment: Segment, number: int, drop: set[tuple[int, int]]) -> Segment | None:
    words = _words(segment)
    left = tuple(word for i, word in enumerate(words) if (number, i) not in drop)
    if len(left) == len(words):
        return segment
    if not left:
        return None
    text = "".join(word.text for word in left).strip()
    return replace(segment, start_s=left[0].start_s, text=text, words=left if segment.words else ())


def _plain(word: str) -> str:
    return _LETTERS.sub("", word.casefold())
