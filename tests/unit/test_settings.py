"""Settings: defaults without a file, and errors that name the file, the line, the key and its neighbour."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecheck.errors import ExitCode, UsageError
from voicecheck.settings import Settings, load_settings, parse_settings


def fault(content: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse_settings(content, "settings.toml")
    assert caught.value.exit_code == ExitCode.USAGE
    return caught.value


def test_no_file_means_defaults(tmp_path: Path) -> None:
    """Nobody has to write a settings file."""
    assert load_settings(tmp_path / "settings.toml") == Settings()


def test_values_are_read(tmp_path: Path) -> None:
    """What is set is set, and the rest keeps its default."""
    path = tmp_path / "settings.toml"
    path.write_text('[whisper]\nmodel = "small"\n\n[listening]\npatience_s = 3\n')
    settings = load_settings(path)
    assert (settings.whisper.model, settings.listening.patience_s) == ("small", 3.0)
    assert settings.whisper.beam_size == Settings().whisper.beam_size


@pytest.mark.parametrize(
    ("content", "line", "near"),
    [
        ('[wisper]\nmodel = "base"\n', 1, "whisper"),
        ('[voice]\nname = "x"\n\n[whisper]\nmodle = "base"\n', 5, "whisper.model"),
        ('[voice]\nrate = 1.0\n[microphone]\n# rate\nprerol_s = 1\n', 5, "microphone.pre_roll_s"),
        ("whispr = 1\n", 1, "whisper"),
    ],
)  # fmt: skip
def test_unknown_key_meets_its_neighbour(content: str, line: int, near: str) -> None:
    """A key that does not exist is an error with its line and the key that was probably meant."""
    error = fault(content)
    assert f"settings.toml, line {line}: " in error.message
    assert error.hint == f"Did you mean {near}?"


def test_unknown_key_without_a_neighbour_lists_what_is_known() -> None:
    """Where nothing is near, the hint lists what there is."""
    assert "whisper" in fault("[zzzz]\n").hint


@pytest.mark.parametrize(
    ("content", "line", "key"),
    [
        ('[voice]\nrate = 9\n', 2, "voice.rate"),
        ('[whisper]\nmodel = "base"\ndevice = "gpu"\n', 3, "whisper.device"),
        ('[voice]\nname = "x"\n[checkin]\n\ncount = 0\n', 5, "checkin.count"),
        ('[listening]\npatience_s = "long"\n', 2, "listening.patience_s"),
        ("whisper = 3\n", 1, "whisper"),
    ],
)  # fmt: skip
def test_wrong_value_names_key_and_line(content: str, line: int, key: str) -> None:
    """A value of the wrong kind or out of range is an error with its line and key."""
    assert f"settings.toml, line {line}: {key} is wrong" in fault(content).message


def test_broken_toml_names_the_line() -> None:
    """A file that is no TOML is an error with the parser's place."""
    assert "line 2" in fault('[voice]\nname = "x\n').message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A file that is no text is a usage error that names it."""
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"settings\.toml"):
        load_settings(path)


def test_settings_are_frozen() -> None:
    """Nothing changes a setting in the middle of a check-in."""
    with pytest.raises(AttributeError):
        Settings().whisper.model = "tiny"  # type: ignore[misc]
