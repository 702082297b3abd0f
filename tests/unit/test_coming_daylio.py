"""Daylio: the CSV of many years and languages, and the backup."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.coming import faults, good, kept, labels, zipped
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from voicecheck.cli.main import run
from voicecheck.diary.coming.daylio import WRITTEN_OUT, read_daylio
from voicecheck.diary.coming.foreign import DAMAGED, NO_DATE, Foreign, Found
from voicecheck.diary.coming.moments import Zone
from voicecheck.errors import UsageError

ROME = Zone("Europe/Rome")
HEAD = "full_date,date,weekday,time,mood,activities,note_title,note"


def read(tmp_path: Path, content: str | bytes, name: str = "daylio_export.csv") -> list[Found]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_daylio(path, ROME))


def test_a_table_of_daylio(tmp_path: Path) -> None:
    """Moods and activities by one's own names, a title, HTML in a note, a mood alone, "I <3 you"."""
    rows = (
        '2023-05-06,6 maggio,sabato,21:30,wobbly-ish,"mare | dormito male",Al mare,'
        '"<b>Freddo</b> &amp; chiaro<br>Sì<br><br>fine"\r\n'
        '2023-05-05,5 maggio,venerdì,00:00,rad,"","",""\r\n,,,,,,,\r\n'
        '2023-05-04,4 maggio,giovedì,09:05,meh,,,"I <3 you, a < b"\r\n'
    )
    first, second, third = good(read(tmp_path, f"\ufeff{HEAD}\r\n{rows}"))
    assert first.text == "Al mare\n\nFreddo & chiaro\nSì\n\nfine"
    assert labels(first) == [("mood", "wobbly-ish"), ("tag", "mare"), ("tag", "dormito male")]
    assert (first.moment.at.isoformat(), first.moment.guessed_zone) == ("2023-05-06T21:30:00+02:00", True)
    assert (second.text, second.is_empty, second.moment.at.hour) == ("", False, 0)
    assert (third.number, third.text) == (4, "I <3 you, a < b")


@pytest.mark.parametrize(
    ("time", "when"),
    [("19:05", "19:05"), ("7:05 PM", "19:05"), ("7:05\u202fp.m.", "19:05"), ("12:10 am", "00:10"),
     ("12:10 PM", "12:10"),
     ("下午7:05", "19:05"), ("오전 7:05", "07:05"), ("19.05", "19:05"), ("19h05", "19:05"),
     ("٧:٠٥ م", "19:05"),
     ("7:05 π.μ.", "07:05"), ("13:05 pm", ""), ("7:05 xm", ""), ("soon", ""), ("24:00", "")],
)  # fmt: skip
def test_times_of_many_languages(tmp_path: Path, time: str, when: str) -> None:
    """Of 24 hours or 12; what is none is named and not guessed."""
    found = read(tmp_path, f"{HEAD}\n2023-05-06,x,y,{time},good,,,Words\n")
    assert [f"{one.moment.at:%H:%M}" for one in good(found)] == ([when] if when else [])
    assert faults(found) == ([] if when else [(1, NO_DATE)])


def test_separators_and_columns_of_other_years(tmp_path: Path) -> None:
    """Tabs, semicolons, UTF-16, digits of other scripts, a column more; without a full date it is said what helps."""
    tabs = HEAD.replace(",", "\t") + "\n2023-05-06\tMay 6\tSat\t21:30\tgood\ta, b | c\t\tOne, two; three\n"
    for content in (tabs, tabs.encode("utf-16"), tabs.replace("2023-05-06", "٢٠٢٣-٠٥-٠٦")):
        (one,) = good(read(tmp_path, content))
        assert (one.text, labels(one)[1:]) == ("One, two; three", [("tag", "a, b"), ("tag", "c")])
        assert one.moment.at.isoformat() == "2023-05-06T21:30:00+02:00"
    scales = (
        "full_date;date;weekday;time;mood;activities;scales;note_title;note\n2023-05-06;a;b;21:30;good;;Pain: 3;;\n"
    )
    assert labels(good(read(tmp_path, scales))[0]) == [("mood", "good"), ("tag", "Pain: 3")]
    old = "year,date,weekday,time,mood,activities,note\n2019,17. Februar,Sonntag,19:05,Ok,Lesen,Hallo\n"
    assert faults(read(tmp_path, old)) == [(1, WRITTEN_OUT)]


