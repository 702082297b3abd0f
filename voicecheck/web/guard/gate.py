"""Bounds on connections, enforced before a byte of them is parsed: owner, number and duration.

A connection of somebody else's is told so and read no further. Of the person's own there are never more than a browser
needs: where one more comes, the one that has gone longest without a whole request makes way. A request must be whole
within a few seconds, so that half ones hold nothing up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from voicecheck.web.guard.middleware import Ours
from voicecheck.web.guard.peers import End

SOMEBODY_ELSES = "This page is somebody else's."
_REFUSAL = (
    "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n"
    f"content-length: {len(SOMEBODY_ELSES)}\r\nconnection: close\r\n\r\n{SOMEBODY_ELSES}"
).encode()


@dataclass(frozen=True, slots=True)
class Bounds:
    connections: int = 64
    """a browser opens six, and a few ahead"""
    refusals: int = 16
    """connections of others that are being told so, at one time"""
    request_within_s: float = 10.0
    """from the connection, or the first byte of a further request, to its last"""
    idle_s: int = 5
    """between one answer and the next request"""
    refusal_s: float = 1.0
    head_bytes: int = 1 << 20
    """a browser may send the cookies of every other server on 127.0.0.1 along, 180 of 4 kB each"""


@dataclass
class Gate:
    """All connections of one page."""

    ours: Ours
    bounds: Bounds = Bounds()
    open: dict[Gated, None] = field(default_factory=dict)
    """in the order of their last whole request, or of their coming where there was none"""
    refused: set[Gated] = field(default_factory=set)

    def protocol(self) -> Protocol:
        """Make the server's side of a connection; takes the place of the server's own."""
        return partial(Gated, self)

    def make_room(self) -> None:
        """Close the connection that has waited longest for its request; where all are being answered, the first."""
        if len(self.open) < self.bounds.connections:
            return
        oldest = next((one for one in self.open if not one.answering), next(iter(self.open)))
        oldest.drop()


class Gated(H11Protocol):
    """One connection."""

    def __init__(self, gate: Gate, /, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate = gate
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def answering(self) -> bool:
        """True if a whole request is here and its answer is not yet complete."""
        return self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._gate.ours(_end(self.client), _end(self.server)):
            self._refuse()
            return
        self._gate.make_room()
        self._gate.open[self] = None
        self._set_deadline(self._gate.bounds.request_within_s)

    def data_received(self, data: bytes) -> None:
        if self not in self._gate.open:  # somebody else's, or one that had to make way
            return
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            if self._deadline is None:
                self._set_deadline(self._gate.bounds.request_within_s)
        else:
            self._lift_deadline()
            self._gate.open[self] = self._gate.open.pop(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lift_deadline()
        self._gate.open.pop(self, None)
        self._gate.refused.discard(self)
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        further, _ = self.conn.trailing_data
        if self in self._gate.open and (further or self.conn.their_state is h11.SEND_BODY) and self._deadline is None:
            self._set_deadline(self._gate.bounds.request_within_s)  # of a request that came half before the answer

    def send_400_response(self, msg: str) -> None:
        """Refuse a bad request, also if its head is being answered and its body is none: that answer goes to nobody."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        super().send_400_response(msg)

    def drop(self) -> None:
        self._gate.open.pop(self, None)
        self.transport.abort()

    def _refuse(self) -> None:
        """Refuse and read on for a moment: closed at once, the answer would be lost to a client that still sends."""
        if len(self._gate.refused) >= self._gate.bounds.refusals:
            self.transport.abort()
            return
        self._gate.refused.add(self)
        self.transport.write(_REFUSAL)
        self.transport.write_eof()
        self._set_deadline(self._gate.bounds.refusal_s)

    def _set_deadline(self, within_s: float) -> None:
        self._deadline = self.loop.call_later(within_s, self.drop)

    def _lift_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


Protocol: TypeAlias = Callable[..., Gated]


def _end(end: tuple[str, int | None] | None) -> End:
    """Return an end of a connection; without an address one that no table holds."""
    return ("", 0) if end is None else (end[0], end[1] or 0)
