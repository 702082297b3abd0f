"""The door, attacked with a real browser: the code, cookies, foreign pages, and the lock."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Home, Review, Window, enter
from tests.diary_samples import diary_entry
from voicecheck.errors import VaultBusyError

pytestmark = pytest.mark.waits

SECRET = "quokkaflute"
ATTACK = """<!doctype html><form id=f method=post action="TARGETlock"></form>
<iframe src="TARGET"></iframe><img src="TARGETtimeline"><script src="TARGETstatic/page.js"></script>
<script>window.outcomes = Promise.allSettled([
  fetch("TARGET", {credentials: "include"}).then((a) => a.text()),
  fetch("TARGETlock", {method: "POST", credentials: "include", mode: "no-cors"}).then((a) => a.type),
]);</script>"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("door") / "home")
    home.settle([diary_entry(f"I was afraid of the {SECRET} today.")])
    return home


@pytest.fixture(scope="module")
def review(start: Callable[[Home], Review], home: Home) -> Review:
    return start(home)


@pytest.fixture(scope="module")
def window(review: Review, session: Callable[[Review], Window]) -> Window:
    return session(review)


def ask(review: Review, path: str = "/", **headers: str) -> tuple[int, str]:
    """A request of a program that can say whatever it likes."""
    place = urlsplit(review.address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=10)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with closing(connection):
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def cookie_of(window: Window) -> str:
    (cookie,) = window.page.context.cookies()
    return f"{cookie['name']}={cookie['value']}"


@pytest.fixture(scope="module")
def foreign() -> Iterator[str]:
    """Another server on this computer, as another user may run one: its page attacks the one that its query names."""

    class Attack(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = ATTACK.replace("TARGET", self.path.partition("?")[2])
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Attack)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_code_opens_the_page_and_no_address_holds_it(window: Window) -> None:
    """After the code the diary is there, and neither the code nor the token ever stood in an address."""
    expect(window.page.get_by_text(SECRET)).to_be_visible()
    token = cookie_of(window).partition("=")[2]
    assert not [url for url in window.asked if token in url or window.review.code.replace(" ", "") in url]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads how Linux filters a process")
def test_the_process_that_serves_can_open_no_connection(review: Review) -> None:
    """Both of the kernel's filters are on in it, and it listens on one port of loopback and nowhere else."""
    status = Path(f"/proc/{review.process.pid}/status").read_text()
    assert re.search(r"^Seccomp:\s+2$", status, re.MULTILINE)
    filters = re.search(r"^Seccomp_filters:\s+(\d+)$", status, re.MULTILINE)  # since Linux 5.9
    assert filters is None or int(filters[1]) >= 2
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if " 0A " in line]
    port = f"{urlsplit(review.address).port:04X}"
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_the_cookie_is_for_this_page_alone(window: Window) -> None:
    """Not for scripts, not for other sites, gone with the browser, and with the port in its name."""
    (cookie,) = window.page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
    assert cookie["name"] == f"voicecheck_{urlsplit(window.review.address).port}"
    assert window.page.evaluate("document.cookie") == ""


def test_a_replayed_code_opens_nothing(window: Window, browser: Browser) -> None:
    """A second browser that types the same code is told that it was used, and sees no word."""
    page = browser.new_context().new_page()
    page.goto(window.review.address)
    expect(page.get_by_text("open in another browser window")).to_be_visible()
    status = page.evaluate(
        "(code) => fetch('/enter', {method: 'POST', body: new URLSearchParams({code})}).then((a) => a.status)",
        window.review.code,
    )
    assert status == 401
    page.reload()
    assert SECRET not in page.content()
    page.context.close()


