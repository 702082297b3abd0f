"""Plain lines beside the evening: by which signs they are found, and how tables, progress and a key look in them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
import pytest
from rich.table import Table
from rich.text import Text

from voicecheck.cli import main
from voicecheck.cli.app import App
from voicecheck.cli.app.notices import Notices, SafeConsole, rows_as_lines
from voicecheck.cli.app.plain import desktop_reads, found_plain, running_programs
from voicecheck.cli.entry.replacing import replace_words
from voicecheck.cli.feeling.trends import plain_lines
from voicecheck.cli.terminal import meter
from voicecheck.cli.terminal.meter import Meter
from voicecheck.cli.terminal.progress import Bar
from voicecheck.cli.vault import person
from voicecheck.cli.vault.person import TerminalPerson
from voicecheck.diary.trends import Trends
from voicecheck.domain import Family, Quadrant
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.settings.schema import load_settings
from voicecheck.vault.keys.recovery_key import ENOUGH_LETTERS, word_list

PHRASES = load_phrases()


class PlainApp(App):
    """A person at a terminal who gets plain lines."""

    interactive = True  # type: ignore[assignment]


@pytest.fixture
def app() -> App:
    app = PlainApp()
    app.__dict__["plain"] = True
    return app


def typing(monkeypatch: pytest.MonkeyPatch, module: object, *lines: str) -> list[str]:
    """Let these lines be typed where the module asks; what it asked."""
    asked: list[str] = []
    waiting = iter(lines)

    def ask(text: str, suffix: str = ": ") -> str:
        asked.append(text)
        return next(waiting)

    monkeypatch.setattr(f"{module}.ask_text", ask)
    return asked


# How they are found


@pytest.mark.parametrize(
    ("environment", "programs", "desktop", "found"),
    [
        ({"TERM": "xterm"}, ["bash", "vim"], False, False),
        ({"TERM": "dumb"}, [], False, True),
        ({"ACCESSIBLE": "1"}, [], False, True),
        ({"ACCESSIBLE": "0"}, [], False, False),
        ({"ACCESSIBLE": ""}, [], False, False),
        ({}, ["bash", "orca"], False, True),
        ({}, ["brltty"], False, True),
        ({}, ["orcatool"], False, False),
        ({}, [], True, True),
    ],
)
def test_signs(environment: dict[str, str], programs: Sequence[str], desktop: bool, found: bool) -> None:
    """A terminal that can do nothing, ACCESSIBLE, a reader that runs, or the desktop's switch; nothing else."""
    assert found_plain(environment, programs, lambda: desktop) is found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc")
def test_running_programs(tmp_path: Path) -> None:
    """A script goes by its own name, and neither what has ended nor what lies beside the processes disturbs."""
    for number, command in enumerate((b"/usr/bin/python3\0/usr/bin/orca\0--replace\0", b"brltty\0-b\0", b"", b"sh\0")):
        (tmp_path / f"{number + 10}").mkdir()
        (tmp_path / f"{number + 10}" / "cmdline").write_bytes(command)
    (tmp_path / "20").mkdir()
    (tmp_path / "uptime").write_bytes(b"1")
    assert sorted(running_programs(tmp_path)) == ["brltty", "orca", "sh"]
    assert list(running_programs())


