"""Day One: its JSON export, with the traps that people report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.coming import dayone, dayone_entry, faults, good, kept, labels, zipped
from tests.unit.test_vault_cli import key_file, terminal  # noqa: F401 - fixtures
from voicecheck.cli.main import run
from voicecheck.diary.coming import keeping
from voicecheck.diary.coming.dayone import read_dayone
from voicecheck.diary.coming.foreign import DAMAGED, NO_DATE, Foreign
from voicecheck.diary.coming.keeping import EMPTY, TOO_LONG
from voicecheck.diary.coming.moments import Zone
from voicecheck.domain import EntryKind, Family
from voicecheck.errors import ExitCode, UsageError
from voicecheck.vault.inbox.bounds import MOST_LETTERS

Output = pytest.CaptureFixture[str]
VIENNA = Zone("Europe/Vienna")


def read(path: Path) -> list[Foreign]:
    return good(read_dayone(path, VIENNA))


def test_an_entry_as_day_one_writes_it(tmp_path: Path) -> None:
    """Its own zone and day, its words without backslashes and places of pictures, and labels by their own names."""
    raw = dayone_entry(
        "![](dayone-moment://AB12)\r\n\r\nToday was calm\\. It\\'s 3\\.5 of 5 \\- *really*\\!\r\n\r\n\r\n\r\n"
        "![](dayone-moment:/audio/CD34)See you",
        "2017-06-28T15:38:37Z",
        timeZone="Asia/Taipei", starred=True, isPinned=False, tags=["绿岛", "travel", "travel"],
        location={"placeName": "朝日溫泉", "localityName": "綠島鄉", "country": "台湾", "latitude": 22.6},
        photos=[{"identifier": "AB12"}], audios=[{"identifier": "CD34"}], weather={"weatherCode": "fair"},
    )  # fmt: skip
    (one,) = read(zipped(tmp_path / "x.zip", {"Journal.json": dayone(raw), "photos/ab.jpeg": b"\xff\xd8"}))
    assert one.text == "Today was calm. It's 3.5 of 5 - *really*!\n\nSee you"
    assert (one.moment.at.isoformat(), one.moment.zone) == ("2017-06-28T23:38:37+08:00", "Asia/Taipei")
    assert labels(one) == [("tag", "绿岛"), ("tag", "travel"), ("star", "starred"),
                           ("place", "朝日溫泉, 綠島鄉, 台湾"), ("journal", "Journal")]  # fmt: skip
    assert {kind.value: count for kind, count in one.attachments} == {"pictures": 1}
    assert len(one.sounds) == 1


@pytest.mark.parametrize(
    ("at", "zone", "when", "known"),
    [
        ("1941-03-02T11:00:00Z", "Europe/Amsterdam", "1941-03-02T13:00:00+02:00", "Europe/Amsterdam"),
        ("1889-03-02T11:00:00Z", "Europe/Amsterdam", "1889-03-02T11:20:00+00:20", "Europe/Amsterdam"),
        ("2021-01-01T23:00:00Z", "Pacific/Kiritimati", "2021-01-02T13:00:00+14:00", "Pacific/Kiritimati"),
        ("2021-01-01T09:00:00Z", "Asia/Kathmandu", "2021-01-01T14:45:00+05:45", "Asia/Kathmandu"),
        ("2021-01-01T09:00:00Z", "GMT-0330", "2021-01-01T05:30:00-03:30", ""),
        ("2021-01-01T09:00:00Z", "Mars/Olympus", "2021-01-01T10:00:00+01:00", "Europe/Vienna"),
        ("2021-01-01T09:00:00Z", "../../etc/passwd", "2021-01-01T10:00:00+01:00", "Europe/Vienna"),
        ("2021-06-30T22:00:00Z", "Europe/Vienna", "2021-07-01T12:00:00+02:00", "Europe/Vienna"),
    ],
)  # fmt: skip
def test_times_of_long_ago_and_odd_zones(tmp_path: Path, at: str, zone: str, when: str, known: str) -> None:
    """The day is that of the writer's zone; midnight to the second is a day without a time."""
    (one,) = read(zipped(tmp_path / "x.zip", {"J.json": dayone(dayone_entry("Hello.", at, timeZone=zone))}))
    assert (one.moment.at.isoformat().replace("11:19:32", "11:20:00"), one.moment.zone) == (when, known)


def test_a_day_without_a_time_is_that_day(tmp_path: Path) -> None:
    (one,) = read(zipped(tmp_path / "x.zip", {"J.json": dayone(dayone_entry("A.", isAllDay=True))}))
    assert one.moment.at.isoformat() == "2019-07-06T12:00:00+02:00"


