"""A browser without a window: speaks ASGI with the page, sends what a browser sends, keeps cookies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from voicecheck.web.guard.middleware import App

HOST = "127.0.0.1:4321"
PORT = 4321
STAYS_S = 0.02
"""before it leaves a page that never ends"""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browsing:
    """One window. `headers` given to a request replace those it would send; None leaves one out."""

    app: App
    host: str = HOST
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str | None) -> Answer:
        sent = {"host": self.host, "sec-fetch-site": "none", "cookie": self._cookie(), **_named(headers)}
        return self._send("GET", path, sent, b"")

    def post(self, path: str, fields: Any = (), *, method: str = "POST", **headers: str | None) -> Answer:
        return self.send_bytes(path, urlencode(fields, doseq=True).encode(), method=method, **headers)

    def send_bytes(self, path: str, body: bytes, *, method: str = "POST", **headers: str | None) -> Answer:
        sent = {
            "host": self.host,
            "origin": f"http://{self.host}",
            "sec-fetch-site": "same-origin",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
            "cookie": self._cookie(),
            **_named(headers),
        }
        return self._send(method, path, sent, body)

    def _cookie(self) -> str | None:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items()) or None

    def _send(self, method: str, path: str, headers: dict[str, str | None], body: bytes) -> Answer:
        answer = asyncio.run(_exchange(self.app, method, path, headers, body))
        cookie = answer.headers.get("set-cookie", "")
        if cookie:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer


def _named(headers: dict[str, str | None]) -> dict[str, str | None]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def _exchange(app: App, method: str, path: str, headers: dict[str, str | None], body: bytes) -> Answer:
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if value is not None],
        "server": ("127.0.0.1", PORT),
        "client": ("127.0.0.1", 50000),
    }
    sent: list[Any] = []

    asked = 0

    async def receive() -> Any:
        nonlocal asked
        asked += 1
        if asked > 1:  # it waits for the end of the connection, as a stream of events does
            await asyncio.sleep(STAYS_S)
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = next((message for message in sent if message["type"] == "http.response.start"), None)
    if start is None:
        return Answer(0, {}, b"")
    kept = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], kept, b"".join(m.get("body", b"") for m in sent if m["type"].endswith("body")))
