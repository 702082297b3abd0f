"""The watched folder: switched on, off, and looked up. The system starts each look; nothing of ours waits in between.

systemd looks when something in the folder changes, and twice an hour, for disks that tell of no change; cron looks
every five minutes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicecheck.diary.watched import Watched, memo_files
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.files import make_private_folder
from voicecheck.offline.errand import Errand
from voicecheck.phrases import Phrases
from voicecheck.remind import plans
from voicecheck.remind.plans import Command
from voicecheck.remind.reminder import Gone, Wanted, everything, places_of
from voicecheck.remind.schedulers import Cron, Systemd, UntoldError, has_user_manager, run_by
from voicecheck.text.untrusted import visible

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


def check_watched(watched: Watched, vault_folder: Path) -> None:
    """Raise UsageError for a folder that cannot be watched, or that nothing can be moved to; makes the latter."""
    folder = watched.folder
    if not folder.is_dir():
        raise UsageError(f"There is no folder {visible(str(folder))}.", "Make it first, or name another.")
    if any(one == vault_folder or vault_folder in one.parents for one in (folder, watched.move_to) if one):
        raise UsageError("That is the vault's own folder.", "Name the one into which your phone puts its memos.")
    if watched.move_to == folder:
        raise UsageError("A memo cannot be moved to where it is.", "Name another folder for what is sealed.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise UsageError(f"Nothing can be taken out of {visible(str(folder))}.", "Check whose folder it is.")
    if watched.move_to is not None:
        make_private_folder(watched.move_to)


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


def switch_off(errand: Errand, wanted: Wanted = everything) -> Gone:
    """Let the system look no more, wherever it was told to and is `wanted` gone; nothing of it stays behind."""
    gone, told, kept = False, list[VoicecheckError](), list[VoicecheckError]()
    for starter in _starters(errand):
        try:
            if wanted is everything or wanted(starter.text):
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


def lying_in(folder: Path) -> list[str]:
    """Return the names of the sound files that lie in the folder now; none where it cannot be looked into."""
    try:
        return [visible(path.name) for path in memo_files(folder)]
    except VoicecheckError:
        return []


def described(phrases: Phrases, watched: Watched) -> str:
    """Return the sentence on a folder and on what becomes of the files in it."""
    folder = visible(str(watched.folder))
    if watched.move_to is None:
        return phrases.show("watch_on_erase", folder=folder)
    return phrases.show("watch_on_move", folder=folder, target=visible(str(watched.move_to)))


def lines_of(phrases: Phrases, found: FoundWatch, lying: Sequence[str]) -> list[str]:
    """Return what is watched, who starts each look, and what lies there now."""
    show, starter = phrases.show, found.starter
    lines = [described(phrases, found.watched), show("watch_started_by", starter=starter.name, place=starter.place)]
    if not starter.active():
        lines.append(show("watch_unused", starter=starter.name))
    if not found.watched.folder.is_dir():
        lines.append(show("watch_folder_gone"))
    if lying:
        lines.append(show("watch_lying_one" if len(lying) == 1 else "watch_lying", count=len(lying), file=lying[0]))
    return lines


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
