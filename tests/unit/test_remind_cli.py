"""`voicecheck remind`: set, status and off on every system's clock, and when the reminder keeps still."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from voicecheck import clock
from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.cli.remind import spoken_on
from voicecheck.clock import local_date
from voicecheck.errors import ExitCode, VoicecheckError
from voicecheck.offline.errand import Done
from voicecheck.remind import notification, plans, schedulers, terminal
from voicecheck.remind.schedule import read_schedule
from voicecheck.remind.schedulers import Cron, Launchd, Scheduler, Systemd, TaskScheduler
from voicecheck.remind.terminal import find_terminal

SCHEDULE = read_schedule("21:30", "mon-fri")
EVENING = datetime.fromisoformat("2026-11-27T21:30").astimezone()  # a Friday


class Tools:
    """The systems' own programs: what they were told, and a crontab that is kept."""

    def __init__(self, crontab: str | None = None) -> None:
        self.told: list[str] = []
        self.crontab = crontab
        self.task = ""
        self.failing = ""

    def __call__(self, command: Sequence[str], given: str) -> Done:
        words = list(command)
        self.told.append(" ".join(words))
        if self.failing and self.failing in self.told[-1]:
            return Done(1, "", "it is broken")
        match words:
            case ["crontab", "-l"]:
                return Done(0, self.crontab) if self.crontab is not None else Done(1, "", "no crontab for me")
            case ["crontab", "-"]:
                self.crontab = given
            case ["crontab", "-r"]:
                self.crontab = None
            case ["schtasks", "/Create", *_]:
                self.task = Path(words[words.index("/XML") + 1]).read_bytes().decode("utf-16")
            case ["schtasks", "/Delete", *_]:
                self.task = ""
            case ["schtasks", "/Query", *_]:
                return Done(0 if self.task else 1, self.task)
        return Done(0, "")


@pytest.fixture
def tools() -> Tools:
    return Tools()


MAKERS: dict[str, Callable[[Tools, Path], Scheduler]] = {
    "systemd": lambda tools, folder: Systemd(tools, folder / "systemd"),
    "cron": lambda tools, _: Cron(tools),
    "launchd": lambda tools, folder: Launchd(tools, folder / "agents"),
    "windows": lambda tools, _: TaskScheduler(tools),
}


@pytest.mark.parametrize("name", list(MAKERS))
def test_every_clock_keeps_it_and_lets_it_go(name: str, tools: Tools, tmp_path: Path) -> None:
    """Set, it is there and in use; set anew, the new one is; off, nothing of it is left anywhere."""
    scheduler = MAKERS[name](tools, tmp_path)
    assert scheduler.installed() is None
    assert scheduler.remove() is False
    scheduler.install(read_schedule("9:00", "daily"), ["/x y", "remind"])
    scheduler.install(SCHEDULE, ["/x y", "remind"])
    assert scheduler.installed() == SCHEDULE
    assert scheduler.active()
    assert scheduler.remove() is True
    assert scheduler.installed() is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert (tools.crontab, tools.task) == (None, "")


