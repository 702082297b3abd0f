"""`voicecheck remind`: a notification in the evening, whose click starts the check-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.terminal.reading import wait_for_enter
from voicecheck.clock import local_date
from voicecheck.errors import ExitCode
from voicecheck.offline.errand import Errand
from voicecheck.remind import reminder
from voicecheck.remind.schedule import read_schedule

if TYPE_CHECKING:
    from voicecheck.remind.notification import Words
    from voicecheck.remind.reminder import Found


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
    for fault in reminder.set_reminder(schedule, _errand(app)):
        app.tell(fault.told)
    for line in (*reminder.lines_of(app.phrases, schedule, now()), *reminder.obstacles(app.phrases)):
        app.tell(line)
    app.notices.print(app.phrases.write("remind_try"))


@remind.command()
@json_option
@click.pass_obj
def status(app: App, as_json: bool) -> None:
    """Show whether a reminder is set, when the next one comes, and who starts it."""
    from voicecheck.clock import now

    found = reminder.find_reminder(_errand(app))
    if as_json:
        echo_json(_shape(app, found))
        return
    if found is None:
        app.output.print(app.phrases.write("remind_none"))
        return
    write, scheduler = app.phrases.write, found.scheduler
    lines = reminder.lines_of(app.phrases, found.schedule, now())
    lines.append(write("remind_started_by", scheduler=scheduler.name, place=scheduler.place))
    if not scheduler.active():
        lines.append(write("remind_unused", scheduler=scheduler.name))
    for line in (*lines, *reminder.obstacles(app.phrases)):
        app.output.print(line, markup=False, soft_wrap=True)


@remind.command()
@click.pass_obj
def off(app: App) -> None:
    """No reminder any more; nothing of it stays behind."""
    gone = reminder.take_off(_errand(app))
    for fault in gone.told:
        app.tell(fault.told)
    if gone.was_there or not gone.kept:
        app.notices.print(app.phrases.write("remind_off" if gone.was_there else "remind_none_was"))
    if gone.kept:
        raise gone.kept[0]


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

    reminder.take_along(places)
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

    reminder.take_along(places)
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
        open_terminal(reminder.command_of("begin"))


def _words(app: App) -> Words:
    from voicecheck.remind.notification import Words

    show = app.phrases.show
    names = ("remind_title", "remind_text", "remind_begin", "remind_later", "remind_by_hand")
    return Words(*map(show, names))


def _errand(app: App) -> Errand:
    return app.errand or Errand()


def _shape(app: App, found: Found | None) -> dict[str, Any]:
    from voicecheck.clock import now

    if found is None:
        return {"set": False, "at": None, "days": [], "next": None, "scheduler": None, "place": None, "active": False}
    schedule, scheduler = found.schedule, found.scheduler
    return {
        "set": True,
        "at": f"{schedule.at:%H:%M}",
        "days": schedule.names.split(","),
        "described": schedule.described(app.phrases),
        "next": schedule.next(now()).isoformat(timespec="minutes"),
        "scheduler": scheduler.name,
        "place": scheduler.place,
        "active": scheduler.active(),
    }
