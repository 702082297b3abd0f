"""Where the process starts: the guard first, then the front door."""

from __future__ import annotations

import sys


def main() -> None:
    from voicecheck import offline

    offline.guard_process(sys.argv[1:])
    from voicecheck.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
