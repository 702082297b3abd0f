"""Errands that a guarded command cannot run, fetching and setting cron: by a process forked before the guard.

The kernel filter refuses every new internet socket, and every child inherits it; with it goes no_new_privs, behind
which `crontab` has no right to its own folder, as it is setgid. So on Linux a process is forked first that sees no key
and no word. What it is asked for is one line of JSON: `["model", NAME]`, `["voice", NAME]` or `["crontab", VERB,
TABLE]`. It runs that as a process of its own, and answers with one line. It takes only the errands it was opened for.
A fetch for the page is `["model", NAME, "quiet"]`, and `["steer", WORD]` meanwhile stops it, holds it or lets it go on;
that has no answer. Elsewhere, where there is no such filter, they are run from here. Only the standard library is
imported.
"""

from __future__ import annotations

import json
import os
import queue
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from typing import cast

KINDS = ("model", "voice")
CRONTAB = "crontab"
VERBS = ("-l", "-", "-r")
"""list the table, take a new one from standard input, remove it"""
NAME = re.compile(r"\w[\w.-]*")  # of the catalog; never an option, never a path
REFUSED = 2
TOOL_LIMIT_S = 30.0
QUIET = "quiet"
STEER = "steer"
STOP = "stop"
SIGNALS: dict[str, tuple[str, ...]] = {STOP: ("SIGCONT", "SIGINT"), "pause": ("SIGSTOP",), "go_on": ("SIGCONT",)}
"""what a running fetch is told; Windows has no more of these than the interrupt"""
CAN_PAUSE = hasattr(signal, "SIGSTOP")
LOOK_EVERY_S = 0.1
KILL_AFTER_LOOKS = 100
"""a fetch that does not end when it is told to"""

Steer = Callable[[], str]
"""gives the next word for a running fetch, empty for none"""


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
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _steering: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue, repr=False, compare=False)
    """words for a fetch that is run from here"""

    def fetch(self, kind: str, name: str) -> int:
        """Return the exit code of `voicecheck KIND fetch NAME`. What it tells goes to this terminal."""
        return self._ask(kind, name).code

    def fetch_quietly(self, kind: str, name: str) -> Done:
        """Run the same fetch; what it tells comes back as `fault`. `steer` reaches it meanwhile."""
        return self._ask(kind, name, QUIET)

    def steer(self, word: str) -> None:
        """Stop the fetch that runs quietly, hold it (`pause`), or let it `go_on`; nothing happens where none runs."""
        if self.asking is None:
            self._steering.put(word)
            return
        try:
            os.write(self.asking, f"{json.dumps((STEER, word))}\n".encode())
        except BrokenPipeError:
            return

    def crontab(self, verb: str, table: str = "") -> Done:
        """Run `crontab VERB`, with `table` on its standard input."""
        return self._ask(CRONTAB, verb, table)

    def _ask(self, *words: str) -> Done:
        with self._one_at_a_time:
            return self._asked(words)

    def _asked(self, words: Sequence[str]) -> Done:
        if self.asking is None or self.answers is None:
            return _run(words, self._next_word)
        try:
            with os.fdopen(self.asking, "w", encoding="utf-8", closefd=False) as asking:
                asking.write(json.dumps(words) + "\n")
            with os.fdopen(self.answers, encoding="utf-8", closefd=False) as answers:
                answer = answers.readline()
        except BrokenPipeError:
            return GONE
        return Done(*json.loads(answer)) if answer else GONE

    def _next_word(self) -> str:
        try:
            return self._steering.get_nowait()
        except queue.Empty:
            return ""

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
    command, environment = _fetching(kind, name)
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode & 0xFF


def run_fetch_quietly(kind: str, name: str, steer: Steer) -> Done:
    """Run a fetch whose words come back, in a group of its own: what it started is stopped and held with it."""
    if kind not in KINDS or not NAME.fullmatch(name):
        return Done(REFUSED, "")
    command, environment = _fetching(kind, name)
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    looks_left = 0
    while True:
        try:
            _, told = process.communicate(timeout=LOOK_EVERY_S)
            return Done(process.returncode & 0xFF, "", told)
        except subprocess.TimeoutExpired:
            word = steer()
            if word in SIGNALS:
                _signal(process, *SIGNALS[word])
                looks_left = KILL_AFTER_LOOKS if word == STOP else 0
            elif looks_left == 1:
                _signal(process, "SIGKILL")
            looks_left -= looks_left > 0


def _fetching(kind: str, name: str) -> tuple[list[str], dict[str, str]]:
    """Return the command of a fetch, and its environment, without what keeps libraries off the network."""
    from voicecheck.offline import NO_NETWORK

    environment = {key: value for key, value in os.environ.items() if key not in NO_NETWORK}
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")))
    )
    # -P: nothing from the folder that the person happens to be in.
    return [sys.executable, "-P", "-m", "voicecheck", kind, "fetch", name], environment


def _signal(process: subprocess.Popen[str], *names: str) -> None:
    for name in names:
        if os.name == "posix":
            os.killpg(process.pid, getattr(signal, name))
        elif name in ("SIGINT", "SIGKILL"):
            process.terminate()


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


def _run(words: Sequence[str], steer: Steer) -> Done:
    match words:
        case [kind, verb, table] if kind == CRONTAB and verb in VERBS:
            return run_tool([CRONTAB, verb], table)
        case [kind, name]:
            return Done(run_fetch(kind, name), "")
        case [kind, name, how] if how == QUIET:
            return run_fetch_quietly(kind, name, steer)
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
        with cast(RawIOBase, os.fdopen(asked, "rb", 0)) as lines, os.fdopen(answering, "w", encoding="utf-8") as answer:
            while line := lines.readline():
                words = json.loads(line)
                if words[0] == STEER:
                    continue  # the fetch that it was for has just ended
                done = _run(words, lambda: _word_from(lines)) if words[0] in kinds else Done(REFUSED, "")
                answer.write(json.dumps((done.code, done.output, done.fault)) + "\n")
                answer.flush()
    finally:
        os._exit(0)


def _word_from(lines: RawIOBase) -> str:
    """Return the next word for a running fetch, if one came; where the owner has ended the fetch stops."""
    if not select.select([lines], [], [], 0)[0]:
        return ""
    line = lines.readline()
    return json.loads(line)[1] if line else STOP
