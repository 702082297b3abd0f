"""jrnl: text of both versions, JSON, dates of every form, stars and tags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.coming import faults, good, kept, labels
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from voicecheck.cli.main import run
from voicecheck.diary.coming.foreign import DAMAGED, NO_DATE, Found
from voicecheck.diary.coming.jrnl import read_jrnl
from voicecheck.diary.coming.moments import WHICH_FIRST, DateOrder, Zone
from voicecheck.errors import ExitCode, UsageError

BERLIN = Zone("Europe/Berlin")


def read(tmp_path: Path, content: str | bytes, order: DateOrder | None = None) -> list[Found]:
    path = tmp_path / "journal.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_jrnl(path, BERLIN, order))


def test_text_of_today(tmp_path: Path) -> None:
    """Brackets begin an entry where a date stands in them; lines with other brackets or bare dates are words."""
    text = (
        "\ufeff[2023-05-06 21:30] A day at the sea with @anna *\r\n[1] was cold\r\n2023-05-01 08:00 was another day\r\n"
        "me@example.org\r\n\r\n[2023-05-07 00:00] Midnight.\r\n[2023-05-08 09:05:30 PM] Late\r\n"
    )
    first, second, third = good(read(tmp_path, text))
    assert first.text == ("A day at the sea with @anna\n[1] was cold\n2023-05-01 08:00 was another day\nme@example.org")
    assert labels(first) == [("tag", "@anna"), ("star", "starred")]
    assert (first.moment.at.isoformat(), first.moment.zone) == ("2023-05-06T21:30:00+02:00", "Europe/Berlin")
    assert (second.text, second.moment.at.isoformat()) == ("Midnight.", "2023-05-07T00:00:00+02:00")
    assert third.moment.at.isoformat() == "2023-05-08T21:05:30+02:00"


def test_text_of_version_1(tmp_path: Path) -> None:
    """It had no brackets, so there brackets are words; a year of long ago and an empty title do not matter."""
    found = good(read(tmp_path, "1912-06-10 15:00\nNo title.\n\n2013-06-10 15:40 Second\n[2019-08-03 12:55] chat\n"))
    assert [one.text for one in found] == ["No title.", "Second\n[2019-08-03 12:55] chat"]
    assert found[0].moment.at.isoformat() == "1912-06-10T15:00:00+01:00"


@pytest.mark.parametrize(
    ("dates", "order", "when"),
    [
        (("06.05.2023 21:30",), None, ["2023-05-06T21:30"]),
        (("05/06/2023 9:30 PM", "05/16/2023 12:00 AM"), None, ["2023-05-06T21:30", "2023-05-16T00:00"]),
        (("06/05/2023 21:30", "16/05/2023 21:30"), None, ["2023-05-06T21:30", "2023-05-16T21:30"]),
        (("05/05/2023 21:30",), None, ["2023-05-05T21:30"]),
        (("05/06/2023 21:30",), None, WHICH_FIRST),
        (("05/06/2023 21:30",), DateOrder.DAY_FIRST, ["2023-06-05T21:30"]),
        (("05/06/2023 21:30",), DateOrder.MONTH_FIRST, ["2023-05-06T21:30"]),
        (("2023-05-06 25:30",), None, NO_DATE),
        (("2023-02-30 21:30",), None, NO_DATE),
        (("Saturday, 6 May 2023",), None, NO_DATE),
    ],
)
def test_dates_as_a_person_chose_them(
    tmp_path: Path, dates: tuple[str, ...], order: DateOrder | None, when: list[str] | str
) -> None:
    """Day or month first is what the file shows; where it shows neither, an entry is named, and nothing guessed."""
    found = read(tmp_path, "".join(f"[{date}] Words.\n" for date in dates), order)
    if isinstance(when, str):
        assert faults(found) == [(1, when)]
    else:
        assert [one.moment.at.isoformat()[:16] for one in good(found)] == when


def test_json_of_jrnl(tmp_path: Path) -> None:
    """Title and body, tags by their own names, stars; a bad entry costs one."""
    content = {"tags": {"@sea": 1}, "entries": [
        {"title": "At the sea.", "body": "Cold @sea\n", "date": "2023-05-06", "time": "21:30", "tags": ["@sea", "#x"],
         "starred": True},
        {"title": "No date.", "body": "", "date": None, "time": "21:30", "tags": [], "starred": False}, 7,
        {"title": "", "body": "", "date": "2023-05-07", "time": "21:30", "tags": [], "starred": False},
    ]}  # fmt: skip
    found = read(tmp_path, json.dumps(content))
    assert faults(found) == [(2, NO_DATE), (3, DAMAGED)]
    first, empty = good(found)
    assert (first.text, labels(first)) == (
        "At the sea.\nCold @sea",
        [("tag", "@sea"), ("tag", "#x"), ("star", "starred")],
    )
    assert empty.is_empty


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"gAAAAABl", "encrypted"), (b"Z0FBQUFBQmw=", "encrypted"), (b"", "no entry"), (b"Words alone.", "no entry"),
     (b"[2023-05-06 21:30] caf\xe9", "UTF-8"), (b'{"entries": 1}', "no export"), (b"\0\1\2", "no entry")],
)  # fmt: skip
def test_what_is_no_journal_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read(tmp_path, content)


def test_taken_in_twice_is_once(tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """As text, and as text once more when an entry was added; two equal entries of one minute are one."""
    path = tmp_path / "journal.txt"
    path.write_text("[2023-05-06 21:30] I was glad.\n[2023-05-06 21:30] I was glad.\n[06/07/2023] Which day?\n")
    assert run(["import", "jrnl", str(path), "--json"]) == ExitCode.USAGE
    result = json.loads(capsys.readouterr().out)
    assert (result["new"], result["same"], result["guessed_zones"]) == (1, 1, 1)
    with path.open("a") as file:
        file.write("[2023-05-08 21:30] And again.\n")
    assert run(["import", "jrnl", str(path), "--day-first", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["new"], result["same"], result["last"]) == (2, 2, "2023-07-06")
    assert [len(entry.mentions) for entry in kept()] == [1, 0, 0]
