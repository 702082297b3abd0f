"""The reminder: set, taken off, and looked up, for the terminal and the page alike."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.offline.errand import Errand
from voicecheck.phrases import Phrases
from voicecheck.remind import notification, quiet, schedulers, terminal
from voicecheck.remind.fate import Fate, last_invitation, told_fate, told_reason
from voicecheck.remind.plans import check_command
from voicecheck.remind.schedule import Schedule
from voicecheck.remind.schedulers import Scheduler, UntoldError, run_by
from voicecheck.text.typed import VARIABLE

PLACES = ("VOICECHECK_HOME", "VOICECHECK_MODELS", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""variables of places; the system's clock would start the reminder without them. Never a key file."""
DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""variables of the desktop; cron does not know them, the others do, and better"""
CARRIED = (*PLACES, VARIABLE, *DESKTOP, "TERMINAL")


@dataclass(frozen=True, slots=True)
class Found:
    """A reminder that is set, and the scheduler that holds it."""

    schedule: Schedule
    scheduler: Scheduler


@dataclass(frozen=True, slots=True)
class Gone:
    """Result of taking off what the system starts: a reminder, or the look at a folder."""

    was_there: bool
    told: tuple[VoicecheckError, ...]
    """faults that kept nothing from going"""
    kept: tuple[VoicecheckError, ...]
    """why it could not be taken off"""
    place: str = ""
    """folder to be named, where it was about one"""


def set_reminder(schedule: Schedule, errand: Errand) -> tuple[VoicecheckError, ...]:
    """Have the system's clock remind, in the place of an older reminder. Return what went wrong with the older one.

    Raises VoicecheckError, and the older one stands.
    """
    used = _used(errand)
    if not used:
        raise VoicecheckError(
            "Nothing here starts programs at a set time: neither systemd for this user nor cron.",
            "Log in on a desktop with systemd, or install cron.",
        )
    scheduler, *others = [*used, *schedulers.left_behind(used)]
    desktop = DESKTOP if scheduler.name == "cron" else ()
    when = ("--at", f"{schedule.at:%H:%M}", "--days", schedule.names)
    verb = "invite" if schedule.aloud else "notify"
    lid = ("--lid-closed",) * schedule.lid_closed
    command = command_of(verb, *when, *lid, carried=(*PLACES, VARIABLE, "TERMINAL", *desktop))
    check_command(command)
    scheduler.install(schedule, command)
    told: list[VoicecheckError] = []
    for other in others:
        _let_go(other, told)
    return tuple(told)


Wanted = Callable[[str], bool]
"""takes all that stands there, and says if it is to go"""


def everything(text: str) -> bool:
    return True


def take_off(errand: Errand, wanted: Wanted = everything) -> Gone:
    """Remove the reminder wherever one is held that is `wanted` gone; nothing of it stays behind."""
    used = _used(errand)
    gone = False
    told: list[VoicecheckError] = []
    kept: list[VoicecheckError] = []
    for number, scheduler in enumerate([*used, *schedulers.left_behind(used)]):
        try:
            if wanted is everything or wanted(scheduler.text):
                gone |= _let_go(scheduler, told) if number else _remove(scheduler, told)
        except VoicecheckError as fault:
            kept.append(fault)
    return Gone(gone, tuple(told), tuple(kept))


def find_reminder(errand: Errand) -> Found | None:
    """Return the reminder that is set; None for none. Raises VoicecheckError where the scheduler does not answer."""
    used = _used(errand)
    for scheduler in (*used, *schedulers.left_behind(used)):
        schedule = scheduler.installed()
        if schedule is not None:
            return Found(schedule, scheduler)
    return None


def lines_of(phrases: Phrases, schedule: Schedule, now: datetime) -> list[str]:
    """Return when the reminder comes, and when for the next time."""
    following = schedule.next(now)
    day, time = phrases.say_date("whole", following), f"{following:%H:%M}"
    described = schedule.described(phrases)
    comes = "invite_comes" if schedule.aloud else "remind_comes"
    lines = [phrases.write(comes, schedule=described), phrases.write("remind_next", day=day, time=time)]
    if schedule.aloud:
        lines.append(phrases.write("invite_lid_closed" if schedule.lid_closed else "invite_lid_open"))
    return lines


def last_of(phrases: Phrases, schedule: Schedule, invited: Path, today: date) -> list[str]:
    """Return the one line on the last invitation aloud; none where there was none, or none is wanted any more."""
    last = last_invitation(invited) if schedule.aloud else None
    return [] if last is None else [told_fate(phrases, last, today)]


def notes_on(phrases: Phrases, schedule: Schedule, own_word: str) -> list[str]:
    """Return what to know of a reminder, and all that keeps it for now from being seen or heard."""
    if not schedule.aloud:
        return obstacles(phrases)
    notes = [phrases.write("invite_heard", invitation=phrases.spoken["invite"][0])]
    if own_word:
        notes.append(phrases.write("invite_word_heard", word=own_word))
    if (why := quiet.why_quiet(lid_closed=True)) is not None:
        notes.append(phrases.write("invite_obstacle", why=told_reason(phrases, Fate(why.value))))
    return notes


def obstacles(phrases: Phrases) -> list[str]:
    """Return sentences on all that keeps a notification from being seen or from opening a terminal."""
    told = [phrases.write("remind_unseen", why=why) for why in [notification.obstacle()] if why]
    if sys.platform.startswith("linux") and terminal.find_terminal() is None:
        told.append(phrases.write("remind_no_terminal"))
    return told


def command_of(verb: str, *words: str, carried: tuple[str, ...] = (*PLACES, VARIABLE)) -> list[str]:
    """Return the command to start. -P: a file voicecheck.py in the person's home is not taken for the program."""
    return [_python(verb), "-P", "-m", "voicecheck", "remind", verb, *words, *places_of(carried)]


