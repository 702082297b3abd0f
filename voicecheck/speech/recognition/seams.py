"""Join the words of neighbouring stretches, where speech ran on over the cut.

Both stretches get a little of each other's sound, so that each hears the word at the cut whole. Here that word is
written once: where both have the same words around the cut, or else by the times of the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, product

from voicecheck.utterance import Segment, Word

OVERLAP_S = 2.0
"""sound of a neighbour that a stretch gets where speech runs on over the cut: a word at the edge of the sound is
misheard for want of others around it. Two of it and the longest stretch that is cut so fill Whisper's window"""
APART_S = 1.1
"""less than this lies between the times of a word on both sides"""
RUNS_ON_S = 0.3
"""less quiet than this between the voice and the cut: a word may have been cut through"""
LETTERS_A_SECOND = 20
"""that a run of the same words must be longer to be believed a second further apart"""
REST_S = 0.15
INEXACT_S = 0.3
"""error of the time of a word"""


def join(left: Sequence[Segment], right: Sequence[Segment], cut_s: float) -> list[Segment]:
    """Return the segments of two neighbouring stretches as one text, each word once; `cut_s` is where they meet."""
    if not left or not right or (left[-1].end_s <= cut_s and right[0].start_s >= cut_s):
        return [*left, *right]
    before, behind = _words(left), _words(right)
    keep, skip = seam(before, behind, cut_s)
    return [*_first(left, keep), *_last(right, len(behind) - skip)]


def seam(before: Sequence[Word], behind: Sequence[Word], cut_s: float) -> tuple[int, int]:
    """Return how many words of `before` stand, and how many of `behind` they make needless."""
    far = OVERLAP_S + INEXACT_S
    first = next((i for i, word in enumerate(before) if word.end_s > cut_s - far), len(before))
    last = next((i for i, word in enumerate(behind) if word.start_s >= cut_s + far), len(behind))
    run = max(_runs(before[first:], behind[:last]), default=None)
    if run is not None:
        _, one, other, size = run
        own = size // 2  # the left side ends with a full stop of its own, the right side begins with a capital
        whole = _heard_whole(before, behind, range(first, first + one), range(1, other))
        if whole is not None:
            return whole
        if other + size == len(behind):  # what only the left side heard behind it would be lost
            return len(before), len(behind)
        return first + one + own, other + own
    keep = next((i for i in range(first, len(before)) if _middle(before[i]) >= cut_s), len(before))
    taken_s = min(cut_s, before[keep - 1].end_s) if keep else 0.0
    skip = next((i for i in range(last) if _middle(behind[i]) >= taken_s), last)
    while keep and skip < last and _is_within(behind[skip], before[keep - 1], cut_s):
        skip += 1
    if keep and behind and skip == 0 and _is_rest(behind[0], before[keep - 1], cut_s):
        skip = 1
    if keep < len(before) and skip < len(behind) and _cut_short(behind[skip], before[keep]):
        return keep + 1, next((i for i in range(skip, last) if _middle(behind[i]) >= before[keep].end_s), last)
    if keep and skip < len(behind) and _same(before[keep - 1], behind[skip]):
        longer = len(letters(before[keep - 1].text)) >= len(letters(behind[skip].text))
        return (keep, skip + 1) if longer else (keep - 1, skip)
    return keep, skip


def _runs(before: Sequence[Word], behind: Sequence[Word]) -> Iterator[tuple[float, int, int, int]]:
    """Yield runs of the same words at about the same time: worth, place on each side, length.

    Worth more the longer they are, and less the further apart: "no, no" holds the same word twice.
    """
    said, again = [letters(word.text) for word in before], [letters(word.text) for word in behind]
    for one, other in product(range(len(said)), range(len(again))):
        apart_s = abs(before[one].start_s - behind[other].start_s)
        if apart_s >= APART_S or (one and other and said[one - 1] == again[other - 1]):
            continue
        same = [a == b for a, b in zip(said[one:], again[other:], strict=False)]
        size = same.index(False) if False in same else len(same)
        if size:
            yield sum(map(len, said[one : one + size])) - LETTERS_A_SECOND * apart_s, one, other, size


def between(
    before: Sequence[Segment], found: Sequence[Segment], behind: Sequence[Segment], start_s: float, end_s: float
) -> list[Segment]:
    """Return `found` without the words at its edges that are parts of what stands before or behind it.

    `found` comes from sound that begins a little before `start_s` and ends a little behind `end_s`.
    """
    last, first = _words(before[-1:])[-1:], _words(behind[:1])[:1]
    words = _words(found)
    low, high = 0, len(words)
    while low < high and words[low].start_s < start_s and _is_of(words[low], last, str.endswith):
        low += 1
    while low < high and words[high - 1].end_s > end_s and _is_of(words[high - 1], first, str.startswith):
        high -= 1
    return _first(_last(found, len(words) - low), high - low)


