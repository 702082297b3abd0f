"""Times of other journals: their zone and day are kept, whatever zone this computer is in.

A time without a zone is told in `Zone`, the person's choice or that of this computer. A mere day, also one that is
written as midnight to the second, is noon of it: the person's day ends at 04:00, and midnight would be the day before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from voicecheck.clock import can_be_kept, zone_name
from voicecheck.diary.coming.foreign import NO_DATE, EntryFaultError, Moment
from voicecheck.errors import UsageError

NOON = time(12)
WHICH_FIRST = "nothing tells if the day or the month stands first in its date: add --day-first or --month-first"
_MINUTE = timedelta(minutes=1)
_MOST_OFFSET = timedelta(hours=24)
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?(?:(?P<sign>[+\-−])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?)?", re.IGNORECASE)
_HALF = {
    "am": 0, "a.m.": 0, "a.m": 0, "a. m.": 0, "上午": 0, "午前": 0, "오전": 0, "πμ": 0, "π.μ.": 0, "ص": 0, "de.": 0,
    "pm": 12, "p.m.": 12, "p.m": 12, "p. m.": 12, "下午": 12, "午後": 12, "오후": 12, "μμ": 12, "μ.μ.": 12, "م": 12,
    "du.": 12,
}  # fmt: skip
"""names of the halves of the day (Unicode CLDR, day periods), with the hours that they add"""


@dataclass(frozen=True, slots=True)
class Zone:
    """Zone of times that tell none."""

    name: str = ""
    """IANA name; empty for this computer's"""
    told: bool = False
    """the entry itself named it"""

    def __post_init__(self) -> None:
        if self.name and _known_zone(self.name) is None:
            raise UsageError("There is no such time zone.", "Name one as Europe/Vienna or America/New_York.")

    @classmethod
    def named(cls, name: str) -> Zone:
        """Return the zone that an entry names. Raises EntryFaultError for one that nobody knows."""
        if _known_zone(name) is None:
            raise EntryFaultError("nobody knows its time zone")
        return cls(name, told=True)

    def moment(self, wall: datetime, *, only_day: bool = False) -> Moment:
        """Return the moment of a time without a zone. Raises EntryFaultError for one that cannot be kept."""
        wall = datetime.combine(wall.date(), NOON) if only_day else wall
        zone = _known_zone(self.name) if self.name else None
        try:
            at = wall.replace(tzinfo=zone) if zone else wall.astimezone()
            name = (self.name if isinstance(zone, ZoneInfo) else "") if zone else zone_name()
            return replace(_checked(at, name, guessed=not self.told), only_day=only_day)
        except (ValueError, OverflowError, OSError) as error:
            raise EntryFaultError(NO_DATE) from error


def moment_in(at: datetime, zone: str, otherwise: Zone) -> Moment:
    """Return the moment `at`, which is aware, on the clock of the zone that the entry names.

    Raises EntryFaultError. Midnight to the second is a day without a time.
    """
    known = _known_zone(zone)
    try:
        if known is None:
            wall = at.astimezone(_known_zone(otherwise.name))
            return _noon_at_midnight(_checked(wall, otherwise.name or zone_name(), guessed=True))
        named = isinstance(known, ZoneInfo)
        return _noon_at_midnight(_checked(at.astimezone(known), zone if named else "", guessed=False))
    except (ValueError, OverflowError, OSError) as error:
        raise EntryFaultError(NO_DATE) from error


