"""The evening of a page: one at a time, in a thread of its own, for as long as somebody has the page open."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Literal, TypeAlias

from voicecheck.checkin.events import Stop
from voicecheck.checkin.ports import Event, TypedDraft
from voicecheck.checkin.wishes import Wishes
from voicecheck.errors import AudioError, ModelError, VoicecheckError, place_of
from voicecheck.phrases import Phrases
from voicecheck.web.site.board import Board
from voicecheck.web.site.page_screen import PageScreen

ONE_QUESTION = Wishes()
ALONE_S = 10.0
"""without a tab, after which the evening ends"""
LEFT_SEALED_AFTER_S = 120.0
"""behind the end, after which words that do not come are waited for no longer: the answer stays sealed"""

Sit: TypeAlias = Callable[[PageScreen, "queue.SimpleQueue[Event]"], bool]
"""holds one sitting, on the thread that calls it; True if it came to its own end"""
CutShort: TypeAlias = Literal["", "closed", "locked"]


def nobody_sits(screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
    """Stand where a page was made without what an evening needs."""
    return True


class PageEvening:
    """Begins an evening, hands it what is pressed, and ends it when the page is left alone."""

    def __init__(self, phrases: Phrases, sit: Sit, clock: Callable[[], float] = time.monotonic) -> None:
        self.board = Board(clock)
        self.cut_short: CutShort = ""
        """why the last evening ended before its end; empty where it did not"""
        self.wishes: Wishes | None = Wishes()
        """of this evening; None where there is none, and answers that broke off are written down"""
        self._phrases = phrases
        self._sit = sit
        self._clock = clock
        self._ends_at: float | None = None
        self.close_microphone: Callable[[], None] = lambda: None
        """closes it at once, however much sound still waits to be worked through on the evening's thread"""
        self.report: Callable[[str], None] = lambda _: None
        """hears of a fault of the program, by its place"""
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def hears(self) -> bool:
        """True if this evening has the microphone."""
        return self.running and self.wishes is not None and not self.wishes.typed

    @property
    def began(self) -> bool:
        """True if there was an evening in this run of the page."""
        return self._thread is not None

    def begin(self, wishes: Wishes | None = ONE_QUESTION) -> bool:
        """Begin an evening; False, and nothing happens, while one is running.

        Without `wishes` nobody is asked anything: answers that broke off are written down.
        """
        if self.running:
            return False
        self.cut_short, self.wishes, self._ends_at = "", wishes, None
        self._events, self.close_microphone = queue.SimpleQueue(), lambda: None
        self.board.begin()
        self.board.microphone(is_open=wishes is not None and not wishes.typed)
        self.board.post("state", name="", text=self._phrases.tell("evening_begins"), acts=())
        self._thread = threading.Thread(target=self._run, args=(self._events,), name="evening", daemon=True)
        self._thread.start()
        return True

    def put(self, event: Event) -> None:
        """Hand over what was pressed; nothing happens where no evening is running."""
        if self.running:
            self._events.put(event)

    def draft(self, text: str, line: int) -> None:
        """Hand over all that was typed so far, for the line that was asked for by this event; for no other."""
        if self.running and self.board.asks(line):
            self.board.post("draft", text=text)
            self._events.put(TypedDraft(text))

    def look(self) -> None:
        """End the evening if nobody has had the page open for a while; at last without words that do not come."""
        if not self.running:
            return
        if self._ends_at is None and self.board.empty_s >= ALONE_S:
            self.end("closed")
        elif self._ends_at is not None and self._clock() - self._ends_at >= LEFT_SEALED_AFTER_S:
            self.end(self.cut_short)

    def end(self, why: CutShort) -> None:
        """End the evening: the microphone closes now, and what was said is written down and kept."""
        if self.running:
            self.cut_short, self._ends_at = why, self._clock()
            self._events.put(Stop(may_ask=False))
            self.close_microphone()

    def join(self) -> None:
        """Wait until what was said is kept, or cannot be written down and stays sealed."""
        if self._thread is not None:
            self._thread.join(LEFT_SEALED_AFTER_S)
            if self._thread.is_alive():
                self._events.put(Stop(may_ask=False))
                self._thread.join(ALONE_S)

    def _run(self, events: queue.SimpleQueue[Event]) -> None:
        try:
            if self._sit(PageScreen(self.board, self._phrases), events):
                self.cut_short = ""
        except VoicecheckError as error:
            self.board.post("fault", text=f"{error.message} {error.hint}", on=self._ways_on(error))
        except Exception as error:  # noqa: BLE001 - its text may hold a diary, and a thread would print it
            self.report(f"fault {place_of(error)}")
            self.board.post("fault", text=self._phrases.page["fault_ours"].replace("\n", " "), on=("again",))
        finally:
            self.board.microphone(is_open=False)
            self.board.post("over", text=self._phrases.tell("evening_over"))

    def _ways_on(self, error: VoicecheckError) -> tuple[str, ...]:
        """Return what can be pressed behind an error: the same once more, and typing where hearing has failed."""
        may_type = self.wishes is not None and not self.wishes.typed
        return ("again", "type") if may_type and isinstance(error, AudioError | ModelError) else ("again",)
