"""Hints name the command that was typed to start the program."""

from __future__ import annotations

import pytest

from voicecheck.cli import main
from voicecheck.cli.app import App
from voicecheck.errors import UsageError
from voicecheck.phrases import load_phrases
from voicecheck.text.typed import VARIABLE, as_typed


@pytest.mark.parametrize("word", ["script/run", "/home/anna/my\\ notes/script/run", "a{b}/script/run"])
def test_the_command_word_is_what_was_typed(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Of every command and flag; a path, a module's name and the name in a sentence stand as they are."""
    monkeypatch.setenv(VARIABLE, word)
    for command in main.COMMANDS:
        assert as_typed(f"See: `voicecheck {command} --help`.") == f"See: `{word} {command} --help`."
    assert as_typed("voicecheck --help") == f"{word} --help"
    for sentence in (
        "/usr/bin/voicecheck entry", "-m voicecheck voice prepare", "pip install voicecheck", "VoiceCheck is off",
    ):  # fmt: skip
        assert as_typed(sentence) == sentence
    assert word in load_phrases().show("recovery_later")


@pytest.mark.parametrize("word", ["", " ", "a\x1b[2Jb"])
def test_without_one_the_name_stands(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Nothing set, or something that could steer a terminal: the program's own name."""
    monkeypatch.setenv(VARIABLE, word)
    assert as_typed("Begin with: voicecheck checkin") == "Begin with: voicecheck checkin"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["entry", "--help"], ["checkin", "--help"], ["setup", "-h"]])
def test_help_says_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """The usage line and the commands that the help of an option names."""
    monkeypatch.setenv(VARIABLE, "script/run")
    assert main.run(arguments) == 0
    told = capsys.readouterr().out
    assert told.startswith("Usage: script/run ") and "voicecheck" not in told


def test_errors_and_notices_say_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An error's message and hint, a usage error's, a notice and a wrapped sentence."""
    monkeypatch.setenv(VARIABLE, "script/run")

    def fails(*_: object, **__: object) -> int:
        raise UsageError("`voicecheck entry` cannot.", "Begin with: voicecheck checkin")

    with monkeypatch.context() as patched:
        patched.setattr(main.cli, "main", fails)
        assert main.run([]) == 2
    assert main.run(["no-such"]) == 2
    App().tell("Whenever you like: voicecheck voice prepare")
    App().notices.print("See: voicecheck remind test")
    told = capsys.readouterr().err
    assert "voicecheck" not in told
    assert told.count("script/run") == 5