def test_systemd_is_told_in_order(tools: Tools, tmp_path: Path) -> None:
    """The manager reads the new files before it starts the timer, and forgets them only once it has stopped it."""
    scheduler = Systemd(tools, tmp_path)
    scheduler.install(SCHEDULE, ["/x"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "voicecheck-reminder.service",
        "voicecheck-reminder.timer",
    ]
    scheduler.remove()
    timer = "voicecheck-reminder.timer"
    assert tools.told == [
        f"systemctl --user {words}"
        for words in ("daemon-reload", f"enable {timer}", f"restart {timer}", f"disable --now {timer}", "daemon-reload")
    ]


def test_a_crontab_that_cannot_be_read_is_not_written_over(tools: Tools) -> None:
    """Only where cron says that there is none does it count as empty."""
    tools.crontab, tools.failing = "* * * * * mine\n", "crontab -l"
    with pytest.raises(VoicecheckError, match="crontab -l"):
        Cron(tools).install(SCHEDULE, ["/x"])
    assert tools.crontab == "* * * * * mine\n"


@pytest.mark.parametrize(("name", "step"), [("systemd", "daemon-reload"), ("cron", "crontab -"),
                                            ("launchd", "bootstrap"), ("windows", "/Create")])  # fmt: skip
def test_a_clock_that_refuses_is_an_error(name: str, step: str, tools: Tools, tmp_path: Path) -> None:
    """What the system's program says is passed on, with what was tried."""
    tools.failing = step
    with pytest.raises(VoicecheckError, match="it is broken"):
        MAKERS[name](tools, tmp_path).install(SCHEDULE, ["/x"])


@pytest.mark.parametrize(("name", "step"), [("systemd", "daemon-reload"), ("systemd", "enable"), ("systemd", "restart"),
                                            ("launchd", "bootstrap")])  # fmt: skip
@pytest.mark.parametrize("older", [False, True])
def test_a_set_that_fails_changes_nothing(name: str, step: str, older: bool, tools: Tools, tmp_path: Path) -> None:
    """What was written is undone: an older reminder stands to the letter, and without one nothing is left."""
    scheduler = MAKERS[name](tools, tmp_path)
    if older:
        scheduler.install(SCHEDULE, ["/x"])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    tools.failing = step
    with pytest.raises(VoicecheckError, match="it is broken"):
        scheduler.install(read_schedule("20:00", "daily"), ["/y"])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert scheduler.installed() == (SCHEDULE if older else None)


@pytest.mark.parametrize("manager", [True, False])
def test_off_removes_the_files_whatever_systemd_says(
    manager: bool, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where its manager does not run, and with the link that `enable` made; that it could not be told is said."""
    systemd = Systemd(tools, tmp_path)
    systemd.install(SCHEDULE, ["/x"])
    (tmp_path / "timers.target.wants").mkdir()
    (tmp_path / "timers.target.wants" / "voicecheck-reminder.timer").symlink_to(tmp_path / "voicecheck-reminder.timer")
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [systemd] if manager else [])
    monkeypatch.setattr(schedulers, "Systemd", lambda run: systemd)
    monkeypatch.setattr(sys, "platform", "linux")
    tools.failing = "systemctl"
    assert run(["remind", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["active"] is False
    assert run(["remind", "off"]) == 0
    told = capsys.readouterr().err
    assert "The reminder is off." in told and "systemd could not be told: it is broken" in told
    assert systemd.written() == []
    assert run(["remind", "off"]) == 0
    assert "No reminder was set." in capsys.readouterr().err


def test_half_a_mark_in_the_crontab_stops_no_systemd(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told and left as it is, and the reminder is set and taken off; cron alone refuses."""
    tools.crontab = half = f"* * * * * mine\n{plans.CRON_BEGIN}\n"
    systemd, cron = Systemd(tools, tmp_path), Cron(tools)
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [systemd, cron])
    monkeypatch.setattr(notification, "obstacle", lambda: "")
    for words in (["set", "21:30"], ["off"]):
        assert run(["remind", *words]) == 0
        assert "one of VoiceCheck's two marks" in capsys.readouterr().err
        assert (systemd.installed() is None) == (words == ["off"])
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [cron])
    assert run(["remind", "set", "21:30"]) == run(["remind", "off"]) == ExitCode.USAGE
    assert tools.crontab == half


