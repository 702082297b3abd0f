"""The review page's guard: who gets in, what is refused, what every answer carries, and when it locks."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator

import pytest

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import anybody
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, make_entry
from voicecheck.errors import VoicecheckError
from voicecheck.offline import serves_page
from voicecheck.paths import Paths
from voicecheck.phrases import load_phrases
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.vault import Vault
from voicecheck.web.app import make_app
from voicecheck.web.guard.handles import Handles
from voicecheck.web.guard.login_code import CODE_LETTERS, LETTERS, TRIES, IdleClock, Keeper, draw_code
from voicecheck.web.guard.middleware import refusal
from voicecheck.web.guard.peers import End, Owners, owner_of
from voicecheck.web.guard.socket import Door, open_door
from voicecheck.web.site.context import Desk

CODE = "abcd2345"
OWN = f"http://{HOST}"

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="connections have owners on Linux")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One vault for all: nothing here changes it."""
    folder = tmp_path_factory.mktemp("kept")
    paths = Paths(
        folder / "settings.toml", folder / "prompts", folder / "resources", folder / "vault", folder / "models"
    )
    key = create_vault(paths, Passphrase(PASSPHRASE, CHEAP))
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
    with Desk(paths, key, load_phrases()) as desk:
        yield desk


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def idle(clock: Clock) -> IdleClock:
    return IdleClock(600, clock)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def stranger(desk: Desk, idle: IdleClock, told: list[str]) -> Browsing:
    """A browser that has not typed the code."""
    return Browsing(make_app(desk, HOST, Keeper(PORT, CODE), idle, told.append, anybody))


@pytest.fixture
def person(stranger: Browsing) -> Browsing:
    """A browser that has."""
    assert stranger.post("/enter", {"code": CODE}).status == 303
    return stranger


# Coming in


def test_without_the_code_there_is_only_the_door(stranger: Browsing) -> None:
    """Every address but the page's own files gives the door, status 401, and no word of the diary."""
    for path in ("/", "/timeline", "/calendar", "/entry/00", "/timeline/more/9", "/nothing"):
        answer = stranger.get(path)
        assert answer.status == 401, path
        assert CANARY not in answer.text
        assert "Which word fits" not in answer.text
    assert stranger.post("/lock").status == 401
    assert stranger.post("/alive").status == 401
    assert stranger.get("/static/page.css").status == 200


def test_the_code_opens_once(stranger: Browsing, told: list[str]) -> None:
    """The code as it is read, with its gap and in capitals, gives a cookie that no script sees; replayed, none."""
    answer = stranger.post("/enter", {"code": f" {CODE[:4].upper()} {CODE[4:]}"})
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"voicecheck_{PORT}=")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert CANARY in stranger.get("/").text
    assert told == ["entered"]
    second = Browsing(stranger.app)
    answer = second.post("/enter", {"code": CODE})
    assert (answer.status, "set-cookie" in answer.headers) == (401, False)
    assert "in another browser window" in answer.text


@pytest.mark.parametrize("code", ["", "abcd2346", "abcd", CODE * 2, "ä€\x00", "a" * 100_000])
def test_a_wrong_code_opens_nothing(stranger: Browsing, code: str) -> None:
    """Whatever is typed instead is wrong, and the right one still opens."""
    assert stranger.post("/enter", {"code": code}).status == 401
    assert not stranger.cookies
    assert stranger.post("/enter", {"code": CODE}).status == 303


def test_five_wrong_codes_close_the_page(stranger: Browsing, told: list[str]) -> None:
    """After the fifth wrong code the right one no longer opens, and the process is told to end."""
    for _ in range(TRIES):
        stranger.post("/enter", {"code": "zzzz"})
    assert told == ["barred"]
    assert stranger.post("/enter", {"code": CODE}).status == 401


def test_codes_differ_and_can_be_read() -> None:
    """A code has eight letters of which none is taken for another, and two are never the same."""
    codes = {draw_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == CODE_LETTERS and set(code) <= set(LETTERS) for code in codes)
    assert not set("01ilo") & set(LETTERS)


