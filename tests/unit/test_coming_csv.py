"""A table of one's own: columns by name, dates of every order, long and odd cells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.coming import faults, good, kept, labels
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from voicecheck.cli.main import run
from voicecheck.diary.coming.csv_rows import Columns, read_csv
from voicecheck.diary.coming.foreign import NO_DATE, Found
from voicecheck.diary.coming.moments import WHICH_FIRST, Zone
from voicecheck.errors import ExitCode, UsageError

USUAL = Columns()
LONDON = Zone("Europe/London")


def read(tmp_path: Path, content: str, columns: Columns = USUAL) -> list[Found]:
    path = tmp_path / "diary.csv"
    path.write_bytes(content.encode())
    return list(read_csv(path, columns, LONDON))


def test_columns_by_name(tmp_path: Path) -> None:
    """Whatever they are called, with capitals or not; cells over several lines; a zone of its own for each row."""
    content = (
        '\ufeffWhen;Clock;Where at;How;What;Tags;Zone;Key\r\n'
        '06.05.2023;9.05 pm;Brighton;so-so;"Line one\r\n\r\n""two""";sea, family|x;Asia/Tokyo;k1\r\n'
        '07.05.2023;;;;"=1+1";;;\r\n08.05.2023;;;;Lost;;Mars/Olympus;\r\n09.05.2023;8:00;;;Offset;;UTC-3;\r\n'
    )  # fmt: skip
    columns = Columns(date="when", text="what", time="CLOCK", tag=("tags",), mood="How", place="where at", zone="zone")
    found = read(tmp_path, content, columns)
    first, second, last = good(found)
    assert (first.text, first.moment.at.isoformat()) == ('Line one\n\n"two"', "2023-05-06T21:05:00+09:00")
    assert labels(first) == [("tag", "sea"), ("tag", "family"), ("tag", "x"), ("place", "Brighton"), ("mood", "so-so")]
    assert (second.text, second.moment.at.isoformat()) == ("=1+1", "2023-05-07T12:00:00+01:00")
    assert (last.moment.at.isoformat(), last.moment.zone) == ("2023-05-09T08:00:00-03:00", "")
    assert faults(found) == [(3, "nobody knows its time zone")]


@pytest.mark.parametrize(
    ("dates", "when"),
    [(["2023-05-06"], ["2023-05-06"]), (["5/6/2023", "5/31/2023"], ["2023-05-06", "2023-05-31"]),
     (["5/6/2023", "31/5/2023"], ["2023-06-05", "2023-05-31"]), (["1899-12-31"], ["1899-12-31"]),
     (["2023年5月6日"], ["2023-05-06"]), (["2023. 5. 6."], ["2023-05-06"]), (["2023-05-06T21:30:00Z"], ["2023-05-06"])],
)  # fmt: skip
def test_dates_in_numbers(tmp_path: Path, dates: list[str], when: list[str]) -> None:
    found = good(read(tmp_path, "date,text\n" + "".join(f"{date},Words\n" for date in dates)))
    assert [f"{one.moment.at:%Y-%m-%d}" for one in found] == when


def test_what_cannot_come_is_named_by_its_row(tmp_path: Path) -> None:
    found = read(
        tmp_path, "date,text,more\n5/6/2023,Which?\n,No date\nsoon,No date\n2023-05-06\n2023-05-07,Fine,a,b,c\n"
    )
    assert faults(found) == [(1, WHICH_FIRST), (2, NO_DATE), (3, NO_DATE)]
    assert [(one.number, one.text) for one in good(found)] == [(4, ""), (5, "Fine")]


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\n\n", 'date,text\n2023-05-06,"' + "x" * (17 << 20)])
def test_what_is_no_table_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(UsageError):
        read(tmp_path, content)


def test_a_table_is_taken_in(tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """With an id of its own an entry is known after its words were changed; a cell of a megabyte is read, and named."""
    path = tmp_path / "t.csv"
    path.write_text("day,note,id\n2023-05-06,I am sad,7\n2023-05-07," + "x" * 1_000_001 + ",8\n")
    command = ["import", "csv", str(path), "--date", "day", "--text", "note", "--id", "id", "--json"]
    assert run(command) == ExitCode.USAGE
    assert [one["number"] for one in json.loads(capsys.readouterr().out)["failed"]] == [2]
    path.write_text("day,note,id\n2023-05-06,I am glad,7\n2023-05-06,I am sad,9\n")
    assert run(command) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["new"], result["same"]) == (1, 1)
    assert [entry.text for entry in kept()] == ["I am sad", "I am sad"]
