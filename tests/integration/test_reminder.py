"""The reminder against the real thing: systemd's own reader and calendar, and a session bus with a desktop on it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_vault_terminal import converse
from tests.unit.test_remind_schedule import clocks_of
from voicecheck.remind import plans
from voicecheck.remind.schedule import read_schedule

ROOT = Path(__file__).parents[2]
NASTY = 'it\'s 100%h "$HOME" \\n é;#'
"""a folder's name in which every sign means something to somebody"""
needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="needs systemd-analyze (package systemd)"
)
needs_bus = pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon (package dbus)")
PATIENCE_S = 60.0


def analyze(*words: str, zone: str = "Europe/Vienna") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"TZ": zone, "LC_ALL": "C", "XDG_RUNTIME_DIR": os.environ["HOME"]}
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, check=False, env=environment, timeout=PATIENCE_S
    )


def verify(folder: Path, service: str) -> str:
    """What systemd has against our two files; empty where it takes them."""
    texts = {"service": service, "timer": plans.systemd_timer(read_schedule("21:30", "mon-fri"))}
    files = [folder / f"voicecheck-reminder.{ending}" for ending in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text)
    done = analyze("verify", "--user", "--man=no", *map(str, files))
    assert "Failed to initialize" not in done.stderr
    return f"{done.stderr}exit code {done.returncode}" if done.returncode or "voicecheck" in done.stderr else ""


@needs_systemd
def test_systemd_takes_both_files(tmp_path: Path) -> None:
    """systemd-analyze verify has nothing to say, whatever stands in the path."""
    assert verify(tmp_path, plans.systemd_service([f"/{NASTY}/python", "-P", "remind"])) == ""


@needs_systemd
def test_systemd_reads_the_path_as_it_is(tmp_path: Path) -> None:
    """Put first, where systemd wants no quotes in a name, it complains of exactly our path, and tells it unescaped.

    So quotes, backslashes and percent signs reach it whole; and so the program has to stand behind env.
    """
    program = f"/{NASTY.replace('$', '')}/program"
    told = verify(tmp_path, plans.systemd_service([program]).replace("/usr/bin/env ", ""))
    assert f"special characters: {program}\n" in told


@needs_systemd
@pytest.mark.parametrize(
    ("at", "days", "now", "expected"),
    [
        ("21:30", "mon-fri", "2026-11-27 21:31:00", "2026-11-30 21:30:00"),
        ("21:30", "sat,wed", "2026-11-27 21:31:00", "2026-11-28 21:30:00"),
        ("00:30", "fri", "2026-11-27 12:00:00", "2026-11-28 00:30:00"),
        ("02:30", "daily", "2026-10-24 12:00:00", "2026-10-25 02:30:00"),  # that hour comes twice
        ("02:30", "daily", "2026-03-28 12:00:00", "2026-03-30 02:30:00"),  # and that one not at all
    ],
)
def test_systemd_and_we_agree_on_the_next(at: str, days: str, now: str, expected: str) -> None:
    """The time that systemd would take next is the time that `remind status` tells."""
    schedule = read_schedule(at, days)
    (line,) = re.findall(r"OnCalendar=(.*)", plans.systemd_timer(schedule))
    told = analyze("calendar", f"--base-time={now}", line)
    assert told.returncode == 0, told.stderr
    assert re.search(r"Next elapse: \w+ (\S+ \S+)", told.stdout)[1] == expected  # type: ignore[index]
    with clocks_of("Europe/Vienna"):
        ours = schedule.next(datetime.fromisoformat(now).astimezone())
    assert ours.strftime("%Y-%m-%d %H:%M:%S") == expected


@needs_systemd
def test_summer_time_as_the_documentation_says(tmp_path: Path) -> None:
    """A time that the clocks skip does not come that day, one that they show twice comes once."""
    (line,) = re.findall(r"OnCalendar=(.*)", plans.systemd_timer(read_schedule("02:30", "daily")))
    spring = analyze("calendar", "--iterations=2", "--base-time=2026-03-28 12:00:00", line).stdout
    autumn = analyze("calendar", "--iterations=2", "--base-time=2026-10-24 12:00:00", line).stdout
    assert re.findall(r"(2026-\S+ \S+) CES?T", spring) == ["2026-03-30 02:30:00", "2026-03-31 02:30:00"]
    assert re.findall(r"(2026-\S+ \S+) CES?T", autumn) == ["2026-10-25 02:30:00", "2026-10-26 02:30:00"]


# A desktop


class Desktop(threading.Thread):
    """A notification server on the bus: keeps what it is shown, and lets a person choose `action` at once."""

    def __init__(self, address: str, action: str, able: Sequence[str] = ("body", "actions")) -> None:
        super().__init__(daemon=True)
        from jeepney import DBusAddress
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import DBusConnection, Proxy, prep_socket

        self.bus = DBusConnection(prep_socket(address.removeprefix("unix:path=").split(",")[0]))
        Proxy(message_bus, self.bus).RequestName("org.freedesktop.Notifications")
        self.emitter = DBusAddress("/org/freedesktop/Notifications", interface="org.freedesktop.Notifications")
        self.action = action
        self.able = list(able)
        self.shown: list[tuple[Any, ...]] = []
        self.start()

    def run(self) -> None:
        from jeepney import HeaderFields, new_method_return, new_signal

        while True:
            try:
                call = self.bus.receive()
            except OSError:  # the bus has gone
                return self.bus.close()
            if call.header.fields.get(HeaderFields.member) == "GetCapabilities":
                self.bus.send(new_method_return(call, "as", (self.able,)))
            if call.header.fields.get(HeaderFields.member) != "Notify":
                continue
            self.shown.append(call.body)
            self.bus.send(new_method_return(call, "u", (7,)))
            self.bus.send(new_signal(self.emitter, "ActionInvoked", "us", (6, "begin")))  # somebody else's
            self.bus.send(new_signal(self.emitter, "ActivationToken", "us", (7, "token")))
            if self.action:
                self.bus.send(new_signal(self.emitter, "ActionInvoked", "us", (7, self.action)))
            self.bus.send(new_signal(self.emitter, "NotificationClosed", "uu", (7, 2)))


@contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """A private bus of its own, as a desktop session has one."""
    address = f"unix:path={folder}/bus"
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}", "--print-address=1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


@pytest.fixture
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with session_bus(tmp_path_factory.mktemp("bus")) as address:
        yield address


def terminal_of(folder: Path) -> tuple[Path, Path]:
    """A terminal that notes what it should run, in a folder with a nasty name."""
    (folder / NASTY).mkdir()
    terminal, noted = folder / NASTY / "terminal", folder / "noted"
    terminal.write_text(f'#!/bin/sh\nprintf "%s\\n" "$XDG_ACTIVATION_TOKEN" "$@" >"{noted}"\n')
    terminal.chmod(terminal.stat().st_mode | stat.S_IXUSR)
    return terminal, noted


def remind(bus: str, terminal: Path, *words: str, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": bus, "PATH": f"{terminal.parent}:{os.environ['PATH']}"}
    command = [*before, sys.executable, "-m", "voicecheck", "remind", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment | {"TERMINAL": "terminal"}, capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip


@needs_bus
@pytest.mark.parametrize("action", ["default", "begin"])
def test_a_click_on_a_real_bus_opens_the_terminal(action: str, bus: str, tmp_path: Path) -> None:
    """Through D-Bus, behind the network guard: the words are shown, and the terminal is to run the check-in."""
    desktop = Desktop(bus, action)
    terminal, noted = terminal_of(tmp_path)
    done = remind(bus, terminal, "test")
    assert done.returncode == 0, done.stderr
    ((app, _, _, title, text, actions, hints, expires),) = desktop.shown
    assert (app, title, text) == ("VoiceCheck", "VoiceCheck", "There is a question for tonight, if you feel like one.")
    assert actions == ["default", "Begin", "begin", "Begin", "later", "Not tonight"]
    assert (hints["urgency"], expires) == (("y", 1), -1)
    token, dash_e, *command = noted.read_text().splitlines()
    assert (token, dash_e) == ("token", "-e")
    assert command[:6] == [sys.executable, "-P", "-m", "voicecheck", "remind", "begin"]
    assert f"VOICECHECK_HOME={os.environ['VOICECHECK_HOME']}" in command


@needs_bus
@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_the_reminder_never_asks_for_the_network(bus: str, tmp_path: Path) -> None:
    """From its start to the terminal it opens Unix sockets only; so do the processes that it starts."""
    Desktop(bus, "begin")
    terminal, noted = terminal_of(tmp_path)
    log = tmp_path / "trace"
    done = remind(bus, terminal, "test", before=["strace", "-f", "-qq", "-e", "trace=network", "-o", str(log)])
    assert done.returncode == 0, done.stderr
    assert noted.exists()
    assert "AF_UNIX" in log.read_text()
    assert not re.search(r"AF_INET6?\b", log.read_text())


@needs_bus
@pytest.mark.parametrize("action", ["later", ""])
def test_not_tonight_opens_nothing(action: str, bus: str, tmp_path: Path) -> None:
    """ "Not tonight", and a notification that is closed, end it without a word."""
    desktop = Desktop(bus, action)
    terminal, noted = terminal_of(tmp_path)
    done = remind(bus, terminal, "test")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(desktop.shown) == 1
    assert not noted.exists()


@needs_bus
def test_what_cannot_be_clicked_says_what_to_type(bus: str, tmp_path: Path) -> None:
    """Some desktops show no buttons; there the command stands in the notification, and nobody waits for a click."""
    desktop = Desktop(bus, "begin", able=["body"])
    terminal, noted = terminal_of(tmp_path)
    assert remind(bus, terminal, "test").returncode == 0
    ((_, _, _, _, text, actions, _, _),) = desktop.shown
    assert (text.splitlines()[1], actions) == ("In a terminal: voicecheck checkin", [])
    assert not noted.exists()


@needs_bus
def test_without_a_desktop_it_says_so(bus: str, tmp_path: Path) -> None:
    """A bus on which nobody shows notifications, and no bus at all, give one sentence and a next step."""
    terminal, _ = terminal_of(tmp_path)
    for address in (bus, f"unix:path={tmp_path}/none"):
        done = remind(address, terminal, "test")
        assert done.returncode == 1
        assert "No notification can be shown here" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_fault_stays_on_the_terminal_until_it_was_read(tmp_path: Path, home: Path) -> None:
    """What the click opens is the check-in; where it cannot begin, the window does not vanish with the reason."""
    home.mkdir()
    (home / "settings.toml").write_text("[vioce]\n")
    code, screen = converse(["remind", "begin", "--set", f"VOICECHECK_HOME={home}"], ("Press Enter to close", "\n"))
    assert code == 0
    assert "settings.toml, line 1: there is no setting called vioce" in screen
