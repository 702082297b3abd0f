"""The first evening in the window: the vault is made on the page, and one without a passphrase goes with its window."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.fakes import FakeSounddevice, FakeVoice
from tests.sound_samples import voice
from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, anybody, plain
from tests.unit.test_page_settings import Fetcher
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, make_entry
from voicecheck.cli.main import run
from voicecheck.errors import AudioError, ModelError, VaultBusyError, VaultError, VaultLockedError
from voicecheck.offline.errand import Errand
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.vault.create import vault_exists
from voicecheck.vault.keys import argon2, keychain
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.unset import create_unset, erase_abandoned
from voicecheck.web.app import SECTIONS, make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.site.context import Desk
from voicecheck.web.site.hearing import Hearing
from voicecheck.web.site.jobs import Errands

PHRASES = load_phrases()


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No login keychain is here, and a passphrase costs nothing."""

    def none() -> keychain.Keychain:
        raise VaultError("There is no safe login keychain here.", "Use a passphrase.")

    monkeypatch.setattr(keychain, "find_keychain", none)
    monkeypatch.setattr(argon2, "calibrate", lambda secret, salt: (CHEAP, argon2.stretch(secret, salt, CHEAP)))


@contextmanager
def first_page() -> Iterator[tuple[Desk, Browsing]]:
    with Desk(find_paths(), None, PHRASES) as desk:
        browser = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        browser.post("/enter", {"code": CODE})
        yield desk, browser


def test_without_a_vault_every_page_leads_to_the_welcome() -> None:
    """Also Begin: nothing is said before there is something to keep it in."""
    with first_page() as (desk, browser):
        for address in ("/", *(address for one in SECTIONS for address in one.listed.values())):
            assert browser.get(address).headers["location"] == "/welcome"
        assert browser.post("/tonight/begin").headers["location"] == "/welcome"
        assert not desk.evening.began
        assert "stays on this computer" in plain(browser.get("/welcome").text)


def test_a_passphrase_makes_the_vault() -> None:
    """Typed twice; short or different ones are told in a sentence, and nothing is made; no page repeats one."""
    with first_page() as (desk, browser):
        for first, again, told in (("short", "short", "at least 8"), (PASSPHRASE, f"{PASSPHRASE}!", "not the same")):
            answer = browser.post("/welcome/key", {"passphrase": first, "again": again})
            page = browser.get(answer.headers["location"])
            assert told in plain(page.text) and PASSPHRASE not in page.text and not vault_exists(desk.paths)
        assert (
            browser.post("/welcome/key", {"passphrase": PASSPHRASE, "again": PASSPHRASE}).headers["location"]
            == "/welcome/sound"
        )
        assert not desk.locked and not desk.first.unset and browser.get("/timeline").status == 200
        assert browser.get("/welcome").headers["location"] == browser.get("/welcome/key").headers["location"] == "/"
        with desk.writing() as vault:
            vault.entries.add(make_entry())
    slots = KeySlots.load(find_paths().slots_file)
    assert slots.kinds == ("passphrase",) and slots.unlock(Passphrase(PASSPHRASE))


@pytest.mark.parametrize("fields", [{"how": "later"}, {"passphrase": PASSPHRASE, "again": PASSPHRASE}])
def test_a_vault_that_cannot_be_made_is_told_on_the_page(fields: dict[str, str]) -> None:
    """One sentence where the key is chosen; with the place free again, the same button works."""
    with first_page() as (desk, browser):
        desk.paths.vault_folder.parent.mkdir(parents=True, exist_ok=True)
        desk.paths.vault_folder.write_text("a file stands in its place")
        answer = browser.post("/welcome/key", fields)
        assert answer.status == 303
        assert 'role="alert"' in browser.get(answer.headers["location"]).text and not vault_exists(desk.paths)
        desk.paths.vault_folder.unlink()
        assert browser.post("/welcome/key", fields).headers["location"] == "/welcome/sound"


