"""A person's browser at the page of a command that runs, from a thread: the code is typed, an entry is changed."""

from __future__ import annotations

import http.client
import re
import threading
from contextlib import suppress
from urllib.parse import urlencode

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
CODE = re.compile(r"code, once:\s+(\w+) (\w+)")
WAIT_S = 10.0


class Visit:
    """One browser. `kept` once the page said that it has the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._thread: threading.Thread | None = None
        self.kept = False

    def begin(self, shown: str) -> None:
        """As soon as the address and the code are shown."""
        address, code = ADDRESS.search(shown), CODE.search(shown)
        if self._thread is None and address and code:
            self._thread = threading.Thread(target=self._go, args=(int(address[1]), code[1] + code[2]))
            self._thread.start()

    @property
    def over(self) -> bool:
        return self._thread is not None and not self._thread.is_alive()

    def end(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _go(self, port: int, code: str) -> None:
        with suppress(OSError, http.client.HTTPException, LookupError):  # it may have been stopped anywhere
            cookie = self._ask(port, "POST", "/enter", urlencode({"code": code}))[2].partition(";")[0]
            page = self._ask(port, "GET", "/timeline", cookie=cookie)[1]
            place = re.findall(r'href="(/entry/[^"]+)"', page)[0]
            seen = re.findall(r'name="seen" value="([^"]*)"', self._ask(port, "GET", place, cookie=cookie)[1])[0]
            status, *_ = self._ask(
                port, "POST", f"{place}/edit", urlencode({"seen": seen, "text": self._text}), cookie=cookie
            )
            self.kept = status == 303

    def _ask(self, port: int, method: str, path: str, body: str = "", *, cookie: str = "") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
        try:
            headers = {"origin": f"http://127.0.0.1:{port}", "content-type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body or None, headers | ({"cookie": cookie} if cookie else {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("set-cookie") or ""
        finally:
            connection.close()
