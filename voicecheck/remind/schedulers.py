"""Installation of the reminder in the schedulers of four systems, each with the same four verbs."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from voicecheck.errors import VoicecheckError
from voicecheck.files import sync_folder, write_atomically
from voicecheck.offline.errand import CRONTAB, Done, Errand, run_tool
from voicecheck.remind import plans
from voicecheck.remind.plans import Command
from voicecheck.remind.schedule import Schedule, schedule_in

UNIT = "voicecheck-reminder"
TASK = r"VoiceCheck\Reminder"


class UntoldError(VoicecheckError):
    """The reminder's files were removed, but the system could not be told."""


Run = Callable[[Sequence[str], str], Done]


def run_by(errand: Errand) -> Run:
    """Return a function that runs programs of the system here, and crontab by the process from before the guard.

    Behind the guard crontab has no right to its own folder.
    """

    def run(command: Sequence[str], given: str) -> Done:
        return errand.crontab(command[1], given) if command[0] == CRONTAB else run_tool(command, given)

    return run


class Scheduler(Protocol):
    """Scheduler of one system, such as a systemd timer or cron."""

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> str:
        """Path, or other place, at which a person finds the reminder's files."""

    def install(self, schedule: Schedule, command: Command) -> None:
        """Put the reminder there, in the place of an older one. Raises VoicecheckError, and the older one stands."""

    def remove(self) -> bool:
        """Remove the reminder; False where there was none. Raises UntoldError, VoicecheckError."""

    @property
    def text(self) -> str:
        """All that stands there, the command among it; empty where there is nothing. Raises VoicecheckError."""

    def installed(self) -> Schedule | None:
        """Return the schedule that is installed, whoever changed it since."""

    def active(self) -> bool:
        """Return True if the system knows of the reminder and will start it."""


def schedulers(run: Run = run_tool) -> list[Scheduler]:
    """Return the schedulers that work here, the one that is used first."""
    if sys.platform == "darwin":
        return [Launchd(run)]
    if sys.platform == "win32":
        return [TaskScheduler(run)]
    found: list[Scheduler] = []
    if has_user_manager():
        found.append(Systemd(run))
    if shutil.which("crontab"):
        found.append(Cron(run))
    return found


def left_behind(used: Sequence[Scheduler], run: Run = run_tool) -> list[Scheduler]:
    """Return schedulers that cannot be used now and still hold a reminder, as systemd's files without its manager."""
    systemd = Systemd(run)
    if sys.platform.startswith("linux") and systemd.written() and all(one.name != systemd.name for one in used):
        return [systemd]
    return []


def has_user_manager() -> bool:
    """True if systemd's manager for this person runs; it opens this socket."""
    if not sys.platform.startswith("linux") or not shutil.which("systemctl"):
        return False
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return (Path(runtime) / "systemd" / "private").exists()


def config_home() -> Path:
    given = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".config"


@dataclass(frozen=True)
class Systemd:
    run: Run = run_tool
    folder: Path = field(default_factory=lambda: config_home() / "systemd" / "user")
    unit: str = UNIT
    starts: tuple[str, ...] = ("timer",)
    """kinds of the units that start the service, in whose name systemd is told"""
    what: str = "reminder"
    name = "systemd"

    @property
    def place(self) -> str:
        return str(self._units[0])

    def install(self, schedule: Schedule, command: Command) -> None:
        self.install_units(plans.systemd_service(command), plans.systemd_timer(schedule))

    def install_units(self, service: str, *starts: str) -> None:
        """Write the service and what starts it, in the order of `starts`. Raises as `install`."""
        before = {path: _bytes(path) for path in self._units}
        try:
            for path, content in zip(self._units, (*starts, service), strict=True):
                _write(path, content.encode())
            self._systemctl("daemon-reload")
            self._systemctl("enable", *self._starting)
            self._systemctl("restart", *self._starting)
        except BaseException:
            self._put_back(before)
            raise

    def remove(self) -> bool:
        """Remove the files, whatever systemd says; also the link that `enable` made, which it may have left."""
        files = self.written()
        if not files:
            return False
        done = [self.run(["systemctl", "--user", "disable", "--now", *self._starting], "")]
        for path in files:
            _unlink(path)
        done.append(self.run(["systemctl", "--user", "daemon-reload"], ""))
        fault = next((one for one in done if one.code), None)
        if fault is not None:
            raise UntoldError(
                f"The {self.what}'s files are gone, but systemd could not be told: {_fault_of(fault)}.",
                f"If it still comes: systemctl --user stop {' '.join(self._starting)}, or log in anew.",
            )
        return True

    def written(self) -> list[Path]:
        """Return the files that exist, the links that `enable` makes among them."""
        links = (self.folder / f"{kind}s.target.wants" / f"{self.unit}.{kind}" for kind in self.starts)
        return [path for path in (*self._units, *links) if os.path.lexists(path)]

    @property
    def _units(self) -> tuple[Path, ...]:
        return tuple(self.folder / f"{self.unit}.{kind}" for kind in (*self.starts, "service"))

    @property
    def _starting(self) -> tuple[str, ...]:
        return tuple(f"{self.unit}.{kind}" for kind in self.starts)

    def _put_back(self, before: dict[Path, bytes | None]) -> None:
        """Restore the state before `install`, as far as systemd listens."""
        older = all(content is not None for content in before.values())
        if not older:
            self.run(["systemctl", "--user", "disable", "--now", *self._starting], "")
            for path in self.written():
                _unlink(path)
        for path, content in before.items():
            if content is not None:
                _write(path, content)
        self.run(["systemctl", "--user", "daemon-reload"], "")
        if older:
            self.run(["systemctl", "--user", "restart", *self._starting], "")

    def installed(self) -> Schedule | None:
        return schedule_in(self.text)

    @property
    def text(self) -> str:
        """Text of its files, what starts it first; empty where there is none."""
        return "".join(_read(path) for path in self._units)

    def active(self) -> bool:
        return self.run(["systemctl", "--user", "is-active", self._starting[0]], "").code == 0

    def _systemctl(self, *words: str) -> None:
        _must(self.run(["systemctl", "--user", *words], ""), f"systemctl --user {words[0]}")


