"""One value of the settings file is changed, and every other line stays."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voicecheck.errors import UsageError
from voicecheck.settings import load_settings, parse_settings
from voicecheck.settings_file import change_settings, with_value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[vault]\nkeep_audio = "never"\n'),
        ('[voice]\nrate = 1.0\n', '[voice]\nrate = 1.0\n\n[vault]\nkeep_audio = "never"\n'),
        ('[vault]\n[voice]\nrate = 1\n', '[vault]\nkeep_audio = "never"\n[voice]\nrate = 1\n'),
        ("[ vault ] # mine\n  keep_audio='always' # yes\n", "[ vault ] # mine\n  keep_audio=\"never\" # yes\n"),
        ('[vault]\nkeep_audio = "a\\"#b"\n', '[vault]\nkeep_audio = "never"\n'),
        ('[vault]\n# keep_audio = 1\n', '[vault]\nkeep_audio = "never"\n# keep_audio = 1\n'),
    ],
)  # fmt: skip
def test_only_the_value_changes(before: str, after: str) -> None:
    """In its group, with blanks, quotes and comments as they were; a missing line or group is added."""
    assert with_value(before, "vault", "keep_audio", "never") == after


@given(
    rate=st.floats(0.5, 2.0),
    lock=st.floats(0.01, 720.0),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
@example(rate=1.0, lock=1.0, name='\x7f\x85\u2028"\\\n\U0001f600')
def test_what_is_written_is_read(rate: float, lock: float, name: str) -> None:
    """Numbers and any text come back, nearly or exactly, whatever they hold."""
    content = with_value("[voice]\nrate = 1\n", "voice", "rate", rate)
    content = with_value(content, "voice", "name", name)
    settings = parse_settings(with_value(content, "review", "lock_after_min", lock), "it")
    assert settings.voice.rate == pytest.approx(rate, rel=1e-4)
    assert settings.review.lock_after_min == pytest.approx(lock, rel=1e-4)
    assert settings.voice.name == name


def test_all_or_none(tmp_path: Path) -> None:
    """One value that does not fit, and the file is as it was; else it is written whole, for its owner alone."""
    path = tmp_path / "new" / "settings.toml"
    with pytest.raises(UsageError):
        change_settings(path, {"vault.keep_audio": "never", "voice.rate": 9.0})
    assert not path.exists()
    change_settings(path, {"vault.keep_audio": "never", "voice.rate": 1.5})
    assert load_settings(path).voice.rate == 1.5
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    """What cannot be read is told, and not made worse."""
    path = tmp_path / "settings.toml"
    path.write_text("[vault\n")
    with pytest.raises(UsageError):
        change_settings(path, {"vault.keep_audio": "never"})
    assert path.read_text() == "[vault\n"
    path.write_bytes(b"\xff")
    with pytest.raises(UsageError):
        change_settings(path, {"vault.keep_audio": "never"})
