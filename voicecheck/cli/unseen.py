"""Telling of a start that failed where nobody sees a terminal: the window was opened by its icon."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from voicecheck.text.typed import as_typed
from voicecheck.text.untrusted import visible

if TYPE_CHECKING:
    from voicecheck.web.guard.socket import Door


def tell_unseen(door: Door | None, message: str, hint: str) -> None:
    """Show it in the browser, else as a notification. Nothing happens where a person sees stderr."""
    from voicecheck.phrases import load_phrases
    from voicecheck.remind.notification import show

    if sys.stderr is not None and sys.stderr.isatty():
        return
    phrases = load_phrases()
    title, lines = phrases.write("review_not_open"), [visible(message), visible(as_typed(hint))]
    if door is None or not door.tell("\n".join([title, *lines, phrases.write("review_not_open_safe")])):
        show(title, " ".join(line for line in lines if line))
