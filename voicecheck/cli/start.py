"""The process, from its first line to its exit code: starts the network guard, then the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from voicecheck import signals
from voicecheck.errors import ExitCode, VoicecheckError

if TYPE_CHECKING:
    from voicecheck.web.guard.handover import Handed
    from voicecheck.web.guard.socket import Door


def main() -> None:
    signals.begin()
    try:
        code = _run()
        signals.end_with(code)
    except KeyboardInterrupt:  # behind the command's last line
        code = ExitCode.STOPPED
        signals.end_with(code)
    sys.exit(code)


def _open_door(handed: Handed | None) -> Door | None:
    """Return the page's socket and opener, those of the process before this one behind a lock."""
    from voicecheck.paths import find_paths
    from voicecheck.web.guard.socket import door_of, open_door

    try:
        folder = find_paths().runtime_folder
    except VoicecheckError:  # the command tells of it
        folder = None
    return door_of(handed, folder) if handed is not None else open_door(folder)


def _run() -> int:
    from voicecheck import offline

    arguments, door, errand, fetcher = sys.argv[1:], None, None, None
    if offline.serves_page(arguments):
        from voicecheck.offline.errand import KINDS, Errand, open_errand
        from voicecheck.web.guard.handover import take_over

        handed = take_over()
        if handed is None:
            fetcher = open_errand(KINDS)  # a fetch takes minutes, and the reminder is looked up meanwhile
        else:
            clock_asking, clock_answers, asking, answers = handed.errands
            errand, fetcher = Errand(clock_asking, clock_answers), Errand(asking, answers)
        door = _open_door(handed)  # behind the guard no socket can be opened
    if errand is None and offline.may_set_clock(arguments):
        from voicecheck.offline.errand import CRONTAB, KINDS, open_errand

        # behind the guard no process gets the network, and crontab no right to its own folder
        errand = open_errand((*KINDS, CRONTAB) if offline.may_send(arguments) else (CRONTAB,))
    offline.guard_process(arguments, serves_loopback=door is not None)
    from voicecheck.cli.app import Opened
    from voicecheck.cli.main import run

    return run(arguments, Opened(door, errand, fetcher))
