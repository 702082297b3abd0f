"""Wrapping of sentences on a terminal, between words; a command or a path, which may be copied, gets no break.

Into a file or a pipe everything goes unbroken. Commands begin with what was typed to start the program.
"""

from __future__ import annotations

import os
import re
from typing import IO, Any

from voicecheck.text.typed import as_typed, command_word

NARROWEST = 20
"""columns; on fewer, or where a terminal does not know how many it has, it breaks lines itself"""

_BREAK = re.compile(r"(?<=\S) (?=\S)")  # what stands in columns has more than one space
_BEGINS_WHOLE = re.compile(r"[\"'(`]*(?:voicecheck$|~?/|\.{1,2}/|[A-Za-z]:\\)")
_ENDS_WHOLE = re.compile(r"[.,;:?!)\"'`]$")


def fitted(text: str, stream: IO[Any] | None) -> str:
    """Return `text` for this stream: commands as they are typed here, lines as wide as its terminal, if it is one."""
    text, columns = as_typed(text), columns_of(stream)
    return text if columns < NARROWEST else "\n".join(_wrapped(line, columns) for line in text.split("\n"))


def columns_of(stream: IO[Any] | None) -> int:
    """Return the columns of the stream's terminal; 0 where it is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream is not None and stream.isatty() else 0
    except (OSError, ValueError):
        return 0


def _wrapped(line: str, columns: int) -> str:
    lines = [""]
    for piece in _pieces(line):
        if not lines[-1]:
            lines[-1] = piece
        elif len(lines[-1]) + 1 + len(piece) <= columns:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return "\n".join(lines)


def _pieces(line: str) -> list[str]:
    """Split into words; a command, and a path that may hold spaces, is one piece up to the next stop or comma."""
    pieces: list[str] = []
    whole = False
    for word in _BREAK.split(line):
        if whole:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
        begins = bool(_BEGINS_WHOLE.match(word)) or word.lstrip("\"'(`") == command_word()
        whole = (whole or begins) and not _ENDS_WHOLE.search(word)
    return pieces
