"""Form of an English text for a voice: signs, titles, times, years and amounts as they are said.

What is written short is written out before an engine sees it: each would read some of it letter by letter, or say
"zero zero" and "backtick".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from re import Match

TITLES = {
    "Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Prof": "Professor", "Sgt": "Sergeant",
    "Lt": "Lieutenant", "Capt": "Captain", "Gen": "General", "Rev": "Reverend", "St": "Saint",
}  # fmt: skip
SHORT = {"e.g": "for example", "i.e": "that is", "vs": "versus", "approx": "about", "Jr": "Junior", "Sr": "Senior"}
MONTHS = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July",
    "Aug": "August", "Sep": "September", "Sept": "September", "Oct": "October", "Nov": "November", "Dec": "December",
}  # fmt: skip
DECADES = ("hundreds", "tens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties",
           "nineties")  # fmt: skip
FRACTIONS = {"1/2": "a half", "1/3": "a third", "1/4": "a quarter", "3/4": "three quarters"}
MONEY = {"$": "dollar", "£": "pound", "€": "euro"}
UNITS = {"kg": "kilos", "km": "kilometres", "cm": "centimetres", "hrs": "hours", "°C": "degrees", "°F": "degrees"}
YEARS_FOLLOW = ("in", "In", "since", "Since", "until", "of", "from", "From", "during", "During", "summer", "winter")


def spoken_form(text: str) -> str:
    """Return the text as it is said aloud; no sentence more or less."""
    for pattern, spoken in _FORMS:
        text = pattern.sub(spoken, text)
    return " ".join(text.split())


def plain_form(text: str) -> str:
    """Return a text in another language for its voice: without signs that no voice should read, else as it is."""
    return " ".join(_SIGNS.sub(" ", text).split())


def _any_of(words: Mapping[str, str]) -> str:
    return "|".join(map(re.escape, words))


def _two_digits(number: int) -> str:
    return f"{number}" if number > 9 else f"oh {number}"


def _time(match: Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"]), (match["half"] or "").upper()
    if not half and (hour > 12 or not hour):
        hour, half = abs(hour - 12), "P" if hour else "A"
    clock = f"{hour} {_two_digits(minute)}" if minute else f"{hour}" if half else f"{hour} o'clock"
    return f"{clock} {half} M" if half else clock


def _year(match: Match[str]) -> str:
    century, rest = match[1], int(match[2])
    if century == "20" and rest < 10:
        return match[0]
    return f"{century} {_two_digits(rest) if rest else 'hundred'}"


def _money(match: Match[str]) -> str:
    name = MONEY[match["sign"]] + ("" if match["whole"] == "1" else "s")
    return f"{match['whole']} {name} {match['part'] or ''}".rstrip()


def _hour(match: Match[str]) -> str:
    minute = f" {_two_digits(int(match['minute']))}" if match["minute"] else ""
    return f"{match['hour']}{minute} {match['half'].upper()} M"


_HALF = r"\s?(?P<half>[ap])\.?m\b(?:\.(?=\s+[a-z]))?"
_CLOCK = rf"(?<![\d:.])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])(?:{_HALF})?"
_BEHIND = "|".join(rf"(?<=\b{word} )" for word in YEARS_FOLLOW)

_SIGNS = re.compile(r"[`*_\\|^{}\[\]<>]+")
_FORMS: tuple[tuple[re.Pattern[str], str | Callable[[Match[str]], str]], ...] = (
    (_SIGNS, " "),
    (re.compile(r"~(?=\d)"), "about "),
    (re.compile(r"(?:#|\bNo\.\s?)(?=\d)"), "number "),
    (re.compile(r"(?<=\s)&(?=\s)"), "and"),
    (re.compile(r"(?<=\w\s)([A-Z][a-z]+ )St\b\.?(?=\s+[a-z]|\s*$|,)"), r"\1Street"),
    (re.compile(rf"\b({_any_of(TITLES)})\b\.?(?=\s+[A-Z])"), lambda match: TITLES[match[1]]),
    (re.compile(rf"\b({_any_of(SHORT)})\.(?!\w)"), lambda match: SHORT[match[1]]),
    (re.compile(rf"\b({_any_of(MONTHS)})\.(?=\s?\d)"), lambda match: MONTHS[match[1]]),
    (re.compile(_CLOCK, re.IGNORECASE), _time),
    (re.compile(rf"(?<![\d:.])(?P<hour>1?\d)(?:\.(?P<minute>[0-5]\d))?{_HALF}", re.IGNORECASE), _hour),
    (re.compile(r"\b(1\d|20)(\d)0s\b"), lambda match: f"{match[1]} {DECADES[int(match[2])]}"),
    (re.compile(rf"(?:{_BEHIND})(1\d|20)(\d\d)\b(?![.,]\d)"), _year),
    (re.compile(rf"(?P<sign>[{''.join(MONEY)}])(?P<whole>\d+(?:,\d{{3}})*)(?:\.(?P<part>\d\d))?(?!\d)"), _money),
    (re.compile(rf"(?<![\d/])({_any_of(FRACTIONS)})(?![\d/])"), lambda match: FRACTIONS[match[1]]),
    (re.compile(rf"(?<=\d)\s?({_any_of(UNITS)})(?!\w)"), lambda match: f" {UNITS[match[1]]}"),
    (re.compile(r"(?<![\d-])(\d{1,2})\s?[-–]\s?(?=\d{1,2}(?![\d-]))"), r"\1 to "),
    (re.compile(r"(?<=\w)/(?=\w)"), " "),
)