def split(segments: Iterable[Segment], at_s: float) -> tuple[list[Segment], list[Segment]]:
    """Return the segments before a second and those from it on; one that it falls into is divided between words."""
    before: list[Segment] = []
    after: list[Segment] = []
    for segment in segments:
        early = tuple(word for word in segment.words if word.start_s < at_s)
        late = segment.words[len(early) :]
        if early and late:
            before.append(part_of(segment, early))
            after.append(part_of(segment, late))
        else:
            (before if segment.start_s < at_s else after).append(segment)
    return before, after


def _is_of(word: Word, neighbours: Sequence[Word], holds: Callable[[str, str], bool]) -> bool:
    """True if a word at an edge is a part of the neighbour, if any: by its letters, or since it lies in its time."""
    said = letters(word.text)
    return any(
        (bool(said) and holds(letters(one.text), said)) or one.start_s <= _middle(word) < one.end_s
        for one in neighbours
    )


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text.casefold()))


def _same(one: Word, other: Word) -> bool:
    """True if both are what was heard of one word: at the same time, or one the edge of the other, as "self"."""
    early, late = letters(one.text), letters(other.text)
    edge = bool(early and late) and (early.endswith(late) or late.startswith(early))
    if edge:
        return other.start_s < one.end_s
    beyond = _middle(other) >= one.end_s + INEXACT_S  # behind a pause, which its time begins with
    return other.start_s < _middle(one) and not beyond


def _heard_whole(before: Sequence[Word], behind: Sequence[Word], early: range, late: range) -> tuple[int, int] | None:
    """Return the place of a word that only the right side heard whole; its first may be cut through by its sound."""
    places = product(early, late)
    return next(((one, other) for one, other in places if _cut_short(before[one], behind[other])), None)


def _cut_short(part: Word, whole: Word) -> bool:
    """True if one side heard a part of the word that the other heard whole, at the same time: "er" of "her"."""
    heard, meant = letters(part.text), letters(whole.text)
    edge = bool(heard) and len(meant) > len(heard) and (meant.startswith(heard) or meant.endswith(heard))
    return edge and whole.start_s < _middle(part) < whole.end_s


def _is_within(part: Word, whole: Word, cut_s: float) -> bool:
    """True for a piece of the word over the cut, which the left side heard to its end: "there" of "aligner"."""
    over_cut = cut_s < whole.end_s < cut_s + OVERLAP_S - INEXACT_S
    short = part.end_s - part.start_s < (whole.end_s - whole.start_s) / 2
    return over_cut and short and whole.start_s < part.start_s and part.end_s <= whole.end_s


def _is_rest(part: Word, whole: Word, cut_s: float) -> bool:
    """True for a doubtful word at the first sound of the right side: the end of one that the left side heard whole."""
    at_its_edge = abs(part.start_s - (cut_s - OVERLAP_S)) < REST_S and abs(part.start_s - whole.end_s) < REST_S
    return part.unsure and at_its_edge and part.end_s < cut_s - INEXACT_S


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _words(segments: Iterable[Segment]) -> list[Word]:
    return list(chain.from_iterable(words_of(segment) for segment in segments))


def words_of(segment: Segment) -> tuple[Word, ...]:
    """Return the words of a segment; those of an engine that times none are spread evenly over it."""
    if segment.words:
        return segment.words
    parts = re.findall(r"\s*\S+", segment.text)
    each = (segment.end_s - segment.start_s) / max(1, len(parts))
    at = segment.start_s
    return tuple(Word(at + i * each, at + (i + 1) * each, part) for i, part in enumerate(parts))


def _first(segments: Sequence[Segment], count: int) -> list[Segment]:
    """Return the first `count` words, in their segments."""
    found = []
    for segment in segments:
        words = words_of(segment)
        if count >= len(words):
            found.append(segment)
        elif count > 0:
            found.append(part_of(segment, words[:count]))
        count -= len(words)
    return found


def _last(segments: Sequence[Segment], count: int) -> list[Segment]:
    """Return the last `count` words, in their segments."""
    found: list[Segment] = []
    for segment in reversed(segments):
        words = words_of(segment)
        if count >= len(words):
            found.append(segment)
        elif count > 0:
            found.append(part_of(segment, words[-count:]))
        count -= len(words)
    return found[::-1]


def part_of(segment: Segment, words: Sequence[Word]) -> Segment:
    """Return a part of a segment, with its own text and times."""
    text = "".join(word.text for word in words).strip()
    return Segment(words[0].start_s, words[-1].end_s, text, tuple(words) if segment.words else ())
