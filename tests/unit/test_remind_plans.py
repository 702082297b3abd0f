"""What is written for each system: read back by the formats' own rules, whatever stands in a path."""

from __future__ import annotations

import plistlib
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.test_remind_schedule import schedules
from voicecheck.errors import UsageError
from voicecheck.remind import plans
from voicecheck.remind.schedule import Schedule, read_schedule, schedule_in

START = datetime(2026, 11, 28, 21, 30)
words = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" "), max_size=20)
commands = st.lists(words, min_size=1, max_size=4).map(lambda some: ["/" + some[0], *some[1:]])
NASTY = ['/home/a b/100%/it\'s "x"/$HOME/${X}/\\n/%h;#', "--set", "VOICECHECK_HOME=/x %% \\% $$ ; 'y'", "", "é"]


@given(schedule=schedules, command=commands)
@example(schedule=Schedule(time(21, 30), (0,)), command=NASTY)
def test_systemd_gets_the_words(schedule: Schedule, command: list[str]) -> None:
    """By systemd's own rules for quotes, specifiers and variables the words come out as they went in."""
    service = plans.systemd_service(command)
    (line,) = re.findall(r"^ExecStart=(.*)$", service, re.MULTILINE)
    assert unit_words(line) == ["/usr/bin/env", *command]
    assert schedule_in(plans.systemd_timer(schedule)) == schedule
    assert "Persistent=false" in plans.systemd_timer(schedule)


def unit_words(line: str) -> list[str]:
    """systemd.syntax(7) and systemd.service(5): quoted words, C-style escapes, then % and $."""
    found = []
    for word in re.findall(r'"((?:\\.|[^"\\])*)"|(\S+)', line):
        plain = re.sub(r"\\(.)", r"\1", word[0] or word[1])
        assert not re.search(r"(?<!%)(?:%%)*%(?!%)", plain), "a specifier"
        assert not re.search(r"(?<!\$)(?:\$\$)*\$(?!\$)", plain), "a variable"
        found.append(plain.replace("%%", "%").replace("$$", "$"))
    return found


@given(schedule=schedules, command=commands)
@example(schedule=Schedule(time(0, 5), (6,)), command=NASTY)
def test_cron_gets_the_words(schedule: Schedule, command: list[str]) -> None:
    """The line has no percent sign, and five fields that mean the schedule; sh makes the words of the rest."""
    before = "# mine\nMAILTO=x\n5 4 * * * echo 100\\%\n"
    table = plans.crontab_with(before, schedule.note, plans.crontab_line(schedule, command))
    assert table.startswith(before)
    line = table.splitlines()[-2]
    assert "%" not in line
    minute, hour, day, month, weekdays, rest = line.split(" ", 5)
    assert (int(minute), int(hour), day, month) == (schedule.at.minute, schedule.at.hour, "*", "*")
    assert {int(number) for number in weekdays.split(",")} == {(day + 1) % 7 for day in schedule.calendar_days}
    assert rest.endswith(f" {plans.QUIETLY}")
    assert shell_words(rest.removesuffix(plans.QUIETLY)) == command
    assert schedule_in(plans.crontab_part(table)) == schedule
    assert plans.crontab_without(table) == before


def shell_words(line: str) -> Sequence[str]:
    """What a real sh makes of it."""
    script = f"printf '%s\\0' {line}"
    return subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


def test_cron_keeps_other_lines() -> None:
    """Set twice there is one reminder; a table without a last line break loses nothing; off leaves the rest alone."""
    schedule = read_schedule("21:30", "daily")
    once = plans.crontab_with("* * * * * mine", schedule.note, plans.crontab_line(schedule, ["/x"]))
    assert plans.crontab_with(once, schedule.note, plans.crontab_line(schedule, ["/x"])) == once
    assert plans.crontab_without(once) == "* * * * * mine\n"
    between = once + "# below\n\n@daily other\n"
    assert plans.crontab_without(between) == "* * * * * mine\n# below\n\n@daily other\n"
    assert plans.crontab_without("a\n\nb") == "a\n\nb"


@pytest.mark.parametrize("half", [plans.CRON_BEGIN, plans.CRON_END, f"{plans.CRON_BEGIN}\nx\n{plans.CRON_BEGIN}"])
def test_half_marked_crontab_is_left_alone(half: str) -> None:
    """Where one of the two marks is gone nobody can say which lines are whose, so none is taken out."""
    with pytest.raises(UsageError, match="one of VoiceCheck's two marks"):
        plans.crontab_without(f"mine\n{half}\n* * * * * mine\n")


@given(schedule=schedules, command=commands)
@example(schedule=Schedule(time(0, 5), (6,)), command=NASTY)
def test_launchd_gets_the_words(schedule: Schedule, command: list[str]) -> None:
    """The property list holds the words one by one, and one moment for each day."""
    plist = plistlib.loads(plans.launchd_plist(schedule, command))
    assert plist["ProgramArguments"] == command
    moments = plist["StartCalendarInterval"]
    assert {(m["Hour"], m["Minute"]) for m in moments} == {(schedule.at.hour, schedule.at.minute)}
    assert [m["Weekday"] for m in moments] == [(day + 1) % 7 for day in schedule.calendar_days]
    assert schedule_in(plans.launchd_plist(schedule, command).decode()) == schedule


@given(schedule=schedules, command=commands)
@example(schedule=Schedule(time(0, 5), (6,)), command=NASTY)
def test_windows_gets_the_words(schedule: Schedule, command: list[str]) -> None:
    """The task is UTF-16 XML with the program, its arguments by Windows's rules, and the days; nothing wakes it up."""
    written = plans.task_xml(schedule, command, START)
    assert written[:2] in (b"\xff\xfe", b"\xfe\xff")
    task = ET.fromstring(written)
    space = {"t": plans.TASK_NAMESPACE}
    assert task.findtext(".//t:Command", namespaces=space) == f'"{command[0]}"'
    assert windows_words(task.findtext(".//t:Arguments", "", space)) == command[1:]
    days = task.find(".//t:DaysOfWeek", space)
    assert days is not None
    names = [plans.DAYS_OF_WINDOWS[day] for day in schedule.calendar_days]
    assert [day.tag.partition("}")[2] for day in days] == names
    assert task.findtext(".//t:StartBoundary", namespaces=space) == "2026-11-28T21:30:00"
    assert task.findtext(".//t:WakeToRun", namespaces=space) == "false"
    assert schedule_in(written.decode("utf-16")) == schedule


def windows_words(line: str) -> list[str]:
    """CommandLineToArgvW: 2n backslashes before a quote are n, and 2n+1 are n and the quote itself."""
    found: list[str] = []
    word, quoted, begun, i = "", False, False, 0
    while i < len(line):
        slashes = re.match(r"\\*", line[i:])
        assert slashes is not None
        n = slashes.end()
        i += n
        if line[i : i + 1] == '"':
            word += "\\" * (n // 2)
            begun = True
            if n % 2:
                word += '"'
            else:
                quoted = not quoted
            i += 1
        elif n:
            word, begun = word + "\\" * n, True
        elif line[i] in " \t" and not quoted:
            if begun:
                found.append(word)
            word, begun, i = "", False, i + 1
        else:
            word, begun, i = word + line[i], True, i + 1
    return [*found, word] if begun else found


@pytest.mark.parametrize("word", ["/a\nb", "/a\x1b", "/a\x00", "/a\u2028b", "/a\udc80"])
def test_what_no_file_can_carry_is_refused(word: str) -> None:
    """A path with a line break or a control character is told, and nothing is installed."""
    with pytest.raises(UsageError, match="control character"):
        plans.check_command(["/x", word])
