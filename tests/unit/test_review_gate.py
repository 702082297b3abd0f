"""The page's gate, on real sockets of loopback: half requests, slow ones, too many, and those of somebody else."""

from __future__ import annotations

import http.client
import os
import queue
import resource
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from tests.vault_samples import CANARY, make_entry, make_vault
from voicecheck.phrases import load_phrases
from voicecheck.vault.vault import Vault
from voicecheck.web.guard.gate import SOMEBODY_ELSES, Bounds
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.socket import Door, open_door
from voicecheck.web.server import Page
from voicecheck.web.site.context import Desk

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts on Linux's loopback")
CODE = "abcd2345"
WAIT_S = 60


class Served:
    """A page that runs in a thread of its own, and the browser of the person in front of it."""

    def __init__(self, page: Page, door: Door, told: list[str]) -> None:
        self.page, self.door, self.told = page, door, told
        self.cookie = ""

    def request(self, method: str = "GET", path: str = "/", body: str = "") -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=WAIT_S)) as connection:
            headers = {"origin": f"http://{self.door.host}", "content-type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body or None, headers | ({"cookie": self.cookie} if self.cookie else {}))
            answer = connection.getresponse()
            self.cookie = (answer.getheader("set-cookie") or self.cookie).partition(";")[0]
            return answer.status, answer.read().decode()

    def connect(self, sent: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.door.port), timeout=WAIT_S)
        connection.sendall(sent)
        return connection


@contextmanager
def serve(bounds: Bounds) -> Iterator[Served]:
    """A page whose code was typed. It runs in a thread, which opens the vault, as SQLite wants it."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
    door = open_door()
    assert door is not None
    told: list[str] = []
    idle, ready = IdleClock(3600), queue.SimpleQueue[Page]()

    def run() -> None:
        with Desk(paths, key, load_phrases()) as desk:
            page = Page(desk, door, Keeper(door.port, CODE), idle, told.append, bounds)
            ready.put(page)
            page.serve()

    thread = threading.Thread(target=run)
    thread.start()
    served = Served(ready.get(timeout=WAIT_S), door, told)
    try:
        assert served.request("POST", "/enter", f"code={CODE}")[0] == 303
        yield served
    finally:
        idle.lock_after_s = -1
        thread.join(WAIT_S)
        door.close()
    assert not thread.is_alive()
    assert [what for what in told if what != "entered"] == []


def closed_by_the_page(connection: socket.socket) -> bool:
    """Waits until the other side closes, or resets, without a word."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


HALF = b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-half: "


def flood(served: Served, count: int) -> None:
    """Half requests that stay open, with the person's own in between: each is answered, and few stay open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * count + 500)), hard))
    try:
        with ExitStack() as stack:
            for number in range(count):
                stack.enter_context(served.connect(HALF))
                if number % (count // 10) == 0:
                    status, text = served.request()
                    assert (status, CANARY in text) == (200, True)
            assert served.request()[0] == 200
            assert len(served.page.gate.open) <= served.page.gate.bounds.connections
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_half_requests_shut_nobody_out() -> None:
    """Many more half requests than connections are taken, and the person goes on reading."""
    with serve(Bounds(connections=16)) as served:
        flood(served, 200)


@pytest.mark.long
def test_1500_half_requests_shut_nobody_out() -> None:
    """The same with the bounds of the product."""
    with serve(Bounds()) as served:
        flood(served, 1500)


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HT",
        HALF,
        b"POST /enter HTTP/1.1\r\nhost: HOST\r\norigin: http://HOST\r\ncontent-length: 900\r\n\r\ncode=",
        b"POST /enter HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\ncode=",
        b"GET /static/icon.svg HTTP/1.1\r\nhost: HOST\r\n\r\nGET /again",
    ],
    ids=["nothing", "line", "head", "body", "body of a refused one", "a second one"],
)
def test_a_request_has_its_time(half: bytes) -> None:
    """What is not whole in time is closed, wherever it stopped, and nothing is told of it in the terminal."""
    with serve(Bounds(request_within_s=0.2)) as served:
        connection = served.connect(half.replace(b"HOST", served.door.host.encode()))
        with closing(connection):
            while not closed_by_the_page(connection):
                pass
        assert served.request()[0] == 200


def test_who_leaves_in_the_middle_is_no_fault() -> None:
    """A browser that is closed while it sends a form is not reported as a fault of the program."""
    with serve(Bounds()) as served:
        head = f"POST /search/ask HTTP/1.1\r\nhost: {served.door.host}\r\norigin: http://{served.door.host}\r\n"
        kind = "content-type: application/x-www-form-urlencoded\r\n"
        served.connect(f"{head}{kind}cookie: {served.cookie}\r\ncontent-length: 900\r\n\r\nquery=".encode()).close()
        assert served.request()[0] == 200


def test_a_body_that_is_none_is_no_fault() -> None:
    """A head that is being answered while its body breaks the rules is refused, and not reported as a fault."""
    with serve(Bounds(idle_s=0)) as served:
        head = f"GET / HTTP/1.1\r\nhost: {served.door.host}\r\ncookie: {served.cookie}\r\n"
        broken = f"{head}transfer-encoding: chunked\r\n\r\nno chunk\r\n".encode()
        with served.connect(broken) as connection:
            assert connection.recv(12) == b"HTTP/1.1 400"
            while not closed_by_the_page(connection):
                pass
        assert served.request()[0] == 200


def test_a_head_with_the_cookies_of_every_other_server_is_read() -> None:
    """A browser sends all cookies of 127.0.0.1, more than half a megabyte where other servers are lavish."""
    with serve(Bounds()) as served:
        own = served.cookie
        served.cookie = "; ".join([*(f"other{number}={'x' * 4000}" for number in range(150)), own])
        with served.connect() as connection:
            head = f"GET / HTTP/1.1\r\nhost: {served.door.host}\r\ncookie: {served.cookie}\r\n\r\n"
            connection.sendall(head.encode())
            assert connection.recv(12) == b"HTTP/1.1 200"


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("curl"), reason="needs root and curl, to be somebody else")
def test_another_user_with_the_cookie_and_the_port_of_the_persons_own_connection() -> None:
    """Bound to another address of loopback with the same port as the person's browser, they still get nothing; nor do
    any number of their connections keep the person out."""
    with serve(Bounds(connections=8, refusal_s=30)) as served, served.connect() as mine:
        port = mine.getsockname()[1]
        curl = ["curl", "--silent", "--include", "--max-time", "10", "--cookie", served.cookie, served.door.address]
        bound = [*curl, "--interface", "127.0.0.2", "--local-port", str(port)]
        asked = subprocess.run(bound, capture_output=True, text=True, check=True, user=65534).stdout
        assert asked.startswith("HTTP/1.1 403")
        assert asked.endswith(SOMEBODY_ELSES)
        for _ in range(20):
            plain = subprocess.run(curl, capture_output=True, text=True, check=False, user=65534).stdout
            assert CANARY not in plain
        assert CANARY in served.request()[1]
