"""Cues of time and quotations in a whole text, and the decision that a feeling is long past."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.reading import ENDS, Reading
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
        end = past.match_at(tokens, index) if word in past.by_first else 0
        if not end and word in _TIMES:
            end = _time_of_life(tokens, grammar, index)
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


_TIMES = listed("when while before until till after since day time night week month year summer")


def _time_of_life(tokens: Tokens, g: Grammar, when: int) -> int:
    """Return the token after the verb of "when my kids were small", "before they retired"; 0 for no time of a life."""
    for k in range(when + 1, when + 8):
        word = tokens.at(k)
        if word in ENDS:
            return 0
        subject = tokens.words[when + 1 : k]
        if word in g["past_form"] and word in ("was", "were"):
            return _state_of_life(tokens, g, k, subject)
        turn = word in g["lived"] or (word in g["lived_at"] and tokens.at(k + 1) in g["at_life"])
        if subject and (turn or (word in g["began"] and _begins_a_life(tokens, g, k))):
            return k + 1
    return 0


def _state_of_life(tokens: Tokens, g: Grammar, verb: int, subject: list[str]) -> int:
    """Return the token after "was little", "were still together", "was in Iraq", said of somebody."""
    k = verb + 1
    named = bool(subject) and tokens.capital(verb - 1)
    if named and tokens.at(k) == "born":
        return k + 1  # "when our Tom was born"
    if not named and not any(word in g["person"] or word in g["nominative"] for word in subject):
        return 0
    while k < verb + 5 and (tokens.at(k) in g["adverb"] or tokens.at(k) in _ABOUT):
        if tokens.at(k) == "in" and tokens.at(k + 1) in g["war_place"]:
            return k + 2
        if tokens.at(k) in ("little", "single"):
            return k + 1
        k += 1
    word = tokens.at(k)
    stays = word == "living" or (word == "working" and tokens.at(k + 1) in ("as", "nights", "there", "abroad"))
    job = tokens.at(k - 1) in ("a", "an", "new", "single") and word in g["person"]
    return k + 1 if job or word in g["child"] or word in g["stage"] or stays or word in g["age"] else 0


_ABOUT = listed("a an in over new single about around like only nearly almost")


def _begins_a_life(tokens: Tokens, g: Grammar, verb: int) -> bool:
    """True for "when I first came", "after I came home from the war", "before I left college"."""
    if tokens.at(verb - 1) == "first":
        return True
    behind = tokens.words[verb + 1 : verb + 6]
    return any(
        word in g["service"] or word in g["war_place"] or word in ("college", "uni", "prison") for word in behind
    )


def find_past(reading: Reading, setting: Setting) -> tuple[int, int] | None:
    """Return the cue that places the feeling in a finished past, if one does."""
    frame, tokens = reading.frame, reading.tokens
    if frame.used_to >= 0:
        return frame.used_to, frame.used_to + 1
    if _tense(reading) == "present":
        return None
    if tokens.at(reading.end) == "then" and tokens.at(reading.end + 1) in ENDS and _tense(reading) == "past":
        return reading.end, reading.end + 1  # "we were so happy then"
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
        if _belongs_elsewhere(reading, cue):
            continue
        apart = tokens.words[reading.end : cue[0]]
        if tokens.at(cue[0]) == "for" and not _CLAUSE_OF_ITS_OWN.isdisjoint(apart):
            continue  # "he was cross when she rang after she hadn't for years"
        between = range(min(cue[1], reading.end), max(cue[0], reading.start))
        if not any(n in between or _still(tokens, reading, n) for n in now):
            setting.past_until = high + _WINDOW // 2
            return cue
    if now or not place or _tense(reading) != "past":
        return None
    before = setting.past[place - 1]
    if bisect_left(setting.now, before[1]) != bisect_left(setting.now, low):
        return None  # "as a kid I was shy. Yesterday I had to speak. I was scared."
    told = reading.start < setting.past_until or before[0] >= _sentence(tokens, low - 1, low - 1)[0]
    return before if told and not _needs_past(tokens, before) else None


def _belongs_elsewhere(reading: Reading, cue: tuple[int, int]) -> bool:
    """True for "so glad I left years ago", and for "I was on hold for a long time, and I was angry"."""
    tokens, g = reading.tokens, reading.grammar
    if tokens.at(cue[0]) == "for" and tokens.at(cue[1] - 1) == "time":
        return cue[0] < reading.end
    said_of = tokens.words[reading.end : cue[0]]
    own = any(word in g["nominative"] or word in ("you", "it", "what") for word in said_of)
    return reading.sense.kind == "adj" and reading.frame.fragment and own


def _still(tokens: Tokens, reading: Reading, now: int) -> bool:
    """True for a "now" close behind the feeling, in a clause that no "but" sets against it."""
    return reading.start <= now < reading.end + 6 and "but" not in tokens.words[reading.end : now]


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
    """True for a cue that is no time by itself: "my ex", "my old boss", "for years"."""
    words = tokens.words[cue[0] : cue[1]]
    return words[0] == "for" or (words[0] != "remember" and not _NO_TIME_ALONE.isdisjoint(words))


_NO_TIME_ALONE = listed("ex old former previous childhood youth wife husband first being")
_CLAUSE_OF_ITS_OWN = listed("when after because since that who which")


def _tense(reading: Reading) -> str:
    word = reading.word(0)
    if word == "can":
        return "present"  # "can't wait"
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
