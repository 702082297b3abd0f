"""Damaged exports of every journal: read as far as they can be, or refused, and never a fault of ours."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.coming import dayone, dayone_entry, zipped
from tests.unit.test_coming_daylio import HEAD, backup, encoded
from tests.unit.test_coming_journey import entry
from voicecheck.diary.coming.csv_rows import Columns, read_csv
from voicecheck.diary.coming.daylio import read_daylio
from voicecheck.diary.coming.dayone import read_dayone
from voicecheck.diary.coming.foreign import Found
from voicecheck.diary.coming.journey import read_journey
from voicecheck.diary.coming.jrnl import read_jrnl
from voicecheck.diary.coming.keeping import look
from voicecheck.diary.coming.markdown import read_markdown
from voicecheck.diary.coming.moments import Zone
from voicecheck.errors import VoicecheckError

ZONE = Zone("Europe/Vienna")
Read = Callable[[Path], Iterator[Found]]


def samples(folder: Path) -> dict[str, tuple[bytes, Read]]:
    """An export of each kind by the name of its file, and its reader."""
    one = dayone(dayone_entry(tags=["a"], photos=[{}]), dayone_entry("Two.", richText="{}"))
    days = zipped(folder / "a", {"J.json": one, "photos/a.jpeg": b"\xff"}).read_bytes()
    journey = zipped(folder / "b", {"1.json": entry(), "2.json": entry(id="2")}).read_bytes()
    daylio = zipped(folder / "c", {"backup.daylio": encoded(backup())}).read_bytes()
    plain = zipped(folder / "d", {"J.json": one}, stored=True).read_bytes()
    note = b"---\ndate: 2023-05-06 21:30\ntags: [a, 'b']\n---\n# Day\n- [[x|y]] ![](a.png)\n"
    return {
        "a.zip": (days, lambda path: read_dayone(path, ZONE)),
        "d.zip": (plain, lambda path: read_dayone(path, ZONE)),
        "b.zip": (journey, lambda path: read_journey(path, ZONE)),
        "c.daylio": (daylio, lambda path: read_daylio(path, ZONE)),
        "backup.daylio": (encoded(backup()), lambda path: read_daylio(path, ZONE)),
        "x.csv": (
            f"{HEAD}\n2023-05-06,a,b,9:30 pm,good,a | b,,<b>W</b>\n".encode(),
            lambda path: read_daylio(path, ZONE),
        ),
        "y.csv": (b'date,text\n05/16/2023 9:30 PM,"a\nb"\n', lambda path: read_csv(path, Columns(), ZONE)),
        "j.txt": (
            b"[2023-05-06 21:30] Title *\nBody @a\n[06.05.2023 9:30 pm] Two\n",
            lambda path: read_jrnl(path, ZONE),
        ),
        "2023-05-06.md": (note, lambda path: read_markdown(path.parent, ZONE)),
    }


def changed(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bytes changed, cut out or doubled."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made)) if made else 0
        match chance.randrange(4):
            case 0 if made:
                made[at] = chance.choice((0, 0xFF, 0x80, 0x22, 0x2D, 0x39, chance.randrange(256)))
            case 1:
                del made[at : at + chance.randint(1, 40)]
            case 2:
                made[at:at] = made[at : at + chance.randint(1, 300)]
            case _:
                made[at : at + 4] = chance.randbytes(4)
    return bytes(made)


def read_changed(tmp_path: Path, count: int) -> None:
    for name, (content, read) in samples(tmp_path).items():
        place = tmp_path / name / name
        place.parent.mkdir()
        for number in range(count):
            place.write_bytes(changed(content, random.Random(number)))
            try:
                tally = look(lambda read=read, place=place: read(place), None)  # type: ignore[misc]
            except VoicecheckError:
                continue
            assert tally.seen < 1000


def test_damaged_exports_are_refused_or_read(tmp_path: Path) -> None:
    """Sixty of each kind, with bytes changed, cut and doubled."""
    read_changed(tmp_path, 60)


@pytest.mark.long
def test_3000_damaged_exports_are_refused_or_read(tmp_path: Path) -> None:
    read_changed(tmp_path, 3000)
