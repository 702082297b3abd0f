"""A person's words on a screen of their own: when it closes, the terminal holds none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_OF_ID = 13  # the millisecond of a UUIDv7: enough to tell two entries of one person apart
BELOW = 2
"""lines of the screen that are kept free for the prompt"""


def show_words(app: App, *parts: RenderableType) -> None:
    """Print them; on a terminal a screenful at a time, on the alternate screen, which leaves no scroll-back."""
    from rich.console import Group
    from rich.text import Text

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
            click.prompt("Enter to close" if last else "Enter to go on", default="", show_default=False, err=True)