def test_several_journals_in_one_file(tmp_path: Path) -> None:
    """They are numbered through, and each entry knows its journal; what a Mac puts beside them is passed over."""
    journals = {"Work.json": dayone(dayone_entry("One.")), "deep/Dreams.json": dayone(dayone_entry("Two."))}
    path = zipped(tmp_path / "x.zip", journals | {"__MACOSX/._Work.json": b"\0\5\26\7", "deep/._Dreams.json": b"\0"})
    found = read(path)
    assert [(one.number, one.text, labels(one)[-1][1]) for one in found] == [(1, "One.", "Work"), (2, "Two.", "Dreams")]
    (alone,) = read(
        Path(
            (tmp_path / "Alone.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(dayone(dayone_entry("Three."))).encode())
            and tmp_path / "Alone.json"
        )
    )
    assert (alone.text, labels(alone)) == ("Three.", [("journal", "Alone")])


def test_text_that_is_only_rich(tmp_path: Path) -> None:
    rich = json.dumps(
        {"contents": [{"text": "Title\n", "attributes": {}}, {"embeddedObjects": []}, {"text": "and words"}]}
    )
    raw = dayone_entry("", richText=rich, tags=None, location="nowhere", photos={}, starred="yes")
    (one,) = read(zipped(tmp_path / "x.zip", {"J.json": dayone(raw)}))
    assert (one.text, labels(one)) == ("Title\nand words", [("journal", "J")])


def test_one_bad_entry_costs_one_entry(tmp_path: Path, key_file: Path, capsys: Output) -> None:  # noqa: F811
    """No date, a date that no calendar has, damage, no words, too many: each by its number, and the rest comes."""
    text = json.dumps(dayone(
        dayone_entry("One."), dayone_entry("Two.", "yesterday"), dayone_entry("Three.", "0001-01-01T00:00:00Z"),
        dayone_entry("", photos=[{}] * 3000), dayone_entry("x" * (MOST_LETTERS + 1)), dayone_entry("Six."),
        dayone_entry("Bad \ud83d.") , dayone_entry("Seven.", tags=["t" * 501]),
    ))  # fmt: skip
    path = zipped(tmp_path / "x.zip", {"J.json": text})
    assert run(["import", "dayone", str(path), "--json"]) == ExitCode.USAGE
    result = json.loads(capsys.readouterr().out)
    assert (result["new"], result["left_out"]["pictures"]) == (2, 0)
    assert [(one["number"], one["error"]) for one in result["failed"]] == [
        (2, NO_DATE), (3, "its date is none that can be kept"), (4, EMPTY), (5, TOO_LONG), (7, DAMAGED),
        (8, keeping.TOO_MANY_LABELS),
    ]  # fmt: skip
    assert [one.text for one in kept()] == ["One.", "Six."]


def test_taken_in_as_an_entry(tmp_path: Path, key_file: Path, capsys: Output) -> None:  # noqa: F811
    """With its feelings, its day, its zone and its labels; shown with them, exported and taken in again equal."""
    raw = dayone_entry("I felt so sad\\.", tags=["sea"], starred=True, photos=[{}])
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(raw)})
    assert run(["import", "dayone", str(path)]) == 0
    told = capsys.readouterr().err
    assert "New: 1. There already: 0. From 2019-07-06 to 2019-07-06." in told
    assert "Labels: tags 1, stars 1, journals 1." in told and "Left out, and still in the file: pictures 1." in told
    (entry,) = kept()
    assert (entry.kind, entry.timezone, entry.spoken_at.isoformat()) == (
        EntryKind.IMPORT, "Europe/Vienna", "2019-07-06T21:30:00+02:00")  # fmt: skip
    assert [mention.family for mention in entry.mentions] == [Family.SADNESS]
    assert labels(entry) == [("tag", "sea"), ("star", "starred"), ("journal", "Diary")]
    assert run(["entry", "show", "last"]) == 0
    assert "Tags: sea" in capsys.readouterr().out
    out = tmp_path / "all.json"
    assert run(["entry", "export", str(out)]) == 0
    assert run(["entry", "delete", "last", "--yes"]) == 0
    assert run(["import", "json", str(out)]) == 0
    assert kept() == (entry,)