class DateOrder(Enum):
    """Order of the numbers in a date that does not begin with its year."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


def order_of(dates: Iterable[str]) -> DateOrder | None:
    """Return the order that the dates of one file show: a number over twelve is no month. None where none shows it."""
    pairs = {found.group(1, 2) for told in dates if (found := _NUMBERS.match(told.strip()))}
    firsts, seconds = (max((int(pair[place]) for pair in pairs), default=0) for place in (0, 1))
    if (firsts > 12) == (seconds > 12):
        return None
    return DateOrder.DAY_FIRST if firsts > 12 else DateOrder.MONTH_FIRST


def written(told: str, otherwise: Zone, order: DateOrder | None = None, *, exact: bool = False) -> Moment:
    """Return the moment of a date, with or without a time and a zone. Raises EntryFaultError.

    Midnight is a day without a time, unless such a file tells each minute (`exact`).
    """
    told = " ".join(told.replace(" at ", " ").split())
    try:
        at = datetime.fromisoformat(told)
        timed = exact and len(told) > len("2023-05-06")
    except ValueError:
        at, timed = _loosely(told, order), exact and ":" in told
    if at.tzinfo is not None:
        return _noon_at_midnight(_checked(at, "", guessed=False))
    return otherwise.moment(at, only_day=_is_midnight(at) and not timed)


_YEAR_FIRST = re.compile(r"(\d{4})[-/._年 ]\s?(\d{1,2})[-/._月 ]\s?(\d{1,2})日?\.?(?:[T ,]+(.+))?")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ]\s?(\d{1,2})[-/. ]\s?(\d{4})(?:[T ,]+(.+))?$")


def _loosely(told: str, order: DateOrder | None) -> datetime:
    """Return a date in numbers, and a time as people write it, `2023-5-6 9:15 PM`. Raises EntryFaultError."""
    if found := _YEAR_FIRST.fullmatch(told):
        year, month, day, clock = found.groups()
    elif found := _NUMBERS.fullmatch(told):
        day, month, year, clock = found.groups()
        if "." not in found[0][: found.end(3)]:  # with dots the day comes first everywhere
            if order is None and int(day) <= 12 and int(month) <= 12 and day != month:
                raise EntryFaultError(WHICH_FIRST)
            if order is DateOrder.MONTH_FIRST or (order is None and int(month) > 12):
                day, month = month, day
    else:
        raise EntryFaultError(NO_DATE)
    return datetime.combine(a_date(year, month, day), clock_time(clock) if clock else time())


def a_date(year: str, month: str, day: str) -> date:
    """Return a date from digits of any script. Raises EntryFaultError."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise EntryFaultError(NO_DATE) from error


def clock_time(told: str) -> time:
    """Return a time of day, as 19:05, 7.05 pm or 下午7:05. Raises EntryFaultError."""
    plain = " ".join(re.sub("[\u202f\u00a0]", " ", told).split()).casefold()
    found = re.fullmatch(r"(\D*?) ?(\d{1,2})[:.hH](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)? ?(\D*)", plain)
    marks = [mark for mark in (found[1], found[5]) if mark] if found else []
    if not found or len(marks) > 1 or any(mark not in _HALF for mark in marks):
        raise EntryFaultError(NO_DATE)
    hour = int(found[2])
    if marks:
        if not 1 <= hour <= 12:
            raise EntryFaultError(NO_DATE)
        hour = hour % 12 + _HALF[marks[0]]
    try:
        return time(hour, int(found[3]), int(found[4] or 0))
    except ValueError as error:
        raise EntryFaultError(NO_DATE) from error


def fixed(at: datetime, offset: timedelta) -> Moment:
    """Return the moment on a clock that is so far ahead of UTC. Raises EntryFaultError."""
    try:
        return _checked(at.astimezone(timezone(offset)), "", guessed=False)
    except (ValueError, OverflowError) as error:
        raise EntryFaultError(NO_DATE) from error


def since_1970(milliseconds: int) -> datetime:
    """Return the time in UTC of milliseconds since 1970, before it also below zero. Raises EntryFaultError."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise EntryFaultError(NO_DATE) from error


def _known_zone(name: str) -> tzinfo | None:
    """Return the zone of an IANA name or of an offset as `GMT+02:00`; None for anything else."""
    if not name:
        return None
    offset = _OFFSET.fullmatch(name.strip())
    if offset:
        length = timedelta(hours=int(offset["hours"] or 0), minutes=int(offset["minutes"] or 0))
        if length >= _MOST_OFFSET:
            return None
        return timezone(-length if offset["sign"] in ("-", "−") else length)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name that leads out of the folder is a ValueError
        return None


def _checked(at: datetime, zone: str, *, guessed: bool) -> Moment:
    """Return the time with an offset of whole minutes: that of a town before 1900 has seconds, which JSON has not."""
    offset = at.utcoffset() or timedelta()
    at = at.astimezone(timezone(round(offset / _MINUTE) * _MINUTE))
    if not can_be_kept(at):
        raise EntryFaultError("its date is none that can be kept")
    return Moment(at, zone, guessed)


def _is_midnight(at: datetime) -> bool:
    return at.time() == time()


def _noon_at_midnight(moment: Moment) -> Moment:
    return at_noon(moment) if _is_midnight(moment.at) else moment


def at_noon(moment: Moment) -> Moment:
    """Return noon of the same day, for an entry that has no time."""
    at = datetime.combine(moment.at.date(), NOON, moment.at.tzinfo)
    return replace(moment, at=at, only_day=True)
