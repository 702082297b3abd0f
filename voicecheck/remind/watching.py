"""The watched folder: switched on, off, and looked up. The system starts each look; nothing of ours waits in between.

systemd looks when something in the folder changes, and twice an hour, for disks that tell of no change; cron looks
every five minutes.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from voicecheck.diary.watched import Watched
from voicecheck.errors import VoicecheckError
from voicecheck.offline.errand import Errand
from voicecheck.remind import plans
from voicecheck.remind.plans import Command
from voicecheck.remind.reminder import Gone, places_of
from voicecheck.remind.schedulers import Cron, Systemd, UntoldError, has_user_manager, run_by

UNIT = "voicecheck-watch"
MARKS: plans.Marks = ("# VoiceCheck watched folder: begin", "# VoiceCheck watched folder: end")
TITLE = "VoiceCheck watched folder"
CRON_EVERY_MIN = 5
WRITTEN_BY = "# Written by `voicecheck import watch`; `voicecheck import watch --off` takes it away."
_NOTE = re.compile(r"^# (\{.*\})$", re.MULTILINE)

Starter = Systemd | Cron
"""part of the system that starts a look"""


@dataclass(frozen=True, slots=True)
class FoundWatch:
    """A folder that is watched, and who starts a look into it."""

    watched: Watched
    starter: Starter


def switch_on(watched: Watched, errand: Errand) -> tuple[VoicecheckError, ...]:
    """Have the system look into the folder, in place of another one. Return what went wrong with an older one.

    Raises VoicecheckError, and the older one stands.
    """
    starters = _starters(errand)
    if not starters or (isinstance(starters[0], Systemd) and not has_user_manager()):
        raise VoicecheckError(
            "Nothing here can watch a folder: it takes systemd for this user, or cron.",
            "Take memos in by hand: voicecheck import audio FILE",
        )
    first, *others = starters
    command = look_command(watched)
    plans.check_command(command)
    if isinstance(first, Systemd):
        first.install_units(service(command, watched), path_unit(watched), timer())
    else:
        first.install_line(note(watched), f"*/{CRON_EVERY_MIN} * * * * {plans.cron_command(command)}")
    told = []
    for other in others:
        try:
            other.remove()
        except VoicecheckError as fault:
            told.append(fault)
    return tuple(told)


def switch_off(errand: Errand) -> Gone:
    """Let the system look no more, wherever it was told to; nothing of it stays behind."""
    gone, told, kept = False, list[VoicecheckError](), list[VoicecheckError]()
    for starter in _starters(errand):
        try:
            gone |= starter.remove()
        except UntoldError as fault:
            gone = True
            told.append(fault)
        except VoicecheckError as fault:
            kept.append(fault)
    return Gone(gone, tuple(told), tuple(kept))


def find_watch(errand: Errand) -> FoundWatch | None:
    """Return the folder that is watched; None for none. Raises VoicecheckError where the system does not answer."""
    for starter in _starters(errand):
        watched = watched_in(starter.text)
        if watched is not None:
            return FoundWatch(watched, starter)
    return None


def _starters(errand: Errand) -> list[Starter]:
    """Return what can start a look here, or holds one, the one that is used first."""
    if not sys.platform.startswith("linux"):
        return []
    run = run_by(errand)
    systemd, found = Systemd(run, unit=UNIT, starts=("path", "timer"), what="watched folder"), list[Starter]()
    if has_user_manager():
        found.append(systemd)
    if shutil.which("crontab"):
        found.append(Cron(run, MARKS))
    if systemd not in found and systemd.written():
        found.append(systemd)
    return found


# Files


def look_command(watched: Watched) -> Command:
    """Return the command of one look."""
    then = ["--erase"] if watched.move_to is None else ["--move", str(watched.move_to)]
    return [sys.executable, "-P", "-m", "voicecheck", "import", "look", *then, *places_of(), "--", str(watched.folder)]


def note(watched: Watched) -> str:
    """Return what is watched, as it stands in a remark and is read again."""
    moved = None if watched.move_to is None else str(watched.move_to)
    return json.dumps({"folder": str(watched.folder), "move_to": moved})


def watched_in(text: str) -> Watched | None:
    """Return what a note in `text` says is watched."""
    match = _NOTE.search(text)
    try:
        told = json.loads(match[1]) if match else {}
        moved = told.get("move_to")
        return Watched(Path(told["folder"]), None if moved is None else Path(moved))
    except (ValueError, TypeError, KeyError):
        return None


def service(command: Command, watched: Watched) -> str:
    """Return the service of one look. However often the folder changes, systemd goes on starting it."""
    return f"""{WRITTEN_BY}
# {note(watched)}
[Unit]
Description={TITLE}
StartLimitIntervalSec=0

[Service]
Type=oneshot
Nice=10
ExecStart=/usr/bin/env {plans.systemd_words(command)}
"""


def path_unit(watched: Watched) -> str:
    """Return the unit by which a change in the folder starts a look. A path is not quoted there; % is a specifier."""
    return f"""{WRITTEN_BY}
# {note(watched)}
[Unit]
Description={TITLE}

[Path]
PathChanged={str(watched.folder).replace("%", "%%")}

[Install]
WantedBy=paths.target
"""


def timer() -> str:
    """Return the timer that looks after each login and twice an hour."""
    return f"""{WRITTEN_BY}
[Unit]
Description={TITLE}

[Timer]
OnStartupSec=1min
OnUnitInactiveSec=30min
AccuracySec=1min

[Install]
WantedBy=timers.target
"""
