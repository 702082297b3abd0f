"""A person at a real terminal: waits for what they look for, and types."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
CTRL_C = "\x03"
SETTLED_S = (
    0.5  # a signal between the question and readline's own waiting is seen only with the next key; no hand does that
)
Reply = str | Callable[[str], str]
"""a line, Ctrl-C, or a function of the whole screen so far that gives one"""


class Terminal:
    """One command on a terminal of its own."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str] | None = None) -> None:
        import pty

        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "voicecheck", *arguments],
            cwd=ROOT,
            env=environment,
            preexec_fn=lambda: os.login_tty(slave),
            pass_fds=(slave,),
        )
        os.close(slave)
        self.screen = ""
        """all that was ever shown"""
        self._seen = 0

    def wait_for(self, *texts: str, patience_s: float = PATIENCE_S) -> str:
        """The first of `texts` that is shown behind what was seen already; empty where the command ended before."""
        ends_at = time.monotonic() + patience_s
        while True:
            found = [(self.screen.find(text, self._seen), text) for text in texts]
            places = sorted((place, text) for place, text in found if place >= 0)
            if places:
                self._seen = places[0][0] + len(places[0][1])
                return places[0][1]
            ready, _, _ = select.select([self._master], [], [], max(0.0, ends_at - time.monotonic()))
            assert ready, self.screen
            try:
                read = os.read(self._master, 4096)
            except OSError:  # Linux says so where the other end is closed
                return ""
            self.screen += read.decode(errors="replace")

    def type(self, line: str) -> None:
        if line == CTRL_C:
            time.sleep(SETTLED_S)
        self.press(line if line == CTRL_C else f"{line}\n")

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def send_signal(self, kind: int) -> None:
        self._process.send_signal(kind)

    def end(self) -> int:
        """To its end; the exit code."""
        while self.wait_for("\0never shown"):
            pass
        os.close(self._master)
        return self._process.wait(PATIENCE_S)


def converse(
    arguments: list[str], *answers: tuple[str, Reply], environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Once each question is on the screen, its answer is typed, in this order. Exit code and screen."""
    terminal = Terminal(arguments, environment)
    for question, reply in answers:
        assert terminal.wait_for(question), f"{question!r} was never asked:\n{terminal.screen}"
        terminal.type(reply if isinstance(reply, str) else reply(terminal.screen))
    return terminal.end(), terminal.screen
