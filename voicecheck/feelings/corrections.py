"""What the person says about tags outweighs the lexicon: laid over what it finds, and carried to a later text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from voicecheck.domain import Correction, CorrectionAction, Cue, EmotionMention, MentionSource

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def apply_corrections(found: Iterable[EmotionMention], corrections: Iterable[Correction]) -> tuple[EmotionMention, ...]:
    """The mentions as the person wants them, in order. The later correction of a place outweighs the earlier one."""
    mentions = list(found)
    for correction in corrections:
        wanted = correction.mention
        mentions = [m for m in mentions if m.end <= wanted.start or wanted.end <= m.start]
        if correction.action is not CorrectionAction.REMOVED:
            mentions.append(replace(wanted, source=MentionSource.PERSON))
    return tuple(sorted(mentions, key=lambda m: (m.start, m.end)))


def carry_over(corrections: Iterable[Correction], before: str, after: str) -> tuple[Correction, ...]:
    """The corrections of one text in the next, where their words still stand; the others are left behind.

    They lose their ids: each belongs to one revision.
    """
    carried = []
    place = _alignment(before, after)
    for correction in corrections:
        mention = correction.mention
        start = place(mention.start, mention.end)
        if start is None:
            continue
        cues = (_carry_cue(cue, place) for cue in mention.cues)
        moved = replace(
            mention, start=start, end=start + mention.end - mention.start, cues=tuple(cue for cue in cues if cue)
        )
        carried.append(Correction(correction.action, moved))
    return tuple(carried)


def _carry_cue(cue: Cue, place: Callable[[int, int], int | None]) -> Cue | None:
    start = place(cue.start, cue.end)
    return None if start is None else Cue(start, start + cue.end - cue.start, cue.kind)


def _alignment(before: str, after: str) -> Callable[[int, int], int | None]:
    """Maps a span of `before` to where it begins in `after`; None where it does not stand there any more."""
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
    """Where the word around `at` begins; `at` itself where none is."""
    index = bisect_right(words, at, key=lambda m: m.start()) - 1
    return words[index].start() if index >= 0 and at < words[index].end() else at


def _equal_words(old: list[str], new: list[str]) -> Iterable[tuple[int, int, int]]:
    """Runs of words that both have, as (place in old, place in new, length).

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