@dataclass(frozen=True)
class Cron:
    run: Run = run_tool
    marks: plans.Marks = plans.REMINDER
    name = "cron"
    place = "crontab -l"

    def install(self, schedule: Schedule, command: Command) -> None:
        self.install_line(schedule.note, plans.crontab_line(schedule, command))

    def install_line(self, note: str, line: str) -> None:
        """Put a line there, with a note above it, in the place of an older one. Raises as `install`."""
        self._write(plans.crontab_with(self._table(), note, line, self.marks))

    def remove(self) -> bool:
        table = self._table()
        rest = plans.crontab_without(table, self.marks)
        if rest == table:
            return False
        if rest.strip():
            self._write(rest)
        else:
            _must(self.run(["crontab", "-r"], ""), "crontab -r")
        return True

    def installed(self) -> Schedule | None:
        return schedule_in(self.text)

    @property
    def text(self) -> str:
        """Text of its part of the table; empty where there is none."""
        return plans.crontab_part(self._table(), self.marks)

    def active(self) -> bool:
        return bool(self.text)

    def _table(self) -> str:
        """Return the crontab; empty only where cron says that there is none: else nothing may be written over."""
        listed = self.run(["crontab", "-l"], "")
        if listed.code and ("no crontab for" in listed.fault or "No such file" in listed.fault):
            return ""
        return _must(listed, "crontab -l").output

    def _write(self, table: str) -> None:
        _must(self.run(["crontab", "-"], table), "crontab -")


@dataclass(frozen=True)
class Launchd:
    run: Run = run_tool
    folder: Path = field(default_factory=lambda: Path.home() / "Library" / "LaunchAgents")
    name = "launchd"

    @property
    def place(self) -> str:
        return str(self.folder / f"{plans.LABEL}.plist")

    def install(self, schedule: Schedule, command: Command) -> None:
        before = _bytes(Path(self.place))
        self.run(["launchctl", "bootout", self._service], "")  # an older one; none is no fault
        try:
            _write(Path(self.place), plans.launchd_plist(schedule, command))
            _must(self.run(["launchctl", "bootstrap", self._domain, self.place], ""), "launchctl bootstrap")
        except BaseException:
            self._put_back(before)
            raise

    def _put_back(self, before: bytes | None) -> None:
        if before is None:
            _unlink(Path(self.place))
        else:
            _write(Path(self.place), before)
            self.run(["launchctl", "bootstrap", self._domain, self.place], "")

    def remove(self) -> bool:
        if not Path(self.place).exists():
            return False
        self.run(["launchctl", "bootout", self._service], "")
        Path(self.place).unlink(missing_ok=True)
        return True

    def installed(self) -> Schedule | None:
        return schedule_in(self.text)

    @property
    def text(self) -> str:
        return _read(Path(self.place))

    def active(self) -> bool:
        return self.run(["launchctl", "print", self._service], "").code == 0

    @property
    def _domain(self) -> str:
        return f"gui/{os.getuid()}"

    @property
    def _service(self) -> str:
        return f"{self._domain}/{plans.LABEL}"


@dataclass(frozen=True)
class TaskScheduler:
    run: Run = run_tool
    name = "Task Scheduler"
    place = TASK

    def install(self, schedule: Schedule, command: Command) -> None:
        start = schedule.next(datetime.now().astimezone())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reminder.xml"
            path.write_bytes(plans.task_xml(schedule, command, start))
            _must(self.run(["schtasks", "/Create", "/TN", TASK, "/XML", str(path), "/F"], ""), "schtasks /Create")

    def remove(self) -> bool:
        if not self.active():
            return False
        _must(self.run(["schtasks", "/Delete", "/TN", TASK, "/F"], ""), "schtasks /Delete")
        return True

    def installed(self) -> Schedule | None:
        return schedule_in(self.text)

    @property
    def text(self) -> str:
        return self.run(["schtasks", "/Query", "/TN", TASK, "/XML"], "").output

    def active(self) -> bool:
        return self.run(["schtasks", "/Query", "/TN", TASK], "").code == 0


def _must(done: Done, what: str) -> Done:
    if done.code:
        raise VoicecheckError(f"`{what}` failed: {_fault_of(done)}.", "Try it by hand to see why.")
    return done


def _fault_of(done: Done) -> str:
    return (done.fault or f"exit code {done.code}").rstrip(".")


def _write(path: Path, content: bytes) -> None:
    with _told(f"{path} cannot be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
        sync_folder(path.parent)


def _unlink(path: Path) -> None:
    with _told(f"{path} cannot be removed"):
        path.unlink(missing_ok=True)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise VoicecheckError(f"{what}: {error.strerror or error}.", "Check who owns the folder.") from error


def _bytes(path: Path) -> bytes | None:
    """Return the content of a file; None where there is none."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _read(path: Path) -> str:
    return (_bytes(path) or b"").decode(errors="replace")
