"""Fetching on behalf of a guarded command: by a process that was forked before the guard and can do nothing else.

The kernel filter refuses every new internet socket, and every child inherits it. So on Linux a process is forked
first that sees no key and no word. What it is asked for is a line, `model NAME` or `voice NAME`; it runs that fetch as
a process of its own, and answers with its exit code. Elsewhere, where there is no such filter, the fetch is run from
here. Only the standard library is imported.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

KINDS = ("model", "voice")
NAME = re.compile(r"\w[\w.-]*")  # of the catalog; never an option, never a path
REFUSED = 2


@dataclass(frozen=True, slots=True)
class Errand:
    """The way to that process; both ends are None where none was forked."""

    asking: int | None = None
    answers: int | None = None

    def fetch(self, kind: str, name: str) -> int:
        """The exit code of `voicecheck KIND fetch NAME`. What it tells goes to this terminal."""
        if self.asking is None or self.answers is None:
            return run_fetch(kind, name)
        try:
            os.write(self.asking, f"{kind} {name}\n".encode())
            answer = os.read(self.answers, 1)
        except BrokenPipeError:
            answer = b""
        return answer[0] if answer else 1

    def close(self) -> None:
        for end in (self.asking, self.answers):
            if end is not None:
                os.close(end)


def open_errand() -> Errand:
    """Before the guard."""
    return _fork() if sys.platform.startswith("linux") else Errand()


def run_fetch(kind: str, name: str) -> int:
    if kind not in KINDS or not NAME.fullmatch(name):
        return REFUSED
    from voicecheck.offline import NO_NETWORK

    environment = {key: value for key, value in os.environ.items() if key not in NO_NETWORK}
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")))
    )
    # -P: nothing from the folder that the person happens to be in.
    command = [sys.executable, "-P", "-m", "voicecheck", kind, "fetch", name]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode & 0xFF


def _fork() -> Errand:
    """The child ends with this process, whose end of the pipe is closed then."""
    asked, asking = os.pipe()
    answers, answering = os.pipe()
    if os.fork():
        os.close(asked)
        os.close(answering)
        return Errand(asking, answers)
    try:
        os.close(asking)
        os.close(answers)
        signal.signal(signal.SIGINT, lambda *_: None)  # a Ctrl-C ends the fetch; a handler is not inherited by it
        with os.fdopen(asked, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                kind, _, name = line.rstrip("\n").partition(" ")
                os.write(answering, bytes([run_fetch(kind, name)]))
    finally:
        os._exit(0)
