"""jrnl: its journal as plain text, or what `jrnl --format json` writes.

Text, of version 2 and later: `[2023-05-06 21:30] Title`, then the body up to the next such line. Version 1 wrote no
brackets. A person may have chosen another form of the date (`timeformat`). A title that ends with `*` is starred.

    {"tags": {...}, "entries": [{"title", "body", "date": 2023-05-06, "time": 21:30, "tags": ["@sea"], "starred"}]}

Read from jrnl's documentation, and its source (GPL; nothing of it is here).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecheck.diary.coming.foreign import (
    EntryFaultError,
    Fault,
    Foreign,
    Found,
    Moment,
    clean_text,
    decode_entry,
    labels_of,
    split_file,
    string,
    strings,
)
from voicecheck.diary.coming.moments import DateOrder, Zone, order_of, written
from voicecheck.diary.coming.unpacking import read_file
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import BOM, decode_utf8
from voicecheck.utterance import LabelKind

_PROGRAM = "jrnl"
_ENCRYPTED = (b"gAAAAA", b"Z0FBQUFB")
"""beginnings of a Fernet token, plain and in base64"""
_BRACKETED = re.compile(r"^\[(?P<date>[^\]\n]{6,40}\d[^\]\n]{0,9})\](?:[ \t]+(?P<title>.*))?$", re.MULTILINE)
_BARE = re.compile(r"^(?P<date>\d{4}-\d\d-\d\d \d\d:\d\d)(?:[ \t]+(?P<title>.*))?$", re.MULTILINE)
_DATED = re.compile(r"\d+\D{1,3}\d+\D{1,3}\d+|\d{1,2}\D.*\d{4}")
"""three numbers, or a day and a year: brackets around anything else are words"""
_TAG = re.compile(r"(?<!\S)@[\w/#+*-]*\w")


@dataclass(frozen=True, slots=True)
class _Piece:
    """An entry as it lies in a text: its date, its title and what follows."""

    date: str
    title: str
    body: str


def read_jrnl(path: Path, zone: Zone, order: DateOrder | None = None) -> Iterator[Found]:
    """Yield the entries of a journal, text or JSON. Raises UsageError, VoicecheckError."""
    content = read_file(path)
    if content.startswith(_ENCRYPTED):
        raise UsageError(f"{path} is encrypted.", "Run: jrnl --format json --file journal.json, and take that in.")
    if content.removeprefix(BOM).lstrip().startswith(b"{"):
        yield from _of_json(content, path, zone)
    else:
        yield from _of_text(decode_utf8(content, str(path)), path, zone, order)


def _of_json(content: bytes, path: Path, zone: Zone) -> Iterator[Found]:
    _, entries = split_file(content, "entries", str(path), _PROGRAM)
    for number, raw in enumerate(entries, start=1):
        try:
            entry = decode_entry(raw)
            moment = written(f"{string(entry, 'date')} {string(entry, 'time')}".strip(), zone, exact=True)
            yield _foreign(number, path, moment, string(entry, "title"), string(entry, "body"), entry)
        except EntryFaultError as fault:
            yield Fault(number, path.name, str(fault))


def _of_text(text: str, path: Path, zone: Zone, order: DateOrder | None) -> Iterator[Found]:
    pieces = _pieces(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not pieces:
        raise UsageError(f"{path} holds no entry of {_PROGRAM}.", "An entry begins with a line as [2023-05-06 21:30].")
    order = order or order_of(piece.date for piece in pieces)
    for number, piece in enumerate(pieces, start=1):
        try:
            moment = written(piece.date, zone, order, exact=True)
            yield _foreign(number, path, moment, piece.title, piece.body, {})
        except EntryFaultError as fault:
            yield Fault(number, path.name, str(fault))


def _pieces(text: str) -> list[_Piece]:
    """Cut a journal where an entry begins. In one with brackets a bare date is a line of the text."""
    head = _BARE if _BARE.match(text.lstrip()) else _BRACKETED
    heads = [found for found in head.finditer(text) if _DATED.search(found["date"])]
    ends = [*(found.start() for found in heads), len(text)][1:]
    return [
        _Piece(found["date"].strip(), found["title"] or "", text[found.end() : end].removeprefix("\n"))
        for found, end in zip(heads, ends, strict=True)
    ]


def _foreign(number: int, path: Path, moment: Moment, title: str, body: str, raw: dict[str, Any]) -> Foreign:
    title = title.strip()
    starred = raw.get("starred") is True or title.endswith("*")
    title = re.sub(r"\s*\*$", "", title)
    text = clean_text(f"{title}\n{body}")
    tags = strings(raw, "tags") or _TAG.findall(text)
    star = (LabelKind.STAR, "starred" if starred else "")
    own_id = string(raw, "uuid")
    labels = labels_of(*((LabelKind.TAG, tag) for tag in tags), star)
    return Foreign(number, path.name, moment, text, labels, own_id=f"jrnl {own_id}" if own_id else "")
