"""Daylio: its CSV export, or the whole of its backup, `.daylio`.

CSV, with commas, semicolons or tabs: full_date (ISO, whatever the language), date (in words of the language), weekday,
time (of 24 or 12 hours), mood, activities ("a | b"), note_title, note. Before full_date there was a column `year`.

The backup is a zip with `backup.daylio`, JSON in base64, beside the assets:

    {"customMoods": [{"id", "custom_name", "predefined_name_id"}], "tags": [{"id", "name"}],
     "assets": [{"id", "type": 1 for a picture}],
     "dayEntries": [{"id", "datetime": ms since 1970, "timeZoneOffset": ms, "year", "month": from 0, "day", "hour",
                     "minute", "mood": id, "tags": [id], "note_title", "note": text or HTML, "assets": [id]}]}

Read from exports and readers that people have published. An entry with a mood and no note is an entry.
"""

from __future__ import annotations

import base64
import binascii
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from voicecheck.diary.coming.foreign import (
    NO_DATE,
    EntryFaultError,
    Fault,
    Foreign,
    Found,
    Moment,
    clean_text,
    counted,
    decode_entry,
    items,
    labels_of,
    split_file,
    string,
    whole,
)
from voicecheck.diary.coming.marked_up import words_of_html
from voicecheck.diary.coming.moments import Zone, clock_time, fixed, since_1970, written
from voicecheck.diary.coming.rows import Row, read_rows
from voicecheck.diary.coming.unpacking import opened, read_file
from voicecheck.errors import UsageError
from voicecheck.utterance import LabelKind

_PROGRAM = "Daylio"
_BACKUP = "backup.daylio"
_MOODS = {1: "rad", 2: "good", 3: "meh", 4: "bad", 5: "awful"}
"""names of the moods that came with Daylio, where a person has not named them anew"""
_PICTURE = 1
WRITTEN_OUT = "its day stands there in words alone: export it again with a newer Daylio"


def read_daylio(path: Path, zone: Zone) -> Iterator[Found]:
    """Yield the entries of a CSV export or a backup. Raises UsageError, VoicecheckError."""
    if path.suffix.lower() == ".daylio" or zipfile.is_zipfile(path):
        return _of_backup(path)
    return _of_csv(path, zone)


# CSV


def _of_csv(path: Path, zone: Zone) -> Iterator[Found]:
    for row in read_rows(path, needed=("mood", "time"), program=_PROGRAM):
        try:
            yield _of_row(row, path.name, zone)
        except EntryFaultError as fault:
            yield Fault(row.number, path.name, str(fault))


def _of_row(row: Row, place: str, zone: Zone) -> Foreign:
    activities = (one for column in ("activities", "scales") for one in row[column].split("|"))
    labels = labels_of((LabelKind.MOOD, row["mood"]), *((LabelKind.TAG, one) for one in activities))
    return Foreign(row.number, place, _moment(row, zone), _text(row["note_title"], row["note"]), labels)


def _moment(row: Row, zone: Zone) -> Moment:
    told = row["full_date"] or row["date"]
    if not re.search(r"\d{4}", told):  # "17. Februar" or "May 18", in the language of the phone
        raise EntryFaultError(WRITTEN_OUT if told else NO_DATE)
    day = written("".join(str(int(c)) if c.isdecimal() else c for c in told), zone)
    if not row["time"]:
        return day
    return zone.moment(datetime.combine(day.at.date(), clock_time(row["time"])))


def _text(title: str, note: str) -> str:
    return clean_text(f"{words_of_html(title)}\n\n{words_of_html(note)}")


# The backup


def _of_backup(path: Path) -> Iterator[Found]:
    content = read_file(path) if not zipfile.is_zipfile(path) else _packed(path)
    parts, entries = split_file(_plain(content, path), "dayEntries", str(path), _PROGRAM)
    moods = {number: string(mood, "custom_name") or _MOODS.get(whole(mood, "predefined_name_id") or 0, "")
             for number, mood in _by_id(parts, "customMoods").items()}  # fmt: skip
    tags = {number: string(tag, "name") for number, tag in _by_id(parts, "tags").items()}
    pictures = {number for number, asset in _by_id(parts, "assets").items() if asset.get("type") == _PICTURE}
    for number, raw in enumerate(entries, start=1):
        try:
            yield _of_entry(decode_entry(raw), number, moods, tags, pictures)
        except EntryFaultError as fault:
            yield Fault(number, _BACKUP, str(fault))


def _packed(path: Path) -> bytes:
    with opened(path) as archive:
        names = archive.ending(_BACKUP)
        if not names:
            raise UsageError(f"{path} holds no backup of {_PROGRAM}.", "In Daylio: More, Backup, Export.")
        return archive.read(names[0])


def _plain(content: bytes, path: Path) -> bytes:
    """Return JSON out of base64; where it is none, the content, which may be JSON itself."""
    if content.lstrip()[:1] in (b"{", b"\xef"):
        return content
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error as error:
        raise UsageError(f"{path} is no backup of {_PROGRAM}, or it is damaged.", "Export it again.") from error


def _by_id(parts: Mapping[str, bytes], key: str) -> dict[int, dict[str, Any]]:
    try:
        listed = msgspec.json.decode(parts.get(key, b"[]"), type=list[dict[str, Any]])
    except (ValueError, RecursionError):
        return {}
    return {number: one for one in listed if (number := whole(one, "id")) is not None}


def _of_entry(
    raw: dict[str, Any], number: int, moods: Mapping[int, str], tags: Mapping[int, str], pictures: set[int]
) -> Foreign:
    at = whole(raw, "datetime")
    if at is None:
        raise EntryFaultError(NO_DATE)
    chosen = whole(raw, "mood")
    named = [tags.get(one, "") for one in items(raw, "tags") if isinstance(one, int)]
    mood = moods.get(chosen, f"mood {chosen}") if chosen is not None else ""
    assets = items(raw, "assets")
    shown = sum(isinstance(one, int) and one in pictures for one in assets)
    return Foreign(
        number,
        _BACKUP,
        fixed(since_1970(at), timedelta(milliseconds=whole(raw, "timeZoneOffset") or 0)),
        _text(string(raw, "note_title"), string(raw, "note")),
        labels_of((LabelKind.MOOD, mood), *((LabelKind.TAG, name) for name in named)),
        counted(pictures=shown, files=len(assets) - shown),
        own_id=f"daylio {whole(raw, 'id')} {at}",
    )
