"""What another program gives on standard input: read whole, as UTF-8, and refused where it is none."""

from __future__ import annotations

import sys
from typing import BinaryIO

from voicecheck.errors import UsageError
from voicecheck.text.untrusted import decode_utf8

STDIN_NAME = "What came in on standard input"


def stdin_bytes() -> bytes:
    """Raises UsageError where there is no standard input."""
    return _stdin().read()


def stdin_text() -> str:
    """Without a byte order mark, every line end a new line. Raises UsageError for what is no UTF-8."""
    return decode_utf8(stdin_bytes(), STDIN_NAME).replace("\r\n", "\n").replace("\r", "\n")


def _stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("There is no standard input.", "Give what is to be read by a pipe or a file: ... < FILE")
    return sys.stdin.buffer
