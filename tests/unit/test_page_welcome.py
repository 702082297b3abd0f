"""The first evening in the window: the vault is made on the page, and one without a passphrase goes with its window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, anybody, plain
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, make_entry
from voicecheck.cli.main import run
from voicecheck.errors import VaultBusyError, VaultError, VaultLockedError
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
        assert browser.post("/welcome/key", {"passphrase": PASSPHRASE, "again": PASSPHRASE}).headers["location"] == "/"
        assert not desk.locked and not desk.first.unset and browser.get("/timeline").status == 200
        assert browser.get("/welcome").headers["location"] == browser.get("/welcome/key").headers["location"] == "/"
        with desk.writing() as vault:
            vault.entries.add(make_entry())
    slots = KeySlots.load(find_paths().slots_file)
    assert slots.kinds == ("passphrase",) and slots.unlock(Passphrase(PASSPHRASE))


def test_later_keeps_the_key_in_memory_and_the_page_says_so() -> None:
    """Without a keychain; no file opens the vault, it does not lock, and with the window it is gone altogether."""
    with first_page() as (desk, browser):
        assert "goes with this window" in plain(browser.get("/welcome/key").text)
        browser.post("/welcome/key", {"how": "later"})
        assert desk.first.unset and not desk.locked
        assert "goes when this window is closed" in plain(browser.get("/").text)
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
