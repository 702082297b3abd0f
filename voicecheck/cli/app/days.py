"""Option type for days: 2026-10-12, october, "2 weeks ago"; the same that a search takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from voicecheck.vault.search.days import DAYS_HINT, read_days


class DayType(click.ParamType[date]):
    """The first or the last day of what is typed."""

    name = "day"

    def __init__(self, *, last: bool) -> None:
        self._last = last

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> date:
        from voicecheck.clock import local_date, now

        days = read_days(str(value), local_date(now()))
        if days is None:
            self.fail(f"This is no day or time. {DAYS_HINT}", param, context)
        return days[self._last]


FIRST_DAY, LAST_DAY = DayType(last=False), DayType(last=True)
