"""Weeks, months and years of the calendar: where one begins, the next one, and so many back. Weeks begin on Monday."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, TypeAlias

Step: TypeAlias = Literal["week", "month", "year"]


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