def test_another_cookie_opens_nothing(person: Browsing, desk: Desk, idle: IdleClock) -> None:
    """A cookie of another person's page, of an earlier run, forged, broken or with another name is no session."""
    other = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), idle, ours=anybody))
    other.post("/enter", {"code": CODE})
    assert other.cookies.keys() == person.cookies.keys()
    name, token = next(iter(person.cookies.items()))
    forged = [other.cookies[name], token[:-1], token + "x", token.swapcase(), "", "ä", '"', "\x7f"]
    for value in forged:
        assert person.get("/", cookie=f"{name}={value}").status == 401, value
    assert person.get("/", cookie=f"voicecheck_{PORT + 1}={token}").status == 401
    assert person.get("/", cookie=f"other=1; {name}={token}").status == 200


@pytest.mark.parametrize(
    "other",
    ['a={"b": [1, 2]}', "no-value", "=", '"', "a b c", 'a="unclosed', "ü=ä", "a[0]=1;b@c=2", "x=" + "y" * 9000, ";;",
     "$Version=1", f"voicecheck_{PORT}=stale", "expires=Mon, 01 Jan 2029 00:00:00 GMT"],
)  # fmt: skip
def test_cookies_of_other_servers_shut_nobody_out(person: Browsing, other: str) -> None:
    """Whatever other servers of this computer have set, before or behind, the page finds its own cookie."""
    name, token = next(iter(person.cookies.items()))
    for cookies in (f"{other}; {name}={token}", f"{name}={token}; {other}", f"{other};{name}={token};{other}"):
        assert person.get("/", cookie=cookies).status == 200
    assert person.get("/", cookie=other).status == 401


# What is refused whoever asks


@pytest.mark.parametrize(
    "host",
    ["localhost:4321", "127.0.0.1", "127.0.0.1:4322", "evil.example:4321", "127.0.0.1.evil.example:4321", "", None,
     "[::1]:4321", "127.0.0.1:4321.", "127.0.0.1:04321"],
)  # fmt: skip
def test_a_foreign_host_is_refused(person: Browsing, host: str | None) -> None:
    """Only the bound address is answered, cookie or not: a name that was bent to loopback reads nothing."""
    for answer in (
        person.get("/", host=host),
        person.get("/static/page.css", host=host),
        person.post("/lock", host=host),
    ):
        assert answer.status == 421
        assert CANARY not in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "whatever"])
def test_a_request_that_another_page_made_is_refused(person: Browsing, site: str) -> None:
    """Also from another port of this computer, which is the same site and sends the same cookies."""
    assert person.get("/", sec_fetch_site=site).status == 403
    assert person.post("/lock", sec_fetch_site=site).status == 403


@pytest.mark.parametrize(
    ("origin", "site"),
    [("http://evil.example", "same-origin"), ("http://localhost:4321", "same-origin"), (f"https://{HOST}", None),
     ("null", "none"), ("null", None), (None, "same-origin"), (None, None), ("", "same-origin"), (f"{OWN}/", None)],
)  # fmt: skip
def test_a_foreign_origin_changes_nothing(
    person: Browsing, told: list[str], origin: str | None, site: str | None
) -> None:
    """Whatever changes something must come from this page itself, and say so."""
    assert person.post("/lock", origin=origin, sec_fetch_site=site).status == 403
    assert "locked" not in told


@pytest.mark.parametrize(("origin", "site"), [(OWN, "same-origin"), (OWN, None), ("null", "same-origin")])
def test_its_own_forms_pass(person: Browsing, origin: str, site: str | None) -> None:
    """A form under `no-referrer` says "null", and the browser vouches for it; an older browser names the origin."""
    assert person.post("/alive", origin=origin, sec_fetch_site=site).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"])
