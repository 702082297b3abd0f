"""Commands as children of one process that has loaded the program already, and signals at chosen moments of their life.

A moment is a number of calls of the child's own (the same one each time, on any machine, under any load), or a time.
`python -m tests.integration.forked` is that process: a line of JSON for each order, and one for what came of it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from tests.integration.visiting import Visit

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
THREE_WORDS = "the word that is asked for"
STILL_RUNS = -1000
"""in place of an exit code: it had to be killed"""


@dataclass(frozen=True)
class Sent:
    """One signal."""

    kind: int
    call: int = 0
    """sent at this call, counted from 1; 0 where a time is given"""
    at_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Order:
    """One command, and what happens to it."""

    arguments: Sequence[str]
    environment: dict[str, str]
    folder: str
    """of its output and its record"""
    stdin: str = ""
    answers: Sequence[tuple[str, str]] = ()
    """(what is asked, what is typed); with any it runs on a terminal"""
    sent: Sequence[Sent] = ()
    at_answer: int = 0
    """a signal in place of the first answer, where it is not 0"""
    fakes: bool = False
    """no model: loud is voice, and what is heard is always the same"""
    visit: str = ""
    """a text that a browser gives the newest entry on the page; the page is stopped then"""


@dataclass(frozen=True)
class Outcome:
    code: int
    shown: str = field(repr=False)
    """stderr, or all of the terminal"""
    calls: int = 0
    took_s: float = 0.0
    kept: bool = False
    """what the page of a visit said"""


class Forks:
    """The process that has everything loaded."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, order: Order) -> Outcome:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process that forks has ended"
        return Outcome(**json.loads(line))


@contextmanager
def forks() -> Iterator[Forks]:
    # The seed keeps the order of sets, and so what is called when.
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.integration.forked"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Forks(process)
        assert process.stdin is not None
        process.stdin.close()


# The process that forks


