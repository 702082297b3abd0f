"""`voicecheck remind`: a notification in the evening, whose click starts the check-in."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.terminal.reading import wait_for_enter
from voicecheck.clock import local_date
from voicecheck.errors import ExitCode, UsageError
from voicecheck.offline.errand import Errand
from voicecheck.remind import reminder
from voicecheck.remind.fate import Fate, last_invitation, locked_ledger, told_reason
from voicecheck.remind.quiet import why_quiet
from voicecheck.remind.schedule import read_schedule

if TYPE_CHECKING:
    from voicecheck.cli.inviting.course import Ways
    from voicecheck.remind.notification import Words
    from voicecheck.remind.reminder import Found


@click.group()
def remind() -> None:
    """A reminder in the evening: set, status, off."""


@remind.command("set")
@click.argument("at", metavar="TIME")
@click.option("--days", default="daily", show_default=True, help="As mon-fri, or mon,wed,sun, or weekends.")
@click.option("--spoken", is_flag=True, help="Ask aloud, and hold the evening without a screen. Others hear it, too.")
@click.option("--lid-closed", is_flag=True, help="With --spoken: also with the lid closed.")
@click.pass_obj
def set_(app: App, at: str, days: str, spoken: bool, lid_closed: bool) -> None:
    """Remind me at TIME, as 21:30.

    A notification comes, and a click on it starts the check-in in a terminal. It needs no passphrase: an answer then
    waits sealed until you next open the vault. No reminder comes on an evening that has had its check-in, none comes
    later than that evening, and nothing is said about those that passed.
    """
    from voicecheck.clock import now

    if lid_closed and not spoken:
        raise UsageError("--lid-closed is for an invitation aloud.", "Add --spoken, or leave it out.")
    schedule = replace(read_schedule(at, days), aloud=spoken, lid_closed=lid_closed)
    for fault in reminder.set_reminder(schedule, _errand(app)):
        app.tell(fault.told)
    for line in (
        *reminder.lines_of(app.phrases, schedule, now()),
        *reminder.notes_on(app.phrases, schedule, app.settings.invitation.word),
    ):
        app.tell(line)
    app.notices.print(app.phrases.write("invite_try" if spoken else "remind_try"))


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
    lines += reminder.last_of(app.phrases, found.schedule, app.paths.invitation_file, local_date(now()))
    for line in (*lines, *reminder.notes_on(app.phrases, found.schedule, app.settings.invitation.word)):
        app.output.print(line, markup=False, soft_wrap=True)


@remind.command()
@click.pass_obj
def off(app: App) -> None:
    """No reminder any more; nothing of it stays behind."""
    tell_gone(
        app, reminder.take_off(_errand(app)), app.phrases.write("remind_off"), app.phrases.write("remind_none_was")
    )


def tell_gone(app: App, gone: reminder.Gone, off: str, none_was: str) -> None:
    """Tell that something the system started is off, or was not there. Raises the fault that kept it from going."""
    for fault in gone.told:
        app.tell(fault.told)
    if gone.was_there or not gone.kept:
        app.notices.print(off if gone.was_there else none_was)
    if gone.kept:
        raise gone.kept[0]


@remind.command()
@click.option("--spoken", is_flag=True, help="Ask aloud now; yes begins the evening.")
@click.pass_obj
def test(app: App, spoken: bool) -> None:
    """Show the reminder now, as it will look. A click starts the check-in."""
    if spoken:
        _invite_now(app)
    else:
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
@click.option("--at", required=True, help="The time of day it is set for.")
@click.option("--days", required=True, help="The days it is set for.")
@click.option("--lid-closed", is_flag=True, help="Also with the lid closed.")
@click.option("--again-at", type=datetime.fromisoformat, help="Wait until then, and ask once more.")
@click.option("--set", "places", multiple=True, help="NAME=VALUE of the environment it was set in.")
@click.pass_obj
def invite(app: App, at: str, days: str, lid_closed: bool, again_at: datetime | None, places: tuple[str, ...]) -> None:
    """Ask aloud, if nothing speaks against it. The system's clock starts this."""
    from voicecheck.cli.inviting.course import Inviting
    from voicecheck.vault.create import vault_exists

    reminder.take_along(places)
    if not vault_exists(app.paths):
        return  # nor is there a place to note it
    later: datetime | None = None
    with locked_ledger(app.paths.invitation_file) as ledger:
        if ledger is not None:
            inviting = Inviting(read_schedule(at, days), _ways(app, lid_closed=lid_closed), ledger)
            if again_at is None:
                later = inviting.run()
            else:
                inviting.run_again(again_at)
    if later is not None:
        words = ("--at", at, "--days", days, *["--lid-closed"] * lid_closed, "--again-at", later.isoformat())
        command = reminder.command_of("invite", *words)
        # This process holds a model and a voice, and half an hour is long.
        os.execv(command[0], command)  # noqa: S606 - itself


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


def _ways(app: App, *, lid_closed: bool) -> Ways:
    import time

    from voicecheck.cli.inviting.aloud import asking_aloud
    from voicecheck.cli.inviting.course import Ways
    from voicecheck.clock import now

    return Ways(
        now=now,
        why_quiet=lambda: why_quiet(lid_closed=lid_closed),
        was_held=lambda: spoken_on(app, local_date(now())),
        make_ready=lambda: asking_aloud(app),
        wait=time.sleep,
        running_s=time.monotonic,
    )


def _invite_now(app: App) -> None:
    """Ask aloud once, whatever the hour and the lid; nothing of it is noted."""
    from voicecheck.checkin.invitation import Answered
    from voicecheck.cli.inviting.aloud import asking_aloud

    why = why_quiet(lid_closed=True)
    if why is not None:
        app.tell(app.phrases.write("invite_no_try", why=told_reason(app.phrases, Fate(why.value))))
        return
    with asking_aloud(app) as asking:
        if asking.ask(again=False) is Answered.BEGIN:
            asking.hold_evening()


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
        return {"set": False, "at": None, "days": [], "next": None, "scheduler": None, "place": None, "active": False,
                "spoken": False, "lid_closed": False, "last": None}  # fmt: skip
    schedule, scheduler = found.schedule, found.scheduler
    last = last_invitation(app.paths.invitation_file) if schedule.aloud else None
    return {
        "set": True,
        "at": f"{schedule.at:%H:%M}",
        "days": schedule.names.split(","),
        "described": schedule.described(app.phrases),
        "next": schedule.next(now()).isoformat(timespec="minutes"),
        "scheduler": scheduler.name,
        "place": scheduler.place,
        "active": scheduler.active(),
        "spoken": schedule.aloud,
        "lid_closed": schedule.lid_closed,
        "last": None if last is None else {"day": last.day.isoformat(), "at": last.at, "fate": last.fate.value},
    }
