"""The process, from its first line to its exit code: starts the network guard, then the command line."""

from __future__ import annotations

import sys

from voicecheck import signals
from voicecheck.errors import ExitCode


def main() -> None:
    signals.begin()
    try:
        code = _run()
        signals.end_with(code)
    except KeyboardInterrupt:  # behind the command's last line
        code = ExitCode.STOPPED
        signals.end_with(code)
    sys.exit(code)


def _run() -> int:
    from voicecheck import offline

    arguments, door, errand, fetcher = sys.argv[1:], None, None, None
    if offline.serves_page(arguments):
        from voicecheck.offline.errand import KINDS, open_errand
        from voicecheck.web.guard.socket import open_door

        fetcher = open_errand(KINDS)  # a fetch takes minutes, and the reminder is looked up meanwhile
        door = open_door()  # behind the guard no socket can be opened
    if offline.may_set_clock(arguments):
        from voicecheck.offline.errand import CRONTAB, KINDS, open_errand

        # behind the guard no process gets the network, and crontab no right to its own folder
        errand = open_errand((*KINDS, CRONTAB) if offline.may_send(arguments) else (CRONTAB,))
    offline.guard_process(arguments, serves_loopback=door is not None)
    from voicecheck.cli.app import Opened
    from voicecheck.cli.main import run

    return run(arguments, Opened(door, errand, fetcher))
