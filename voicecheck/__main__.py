"""Where the process starts: the guard first, then the front door."""

from __future__ import annotations

import sys


def main() -> None:
    from voicecheck import offline

    arguments, door = sys.argv[1:], None
    if offline.serves_page(arguments):
        from voicecheck.review.web.door import open_door

        door = open_door()  # behind the guard no socket can be opened
    offline.guard_process(arguments, serves_loopback=door is not None)
    from voicecheck.cli.main import run

    sys.exit(run(arguments, door))


if __name__ == "__main__":
    main()
