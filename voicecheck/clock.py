"""The person's time: now, their day, the zone's name; times as milliseconds; periods of the calendar."""

from __future__ import annotations

import os
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

Step: TypeAlias = Literal["week", "month", "year"]
"""weeks begin on Monday"""

DAY_ENDS_AT_HOUR = 4  # what is said at one in the morning still belongs to the evening before
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def now() -> datetime:
    """Return the time, aware, in the zone of this computer."""
    return datetime.now().astimezone()


def local_date(spoken_at: datetime) -> date:
    """Return the person's day, which ends at 04:00 of their own clock."""
    return (spoken_at - timedelta(hours=DAY_ENDS_AT_HOUR)).date()


def can_be_kept(at: datetime) -> bool:
    """True if a time has a zone and can be turned into any other zone, and into a day, without an overflow."""
    return at.tzinfo is not None and MINYEAR < at.year < MAXYEAR


def milliseconds(at: datetime) -> int:
    """Whole milliseconds from 1970 to `at`, which is aware; what lies between two of them counts as the earlier."""
    return (at - _EPOCH) // _MILLISECOND  # whole numbers: `timestamp()` is a fraction and may fall one short


def moment(since_1970_ms: int) -> datetime:
    """The time, in UTC, that `milliseconds` gives this number. Raises ValueError for one that no calendar has."""
    try:
        return _EPOCH + since_1970_ms * _MILLISECOND
    except OverflowError as error:
        raise ValueError("no calendar has this time") from error


def zone_name() -> str:
    """Return the IANA name of the zone where the system tells it ("Europe/Vienna"), else an empty string."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if "/" in name and not name.startswith("/"):
        return name
    try:
        target = str(Path("/etc/localtime").resolve())
    except OSError:
        return ""
    _, found, zone = target.partition("/zoneinfo/")
    return zone if found else ""


def say_duration(seconds: float) -> str:
    """Return a duration as 2:07."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


# Periods of the calendar


def period_of(day: date, step: Step) -> date:
    """Return the first day of the week, month or year that `day` lies in."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day.replace(month=1, day=1)


def following(day: date, step: Step) -> date:
    """The first day of the period after that of `day`. Raises OverflowError, or ValueError, at the calendar's end."""
    return periods_back(day, step, -1)


def periods_back(day: date, step: Step, count: int) -> date:
    """The first day of the period that lies so many before that of `day`. Raises as `following`."""
    first = period_of(day, step)
    if step == "week":
        return first - timedelta(weeks=count)
    months = first.year * 12 + first.month - 1 - count * (12 if step == "year" else 1)
    return date(months // 12, months % 12 + 1, 1)


def last_day(day: date, step: Step) -> date:
    """The last day of the period that `day` lies in."""
    if step == "week":
        return period_of(day, step) + timedelta(days=6)
    if step == "year":
        return day.replace(month=12, day=31)
    return day.replace(day=monthrange(day.year, day.month)[1])
