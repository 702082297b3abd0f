"""Days and times that stand in the name of a file, as recorders, phones and note-taking programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

_IN_NAME = (
    re.compile(
        r"(?<!\d)(?P<year>\d{4})[-_.]?(?P<month>\d\d)[-_.]?(?P<day>\d\d)"
        r"(?:(?:[ T_-]| at )(?P<hour>\d\d)[-_.:h]?(?P<minute>\d\d)(?:[-_.:m]?(?P<second>\d\d)"
        r"(?:[.,_-]?\d{3})?)?s?(?P<half> ?[AaPp][Mm])?(?P<utc>Z)?)?(?!\d)"
    ),
    re.compile(  # 20260131221500, all in a row
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
        r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<half>)(?P<utc>Z)?(?!\d)"
    ),
    re.compile(  # 260131_2215, as dictation machines write it; 0001 is a number and no time
        r"(?<!\d)(?P<short>\d\d)(?P<month>\d\d)(?P<day>\d\d)"
        r"_(?:00\d\d|(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)(?P<half>)(?P<utc>)(?!\d)"
    ),
)
"""forms of a moment in a name, the surest first"""

_PARTS = ("month", "day", "hour", "minute", "second")


def named_moments(name: str) -> Iterator[tuple[datetime, bool]]:
    """Yield each moment that a name may tell, the surest first, and True if it is more than a day.

    It is without a zone, but for one that is written as UTC.
    """
    for form in _IN_NAME:
        for match in form.finditer(name):
            with suppress(ValueError):  # digits that are no date
                yield _named(match), match["hour"] is not None


def _named(match: re.Match[str]) -> datetime:
    """Return the moment that a name tells. Raises ValueError for digits that are none."""
    told = match.groupdict()
    year = int(told["year"]) if "year" in told else 2000 + int(told["short"])
    month, day, hour, minute, second = (int(told[part] or 0) for part in _PARTS)
    half = (told["half"] or "").strip().casefold()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + 12 * (half == "pm")
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC if told["utc"] else None)