def test_later_keeps_the_key_in_memory_and_the_page_says_so() -> None:
    """Without a keychain; no file opens the vault, it does not lock, and with the window it is gone altogether."""
    with first_page() as (desk, browser):
        assert "loses what you say tonight when you close this window" in plain(browser.get("/welcome/key").text)
        browser.post("/welcome/key", {"how": "later"})
        assert desk.first.unset and not desk.locked
        assert "lost when this window is closed" in plain(browser.get("/").text)
        assert browser.post("/lock").headers["location"] == "/welcome/key"
        with desk.writing() as vault:
            vault.entries.add(make_entry())
        assert CANARY in browser.get("/timeline").text
        slots = KeySlots.load(desk.paths.slots_file)
        assert slots.kinds == ("memory",)
        with pytest.raises(VaultLockedError):
            slots.unlock(Passphrase(PASSPHRASE))
    assert desk.lost_first and not vault_exists(desk.paths) and not desk.paths.vault_folder.exists()


def test_a_passphrase_behind_it_keeps_everything() -> None:
    """The evening so far stays, the key in memory opens nothing any more, and the window can be closed."""
    with first_page() as (desk, browser):
        browser.post("/welcome/key", {"how": "later"})
        with desk.writing() as vault:
            vault.entries.add(make_entry())
        browser.post("/welcome/key", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
        assert not desk.first.unset and CANARY in browser.get("/timeline").text
        assert "no passphrase yet" not in plain(browser.get("/").text)
    assert not desk.lost_first
    slots = KeySlots.load(find_paths().slots_file)
    assert slots.kinds == ("passphrase",) and slots.unlock(Passphrase(PASSPHRASE))


WELCOME = (
    ("GET", "/welcome"),
    ("GET", "/welcome/key"),
    ("POST", "/welcome/key"),
    ("GET", "/welcome/sound"),
    ("POST", "/welcome/sound/say"),
    ("GET", "/welcome/sound/level"),
    ("POST", "/welcome/begin"),
    ("GET", "/welcome/bring"),
    ("POST", "/welcome/bring"),
    ("POST", "/welcome/bring/stop"),
    ("GET", "/welcome/bring/progress"),
)


@pytest.mark.parametrize(("method", "path"), WELCOME)
def test_nobody_else_makes_a_vault_or_opens_the_microphone(method: str, path: str) -> None:
    """Another host, another site, another port, a file and another browser get nothing of it, and no frame."""
    with first_page() as (desk, browser):

        def ask(**headers: str | None) -> int:
            if method == "GET":
                return browser.get(path, **headers).status
            return browser.post(path, {"how": "later", "voice": "0"}, **headers).status

        foreign = [
            ask(host="localhost:4321"),
            ask(sec_fetch_site="cross-site"),
            ask(sec_fetch_site="same-site"),
            ask(cookie=None),
            ask(cookie="voicecheck_4321=guessed"),
        ]
        assert foreign == [421, 403, 403, 401, 401]
        if method == "POST":
            assert ask(origin="http://127.0.0.1:4322") == ask(origin="null", sec_fetch_site="cross-site") == 403
        assert not desk.has_vault and not desk.evening.began and desk.jobs.hearing is None
        assert browser.get("/welcome").headers["x-frame-options"] == "DENY"


def test_the_voice_and_the_microphone_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample of the voice that is named, the level as it comes; what does not work is one sentence on the page."""
    fake = FakeSounddevice(outputs=1, inputs=1)
    fake.rooms = dict.fromkeys((None, 1), voice(1.0))
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr("voicecheck.speech.voice.voices.open_voice", lambda *_: FakeVoice())
    monkeypatch.setattr("voicecheck.web.site.hearing.TRY_S", 0.5)
    with first_page() as (desk, browser):
        browser.post("/welcome/key", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
        assert "moves with your voice" in plain(browser.get("/welcome/sound").text)
        assert browser.post("/welcome/sound/say", {"voice": "0"}).status == 204
        for odd in ("", "99", "-1", "x", "²"):
            assert browser.post("/welcome/sound/say", {"voice": odd}).status == 409
        assert '"share"' in browser.get("/welcome/sound/level").text
        wait_for(lambda: desk.jobs.hearing is not None and not desk.jobs.hearing.running)
        monkeypatch.setattr("voicecheck.speech.voice.voices.open_voice", no_voice)
        told = browser.post("/welcome/sound/say", {"voice": "0"})
        assert (told.status, told.text) == (200, "No voice is here. Get one.")


def test_a_try_that_is_over_before_the_first_look_still_tells_its_level(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy computer gets to the page late; the level is told once all the same, and then the end."""
    monkeypatch.setattr("voicecheck.speech.microphone.listen", lambda settings, seconds, hear: hear(-20.0))
    begin = Desk.try_microphone

    def begin_and_end(desk: Desk) -> Hearing:
        hearing = begin(desk)
        hearing.stop()
        return hearing

    monkeypatch.setattr(Desk, "try_microphone", begin_and_end)
    with first_page() as (_, browser):
        browser.post("/welcome/key", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
        level, over = browser.get("/welcome/sound/level").text.split("\n\n")[:2]
    assert '"share": 0.' in level
    assert over == 'data: {"over": ""}'


def no_voice(*_: object) -> FakeVoice:
    raise AudioError("No voice is here.", "Get one.")


def wait_for(true: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 60
    while not true() and time.monotonic() < ends_at:
        time.sleep(0.01)
    assert true()


def test_a_login_keychain_opens_it_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later is then no loss: the vault has a key that lasts."""
    kept: dict[str, str] = {}

    class Backend:
        def get_password(self, service: str, username: str) -> str | None:
            return kept.get(username)

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[username] = password

        def delete_password(self, service: str, username: str) -> None:
            del kept[username]

    monkeypatch.setattr(keychain, "find_keychain", lambda: keychain.Keychain(Backend()))
    with first_page() as (desk, browser):
        browser.post("/welcome/key", {"how": "later"})
        assert not desk.first.unset and not desk.locked
    assert KeySlots.load(find_paths().slots_file).kinds == ("keychain",) and len(kept) == 1


def test_what_a_killed_window_left_is_cleared_away(capsys: pytest.CaptureFixture[str]) -> None:
    """At the next start of anything, since an answer must not be sealed to a key that is gone; never while it runs."""
    unset = create_unset(find_paths())
    with pytest.raises(VaultBusyError):
        erase_abandoned(find_paths())
    assert run(["checkin", "--typed"]) == 5 and "has no passphrase yet" in capsys.readouterr().err
    os.close(unset.descriptor)
    run(["vault", "status"])
    assert "is gone, as the page had said" in capsys.readouterr().err.replace("\n", " ")
    assert not vault_exists(find_paths()) and not erase_abandoned(find_paths())


def test_the_model_is_fetched_on_this_very_page() -> None:
    """With a bar, held, stopped, and begun once more; each button leads back here."""
    fetcher, lack = Fetcher(), ["The model base is not on this computer."]

    def expect() -> None:
        if lack:
            raise ModelError(lack[0], "Get it: voicecheck model fetch base")

    with Desk(find_paths(), None, PHRASES, errands=Errands(Errand(), fetcher)) as desk:
        desk.sound_check.expect = expect
        browser = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        browser.post("/enter", {"code": CODE})
        browser.post("/welcome/key", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
        page = browser.get("/welcome/sound").text
        name = re.findall(r'name="name" value="([^"]+)"', page)[0]
        assert "is not here yet" in page and "voicecheck model fetch" not in page
        for path, fields, told in (
            ("fetch", {"name": name}, "is on its way"),
            ("steer", {"what": "pause"}, "On hold"),
            ("steer", {"what": "go_on"}, "So far"),
            ("steer", {"what": "stop"}, "What came so far is kept"),
        ):
            answer = browser.post(f"/settings/models/{path}", {**fields, "to": "welcome"})
            assert answer.headers["location"] == "/welcome/sound"
            assert told in plain(browser.get("/welcome/sound").text)
        assert fetcher.asked == [("model", name)]
        browser.post("/settings/models/fetch", {"name": name, "to": "welcome"})
        fetcher.ends.set()
        lack.clear()
        assert "is not here yet" not in browser.get("/welcome/sound").text
