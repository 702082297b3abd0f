"""Entries that the page of today shows by itself: letters that have opened, and what was on this day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from voicecheck.checkin.tonight import danger_watch
from voicecheck.diary.letters import SHOWN_DAYS, open_due
from voicecheck.diary.on_this_day import Remembered, on_this_day
from voicecheck.errors import VaultBusyError

if TYPE_CHECKING:
    from voicecheck.vault.store.letters import Letter
    from voicecheck.web.site.context import Desk


def letters_of_today(desk: Desk) -> tuple[Letter, ...]:
    """Open the letters whose day has come, and return those that opened in the last days.

    While another process writes, they wait for the next time.
    """
    today = desk.today()
    if desk.vault.letters.due(today):
        with suppress(VaultBusyError), desk.writing() as vault:
            open_due(vault, today)
    return desk.vault.letters.opened_since(today - timedelta(days=SHOWN_DAYS - 1))


class OnThisDay:
    """The entry under "on this day", worked out once a day and once a change of the vault, in memory alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._found: Remembered | None = None
        self._as_of: tuple[date, int] | None = None

    def today(self) -> Remembered | None:
        desk, as_of = self._desk, (self._desk.today(), self._desk.vault.changes)
        if as_of != self._as_of:
            names = frozenset({"", desk.settings.checkin.name})
            self._found = on_this_day(desk.vault, as_of[0], danger_watch(desk, lambda _: None), names)
            self._as_of = as_of
        return self._found
