"""`voicecheck remind`: a notification in the evening, whose click starts the check-in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.terminal.reading import wait_for_enter
from voicecheck.clock import local_date
from voicecheck.errors import ExitCode, UsageError, VoicecheckError
from voicecheck.offline.errand import Errand
from voicecheck.remind.plans import check_command
from voicecheck.remind.schedule import read_schedule
from voicecheck.text.typed import VARIABLE

if TYPE_CHECKING:
    from voicecheck.remind.notification import Words
    from voicecheck.remind.schedule import Schedule
    from voicecheck.remind.schedulers import Scheduler

PLACES = ("VOICECHECK_HOME", "VOICECHECK_MODELS", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""variables of places; the system's clock would start the reminder without them. Never a key file."""
DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""variables of the desktop; cron does not know them, the others do, and better"""
CARRIED = (*PLACES, VARIABLE, *DESKTOP, "TERMINAL")


@click.group()
def remind() -> None:
    """A reminder in the evening: set, status, off."""


@remind.command("set")
@click.argument("at", metavar="TIME")
@click.option("--days", default="daily", show_default=True, help="As mon-fri, or mon,wed,sun, or weekends.")
@click.pass_obj
def set_(app: App, at: str, days: str) -> None:
    """Remind me at TIME, as 21:30.

    A notification comes, and a click on it starts the check-in in a terminal. It needs no passphrase: an answer then
    waits sealed until you next open the vault. No reminder comes on an evening that has had its check-in, none comes
    later than that evening, and nothing is said about those that passed.
    """
    from voicecheck.clock import now

    schedule = read_schedule(at, days)
    scheduler, *others = _schedulers(app)
    desktop = DESKTOP if scheduler.name == "cron" else ()
    when = ("--at", f"{schedule.at:%H:%M}", "--days", schedule.names)
    command = _command("notify", *when, carried=(*PLACES, VARIABLE, "TERMINAL", *desktop))
    check_command(command)
    scheduler.install(schedule, command)
    for other in others:
        _let_go(app, other)
    for line in _lines(app, schedule.described(app.phrases), schedule.next(now())):
        app.tell(line)
    for obstacle in _obstacles(app):
        app.tell(obstacle)
    app.notices.print(app.phrases.write("remind_try"))


@remind.command()
@json_option
@click.pass_obj
def status(app: App, as_json: bool) -> None:
    """Show whether a reminder is set, when the next one comes, and who starts it."""
    shape = _status(app)
    if as_json:
        echo_json(shape)
        return
    if not shape["set"]:
        app.output.print(app.phrases.write("remind_none"))
        return
    write, scheduler = app.phrases.write, shape["scheduler"]
    lines = _lines(app, shape["described"], datetime.fromisoformat(shape["next"]))
    lines.append(write("remind_started_by", scheduler=scheduler, place=shape["place"]))
    if not shape["active"]:
        lines.append(write("remind_unused", scheduler=scheduler))
    for line in (*lines, *_obstacles(app)):
        app.output.print(line, markup=False, soft_wrap=True)


def _lines(app: App, described: str, following: datetime) -> list[str]:
    """Tell of the reminder: when it comes, and when for the next time."""
    day, time = app.phrases.say_date("whole", following), f"{following:%H:%M}"
    return [app.phrases.write("remind_comes", schedule=described), app.phrases.write("remind_next", day=day, time=time)]


@remind.command()
@click.pass_obj
def off(app: App) -> None:
    """No reminder any more; nothing of it stays behind."""
    from voicecheck.remind.schedulers import left_behind

    used = _used(app)
    gone, faults = False, []
    for number, scheduler in enumerate([*used, *left_behind(used)]):
        try:
            gone |= _let_go(app, scheduler) if number else _remove(app, scheduler)
        except VoicecheckError as fault:
            faults.append(fault)
    if gone or not faults:
        app.notices.print(app.phrases.write("remind_off" if gone else "remind_none_was"))
    if faults:
        raise faults[0]


@remind.command()
@click.pass_obj
def test(app: App) -> None:
    """Show the reminder now, as it will look. A click starts the check-in."""
    _remind(app, wanted=lambda: True)


@remind.command(hidden=True)
@click.option("--at", required=True, help="The time of day it is set for.")
@click.option("--days", required=True, help="The days it is set for.")
@click.option("--set", "places", multiple=True, help="NAME=VALUE of the environment it was set in.")
@click.pass_obj
def notify(app: App, at: str, days: str, places: tuple[str, ...]) -> None:
    """Show the notification, if it is still wanted. The system's clock starts this."""
    from voicecheck.clock import local_date, now

    _take_along(places)
    schedule, began = read_schedule(at, days), now()
    this_evening = local_date(began)

    def wanted() -> bool:
        return local_date(now()) == this_evening and not spoken_on(app, this_evening)

    if schedule.due(began) and wanted():
        _remind(app, wanted=wanted)


@remind.command(hidden=True)
@click.option("--set", "places", multiple=True, help="NAME=VALUE of the environment it was set in.")
@click.pass_obj
def begin(app: App, places: tuple[str, ...]) -> None:
    """Run the check-in in the terminal that the notification opened; a fault stays on the screen until it was read."""
    from voicecheck.cli.main import run

    _take_along(places)
    code = run(["checkin"])
    if code not in (ExitCode.DONE, ExitCode.STOPPED) and app.interactive:
        wait_for_enter(app.phrases.write("remind_close"))


