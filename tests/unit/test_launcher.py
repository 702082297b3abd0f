"""The icon among the programs: its entry starts this very program, whatever its folder is called."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.fakes import Person
from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.phrases import load_phrases
from voicecheck.remind import icon as launcher

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="desktop entries are Linux's")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop, and a folder for its entries."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("DISPLAY", ":9")
    return tmp_path / "data"


def read_entry(text: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return dict(parser["Desktop Entry"])


def words_of(command: str) -> list[str]:
    """The arguments as a desktop reads them: first the value's escapes, then the quotes, then the fields."""
    value = command.replace("\\\\", "\\").replace("%%", "%")
    done = subprocess.run(["sh", "-c", f"printf '%s\\n' {value}"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_flag_puts_it_there_and_takes_it_away(data: Path) -> None:
    """An entry and an icon of our own, for the person alone; off leaves neither, also where there was none."""
    assert run(["setup", "--icon", "on"]) == 0
    entry = read_entry(launcher.entry_file().read_text())
    assert (entry["Type"], entry["Terminal"], entry["Icon"]) == ("Application", "false", str(launcher.icon_file()))
    assert words_of(entry["Exec"])[-5:] == [sys.executable, "-P", "-m", "voicecheck", "open"]
    assert ElementTree.fromstring(launcher.icon_file().read_text()).tag.endswith("svg")
    assert run(["setup", "--icon", "off"]) == run(["setup", "--icon", "off"]) == 0
    assert not [path for path in data.rglob("*") if path.is_file()]


def test_an_odd_folder_is_started_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Blanks, quotes, dollars, backslashes and percent signs arrive as they are."""
    odd = str(tmp_path / 'a "b" $HOME `c` \\d %f ü')
    monkeypatch.setenv("VOICECHECK_HOME", odd)
    words = words_of(read_entry(launcher.entry(load_phrases()))["Exec"])
    assert words[:2] == ["env", f"VOICECHECK_HOME={odd}"]
    shown = [*words[:2], *words[2:-1], "settings", "path"]
    done = subprocess.run(
        shown, capture_output=True, text=True, check=True, env={**os.environ, "VOICECHECK_HOME": "/nowhere"}
    )
    assert done.stdout.strip() == f"{odd}/settings.toml"


def test_setup_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step: Enter leaves it, y puts it there, o takes it away; without a desktop it is not asked."""
    from voicecheck.cli.setup.steps import icon

    for asked, answer, there in (
        ("put one", "", False),
        ("put one", "y", True),
        ("anew", "", True),
        ("o:", "o", False),
    ):
        person = Person((asked, answer))
        monkeypatch.setattr("click.prompt", person)
        icon(App())
        assert person.done and launcher.has_icon() is there
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("click.prompt", Person())
    icon(App())