def test_a_second_users_cookie_opens_nothing(
    window: Window, start: Callable[[Home], Review], home: Home, session: Callable[[Review], Window]
) -> None:
    """The session of another running page does not open this one, under its own name or under this one's."""
    other = session(start(home))
    name, token = cookie_of(window).split("=")
    other_token = cookie_of(other).partition("=")[2]
    for cookie in (cookie_of(other), f"{name}={other_token}", f"{name}={token[::-1]}"):
        assert ask(window.review, cookie=cookie)[0] == 401
    status, body = ask(window.review, cookie=cookie_of(window))
    assert (status, SECRET in body) == (200, True)
    other.review.stop()


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("curl"), reason="needs root and curl, to be somebody else")
def test_another_user_with_the_very_cookie_reads_nothing(window: Window) -> None:
    """On Linux a connection has an owner, and a stolen cookie is worth nothing to anybody but the person."""
    command = ["curl", "--silent", "--cookie", cookie_of(window), "--write-out", "%{http_code}", window.review.address]
    mine = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    theirs = subprocess.run(command, capture_output=True, text=True, check=True, user=65534).stdout
    assert (mine[-3:], SECRET in mine) == ("200", True)
    assert (theirs[-3:], SECRET in theirs) == ("403", False)


def test_a_foreign_host_reads_nothing(window: Window, browser: Browser) -> None:
    """A name that leads to loopback (DNS rebinding) is refused, with the session's own cookie too."""
    port = urlsplit(window.review.address).port
    for host in (f"evil.example:{port}", f"localhost:{port}", "127.0.0.1"):
        status, body = ask(window.review, host=host, cookie=cookie_of(window))
        assert (status, SECRET in body) == (421, False)


def test_a_foreign_page_can_neither_read_nor_press(window: Window, foreign: str) -> None:
    """Another port of this computer, in the very browser that has the session: no frame, no read, no lock."""
    page = window.page.context.new_page()
    page.goto(f"{foreign}?{window.review.address}")
    outcomes = page.evaluate("window.outcomes")
    assert outcomes[0]["status"] == "rejected"
    assert SECRET not in repr(outcomes)
    assert not [frame for frame in page.frames[1:] if SECRET in frame.content()]
    page.locator("#f").evaluate("form => form.submit()")
    page.wait_for_url("**/lock")
    assert "Another page" in page.content()
    page.close()
    window.page.reload()
    expect(window.page.get_by_text(SECRET)).to_be_visible()


def test_what_stands_in_the_history_says_nothing(window: Window) -> None:
    """Addresses and titles hold no date, no id and no word, since a browser keeps them on disk."""
    page = window.page
    page.goto(window.review.address)
    page.locator("article.glance h3 a").first.click()
    expect(page.locator("#words")).to_contain_text(SECRET)
    with_time = page.url.removeprefix(window.review.address)
    assert with_time.startswith("entry/")
    assert "019" not in with_time[:9]
    assert SECRET not in page.url + page.title()
    assert page.title() == "Entry · VoiceCheck"


def test_reading_beside_a_writer(window: Window, home: Home) -> None:
    """While another process writes, as a check-in does, the page goes on reading, and shows what was kept meanwhile."""
    with home.open() as vault:
        with pytest.raises(VaultBusyError):
            home.open()
        vault.entries.add(diary_entry("A second thought: I am relieved about the marzipan."))
        window.page.goto(f"{window.review.address}timeline")
        expect(window.page.get_by_text("marzipan")).to_be_visible()
        expect(window.page.get_by_text(SECRET)).to_be_visible()


def test_it_starts_beside_a_writer(start: Callable[[Home], Review], home: Home, browser: Browser) -> None:
    """A page that is started while a check-in runs shows what is kept so far."""
    with home.open():
        review = start(home)
        page = browser.new_context().new_page()
        enter(page, review)
        expect(page.locator("article.glance")).to_have_count(1)
        page.context.close()
    assert review.stop() == 0


