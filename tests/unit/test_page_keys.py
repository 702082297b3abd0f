"""The keys of the vault on the page: a recovery key, a forgotten passphrase, a new one, the login, taking one out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.unit.browsing import Browsing
from tests.unit.reviewing import plain
from tests.unit.test_page_locked import Clock, locked_page
from tests.unit.test_vault_slots import Drawer
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, header_of, make_entry, make_pages
from voicecheck import clock as wall
from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.phrases import load_phrases
from voicecheck.vault import recovery_offer
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.erasing import erase_everything
from voicecheck.vault.keys import argon2, keychain
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey, from_words, to_words, word_list
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.web.guard import handles
from voicecheck.web.pages import keys as key_page
from voicecheck.web.pages.recovery_words import WORDS_TESTED, Paper
from voicecheck.web.site.context import Desk
from voicecheck.web.site.proof import TRIES
from voicecheck.web.site.unlocking import FIRST_WAIT_S, FREE_TRIES

Opened = tuple[Desk, Browsing, Clock]
NEW = "wandering violet kestrel"
PHRASES = load_phrases()


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase costs nothing here."""
    monkeypatch.setattr(argon2, "calibrate", lambda secret, salt: (CHEAP, argon2.stretch(secret, salt, CHEAP)))


@pytest.fixture
def locked() -> Iterator[Opened]:
    with locked_page() as page:
        yield page


@pytest.fixture
def opened(locked: Opened) -> Opened:
    """Opened by its passphrase, which is asked for once more before a key is changed."""
    locked[1].post("/unlock", {"to": "/", "passphrase": PASSPHRASE})
    return locked


def slots(desk: Desk) -> KeySlots:
    return KeySlots.load(desk.paths.slots_file)


def follow(browser: Browsing, path: str, **fields: str) -> str:
    """Press a button, and read the page that it leads to: every answer leads to another page."""
    answer = browser.post(path, fields)
    assert answer.status == 303, plain(answer.text)
    assert all(value not in f"{answer.headers}{answer.text}" for value in fields.values() if len(value) > 7)
    return plain(browser.get(answer.headers["location"]).text)


def shown_words(browser: Browsing, now: str = PASSPHRASE) -> tuple[str, list[str]]:
    """Ask for a recovery key; return the address of its words, and the words."""
    place = browser.post("/settings/keys/words/make", {"now": now}).headers["location"]
    text = browser.get(place).text
    return place, re.findall(r"<li>([a-z]+)</li>", text.split('class="recovery"')[1])


def asked_back(browser: Browsing, place: str, words: list[str], wrong: str = "") -> dict[str, str]:
    """Fill in the words that are asked back; `wrong` in the place of the first."""
    numbers = [int(one) for one in re.findall(r'name="word-(\d+)"', browser.get(f"{place}/test").text)]
    assert len(numbers) == WORDS_TESTED
    filled = {f"word-{one}": words[one - 1] for one in numbers}
    return filled | ({f"word-{numbers[0]}": wrong} if wrong else {})


def give_paper(desk: Desk) -> list[str]:
    """Give the vault a recovery key; return its words."""
    secret = bytes(range(32))
    key = slots(desk).unlock(Passphrase(PASSPHRASE))
    slots(desk).add(key, RecoveryKey(secret))
    return list(to_words(secret))


# A recovery key


def test_the_words_open_the_vault_once_three_of_them_came_back(opened: Opened) -> None:
    """Shown, asked back, then added, as in the terminal; before that they open nothing; behind it no page has them."""
    desk, browser, _ = opened
    place, words = shown_words(browser)
    key = RecoveryKey(from_words(" ".join(words)))
    with pytest.raises(VaultLockedError):
        slots(desk).unlock(key)
    assert not any(word in plain(browser.get(f"{place}/test").text).split() for word in words if len(word) > 5)
    told = follow(browser, f"{place}/check", **asked_back(browser, place, words, "zebra"))
    assert "was not right. Here they all are once more." in told and all(word in told for word in words)
    four_letters = {name: word[:4] for name, word in asked_back(browser, place, words).items()}
    told = follow(browser, f"{place}/check", **four_letters)
    assert "The recovery key opens it now." in told
    assert slots(desk).unlock(key) and slots(desk).kinds == ("passphrase", "recovery")
    for gone in (place, f"{place}/test"):
        assert browser.get(gone).status == 404
    assert browser.post(f"{place}/check", {}).status == 404