def test_a_crontab_that_is_closed_to_the_person_is_none_of_systemds_business(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be read there holds no reminder that VoiceCheck could have set; one that is held must go."""
    systemd, cron = Systemd(tools, tmp_path), Cron(tools)
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [systemd, cron])
    monkeypatch.setattr(notification, "obstacle", lambda: "")
    tools.failing = "crontab -l"
    assert run(["remind", "set", "21:30"]) == run(["remind", "off"]) == 0
    tools.failing = ""
    cron.install(SCHEDULE, ["/x"])
    tools.failing = "crontab -r"
    assert run(["remind", "off"]) == ExitCode.GENERAL


@pytest.fixture
def cron(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """cron is the only clock, nothing can be shown, and it is a Friday evening at half past nine."""
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [Cron(tools)])
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    monkeypatch.setattr(notification, "obstacle", lambda: "no desktop session is here")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "TERMINAL"):
        monkeypatch.delenv(name, raising=False)
    return tools


def test_set_status_off(cron: Tools, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set is told in words and as JSON, with the next time and what is in the way; off takes it away."""
    monkeypatch.chdir(os.environ["HOME"])
    monkeypatch.setenv("VOICECHECK_HOME", "my home")
    monkeypatch.setenv("VOICECHECK_KEY_FILE", "/secret/key")
    assert run(["remind", "set", "9:45 pm", "--days", "fri,sat"]) == 0
    told = capsys.readouterr().err
    assert "A reminder comes at 21:45, on Friday and Saturday." in told
    assert "The next one: Friday, 27 November 2026, 21:45" in told
    assert "no notification could be shown: no desktop session is here" in told
    assert cron.crontab is not None
    line = cron.crontab.splitlines()[-2]
    words = shlex.split(line.split(" ", 5)[5].removesuffix(plans.QUIETLY))
    assert words[:6] == [sys.executable, "-P", "-m", "voicecheck", "remind", "notify"]
    assert f"VOICECHECK_HOME={os.environ['HOME']}/my home" in words
    assert "/secret/key" not in line
    assert run(["remind", "status", "--json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert (shape["set"], shape["at"], shape["days"], shape["scheduler"]) == (True, "21:45", ["fri", "sat"], "cron")
    assert datetime.fromisoformat(shape["next"]) == EVENING.replace(minute=45)
    assert run(["remind", "off"]) == 0
    assert cron.crontab is None
    assert run(["remind", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["set"] is False
    assert run(["remind", "off"]) == 0
    assert "No reminder was set" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["25:00"], ["21:30", "--days", "someday"], []])
def test_wrong_times_and_days_end_with_2(words: list[str], cron: Tools) -> None:
    """Nothing is installed then."""
    assert run(["remind", "set", *words]) == ExitCode.USAGE
    assert cron.crontab is None


def test_another_clock_lets_go_of_the_old_one(tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set under cron, and later under systemd: there is one reminder and not two."""
    systemd, cron = Systemd(tools, tmp_path), Cron(tools)
    cron.install(SCHEDULE, ["/x"])
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [systemd, cron])
    monkeypatch.setattr(notification, "obstacle", lambda: "")
    assert run(["remind", "set", "21:30"]) == 0
    assert (cron.installed(), systemd.installed()) == (None, read_schedule("21:30", "daily"))


def test_a_computer_without_a_clock_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither systemd nor cron: one sentence and a next step."""
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [])
    assert run(["remind", "set", "21:30"]) == ExitCode.GENERAL
    assert "hint: Log in on a desktop with systemd, or install cron." in capsys.readouterr().err


# When the time has come


class Desk:
    """Where the notification would be: what stood on it, and what was opened."""

    def __init__(self, clicked: bool) -> None:
        self.clicked = clicked
        self.shown: list[notification.Words] = []
        self.opened: list[list[str]] = []
        self.wanted: Callable[[], bool] = lambda: False

    def ask(self, words: notification.Words, wanted: Callable[[], bool]) -> bool:
        self.shown.append(words)
        self.wanted = wanted
        return self.clicked

    def open(self, command: Sequence[str]) -> None:
        self.opened.append(list(command))


def desk(monkeypatch: pytest.MonkeyPatch, now: datetime = EVENING, *, clicked: bool = True) -> Desk:
    made = Desk(clicked)
    monkeypatch.setattr(notification, "ask", made.ask)
    monkeypatch.setattr(terminal, "open_terminal", made.open)
    monkeypatch.setattr(clock, "now", lambda: now)
    return made


NOTIFY = ["remind", "notify", "--at", "21:30", "--days", "mon,tue,wed,thu,fri"]


def test_a_click_opens_the_checkin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The notification is calm, and its click starts the check-in; closing it starts nothing."""
    made = desk(monkeypatch)
    assert run(NOTIFY) == 0
    (words,) = made.shown
    assert words.text == "There is a question for tonight, if you feel like one."
    assert not any(letter.isdigit() for letter in f"{words}")
    (command,) = made.opened
    assert command[:6] == [sys.executable, "-P", "-m", "voicecheck", "remind", "begin"]
    closed = desk(monkeypatch, clicked=False)
    assert run(NOTIFY) == 0
    assert (len(closed.shown), closed.opened) == (1, [])


@pytest.mark.parametrize("now", ["2026-11-28T04:00", "2026-11-28T09:00", "2026-11-28T21:30", "2026-11-27T20:00"])
def test_another_day_is_left_in_peace(now: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that woke up in the morning, a day that was not asked for, an hour too early: nothing comes."""
    made = desk(monkeypatch, datetime.fromisoformat(now).astimezone())
    assert run(NOTIFY) == 0
    assert made.shown == []


def touch(path: Path, at: datetime) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


@pytest.mark.parametrize("name", ["next.json", "inbox/00ff.sealed", "inbox/asked-00ff.sealed"])
def test_an_evening_that_was_held_needs_no_reminder(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told by the times of files that lie there anyway: today's keep it still, yesterday's do not."""
    made = desk(monkeypatch)
    path = touch(home / "vault" / name, EVENING.replace(day=26))
    assert run(NOTIFY) == 0
    assert len(made.shown) == 1
    assert made.wanted()
    touch(path, EVENING.replace(hour=19))
    assert not made.wanted()  # held by hand while the notification stood
    assert run(NOTIFY) == 0
    assert len(made.shown) == 1


def test_nothing_is_written_to_know_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reminder leaves no file of its own, so nobody can read from one when it came."""
    desk(monkeypatch)
    assert run(NOTIFY) == 0
    assert not home.exists()
    assert not spoken_on(App(), local_date(EVENING))


def test_places_go_along_and_nothing_else(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of the person who set it are used; a variable that is none of these is refused."""
    made = desk(monkeypatch)
    monkeypatch.delenv("VOICECHECK_HOME")
    assert run([*NOTIFY, "--set", f"VOICECHECK_HOME={tmp_path}"]) == 0
    assert f"VOICECHECK_HOME={tmp_path}" in made.opened[0]
    assert run([*NOTIFY, "--set", "LD_PRELOAD=/x"]) == ExitCode.USAGE
    monkeypatch.delenv("VOICECHECK_HOME")


@pytest.mark.parametrize(
    ("given", "here", "expected"),
    [
        ("", {"xterm", "konsole"}, ["/bin/konsole", "-e"]),
        ("xterm", {"xterm", "konsole"}, ["/bin/xterm", "-e"]),
        ("gnome-terminal --wait", {"gnome-terminal"}, ["/bin/gnome-terminal", "--wait", "--"]),
        ("mine", {"mine"}, ["/bin/mine", "-e"]),
        ("gone", {"kitty"}, ["/bin/kitty"]),
        ("'open", {"foot"}, ["/bin/foot"]),
        ("", set(), None),
    ],
)
def test_the_persons_terminal(given: str, here: set[str], expected: list[str] | None) -> None:
    """$TERMINAL where it is there, else one of those known, each with what it wants before a command."""
    which = lambda name: f"/bin/{name}" if name in here else None  # noqa: E731
    assert find_terminal({"TERMINAL": given}, which) == expected
