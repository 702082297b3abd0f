"""The page over a locked vault: which routes answer, how guesses are slowed, and what is sealed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, anybody, plain
from tests.vault_samples import CANARY, PASSPHRASE, header_of, make_entry, make_pages, make_vault
from voicecheck.domain import Asked, Sitting
from voicecheck.errors import VaultLockedError
from voicecheck.phrases import load_phrases
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.vault import Vault
from voicecheck.web.app import OPEN_WHILE_LOCKED, SECTIONS, make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.site.context import Desk
from voicecheck.web.site.showing import Site
from voicecheck.web.site.unlocking import FIRST_WAIT_S, FREE_TRIES, LONGEST_WAIT_S, Attempts

PHRASES = load_phrases()
ASKED = (Asked("evening.word"),)


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def locked_page() -> Iterator[tuple[Desk, Browsing, Clock]]:
    """A page whose code was typed, over a vault of one entry that is locked."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
    clock = Clock()
    with Desk(paths, None, PHRASES) as desk:
        desk.unlocking.attempts = Attempts(clock=clock)
        browser = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        browser.post("/enter", {"code": CODE})
        yield desk, browser, clock


@pytest.fixture
def opened() -> Iterator[tuple[Desk, Browsing, Clock]]:
    with locked_page() as page:
        yield page


def routes_of(desk: Desk) -> list[tuple[str, str]]:
    """Every route of every section: method and path, its places filled."""
    site = Site(desk, None, None, None, None)  # type: ignore[arg-type]
    listed = [
        (sorted((route.methods or set()) - {"HEAD"}), route.path) for one in SECTIONS for route in one.routes(site)
    ]
    return [(methods[0], path) for methods, path in listed]


def test_every_route_but_the_evening_asks_for_the_passphrase(opened: tuple[Desk, Browsing, Clock]) -> None:
    """By being a route of a section at all: a new page is shut until it is named as open."""
    desk, browser, _ = opened
    shut = [(method, path) for method, path in routes_of(desk) if path not in OPEN_WHILE_LOCKED]
    assert len(shut) > 25
    for method, path in shut:
        place = path.replace("{number}", "1").replace("{handle}", "00").replace("{year}", "2026").replace("{span}", "x")
        answer = browser.get(place) if method == "GET" else browser.post(place, {"text": "typed for an hour"})
        assert answer.status == 403 and 'name="passphrase"' in answer.text, path
        assert CANARY not in answer.text
        assert method == "GET" or "typed for an hour" in answer.text, path
    today = browser.get("/")
    assert today.status == 200 and "Begin" in plain(today.text) and CANARY not in today.text


def test_the_vault_itself_is_shut(opened: tuple[Desk, Browsing, Clock]) -> None:
    """Whatever a handler asks for, a locked desk has nothing to read and nothing to write with."""
    desk = opened[0]
    for ask in (lambda: desk.vault, lambda: desk.writing().__enter__(), lambda: desk.reading().__enter__()):
        with pytest.raises(VaultLockedError):
            ask()


def test_the_passphrase_opens_the_page_that_was_wanted(opened: tuple[Desk, Browsing, Clock]) -> None:
    """It stands in no address and in no answer; what else is asked for as a place leads to today."""
    desk, browser, _ = opened
    for to, leads in (("//evil.example", "/"), ("http://evil.example/", "/"), ("/timeline", "/timeline")):
        answer = browser.post("/unlock", {"to": to, "passphrase": PASSPHRASE})
        assert (answer.status, answer.headers["location"]) == (303, leads)
    assert not desk.locked and CANARY in browser.get("/timeline").text
    assert browser.get("/unlock").headers["location"] == "/"


def test_a_wrong_passphrase_is_told_once_and_sent_nowhere(opened: tuple[Desk, Browsing, Clock]) -> None:
    """The answer leads to another page, so that neither "back" nor a reload sends it again; no page repeats it."""
    _, browser, _ = opened
    answer = browser.post("/unlock", {"to": "/timeline", "passphrase": f"wrong {CANARY}"})
    assert answer.status == 303 and CANARY not in f"{answer.headers}{answer.text}"
    told = browser.get(answer.headers["location"]).text
    assert "does not open the vault" in plain(told) and 'value="/timeline"' in told and CANARY not in told
    assert "does not open" not in plain(browser.get(answer.headers["location"]).text)
    assert browser.get(f"/unlock?passphrase={PASSPHRASE}").status == 200 and browser.get("/timeline").status == 403


def test_guesses_are_slowed(opened: tuple[Desk, Browsing, Clock]) -> None:
    """Behind the third wrong one there is a wait, which doubles up to five minutes; in it even the right one waits."""
    desk, browser, clock = opened
    wrong = {"to": "/", "passphrase": "wrong words"}
    waits = []
    for _ in range(10):
        browser.post("/unlock", wrong)
        waits.append(desk.unlocking.attempts.wait_s)
        browser.post("/unlock", {"to": "/", "passphrase": PASSPHRASE}) if waits[-1] else None
        assert desk.locked
        clock.now += waits[-1]
    assert waits[: FREE_TRIES - 1] == [0.0] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
    assert max(waits) == LONGEST_WAIT_S
    browser.post("/unlock", {"to": "/", "passphrase": PASSPHRASE})
    assert not desk.locked and desk.unlocking.attempts.wrong == 0


def test_the_field_is_kept_by_no_browser(opened: tuple[Desk, Browsing, Clock]) -> None:
    """Hidden while it is typed, never completed, never checked, never restored; the page is not stored at all."""
    _, browser, _ = opened
    answer = browser.get("/timeline")
    field = answer.text.split('name="passphrase"')[1].split(">")[0]
    for part in ('type="password"', 'autocomplete="one-time-code"', 'spellcheck="false"', 'autocapitalize="none"'):
        assert part in field
    assert (
        "value=" not in field and '<form method="post" action="/unlock" class="door" autocomplete="off">' in answer.text
    )
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_else_can_guess(opened: tuple[Desk, Browsing, Clock], method: str) -> None:
    """Another host, another site, another port and another browser neither unlock nor use up a try."""
    desk, browser, _ = opened

    def ask(**headers: str | None) -> int:
        if method == "GET":
            return browser.get("/unlock", **headers).status
        return browser.post("/unlock", {"passphrase": PASSPHRASE}, **headers).status

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
    assert desk.locked and desk.unlocking.attempts.wrong == 0


def test_what_was_sealed_becomes_an_entry_with_the_passphrase(opened: tuple[Desk, Browsing, Clock]) -> None:
    """Today says that something lies sealed, and once it is unlocked it stands among the others."""
    desk, browser, _ = opened
    entry = make_entry("A locked evening, and the marzipan was calm.")
    sealed = locked_inbox(desk.paths).begin(header_of(entry))
    for one in make_pages(3):
        sealed.append_page(one)
    sealed.append_entry(entry)
    sealed.finish()
    locked_inbox(desk.paths).seal_sitting(header_of(entry), Sitting(entry.session, entry.spoken_at, ASKED))
    assert "One answer lies sealed" in plain(browser.get("/").text)
    browser.post("/unlock", {"to": "/", "passphrase": PASSPHRASE})
    assert desk.found.entries == 1 and "marzipan" in browser.get("/timeline").text
    assert desk.waiting == 0
