"""Time and evenings of the reminder. Pure; times are those of the wall clock, whatever summer time does to it.

A day here is the person's day, which ends at 04:00: half past midnight on Friday is in the night to Saturday.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from voicecheck.clock import DAY_ENDS_AT_HOUR, local_date
from voicecheck.errors import UsageError
from voicecheck.phrases import Phrases

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GROUPS = {
    "daily": range(7),
    "everyday": range(7),
    "weekdays": range(5),
    "weekends": range(5, 7),
    "weekend": range(5, 7),
}
_PUNCTUAL = timedelta(minutes=1)  # a clock that was put right may start it a little early
LATEST = timedelta(minutes=5)
"""behind its time an invitation aloud is still one; later the person may have company, or be asleep"""
_NOTE = re.compile(r"schedule: (\d\d:\d\d) ([a-z,]+)(?: (aloud)( lid)?)?")


@dataclass(frozen=True, slots=True)
class Schedule:
    at: time
    """wall clock, to the minute"""
    days: tuple[int, ...]
    """the person's days, 0 for Monday, in order and none twice"""
    aloud: bool = False
    """the program asks aloud, and no notification comes"""
    lid_closed: bool = False
    """it does so with the lid closed, too"""

    @property
    def after_midnight(self) -> bool:
        """True if the calendar already shows the day after the person's."""
        return self.at.hour < DAY_ENDS_AT_HOUR

    @property
    def calendar_days(self) -> tuple[int, ...]:
        """Days as a calendar counts them."""
        return tuple(sorted((day + self.after_midnight) % 7 for day in self.days))

    @property
    def names(self) -> str:
        """Names of the days, as mon,tue; `read_days` takes it."""
        return ",".join(WEEK[day] for day in self.days)

    @property
    def note(self) -> str:
        """Line that is written into everything that is installed, so that the schedule can be read back."""
        return f"schedule: {self.at:%H:%M} {self.names}{' aloud' * self.aloud}{' lid' * self.lid_closed}"

    def described(self, phrases: Phrases) -> str:
        """Return the schedule in words, as "at 21:30, from Monday to Friday"."""
        weekdays = phrases.dates["weekdays"].split()
        first, *_, last = names = [weekdays[day] for day in (self.days[0], *self.days)]
        if len(self.days) == 7:
            kind = "schedule_daily"
        elif len(self.days) > 2 and self.days[-1] - self.days[0] == len(self.days) - 1:
            kind = "schedule_span"
        else:
            kind = "schedule_days" if len(self.days) > 1 else "schedule_day"
        days = phrases.write(kind, first=first, others=", ".join(names[1:-1]), last=last)
        return phrases.write(f"schedule_at{'_night' * self.after_midnight}", time=f"{self.at:%H:%M}", days=days)

    def due(self, now: datetime) -> bool:
        """True if its time has come in the very evening that `now` lies in; later evenings are none of its business."""
        return any(self._came(moment) for moment in (now, now + _PUNCTUAL))

    def late(self, now: datetime) -> bool:
        """True if its time in this evening has passed by too much for a voice that nobody expects any more."""
        moment = self._moment(local_date(now))
        return moment is None or now.replace(tzinfo=None) - moment > LATEST

    def next(self, now: datetime) -> datetime:
        """Return the next time after `now`, which is aware. Passes over a night in which the clocks skip that time."""
        today = local_date(now)
        for ahead in range(-1, 16):
            moment = self._moment(today + timedelta(days=ahead))
            if moment is None or moment <= now.replace(tzinfo=None):
                continue
            if (aware := moment.astimezone()).replace(tzinfo=None) == moment:
                return aware
        raise AssertionError("a week has every day, and of two the clocks skip at most one")

    def _came(self, now: datetime) -> bool:
        moment = self._moment(local_date(now))
        return moment is not None and moment <= now.replace(tzinfo=None)

    def _moment(self, day: date) -> datetime | None:
        if day.weekday() not in self.days:
            return None
        return datetime.combine(day + timedelta(days=self.after_midnight), self.at)


def read_schedule(at: str, days: str) -> Schedule:
    """Parse time and days. Raises UsageError for what is no time or no day."""
    return Schedule(read_time(at), read_days(days))


def schedule_in(text: str) -> Schedule | None:
    """Return the schedule whose note stands in `text`."""
    match = _NOTE.search(text)
    try:
        if match is None:
            return None
        return replace(read_schedule(match[1], match[2]), aloud=bool(match[3]), lid_closed=bool(match[4]))
    except UsageError:
        return None


def read_time(text: str) -> time:
    """Parse a time: 21:30, 9:30pm or 9 pm. Raises UsageError."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.](\d\d))?\s*([ap]m)?", text.strip().casefold(), re.ASCII)
    if match and (match[2] or match[3]):
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3] and 1 <= hour <= 12:
            hour = hour % 12 + 12 * (match[3] == "pm")
        elif match[3]:
            hour = 24
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise UsageError(f"{text!r} is no time of day.", "Write it as 21:30.")


def read_days(text: str) -> tuple[int, ...]:
    """Parse days: mon-fri, "mon, wed, sun", daily, weekdays, weekends; a span may pass Sunday. Raises UsageError."""
    parts = [part.strip() for part in text.casefold().split(",")]
    return tuple(sorted({day for part in parts for day in _days_of(part)}))


def _days_of(part: str) -> Iterable[int]:
    if part in _GROUPS:
        return _GROUPS[part]
    first, dash, last = (piece.strip() for piece in part.partition("-"))
    begin = _day(first)
    if not dash:
        return (begin,)
    return ((begin + ahead) % 7 for ahead in range((_day(last) - begin) % 7 + 1))


def _day(name: str) -> int:
    for number, full in enumerate(_NAMES):
        if len(name) >= 2 and (full.casefold().startswith(name) or f"{full.casefold()}s" == name):
            return number
    known = [*WEEK, *map(str.casefold, _NAMES), *_GROUPS]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else "Write mon-fri, or mon,wed,sun, or daily, or weekends."
    raise UsageError(f"{name!r} is no day of the week.", hint)
