"""Spans of sentences: in a text, in an earlier form of it, and the text with some of them cut out.

Pure. Ranges are code points, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from voicecheck.text.abbreviations import ENDS_NOTHING
from voicecheck.text.alignment import align

Range: TypeAlias = tuple[int, int]

_MARKS = r"(?<![.!?…؟۔।])[.!?…؟۔।]++[\"'”’)\]]*+"
"""from the first of a run, and the whole of it: else a page of dots would be looked at once for each"""
_WIDE_MARKS = r"[。！？]+[”’」』）]*"
_END = re.compile(rf"{_MARKS}(?=\s)|{_WIDE_MARKS}|\n+")
_AT_END = re.compile(rf"(?:{_MARKS}|{_WIDE_MARKS})$")
_PRONOUN = re.compile(r"(?:^|\W)I\.$")
"""a sentence may end with "I", and with no other single letter"""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LETTER = re.compile(r"[^\W\d_]")
_MOST_DIGITS = 6
"""of the number of a sentence"""
_LONG_ENOUGH = 4
"""words that nobody says by chance a second time, in the middle of something else"""


def find_sentences(text: str, joints: Collection[int] = ()) -> tuple[Range, ...]:
    """Return the range of every sentence of the text, without the blanks around it.

    Recognition gives no punctuation at times: what has no mark at its end is divided at `joints`, where the speaker
    paused.
    """
    begin, found = 0, list[Range]()
    marks = list(_END.finditer(text))
    behind = _letters_behind(text, marks)
    capitals = any(letter.isupper() for letter in behind)
    for mark, letter in zip(marks, behind, strict=True):
        if _ends(text, mark, goes_on=capitals and letter.islower()):
            found += _bare(text, begin, mark.end())
            begin = mark.end()
    found += _bare(text, begin, len(text))
    return tuple(part for sentence in found for part in _divided(text, sentence, joints))


def has_end(sentence: str) -> bool:
    """True if the sentence has a mark at its end."""
    return _AT_END.search(sentence[-8:]) is not None


def match_sentence(text: str, wanted: str, joints: Collection[int] = ()) -> Range | None:
    """Return the sentence that `wanted` means, by its number from 1 or its words; the last one of several.

    Words that are a part of a sentence only, or reach over several, are meant as they stand.
    """
    ranges = find_sentences(text, joints)
    if (number := number_in(wanted)) is not None:
        return ranges[number - 1] if 0 < number <= len(ranges) else None
    same = [one for one in ranges if words_of(text[slice(*one)]) == words_of(wanted)] if words_of(wanted) else []
    if same:
        return same[-1]
    spans = _runs(text, words_of(wanted))
    return _with_marks(text, spans[-1]) if spans else None


def number_in(wanted: str) -> int | None:
    """Return the number that a sentence is meant by; None where it is meant by its words."""
    digits = wanted.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: without capitals and punctuation."""
    return tuple(word.casefold().replace("’", "'") for word in _WORD.findall(text))


def counterpart(text: str, where: Range, earlier: str) -> Range:
    """Return the range of an earlier text that corresponds to `where` in this one, whatever its words were then.

    It is all that lies between the nearest words around it that both texts have; empty where nothing does.
    """
    if text == earlier:
        return where
    place = align(text, earlier)
    placed = [(m.span(), start, start + len(m.group())) for m in _WORD.finditer(text)
              if (start := place(*m.span())) is not None]  # fmt: skip
    lo = max((end for span, _, end in placed if span[1] <= where[0]), default=0)
    hi = min((start for span, start, _ in placed if span[0] >= where[1]), default=len(earlier))
    between = list(_WORD.finditer(earlier, lo, max(lo, hi)))
    if not between:
        return (lo, lo)
    return between[0].start() if lo else 0, len(earlier[:hi].rstrip())


