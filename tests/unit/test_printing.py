"""What others wrote steers no terminal: names of files, texts of entries, questions, speakers, whatever prints them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from tests.unit.test_vault_cli import keep, key_file  # noqa: F401 - a fixture
from tests.vault_samples import make_entry
from voicecheck.cli.app import App
from voicecheck.cli.app.notices import SafeConsole, echo
from voicecheck.cli.main import run
from voicecheck.cli.terminal.progress import Bar
from voicecheck.diary.export import note
from voicecheck.domain import Entry, PromptRef
from voicecheck.errors import UsageError
from voicecheck.paths import find_paths
from voicecheck.text.untrusted import can_be_shown, decode_utf8, escaped_json, printable, visible

STEER = "a\x1b[2J\x1b]52;c;eA==\x07b\x9b31mc\u202ed\u2066e\x00f\x7fg"
"""clears the screen, writes to the clipboard, and turns the direction of writing"""
Output = pytest.CaptureFixture[str]


def steering(shown: str) -> set[str]:
    return {letter for letter in shown if not can_be_shown(letter) and letter not in "\n\t"}


def hostile() -> Entry:
    entry = make_entry(f"I feel {STEER} and calm.")
    (mention,) = entry.mentions
    return replace(
        entry,
        prompt=PromptRef("evening.word", f"Which {STEER} word?"),
        speaker=f"Kim{STEER}",
        reflection=f"You {STEER}.",
        mentions=(replace(mention, lemma=f"calm{STEER}"),),
    )


@given(st.text(max_size=40))
def test_printable_and_visible(text: str) -> None:
    """Neither lets anything through that steers; `printable` keeps every offset, `visible` every letter."""
    assert len(printable(text)) == len(text)
    assert not steering(printable(text)) | steering(visible(text))
    assert visible(text, keep="\n").count("\n") == text.count("\n")


@given(st.text(max_size=40))
def test_json_stays_the_same(text: str) -> None:
    """What is escaped in JSON for the terminal's sake is read again as it was."""
    document = escaped_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(document) == [text]
    assert not steering(document)


def test_joiners_are_letters() -> None:
    """Persian, Indian scripts and families of emoji keep what joins them."""
    family = "\U0001f468\u200d\U0001f469 می\u200cروم"
    assert printable(family) == visible(family) == family


def test_decoding() -> None:
    """UTF-8 with or without its mark; anything else is refused in one sentence, never shortened."""
    assert decode_utf8(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "It") == decode_utf8("Grüße".encode(), "It")
    for content in (b"Gr\xfc\xdfe", b"\xff\xfeG\0", b"\xed\xa0\x80", b"caf\xc3"):
        with pytest.raises(UsageError, match="It is not text in UTF-8"):
            decode_utf8(content, "It")


def test_console() -> None:
    """Sentences, tables and bars; colours and moves of our own go on working."""
    shown = io.StringIO()
    console = SafeConsole(file=shown, force_terminal=True, width=80)
    table = Table(STEER)
    table.add_row(Text(STEER, style="red"))
    console.print(STEER, markup=False)
    console.print(table)
    with console.status(STEER.replace("[", "")):
        pass
    written = shown.getvalue()
    assert "\x1b[31m" in written
    assert not {"\x07", "\x9b", "\u202e", "\u2066", "\x00", "\x7f"} & set(written)
    assert "\x1b[2J" not in written and "\x1b]52" not in written


def test_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a file beside a bar."""
    shown = io.StringIO()
    app = App()
    app.__dict__["notices"] = SafeConsole(file=shown, force_terminal=True, width=80)
    monkeypatch.setattr(App, "interactive", True)
    with Bar(app, f"{STEER}.json", 3) as bar:
        bar.done(2)
    assert "\x1b[2J" not in shown.getvalue() and "\x1b]52" not in shown.getvalue()


def test_echo(capsys: Output) -> None:
    """A plain line shows by numbers what would steer."""
    echo(STEER)
    shown = capsys.readouterr().out
    assert not steering(shown) and r"\x1b[2J" in shown


@pytest.mark.usefixtures("key_file")
@pytest.mark.parametrize(
    "arguments",
    [
        ["entry", "list"], ["entry", "show", "last"], ["entry", "show", "last", "--heard"], ["entry", "search", "feel"],
        ["entry", "list", "--json"], ["entry", "show", "last", "--json"], ["entry", "tag", "last"],
        ["entry", "tag", "last", "--json"], ["entry", "export", "-", "--format", "json"],
        ["entry", "export", "-", "--format", "csv"], ["feeling", "words"], ["feeling", "trends"],
        ["feeling", "explain", "last"], ["feeling", "retag", "--all"], ["vault", "verify"],
        ["vault", "verify", "--json"],
    ],
)  # fmt: skip
def test_commands(arguments: list[str], capsys: Output) -> None:
    """No command that shows what a stranger sealed, or how a file is called, obeys it."""
    keep(hostile())
    (find_paths().inbox_folder / f"x{STEER.replace(chr(0), '')}.sealed".replace("/", "")).write_bytes(b"nothing")
    capsys.readouterr()
    assert run(arguments) in (0, 5)
    heard = capsys.readouterr()
    assert not steering(heard.out.replace("\r\n", "\n")) | steering(heard.err)


def test_notes(tmp_path: Path) -> None:
    """Nor does a Markdown note, which a person looks at with `cat`."""
    assert not steering(note(hostile()))


def test_files_that_cannot_be_read(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors name the file by letters and numbers."""
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(tmp_path / "key"))
    path = tmp_path / f"{STEER.replace(chr(0), '')}.m4a".replace("/", "")
    path.write_bytes(b"x\xff")
    for arguments in (["import", "audio"], ["import", "json"], ["tag"], ["transcribe"], ["prompt", "check"]):
        assert run([*arguments, str(path)]) != 0
        heard = capsys.readouterr()
        assert not steering(heard.out) | steering(heard.err), arguments
        assert "fault" not in heard.err


@pytest.mark.parametrize("name", ["Kim\nme", "Kim\r", "\x1b[2J", "Kim\t", "K\u202eim", "", " ", "me", "K" * 41])
def test_names_of_two(name: str, capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A name on more than one line, one that steers, none, and one's own are refused before anything is asked."""
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(tmp_path / "key"))
    assert run(["checkin", "--typed", "--no-speak", "--with", name]) == 2
    assert "That name cannot be used" in capsys.readouterr().err