def serve() -> int:
    import voicecheck

    for found in pkgutil.walk_packages(voicecheck.__path__, "voicecheck."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in ("prompt_toolkit.application", "prompt_toolkit.widgets", "rich.progress", "rich.table", "tests.fakes"):
        importlib.import_module(name)
    _warm_up()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as a shell starts a program
    for line in sys.stdin:
        order = json.loads(line)
        order = Order(**order | {"sent": [Sent(**one) for one in order["sent"]]})
        outcome = _play(order)
        if outcome is None:
            return _live(order)
        print(json.dumps(asdict(outcome)), flush=True)
    return 0


def _warm_up() -> None:
    """Tables that are read once for each process: most signals would fall there, where nothing is written."""
    from tests.vault_samples import make_entry
    from voicecheck.diary.tagging import tagger_of
    from voicecheck.feelings.danger import load_danger
    from voicecheck.phrases import load_phrases

    tagger_of(None).tag(make_entry())
    load_danger("en")
    load_phrases()
    gc.collect()
    gc.freeze()


def _play(order: Order) -> Outcome | None:
    """None in the child."""
    folder = Path(order.folder)
    master, slave = os.openpty() if order.answers else (None, None)
    for name in ("stdout", "stderr"):
        (folder / name).touch()
    began = time.monotonic()
    child = os.fork()
    if not child:
        _take_places(folder, slave, order.stdin)
        return None
    if slave is not None:
        os.close(slave)
    attendant = _Attendant(child, master, order, folder)
    code = attendant.wait(began)
    took_s = time.monotonic() - began
    shown = attendant.shown if master is not None else (folder / "stderr").read_text(errors="replace")
    if master is not None:
        os.close(master)
    calls = folder / "calls"
    return Outcome(code, shown, int(calls.read_text()) if calls.exists() else 0, took_s, attendant.kept)


class _Attendant:
    """Types the answers and sends the signals while the child runs."""

    def __init__(self, child: int, master: int | None, order: Order, folder: Path) -> None:
        self._child, self._master, self._folder = child, master, folder
        self._answers = list(order.answers)
        self._due = sorted((one.at_s, one.kind) for one in order.sent if not one.call)
        self._visit = Visit(order.visit) if order.visit else None
        self._at_answer = order.at_answer
        self._stopped = False
        self._seen = 0
        self.shown = ""

    def wait(self, began: float) -> int:
        end = os.pidfd_open(self._child)
        watched = [end] if self._master is None else [end, self._master]
        try:
            while True:
                now = time.monotonic() - began
                while self._due and self._due[0][0] <= now:
                    os.kill(self._child, self._due.pop(0)[1])
                if now > PATIENCE_S:
                    os.kill(self._child, signal.SIGKILL)
                    os.waitpid(self._child, 0)
                    return STILL_RUNS
                until = self._due[0][0] - now if self._due else 0.02 if self._visit else PATIENCE_S
                ready, _, _ = select.select(watched, [], [], max(0.0, until))
                if self._master in ready and not self._read():
                    watched = [end]
                if end in ready:
                    return os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
                self._go_visiting()
        finally:
            os.close(end)

    def _read(self) -> bool:
        assert self._master is not None
        try:
            read = os.read(self._master, 1 << 16)
        except OSError:  # Linux says so where the other end is closed
            return False
        self.shown += read.decode(errors="replace")
        while self._answers and (place := self.shown.find(self._answers[0][0], self._seen)) >= 0:
            question, reply = self._answers.pop(0)
            self._seen = place + len(question)
            if self._at_answer:
                os.kill(self._child, self._at_answer)
                self._at_answer = 0
            with suppress(OSError):  # it has ended meanwhile
                os.write(self._master, (_words(self.shown) if reply == THREE_WORDS else reply).encode())
        return True

    def _go_visiting(self) -> None:
        if self._visit is None:
            return
        self._visit.begin((self._folder / "stderr").read_text(errors="replace"))
        if self._visit.over and not self._stopped:
            self._stopped = True
            os.kill(self._child, signal.SIGTERM)

    @property
    def kept(self) -> bool:
        if self._visit is not None:
            self._visit.end()
        return self._visit is not None and self._visit.kept


def _words(shown: str) -> str:
    """The word of a recovery key that is asked for last, as it was shown."""
    number = int(re.findall(r"Word (\d+) from the paper", shown)[-1])
    return dict(re.findall(r"\b(\d+)  ([a-z]+)", shown))[str(number)] + "\n"


# The child


def _take_places(folder: Path, slave: int | None, given: str) -> None:
    if slave is not None:
        os.login_tty(slave)
    else:
        os.setsid()
        (folder / "stdin").write_text(given)
        for target, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
                                    (2, "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)):  # fmt: skip
            opened = os.open(folder / name, flags, 0o600)
            os.dup2(opened, target)
            os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115


def _live(order: Order) -> int:
    """The program's own main, to the interpreter's own end."""
    from tests.vault_samples import CHEAP
    from voicecheck.__main__ import main
    from voicecheck.vault.keys import argon2

    os.environ.update(order.environment)
    time.tzset()
    sys.argv = ["voicecheck", *order.arguments]
    argon2.calibrate = lambda secret, salt, *_: (CHEAP, argon2.stretch(secret, salt, CHEAP))
    if order.fakes:
        _fake()
    counting = _Counting(order.sent)
    try:
        counting.begin()
        main()
        return 0
    finally:
        counting.end()
        (Path(order.folder) / "calls").write_text(str(counting.calls))


def _fake() -> None:
    from tests.fakes import LoudnessDetector, ScriptedTranscriber
    from tests.vault_samples import CANARY
    from voicecheck.cli import transcribe
    from voicecheck.cli.checkin import sitting
    from voicecheck.cli.entry import importing
    from voicecheck.cli.models import recogniser
    from voicecheck.models import catalog
    from voicecheck.speech.recognition import vad

    said = ScriptedTranscriber(last=f"today I feel calm {CANARY} and that is all there is to say about it")
    for module in (sitting, importing, transcribe, recogniser):
        module.load_recogniser = lambda *_: said  # type: ignore[assignment,attr-defined]
    vad.VoiceDetector = LoudnessDetector  # type: ignore[misc]
    catalog.expect_model = lambda *_: None  # type: ignore[assignment]


class _Counting:
    """Counts the calls of Python functions and the returns of C functions: behind each the interpreter looks for
    signals. The first signal comes by it; those that follow by the calls of Python functions alone.
    """

    def __init__(self, sent: Sequence[Sent]) -> None:
        by_call = sorted((one for one in sent if one.call), key=lambda one: one.call)
        self._first = by_call[0] if by_call else Sent(0)
        self._later = {one.call - self._first.call: one.kind for one in by_call[1:]}
        self.calls = 0
        self._since = 0

    def begin(self) -> None:
        sys.setprofile(self._count)

    def end(self) -> None:
        sys.setprofile(None)
        sys.settrace(None)

    def _count(self, _frame: FrameType, event: str, _given: object) -> None:
        if event in ("call", "c_return"):
            self.calls += 1
            if self.calls == self._first.call:
                if self._later:
                    sys.settrace(self._follow)
                os.kill(os.getpid(), self._first.kind)

    def _follow(self, _frame: FrameType, event: str, _given: object) -> None:
        self._since += 1
        kind = self._later.get(self._since)
        if kind:
            os.kill(os.getpid(), kind)


if __name__ == "__main__":
    sys.exit(serve())
