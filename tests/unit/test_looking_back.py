"""`entry search`, `entry edit` and `entry show --heard` at the front door."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from tests.fakes import FakeSounddevice
from tests.sound_samples import tone
from tests.unit.test_vault_cli import keep, key_file, terminal  # noqa: F401 - fixtures
from tests.vault_samples import CANARY, SPOKEN_AT, make_entry
from voicecheck.cli.app import App
from voicecheck.cli.entry import playing
from voicecheck.cli.feeling import trends
from voicecheck.cli.main import run
from voicecheck.cli.terminal import keyboard
from voicecheck.domain import Entry
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.speech.audio import OpusPages
from voicecheck.utterance import SAMPLE_RATE_HZ, Word
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.vault import Vault

Output = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("key_file")


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


# Search


def test_search_from_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """The query comes from standard input, with - or without; what was found is marked by place."""
    keep(make_entry("walking by the sea"), make_entry("nothing", at=SPOKEN_AT.replace(day=1)))
    for arguments in (["-"], []):
        typed(monkeypatch, "walk\n")
        assert run(["entry", "search", *arguments, "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)
        assert found["snippet"] == "walking by the sea"
        assert found["found"] == [[0, 7]]
        assert set(found) == {"id", "spoken_at", "snippet", "found"}


def test_search_by_argument(capsys: Output) -> None:
    """Words and filters may be arguments; a minus is no option, not even -h."""
    keep(make_entry("walking by the sea"), make_entry("a harbour", at=SPOKEN_AT.replace(day=1)))
    assert run(["entry", "search", "-harbour", "kind:checkin", "--json"]) == 0
    assert [one["snippet"] for one in json.loads(capsys.readouterr().out)] == ["walking by the sea"]
    assert run(["entry", "search", "--newest", "--limit", "1", "has:edit", "-negated"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("Nothing of yours was found.\nOnly entries")
    assert run(["entry", "search", "walking", "quarrel"]) == 0
    told = capsys.readouterr().err
    assert '"walking" alone: one entry.' in told and '"quarrel": in no entry.' in told and "fewer words" in told


def test_search_as_a_table(capsys: Output) -> None:
    """Id, time and snippet; what the limit leaves out is said."""
    kept = keep(*(make_entry(f"walk number {n}", at=SPOKEN_AT.replace(day=n)) for n in (1, 2)))
    assert run(["entry", "search", "walk", "--newest", "--limit", "1"]) == 0
    printed = capsys.readouterr().out
    assert kept[1].id[:13] in printed
    assert "2026-11-02" in printed
    assert "walk number 2" in printed
    assert "1 of 2; more with --limit." in printed
    assert "number 1" not in printed


def test_search_asks(terminal: list[str], capsys: Output) -> None:  # noqa: F811
    """On a terminal it asks; who gives words as an argument is told about the shell's history, filters are not."""
    keep(make_entry("walking by the sea"))
    terminal.append("sea")
    assert run(["entry", "search"]) == 0
    captured = capsys.readouterr()
    assert "walking by the" in captured.out
    assert "history" not in captured.err
    assert run(["entry", "search", "sea"]) == 0
    assert "history" in capsys.readouterr().err
    assert run(["entry", "search", "feeling:calm"]) == 0
    assert "history" not in capsys.readouterr().err


def test_search_mistake(capsys: Output) -> None:
    """A mistake in the query is told by its place, without its words, before anything is unlocked."""
    assert run(["entry", "search", "sea", "feeling:wistfull"]) == 2
    captured = capsys.readouterr()
    assert "character 13" in captured.err
    assert "wistfull" not in captured.err


# Edit


