"""Read standard input whole, as UTF-8, and refuse it where it is not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from voicecheck.errors import UsageError
from voicecheck.text.untrusted import decode_utf8

STDIN = Path("-")
"""names standard input, and standard output, where a command takes a file"""
STDIN_NAME = "What came in on standard input"


def stdin_bytes() -> bytes:
    """Read standard input. Raises UsageError where there is none."""
    return _stdin().read()


def stdin_text() -> str:
    """Read standard input as UTF-8, without a byte order mark, every line end a new line. Raises UsageError."""
    return decode_utf8(stdin_bytes(), STDIN_NAME).replace("\r\n", "\n").replace("\r", "\n")


def _stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("There is no standard input.", "Give what is to be read by a pipe or a file: ... < FILE")
    return sys.stdin.buffer