@pytest.mark.skipif(os.name != "posix", reason="a script stands for gsettings")
@pytest.mark.parametrize(("answer", "reads"), [("echo true", True), ("echo false", False), ("exit 1", False)])
def test_the_switch_of_the_desktop(answer: str, reads: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked where there is a desktop, and one that knows no such switch says no."""
    program = tmp_path / "gsettings"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert desktop_reads({"DISPLAY": ":1"}) is reads
    assert not desktop_reads({})


def test_nobody_is_looked_for_where_nobody_sits() -> None:
    """A pipe gets what it always got."""
    command = "from voicecheck.cli.app import App; print(App().plain)"
    done = subprocess.run(
        [sys.executable, "-c", command], env=os.environ | {"TERM": "dumb"}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize("where", ["before", "behind"])
def test_the_choice_is_kept(where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the command or behind it, --plain is written into the settings and said once; --no-plain takes it back."""
    monkeypatch.setattr(App, "interactive", True)

    def call(option: str) -> str:
        words = [option, "settings", "path"] if where == "before" else ["settings", "path", option]
        assert main.run(words) == 0
        return capsys.readouterr().err

    assert PHRASES.show("plain_kept") in " ".join(call("--plain").split())
    assert load_settings(find_paths().settings_file).program.plain == "yes"
    assert App().plain
    assert call("--plain") == ""
    assert call("--no-plain")
    assert load_settings(find_paths().settings_file).program.plain == "no"


def test_every_command_takes_it() -> None:
    """And hides it from its help, which would have it a hundred times."""

    def leaves(command: click.Command) -> list[click.Command]:
        below = getattr(command, "commands", {}).values()
        return [leaf for one in below for leaf in leaves(one)] if below else [command]

    context = click.Context(main.cli)
    group = main.cli
    assert isinstance(group, main.LazyGroup)
    found = [leaf for name in main.COMMANDS for leaf in leaves(group.get_command(context, name) or click.Command(""))]
    assert len(found) > 40
    assert all([one.name for one in leaf.params].count("plain") == 1 for leaf in found)


# Tables, progress, meter


def test_a_row_is_a_line() -> None:
    """Each cell behind the name of its column; without names the first names the others; empty ones are left out."""
    table = Table("id", "", "when", title="Entries")
    table.add_row("1", "chosen", Text("Monday"))
    table.add_row("2", "", "")
    assert rows_as_lines(table) == ["Entries", "id: 1; chosen; when: Monday", "id: 2"]
    grid = Table.grid()
    for row in (("vault", "148 KiB", "whole"), ("alone", "", ""), ("", "", "")):
        grid.add_row(*row)
    assert rows_as_lines(grid) == ["vault: 148 KiB; whole", "alone"]


def test_a_plain_console_sends_text_alone() -> None:
    """No colour, no move, no other screen, no break within a line, and neither a spinner: on a terminal as well."""
    shown = io.StringIO()
    console = SafeConsole(plain=True, file=shown, force_terminal=True, width=20)
    table = Table("id", "when")
    table.add_row(Text("1", style="red"), "x" * 40)
    with console.screen(), console.status("Counting."):
        console.print(table)
        console.print(Text("a  ·  b " + "c" * 30, style="bold"))
    assert shown.getvalue().splitlines() == ["Counting.", f"id: 1; when: {'x' * 40}", f"a, b {'c' * 30}"]
    assert Notices(plain=True).plain


def test_progress_is_told_at_the_quarters(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Once each, whatever comes how often; a jump tells the last alone, and the end is told by what follows."""
    with Bar(app, "Exporting", 100) as bar:
        for done in (1, 10, 25, 26, 80, 90, 100):
            bar.done(done)
    assert capsys.readouterr().err.splitlines() == ["Exporting: 25 percent", "Exporting: 75 percent"]


def test_the_meter_waits_for_enter(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that the reader has read the request before the microphone opens; then nothing is drawn."""
    asked = typing(monkeypatch, meter.__name__, "")
    with Meter(app, "Say hello.", 4.0) as shown:
        shown(-20.0)
    assert asked == [PHRASES.show("plain_microphone", asked="Say hello.", seconds=4)]
    assert shown.loudest_dbfs == -20.0
    assert capsys.readouterr().err == ""


def test_signs_become_commas(app: App) -> None:
    """A reader would say "middle dot"."""
    assert " · " in PHRASES.show("ask_heard")
    assert " · " not in app.phrases.show("ask_heard")


# A recovery key, trends, an entry put right


def test_a_recovery_key_comes_in_groups(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four words at a time, each once; who asks gets them spelled, by letters that cannot be misheard."""
    words = word_list()[:24]
    asked = typing(monkeypatch, person.__name__, "", "s", "", "", "", "", "")
    TerminalPerson(app)._show(words)
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.count(" ") == 1] == [f"{n}: {word}" for n, word in enumerate(words, 1)]
    spelled = [line for line in lines if " as in " in line]
    assert len(spelled) == 4 and len(asked) == 7
    assert spelled[0].startswith(f"5: {words[4]}. A as in Alfa, ")
    assert all(line.count(" as in ") == min(ENOUGH_LETTERS, len(words[4 + n])) for n, line in enumerate(spelled))
    assert len(lines) == len(set(lines))


def test_trends_as_lines() -> None:
    """A name, how often in all, and in which weeks; what was never named has no line."""
    found = Trends(
        step="week", periods=(date(2026, 11, 2), date(2026, 11, 9)), entries=(1, 2),
        families={Family.JOY: (0, 2), Family.SADNESS: (0, 0)}, quadrants={Quadrant.PLEASANT_HIGH: (0, 2)},
        precise=(0, 2), vague=(0, 0), new_words=((), ("glad",)), known_before=0, themes={},
    )  # fmt: skip
    lines = plain_lines(found, PHRASES)
    day = PHRASES.say_date("brief", date(2026, 11, 9))
    assert f"joy, 2 in all. {day}: 2." in lines
    assert not any("sadness" in line or "word for many" in line for line in lines)
    assert len(lines) == len(set(lines))


def test_an_entry_is_put_right_in_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Pair after pair; words that stand nowhere or twice are asked for again; nothing changed is None."""
    module = replace_words.__module__
    typing(monkeypatch, module, "the", "not there", "met the see", "met the sea", "")
    assert replace_words(PHRASES, "I met the see at the end.") == "I met the sea at the end."
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "I met the see at the end."
    assert told[2:] == [PHRASES.write("edit_plain_many", count=2), PHRASES.write("edit_plain_none")]
    typing(monkeypatch, module, "")
    assert replace_words(PHRASES, "As it is.") is None
