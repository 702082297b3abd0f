"""The picture of the evening: its events for the tabs that watch, all of it for one that comes later."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, TypeAlias

HEARTBEAT_S = 5.0
"""without an event; so that a connection that has gone is noticed"""
HEARTBEAT = ":\n\n"
"""a comment of the stream, which says nothing"""
MOST_TABS = 4
"""a browser opens six connections to one address, and some are needed for what is pressed"""
MOST_WAITING = 500
"""events that a tab may be behind; one that is further behind comes anew, and gets the whole picture"""
MOST_NOTICES = 6
CLEARED_BY = {
    "question": ("words", "sentence", "choices", "pair"),
    "sentence": ("choices",),
    "pair": ("words",),
    "over": ("choices",),
}
"""parts of the picture that go when another comes"""
PASSING = ("level",)
"""events that are no part of the picture"""

Event: TypeAlias = dict[str, Any]


class Tab:
    """The event stream of one tab."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._behind = 0

    def give(self, event: Event | None) -> None:
        """Hand over an event, from any thread; None ends the stream."""
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Event | None) -> None:
        self._events.put_nowait(None if self._events.qsize() >= MOST_WAITING else event)

    async def next(self) -> Event | None:
        """Return the next event, {} where none came for a while, None at the end of the stream."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._events.get(), HEARTBEAT_S)
        return {}


class Board:
    """The picture of the evening, and the tabs that watch. Events come from the evening's thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.RLock()  # a signal may come while it is held
        self._tabs: list[Tab] = []
        self._picture: dict[str, Event] = {}
        self._notices: list[Event] = []
        self._count = 0
        self._empty_since = clock()
        self._closed = False

    def begin(self) -> None:
        """Clear the picture for a new evening, whose first tab has yet to come."""
        with self._lock:
            self._picture.clear()
            self._notices.clear()
            self._empty_since = self._clock()
            self._give({"kind": "whole", "parts": []})

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

    @property
    def empty_s(self) -> float:
        """Seconds since the last tab went; 0 while one is there."""
        with self._lock:
            return 0.0 if self._tabs else self._clock() - self._empty_since

    @property
    def full(self) -> bool:
        """True if as many tabs watch as a browser can hold beside its other requests."""
        with self._lock:
            return len(self._tabs) >= MOST_TABS

    def close(self) -> None:
        """End every stream: the page closes."""
        with self._lock:
            self._closed = True
            self._give(None)

    async def stream(self) -> AsyncIterator[str]:
        """Yield the events of one tab in the form of a server-sent event, the whole picture first."""
        tab = self._join(Tab(asyncio.get_running_loop()))
        try:
            while (event := await tab.next()) is not None:
                yield f"data: {json.dumps(event)}\n\n" if event else HEARTBEAT
        finally:
            self._leave(tab)

    def _join(self, tab: Tab) -> Tab:
        with self._lock:
            parts = sorted([*self._picture.values(), *self._notices], key=lambda event: event["number"])
            tab.give({"kind": "whole", "parts": parts})
            if self._closed:
                tab.give(None)
            self._tabs.append(tab)
        return tab

    def _leave(self, tab: Tab) -> None:
        with self._lock:
            self._tabs.remove(tab)
            self._empty_since = self._clock()

    def _give(self, event: Event | None) -> None:
        for tab in self._tabs:
            tab.give(event)