def test_other_methods_are_refused(person: Browsing, method: str) -> None:
    """A preflight is never granted."""
    answer = person.post("/", method=method)
    assert answer.status == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_headers_given_twice_or_too_much_are_refused() -> None:
    """Two hosts, two origins, an endless or unnamed length: nothing is guessed."""
    good = {"host": [HOST], "origin": [OWN], "content-length": ["3"]}
    assert refusal("POST", good, HOST) is None
    for bad in (
        {"host": [HOST, HOST]},
        {"origin": [OWN, OWN]},
        {"sec-fetch-site": ["same-origin", "cross-site"]},
        {"content-length": ["99999999999"]},
        {"content-length": ["-1"]},
        {"content-length": ["9" * 5000]},
        {"content-length": ["²"]},
        {"content-length": ["3", "4"]},
        {"transfer-encoding": ["chunked"]},
    ):
        assert refusal("POST", {**good, **bad}, HOST) is not None, bad


def test_every_answer_carries_the_rules(stranger: Browsing) -> None:
    """No script of its own, no store, no referrer, no frame: on pages, files, faults and refusals alike."""
    answers = [
        stranger.get("/"),
        stranger.get("/static/page.js"),
        stranger.get("/", host="evil.example"),
        stranger.post("/enter", {"code": CODE}),
        stranger.get("/"),
        stranger.get("/nothing"),
    ]
    assert [answer.status for answer in answers] == [401, 200, 421, 303, 200, 404]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


# Whose connection it is

HERE = ("127.0.0.1", PORT)


def answer_of(peer: End, here: End, owner: int, *, state: int = 1) -> bytes:
    """What the kernel tells of a connection (struct inet_diag_msg of linux/inet_diag.h)."""
    ends = struct.pack("!HH", peer[1], here[1])
    ends += socket.inet_aton(peer[0]).ljust(16, b"\0") + socket.inet_aton(here[0]).ljust(16, b"\0")
    return struct.pack("=BBBB", socket.AF_INET, state, 0, 0) + ends + struct.pack("=IQ5I", 1, 7, 0, 0, 0, owner, 99)


@pytest.mark.parametrize(
    ("answer", "owner"),
    [
        (answer_of(("127.0.0.1", 50000), HERE, 1001), 1001),
        (answer_of(("127.0.0.2", 50000), HERE, 1000), None),
        (answer_of(("127.0.0.1", 50001), HERE, 1000), None),
        (answer_of(("127.0.0.1", 50000), ("127.0.0.2", PORT), 1000), None),
        (answer_of(("127.0.0.1", 50000), HERE, 1000, state=10), None),
        (answer_of(("127.0.0.1", 50000), HERE, 0, state=6), None),
        (answer_of(("127.0.0.1", 50000), HERE, 1000)[:-1], None),
        (b"", None),
    ],
    ids=["it", "other address", "other port", "other page", "who listens", "who has left", "cut", "nothing"],
)
def test_the_other_end_has_an_owner(answer: bytes, owner: int | None) -> None:
    """The user of the socket that asks, of a connection that stands, with both ends compared whole: another address
    of loopback with the same port is another connection."""
    assert owner_of(answer, ("127.0.0.1", 50000), HERE) == owner


@linux_only
def test_what_the_kernel_does_not_answer_lets_nobody_in() -> None:
    """A line that fails, an address that is none, and a connection that there is not: refused."""
    owners = Owners()
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as mine:
        here = listening.getsockname()
        assert owners.are_ours(mine.getsockname(), here)
        for peer in (("127.0.0.2", mine.getsockname()[1]), here, ("::1", 5), ("", 0), ("127.0.0.1", 0)):
            assert not owners.are_ours(peer, here), peer
        owners.close()
        assert not owners.are_ours(mine.getsockname(), here)


@linux_only
def test_a_kernel_that_cannot_be_asked_closes_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a page that trusts the cookie alone there is a sentence, and another way to look back."""
    monkeypatch.setattr(socket, "AF_NETLINK", 45)
    with pytest.raises(VoicecheckError, match="whose a connection is") as caught:
        Owners()
    assert "voicecheck entry list" in caught.value.hint


@linux_only
def test_the_kernel_is_asked_without_a_descriptor_to_spare() -> None:
    """Whoever uses up the process's descriptors changes no answer: its own connection is its own, no other is."""
    import resource

    owners, soft_hard = Owners(), resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as mine:
        taken: list[int] = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, soft_hard[1]))
        try:
            with pytest.raises(OSError, match="Too many open files"):
                while True:
                    taken.append(os.dup(0))
            ours = owners.are_ours(mine.getsockname(), listening.getsockname())
            other = owners.are_ours(("127.0.0.2", mine.getsockname()[1]), listening.getsockname())
        finally:
            for descriptor in taken:
                os.close(descriptor)
            resource.setrlimit(resource.RLIMIT_NOFILE, soft_hard)
    owners.close()
    assert (ours, other) == (True, False)