def test_wrong_codes_close_the_page(start: Callable[[Home], Review], home: Home, browser: Browser) -> None:
    """Five guesses, and the process has ended."""
    review = start(home)
    page = browser.new_context().new_page()
    page.goto(review.address)
    for left in (4, 3, 2, 1):
        page.get_by_label("Code").fill("wrong")
        page.get_by_label("Code").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(f"{left}")
    page.get_by_label("Code").fill("wrong")
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("closed")
    assert review.wait() == 0
    assert "Too many wrong codes" in review.said[-1]
    page.context.close()


def test_the_lock_button_takes_the_key_with_the_process(
    start: Callable[[Home], Review], home: Home, session: Callable[[Review], Window]
) -> None:
    """The words leave the window, a process that never had the key goes on, and going back brings nothing back."""
    window = session(start(home))
    window.page.get_by_role("link", name="Timeline").click()
    expect(window.page.get_by_text(SECRET)).to_be_visible()
    cookie = cookie_of(window)
    window.page.get_by_role("button", name="Lock now").click()
    expect(window.page.get_by_role("heading", name="Locked")).to_be_visible()
    assert SECRET not in window.page.content()
    for path in ("/", "/timeline"):
        status, body = ask(window.review, path, cookie=cookie)
        assert (status in (200, 403), SECRET in body, "Unlock" in body) == (True, False, True)
    window.page.go_back()
    expect(window.page.get_by_role("heading", name="Locked")).to_be_visible()
    assert SECRET not in window.page.content()
    window.page.get_by_role("button", name="Unlock with the key of this computer").click()
    expect(window.page.get_by_text(SECRET)).to_be_visible()
    window.complaints[:] = [text for text in window.complaints if "403" not in text]
    assert window.review.stop() == 0
    assert "key is gone from memory" in window.review.said[-1]


def test_what_was_typed_stays_when_the_page_has_ended(
    start: Callable[[Home], Review], home: Home, session: Callable[[Review], Window]
) -> None:
    """The process was ended in the terminal while somebody typed: the diary leaves the window, their text does not."""
    window = session(start(home))
    window.page.get_by_role("link", name="Timeline").click()
    window.page.locator("article.glance h3 a").first.click()
    window.page.get_by_text("Put the words right").click()
    window.page.get_by_label("The text").fill("Typed for an hour.")
    window.review.stop()
    window.page.get_by_role("button", name="Keep", exact=True).first.click()
    expect(window.page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(window.page.get_by_label("What you typed is not lost")).to_have_value("Typed for an hour.")
    assert SECRET not in window.page.content()


def test_it_locks_when_nobody_uses_it(
    start: Callable[[Home], Review], session: Callable[[Review], Window], tmp_path: Path
) -> None:
    """After the set time without use the words leave the window, and the key the process; use puts it off."""
    quick = Home(tmp_path / "home")
    quick.settle([diary_entry("I am relieved about the marzipan.")], "[review]\nlock_after_min = 0.1\n")
    window = session(start(quick))
    used_until = time.monotonic() + 8.0  # longer than the six seconds that are set
    while time.monotonic() < used_until:
        window.page.wait_for_timeout(500)
        window.page.keyboard.press("Tab")
    expect(window.page.get_by_text("marzipan")).to_be_visible()
    assert window.review.process.poll() is None
    expect(window.page.get_by_role("heading", name="Locked")).to_be_visible()
    assert "marzipan" not in window.page.content()
    window.page.get_by_role("link", name="Back to today").click()
    expect(window.page.get_by_role("button", name="Begin")).to_be_visible()
    expect(window.page.get_by_role("link", name="Unlock", exact=True)).to_be_visible()
    assert window.review.stop() == 0
    assert "key is gone from memory" in window.review.said[-1]


def test_a_ctrl_c_closes_it(start: Callable[[Home], Review], home: Home) -> None:
    """It ends at once, with a plain sentence and no traceback."""
    review = start(home)
    assert review.stop() == 0
    assert review.said[-1].endswith("The page is closed.\n")
    assert "Traceback" not in review.said[-1]
