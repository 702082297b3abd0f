"""Single keys while the person speaks, from a thread; and lines for typed answers.

Ctrl-C stays a signal. A key that sends several bytes (an arrow, say) is nothing, never Esc.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENTER, SPACE, ESCAPE = "enter", "space", "esc"
SEQUENCE_WAIT_S = 0.05  # the bytes of an arrow key come together; a lone Esc has nothing behind it


@contextmanager
def keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Call `on_key` for each key pressed until the block ends; the terminal is put back whatever happens."""
    if sys.platform == "win32":
        threading.Thread(target=_read_windows, args=(on_key,), name="keys", daemon=True).start()
        yield
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    done = threading.Event()
    thread = threading.Thread(target=_read_posix, args=(descriptor, on_key, done), name="keys", daemon=True)
    try:
        tty.setcbreak(descriptor)
        thread.start()
        yield
    finally:
        done.set()
        thread.join(timeout=1.0)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _read_posix(descriptor: int, on_key: Callable[[str], None], done: threading.Event) -> None:
    import select

    while not done.is_set():
        ready, _, _ = select.select([descriptor], [], [], 0.2)
        if not ready:
            continue
        read = os.read(descriptor, 1)
        if not read:
            return  # the terminal has gone
        if read == b"\x1b" and select.select([descriptor], [], [], SEQUENCE_WAIT_S)[0]:
            os.read(descriptor, 16)
            continue
        key = _name(read.decode(errors="ignore"))
        if key:
            on_key(key)


def _read_windows(on_key: Callable[[str], None]) -> None:
    import msvcrt

    while True:
        read = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        if read in "\x00\xe0":
            msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
            continue
        key = _name(read)
        if key:
            on_key(key)


def _name(read: str) -> str:
    return {"\r": ENTER, "\n": ENTER, " ": SPACE, "\x1b": ESCAPE}.get(read, read.lower())


def read_lines(on_line: Callable[[str | None], None], on_end: Callable[[], None]) -> None:
    """Hand over the lines of stdin from a thread: None for an empty line, which ends an answer."""

    def run() -> None:
        for line in sys.stdin:
            text = line.strip()
            on_line(text or None)
        on_end()

    threading.Thread(target=run, name="lines", daemon=True).start()
