"""Parse days as people say and write them: "yesterday", "last-week", october, 2026-10. Pure; weeks begin on Monday."""

from __future__ import annotations

import re
from datetime import date, timedelta

from voicecheck.clock import Step, last_day, periods_back

DAYS_HINT = "Write 2026-10-12, 2026-10, 2026, yesterday, monday, october, last-week or 2-weeks-ago."
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GERMAN = {
    "heute": "today", "gestern": "yesterday", "vorgestern": "2 days ago", "letzte": "last", "vorige": "last",
    "vergangene": "last", "diese": "this", "tag": "day", "woche": "week", "monat": "month", "jahr": "year",
    "ein": "one", "zwei": "two", "drei": "three", "vier": "four", "fünf": "five", "sechs": "six", "montag": "monday",
    "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday", "freitag": "friday",
    "samstag": "saturday", "sonnabend": "saturday",
    "sonntag": "sunday", "januar": "january", "jänner": "january", "februar": "february",
    "feber": "february", "märz": "march", "mai": "may", "juni": "june", "juli": "july", "oktober": "october",
    "dezember": "december",
}  # fmt: skip
"""German words without their endings"""
_GERMAN_ENDINGS = ("", "n", "s", "r", "e", "en", "er", "em", "es")
_NUMBER_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def read_days(value: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day that `value` means, as in "last week" or 2026-10; None for anything else."""
    plain = re.sub(r"[\s_]+|(?<=[a-z0-9])-(?=[a-z])|(?<=[a-z])-(?=[a-z0-9])", " ", value.strip().casefold())
    plain = _from_german(plain)
    try:
        return _numbered(plain) or _ago(plain, today) or _named(plain, today)
    except (ValueError, OverflowError):  # the thirtieth of February, or a year before the first
        return None


def _from_german(plain: str) -> str:
    """Return "1 week ago" for "vor einer woche", "last tuesday" for "letzten dienstag"; anything else as it is."""
    words = [_GERMAN.get(next((w for e in _GERMAN_ENDINGS if (w := word.removesuffix(e)) in _GERMAN), ""), word)
             for word in plain.split()]  # fmt: skip
    match = re.fullmatch(r"vor (\w+) (?:days?|week|month|year)", said := " ".join(words))
    return f"{said.removeprefix('vor ')} ago" if match else re.sub(r"^(?:im|am) ", "", said)


def _numbered(plain: str) -> tuple[date, date] | None:
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", plain)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return _whole(date(year, 1, 1), "year")
    if day is None:
        return _whole(date(year, month, 1), "month")
    return date(year, month, day), date(year, month, day)


def _ago(plain: str, today: date) -> tuple[date, date] | None:
    """Return the day, week, month or year that lies so far back; "last 7 days" counts today."""
    match = re.fullmatch(r"(?:last|past) (\w+) days?", plain)
    if match is not None and (count := _count(match[1])):
        return today - timedelta(days=count - 1), today
    match = re.fullmatch(r"(\w+) (day|week|month|year)s? ago", plain)
    if match is None or (count := _count(match[1])) is None:
        return None
    return _back(today, match[2], count)


def _named(plain: str, today: date) -> tuple[date, date] | None:
    if plain in ("today", "yesterday"):
        return _back(today, "day", int(plain == "yesterday"))
    match = re.fullmatch(r"(this|last) (week|month|year)", plain)
    if match is not None:
        return _back(today, match[2], int(match[1] == "last"))
    which, _, name = plain.rpartition(" ")
    if name in _WEEKDAYS and which in ("", "last"):
        back = (today.weekday() - _WEEKDAYS.index(name)) % 7
        return _back(today, "day", back or 7 * (which == "last"))
    month, _, year = plain.partition(" ")
    if month in _MONTHS and re.fullmatch(r"(\d{4})?", year):
        number = _MONTHS.index(month) + 1
        return _whole(date(int(year) if year else today.year - (number > today.month), number, 1), "month")
    return None


def _back(today: date, unit: str, count: int) -> tuple[date, date]:
    if unit == "day":
        return today - timedelta(days=count), today - timedelta(days=count)
    step: Step = "week" if unit == "week" else "month" if unit == "month" else "year"
    return _whole(periods_back(today, step, count), step)


def _whole(first: date, step: Step) -> tuple[date, date]:
    return first, last_day(first, step)


def _count(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) <= 4 else _NUMBER_WORDS.get(word)
