"""Cues of time and quotations in a whole text, and the decision that a feeling is long past."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import QUESTION, QUOTE, SENTENCE_END, Tokens, listed

_STOPS = frozenset([SENTENCE_END, QUESTION])
_WINDOW = 60
"""tokens a cue of time may be away"""


@dataclass(slots=True)
class Setting:
    """Cues of time and quotations of a whole text, as token ranges."""

    past: list[tuple[int, int]] = field(default_factory=list)
    now: list[int] = field(default_factory=list)
    habits: list[int] = field(default_factory=list)
    quotes: list[tuple[int, int]] = field(default_factory=list)
    past_until: int = -1
    """a sentence that was placed in the past carries on to this token"""


def read_setting(tokens: Tokens, grammar: Grammar) -> Setting:
    setting = Setting()
    past, now, habit, words = grammar.phrase("past"), grammar.phrase("now"), grammar.phrase("habit"), tokens.words
    opened = -1
    for index, word in enumerate(words):
        if word in past.by_first:
            end = past.match_at(tokens, index)
            if end:
                setting.past.append((index, end))
        if word in now.by_first and now.match_at(tokens, index):
            setting.now.append(index)
        if word in habit.by_first and habit.match_at(tokens, index):
            setting.habits.append(index)
        if word == QUOTE:
            if opened >= 0 and index - opened <= _WINDOW:
                setting.quotes.append((opened, index))
                opened = -1
            else:
                opened = index
    return setting


def find_past(reading: Reading, setting: Setting) -> tuple[int, int] | None:
    """Return the cue that places the feeling in a finished past, if one does."""
    frame, tokens = reading.frame, reading.tokens
    if frame.used_to >= 0:
        return frame.used_to, frame.used_to + 1
    if _tense(reading) == "present":
        return None
    low, high = _sentence(tokens, reading.start, reading.end)
    habit = _habit_cue(reading, setting, low, high)
    if habit is not None:
        return habit
    now = setting.now[bisect_left(setting.now, low) : bisect_left(setting.now, high)]
    place = bisect_left(setting.past, (low, 0))
    for cue in setting.past[place:]:
        if cue[0] >= high:
            break
        if _needs_past(tokens, cue) and _tense(reading) != "past" and not is_habit(reading):
            continue
        between = range(min(cue[1], reading.end), max(cue[0], reading.start))
        if not any(n in between or (n >= reading.start and n - reading.end < 6) for n in now):
            setting.past_until = high + _WINDOW // 2
            return cue
    if now or not place or _tense(reading) != "past":
        return None
    before = setting.past[place - 1]
    told = reading.start < setting.past_until or before[0] >= _sentence(tokens, low - 1, low - 1)[0]
    return before if told and not _needs_past(tokens, before) else None


def is_habit(reading: Reading) -> bool:
    """True for a habit of the past, nothing imagined: "my ex would get jealous"."""
    return any(reading.tokens.at(h[0]) in ("would", "'d") for h in reading.frame.hypotheticals)


def _habit_cue(reading: Reading, setting: Setting, low: int, high: int) -> tuple[int, int] | None:
    """Return the "would" of "he would get angry every time", which tells of a habit that is over."""
    imagined, tokens = reading.frame.hypotheticals, reading.tokens
    if not imagined or any(tokens.at(h[0]) not in ("would", "'d") for h in imagined):
        return None
    if not reading.grammar["if_word"].isdisjoint(tokens.words[low:high]):
        return None
    place = bisect_left(setting.habits, low)
    often = place < len(setting.habits) and setting.habits[place] < high
    return imagined[0] if often else None


def _needs_past(tokens: Tokens, cue: tuple[int, int]) -> bool:
    return tokens.at(cue[0]) in ("ex", "old", "former", "previous") or tokens.at(cue[1] - 1) in (
        "ex",
        "childhood",
        "youth",
        "wife",
        "husband",
    )


def _tense(reading: Reading) -> str:
    word = reading.word(0)
    if reading.sense.kind in ("verb", "cause") and not reading.frame.tense:
        if word.endswith("ed") or word in _PAST_VERBS:
            return "past"
        return "" if word.endswith("ing") else "present"
    return reading.frame.tense


_PAST_VERBS = listed(
    "felt fell lost sank broke blew saw had got made went drove let hurt upset hit gave ran froze could did"
)


def _sentence(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    low, high = start, end
    while low > 0 and start - low < _WINDOW and tokens.words[low - 1] not in _STOPS:
        low -= 1
    while high < len(tokens) and high - end < _WINDOW and tokens.words[high] not in _STOPS:
        high += 1
    return low, high
