"""Printing: two consoles and plain lines, through which no letter that others wrote can steer the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.status import Status
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app.wrapping import fitted
from voicecheck.text.typed import as_typed
from voicecheck.text.untrusted import printable, visible

SIDE_BY_SIDE = "  ·  "
"""a sign between things on one line, which a screen reader would call by its name"""


class SafeConsole(Console):
    """Rich console whose text is made printable, in tables, bars and screens too; colours and moves are Rich's own.

    A `plain` one writes as into a file, without colours, moves and screens, and a row of a table as one line.
    """

    def __init__(self, *, plain: bool = False, **options: Any) -> None:
        super().__init__(highlight=False, **(options | {"force_terminal": False} if plain else options))
        self.plain = plain

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*objects, **(options | {"soft_wrap": True} if self.plain else options))

    def status(self, status: RenderableType, **options: Any) -> Status:
        """Return the spinner; a plain console prints its text once, and the spinner draws nothing."""
        if self.plain and status:
            self.print(status)
        return super().status(status, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        if self.plain and isinstance(renderable, Table):
            renderable = Text("\n".join(rows_as_lines(renderable)))
        for segment in super().render(renderable, options):
            text = segment.text.replace(SIDE_BY_SIDE, ", ") if self.plain else segment.text
            yield segment if segment.control else segment._replace(text=printable(text))


class Notices(SafeConsole):
    """Console on stderr. `soft_wrap` keeps paths and commands whole, and breaks between words."""

    def __init__(self, *, plain: bool = False) -> None:
        super().__init__(stderr=True, plain=plain)
        self.words = 0
        """printed so far, which a screen reader may still be reading"""

    def print(self, *objects: Any, **options: Any) -> None:
        objects = tuple(as_typed(one) if isinstance(one, str) else one for one in objects)
        self.words += sum(len(str(one).split()) for one in objects)
        if not self.plain and options.get("soft_wrap") and len(objects) == 1 and isinstance(objects[0], str):
            objects = (fitted(objects[0], self.file),)
        super().print(*objects, **options)


def rows_as_lines(table: Table) -> list[str]:
    """Return each row of a table as a line: its cells, each behind the name of its column, if it has one."""
    names = [_plain_text(column.header) for column in table.columns]
    rows = zip(*(map(_plain_text, column.cells) for column in table.columns), strict=True)
    title = [_plain_text(table.title)] if table.title else []
    return [*title, *filter(None, (_row_as_line(names, row) for row in rows))]


def _row_as_line(names: list[str], row: tuple[str, ...]) -> str:
    """Return a row as a line; without names of columns its first cell names the others."""
    if not any(names):
        first, *others = filter(None, row) if any(row) else ("",)
        return f"{first}: {'; '.join(others)}" if others else first
    cells = zip(names, row, strict=True)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells if cell)


def _plain_text(cell: object) -> str:
    return cell.plain if isinstance(cell, Text) else str(cell)


def echo(text: str, *, err: bool = False) -> None:
    """Print a line as it stands; letters that would steer the terminal are shown by their numbers."""
    click.echo(visible(text, keep="\n\t"), err=err)


def echo_fitted(text: str) -> None:
    """Print a sentence on stderr, broken between words where it is a terminal."""
    echo(fitted(text, sys.stderr), err=True)


def echo_whole(text: str) -> None:
    """Print a line on stderr, unbroken: a reader reads it whole, and the terminal breaks it where it must."""
    echo(as_typed(text), err=True)
