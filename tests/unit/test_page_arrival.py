"""The one-time file: what it lets in, what it does not, and how the page that runs comes forward."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, anybody
from tests.vault_samples import CANARY, make_entry, make_vault
from voicecheck.cli.app import Opened
from voicecheck.cli.main import run
from voicecheck.phrases import load_phrases
from voicecheck.vault.vault import Vault
from voicecheck.web.app import make_app
from voicecheck.web.guard import instance, opener
from voicecheck.web.guard.bringing import COMES_WITHIN_S, Bringing
from voicecheck.web.guard.instance import become_instance, call_forward
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.opener import ARRIVAL, Opener, private_folder
from voicecheck.web.guard.presence import LEFT_AFTER_S, SIGN, Presence
from voicecheck.web.guard.socket import Door, open_door
from voicecheck.web.site.context import Desk

ADDRESS = f"http://{HOST}/"
FROM_FILE = {"origin": "null", "sec_fetch_site": "cross-site"}


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Arriving:
    """A page with a diary, and what it needs to come in."""

    def __init__(self, desk: Desk) -> None:
        self.keeper, self.clock = Keeper(PORT, CODE), Clock()
        self.idle, self.presence = IdleClock(600, self.clock), Presence(self.clock)
        self.app = make_app(desk, HOST, self.keeper, self.idle, ours=anybody, presence=self.presence)

    def browser(self) -> Browsing:
        return Browsing(self.app)


@pytest.fixture
def arriving() -> Arriving:
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
    return Arriving(Desk(paths, key, load_phrases()))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places that a browser was told to open."""
    places: list[str] = []
    monkeypatch.setattr(opener, "open_browser", lambda place: places.append(place) or True)
    monkeypatch.setenv("DISPLAY", ":9")
    return places


def test_the_ticket_lets_in_once(arriving: Arriving) -> None:
    """From a file, whose origin is none, it gives the session's cookie; the same once more gives the door."""
    arriving.keeper.expect("t" * 64)
    mine = arriving.browser()
    answer = mine.post(ARRIVAL, {"ticket": "t" * 64}, **FROM_FILE)
    assert answer.status == 200 and "samesite=strict" in answer.headers["set-cookie"].lower()
    assert CANARY not in answer.text and 'content="0;url=/"' in answer.text
    assert CANARY in mine.get("/").text
    other = arriving.browser()
    assert other.post(ARRIVAL, {"ticket": "t" * 64}, **FROM_FILE).status == 401 and other.get("/").status == 401
    assert other.post("/enter", {"code": CODE}).status == 401


def test_what_is_no_ticket_gives_the_door(arriving: Arriving) -> None:
    """Empty, guessed, by another method, with no ticket out; a website's guesses use nothing up."""
    foreign = arriving.browser()
    assert foreign.post(ARRIVAL, {"ticket": ""}, **FROM_FILE).status == 401
    arriving.keeper.expect("t" * 64)
    for ticket in ("", "t" * 63, "t" * 65, "T" * 64, "ü" * 64):
        for _ in range(3):
            assert foreign.post(ARRIVAL, {"ticket": ticket}, **FROM_FILE).status == 401
    assert foreign.get(f"{ARRIVAL}?ticket={'t' * 64}").status in (303, 405)
    assert foreign.get("/").status == 401
    assert arriving.browser().post(ARRIVAL, {"ticket": "t" * 64}, **FROM_FILE).status == 200


@pytest.mark.parametrize("path", ["/", "/enter", "/unlock", "/tonight/begin", "/tonight/do", "/lock", SIGN])
def test_nothing_else_comes_from_a_file(arriving: Arriving, path: str) -> None:
    """The exception for the ticket is for its own address alone, and for no other origin."""
    mine = arriving.browser()
    mine.post("/enter", {"code": CODE})
    arriving.keeper.expect("t" * 64)
    assert mine.post(path, {"ticket": "t" * 64}, **FROM_FILE).status == 403
    for origin in ("http://evil.example", "http://127.0.0.1:1", "file://"):
        assert mine.post(ARRIVAL, {"ticket": "t" * 64}, origin=origin, sec_fetch_site="cross-site").status == 403
    assert mine.post(ARRIVAL, {"ticket": "t" * 64}, host="localhost:4321", **FROM_FILE).status == 421
    assert mine.get(ARRIVAL, sec_fetch_site="cross-site").status == 403
    assert arriving.keeper.expecting


def test_whoever_comes_by_a_new_ticket_has_the_page(arriving: Arriving) -> None:
    """One browser has the session: where the page comes forward in another, the one before has it no more."""
    first, second = arriving.browser(), arriving.browser()
    first.post("/enter", {"code": CODE})
    arriving.keeper.expect("t" * 64)
    second.post(ARRIVAL, {"ticket": "t" * 64}, **FROM_FILE)
    assert (first.get("/").status, second.get("/").status) == (401, 200)


