"""Errands that a guarded command cannot run, fetching and setting cron: by a process forked before the guard.

The kernel filter refuses every new internet socket, and every child inherits it; with it goes no_new_privs, behind
which `crontab` has no right to its own folder, as it is setgid. So on Linux a process is forked first that sees no key
and no word. What it is asked for is one line of JSON: `["model", NAME]`, `["voice", NAME]` or `["crontab", VERB,
TABLE]`. It runs that as a process of its own, and answers with one line. It takes only the errands it was opened for.
Elsewhere, where there is no such filter, they are run from here. Only the standard library is imported.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

KINDS = ("model", "voice")
CRONTAB = "crontab"
VERBS = ("-l", "-", "-r")
"""list the table, take a new one from standard input, remove it"""
NAME = re.compile(r"\w[\w.-]*")  # of the catalog; never an option, never a path
REFUSED = 2
TOOL_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Done:
    """Result of a program that has run."""

    code: int
    output: str
    fault: str = ""


GONE = Done(1, "", "the process that does it has ended")


@dataclass(frozen=True, slots=True)
class Errand:
    """Pipe to the errand process; both ends are None where none was forked."""

    asking: int | None = None
    answers: int | None = None

    def fetch(self, kind: str, name: str) -> int:
        """Return the exit code of `voicecheck KIND fetch NAME`. What it tells goes to this terminal."""
        return self._ask(kind, name).code

    def crontab(self, verb: str, table: str = "") -> Done:
        """Run `crontab VERB`, with `table` on its standard input."""
        return self._ask(CRONTAB, verb, table)

    def _ask(self, *words: str) -> Done:
        if self.asking is None or self.answers is None:
            return _run(words)
        try:
            with os.fdopen(self.asking, "w", encoding="utf-8", closefd=False) as asking:
                asking.write(json.dumps(words) + "\n")
            with os.fdopen(self.answers, encoding="utf-8", closefd=False) as answers:
                answer = answers.readline()
        except BrokenPipeError:
            return GONE
        return Done(*json.loads(answer)) if answer else GONE

    def close(self) -> None:
        for end in (self.asking, self.answers):
            if end is not None:
                os.close(end)


def open_errand(kinds: Sequence[str] = (*KINDS, CRONTAB)) -> Errand:
    """Fork the errand process before the guard, for errands of these kinds alone."""
    return _fork(kinds) if sys.platform.startswith("linux") else Errand()


def run_fetch(kind: str, name: str) -> int:
    if kind not in KINDS or not NAME.fullmatch(name):
        return REFUSED
    from voicecheck.offline import NO_NETWORK

    environment = {key: value for key, value in os.environ.items() if key not in NO_NETWORK}
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")))
    )
    # -P: nothing from the folder that the person happens to be in.
    command = [sys.executable, "-P", "-m", "voicecheck", kind, "fetch", name]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode & 0xFF


def run_tool(command: Sequence[str], given: str = "") -> Done:
    """Run a program of the system with `given` on its standard input."""
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, errors="replace", check=False, timeout=TOOL_LIMIT_S,
            env=os.environ | {"LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return Done(127, "", str(error))
    return Done(done.returncode, done.stdout, done.stderr.strip())


def _run(words: Sequence[str]) -> Done:
    match words:
        case [kind, verb, table] if kind == CRONTAB and verb in VERBS:
            return run_tool([CRONTAB, verb], table)
        case [kind, name]:
            return Done(run_fetch(kind, name), "")
        case _:
            return Done(REFUSED, "")


def _fork(kinds: Sequence[str]) -> Errand:
    """Fork the child, which ends with this process, since its end of the pipe is closed then."""
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
        with os.fdopen(asked, encoding="utf-8") as lines, os.fdopen(answering, "w", encoding="utf-8") as answer:
            for line in lines:
                words = json.loads(line)
                done = _run(words) if words[0] in kinds else Done(REFUSED, "")
                answer.write(json.dumps((done.code, done.output, done.fault)) + "\n")
                answer.flush()
    finally:
        os._exit(0)
