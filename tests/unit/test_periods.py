"""Weeks, months and years tile the calendar, and counting back is counting forward."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from voicecheck.clock import Step, following, last_day, period_of, periods_back

days = st.dates(date(200, 1, 1), date(9800, 12, 31))
steps = st.sampled_from(["week", "month", "year"])


@given(days, steps, st.integers(0, 150))
def test_counting_back_is_counting_forward(day: date, step: Step, count: int) -> None:
    """So many periods on from the one that lies so many back is the period of the day."""
    period = periods_back(day, step, count)
    assert period == period_of(period, step)
    for _ in range(count):
        period = following(period, step)
    assert period == period_of(day, step)


@given(days, steps)
def test_periods_tile_the_calendar(day: date, step: Step) -> None:
    """The day lies in its period, and behind the last day of it the next one begins."""
    assert period_of(day, step) <= day <= last_day(day, step)
    assert last_day(day, step) + timedelta(days=1) == following(day, step)


def test_ends_of_months_and_years() -> None:
    """A long month before a short one, a leap year, and January."""
    assert periods_back(date(2026, 3, 31), "month", 1) == date(2026, 2, 1)
    assert last_day(date(2028, 2, 3), "month") == date(2028, 2, 29)
    assert periods_back(date(2026, 1, 5), "month", 13) == date(2024, 12, 1)
    assert periods_back(date(2024, 2, 29), "year", 1) == date(2023, 1, 1)