def test_left_words_open_nothing(opened: Opened) -> None:
    """The page says that their paper can be thrown away, and offers new ones another day."""
    desk, browser, _ = opened
    place, words = shown_words(browser)
    assert "open nothing. Throw their paper away" in follow(browser, f"{place}/leave")
    assert browser.get(place).status == 404 and slots(desk).kinds == ("passphrase",)
    assert shown_words(browser)[1] != words


def test_a_new_recovery_key_takes_the_place_of_the_old_one(opened: Opened) -> None:
    """A vault has one; the page says so before."""
    desk, browser, _ = opened
    older = RecoveryKey(from_words(" ".join(give_paper(desk))))
    assert "A new one takes its place" in plain(browser.get("/settings/keys").text)
    place, words = shown_words(browser)
    follow(browser, f"{place}/check", **asked_back(browser, place, words))
    assert slots(desk).kinds == ("passphrase", "recovery")
    with pytest.raises(VaultLockedError):
        slots(desk).unlock(older)


def test_a_paper_prints_alone_and_is_in_no_repr(opened: Opened) -> None:
    """On paper stand a title, the numbers and the words; no traceback shows the secret."""
    place, words = shown_words(opened[1])
    text = opened[1].get(place).text
    assert text.split("<main", 1)[1].count('class="on-paper"') == 1 and text.count("<li>") == len(words) == 24
    assert "secret" not in repr(Paper(b"x" * 32, (1, 2, 3)))


