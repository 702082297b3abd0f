"""Show a person's words on a screen of their own: when it closes, the terminal holds none of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App
from voicecheck.clock import local_date
from voicecheck.errors import NotFoundError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from voicecheck.phrases import Phrases
    from voicecheck.vault.vault import Vault

SHOWN_OF_ID = 13  # the millisecond of a UUIDv7: enough to tell two entries of one person apart
BELOW = 2
"""lines of the screen that are kept free for the prompt"""


def show_words(app: App, *parts: RenderableType, ends: str = "") -> None:
    """Print them; on a terminal a screenful at a time, on the alternate screen, which leaves no scroll-back.

    `ends` says what Enter does behind the last of them, where it is not to close.
    """
    from rich.console import Group

    out = app.output
    if not (app.interactive and out.is_terminal):
        out.print(Group(*parts))
        return
    lines = out.render_lines(Group(*parts), pad=False)
    step = max(1, out.size.height - BELOW)
    for start in range(0, len(lines), step):
        with out.screen(hide_cursor=False):
            for line in lines[start : start + step]:
                out.print(Text.assemble(*((part.text, part.style or "") for part in line)), no_wrap=True, crop=True)
            last = start + step >= len(lines)
            wait_for_enter((ends or app.phrases.show("enter_close")) if last else app.phrases.show("enter_on"))


def wait_for_enter(told: str) -> None:
    ask_text(told)


def ask_text(asked: str, suffix: str = ": ") -> str:
    """Ask for one line; empty for Enter alone."""
    return str(click.prompt(asked, default="", show_default=False, prompt_suffix=suffix, err=True)).strip()


def resolve(vault: Vault, identifier: str) -> str:
    """Return the whole id of an entry, by its beginning or by `last`. Raises NotFoundError, UsageError."""
    if identifier != "last":
        return vault.entries.find(identifier)
    newest = vault.entries.list(1)
    if not newest:
        raise NotFoundError("Nothing is kept yet.", "Begin with: voicecheck checkin")
    return newest[0].id


def when(spoken_at: datetime, phrases: Phrases) -> str:
    """Return the person's day, which ends at 04:00, and the time on their clock."""
    day = local_date(spoken_at)
    return f"{phrases.say_date('weekday', day)} {day} {spoken_at:%H:%M}"
