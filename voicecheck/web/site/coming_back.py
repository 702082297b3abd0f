"""Entries that the page of today shows by itself: letters that have opened, and what was on this day."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
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


def remembered_today(desk: Desk) -> Remembered | None:
    """Return the entry that stands under "on this day"."""
    names = frozenset({"", desk.settings.checkin.name})
    return on_this_day(desk.vault, desk.today(), danger_watch(desk, lambda _: None), names)