def test_nothing_comes_twice(tmp_path: Path, key_file: Path, capsys: Output) -> None:  # noqa: F811
    """Nor after its words were changed over there; two entries with one id, which are two, are two."""
    one, two = dayone_entry("One."), dayone_entry("Two.")
    path = zipped(tmp_path / "x.zip", {"J.json": dayone(one, one, two | {"uuid": one["uuid"]}, dayone_entry("Three."))})
    for new, same in ((3, 1), (0, 4)):
        assert run(["import", "dayone", str(path), "--json"]) == 0
        result = json.loads(capsys.readouterr().out)
        assert (result["new"], result["same"]) == (new, same)
    later = zipped(tmp_path / "y.zip", {"J.json": dayone(one | {"text": "One, and more."}, dayone_entry("Four."))})
    assert run(["import", "dayone", str(later), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1


def test_looking_first_keeps_nothing(tmp_path: Path, key_file: Path, home: Path, capsys: Output) -> None:  # noqa: F811
    """Not even a vault, where there is none; beside one it tells what is there already."""
    path = zipped(tmp_path / "x.zip", {"J.json": dayone(dayone_entry("One."), dayone_entry("Two.", "never"))})
    assert run(["import", "dayone", str(path), "--dry-run"]) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert "Would come: 1." in told and f"J.json, entry 2: {NO_DATE}." in told
    assert not key_file.exists()
    assert run(["import", "dayone", str(path)]) == ExitCode.USAGE
    capsys.readouterr()
    assert run(["import", "dayone", str(path), "--dry-run", "--json"]) == ExitCode.USAGE
    result = json.loads(capsys.readouterr().out)
    assert (result["dry_run"], result["new"], result["same"]) == (True, 0, 1)


def test_a_person_is_asked_once(tmp_path: Path, key_file: Path, terminal: list[str], capsys: Output) -> None:  # noqa: F811
    path = zipped(tmp_path / "x.zip", {"J.json": dayone(dayone_entry("One."))})
    terminal.append("n")
    assert run(["import", "dayone", str(path)]) == 0
    assert "Nothing was taken in." in capsys.readouterr().err and kept() == ()
    terminal.append("y")
    assert run(["import", "dayone", str(path)]) == 0
    assert run(["import", "dayone", str(path)]) == 0  # nothing is new, so nothing is asked
    assert len(kept()) == 1


def test_stopped_and_gone_on_with(
    tmp_path: Path,
    key_file: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:
    """Stopped between two batches, the first is kept whole; the same command takes in the rest."""
    entries = [dayone_entry(f"Day {n}.", f"2020-01-01T{n:02}:30:00Z") for n in range(7)]
    path = zipped(tmp_path / "x.zip", {"J.json": dayone(*entries)})
    monkeypatch.setattr(keeping, "BATCH", 3)
    ordinary, calls = keeping._keep, []

    def stop(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        ordinary(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "_keep", stop)
    assert run(["import", "dayone", str(path)]) == ExitCode.STOPPED
    told = capsys.readouterr().err
    assert "goes on with the rest" in told and "New: 3." in told
    monkeypatch.setattr(keeping, "_keep", ordinary)
    assert run(["import", "dayone", str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["new"], result["same"], len(kept())) == (4, 3, 7)


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and then nothing", b'{"entries": [', b"{}", b'{"entries": 5}'])
def test_what_is_no_export_is_named(tmp_path: Path, content: bytes) -> None:
    for name in ("x.zip", "x.json"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError, match=r"no export|no zip"):
            read(tmp_path / name)
    with pytest.raises(UsageError, match="no journal"):
        read(zipped(tmp_path / "y.zip", {"photos/a.jpeg": b""}))
    with pytest.raises(UsageError, match="no such time zone"):
        Zone("Mars/Olympus")


def test_hostile_archives_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that lead outside are names; what unfolds without end is stopped; nothing lies anywhere afterwards."""
    from voicecheck.diary.coming import unpacking

    before = set(tmp_path.iterdir())
    path = zipped(
        tmp_path / "x.zip", {"../../J.json": dayone(dayone_entry("One.")), "/etc/passwd": b"", "a\\..\\b": b""}
    )
    assert [one.text for one in read(path)] == ["One."]
    assert set(tmp_path.iterdir()) - before == {path}
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1 << 16)
    with pytest.raises(UsageError, match="more than any journal"):
        read(zipped(tmp_path / "y.zip", {"J.json": bytes(1 << 20)}))
    assert faults(
        read_dayone(zipped(tmp_path / "z.zip", {"J.json": '{"entries": [' + "[" * 900 + "]" * 900 + "]}"}), VIENNA)
    ) == [(1, DAMAGED)]