def test_another_users_process_gets_nothing(desk: Desk, idle: IdleClock) -> None:
    """Not even the door, whatever cookie it has; and where nobody says whose a connection is, neither."""
    keeper = Keeper(PORT, CODE)
    mine = Browsing(make_app(desk, HOST, keeper, idle, ours=anybody))
    mine.post("/enter", {"code": CODE})
    stranger = (("127.0.0.1", 50000), HERE)
    theirs = Browsing(make_app(desk, HOST, keeper, idle, ours=lambda peer, here: (peer, here) != stranger))
    theirs.cookies = mine.cookies
    assert mine.get("/").status == 200
    assert [theirs.get(path).status for path in ("/", "/static/page.css")] == [403, 403]
    assert theirs.post("/enter", {"code": CODE}).status == 403
    unknown = Browsing(make_app(desk, HOST, keeper, idle), cookies=mine.cookies)
    assert unknown.get("/").status == 403


# Locking


def test_use_holds_off_the_lock_and_strangers_do_not(person: Browsing, idle: IdleClock, clock: Clock) -> None:
    """Only what the session does counts as use; a stranger who knocks all night does not keep it open."""
    clock.now += 590
    assert not idle.over
    person.post("/alive")
    clock.now += 590
    assert not idle.over
    Browsing(person.app).get("/")
    Browsing(person.app).get("/static/page.css")
    clock.now += 11
    assert idle.over


def test_locking_ends_the_process(person: Browsing, told: list[str]) -> None:
    """The button's answer empties the browser's stores but for the session, and the process is told to lock."""
    answer = person.post("/lock")
    assert answer.status == 200
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert CANARY not in answer.text
    assert told[-1] == "locked"


# The rest of the house


def test_a_fault_is_named_by_its_place_alone(
    person: Browsing, desk: Desk, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours says where it was and never what it was about."""

    def fail() -> None:
        raise ValueError(f"private {CANARY}")

    monkeypatch.setattr(desk, "next_question", fail)
    answer = person.get("/")
    assert answer.status == 500
    assert CANARY not in answer.text
    assert told[-1].startswith("fault ValueError, ")
    assert CANARY not in told[-1]


def test_addresses_say_nothing() -> None:
    """A handle holds no part of what it stands for, differs from run to run, and opens only where it was given out."""
    one, other = Handles(), Handles()
    assert one.of("2026-11-22") == one.of("2026-11-22") != other.of("2026-11-22")
    assert one.value(one.of("2026-11-22")) == "2026-11-22"
    assert other.value(one.of("2026-11-22")) is None


def test_the_door_is_on_loopback_alone() -> None:
    """A free port of 127.0.0.1, and no other address."""
    door = open_door()
    assert door is not None
    try:
        assert door.listening.getsockname()[0] == "127.0.0.1"
        assert door.address == f"http://127.0.0.1:{door.port}/"
        with socket.create_connection(("127.0.0.1", door.port), timeout=60):
            pass
    finally:
        door.close()


def test_no_browser_is_sought_without_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser in the terminal would take the terminal over."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with socket.socket() as listening:
        assert not Door(listening).show()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["open"], True), (["review"], True), (["--debug", "review"], True), (["review", "-h"], False),
        (["open", "--help"], False), (["tag", "review"], False),
    ],
)  # fmt: skip
def test_only_the_page_gets_a_door(words: list[str], wanted: bool) -> None:
    """No other command opens a socket."""
    assert serves_page(words) is wanted
