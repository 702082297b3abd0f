"""The evening of a page: one at a time, in a thread of its own, for as long as somebody has the page open."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Literal, TypeAlias

from voicecheck.checkin.events import Stop
from voicecheck.checkin.ports import Event
from voicecheck.errors import VoicecheckError, place_of
from voicecheck.phrases import Phrases
from voicecheck.web.site.board import Board
from voicecheck.web.site.page_screen import PageScreen

ALONE_S = 10.0
"""without a tab, after which the evening ends"""

Sit: TypeAlias = Callable[[PageScreen, "queue.SimpleQueue[Event]"], bool]
"""holds one sitting, on the thread that calls it; True if it came to its own end"""
CutShort: TypeAlias = Literal["", "closed", "locked"]


def nobody_sits(screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
    """Stand where a page was made without what an evening needs."""
    return True


class PageEvening:
    """Begins an evening, hands it what is pressed, and ends it when the page is left alone."""

    def __init__(self, phrases: Phrases, sit: Sit) -> None:
        self.board = Board()
        self.cut_short: CutShort = ""
        """why the last evening ended before its end; empty where it did not"""
        self._phrases = phrases
        self._sit = sit
        self.report: Callable[[str], None] = lambda _: None
        """hears of a fault of the program, by its place"""
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def began(self) -> bool:
        """True if there was an evening in this run of the page."""
        return self._thread is not None

    def begin(self) -> bool:
        """Begin an evening; False, and nothing happens, while one is running."""
        if self.running:
            return False
        self.cut_short = ""
        self._events = queue.SimpleQueue()
        self.board.begin()
        self.board.post("state", name="", text=self._phrases.tell("evening_begins"), acts=())
        self._thread = threading.Thread(target=self._run, args=(self._events,), name="evening", daemon=True)
        self._thread.start()
        return True

    def put(self, event: Event) -> None:
        """Hand over what was pressed; nothing happens where no evening is running."""
        if self.running:
            self._events.put(event)

    def look(self) -> None:
        """End the evening if nobody has had the page open for a while."""
        if self.running and not self.cut_short and self.board.empty_s >= ALONE_S:
            self.end("closed")

    def end(self, why: CutShort) -> None:
        """End the evening: the microphone closes now, and what was said is written down and kept."""
        if self.running:
            self.cut_short = why
            self._events.put(Stop(may_ask=False))

    def join(self) -> None:
        """Wait until what was said is kept."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, events: queue.SimpleQueue[Event]) -> None:
        try:
            if self._sit(PageScreen(self.board, self._phrases), events):
                self.cut_short = ""
        except VoicecheckError as error:
            self.board.post("fault", text=f"{error.message} {error.hint}")
        except Exception as error:  # noqa: BLE001 - its text may hold a diary, and a thread would print it
            self.report(f"fault {place_of(error)}")
            self.board.post("fault", text=self._phrases.page["fault_ours"].replace("\n", " "))
        finally:
            self.board.post("over", text=self._phrases.tell("evening_over"))
