"""Checks that every request must pass before a page is made, and headers that every answer carries.

A page on loopback can be reached by every program and every user of the computer, and by every website that the
browser has open. So: the Host header must be the bound address (against DNS rebinding); what the browser says of where
a request comes from must be this page itself (Fetch Metadata and Origin); without the session's cookie there is nothing
but the door. What is not known is refused.

Sources: https://www.w3.org/TR/fetch-metadata/, https://www.w3.org/TR/CSP3/, RFC 6265bis (SameSite), RFC 9110.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.opener import ARRIVAL
from voicecheck.web.guard.peers import End, nobody
from voicecheck.web.guard.presence import SIGN, Presence

Headers: TypeAlias = "dict[str, list[str]]"
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Ours: TypeAlias = Callable[[End, End], bool]
"""takes the other end and this end of a connection, and says whether it is the person's own"""
App: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MOST_BODY_BYTES = 4 * 1024 * 1024  # an hour of speech, percent-encoded, fits many times
LENGTH = re.compile(r"[0-9]{1,12}")
READING = ("GET", "HEAD")
METHODS = (*READING, "POST")
OPEN_PATHS = re.compile(rf"/enter|{ARRIVAL}|/static/[\w.-]+")
"""paths that are open without a session: the login page, and files that are the same for everybody"""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# A form sent under `no-referrer` has "null" for its Origin (https://fetch.spec.whatwg.org/#append-a-request-origin-header);
# Sec-Fetch-Site then says whose it is, and no script can forge that.
ALWAYS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), display-capture=(), browsing-topics=()",
    "x-dns-prefetch-control": "off",
}


def refusal(method: str, headers: Headers, host: str, *, arrives: bool = False) -> tuple[int, str] | None:
    """Return status and reason if a request is refused whoever sent it; None if it may pass. Header names are small.

    One that `arrives` comes from a file, which has "null" for its origin: the ticket in it says whose it is.
    """
    if headers.get("host") != [host]:
        return 421, "This page answers only to its own address."
    if method not in METHODS:
        return 405, "That is nothing this page does."
    site = headers.get("sec-fetch-site", [])
    from_file = arrives and method == "POST" and headers.get("origin") == ["null"]
    if len(site) > 1 or (site and site[0] not in ("same-origin", "none") and not from_file):
        return 403, "Another page asked for this."
    if method == "POST" and not from_file and not _from_here(headers, site, host):
        return 403, "Another page sent this."
    length = headers.get("content-length", ["0"])
    if len(length) > 1 or not LENGTH.fullmatch(length[0]) or int(length[0]) > MOST_BODY_BYTES:
        return 413, "That is too much at once."
    if method == "POST" and "transfer-encoding" in headers:
        return 411, "Say how long it is."
    return None


def _from_here(headers: Headers, site: list[str], host: str) -> bool:
    origin = headers.get("origin", [])
    return origin == [f"http://{host}"] or (origin == ["null"] and site == ["same-origin"])


@dataclass(frozen=True, slots=True)
class Guarded:
    """Everything that a request is judged by."""

    host: str
    keeper: Keeper
    idle: IdleClock
    """held off by requests of the session alone"""
    presence: Presence
    door: App
    """answers who has no session yet"""
    ours: Ours = nobody


class Guard:
    """ASGI middleware around the whole page. The sign that a page is still open holds off the end, and no lock."""

    def __init__(self, app: App, guarded: Guarded) -> None:
        self._app = app
        self._guarded = guarded

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers: Headers = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        refused = refusal(scope["method"], headers, self._guarded.host, arrives=scope["path"] == ARRIVAL)
        if not refused and not self._is_ours(scope):
            refused = 403, "This page is somebody else's."
        if refused:
            await _answer_plainly(*refused, _with_headers(send))
        elif self._guarded.keeper.knows("; ".join(headers.get("cookie", []))):
            self._guarded.presence.sign()
            if scope["path"] != SIGN:
                self._guarded.idle.touch()
            await self._app(scope, receive, _with_headers(send))
        elif OPEN_PATHS.fullmatch(scope["path"]):
            await self._app(scope, receive, _with_headers(send))
        else:
            await self._guarded.door(scope, receive, _with_headers(send))

    def _is_ours(self, scope: MutableMapping[str, Any]) -> bool:
        peer, here = scope.get("client"), scope.get("server")
        return peer is not None and here is not None and self._guarded.ours(tuple(peer), tuple(here))


async def _answer_plainly(status: int, reason: str, send: Send) -> None:
    body = reason.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.decode().lower() not in ALWAYS]
            message["headers"] = kept + [(name.encode(), value.encode()) for name, value in ALWAYS.items()]
        await send(message)

    return sending
