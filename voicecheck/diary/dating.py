"""The date of an entry, put right by the person: a clock that was wrong, or an evening that belongs to another day."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from voicecheck.clock import DAY_ENDS_AT_HOUR, can_be_kept, local_date
from voicecheck.domain import Entry
from voicecheck.errors import UsageError
from voicecheck.vault.vault import Vault

HINT = "Write a day, as 2026-10-12, or a day and a time, as 2026-10-12 21:30."
_FORM = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]+(\d\d?)[:.](\d\d))?", re.ASCII)


def read_date(text: str, entry: Entry) -> datetime:
    """Return the time that is meant for this entry, with the offset of its own zone. Raises UsageError.

    A mere day keeps the time on the clock, and is the person's day, which ends at 04:00.
    """
    match = _FORM.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError("another form")
        day = date.fromisoformat(match[1])
        if match[2]:
            return _in_zone(datetime.combine(day, time(int(match[2]), int(match[3]))), entry)
        clock = entry.spoken_at.time()
        at_night = clock.hour < DAY_ENDS_AT_HOUR
        return _in_zone(datetime.combine(day + timedelta(days=at_night), clock), entry)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no date.", HINT) from error


def put_date_right(vault: Vault, entry: Entry, spoken_at: datetime, now: datetime) -> Entry:
    """Give the entry another time, and return it. The one it had stays beside it; the same once more changes nothing.

    Raises UsageError for a time that lies ahead, or that no calendar has.
    """
    if spoken_at == entry.spoken_at:
        return entry
    if not can_be_kept(spoken_at):
        raise UsageError("No entry can be of that time.", HINT)
    if local_date(spoken_at) > local_date(now) or spoken_at > now + timedelta(days=1):
        raise UsageError("That day is still to come.", HINT)
    vault.dates.put_right(entry.id, entry.spoken_at, spoken_at, now)
    return vault.entries.get(entry.id)


def _in_zone(at: datetime, entry: Entry) -> datetime:
    """Return the time with the offset that the entry's zone had then: summer and winter differ."""
    offset = at.replace(tzinfo=_zone(entry)).utcoffset()
    return at.replace(tzinfo=timezone(offset or timedelta(0)))


def _zone(entry: Entry) -> tzinfo | None:
    """Return the entry's zone by its name, else its offset."""
    try:
        return ZoneInfo(entry.timezone) if entry.timezone else entry.spoken_at.tzinfo
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name of another system, or no name
        return entry.spoken_at.tzinfo
