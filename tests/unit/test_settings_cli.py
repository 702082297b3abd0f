"""`voicecheck settings`: what holds and why, and an editor that can spoil nothing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest

from voicecheck.cli import settings
from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.cli.settings import _editor
from voicecheck.errors import ExitCode
from voicecheck.settings.file import blank_settings, with_the_rest
from voicecheck.settings.schema import every_setting, load_settings


@pytest.fixture
def file(home: Path) -> Path:
    home.mkdir()
    return home / "settings.toml"


def test_show_tells_value_origin_and_explanation(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON: every setting with its value, the line it comes from, what it takes and what it does."""
    file.write_text('# mine\n[voice]\nrate = 1.5\n\n[whisper]\nlanguage = "DE"\n')
    assert run(["settings", "show", "--json"]) == 0
    rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(rows) == [one.key for one in every_setting()]
    assert (rows["voice.rate"]["value"], rows["voice.rate"]["origin"], rows["voice.rate"]["line"]) == (1.5, "file", 3)
    assert (rows["whisper.language"]["value"], rows["whisper.language"]["line"]) == ("de", 6)
    assert (rows["voice.volume"]["origin"], rows["voice.volume"]["line"]) == ("default", None)
    assert all(row["explanation"] and row["takes"] for row in rows.values())