def test_the_offer_stands_on_today_until_it_is_put_off(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the first entry; "later" is heeded for two weeks, then it is mentioned again; with a key never."""
    desk, browser, _ = opened
    at = datetime(2026, 11, 30, 21, 0).astimezone()
    monkeypatch.setattr(wall, "now", lambda: at)
    offer = PHRASES.page["recovery_title"]
    assert offer in plain(browser.get("/").text)
    assert "Settings, Keys, whenever you like" in follow(browser, "/settings/keys/later")
    for days, due in ((0, False), (13, False), (14, True), (-1, True)):
        monkeypatch.setattr(wall, "now", lambda days=days: at + timedelta(days=days))
        assert (offer in plain(browser.get("/").text)) is due, days
    give_paper(desk)
    assert offer not in plain(browser.get("/").text)
    (desk.paths.vault_folder / recovery_offer.NAME).write_bytes(b"\xff damaged")
    assert browser.get("/").status == 200
    desk.close()
    assert erase_everything(desk.paths).left == 0  # the note of it goes with the vault


# A forgotten passphrase


def test_the_words_open_and_a_new_passphrase_is_chosen(locked: Opened) -> None:
    """Who has forgotten the old one is not asked for it; the words go on working, and the old passphrase does not."""
    desk, browser, _ = locked
    words = give_paper(desk)
    assert 'href="/forgotten"' in browser.get("/timeline").text
    assert "Now choose a new passphrase" in follow(browser, "/forgotten", paper=" ".join(words).upper())
    assert CANARY in browser.get("/timeline").text and "no new passphrase yet" in plain(browser.get("/").text)
    assert 'name="now"' not in browser.get("/settings/keys").text
    told = follow(browser, "/settings/keys/passphrase", passphrase=NEW, again=NEW)
    assert "Your new passphrase opens it now" in told and "Now choose" not in told
    assert slots(desk).unlock(Passphrase(NEW)) == slots(desk).unlock(RecoveryKey(bytes(range(32))))
    with pytest.raises(VaultLockedError):
        slots(desk).unlock(Passphrase(PASSPHRASE))
    assert 'name="now"' in browser.get("/settings/keys").text


def test_what_waits_sealed_comes_in_with_the_words_too(locked: Opened) -> None:
    """As with the passphrase."""
    desk, browser, _ = locked
    words = give_paper(desk)
    entry = make_entry("A locked evening, and the marzipan was calm.")
    sealed = locked_inbox(desk.paths).begin(header_of(entry))
    for one in make_pages(3):
        sealed.append_page(one)
    sealed.append_entry(entry)
    sealed.finish()
    follow(browser, "/forgotten", paper=" ".join(words))
    assert desk.found.entries == 1 and "marzipan" in browser.get("/timeline").text


def test_one_wrong_word_is_found_and_named_by_its_number(locked: Opened) -> None:
    """As in the terminal: with the vault at hand the others are enough."""
    desk, browser, _ = locked
    words = give_paper(desk)
    words[6] = next(word for word in word_list() if word != words[6])
    assert "Word 7 is another than you typed" in follow(browser, "/forgotten", paper=" ".join(words))
    assert not desk.locked


def test_two_words_that_changed_places_are_found(locked: Opened) -> None:
    """As in the terminal."""
    desk, browser, _ = locked
    words = give_paper(desk)
    words[2], words[20] = words[20], words[2]
    assert "Words 3 and 21 have changed places" in follow(browser, "/forgotten", paper=" ".join(words))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda words: words[:-1], "has 24 words, and these are 23"),
        (lambda words: ["xyzzy", *words[1:]], "Word 1 is not a word of a recovery key"),
    ],
)
def test_what_cannot_be_a_key_is_no_guess_and_stays_in_its_field(locked: Opened, change: object, told: str) -> None:
    """Nobody types twenty-four words twice, and nobody waits for having misread one; the field shows them once more."""
    desk, browser, clock = locked
    words = change(give_paper(desk))  # type: ignore[operator]
    for _ in range(FREE_TRIES + 2):
        place = browser.post("/forgotten", {"paper": " ".join(words)}).headers["location"]
        text = browser.get(place).text
        assert told in plain(text) and " ".join(words) in plain(text)
        assert " ".join(words) not in browser.get(place).text  # once
    assert desk.locked and not desk.unlocking.attempts.wait_s and not clock.now - 1000


def test_guesses_at_the_words_wait_as_those_at_the_passphrase_do(locked: Opened) -> None:
    """One count for both ways in: who has guessed at one waits at the other; in the wait even the right words do."""
    desk, browser, clock = locked
    words = give_paper(desk)
    for number in range(FREE_TRIES - 1):
        follow(browser, "/forgotten", paper=" ".join(to_words(bytes([number]) * 32)))
    assert not desk.unlocking.attempts.wait_s
    browser.post("/unlock", {"to": "/", "passphrase": "wrong words"})
    assert desk.unlocking.attempts.wait_s == FIRST_WAIT_S
    assert "there is a wait of 5 seconds" in follow(browser, "/forgotten", paper=" ".join(words))
    assert desk.locked
    clock.now += FIRST_WAIT_S
    follow(browser, "/forgotten", paper=" ".join(words))
    assert not desk.locked and desk.unlocking.attempts.wrong == 0


def test_without_a_recovery_key_the_page_says_so(locked: Opened) -> None:
    """Honestly, and without a form; what is sent all the same opens nothing."""
    desk, browser, _ = locked
    text = browser.get("/forgotten").text
    assert "Nobody can reset it" in plain(text) and 'name="paper"' not in text
    assert "This vault has no recovery key." in follow(browser, "/forgotten", paper=" ".join(to_words(bytes(32))))
    assert desk.locked


def test_an_open_page_and_one_without_a_vault_have_nothing_to_recover(opened: Opened) -> None:
    """The address leads to today, and the words that are sent to it are not looked at."""
    browser = opened[1]
    assert browser.get("/forgotten").headers["location"] == "/"
    assert browser.post("/forgotten", {"paper": "word"}).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/forgotten", "/settings/keys/passphrase", "/settings/keys/words/make"])
def test_nobody_else_can_guess_or_change_a_key(locked: Opened, path: str) -> None:
    """Another host, site, port or browser: refused before anything is looked at, and no try is used up."""
    desk, browser, _ = locked
    fields = {"paper": " ".join(give_paper(desk)), "passphrase": NEW, "again": NEW, "now": PASSPHRASE}

    def ask(**headers: str | None) -> int:
        return browser.post(path, fields, **headers).status

    foreign = [
        ask(host="localhost:4321"),
        ask(sec_fetch_site="cross-site"),
        ask(sec_fetch_site="same-site"),
        ask(cookie=None),
        ask(cookie="voicecheck_4321=guessed"),
        ask(origin="http://127.0.0.1:4322"),
        ask(origin="null", sec_fetch_site="cross-site"),
    ]
    assert foreign == [421, 403, 403, 401, 401, 403, 403]
    assert desk.locked and desk.unlocking.attempts.wrong == 0 and slots(desk).unlock(Passphrase(PASSPHRASE))


@pytest.mark.parametrize(("path", "name"), [("/forgotten", "paper"), ("/settings/keys", "now"), ("words", "word-")])
def test_the_fields_are_kept_by_no_browser(locked: Opened, path: str, name: str) -> None:
    """Never completed, checked or restored, and left out of what the lock's curtain keeps; no page is stored."""
    desk, browser, _ = locked
    give_paper(desk)
    if name != "paper":
        browser.post("/unlock", {"to": "/", "passphrase": PASSPHRASE})
    answer = browser.get(f"{shown_words(browser)[0]}/test" if path == "words" else path)
    fields = re.findall(rf"<(?:input|textarea) [^>]*name=\"{name}[^>]*>", answer.text)
    assert fields and answer.headers["cache-control"] == "no-store"
    for field in fields:
        for part in ("autocomplete=", 'spellcheck="false"', 'autocapitalize="none"', 'writingsuggestions="false"'):
            assert part in field
        assert 'autocomplete="on' not in field.replace("one-time-code", "")
        assert "value=" not in field
        assert name != "paper" or "data-paper" in field
        assert name != "now" or 'type="password"' in field


# A new passphrase, the login, taking a key out


def test_a_passphrase_is_changed_behind_the_old_one(opened: Opened) -> None:
    """Short, different or unproved ones are told in a sentence, and nothing changes; no page repeats one."""
    desk, browser, _ = opened
    tries = (
        ("short", "short", PASSPHRASE, "at least 8"),
        (NEW, f"{NEW}!", PASSPHRASE, "not the same"),
        (NEW, NEW, "wrong words", "does not open the vault"),
    )
    for typed, again, now, told in tries:
        page = follow(browser, "/settings/keys/passphrase", passphrase=typed, again=again, now=now)
        assert told in page and NEW not in page and PASSPHRASE not in page
        assert slots(desk).unlock(Passphrase(PASSPHRASE))
    assert "no longer does" in follow(browser, "/settings/keys/passphrase", passphrase=NEW, again=NEW, now=PASSPHRASE)
    assert slots(desk).unlock(Passphrase(NEW)) and CANARY in browser.get("/timeline").text
    with pytest.raises(VaultLockedError):
        slots(desk).unlock(Passphrase(PASSPHRASE))


def test_five_wrong_proofs_lock_the_page(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sits down at an open page changes no key; the count is one for all that asks for the passphrase."""
    desk, browser, _ = opened
    told: list[str] = []
    paths = ["/settings/keys/passphrase", "/settings/keys/login", "/settings/keys/words/make"]
    original = desk.proof.prove

    async def prove(typed: str, tell: object) -> None:
        await original(typed, told.append)

    monkeypatch.setattr(desk.proof, "prove", prove)
    for number in range(TRIES):
        assert told == []
        browser.post(paths[number % len(paths)], {"now": "wrong words", "passphrase": NEW, "again": NEW})
    assert told == ["locked"]
    assert "Too many" in follow(browser, "/settings/keys/passphrase", now=PASSPHRASE, passphrase=NEW, again=NEW)
    assert slots(desk).kinds == ("passphrase",) and slots(desk).unlock(Passphrase(PASSPHRASE))


def test_the_login_can_open_it_and_no_longer(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """On: one more slot. Off: it opens nothing, and what the keychain kept is gone. Without a keychain, a sentence."""
    desk, browser, _ = opened

    def none() -> keychain.Keychain:
        raise VaultError("There is no safe login keychain here.", "Use a passphrase.")

    for module in (keychain, key_page):
        monkeypatch.setattr(module, "find_keychain", none)
    assert "no safe login keychain" in follow(browser, "/settings/keys/login", now=PASSPHRASE)
    backend = Drawer()
    for module in (keychain, key_page):
        monkeypatch.setattr(module, "find_keychain", lambda: keychain.Keychain(backend))
    assert "Your login opens it now" in follow(browser, "/settings/keys/login", now=PASSPHRASE)
    assert slots(desk).kinds == ("passphrase", "keychain") and backend.kept
    text = browser.get("/settings/keys").text
    assert "/settings/keys/login" not in text
    out = re.findall(r'href="(/settings/keys/without/\w+)"', text)[1]
    assert "Login keychain" in plain(browser.get(out).text)
    assert "does not open the vault" in follow(browser, f"{out}/sure", now="wrong words")
    assert "no longer opens it" in follow(browser, f"{out}/sure", now=PASSPHRASE)
    assert slots(desk).kinds == ("passphrase",) and not backend.kept
    assert browser.get(out).status == 404 and browser.post(f"{out}/sure", {"now": PASSPHRASE}).status == 404


def test_the_last_key_stays(opened: Opened) -> None:
    """A vault with one key has no button for it, and an address that is made up is none."""
    desk, browser, _ = opened
    assert "/without/" not in browser.get("/settings/keys").text
    handle = desk.handles.of(f"key {slots(desk).slots[0].salt.hex()}")
    assert "last slot" in follow(browser, f"/settings/keys/without/{handle}/sure", now=PASSPHRASE)
    assert browser.get("/settings/keys/without/00").status == 404
    assert browser.get(f"/settings/keys/words/{'0' * 2 * handles.HANDLE_BYTES}").status == 404
    assert slots(desk).kinds == ("passphrase",)


def test_no_key_changes_while_somebody_speaks(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """The evening has the vault: a sentence, and everything stays as it was."""
    desk, browser, _ = opened
    monkeypatch.setattr(type(desk.evening), "running", property(lambda self: True))
    for path in ("/settings/keys/passphrase", "/settings/keys/login", "/settings/keys/words/make"):
        told = follow(browser, path, now=PASSPHRASE, passphrase=NEW, again=NEW)
        assert "An evening is running" in told
    assert slots(desk).kinds == ("passphrase",) and slots(desk).unlock(Passphrase(PASSPHRASE))


def test_a_first_evening_without_a_passphrase_chooses_it_in_one_place(opened: Opened) -> None:
    """Where the key is in memory alone, the pages of keys lead there, and change nothing themselves."""
    desk, browser, _ = opened
    desk.first._unset = object()  # type: ignore[assignment]
    try:
        for path in ("/settings/keys", "/settings/keys/words"):
            assert browser.get(path).headers["location"] == "/welcome/key"
        with pytest.raises(UsageError):
            key_page.prepare_change(desk)
    finally:
        desk.first._unset = None
