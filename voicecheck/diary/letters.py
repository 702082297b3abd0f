"""Letters to oneself: put an entry away until a day, and open those whose day has come."""

from __future__ import annotations

import re
from datetime import date, timedelta

from voicecheck.clock import last_day, periods_back
from voicecheck.errors import UsageError
from voicecheck.vault.store.letters import Letter
from voicecheck.vault.store.recordings import KeepAudio
from voicecheck.vault.vault import Vault

MOST_YEARS = 100
A_YEAR = "1y"
SHOWN_DAYS = 7
"""for so many days the page of today shows a letter that has opened"""
_SPAN = re.compile(r"(\d{1,3}) ?(d|w|m|y)", re.ASCII)
_HINT = "Write 1y, 6m, 2w or 10d, or a day as 2027-11-30."


def opening_day(text: str, today: date) -> date:
    """Return the day that is meant by 1y, 6m, 2w, 10d or 2027-11-30. Raises UsageError for what lies not ahead."""
    span = _SPAN.fullmatch(text.strip().casefold())
    try:
        day = _ahead(today, int(span[1]), span[2]) if span else date.fromisoformat(text.strip())
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no day or span of time.", _HINT) from error
    if not today < day <= _ahead(today, MOST_YEARS, "y"):
        raise UsageError(f"A letter opens on a day to come, within {MOST_YEARS} years.", _HINT)
    return day


def _ahead(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    month = periods_back(today, "month", -count * (12 if unit == "y" else 1))
    return month.replace(day=min(today.day, last_day(month, "month").day))


def put_away(vault: Vault, entry_id: str, opens_on: date, keep_audio: KeepAudio) -> None:
    """Put an entry away until a day. Its sound goes with it where sound is always kept, and else leaves now."""
    vault.letters.put_away(entry_id, opens_on, sound=keep_audio == "always")


def open_due(vault: Vault, today: date) -> tuple[Letter, ...]:
    """Make entries again of all letters whose day has come, and return them."""
    due = vault.letters.due(today)
    for letter in due:
        vault.letters.open(letter.entry_id, today)
    return due


def open_all(vault: Vault, today: date) -> tuple[str, ...]:
    """Make entries of all letters, before their day, and return their ids: to delete everything."""
    waiting = tuple(letter.entry_id for letter in vault.letters.waiting())
    for entry_id in waiting:
        vault.letters.open(entry_id, today)
    return waiting
