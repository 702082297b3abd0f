"""Printing: two consoles and plain lines, through which no letter that others wrote can steer the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from voicecheck.cli.app.wrapping import fitted
from voicecheck.text.typed import as_typed
from voicecheck.text.untrusted import printable, visible


class SafeConsole(Console):
    """Rich console whose text is made printable, in tables, bars and screens too; colours and moves are Rich's own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


class Notices(SafeConsole):
    """Console on stderr. `soft_wrap` keeps paths and commands whole, and breaks between words."""

    def __init__(self) -> None:
        super().__init__(stderr=True)

    def print(self, *objects: Any, **options: Any) -> None:
        objects = tuple(as_typed(one) if isinstance(one, str) else one for one in objects)
        if options.get("soft_wrap") and len(objects) == 1 and isinstance(objects[0], str):
            objects = (fitted(objects[0], self.file),)
        super().print(*objects, **options)


def echo(text: str, *, err: bool = False) -> None:
    """Print a line as it stands; letters that would steer the terminal are shown by their numbers."""
    click.echo(visible(text, keep="\n\t"), err=err)


def echo_fitted(text: str) -> None:
    """Print a sentence on stderr, broken between words where it is a terminal."""
    echo(fitted(text, sys.stderr), err=True)