def backup(**more: Any) -> dict[str, Any]:
    entry = {"id": 15024, "datetime": 1700408759432, "timeZoneOffset": -18000000, "year": 2023, "month": 10, "day": 19,
             "hour": 10, "minute": 45, "mood": 6, "note": "Fine.", "note_title": "", "tags": [179],
             "assets": [12, 13]}  # fmt: skip
    return {
        "version": 15,
        "customMoods": [{"id": 1, "custom_name": "", "predefined_name_id": 1}, {"id": 6, "custom_name": "meh+"}],
        "tags": [{"id": 179, "name": "sea"}, {"id": "x"}],
        "assets": [{"id": 12, "type": 1}, {"id": 13, "type": 3}],
        "dayEntries": [entry | more, entry | {"id": 1, "mood": 1, "note": "", "tags": [999, None], "assets": []}],
    }


def encoded(content: object) -> bytes:
    return base64.encodebytes(json.dumps(content).encode())


def test_a_backup_of_daylio(tmp_path: Path) -> None:
    """The zone of each entry, moods of one's own beside those that came with it, pictures counted, unknown tags out."""
    path = zipped(tmp_path / "b.daylio", {"backup.daylio": encoded(backup()), "assets/photos/1": b"\xff"})
    first, second = (one for one in read_daylio(path, ROME) if isinstance(one, Foreign))
    assert (first.text, first.moment.at.isoformat(timespec="seconds")) == ("Fine.", "2023-11-19T10:45:59-05:00")
    assert labels(first) == [("mood", "meh+"), ("tag", "sea")]
    assert {kind.value: n for kind, n in first.attachments} == {"pictures": 1, "files": 1}
    assert labels(second) == [("mood", "rad")]


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"datetime": None}, NO_DATE), ({"datetime": 10**30}, DAMAGED), ({"datetime": 10**17}, NO_DATE),
     ({"timeZoneOffset": 10**9}, NO_DATE), ({"note": "\ud83d"}, DAMAGED)],
)  # fmt: skip
def test_one_bad_entry_of_a_backup_costs_one(tmp_path: Path, more: dict[str, Any], reason: str) -> None:
    found = read(tmp_path, encoded(backup(**more)), "backup.daylio")
    assert ([fault[0] for fault in faults(found)], len(good(found))) == ([1], 1)
    assert faults(found)[0][1] in (reason, NO_DATE)


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.csv", b""), ("x.csv", b"a,b,c\n1,2,3\n"), ("x.csv", b'"'), ("x.csv", b"caf\xe9"), ("x.csv", b"\xff\xfe\x00"),
     ("x.daylio", b"no base64!"), ("x.daylio", base64.b64encode(b"[]")), ("x.daylio", b"")],
)  # fmt: skip
def test_what_is_not_of_daylio_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(UsageError):
        read(tmp_path, content, name)
    with pytest.raises(UsageError, match="no backup"):
        list(read_daylio(zipped(tmp_path / "y.daylio", {"other": b""}), ROME))


def test_taken_in_once(tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """A mood without a note is an entry with a label; its name is no word of the person's, and is not marked."""
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}\n2023-05-06,a,b,21:30,sad,,,\n2023-05-06,a,b,21:30,sad,,,\n2023-05-06,a,b,21:30,good,,,\n")
    for new, same in ((2, 1), (0, 3)):
        assert run(["import", "daylio", str(path), "--json"]) == 0
        result = json.loads(capsys.readouterr().out)
        assert (result["new"], result["same"]) == (new, same)
    assert [(entry.text, labels(entry), entry.mentions) for entry in kept()] == [
        ("", [("mood", "sad")], ()), ("", [("mood", "good")], ()),
    ]  # fmt: skip
    assert run(["entry", "show", "last"]) == 0
    assert "Mood: good" in capsys.readouterr().out
