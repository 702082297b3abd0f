"""Journey: its JSON export, old and new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.coming import faults, good, kept, labels, zipped
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from voicecheck.cli.main import run
from voicecheck.diary.coming.foreign import DAMAGED, NO_DATE, Found
from voicecheck.diary.coming.journey import read_journey
from voicecheck.diary.coming.moments import Zone
from voicecheck.errors import UsageError

LIMA = Zone("America/Lima")
NOWHERE = 1.7976931348623157e308


def entry(**more: Any) -> dict[str, Any]:
    return {
        "id": "1625494049547-4BbD", "date_modified": 1625494100149, "date_journal": 1625173200000,
        "timezone": "Europe/Vienna",
        "text": "<p dir=\"auto\">One &amp; <b>two</b></p>\n<p></p>\n<ul><li>a</li><li>b</li></ul>",
        "preview_text": "<p>One</p>", "mood": 0, "lat": NOWHERE, "lon": NOWHERE, "address": "", "label": "",
        "folder": "",
        "sentiment": 0, "favourite": False, "photos": [], "weather": {"id": -1, "degree_c": NOWHERE}, "tags": [],
        "type": "html",
    } | more  # fmt: skip


def read(tmp_path: Path, members: dict[str, object]) -> list[Found]:
    return list(read_journey(zipped(tmp_path / "journey.zip", members), LIMA))


def test_an_entry_of_journey(tmp_path: Path) -> None:
    """HTML as lines, its own zone, labels by their names, media by kind; numbers that mean nothing are nothing."""
    more = {"mood": 3, "favourite": True, "address": "12 Main St", "folder": "Dreams", "tags": ["sea", "sea", ""],
            "photos": ["a.jpg", "b.mp3", "c.mp4", "d.sticker"]}  # fmt: skip
    first, bare = good(
        read(tmp_path, {"a.json": entry(**more), "b.json": entry(id="", text="I <3 you", type=""), "a.jpg": b""})
    )
    assert first.text == "One & two\n\na\nb"
    assert (first.moment.at.isoformat(), first.moment.zone) == ("2021-07-01T23:00:00+02:00", "Europe/Vienna")
    assert labels(first) == [("tag", "sea"), ("star", "favourite"), ("place", "12 Main St"), ("mood", "mood 3"),
                             ("journal", "Dreams")]  # fmt: skip
    assert {kind.value: n for kind, n in first.attachments} == {"pictures": 1, "videos": 1, "files": 1}
    assert [(one.name, one.read) for one in first.sounds] == [("b.mp3", None)]
    assert (bare.text, bare.labels, bare.attachments) == ("I <3 you", (), ())


def test_an_export_of_today(tmp_path: Path) -> None:
    """A folder an entry, ISO dates, Markdown; a date before 1970 in the old form, too; other JSON is no entry."""
    new = {"id": "x", "dateOfJournal": "2024-02-29T23:30:00.000Z", "timezone": "America/Lima", "type": "markdown",
           "text": "It\\'s *fine*\\. ![](a.jpg)", "location": {"name": "Home"}, "attachments": ["a.jpg"]}  # fmt: skip
    old = entry(date_journal=-157766400000, timezone="")
    found = good(read(tmp_path, {"x/x.json": new, "y/y.json": old, "settings.json": {"theme": "dark"}}))
    assert [one.text for one in found] == ["It's *fine*.", "One & two\n\na\nb"]
    assert [f"{one.moment.at:%Y-%m-%d %H:%M}" for one in found] == ["2024-02-29 18:30", "1964-12-31 19:00"]
    assert labels(found[0]) == [("place", "Home")]


def test_one_bad_entry_costs_one(tmp_path: Path) -> None:
    found = read(tmp_path, {"1.json": "{", "2.json": entry(date_journal=None), "3.json": entry(),
                            "4.json": entry(date_journal=10**18), "5.json": "[" * 5000})  # fmt: skip
    assert faults(found) == [(1, DAMAGED), (2, NO_DATE), (4, NO_DATE), (5, DAMAGED)]
    assert len(good(found)) == 1
    with pytest.raises(UsageError, match="no entry of Journey"):
        read(tmp_path, {"settings.json": {}, "a.jpg": b""})


def test_hostile_html_is_read_in_time(tmp_path: Path) -> None:
    """What begins and never ends shows what words there are, and nothing of a script."""
    pieces = ("<!--", "<![CDATA[", "<p", "<p>", "&amp;", "<a href='", "<script>", "<", "<?", "</", "<a ", "&#")
    found = good(
        read(tmp_path, {f"{n}.json": entry(text=f"<b>Hi</b>{piece * 5000}") for n, piece in enumerate(pieces)})
    )
    assert len(found) == len(pieces) and all(one.text.startswith("Hi") for one in found)
    (one,) = good(read(tmp_path, {"a.json": entry(text="<style>p {}</style><p>Hi<script>alert(1)</script></p>")}))
    assert one.text == "Hi"


def test_taken_in_once(tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    path = zipped(
        tmp_path / "j.zip", {"a.json": entry(), "copy.json": entry(), "b.json": entry(id="2", text="<p>Sad.</p>")}
    )
    for new, same in ((2, 1), (0, 3)):
        assert run(["import", "journey", str(path), "--json"]) == 0
        result = json.loads(capsys.readouterr().out)
        assert (result["new"], result["same"]) == (new, same)
    assert [one.text for one in kept()] == ["One & two\n\na\nb", "Sad."]