def test_the_file_is_private_and_holds_the_ticket_alone(tmp_path: Path, opened: list[str]) -> None:
    """0600 in a folder of 0700, whatever stood there before; the browser is told its place, never the ticket."""
    folder = private_folder(tmp_path / "run")
    made = Opener(ADDRESS, folder)
    assert made.file is not None and folder is not None
    target = tmp_path / "target"
    target.write_text("mine")
    made.file.symlink_to(target)
    ticket = made.bring()
    assert re.fullmatch(r"[0-9a-f]{64}", ticket) and opened == [made.file.as_uri()]
    assert target.read_text() == "mine" and not made.file.is_symlink()
    if os.name == "posix":
        assert stat.S_IMODE(made.file.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert f'action="{ADDRESS.rstrip("/")}{ARRIVAL}"' in made.file.read_text() and ticket in made.file.read_text()
    assert made.bring() != ticket
    made.take_away()
    assert not made.file.exists()


def test_without_a_private_folder_the_address_is_opened(tmp_path: Path, opened: list[str]) -> None:
    """A folder that is a link or a file is none; then the code is typed, as by whoever opens the address by hand."""
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    (tmp_path / "file").touch()
    assert private_folder(tmp_path / "link") is None and private_folder(tmp_path / "file") is None
    assert Opener(ADDRESS, None).bring() == "" and opened == [ADDRESS]


def test_a_browser_that_cannot_read_the_file_is_led_by_hand(tmp_path: Path, opened: list[str]) -> None:
    """Nobody has come within twenty seconds: the file goes, the address opens, and the code is asked for."""
    door, clock, told = open_door(), Clock(), list[str]()
    assert door is not None
    keeper = Keeper(door.port, CODE)
    made = Opener(door.address, private_folder(tmp_path / "run"))
    bringing = Bringing(Door(door.listening, made), keeper, lambda: told.append("code"), clock)
    assert bringing.bring() and made.file is not None and made.file.exists()
    ticket = re.search(r"[0-9a-f]{64}", made.file.read_text())
    clock.now += COMES_WITHIN_S - 1
    bringing.look()
    assert made.file.exists() and not told
    clock.now += 2
    bringing.look()
    bringing.look()
    assert not made.file.exists() and told == ["code"] and opened[1:] == [door.address]
    assert ticket is not None and keeper.arrive(ticket[0]) is None and keeper.enter(CODE)
    bringing.bring()
    keeper.arrive(re.search(r"[0-9a-f]{64}", made.file.read_text())[0])  # type: ignore[index]
    bringing.look()
    assert not made.file.exists() and told == ["code"]
    door.close()


def test_started_twice_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start asks the first to come forward, once; where it does not answer, that is said in time."""
    folder = private_folder(tmp_path / "run")
    assert folder is not None
    running = become_instance(folder)
    assert running is not None and become_instance(folder) is None
    assert not running.is_called()
    assert call_forward(folder, sleep=lambda _: running.is_called() and None) and not running.is_called()
    clock = Clock()

    def pass_time(seconds: float) -> None:
        clock.now += 1.0

    assert not call_forward(folder, clock, pass_time) and clock.now <= 1000.0 + instance.ANSWERS_WITHIN_S + 1
    running.close()
    again = become_instance(folder)
    assert again is not None and not again.is_called()
    again.close()


def test_an_icon_that_cannot_start_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sees a terminal then: the sentence comes as a notification."""
    shown: list[str] = []
    monkeypatch.setattr("voicecheck.web.guard.instance.become_instance", lambda _: None)
    monkeypatch.setattr("voicecheck.web.guard.instance.call_forward", lambda _: False)
    monkeypatch.setattr("voicecheck.remind.notification.show", lambda title, text: shown.append(text))
    door = open_door(None)
    assert door is not None
    assert run(["open"], Opened(door=door)) == 1
    door.close()
    (text,) = shown
    assert "is open already, and does not answer" in text


def test_it_ends_once_the_last_page_was_closed(arriving: Arriving) -> None:
    """Two minutes after the last sign; before the first page there is nothing to end, and strangers give no sign."""
    mine, clock = arriving.browser(), arriving.clock
    clock.now += 1000
    assert mine.post(SIGN).status == 401 and not arriving.presence.left
    mine.post("/enter", {"code": CODE})
    mine.get("/")
    clock.now += LEFT_AFTER_S - 1
    assert mine.post(SIGN).status == 204
    clock.now += LEFT_AFTER_S - 1
    assert not arriving.presence.left
    arriving.browser().get("/")
    clock.now += 2
    assert arriving.presence.left


def test_the_sign_holds_off_no_lock(arriving: Arriving) -> None:
    """A window that stands open is nobody who reads."""
    mine, clock = arriving.browser(), arriving.clock
    mine.post("/enter", {"code": CODE})
    for _ in range(31):
        clock.now += 20
        mine.post(SIGN)
    assert arriving.idle.over and not arriving.presence.left


@pytest.mark.skipif(os.name != "posix", reason="the browser is a script here")
@pytest.mark.parametrize(
    ("usual", "wanted"),
    [("chromium.desktop", "--app=file:///x"), ("google-chrome.desktop", "--app=file:///x"), ("firefox.desktop", None)],
)
def test_a_window_of_its_own_where_the_browser_has_some(
    usual: str, wanted: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person's usual browser gets the page as a program's window; any other opens it as it opens everything."""
    seen = tmp_path / "seen"
    for name, script in (("xdg-settings", f"echo {usual}"), (usual.removesuffix(".desktop"), f'echo "$1" > {seen}')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("BROWSER", raising=False)
    otherwise: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda place: otherwise.append(place) or True)
    started: list[subprocess.Popen[bytes]] = []

    class Started(subprocess.Popen[bytes]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Started)
    assert opener.open_browser("file:///x")
    for one in started:
        one.wait()
    assert (seen.read_text().strip() if seen.exists() else None) == wanted
    assert otherwise == ([] if wanted else ["file:///x"])
