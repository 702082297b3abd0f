"""Sentences on a terminal: broken between words, with what may be copied left whole."""

from __future__ import annotations

import io
import os

import pytest

from voicecheck.cli.app import App, wrapping
from voicecheck.cli.app.wrapping import fitted
from voicecheck.cli.main import run

SENTENCE = "It is kept. Earlier entries follow with: voicecheck feeling retag"
PATH = "/home/anna/My Documents/a vault of mine/voicecheck-2026-11-28.backup"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 7


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 30 columns."""
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((30, 20)))
    return Terminal()


def test_lines_break_between_words(narrow: Terminal) -> None:
    """No line is wider than the terminal, no word is cut, and a command stays on one line."""
    lines = fitted(SENTENCE, narrow).split("\n")
    assert lines == ["It is kept. Earlier entries", "follow with:", "voicecheck feeling retag"]


def test_what_may_be_copied_stays_whole(narrow: Terminal) -> None:
    """A path with spaces, and a command wider than the terminal, get no line break inside."""
    assert f"\n{PATH}:\n" in fitted(f"It was written to {PATH}: one entry was put into it.", narrow)
    command = "voicecheck feeling trends --by month --since 2026-01-01"
    assert fitted(f"Look at them: {command}", narrow) == f"Look at them:\n{command}"


def test_lines_and_columns_of_the_text_stay(narrow: Terminal) -> None:
    """Breaks that are there stay, and so do spaces in front and between columns."""
    assert fitted("  1  one\n\n  2  two", narrow) == "  1  one\n\n  2  two"


def test_elsewhere_nothing_changes(narrow: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file or pipe, and on a terminal of unknown or tiny width, the text goes as it stands."""
    assert fitted(SENTENCE, io.StringIO()) == fitted(SENTENCE, None) == SENTENCE
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert fitted(SENTENCE, narrow) == SENTENCE


def test_notices_and_errors_are_fitted(narrow: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command tells and what an error says go through it."""
    monkeypatch.setattr("sys.stderr", narrow)
    App().tell(SENTENCE)
    assert narrow.getvalue() == fitted(SENTENCE, narrow) + "\n"
    run(["chekin"])
    assert max(map(len, narrow.getvalue().splitlines())) <= wrapping.columns_of(narrow)
