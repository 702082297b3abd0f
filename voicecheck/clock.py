"""The person's time: now, their day, the zone's name; times as milliseconds since 1970 and back."""

from __future__ import annotations

import os
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from pathlib import Path

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
