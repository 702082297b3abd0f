"""The traps that people report, each for every other journal: what comes is right, and what does not is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.coming import dayone, dayone_entry, good, labels, zipped
from tests.unit.test_coming_daylio import HEAD, backup, encoded
from tests.unit.test_coming_journey import entry as journey_entry
from voicecheck.diary.coming.csv_rows import Columns, read_csv
from voicecheck.diary.coming.daylio import read_daylio
from voicecheck.diary.coming.dayone import read_dayone
from voicecheck.diary.coming.foreign import Foreign, Found
from voicecheck.diary.coming.journey import read_journey
from voicecheck.diary.coming.jrnl import read_jrnl
from voicecheck.diary.coming.markdown import read_markdown
from voicecheck.diary.coming.marked_up import without_html
from voicecheck.diary.coming.moments import Zone

VIENNA = Zone("Europe/Vienna")
BOM = b"\xef\xbb\xbf"
BEFORE_1970_MS = -157766400000
PICTURES = 3000


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def note(folder: Path, content: str | bytes, name: str = "2023-05-06.md") -> list[Found]:
    write(folder / "notes" / name, content if isinstance(content, bytes) else content.encode())
    return list(read_markdown(folder / "notes", VIENNA))


def one(found: list[Found]) -> Foreign:
    (only,) = good(found)
    assert len(found) == 1
    return only


def a_dayone(folder: Path, content: bytes) -> list[Found]:
    return list(read_dayone(zipped(folder / "x.zip", {"Diary.json": content}), VIENNA))


def a_journey(folder: Path, content: bytes) -> list[Found]:
    return list(read_journey(zipped(folder / "x.zip", {"1.json": content}), VIENNA))


def a_daylio(folder: Path, content: bytes) -> list[Found]:
    return list(read_daylio(write(folder / "x.csv", content), VIENNA))


def a_backup(folder: Path, **more: Any) -> list[Found]:
    path = zipped(folder / "x.daylio", {"backup.daylio": encoded(backup(**more))})
    return list(read_daylio(path, VIENNA))[:1]


def a_jrnl(folder: Path, content: bytes, name: str = "x.txt") -> list[Found]:
    return list(read_jrnl(write(folder / name, content), VIENNA))


def a_table(folder: Path, content: bytes) -> list[Found]:
    return list(read_csv(write(folder / "x.csv", content), Columns(mood="mood"), VIENNA))


JRNL_JSON = raw({"tags": {}, "entries": [{"title": "One.", "body": "", "date": "2023-05-06", "time": "21:30",
                                          "tags": [], "starred": False}]})  # fmt: skip
Read = Callable[[Path], list[Found]]
MARKED: dict[str, Read] = {
    "dayone": lambda folder: a_dayone(folder, BOM + raw(dayone(dayone_entry("One.")))),
    "journey": lambda folder: a_journey(folder, BOM + raw(journey_entry(text="One."))),
    "daylio": lambda folder: a_daylio(folder, BOM + f"{HEAD}\n2023-05-06,a,b,21:30,good,,,One.\n".encode()),
    "jrnl": lambda folder: a_jrnl(folder, BOM + b"[2023-05-06 21:30] One.\n"),
    "jrnl json": lambda folder: a_jrnl(folder, BOM + JRNL_JSON, "x.json"),
    "markdown": lambda folder: note(folder, BOM + b"---\ndate: 2023-05-06\n---\nOne."),
    "csv": lambda folder: a_table(folder, BOM + b"date,text,mood\n2023-05-06,One.,\n"),
}


@pytest.mark.parametrize("form", MARKED)
def test_a_mark_at_the_beginning_of_the_file(form: str, tmp_path: Path) -> None:
    """Windows puts a byte order mark there: it hides neither the first entry nor its first column."""
    assert one(MARKED[form](tmp_path)).text == "One."


LONG_AGO: dict[str, Read] = {
    "dayone": lambda folder: a_dayone(folder, raw(dayone(dayone_entry("One.", "1965-01-01T12:00:00Z")))),
    "journey": lambda folder: a_journey(folder, raw(journey_entry(date_journal=BEFORE_1970_MS))),
    "daylio": lambda folder: a_daylio(folder, f"{HEAD}\n1965-01-01,a,b,13:00,good,,,One.\n".encode()),
    "daylio backup": lambda folder: a_backup(folder, datetime=BEFORE_1970_MS, timeZoneOffset=3600000),
    "jrnl": lambda folder: a_jrnl(folder, b"[1965-01-01 13:00] One.\n"),
    "jrnl json": lambda folder: a_jrnl(folder, JRNL_JSON.replace(b"2023-05-06", b"1965-01-01"), "x.json"),
    "markdown": lambda folder: note(folder, "One.", "1965-01-01.md"),
    "csv": lambda folder: a_table(folder, b"date,text,mood\n1965-01-01,One.,\n"),
}


@pytest.mark.parametrize("form", LONG_AGO)
def test_an_entry_from_before_1970(form: str, tmp_path: Path) -> None:
    """On its own day, in the zone of then."""
    at = one(LONG_AGO[form](tmp_path)).moment.at
    assert at.date().isoformat() == "1965-01-01" and at.utcoffset() is not None
    assert at.utcoffset().total_seconds() == 3600  # type: ignore[union-attr]


MARKUP = "<p>It was <b>cold</b>.<br>I &lt;3 you &amp; them</p><p>Two</p>"
WITH_HTML: dict[str, Read] = {
    "dayone": lambda folder: a_dayone(folder, raw(dayone(dayone_entry(MARKUP)))),
    "journey": lambda folder: a_journey(folder, raw(journey_entry(text=MARKUP))),
    "journey markdown": lambda folder: a_journey(folder, raw(journey_entry(text=MARKUP, type="markdown"))),
    "daylio": lambda folder: a_daylio(folder, f"{HEAD}\n2023-05-06,a,b,21:30,good,,,{MARKUP}\n".encode()),
    "daylio backup": lambda folder: a_backup(folder, note=MARKUP),
    "markdown": lambda folder: note(folder, MARKUP),
    "csv": lambda folder: a_table(folder, f"date,text,mood\n2023-05-06,{MARKUP},\n".encode()),
}


@pytest.mark.parametrize("form", WITH_HTML)
def test_html_in_the_text(form: str, tmp_path: Path) -> None:
    """It becomes lines and words, with what was meant by < and &."""
    assert one(WITH_HTML[form](tmp_path)).text.split("\n") == ["It was cold.", "I <3 you & them", "", "Two"]


def test_jrnl_keeps_what_was_typed(tmp_path: Path) -> None:
    """Its text is written by hand: a tag in it is a word of the person."""
    assert one(a_jrnl(tmp_path, f"[2023-05-06 21:30] {MARKUP}\n".encode())).text == MARKUP


@pytest.mark.parametrize(
    "text",
    ["I <3 you", "a < b and c > d", "<https://example.org>", "write `<b>` or `&amp;` for it", "```\n<p>code</p>\n```",
     "R&D", "<secret> <family>"],
)  # fmt: skip
def test_what_is_no_html_stays(text: str) -> None:
    """Signs, addresses and code are words, where nothing else is markup; beside it code stays, too."""
    assert without_html(text) == text
    assert without_html(f"<b>x</b> {text}") == f"x {text}"


MOODS: dict[str, tuple[Read, list[str]]] = {
    "journey": (lambda folder: a_journey(folder, raw(journey_entry(mood=5))), ["mood 5"]),
    "daylio": (
        lambda folder: a_daylio(folder, f"{HEAD}\n2023-05-06,a,b,21:30,mé 🙃 | x,,,One.\n".encode()),
        ["mé 🙃 | x"],
    ),
    "daylio backup": (lambda folder: a_backup(folder), ["meh+"]),
    "markdown": (lambda folder: note(folder, "---\nmood: [mé 🙃, so-so]\n---\nOne."), ["mé 🙃", "so-so"]),
    "csv": (lambda folder: a_table(folder, "date,text,mood\n2023-05-06,One.,mé 🙃\n".encode()), ["mé 🙃"]),
}


@pytest.mark.parametrize("form", MOODS)
def test_names_of_moods_of_ones_own(form: str, tmp_path: Path) -> None:
    """Letter by letter as they were given there; Journey has numbers alone."""
    read, names = MOODS[form]
    assert [name for kind, name in labels(one(read(tmp_path))) if kind == "mood"] == names


MANY: dict[str, Read] = {
    "dayone": lambda folder: list(read_dayone(zipped(folder / "x.zip", {
        "Diary.json": dayone(dayone_entry("One.", photos=[{"md5": f"{n:032}"} for n in range(PICTURES)])),
        **{f"photos/{n:032}.jpeg": b"\xff" for n in range(PICTURES)},
    }, stored=True), VIENNA)),
    "journey": lambda folder: a_journey(folder, raw(journey_entry(photos=[f"{n}.jpg" for n in range(PICTURES)]))),
    "daylio backup": lambda folder: a_backup(folder, assets=[12] * PICTURES),
    "markdown": lambda folder: note(folder, "One.\n" + "\n".join(f"![[{n}.png]]" for n in range(PICTURES))),
}  # fmt: skip


@pytest.mark.parametrize("form", MANY)
def test_thousands_of_pictures(form: str, tmp_path: Path) -> None:
    """They are counted, and nothing of them is left in the words."""
    found = one(MANY[form](tmp_path))
    assert {kind.value: count for kind, count in found.attachments} == {"pictures": PICTURES}
    assert found.text and ".png" not in found.text and "![" not in found.text


SEVERAL: dict[str, tuple[Read, list[str]]] = {
    "dayone": (
        lambda folder: list(read_dayone(zipped(folder / "x.zip", {
            f"{name}.json": dayone(dayone_entry(f"In {name}.")) for name in ("Träume", "Work")}), VIENNA)),
        ["Träume", "Work"],
    ),
    "journey": (
        lambda folder: list(read_journey(zipped(folder / "x.zip", {
            f"{name}.json": journey_entry(id=name, folder=name) for name in ("Träume", "Work")}), VIENNA)),
        ["Träume", "Work"],
    ),
    "markdown": (
        lambda folder: [*note(folder, "---\njournal: Träume\n---\nA", "a/2023-05-06.md"),
                        *note(folder, "---\nnotebook: Work\n---\nA", "b/2023-05-06.md")[1:]],
        ["Träume", "Work"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", SEVERAL)
def test_several_journals_in_one_export(form: str, tmp_path: Path) -> None:
    """Each entry knows its own, and those of one moment and the same words in two are two."""
    read, names = SEVERAL[form]
    found = good(read(tmp_path))
    told = sorted(name for each in found for kind, name in labels(each) if kind == "journal")
    assert told == names and len({each.entry_id() for each in found}) == 2