def test_show_for_a_person(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One setting or one group by name; an unknown one is met with its neighbour."""
    file.write_text("[voice]\nrate = 1.5\n")
    assert run(["settings", "show", "voice.rate"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("voice.rate = 1.5  (line 2 of your settings)\n")
    assert "0.5 to 2" in shown
    assert run(["settings", "show", "help"]) == 0
    assert capsys.readouterr().out.startswith('help.country = ""  (default)\n')
    assert run(["settings", "show", "voice.rat"]) == ExitCode.USAGE
    assert "Did you mean voice.rate?" in capsys.readouterr().err


def test_path_is_told_whether_it_is_there_or_not(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`settings path` prints the place and touches nothing."""
    assert run(["settings", "path"]) == 0
    assert capsys.readouterr().out == f"{home / 'settings.toml'}\n"
    assert not home.exists()


def editor(folder: Path, monkeypatch: pytest.MonkeyPatch, *turns: str) -> Path:
    """$VISUAL becomes a program that writes one of `turns` at a time; it notes what it was given to edit."""
    folder.mkdir(exist_ok=True)
    (folder / "turns").write_text(json.dumps(turns))
    (folder / "editor.py").write_text(
        "import json, pathlib, sys\n"
        "folder, copy = pathlib.Path(sys.argv[0]).parent, pathlib.Path(sys.argv[1])\n"
        "(first, *rest) = json.loads((folder / 'turns').read_text())\n"
        "(folder / 'turns').write_text(json.dumps(rest))\n"
        "(folder / 'seen').write_text(copy.read_text())\n"
        "copy.write_text(first)\n"
    )
    monkeypatch.setenv("VISUAL", f"'{sys.executable}' '{folder / 'editor.py'}'")
    return folder / "seen"


def test_edit_of_a_missing_file_begins_with_everything_commented_out(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person finds each setting explained, and what they write counts, for their eyes alone."""
    seen = editor(tmp_path / "a folder", monkeypatch, "[voice]\nrate = 1.5\n")
    assert run(["settings", "edit"]) == 0
    assert seen.read_text() == blank_settings()
    assert load_settings(home / "settings.toml").voice.rate == 1.5
    assert [path.name for path in home.iterdir()] == ["settings.toml"]
    assert stat.S_IMODE((home / "settings.toml").stat().st_mode) == 0o600


def test_wrong_settings_never_replace_good_ones(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong line is named with its key and ends with 2; the good file stands, and what was written is kept beside."""
    file.write_text("[voice]\nrate = 1.5\n")
    editor(tmp_path, monkeypatch, "[voice]\nname = 'x'\nrate = 99\n")
    assert run(["settings", "edit"]) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert f"{file}, line 3: voice.rate is wrong" in told
    assert file.read_text() == "[voice]\nrate = 1.5\n"
    wrong = file.with_name("settings.wrong.toml")
    assert str(wrong) in told and "rate = 99" in wrong.read_text()
    assert sorted(path.name for path in file.parent.iterdir()) == ["settings.toml", "settings.wrong.toml"]


def test_wrong_settings_can_be_edited_again(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who says yes goes on with what they wrote, also where it was broken before; then it is right and counts."""
    file.write_text("[voice\n")
    asked = []
    monkeypatch.setattr(App, "interactive", property(lambda _: True))
    monkeypatch.setattr(settings, "confirm", lambda _, question, **__: asked.append(question) or True)
    seen = editor(tmp_path, monkeypatch, "[vioce]\n", "[voice]\nrate = 2\n")
    assert run(["settings", "edit"]) == 0
    assert asked == ["Edit it again?"]
    assert "line 1: there is no setting called vioce" in capsys.readouterr().err
    assert seen.read_text() == "[vioce]\n"
    assert load_settings(file).voice.rate == 2.0


def test_untouched_and_overtaken_settings(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An editor that changes nothing changes nothing; a file that changed meanwhile, as by the page, is not lost."""
    file.write_text("[voice]\n")
    editor(tmp_path, monkeypatch, "[voice]\n")
    assert run(["settings", "edit"]) == 0
    assert "Nothing is changed" in capsys.readouterr().err
    editor(tmp_path, monkeypatch, "[voice]\nrate = 2\n")
    script = tmp_path / "editor.py"
    script.write_text(script.read_text() + f"pathlib.Path({str(file)!r}).write_text('[help]\\n')\n")
    assert run(["settings", "edit"]) == ExitCode.GENERAL
    assert file.read_text() == "[help]\n"
    assert "rate = 2" in file.with_name("settings.wrong.toml").read_text()


@pytest.mark.parametrize("command", ["/nonexistent/editor", "'open quote", f"{sys.executable} -c exit(1)"])
def test_editor_that_fails_changes_nothing(
    command: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing editor, or one that ends with an error, is told in one sentence, and the file stands."""
    file.write_text("[voice]\n")
    monkeypatch.setenv("VISUAL", command)
    assert run(["settings", "edit"]) in (ExitCode.USAGE, ExitCode.GENERAL)
    assert "hint: " in capsys.readouterr().err
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


def test_what_is_not_set_is_shown_to_be_set(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy of a file that exists explains the other settings too; closed as it is, the file stays as it was."""
    file.write_text("[voice]\nrate = 1.5\n")
    shown = with_the_rest("[voice]\nrate = 1.5\n")
    seen = editor(tmp_path, monkeypatch, shown, shown + "# bye\n", "[help]\n")
    assert run(["settings", "edit"]) == 0
    assert '# aloud = "questions"' in seen.read_text()
    assert file.read_text() == "[voice]\nrate = 1.5\n"
    for _ in range(2):
        assert run(["settings", "edit"]) == 0
    assert seen.read_text() == shown + "# bye\n"


def test_copies_of_a_killed_edit_are_cleared(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a process that is gone, and old ones; one that is being edited and what was kept for the person stay."""
    editor(tmp_path, monkeypatch, "[voice]\n")
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    for name in (f"settings.{int(gone.stdout)}.abcdefgh.toml", "settings.abcdefgh.toml"):
        file.with_name(name).write_text("")
    os.utime(file.with_name("settings.abcdefgh.toml"), (0, 0))
    stays = {f"settings.{os.getpid()}.abcdefgh.toml", "settings.wrong.toml", "settings.my_notes.toml"}
    for name in stays:
        file.with_name(name).write_text("")
    assert run(["settings", "edit"]) == 0
    assert {path.name for path in file.parent.iterdir()} == {"settings.toml", *stays}


def test_nano_before_vi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the person has named none, the one that says on its screen how to leave it."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setattr("voicecheck.cli.settings.shutil.which", lambda name: f"/bin/{name}")
    assert _editor() == ["/bin/nano"]


@pytest.mark.parametrize("names_it", [True, False])
def test_an_editor_never_opens_without_a_word(
    names_it: bool, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Which one opens and how it is left, said before it covers the screen; vi waits until that is read."""
    file.write_text("[voice]\n")
    vi = tmp_path / "vi"
    vi.write_text("#!/bin/sh\ntrue\n")
    vi.chmod(0o755)
    monkeypatch.setattr(App, "interactive", property(lambda _: True))
    asked: list[str] = []
    monkeypatch.setattr(click, "prompt", lambda question, **_: asked.append(question))
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("VISUAL", str(vi) if names_it else "")
    monkeypatch.setattr("voicecheck.cli.settings.USUAL_EDITORS", (str(vi),))
    assert run(["settings", "edit"]) == 0
    told = capsys.readouterr().err
    assert "vi opens." in told and ":q!" in told
    assert asked == ["Press Enter to open it"]


def test_an_editor_that_was_chosen_opens_at_once(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named all the same, and nothing is asked."""
    editor(tmp_path, monkeypatch, "[voice]\nrate = 2\n")
    monkeypatch.setattr(App, "interactive", property(lambda _: True))
    monkeypatch.setattr(click, "prompt", lambda *_, **__: pytest.fail("it asked"))
    assert run(["settings", "edit"]) == 0
    assert "opens. Save and close it" in capsys.readouterr().err
