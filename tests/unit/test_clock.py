"""Times as whole milliseconds, and back: exact, so that what is exported and read again is the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.clock import milliseconds, moment

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.integers(-62_000_000_000_000, 253_000_000_000_000))
def test_there_and_back(since_1970_ms: int) -> None:
    """No millisecond is lost, in any year."""
    assert milliseconds(moment(since_1970_ms)) == since_1970_ms


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones))
def test_parts_of_a_millisecond_are_cut(at: datetime) -> None:
    """As `isoformat(timespec="milliseconds")` cuts them, which is how times are exported."""
    told = datetime.fromisoformat(at.isoformat(timespec="milliseconds"))
    assert moment(milliseconds(at)) == told.astimezone(UTC)


def test_a_number_that_no_calendar_has() -> None:
    """A damaged row is a ValueError, as for every other value that cannot be."""
    for number in (1 << 62, -(1 << 62), 300_000_000_000_000):
        with pytest.raises(ValueError, match="calendar"):
            moment(number)