def places_of(carried: tuple[str, ...] = PLACES) -> list[str]:
    """Return the options by which a command that the system starts gets these variables of today's environment."""
    given = {name: os.environ[name] for name in carried if os.environ.get(name)}
    return [word for name, value in given.items() for word in ("--set", f"{name}={_absolute(name, value)}")]


def take_along(places: tuple[str, ...]) -> None:
    """Put NAME=VALUE of the environment that the reminder was set in into this one. Raises UsageError."""
    for place in places:
        name, _, value = place.partition("=")
        if name not in CARRIED:
            raise UsageError(f"{name} cannot be set here.", f"Only {', '.join(CARRIED)}.")
        os.environ.setdefault(name, value)  # what the session knows is newer


def _python(verb: str) -> str:
    """Return Python's path; on Windows the one without a window, for what shows nothing but a notification."""
    silent = Path(sys.executable).with_name("pythonw.exe")
    return str(silent) if verb in ("notify", "invite") and os.name == "nt" and silent.exists() else sys.executable


def _absolute(name: str, value: str) -> str:
    """Return the absolute path: a folder may have been named as seen from where the person was."""
    return str(Path(value).expanduser().absolute()) if name in PLACES else value


def _used(errand: Errand) -> list[Scheduler]:
    return schedulers.schedulers(run_by(errand))


def _remove(scheduler: Scheduler, told: list[VoicecheckError]) -> bool:
    """Remove the reminder. Return True if there was one; notes where the system could not be told."""
    try:
        return scheduler.remove()
    except UntoldError as fault:
        told.append(fault)
        return True


def _let_go(other: Scheduler, told: list[VoicecheckError]) -> bool:
    """Remove the reminder of a scheduler that is not in use; faults in looking at it are only noted.

    Raises VoicecheckError where it holds a reminder that does not go.
    """
    try:
        return _remove(other, told)
    except UsageError as fault:
        told.append(fault)
        return False
    except VoicecheckError:
        if _holds(other):
            raise
        return False


def _holds(scheduler: Scheduler) -> bool:
    try:
        return scheduler.installed() is not None
    except VoicecheckError:
        return False
