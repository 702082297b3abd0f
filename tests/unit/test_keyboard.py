"""Single keys on a real pseudo-terminal, and lines from a pipe."""

from __future__ import annotations

import io
import os
import queue
import sys
import threading
from collections.abc import Iterator

import pytest

from voicecheck.cli.evening import event_of
from voicecheck.cli.keyboard import ENTER, ESCAPE, SPACE, keys, read_lines
from voicecheck.conversation import Command, Decided, Given
from voicecheck.phrases import load_phrases

pty = pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")
termios = pytest.importorskip("termios")
WAIT_S = 10.0


class Typist:
    """The person's side of a pseudo-terminal, and the keys that were understood."""

    def __init__(self, master: int, slave: int) -> None:
        self._master = master
        self.slave = slave
        self.understood: queue.SimpleQueue[str] = queue.SimpleQueue()

    def press(self, sent: bytes) -> None:
        os.write(self._master, sent)

    def next(self) -> str:
        return self.understood.get(timeout=WAIT_S)


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typist]:
    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        yield Typist(master, slave)
    os.close(master)


def test_keys_have_names(typist: Typist) -> None:
    """Enter, space, Esc and letters come as they are pressed, without a line end; a capital is the same key."""
    with keys(typist.understood.put):
        for sent, name in ((b"\r", ENTER), (b"\n", ENTER), (b" ", SPACE), (b"\x1b", ESCAPE), (b"s", "s"), (b"N", "n")):
            typist.press(sent)
            assert typist.next() == name


@pytest.mark.parametrize("sequence", [b"\x1b[A", b"\x1b[1;5C"])
def test_arrow_is_nothing(typist: Typist, sequence: bytes) -> None:
    """A key of several bytes (an arrow, with control or without) is not Esc: it would destroy the answer."""
    with keys(typist.understood.put):
        typist.press(sequence)
        found: list[str] = []
        while not found:
            typist.press(b"x")  # once more, should the first be taken with the sequence
            try:
                found.append(typist.understood.get(timeout=0.1))
            except queue.Empty:
                continue
    while not typist.understood.empty():
        found.append(typist.understood.get())
    assert set(found) == {"x"}


def test_letter_of_two_bytes_is_nothing(typist: Typist) -> None:
    """An umlaut presses no key and breaks none."""
    with keys(typist.understood.put):
        typist.press("ä".encode() + b"s")
        assert typist.next() == "s"


def test_terminal_is_put_back(typist: Typist) -> None:
    """Inside there is no echo, no line, and Ctrl-C stays a signal; after it, also after a failure, all is as before."""
    before = termios.tcgetattr(typist.slave)
    with pytest.raises(RuntimeError), keys(typist.understood.put):
        flags = termios.tcgetattr(typist.slave)[3]
        assert not flags & termios.ECHO
        assert not flags & termios.ICANON
        assert flags & termios.ISIG
        raise RuntimeError
    assert termios.tcgetattr(typist.slave) == before


def test_reader_ends_with_the_block(typist: Typist) -> None:
    """No thread is left that would eat what is typed afterwards, as a passphrase."""
    with keys(typist.understood.put):
        assert any(thread.name == "keys" for thread in threading.enumerate())
    assert not any(thread.name == "keys" for thread in threading.enumerate())


def test_lines_of_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is handed over without its end, an empty one as None, and the end of the pipe once."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("I was tired.\n  and sad \n\nlast"))
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    ended = threading.Event()
    read_lines(lines.put, ended.set)
    assert ended.wait(WAIT_S)
    assert [lines.get_nowait() for _ in range(4)] == ["I was tired.", "and sad", None, "last"]
    assert lines.empty()


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (ENTER, Command.DONE),
        (SPACE, Command.PAUSE),
        (ESCAPE, Command.START_OVER),
    ],
)
def test_what_a_key_means(key: str, command: Command) -> None:
    """One key, one command."""
    assert event_of(key, asking_keep=False) == Given(command)


def test_other_keys_mean_nothing() -> None:
    """A cat on the keyboard ends nothing."""
    assert event_of("q", asking_keep=False) is None
    assert event_of(SPACE, asking_keep=True) is None


def test_keys_of_the_choice_are_those_on_the_screen() -> None:
    """Keep or drop: the keys that the screen names do what it says."""
    shown = load_phrases().show("keys_keep_or_drop")
    assert "Enter: keep" in shown
    assert "d: drop" in shown
    assert event_of(ENTER, asking_keep=True) == Decided(keep=True)
    assert event_of("d", asking_keep=True) == Decided(keep=False)
