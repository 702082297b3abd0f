"""Single keys on a real pseudo-terminal, and lines from a pipe."""

from __future__ import annotations

import io
import os
import queue
import sys
import threading
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Chosen, Decided, Given, Replied
from voicecheck.cli.terminal import keyboard
from voicecheck.cli.terminal.keyboard import (
    CHOICE_KEYS,
    COMMANDS,
    ENTER,
    ESCAPE,
    REPLY_KEYS,
    SPACE,
    event_of,
    keys,
    read_lines,
)
from voicecheck.errors import UsageError
from voicecheck.feelings.reply import load_replies
from voicecheck.phrases import load_phrases

pty = pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")
termios = pytest.importorskip("termios")
WAIT_S = 60.0


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


class Pipe:
    """Standard input from a program, and what was understood of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
        reading, self._writing = os.pipe()
        self.stdin = os.fdopen(reading, "r", **settings)  # type: ignore[call-overload]
        monkeypatch.setattr(sys, "stdin", self.stdin)
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.bad: list[UsageError] = []

    def give(self, content: bytes, questions: int = 1) -> list[str | None]:
        ended = threading.Event()
        os.write(self._writing, content)
        os.close(self._writing)
        stop = read_lines(self._lines.put, ended.set, self.bad.append, questions=questions)
        assert ended.wait(WAIT_S)
        stop()
        self.stdin.close()
        given = [self._lines.get_nowait() for _ in range(self._lines.qsize())]
        return ["\n".join(text for text in texts if text) if words else None for words, texts in groupby(given, bool)]


@pytest.mark.parametrize(
    ("content", "questions", "lines"),
    [
        (b"I was tired.\n  and sad \n\nlast", 1, ["I was tired.\nand sad\n\nlast"]),
        (b"\n\none\r\ntwo\rthree\n\n\n", 1, ["one\ntwo\nthree"]),
        (b"one\n.\ntwo", 1, ["one\n.\ntwo"]),
        (b"one\n\nmore\n.\ntwo\n.\n", 2, ["one\n\nmore", None, "two\n."]),
        (b"", 1, []),
        (b"\n \n", 1, []),
        (b"a\x1b[A\x1b[1;5Cb\x1bOPc\x00\x07\td\xc2\x9b", 1, ["abc\td"]),
        ("\ufeffschön 😀".encode(), 1, ["schön 😀"]),
    ],
)
def test_pipe_gives_answers(
    monkeypatch: pytest.MonkeyPatch, content: bytes, questions: int, lines: list[str | None]
) -> None:
    """Empty lines are paragraphs, "." parts answers only where there are several, nothing steers."""
    assert Pipe(monkeypatch, encoding="ascii").give(content, questions) == lines


@pytest.mark.parametrize("content", [b"sch\xf6n", b"one\n\xff\xfe\ntwo", b"caf\xc3", b"\xed\xa0\x80"])
def test_pipe_that_is_no_utf8_is_refused(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """It is told once, and nothing of what cannot be read is made up or left out."""
    pipe = Pipe(monkeypatch)
    assert pipe.give(content) == []
    (bad,) = pipe.bad
    assert "not text in UTF-8" in bad.message


def test_letter_over_two_reads_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter whose bytes come in two reads is one letter."""
    monkeypatch.setattr(keyboard, "READ_BYTES", 1)
    assert Pipe(monkeypatch).give("schön\r\nneu".encode()) == ["schön\nneu"]


