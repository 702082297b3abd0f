"""Progress in plain lines: a quarter, a half and three quarters, once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecheck.cli.app import App

SHARES = (25, 50, 75)
"""percent that are told where no bar is drawn"""


class Quarters:
    """Progress as a line at each quarter but the last, once each."""

    def __init__(self, app: App, what: str, total: float | None = None) -> None:
        self._app = app
        self._what = what
        self._total = total
        self._left = list(SHARES)

    def done(self, completed: float, total: float | None = None) -> None:
        self._total = total or self._total
        reached = [share for share in self._left if self._total and completed * 100 >= share * self._total]
        if reached:
            self._left = [share for share in self._left if share not in reached]
            what = self._what or self._app.phrases.show("plain_done")
            self._app.tell(self._app.phrases.show("plain_share_done", what=what, share=reached[-1]))
