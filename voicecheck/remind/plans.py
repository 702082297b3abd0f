"""Files for the scheduler of each system. Pure: a schedule and a command in, the text of a file out.

Each format has its own signs that mean something else in a path: they are told where they are escaped. Sources:
systemd.service(5) and systemd.unit(5), launchd.plist(5), crontab(5), and Microsoft's Task Scheduler schema 1.2.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from subprocess import list2cmdline

from voicecheck.errors import UsageError
from voicecheck.remind.schedule import WEEK, Schedule

TITLE = "VoiceCheck reminder"
LABEL = "org.voicecheck.reminder"
CRON_BEGIN, CRON_END = "# VoiceCheck reminder: begin", "# VoiceCheck reminder: end"
Marks = tuple[str, str]
"""lines of a crontab between which something of ours stands"""
REMINDER: Marks = (CRON_BEGIN, CRON_END)
QUIETLY = ">/dev/null 2>&1"  # cron would send a mail for each evening on which nobody is logged in
TASK_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

Command = Sequence[str]


def check_command(command: Command) -> None:
    """Raise UsageError where a path holds a sign that none of these files can carry."""
    for word in command:
        if not word.isprintable():
            raise UsageError("A folder on the way to VoiceCheck has a line break or a control character in its name.",
                             "Rename it, or put VoiceCheck elsewhere.")  # fmt: skip


# systemd


def systemd_timer(schedule: Schedule) -> str:
    """Return the systemd timer.

    A time that passed while the computer was off is let go: Persistent=false. One that passed while it was asleep comes
    when it wakes, and `Schedule.due` then says if it is still that evening.
    """
    days = ",".join(WEEK[day].capitalize() for day in schedule.calendar_days)
    return f"""# Written by `voicecheck remind set`; `voicecheck remind off` takes it away.
# {schedule.note}
[Unit]
Description={TITLE}

[Timer]
OnCalendar={days} *-*-* {schedule.at:%H:%M}:00
AccuracySec=1min
Persistent=false

[Install]
WantedBy=timers.target
"""


def systemd_service(command: Command) -> str:
    """Return the service. The program stands behind env: systemd takes neither quotes nor `$$` in the first word."""
    return f"""# Written by `voicecheck remind set`; `voicecheck remind off` takes it away.
[Unit]
Description={TITLE}

[Service]
Type=simple
ExecStart=/usr/bin/env {systemd_words(command)}
KillMode=process
"""


def systemd_words(command: Command) -> str:
    """Return the words of a command as they stand in a unit."""
    return " ".join(map(_unit_word, command))


def _unit_word(word: str) -> str:
    """Quote a word for systemd: backslash, quote, % (a specifier) and $ (a variable) mean something there."""
    for sign, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, escaped)
    return f'"{word}"'


# cron


def crontab_line(schedule: Schedule, command: Command) -> str:
    """Return the reminder's line. cron counts Sunday as 0."""
    days = ",".join(str(day) for day in sorted((day + 1) % 7 for day in schedule.calendar_days))
    return f"{schedule.at.minute} {schedule.at.hour} * * {days} {cron_command(command)}"


def cron_command(command: Command) -> str:
    """Return a command as it stands in a crontab, with nothing to be mailed."""
    return f"{' '.join(map(cron_word, command))} {QUIETLY}"


def crontab_with(content: str, note: str, line: str, marks: Marks = REMINDER) -> str:
    """Return `content` with a line and its note behind it, between the marks, in place of an older one."""
    rest = crontab_without(content, marks)
    return "\n".join([*([rest.removesuffix("\n")] if rest else []), marks[0], f"# {note}", line, marks[1], ""])


def crontab_without(content: str, marks: Marks = REMINDER) -> str:
    """Return `content` without what stands between the marks, other lines unchanged.

    Raises UsageError if only half is marked.
    """
    kept, inside = [], False
    for line in content.splitlines(keepends=True):
        mark = line.strip()
        if mark in marks:
            if inside == (mark == marks[0]):
                raise _half_marked(marks)
            inside = mark == marks[0]
        elif not inside:
            kept.append(line)
    if inside:
        raise _half_marked(marks)
    return "".join(kept)


def crontab_part(content: str, marks: Marks = REMINDER) -> str:
    """Return the part of a crontab between the marks; empty where there is none."""
    return content.partition(marks[0])[2].partition(marks[1])[0]


def _half_marked(marks: Marks) -> UsageError:
    return UsageError("Your crontab holds one of VoiceCheck's two marks without the other.",
                      f"Look at it with `crontab -e`; the marks are `{marks[0]}` and `{marks[1]}`.")  # fmt: skip


def cron_word(word: str) -> str:
    """Quote a word for sh, without a percent sign: it ends the line for most crons, and a few know no escape."""
    return "\"$(printf '\\045')\"".join(shlex.quote(part) if part else "" for part in word.split("%")) or "''"


# launchd


def launchd_plist(schedule: Schedule, command: Command) -> bytes:
    """Return the launchd file. launchd counts Sunday as 0, and starts once at waking what it slept through."""
    import plistlib

    at = {"Hour": schedule.at.hour, "Minute": schedule.at.minute}
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "StartCalendarInterval": [{"Weekday": (day + 1) % 7, **at} for day in schedule.calendar_days],
            "ProcessType": "Interactive",
            "VoiceCheckNote": schedule.note,
        }
    )


# Windows


def task_xml(schedule: Schedule, command: Command, start: datetime) -> bytes:
    """Return UTF-16, as schtasks wants it. `start` is naive: a time without a zone follows the wall clock."""
    from xml.etree.ElementTree import Element, SubElement, tostring

    def add(parent: Element, name: str, text: str = "") -> Element:
        element = SubElement(parent, name)
        element.text = text or None
        return element

    task = Element("Task", version="1.2", xmlns=TASK_NAMESPACE)
    about = add(task, "RegistrationInfo")
    add(about, "Description", f"{TITLE}. {schedule.note}")
    trigger = add(add(task, "Triggers"), "CalendarTrigger")
    add(trigger, "StartBoundary", start.replace(tzinfo=None).isoformat(timespec="seconds"))
    add(trigger, "Enabled", "true")
    week = add(trigger, "ScheduleByWeek")
    days = add(week, "DaysOfWeek")
    for day in schedule.calendar_days:
        add(days, DAYS_OF_WINDOWS[day])
    add(week, "WeeksInterval", "1")
    principal = add(add(task, "Principals"), "Principal")
    principal.set("id", "Author")
    add(principal, "LogonType", "InteractiveToken")
    add(principal, "RunLevel", "LeastPrivilege")
    settings = add(task, "Settings")
    for name, value in _TASK_SETTINGS.items():
        add(settings, name, value)
    actions = add(task, "Actions")
    actions.set("Context", "Author")
    action = add(actions, "Exec")
    add(action, "Command", f'"{command[0]}"')
    add(action, "Arguments", list2cmdline(command[1:]))
    content: bytes = tostring(task, encoding="utf-16", xml_declaration=True)
    return content


DAYS_OF_WINDOWS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TASK_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",  # after a sleep; the reminder itself sees whether it is still that evening
    "WakeToRun": "false",
    "ExecutionTimeLimit": "PT12H",
}
