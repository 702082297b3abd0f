"""Settings: defaults without a file, and errors that name the file, the line, the key and its neighbour."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voicecheck.errors import ExitCode, UsageError
from voicecheck.settings.schema import (
    LANGUAGES,
    Group,
    Settings,
    every_setting,
    known_language,
    load_settings,
    parse_settings,
    value_of,
)

GROUPS = [kind for kind in Group.__subclasses__() if kind is not Settings]


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
        ('[[voice]]\nrate = 1.0\n', 1, "voice"),
        ('help.offer = true\nvoice.rate = [1, 2]\n', 2, "voice.rate"),
        ('# rate = 1\nvoice = { name = """\n[voice]\nrate = 1""", rate = 9 }\n', 4, "voice.rate"),
        ('[voice]\nname = \'\'\'\nrate = 1\n\'\'\'\n"rate" = true\n', 5, "voice.rate"),
        ('[ "voice" ]\n\n  volume=nan\n', 3, "voice.volume"),
        ('[voice]\nrate = 1 # rate = 9\n[checkin]\ncount = 1.5\n', 4, "checkin.count"),
        ('[whisper]\nmodel = { name = "base" }\n', 2, "whisper.model"),
        ('[whisper.model]\nname = "base"\n', 1, "whisper.model"),
        ('[whisper]\nbeam_size = 2026-11-28\n', 2, "whisper.beam_size"),
        ('[help]\ncountry = "353"\n', 2, "help.country"),
        ('[help]\noffer = "yes"\n', 2, "help.offer"),
        ('[review]\r\nlock_after_min = 0\r\n', 2, "review.lock_after_min"),
    ],
)  # fmt: skip
def test_wrong_value_names_key_and_line(content: str, line: int, key: str) -> None:
    """A value of the wrong kind or out of range is an error with its line and key."""
    assert f"settings.toml, line {line}: {key} is wrong" in fault(content).message


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("voice.rate", "9", "a number from 0.5 to 2"),
        ("voice.engine", '"best"', "one of auto, kokoro, piper, system, none"),
        ("checkin.count", "0", "a whole number from 1 to 10"),
        ("checkin.name", '"' + "x" * 41 + '"', "a text in quotes of at most 40 letters"),
        ("help.offer", "1", "true or false"),
        ("help.country", '"1"', "a text in quotes such as US or Ireland"),
        ("review.lock_after_min", "0", "a number above 0 and up to 720"),
    ],
)  # fmt: skip
def test_wrong_value_meets_what_would_be_right(key: str, value: str, right: str) -> None:
    """The error says in plain words what the setting takes."""
    assert fault(f"{key} = {value}\n").message == f"settings.toml, line 1: {key} is wrong: it takes {right}."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[voice]\nname = "x\n', "line 2 is no valid TOML: name: "),
        ("[voice]\nrate = 1\n\n[whisper]\n[voice]\n", "line 5: [voice] stands twice."),
        ("[voice]\nrate = 1\nvolume = 1\nrate = 2\n", "line 4: rate stands twice."),
        ("voice.rate = 1\n[voice]\n", "line 2: [voice] stands twice."),
        ("[voice]\nrate =\n", "line 2 is no valid TOML: rate: "),
        ("[voice\n", "line 1 is no valid TOML: "),
        ("[voice]\nrate 1\n", "line 2 is no valid TOML: "),
        ("[voice]\nengine = auto\n", "line 2 is no valid TOML: engine: "),
        ("[voice]\n\nname = [1,\n", "line 3 is no valid TOML: name: "),
        ('[voice]\nname = """a\n', "line 2 is no valid TOML: name: "),
    ],
)
def test_broken_toml_names_the_line(content: str, said: str) -> None:
    """A file that is no TOML is an error with its line, and the key there; what stands twice is called so."""
    assert fault(content).message.startswith(f"settings.toml, {said}")


def test_setting_in_the_wrong_group_is_shown_its_own() -> None:
    """Who puts a setting under another group, or under none, is told where it belongs."""
    assert fault("[voice]\nbeam_size = 3\n").hint == "Did you mean whisper.beam_size? Put it below [whisper]."
    assert fault("keep_audio = 'never'\n").hint == "Did you mean vault.keep_audio? Put it below [vault]."


def test_mark_of_windows_editors_is_passed_over(tmp_path: Path) -> None:
    """A byte order mark at the beginning is no fault."""
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbf[voice]\r\nrate = 1.5\r\n")
    assert load_settings(path).voice.rate == 1.5


def test_every_setting_explains_itself() -> None:
    """Each has an explanation and says what it takes, and its default is what holds without a file."""
    every = every_setting()
    assert len({one.key for one in every}) == len(every) == sum(len(g.__struct_fields__) for g in GROUPS)
    for one in every:
        assert one.explanation and not one.explanation.endswith("."), one.key
        assert "table" not in one.takes, one.key
        assert value_of(Settings(), one.key) == one.default


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A file that is no text is a usage error that names it."""
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"settings\.toml"):
        load_settings(path)


@pytest.mark.parametrize("content", ["a = " + "[" * 100_000, "a = " + "1" * 10_000, "[voice]\nrate = " + "[" * 900])
def test_monstrous_toml_is_a_usage_error(content: str) -> None:
    """Deep nesting and endless numbers are told, not crashed over."""
    assert "settings.toml" in fault(content).message


def test_pipe_in_the_settings_place_is_refused(tmp_path: Path) -> None:
    """Nothing waits for a pipe that nobody writes to; a folder is refused as well."""
    os.mkfifo(tmp_path / "settings.toml")
    for place in (tmp_path / "settings.toml", tmp_path):
        with pytest.raises(UsageError, match="no plain file"):
            load_settings(place)


def test_languages_are_those_of_whisper() -> None:
    """Every code that faster-whisper takes can be set, and no other."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    assert frozenset(_LANGUAGE_CODES) == LANGUAGES


def test_language_is_checked_and_made_small() -> None:
    """A known language in whatever letters is taken; another is an error with its line and what was meant."""
    assert parse_settings('[whisper]\nlanguage = "DE"\n', "settings.toml").whisper.language == "de"
    assert known_language("Auto", "--language") == "auto"
    error = fault('[whisper]\nlanguage = "en-US"\n')
    assert error.message.startswith("settings.toml, line 2: whisper.language is 'en-US'")
    assert error.hint == "Did you mean en?"
    assert "deu" in fault('[whisper]\nlanguage = "deu"\n').message
    assert "auto" in fault('[whisper]\nlanguage = ""\n').hint


def test_settings_are_frozen() -> None:
    """Nothing changes a setting in the middle of a check-in."""
    with pytest.raises(AttributeError):
        Settings().whisper.model = "tiny"  # type: ignore[misc]
