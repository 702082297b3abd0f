"""Times of a life that are over: "als Kind", "damals", "in meiner ersten Ehe", "als ich klein war"."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from voicecheck.feelings.de.clauses import GermanFrame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, SENTENCE_END, Tokens, listed

Span = tuple[int, int]
_NEVER_BEFORE = listed("seit wie ins bis zu zum ab")
_MOST_FOLLOWING = 2
"""sentences behind one that sets a time, in which it still holds"""
_LONGEST_STAGE = 9


@dataclass(frozen=True, slots=True)
class Setting:
    """Times named in a text, by the number of their sentence."""

    starts: list[int]
    """first token of each sentence"""
    told: dict[int, Span]
    now: frozenset[int]
    """sentences that name today or another day of now"""


def read_setting(tokens: Tokens, grammar: Grammar) -> Setting:
    """Find the times of one text, in one pass."""
    phrases, words, now_words, stage = grammar.phrase("past"), tokens.words, grammar["now"], grammar["stage"]
    starts, told, now = [0], dict[int, Span](), set[int]()
    for j, word in enumerate(words):
        if word in (SENTENCE_END, QUESTION):
            starts.append(j + 1)
            continue
        sentence = len(starts) - 1
        if word in now_words:
            now.add(sentence)
        if (word in ("als", "wie", "wo", "während") and (end := _stage_end(words, j, grammar, stage))) or (
            word in phrases.by_first and (end := phrases.match_at(tokens, j)) and _is_time(words, j, end)
        ):
            told.setdefault(sentence, (j, end))
        elif word.isdigit() and len(word) == 4 and word[:2] in ("19", "20") and words[j - 1] in ("im", "jahr", "in"):
            told.setdefault(sentence, (j, j + 1))
    return Setting(starts, told, frozenset(now))


def _is_time(words: list[str], j: int, end: int) -> bool:
    """False for "seit damals", "früher ins Bett", "früher als sonst", "eine Stunde früher"."""
    before, after = words[j - 1] if j else ".", words[end] if end < len(words) else "."
    if before in _NEVER_BEFORE:
        return False
    if words[j] == "früher":
        return before not in ("stunde", "stunden", "minuten", "tag", "tage", "zu", "viel", "noch") and after not in (
            "ins", "als", "aufgestanden", "heim", "heimgegangen", "gegangen", "schlafen", "weg", "aufstehen", "fertig",
        )  # fmt: skip
    return True


def _stage_end(words: list[str], j: int, grammar: Grammar, stage: frozenset[str]) -> int:
    """The end of "als ich klein war", "wie die Kinder klein waren"; 0 where no time of life follows."""
    found = False
    for k in range(j + 1, min(j + _LONGEST_STAGE, len(words))):
        if words[k] in (SENTENCE_END, QUESTION, COMMA):
            return 0
        found = found or words[k] in stage
        if found and words[k] in grammar["lived"]:
            return k + 1
    return 0


def find_past(reading: Reading, frame: GermanFrame, setting: Setting) -> Span | None:
    """The time that a feeling is long over by; None for one of these days."""
    if frame.tense == "present" or any(reading.tokens.words[j] in reading.grammar["now"] for j in _near(frame)):
        return None
    sentence = bisect_right(setting.starts, reading.start) - 1
    own = setting.told.get(sentence)
    if own is not None:
        return own if not (own[0] < reading.end and reading.start < own[1]) or frame.tense == "past" else None
    for back in range(1, _MOST_FOLLOWING + 1):
        if sentence - back + 1 in setting.now or frame.tense != "past":
            return None
        if sentence - back in setting.told:
            return None if sentence - back in setting.now else setting.told[sentence - back]
    return None


def _near(frame: GermanFrame) -> range:
    return range(frame.segments[frame.members[0]].first, frame.clause[-1].last)
