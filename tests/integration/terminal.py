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
LOOKS, MOST_LOOKS, LOOK_EVERY_S = 5, 100, 0.1
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
            self._settle()
        self.press(line if line == CTRL_C else f"{line}\n")

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def _settle(self) -> None:
        """Until it waits: a signal between the question and readline's own waiting is seen only with the next key.

        One that works for long is not waiting for a key.
        """
        calm = 0
        for _ in range(MOST_LOOKS):
            if calm == LOOKS or not self.runs:
                break
            time.sleep(LOOK_EVERY_S)
            calm = calm + 1 if self._sleeps() else 0

    def _sleeps(self) -> bool:
        """Whether its first thread waits for something, and not for a core; taken for granted where nobody tells."""
        try:
            return Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"
        except FileNotFoundError:
            return True

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
