"""Keyboard input: single keys while the person speaks, from a thread, and lines for typed answers.

Ctrl-C stays a signal; Ctrl-\\ and Ctrl-Z are none while keys are read, for they would leave the words on the screen.
A key that sends several bytes (an arrow, say) is nothing, never Esc.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from voicecheck.cli.terminal.piped import STDIN_NAME
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import ENCODING, not_utf8

if TYPE_CHECKING:
    from voicecheck.checkin.events import Event as DialogueEvent

ENTER, SPACE, ESCAPE = "enter", "space", "esc"
CHOICE_KEYS = ("1", "2", "3", "0")
"""the place of what was offered, and 0 for none of it"""
REPLY_KEYS = ("y", "n", "j")
"""yes, no, and the German yes"""
COMMANDS = {
    ENTER: "done",
    SPACE: "pause",
    ESCAPE: "start_over",
    "u": "undo",
    "s": "skip",
    "b": "step_back",
    "h": "help_now",
    "m": "that_was_me",
    "?": "help",
    "r": "repeat",
    "w": "meaning",
    "x": "delete",
    "z": "delete_sentence",
    "q": "not_tonight",
    "a": "read_last",
    "o": "week_ago",
    "t": "month_ago",
    "e": "year_ago",
    "v": "not_again",
    "g": "letter",
    "f": "week_feelings",
    "-": "slower",
    "+": "faster",
    "l": "spell",
}
"""key -> the command that it gives; space also goes on behind a pause"""
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
        _silence_quit_and_suspend(descriptor)
        thread.start()
        yield
    finally:
        done.set()
        thread.join(timeout=1.0)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    r"""Switch off the signals of Ctrl-\ and Ctrl-Z while lines are typed: they would leave the words on the screen."""
    if sys.platform == "win32" or not typed_by_hand():
        yield
        return
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    _silence_quit_and_suspend(descriptor)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _silence_quit_and_suspend(descriptor: int) -> None:
    import termios

    attributes = termios.tcgetattr(descriptor)
    for character in (termios.VQUIT, termios.VSUSP):
        attributes[6][character] = bytes([os.fpathconf(descriptor, "PC_VDISABLE") & 0xFF])
    termios.tcsetattr(descriptor, termios.TCSADRAIN, attributes)


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


def event_of(key: str, *, asking_keep: bool) -> DialogueEvent | None:
    """Return the event of a key, None for keys without one.

    `COMMANDS` names those of commands, which also have words. y and n answer a yes-or-no question, and a number chooses
    among what is offered.
    """
    from voicecheck.checkin.course import Command
    from voicecheck.checkin.events import Chosen, Decided, Given, Replied, ThatWasMe

    if asking_keep:
        return {ENTER: Decided(keep=True), "k": Decided(keep=True), "d": Decided(keep=False)}.get(key)
    if key in CHOICE_KEYS:
        return Chosen(int(key))
    if key in REPLY_KEYS:
        return Replied(yes=key != "n")
    if key not in COMMANDS:
        return None
    command = Command(COMMANDS[key])
    if command is Command.THAT_WAS_ME:
        return ThatWasMe()
    return Given(command, asks=command is Command.DELETE)


# Typed answers

LOOK_AGAIN_S = 0.2
READ_BYTES = 1 << 16
ANSWER_ENDS = "."
"""the line between two answers that come from a pipe"""
STEERING = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1bO.|[\x00-\x08\x0a-\x1f\x7f-\x9f]")
"""arrow keys and their like (ECMA-48), and control characters but the tab"""


def typed_by_hand() -> bool:
    """True if a person types on a terminal, and no pipe or file stands in their place."""
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:  # it was closed
        return False


def read_lines(
    on_line: Callable[[str | None], None],
    on_end: Callable[[], None],
    on_bad: Callable[[UsageError], None],
    *,
    questions: int = 1,
) -> Callable[[], None]:
    """Hand over typed text from a thread, and None where an answer ends. Return a function that ends the reading.

    On a terminal an empty line ends an answer. From a pipe empty lines are paragraphs, and an answer ends with the
    pipe; where there are several `questions`, a line that is only "." ends each but the last. `on_end` always comes.
    What is no UTF-8 is refused by `on_bad`: on a terminal that line alone, from a pipe all from there on.
    """
    done = threading.Event()
    by_hand = typed_by_hand()
    answers = Typed(on_line, by_hand=by_hand, separators=questions - 1)

    def run() -> None:
        try:
            for text in _stdin_texts(done):
                if text is not None:
                    answers.feed(text)
                    continue
                on_bad(not_utf8(STDIN_NAME))
                if not by_hand:
                    return
            answers.close()
        finally:
            on_end()

    thread = threading.Thread(target=run, name="lines", daemon=True)
    thread.start()

    def stop() -> None:
        done.set()
        thread.join(timeout=2 * LOOK_AGAIN_S)

    return stop


def _stdin_texts(done: threading.Event) -> Iterator[str | None]:
    """Yield text from stdin as it comes: UTF-8, every line end as a newline; None for bytes that are not UTF-8.

    Unbuffered: a thread that holds the buffer's lock makes Python abort when it leaves.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(ENCODING)(), translate=True)

    def decode(read: bytes, final: bool) -> str | None:
        try:
            return decoder.decode(read, final)
        except UnicodeDecodeError:
            decoder.reset()
            return None

    try:
        binary: Any = sys.stdin.buffer
        raw = getattr(binary, "raw", binary)
        while not done.is_set():
            if not _something_to_read(raw):
                continue
            read = raw.read(READ_BYTES)
            if read is not None:
                yield decode(read, not read)
            if read == b"":
                return
    except (AttributeError, OSError, ValueError):  # there is no stdin, or it has gone
        yield decode(b"", True)


def _something_to_read(raw: io.RawIOBase) -> bool:
    """True where a read will not wait for long; always on Windows, where a console cannot be asked."""
    if sys.platform == "win32":
        return True
    import select

    return bool(select.select([raw], [], [], LOOK_AGAIN_S)[0])


class Typed:
    """Splitter of typed text into lines and answers."""

    def __init__(self, on_line: Callable[[str | None], None], *, by_hand: bool, separators: int) -> None:
        self._on_line = on_line
        self._by_hand = by_hand
        self._separators = separators
        self._rest = ""
        """the beginning of a line whose end has not come"""
        self._lines: list[str] = []
        self._begun = False

    def feed(self, text: str) -> None:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._take(line)
        self._hand_over()

    def close(self) -> None:
        if self._rest:
            self._take(self._rest)
        self._hand_over()

    def _take(self, line: str) -> None:
        line = STEERING.sub("", line).strip()
        if self._by_hand and not line:
            self._end()
        elif not self._by_hand and self._separators > 0 and line == ANSWER_ENDS:
            self._separators -= 1
            self._end()
        else:
            self._lines.append(line)

    def _end(self) -> None:
        self._hand_over()
        self._lines, self._begun = [], False
        self._on_line(None)

    def _hand_over(self) -> None:
        """Hand over all lines at once, since each handing over is made durable; empty lines wait for the next."""
        last = max((n for n, line in enumerate(self._lines, start=1) if line), default=0)
        ready, self._lines = self._lines[:last], self._lines[last:]
        while ready and not self._begun and not ready[0]:
            ready = ready[1:]
        if ready:
            self._begun = True
            self._on_line("\n".join(ready))
