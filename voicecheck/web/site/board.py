"""The picture of the evening: its events for the tabs that watch, all of it for one that comes later."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, TypeAlias

Event: TypeAlias = dict[str, Any]

HEARTBEAT_S = 2.0
"""without an event, after which one comes all the same, for the tab to answer"""
HEARTBEAT: Event = {"kind": "beat"}
SILENT_S = 10.0
"""without a sign of it, after which a tab is taken for gone, though its connection may stand: frozen, say"""
MOST_TABS = 4
"""a browser opens six connections to one address, and some are needed for what is pressed"""
MOST_WAITING = 500
"""events that a tab may be behind; one that is further behind comes anew, and gets the whole picture"""
MOST_NOTICES = 6
CLEARED_BY = {
    "question": ("words", "sentence", "choices", "pair", "line", "draft"),
    "sentence": ("choices",),
    "pair": ("words",),
    "line": ("draft",),
    "over": ("choices", "line", "draft"),
}
"""parts of the picture that go when another comes"""
PASSING = ("level",)
"""events that are no part of the picture"""


class Tab:
    """The event stream of one tab."""

    def __init__(self, loop: asyncio.AbstractEventLoop, number: int, now: float) -> None:
        self.number = number
        """by which its signs are told from those of others"""
        self.seen = now
        """its last sign"""
        self._loop = loop
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()

    def give(self, event: Event | None) -> None:
        """Hand over an event, from any thread; None ends the stream."""
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Event | None) -> None:
        self._events.put_nowait(None if self._events.qsize() >= MOST_WAITING else event)

    async def next(self) -> Event | None:
        """Return the next event, a heartbeat where none came for a while, None at the end of the stream."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._events.get(), HEARTBEAT_S)
        return HEARTBEAT


class Board:
    """The picture of the evening, and the tabs that watch. Events come from the evening's thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.RLock()  # a signal may come while it is held
        self._tabs: list[Tab] = []
        self._picture: dict[str, Event] = {}
        self._notices: list[Event] = []
        self._count = self._joined = 0
        self._empty_since = clock()
        self._closed = False

    def begin(self) -> None:
        """Clear the picture for a new evening, whose first tab has yet to come."""
        with self._lock:
            self._picture.clear()
            self._notices.clear()
            self._empty_since = self._clock()
            self._give({"kind": "whole", "parts": []})

    def microphone(self, *, is_open: bool) -> None:
        """Show whether the microphone is open, where that has changed."""
        with self._lock:
            if self._picture.get("mic", {}).get("open") is not is_open:
                self.post("mic", open=is_open)

    def post(self, kind: str, **content: Any) -> None:
        """Show an event to every tab, once and in order."""
        with self._lock:
            self._count += 1
            event = {"kind": kind, "number": self._count, **content}
            if kind == "notice":
                self._notices = [*self._notices, event][-MOST_NOTICES:]
            elif kind == "withdrawn":
                self._notices = [one for one in self._notices if one.get("act") != event["act"]]
            elif kind not in PASSING:
                for gone in CLEARED_BY.get(kind, ()):
                    self._picture.pop(gone, None)
                self._picture[kind] = event
            self._give(event)

    def sign(self, number: int) -> None:
        """Note that this tab is there and shows what comes."""
        with self._lock:
            for tab in self._tabs:
                if tab.number == number:
                    tab.seen = self._clock()

    @property
    def empty_s(self) -> float:
        """Seconds since a tab gave its last sign, or the last one went."""
        with self._lock:
            return self._clock() - max([self._empty_since, *(tab.seen for tab in self._tabs)])

    @property
    def full(self) -> bool:
        """True if as many tabs watch as a browser can hold beside its other requests."""
        with self._lock:
            return sum(self._clock() - tab.seen < SILENT_S for tab in self._tabs) >= MOST_TABS

    def asks(self, number: int) -> bool:
        """True if the line that is asked for now was asked for by the event with this number."""
        with self._lock:
            return self._picture.get("line", {}).get("number") == number

    def close(self) -> None:
        """End every stream: the page closes."""
        with self._lock:
            self._closed = True
            self._give(None)

    async def stream(self) -> AsyncIterator[str]:
        """Yield the events of one tab in the form of a server-sent event, the whole picture first."""
        tab = self._join(asyncio.get_running_loop())
        try:
            while (event := await tab.next()) is not None:
                yield f"data: {json.dumps(event)}\n\n"
        finally:
            self._leave(tab)

    def _join(self, loop: asyncio.AbstractEventLoop) -> Tab:
        with self._lock:
            self._joined += 1
            tab = Tab(loop, self._joined, self._clock())
            parts = sorted([*self._picture.values(), *self._notices], key=lambda event: event["number"])
            tab.give({"kind": "whole", "parts": parts, "tab": tab.number})
            if self._closed:
                tab.give(None)
            self._tabs.append(tab)
        return tab

    def _leave(self, tab: Tab) -> None:
        with self._lock:
            self._tabs.remove(tab)
            self._empty_since = max(self._empty_since, tab.seen)  # one that hung was gone before it was closed

    def _give(self, event: Event | None) -> None:
        for tab in self._tabs:
            tab.give(event)
