"""The one-time file: what it lets in, what it does not, and how the page that runs comes forward."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, anybody
from tests.vault_samples import CANARY, make_entry, make_vault
from voicecheck.cli.app import Opened
from voicecheck.cli.main import run
from voicecheck.cli.open import OpenPage
from voicecheck.errors import VaultBusyError
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


def does_not_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicecheck.web.guard.instance.become_instance", lambda _: None)
    monkeypatch.setattr("voicecheck.web.guard.instance.call_forward", lambda _: False)


def damaged_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "settings.toml").write_text("[review]\nlock_after_min = 'soon'\n")


def damaged_keys(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths, _ = make_vault()
    paths.slots_file.write_bytes(b"{")


def fault_of_ours(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(OpenPage, "serve", fall)


def held_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        raise VaultBusyError("A first evening is open in a window, and has no passphrase yet.", "Choose one there.")

    monkeypatch.setattr("voicecheck.vault.unset.erase_abandoned", held)


BROKEN_STARTS = (
    (does_not_answer, "is open already, and does not answer. | Close its window."),
    (damaged_settings, "settings.toml"),
    (damaged_keys, "keys.json is damaged. | A backup comes back"),
    (fault_of_ours, "VoiceCheck has a fault (RuntimeError, open.py line"),
    (held_elsewhere, "A first evening is open in a window"),
)


@pytest.mark.parametrize(("break_it", "told"), BROKEN_STARTS)
def test_an_icon_that_cannot_start_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[Path, pytest.MonkeyPatch], None], told: str
) -> None:
    """Nobody sees a terminal then: a page in the browser says why, and where none can, a notification."""
    pages, notes = list[str](), list[str]()
    shows = [True]
    monkeypatch.setattr(Door, "tell", lambda self, lines: pages.append(lines) or shows[0])
    monkeypatch.setattr("voicecheck.remind.notification.show", lambda title, text: notes.append(f"{title}: {text}"))
    home.mkdir(exist_ok=True)
    break_it(home, monkeypatch)
    for shows[0] in (True, False):
        door = open_door(None)
        assert door is not None
        assert run(["open"], Opened(door=door)) != 0
        door.close()
    title, *lines, safe = pages[0].split("\n")
    assert title == "VoiceCheck could not open" and told in " | ".join(lines) and "is where it was" in safe
    assert CANARY not in f"{pages}{notes}" and len(lines) == 2 and all(lines)
    assert notes == [f"{title}: {' '.join(lines)}"]
    assert len(pages) == 2


def test_who_opens_it_by_hand_reads_the_terminal(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --no-browser no browser is opened for a fault either."""
    pages: list[str] = []
    monkeypatch.setattr(Door, "tell", lambda self, lines: pages.append(lines) or True)
    damaged_keys(home, monkeypatch)
    door = open_door(None)
    assert door is not None and run(["open", "--no-browser"], Opened(door=door)) != 0
    door.close()
    assert pages == []


def test_without_a_port_a_notification_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process that opens browsers was made then."""
    notes: list[str] = []
    monkeypatch.setattr("voicecheck.web.guard.socket.open_door", lambda folder: None)
    monkeypatch.setattr("voicecheck.remind.notification.show", lambda title, text: notes.append(text))
    assert run(["open"], Opened()) == 1
    assert notes and "gives no port for the page" in notes[0]


@pytest.mark.skipif(os.name != "posix", reason="the browser is a script here")
def test_the_page_about_a_fault_loads_and_runs_nothing(tmp_path: Path) -> None:
    """By the real forked process, which ends with its asker: escaped and private; the next start removes it."""
    seen, script = tmp_path / "seen", tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    script.chmod(0o700)
    code = (
        "from pathlib import Path; from voicecheck.web.guard.socket import open_door;"
        f"door = open_door(Path({str(tmp_path / 'run')!r}));"
        "print(door.tell('Not open\\n<script>alert(1)</script> & more\\n' + 'x' * 9000))"
    )
    environment = os.environ | {"BROWSER": str(script), "DISPLAY": ":0"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    page = tmp_path / "run" / opener.FAULT
    assert seen.read_text().strip() == page.as_uri() and page.stat().st_mode & 0o777 == 0o600
    text = page.read_text()
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text
    assert "default-src 'none'" in text and "http:" not in text and len(text) < 2 * opener.MOST_OF_FAULT
    door = open_door(tmp_path / "run")
    assert door is not None and not page.exists()
    door.close()


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