@pytest.mark.parametrize("closed", [False, True])
def test_no_stdin_ends_at_once(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    """Without standard input, or with one that is closed, nothing hangs: the end comes."""
    gone = io.StringIO() if closed else None
    if gone is not None:
        gone.close()
    monkeypatch.setattr(sys, "stdin", gone)
    ended = threading.Event()
    read_lines(lambda _: pytest.fail("nothing was typed"), ended.set, print)
    assert ended.wait(WAIT_S)


def test_empty_line_on_a_terminal_ends_the_answer(typist: Typist) -> None:
    """Lines come one by one, an empty one as None; after the end no thread is left that eats what is typed next."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    bad: list[UsageError] = []
    stop = read_lines(lines.put, lambda: None, bad.append)
    for sent, text in ((b"tired\n", "tired"), (b"and sad\n", "and sad"), (b"\n", None)):
        typist.press(sent)
        assert lines.get(timeout=WAIT_S) == text
    typist.press(b"sch\xf6n\n")  # that line alone is refused
    typist.press("schön\n".encode())
    assert lines.get(timeout=WAIT_S) == "schön"
    assert len(bad) == 1
    stop()
    assert not any(thread.name == "lines" for thread in threading.enumerate())


def test_quit_and_suspend_are_keys_without_meaning(typist: Typist) -> None:
    r"""Ctrl-\ and Ctrl-Z neither kill nor stop the program while words are on the screen."""
    with keys(typist.understood.put):
        settings = termios.tcgetattr(typist.slave)[6]
        assert settings[termios.VQUIT] == settings[termios.VSUSP] == b"\x00"
        typist.press(b"\x1c\x1as")
        heard = [typist.next() for _ in range(3)]
    assert [event_of(key, asking_keep=False) for key in heard[:2]] == [None, None]


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
    assert event_of("ö", asking_keep=False) is None
    assert [event_of(key, asking_keep=False) for key in "0123"] == [Chosen(place) for place in range(4)]
    assert event_of(SPACE, asking_keep=True) is None


REPLIED = {"y": "yes", "j": "yes", "n": "no"}
SAME_KEY = {Command.RESUME: Command.PAUSE, Command.DELETE_ONE_SENTENCE: Command.DELETE_SENTENCE}
"""commands that another's key gives: go on in a pause; the last sentence, where it is all there is"""


def test_every_word_has_a_key_and_every_key_a_word() -> None:
    """Hands that shake have the words, and whoever cannot speak has the keys: neither table has more than the other."""
    given = {event_of(key, asking_keep=False) for key in COMMANDS}
    commands = {Command(name) for name in COMMANDS.values()}
    assert len(given) == len(commands) == len(COMMANDS)
    assert {SAME_KEY.get(command, command) for command in Command} == commands
    assert {SAME_KEY.get(Command(name), Command(name)) for name in load_phrases().commands} == commands
    replies = {key: event_of(key, asking_keep=False) for key in REPLY_KEYS}
    assert replies == {key: Replied(yes=word == "yes") for key, word in REPLIED.items()}
    invited = {"begin", "later"}  # what answers an invitation aloud, where there is neither a key nor a screen
    assert set(REPLIED.values()) == set(load_phrases().answers) - invited
    places = {*load_replies("en").places.values()} - {-1}
    assert {*map(str, places), "0"} == set(CHOICE_KEYS), "first, second, third; and none of them"


def test_every_key_stands_in_the_table_of_keys() -> None:
    """And none that is not there."""
    document = (Path(__file__).parents[2] / "docs" / "evening.md").read_text(encoding="utf-8")
    table = document.split("## What you can press")[1].split("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| ") and "---" not in row][1:]
    listed = {key.strip().lower() for row in rows for key in row.split(",")} - {"ctrl-c"}
    assert listed == {*COMMANDS, *REPLY_KEYS, *CHOICE_KEYS}


def test_what_destroys_asks_first() -> None:
    """A shaking hand that meets the key deletes nothing by it."""
    assert event_of("x", asking_keep=False) == Given(Command.DELETE, asks=True)


def test_keys_of_the_choice_are_those_on_the_screen() -> None:
    """Keep or drop: the keys that the screen names do what it says."""
    shown = load_phrases().show("keys_keep_or_drop")
    assert "Enter: keep" in shown
    assert "d: drop" in shown
    assert event_of(ENTER, asking_keep=True) == Decided(keep=True)
    assert event_of("d", asking_keep=True) == Decided(keep=False)
