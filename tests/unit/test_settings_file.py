"""One value of the settings file is changed, and every other line stays."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voicecheck.errors import UsageError
from voicecheck.settings.file import as_toml, blank_settings, change_settings, with_the_rest, with_value, write_settings
from voicecheck.settings.schema import Settings, every_setting, load_settings, parse_settings, value_of


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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("checkin.count = 3\n", "checkin.count = 3\ncheckin.aloud = \"all\"\n"),
        ("checkin.aloud = 'nothing' # so\n", 'checkin.aloud = "all" # so\n'),
        ("checkin = {count = 3}\n", 'checkin = {count = 3,aloud = "all"}\n'),
        ("checkin = { }\n", 'checkin = { aloud = "all"}\n'),
        ('checkin = { name = "aloud = 1", aloud = "nothing", count = 3 }\n',
         'checkin = { name = "aloud = 1", aloud = "all", count = 3 }\n'),
        ('# mine\n"check\\u0069n"."al\\u006fud" = \'nothing\'\n', '# mine\n"check\\u0069n"."al\\u006fud" = "all"\n'),
        ('["checkin"]\ncount = 3\n', '["checkin"]\naloud = "all"\ncount = 3\n'),
        ("[checkin]\n\"aloud\" = 'nothing'\n", '[checkin]\n"aloud" = "all"\n'),
        ('[checkin]\naloud = """\\\n  nothing"""\ncount = 3\n', '[checkin]\naloud = "all"\ncount = 3\n'),
        ("[voice]\nname = '''\n[checkin]\n'''\n",
         "[voice]\nname = \'\'\'\n[checkin]\n\'\'\'\n\n[checkin]\naloud = \"all\"\n"),
        ('[checkin]\r\ncount = 3\r\n', '[checkin]\r\naloud = "all"\ncount = 3\r\n'),
    ],
)  # fmt: skip
def test_other_spellings_of_toml(before: str, after: str) -> None:
    """With dots, in braces, in quotes, over several lines: it is written into the spelling that is there."""
    assert with_value(before, "checkin", "aloud", "all") == after


def test_a_spelling_that_cannot_be_changed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where anything else would change, the line that is in the file, and what to do; the file stays as it is."""
    monkeypatch.setattr("tomlkit.dumps", lambda document: "[checkin]\naloud = 'all'\n[voice]\nrate = 2.0\n")
    path = tmp_path / "settings.toml"
    path.write_text(before := '# mine\n"check\\u0069n"."al\\u006fud" = \'nothing\'\n')
    with pytest.raises(UsageError, match=r"Line 2 .*checkin\.aloud") as caught:
        change_settings(path, {"checkin.aloud": "all", "vault.keep_audio": "never"})
    assert "voicecheck settings edit" in caught.value.hint
    assert path.read_text() == before


MINE = "# about me\n[checkin]\ncount = 3 # three\n\n# quick\n[voice]\nrate = 1.5\n"


@pytest.mark.parametrize("content", ["", MINE, "checkin.count = 3\n", "[voice]", blank_settings()])
def test_the_rest_is_shown_once(content: str) -> None:
    """What is not set stands commented out in its group; nothing changes by it, and shown anew it is not repeated."""
    shown = with_the_rest(content)
    assert parse_settings(shown, "it") == parse_settings(content, "it")
    assert with_the_rest(shown) == shown
    assert set(content.splitlines()) <= set(shown.splitlines())
    for setting in every_setting():
        group, name = setting.key.split(".")
        if group == "checkin" and content.startswith("checkin."):
            continue  # no line below would count there
        assert shown.count(f"# {name} = {as_toml(setting.default)}\n") >= (
            setting.key not in ("checkin.count", "voice.rate")
        )


def test_what_is_shown_counts_where_it_stands() -> None:
    """With each # before a setting taken away, the file says the defaults beside what the person set."""
    lines = [line.removeprefix("# ") if " = " in line else line for line in with_the_rest(MINE).splitlines()]
    settings = parse_settings("\n".join(lines), "it")
    assert settings == parse_settings(MINE, "it")
    assert lines[lines.index("[voice]") - 1] == "# quick"


def test_broken_settings_are_shown_as_they_are() -> None:
    """They are mended first."""
    assert with_the_rest("[voice\n") == "[voice\n"


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


def test_blank_file_holds_every_setting() -> None:
    """It changes nothing as it stands; with every # before a setting taken away it still says the defaults."""
    blank = blank_settings()
    assert parse_settings(blank, "it") == Settings()
    lines = blank.splitlines()
    for setting in every_setting():
        group, name = setting.key.split(".")
        here = lines.index(f"# {name} = {as_toml(setting.default)}", lines.index(f"[{group}]"))
        lines[here] = lines[here].removeprefix("# ")
        assert lines[here - 2] == f"# {setting.explanation}."
        content = "\n".join(lines)
        assert value_of(parse_settings(content, "it"), setting.key) == setting.default
    assert parse_settings("\n".join(lines), "it") == Settings()


def test_file_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    """Who keeps the settings elsewhere and links to them finds the change there, and the link whole."""
    real = tmp_path / "dotfiles" / "voicecheck.toml"
    real.parent.mkdir()
    real.write_text("")
    link = tmp_path / "settings.toml"
    link.symlink_to(real)
    write_settings(link, "[voice]\nrate = 1.5\n")
    assert link.is_symlink()
    assert load_settings(real).voice.rate == 1.5


def test_a_name_that_is_no_utf8_is_refused() -> None:
    """As of a folder, which a system may give with any bytes; the file stays text."""
    with pytest.raises(UsageError, match="letters alone"):
        with_value("", "whisper", "model", "models/\udc80")
