"""Level meter on one line of the terminal, while somebody tries a microphone."""

from __future__ import annotations

import sys
import time

import click

from voicecheck.cli.app import App
from voicecheck.cli.terminal.reading import ask_text
from voicecheck.cli.terminal.screen import REDRAW_EVERY_S, bar

WIDTH = 24


class Meter:
    """Level meter. Call it with each level: it draws on a terminal, and only remembers elsewhere.

    In plain lines it waits for Enter first, so that no screen reader reads into the microphone, and draws nothing.
    """

    def __init__(self, app: App, label: str, seconds: float, *, quiet: bool = False) -> None:
        self._label = label
        self._plain = app.plain and app.interactive and not quiet
        self._asked = app.phrases.show("plain_microphone", asked=label, seconds=round(seconds))
        self._draws = not quiet and not app.plain and sys.stderr.isatty()
        self._bars = ""
        self._drawn_at = 0.0
        self.loudest_dbfs = float("-inf")

    def __enter__(self) -> Meter:
        if self._plain:
            ask_text(self._asked, ".")
        self._draw()
        return self

    def __exit__(self, *exception: object) -> None:
        """Clear the line for what is said next."""
        if self._draws:
            click.echo("\r\x1b[K", nl=False, err=True)

    def __call__(self, dbfs: float) -> None:
        self.loudest_dbfs = max(self.loudest_dbfs, dbfs)
        self._bars = (self._bars + bar(dbfs))[-WIDTH:]
        if time.monotonic() - self._drawn_at >= REDRAW_EVERY_S:
            self._draw()

    def _draw(self) -> None:
        self._drawn_at = time.monotonic()
        if self._draws:
            click.echo(f"\r\x1b[K{self._label}  {self._bars}", nl=False, err=True)