def repeated(sentence: str, text: str) -> tuple[Range, ...]:
    """Return the ranges of the same words in another text: as a sentence or, where they are many, anywhere."""
    words = words_of(sentence)
    if not words:
        return ()
    if len(words) >= _LONG_ENOUGH:
        return tuple(_with_marks(text, span) for span in _runs(text, words))
    return tuple(span for span in find_sentences(text) if words_of(text[slice(*span)]) == words)


@dataclass(frozen=True, slots=True)
class Cut:
    """A text without some ranges of it."""

    text: str = field(repr=False)
    """the text that is left"""
    gone: tuple[Range, ...] = ()
    """of the text before, with the blanks that went along"""

    def place(self, start: int, end: int) -> int | None:
        """Return the new beginning of a span of the text before; None where some of it was cut."""
        if any(start < last and first < end for first, last in self.gone):
            return None
        return start - sum(last - first for first, last in self.gone if last <= start)


def cut(text: str, ranges: Iterable[Range]) -> Cut:
    """Return the text without these ranges; of the blanks around each, those that divide more stay."""
    gone = merge(_with_blanks(text, one) for one in _joined(text, ranges))
    kept, at = "", 0
    for first, last in gone:
        kept, at = kept + text[at:first], last
    return Cut(kept + text[at:], gone)


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges in order, joined where they touch; empty ones are left out."""
    merged: list[Range] = []
    for start, end in sorted(one for one in ranges if one[0] < one[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _ends(text: str, mark: re.Match[str], *, goes_on: bool) -> bool:
    """True if a sentence ends at this mark. A small letter goes on where sentences have capitals ("e.g. this")."""
    if "\n" in mark.group() or mark.group()[0] in "。！？":
        return True
    before = text[max(0, mark.start() - 7) : mark.start() + 1]
    if mark.group() == "." and ENDS_NOTHING.search(before) and not _PRONOUN.search(before[-3:]):
        return False
    return not goes_on


def _letters_behind(text: str, marks: Iterable[re.Match[str]]) -> list[str]:
    """Return the next letter behind each mark, empty where there is none. The text is gone through once."""
    behind: list[str] = []
    at, letter = -1, ""
    for mark in marks:
        if at < mark.end():
            found = _LETTER.search(text, mark.end())
            at, letter = (found.start(), found.group()) if found else (len(text), "")
        behind.append(letter)
    return behind


def _bare(text: str, start: int, end: int) -> list[Range]:
    """Return the range without blanks at its ends; none where nothing is left, or marks alone."""
    part = text[start:end]
    inner = part.strip()
    first = start + len(part) - len(part.lstrip())
    return [(first, first + len(inner))] if inner else []


def _divided(text: str, sentence: Range, joints: Collection[int]) -> list[Range]:
    start, end = sentence
    if has_end(text[start:end]):
        return [sentence]
    edges = [start, *sorted(joint for joint in joints if start < joint < end), end]
    return [part for first, last in pairwise(edges) for part in _bare(text, first, last)]


def _runs(text: str, words: tuple[str, ...]) -> list[Range]:
    """Return all ranges of the text in which these words stand one behind the other."""
    spans = [match.span() for match in _WORD.finditer(text)]
    said = words_of(text)
    return [
        (spans[i][0], spans[i + len(words) - 1][1])
        for i in range(len(said) - len(words) + 1)
        if words and said[i : i + len(words)] == words
    ]


def _with_marks(text: str, span: Range) -> Range:
    """Extend a range by the punctuation at its end, and an opening mark at its beginning."""
    start, end = span
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    while start and not text[start - 1].isspace() and text[start - 1] in "\"'“‘(¿¡«„":
        start -= 1
    return start, end


def _joined(text: str, ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Join ranges with nothing but blanks between them."""
    joined: list[Range] = []
    for start, end in merge(ranges):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return tuple(joined)


def _with_blanks(text: str, one: Range) -> Range:
    start, end = one
    left, right = len(text[:start].rstrip()), len(text) - len(text[end:].lstrip())
    if not left:
        return 0, right
    if right == len(text):
        return left, right
    keep_right = text[end:right].count("\n") > text[left:start].count("\n")
    return (left, end) if keep_right else (start, right)
