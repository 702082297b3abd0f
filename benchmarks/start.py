"""How soon the program is there: `--help`, and the first line of commands, beside `import click, rich`.

    script/bench start [--runs N]

Each in a process of its own and all in turns, in a core's time, so that other work on the machine counts little; shown
are the least and the median, and each against that of the bare import. Needs neither models nor a vault.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile

COMMANDS = {
    "import click, rich": ("-c", "import click, rich"),
    "--help": ("-m", "voicecheck", "--help"),
    "checkin --help": ("-m", "voicecheck", "checkin", "--help"),
    "settings show": ("-m", "voicecheck", "settings", "show"),
    "help-now": ("-m", "voicecheck", "help-now"),
    "prompt list": ("-m", "voicecheck", "prompt", "list"),
}


def took_s(arguments: tuple[str, ...], home: str) -> float:
    """Return user and system time of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"VOICECHECK_HOME": home, "PYTHONPYCACHEPREFIX": home, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        for arguments in COMMANDS.values():
            took_s(arguments, home)  # everything is compiled
        rounds = [[took_s(arguments, home) for arguments in COMMANDS.values()] for _ in range(runs)]
    columns = [sorted(column) for column in zip(*rounds, strict=True)]
    bare = statistics.median(columns[0])
    least = columns[0][0]
    for name, times in zip(COMMANDS, columns, strict=True):
        middle = statistics.median(times)
        against = f"against the bare import {times[0] / least:.2f} and {middle / bare:.2f}"
        print(f"{name:20} least {times[0]:.3f} s, median {middle:.3f} s, {against}")


if __name__ == "__main__":
    main()
