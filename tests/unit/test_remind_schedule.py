"""When a reminder comes: times and days as people write them, and the person's day, which ends at 04:00."""

from __future__ import annotations

import time as time_module
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.clock import local_date
from voicecheck.errors import ExitCode, UsageError
from voicecheck.phrases import load_phrases
from voicecheck.remind.schedule import WEEK, Schedule, read_days, read_schedule, read_time, schedule_in


@contextmanager
def clocks_of(zone: str) -> Iterator[None]:
    """The computer's own time zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time_module.tzset()
        yield
    time_module.tzset()


@pytest.fixture(autouse=True, scope="module")
def utc() -> Iterator[None]:
    """Without summer time: what it does is proved by itself below."""
    with clocks_of("UTC"):
        yield


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.sets(st.integers(0, 6), min_size=1).map(lambda some: tuple(sorted(some)))
schedules = st.builds(Schedule, times, days)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [("21:30", 21, 30), ("9:05", 9, 5), (" 00:00 ", 0, 0), ("21.30", 21, 30), ("9:30pm", 21, 30), ("9 PM", 21, 0),
     ("12am", 0, 0), ("12:15 pm", 12, 15), ("23:59", 23, 59)],
)  # fmt: skip
def test_times_as_people_write_them(text: str, hour: int, minute: int) -> None:
    """Twenty-four hours, or twelve with am and pm."""
    assert read_time(text) == time(hour, minute)


@pytest.mark.parametrize(
    "text", ["", "9", "25:00", "24:00", "21:60", "21:3", "13pm", "0am", "21:30:00", "-1:30", "half past nine", "٢١:٣٠"]
)
def test_wrong_times(text: str) -> None:
    """What is no time of day is told in one sentence, with how to write it."""
    with pytest.raises(UsageError, match="is no time of day") as caught:
        read_time(text)
    assert caught.value.exit_code == ExitCode.USAGE
    assert "21:30" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [("mon-fri", "mon,tue,wed,thu,fri"), ("mon,wed,sun", "mon,wed,sun"), ("daily", ",".join(WEEK)),
     ("weekends", "sat,sun"), ("weekdays", "mon,tue,wed,thu,fri"), ("sat-mon", "mon,sat,sun"), ("sun", "sun"),
     ("Tuesday", "tue"), ("Mon - Wed, sat", "mon,tue,wed,sat"), ("thurs,fridays", "thu,fri"), ("mon,mon", "mon")],
)  # fmt: skip
def test_days_as_people_write_them(text: str, expected: str) -> None:
    """Lists, spans, spans over Sunday, and words for many days."""
    assert Schedule(time(21), read_days(text)).names == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [("mon-fru", "Did you mean fri?"), ("tusday", "Did you mean tuesday?"), ("", "mon-fri"), ("mon,", "mon-fri"),
     ("m", "mon-fri"), ("-", "mon-fri"), ("mon-", "mon-fri"), ("8", "mon-fri"), ("dayly", "Did you mean daily?")],
)  # fmt: skip
def test_wrong_days(text: str, hint: str) -> None:
    """What is no day is told in one sentence, with what was probably meant."""
    with pytest.raises(UsageError, match="is no day of the week") as caught:
        read_days(text)
    assert hint in caught.value.hint


@given(schedule=schedules)
def test_what_is_written_is_read_back(schedule: Schedule) -> None:
    """The note in an installed file says the schedule, whatever stands around it; so do its own words for it."""
    assert schedule_in(f"# {schedule.note}\n[Timer]\n") == schedule
    assert read_schedule(f"{schedule.at:%H:%M}", schedule.names) == schedule
    assert schedule_in("nothing of it") is None
    assert schedule_in("schedule: 99:99 xyz") is None


@given(schedule=schedules, now=moments)
def test_next_is_the_first_after_now(schedule: Schedule, now: datetime) -> None:
    """It lies ahead, at the set time, on a set day, at most eight days away, and none lies between."""
    now = now.astimezone()
    following = schedule.next(now)
    assert now < following <= now + timedelta(days=8)
    assert following.time() == schedule.at
    assert local_date(following).weekday() in schedule.days
    assert following.weekday() in schedule.calendar_days
    minutes = [now + timedelta(hours=hours) for hours in range(int((following - now).total_seconds() // 3600))]
    assert schedule.next(minutes[-1] if minutes else now) == following


@given(schedule=schedules, now=moments, late=st.timedeltas(timedelta(0), timedelta(days=3)))
def test_due_in_its_own_evening_only(schedule: Schedule, now: datetime, late: timedelta) -> None:
    """Started late, as after a sleep, it comes in the same evening and not after 04:00, when a new day begins."""
    came = schedule.next(now.astimezone())
    assert schedule.due(came)
    moment = came + late
    again = any(local_date(came) < local_date(m) <= local_date(moment) and m.weekday() in schedule.calendar_days
                for m in [came + timedelta(days=d) for d in range(1, 4)])  # fmt: skip
    if local_date(moment) == local_date(came):
        assert schedule.due(moment)
    elif not again:
        assert not schedule.due(moment)


@pytest.mark.parametrize(
    ("at", "days", "now", "due"),
    [
        ("21:30", "fri", "2026-11-27 21:30", True),
        ("21:30", "fri", "2026-11-27 21:29", True),  # a clock that was put right
        ("21:30", "fri", "2026-11-27 21:00", False),
        ("21:30", "fri", "2026-11-28 01:30", True),  # woke up in the night
        ("21:30", "fri", "2026-11-28 08:00", False),  # woke up in the morning
        ("21:30", "fri", "2026-11-26 21:30", False),
        ("00:30", "fri", "2026-11-28 00:30", True),  # Friday's night lies in Saturday
        ("00:30", "fri", "2026-11-27 00:30", False),
        ("03:59", "fri", "2026-11-28 03:59", True),
        ("04:00", "sat", "2026-11-28 03:59", True),
    ],
)
def test_evenings(at: str, days: str, now: str, due: bool) -> None:
    """The evening of a day reaches to 04:00; what was missed in it is let go."""
    assert read_schedule(at, days).due(datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Vienna"))) is due


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-28T12:00", "2026-03-30T02:30+02:00"),  # the clocks skip that hour
        ("2026-10-24T12:00", "2026-10-25T02:30+02:00"),  # and show it twice
        ("2026-03-29T12:00", "2026-03-30T02:30+02:00"),
    ],
)
def test_next_in_the_nights_when_the_clocks_change(now: str, expected: str) -> None:
    """Half past two is the clock's own half past two, the first of two; a night that has none is passed over."""
    with clocks_of("Europe/Vienna"):
        following = read_schedule("02:30", "daily").next(datetime.fromisoformat(now).astimezone())
        assert following.isoformat(timespec="minutes") == expected


def test_after_midnight_is_the_night_before_the_calendars_day() -> None:
    """Half past midnight on Friday and Sunday is on Saturday and Monday for a calendar, and it is said so."""
    schedule = read_schedule("00:30", "fri,sun")
    assert schedule.calendar_days == (0, 5)
    assert schedule.described(load_phrases()) == "at 00:30, on Friday and Sunday, in the night that follows"


@pytest.mark.parametrize(
    ("days", "said"),
    [("daily", "every day"), ("mon-fri", "from Monday to Friday"), ("sat,sun", "on Saturday and Sunday"),
     ("mon,wed,sun", "on Monday, Wednesday and Sunday"), ("tue", "on Tuesday")],
)  # fmt: skip
def test_said_in_words(days: str, said: str) -> None:
    """A person reads it as they would say it."""
    assert read_schedule("21:30", days).described(load_phrases()) == f"at 21:30, {said}"