def spoken_on(app: App, day: date) -> bool:
    """True if an evening was held on `day`, told by the times of two kinds of files, without any key.

    Behind each evening the questions for locked evenings are drawn anew, and what is said while the vault is locked
    lies in the inbox. Nothing is written for this: the times are there anyway. What leaves no such time is journaling
    while the vault is open, and after that the reminder comes all the same.
    """
    inbox = app.paths.inbox_folder
    for path in (app.paths.drawn_file, *(inbox.glob("*.sealed") if inbox.is_dir() else ())):
        try:
            changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        except OSError:
            continue
        if local_date(changed) == day:
            return True
    return False


def _remind(app: App, wanted: Callable[[], bool]) -> None:
    from voicecheck.remind.notification import ask
    from voicecheck.remind.terminal import open_terminal

    if ask(_words(app), wanted):
        open_terminal(_command("begin"))


def _words(app: App) -> Words:
    from voicecheck.remind.notification import Words

    show = app.phrases.show
    names = ("remind_title", "remind_text", "remind_begin", "remind_later", "remind_by_hand")
    return Words(*map(show, names))


def _command(verb: str, *words: str, carried: tuple[str, ...] = (*PLACES, VARIABLE)) -> list[str]:
    """Return the command to start. -P: a file voicecheck.py in the person's home is not taken for the program."""
    given = {name: os.environ[name] for name in carried if os.environ.get(name)}
    places = [word for name, value in given.items() for word in ("--set", f"{name}={_absolute(name, value)}")]
    return [_python(verb), "-P", "-m", "voicecheck", "remind", verb, *words, *places]


def _python(verb: str) -> str:
    """Return Python's path; on Windows the one without a window, for what shows nothing but a notification."""
    silent = Path(sys.executable).with_name("pythonw.exe")
    return str(silent) if verb == "notify" and os.name == "nt" and silent.exists() else sys.executable


def _absolute(name: str, value: str) -> str:
    """Return the absolute path: a folder may have been named as seen from where the person was."""
    return str(Path(value).expanduser().absolute()) if name in PLACES else value


def _take_along(places: tuple[str, ...]) -> None:
    for place in places:
        name, _, value = place.partition("=")
        if name not in CARRIED:
            raise UsageError(f"{name} cannot be set here.", f"Only {', '.join(CARRIED)}.")
        os.environ.setdefault(name, value)  # what the session knows is newer


def _remove(app: App, scheduler: Scheduler) -> bool:
    """Remove the reminder. Return True if there was one; tells the person where the system could not be told."""
    from voicecheck.remind.schedulers import UntoldError

    try:
        return scheduler.remove()
    except UntoldError as fault:
        _tell(app, fault)
        return True


def _let_go(app: App, other: Scheduler) -> bool:
    """Remove the reminder of a scheduler that is not in use; faults in looking at it are only told.

    Raises VoicecheckError where it holds a reminder that does not go.
    """
    try:
        return _remove(app, other)
    except UsageError as fault:
        _tell(app, fault)
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


def _tell(app: App, fault: VoicecheckError) -> None:
    app.tell(fault.told)


def _used(app: App) -> list[Scheduler]:
    from voicecheck.remind.schedulers import run_by, schedulers

    return schedulers(run_by(app.errand or Errand()))


def _schedulers(app: App) -> list[Scheduler]:
    """Return the schedulers that work here, the one to use first, and those left behind that hold a reminder."""
    from voicecheck.remind.schedulers import left_behind

    found = _used(app)
    if not found:
        raise VoicecheckError(
            "Nothing here starts programs at a set time: neither systemd for this user nor cron.",
            "Log in on a desktop with systemd, or install cron.",
        )
    return [*found, *left_behind(found)]


def _obstacles(app: App) -> list[str]:
    """Return sentences on all that keeps a notification from being seen or from opening a terminal."""
    from voicecheck.remind.notification import obstacle
    from voicecheck.remind.terminal import find_terminal

    told = [app.phrases.write("remind_unseen", why=why) for why in [obstacle()] if why]
    if sys.platform.startswith("linux") and find_terminal() is None:
        told.append(app.phrases.write("remind_no_terminal"))
    return told


def _status(app: App) -> dict[str, Any]:
    from voicecheck.clock import now
    from voicecheck.remind.schedulers import left_behind

    used = _used(app)
    for scheduler in (*used, *left_behind(used)):
        schedule = scheduler.installed()
        if schedule is not None:
            following = schedule.next(now()).isoformat(timespec="minutes")
            return _shape(scheduler, schedule, schedule.described(app.phrases), following)
    return {"set": False, "at": None, "days": [], "next": None, "scheduler": None, "place": None, "active": False}


def _shape(scheduler: Scheduler, schedule: Schedule, described: str, following: str) -> dict[str, Any]:
    return {
        "set": True,
        "at": f"{schedule.at:%H:%M}",
        "days": schedule.names.split(","),
        "described": described,
        "next": following,
        "scheduler": scheduler.name,
        "place": scheduler.place,
        "active": scheduler.active(),
    }
