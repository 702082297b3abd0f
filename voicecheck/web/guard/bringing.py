"""Bringing the page to the person: a browser is asked to open it, and where it cannot come in by itself, by hand."""

from __future__ import annotations

import time
from collections.abc import Callable

from voicecheck.web.guard.login_code import Keeper
from voicecheck.web.guard.socket import Door

COMES_WITHIN_S = 20.0
"""a browser that was not running may take a while; one in a sandbox of its own may not read the file at all"""


class Bringing:
    """Opens the page, and looks whether the browser has come in."""

    def __init__(
        self, door: Door, keeper: Keeper, by_hand: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`by_hand` hears that the code has to be typed."""
        self._door = door
        self._keeper = keeper
        self._by_hand = by_hand
        self._clock = clock
        self._until: float | None = None

    def bring(self) -> bool:
        """Open the page in a browser; False where there is none that can be asked."""
        ticket = self._door.show()
        if ticket:
            self._keeper.expect(ticket)
            self._until = self._clock() + COMES_WITHIN_S
        elif ticket is not None:
            self._by_hand()
        return ticket is not None

    def end(self) -> None:
        """Take the one-time file away with the page, used or not."""
        if self._door.opener is not None:
            self._door.opener.take_away()

    def look(self) -> None:
        """Take the one-time file away once it was used; open the address alone where nobody has come by it."""
        opener = self._door.opener
        if self._until is None or opener is None:
            return
        if not self._keeper.expecting:
            opener.take_away()
            self._until = None
        elif self._clock() >= self._until:
            self._keeper.expect("")
            opener.take_away()
            self._until = None
            opener.go_by_hand()
            self._by_hand()