def test_edit_from_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """The new text is read; the entry shows it as edited, and on request what was heard."""
    (entry,) = keep(make_entry())
    typed(monkeypatch, "I am glad.\r\n")
    assert run(["entry", "edit", "last"]) == 0
    assert capsys.readouterr().err.startswith("Kept. What was heard")
    assert run(["entry", "show", entry.id]) == 0
    printed = capsys.readouterr().out
    assert "I am [glad]." in printed
    assert "Edited by you." in printed
    assert run(["entry", "show", entry.id, "--heard"]) == 0
    printed = capsys.readouterr().out
    assert CANARY in printed
    assert printed.index("Heard, ") < printed.index("Edited by you, ")
    assert run(["entry", "show", entry.id, "--heard", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["source"] for one in shown["revisions"]] == ["heard", "person"]
    assert shown["text"] == "I am glad."


def test_edit_to_the_same(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """Saving what stands there changes nothing; an empty text is refused with the way to delete."""
    keep(make_entry())
    typed(monkeypatch, make_entry().text)
    assert run(["entry", "edit", "last", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["edited"] is False
    typed(monkeypatch, "")
    assert run(["entry", "edit", "last"]) == 2
    assert "entry delete" in capsys.readouterr().err


# Export and import


def test_export_and_import(tmp_path: Path, capsys: Output) -> None:
    """JSON by its name, 0600; the person is told once that it is not protected; taking it in again changes nothing."""
    keep(make_entry(), make_entry(at=SPOKEN_AT.replace(day=1)))
    path = tmp_path / "all.json"
    assert run(["entry", "export", str(path)]) == 0
    told = capsys.readouterr().err
    assert told.startswith("Exported: 2 entries.")
    assert told.count("no longer protected") == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert run(["entry", "delete", "--all", "--yes"]) == 0
    assert run(["import", "json", str(path)]) == 0
    assert "New: 2. There already: 0." in capsys.readouterr().err
    assert run(["import", "json", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "new": 0,
        "same": 2,
        "other": 0,
        "words": 0,
        "names": 0,
        "topics": 0,
        "failed": [],
    }


def test_import_goes_on_with_the_rest(tmp_path: Path, capsys: Output) -> None:
    """A damaged entry is told by its number, a file that is no export by its name, and everything else is taken in."""
    keep(make_entry(), make_entry(at=SPOKEN_AT.replace(day=1)))
    whole, part, none = (tmp_path / name for name in ("whole.json", "part.json", "none.json"))
    assert run(["entry", "export", str(whole)]) == 0
    file = json.loads(whole.read_bytes())
    file["entries"][0]["spoken_at"] = CANARY
    part.write_text(json.dumps(file))
    none.write_text(CANARY)
    assert run(["entry", "delete", "--all", "--yes"]) == 0
    capsys.readouterr()
    assert run(["import", "json", str(none), str(part), str(tmp_path / "missing.json")]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert f"{part}, entry 1: it is damaged ($.spoken_at)." in told
    assert "none.json is no export" in told and "missing.json cannot be read" in told
    assert "New: 1. There already: 0. Could not be taken in: 1." in told
    assert CANARY not in told
    assert run(["import", "json", str(part), str(whole), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["new"], found["same"]) == (1, 2)
    assert found["failed"] == [
        {"file": str(part), "part": "entry", "number": 1, "error": "it is damaged ($.spoken_at)"}
    ]


def test_import_from_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """`entry export - | import json -`, also through a program that puts a byte order mark before it."""
    keep(make_entry())
    path = tmp_path / "all.json"
    assert run(["entry", "export", str(path)]) == 0
    assert run(["entry", "delete", "--all", "--yes"]) == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + path.read_bytes())))
    assert run(["import", "json", "-"]) == 0
    assert "New: 1." in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    assert run(["import", "json", "-"]) == 2
    assert "What came in on standard input is no export" in capsys.readouterr().err


@pytest.mark.parametrize("year", [2, 1903, 1969, 1970])
def test_entries_of_long_ago(year: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """An entry from before 1970 is listed, shown, edited, tagged, tagged anew, exported and taken in again."""
    keep(make_entry(at=SPOKEN_AT.replace(year=year)))
    typed(monkeypatch, "I feel calm and glad.")
    assert run(["entry", "edit", "last"]) == 0
    typed(monkeypatch, '{"family": "shame"}')
    path = str(tmp_path / "all.json")
    for arguments in (
        ["entry", "tag", "last", "--add", "1"], ["feeling", "retag", "--all"], ["entry", "list"],
        ["entry", "show", "last", "--heard"], ["entry", "search", "glad"], ["feeling", "trends"], ["feeling", "words"],
        ["entry", "export", path], ["entry", "export", str(tmp_path / "notes")], ["entry", "export", "-", "--format",
        "csv"], ["vault", "verify"], ["entry", "delete", "last", "--yes"], ["import", "json", path],
        ["entry", "show", "last"],
    ):  # fmt: skip
        assert run(arguments) == 0, (arguments, capsys.readouterr().err)
    assert "glad" in capsys.readouterr().out


def test_export_of_notes(tmp_path: Path, capsys: Output) -> None:
    """A folder gets a private note for each entry, and only those that were asked for."""
    first, second = keep(make_entry(), make_entry(at=SPOKEN_AT.replace(day=1)))
    assert run(["entry", "export", str(tmp_path / "notes"), "--until", "2026-11-01"]) == 0
    (note,) = (tmp_path / "notes").iterdir()
    assert f'id: "{second.id}"' in note.read_text()
    assert note.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "notes").stat().st_mode & 0o777 == 0o700
    assert run(["entry", "export", "-", first.id, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith(first.id)


def test_export_asks_before_it_replaces(tmp_path: Path, terminal: list[str], capsys: Output) -> None:  # noqa: F811
    """An existing file is written over once the person said so, or with --replace; else nothing is written."""
    keep(make_entry())
    path = tmp_path / "all.csv"
    path.write_text("mine")
    terminal += ["n", "y"]
    assert run(["entry", "export", str(path)]) == 1
    assert path.read_text() == "mine"
    assert run(["entry", "export", str(path)]) == 0
    assert path.read_text() != "mine"
    assert terminal == []
    path.write_text("mine")
    assert run(["entry", "export", str(path), "--replace"]) == 0
    assert path.read_text() != "mine"


def test_exports_that_cannot_be(tmp_path: Path, capsys: Output) -> None:
    """Contradictions, an empty range and a missing folder are told, each with the next step."""
    keep(make_entry())
    for code, arguments in (
        (2, [str(tmp_path / "n"), "abcd", "--since", "2026-01-01"]),
        (2, ["-"]),
        (2, [str(tmp_path / "x.csv"), "--with-sound"]),
        (1, [str(tmp_path / "x.csv"), "--until", "2020-01-01"]),
        (1, [str(tmp_path / "no" / "x.csv")]),
    ):
        assert run(["entry", "export", *arguments]) == code, arguments
        assert "hint: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# Play


@pytest.fixture
def loudspeaker(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    device = FakeSounddevice()
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    return device


def keep_sound(entry: Entry, seconds: float) -> None:
    """The entry with a tone for its sound."""
    encoder = OpusPages()
    pages = [*encoder.feed(tone(seconds, 0.3)), *encoder.flush()]
    paths = find_paths()
    key = create_vault(paths, KeyFile(Path(os.environ["VOICECHECK_KEY_FILE"])))
    with Vault.open(paths, key) as vault:
        vault.entries.add(replace(entry, spoken_at=datetime.now(UTC)), pages)


def test_play(loudspeaker: FakeSounddevice, capsys: Output) -> None:
    """The kept sound comes out whole; without a terminal no word is shown."""
    keep_sound(make_entry(), 3.0)
    assert run(["entry", "play", "last"]) == 0
    (played,) = loudspeaker.played
    assert 3.0 <= len(played) / SAMPLE_RATE_HZ < 3.1
    assert capsys.readouterr().out == ""


def test_play_follows_the_words(
    loudspeaker: FakeSounddevice,
    terminal: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a terminal each word is lit in its own seconds, on a screen that is left empty."""
    keep_sound(make_entry("one two three"), 2.0)
    out = io.StringIO()
    monkeypatch.setattr(App, "output", Console(file=out, force_terminal=True, width=40, height=10))
    monkeypatch.setattr(keyboard, "keys", lambda on_key: contextlib.nullcontext())
    monkeypatch.setattr(playing, "LOOKS_PER_S", 1000)
    drawn, draw = threading.Event(), playing.page

    def drawing(*arguments: Any) -> Text:
        drawn.set()
        return draw(*arguments)

    def until_drawn() -> None:
        drawn.clear()
        drawn.wait(60)

    monkeypatch.setattr(playing, "page", drawing)
    loudspeaker.before_write = until_drawn
    assert run(["entry", "play", "last"]) == 0
    for word in ("one", "two", "three"):
        assert re.search(rf"\x1b\[1;7m{word}", out.getvalue()), word
    assert out.getvalue().count("\x1b[?1049h") == out.getvalue().count("\x1b[?1049l") == 1


def test_key_stops_the_sound(
    loudspeaker: FakeSounddevice,
    terminal: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Any key stops within a moment."""
    keep_sound(make_entry(), 60.0)
    monkeypatch.setattr(App, "output", Console(file=io.StringIO(), force_terminal=True, width=40, height=10))

    pressed = threading.Event()

    @contextlib.contextmanager
    def press(on_key: Callable[[str], None]) -> Iterator[None]:
        on_key("x")
        pressed.set()
        yield

    monkeypatch.setattr(keyboard, "keys", press)
    loudspeaker.before_write = lambda: pressed.wait(60)
    assert run(["entry", "play", "last"]) == 0
    assert len(loudspeaker.played[0]) <= 0.1 * SAMPLE_RATE_HZ
    assert loudspeaker.aborted == 1


def test_play_without_sound(loudspeaker: FakeSounddevice, capsys: Output) -> None:
    """Where no sound is kept, or no loudspeaker is, that is said."""
    keep(make_entry())
    assert run(["entry", "play", "last"]) == 1
    assert "No sound of this entry is kept." in capsys.readouterr().err


def test_play_without_loudspeaker(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """Without a loudspeaker the exit code is that of sound."""
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSounddevice(outputs=0))
    keep_sound(make_entry(), 1.0)
    assert run(["entry", "play", "last"]) == 3
    assert "loudspeaker" in capsys.readouterr().err


def test_word_at_a_second() -> None:
    """The word that is spoken, for a moment longer than it lasts; none in a pause or before the first."""
    placed = [(0, 3, Word(1.0, 1.4, "one")), (4, 7, Word(2.0, 2.4, "two"))]
    found = [playing.span_at(placed, at_s) for at_s in (0.5, 1.0, 1.5, 1.7, 2.4)]
    assert found == [None, (0, 3), (0, 3), None, (4, 7)]


def test_page_turns() -> None:
    """The spoken word is in sight, however long the text."""
    console = Console(file=io.StringIO(), width=20, height=6)
    text = " ".join(f"word{n:03}" for n in range(100))
    for number in (0, 7, 8, 50, 99):
        shown = playing.page(console, load_phrases(), text, (number * 8, number * 8 + 7)).plain
        assert f"word{number:03}" in shown
        assert shown.count("\n") <= 5


# Trends


def test_trends(capsys: Output) -> None:
    """Families and quadrants as small charts, with how to read them; as JSON the numbers."""
    keep(make_entry(), make_entry(at=SPOKEN_AT.replace(day=1)))
    days = ["--since", "2026-10-26", "--until", "2026-11-29"]
    assert run(["feeling", "trends", *days]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for row in ("calm", "pleasant, little energy", "entries"):
        assert f"{row} ▂··▂· 2" in printed, row
    for told in ("Named for the first time: calm.", "With evening: calm.", "no score"):
        assert told in printed, told
    assert run(["feeling", "trends", *days, "--by", "month", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["periods"] == ["2026-10-01", "2026-11-01"]
    assert found["families"] == {"calm": [0, 2]}
    assert set(found) == {"by", "periods", "entries", "families", "quadrants", "precise", "vague", "vocabulary",
                          "new_words", "themes"}  # fmt: skip


def test_trends_of_nothing(capsys: Output) -> None:
    """A time without feelings is said as that."""
    keep(make_entry())
    assert run(["feeling", "trends", "--until", "2020-01-01"]) == 0
    assert capsys.readouterr().err == "No feelings are marked in that time.\n"


def test_times_that_are_none(capsys: Output) -> None:
    """Days the wrong way round, and years that nobody speaks in, are refused with how to say it."""
    turned = "--since 2026-02-01 --until 2026-01-01"
    for days in (turned, "--until 0001-01-01", "--until 9999-12-31", "--since 0001-01-01"):
        assert run(["feeling", "trends", *days.split()]) == 2, days
        assert "--since 2026-09-01" in capsys.readouterr().err


def test_chart() -> None:
    """A dot is none, the highest is full; once is never nothing, and where little was named it is not full."""
    assert trends.chart([0, 1, 50, 100], 100) == "·▁▄█"
    assert trends.chart([0, 0], 0) == "··"
    assert trends.chart([0, 1, 2], 2) == "·▂▄"
    assert trends.chart([0, 9], 9, trends.PLAIN_BLOCKS) == ".9"


def test_names_of_months_under_a_chart() -> None:
    """Each name stands under the first column of its month; where there is no room the newest ones stay."""
    weeks = [date(2026, 9, 28) + timedelta(weeks=i) for i in range(9)]
    assert trends.axis(weeks, load_phrases()) == " Oct Nov"
    months = [date(2026, month, 1) for month in range(1, 13)]
    assert trends.axis(months, load_phrases()) == "   Apr Aug Dec"
    assert trends.axis(months[:1], load_phrases()) == "Jan"
    assert trends.axis([], load_phrases()) == ""
    for count in (1, 2, 5, 40, 200):
        days = [date(2020, 1, 6) + timedelta(weeks=i) for i in range(count)]
        found = list(re.finditer(r"\S+", trends.axis(days, load_phrases())))
        assert found, count
        assert [f"{days[one.start()]:%b}" for one in found] == [one[0] for one in found]


def test_a_chart_that_must_be_cut_keeps_the_newest_and_says_so(capsys: Output) -> None:
    """Years of weeks on a narrow terminal: the last are shown, in one line each; the numbers are all in the JSON."""
    keep(make_entry(), make_entry(at=SPOKEN_AT.replace(year=2020)))
    days = ["--since", "2020-01-01", "--until", "2026-11-29"]
    assert run(["feeling", "trends", *days]) == 0
    printed = capsys.readouterr().out
    assert "the newest 44 weeks of 361" in " ".join(printed.split())
    (row,) = [line.split() for line in printed.splitlines() if line.startswith("calm")]
    assert (len(row[1]), row[1].rstrip("·")[-1], row[2]) == (44, "▂", "1")
    assert "Nov" in printed
    assert run(["feeling", "trends", *days, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["periods"]) == 361
