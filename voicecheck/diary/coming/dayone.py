"""Day One: the zip of "Export, JSON", one JSON file a journal beside folders of media, or such a JSON file alone.

    {"metadata": {"version"}, "entries": [
      {"uuid", "creationDate": ISO 8601 in UTC, "timeZone": IANA name, "text": Markdown, "richText": JSON as a string,
       "starred", "isPinned", "isAllDay", "tags": [...],
       "location": {"userLabel", "placeName", "localityName", "country"},
       "photos": [...], "videos": [...], "audios": [{"identifier", "md5", "format"}], "pdfAttachments": [...]}]}

Read from exports that people have published, and Day One's own guide to its export. The text has the Markdown that Day
One writes, which puts a backslash before punctuation; places of media are links to `dayone-moment:`. A sound lies in
the folder `audios`, by its md5 (that of Day One, not of the file) and another ending than its format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from voicecheck.diary.coming.foreign import (
    DAMAGED,
    EntryFaultError,
    Fault,
    Foreign,
    Found,
    Sound,
    clean_text,
    counted,
    decode_entry,
    inner,
    items,
    labels_of,
    moment_of,
    split_file,
    string,
    strings,
)
from voicecheck.diary.coming.marked_up import unescaped, without_html, without_pictures
from voicecheck.diary.coming.moments import Zone, at_noon, moment_in
from voicecheck.diary.coming.unpacking import opened, read_file, sounds_in
from voicecheck.errors import UsageError
from voicecheck.utterance import LabelKind

_PROGRAM = "Day One"
_SOUNDS = "audios"
_MOMENT = re.compile(r"!?\[[^\]\n]{0,500}\]\(dayone-moment:[^)\n]{0,500}\)")


def read_dayone(path: Path, zone: Zone) -> Iterator[Found]:
    """Yield the entries of all journals of an export. Raises UsageError, VoicecheckError."""
    numbers = count(1)
    for name, content, lying in _journals(path):
        place = PurePosixPath(name).name
        _, entries = split_file(content, "entries", name, _PROGRAM)
        for raw, number in zip(entries, numbers, strict=False):
            try:
                yield _entry(decode_entry(raw), number, place, zone, lying)
            except EntryFaultError as fault:
                yield Fault(number, place, str(fault))


def _journals(path: Path) -> Iterator[tuple[str, bytes, Mapping[str, Sound]]]:
    """Yield the name and content of each journal, with the sounds that lie beside it by their names."""
    if path.suffix.lower() == ".json":
        yield path.name, read_file(path), sounds_in(path.parent / _SOUNDS)
        return
    with opened(path) as archive:
        names = archive.ending(".json")
        if not names:
            raise UsageError(f"{path} holds no journal of {_PROGRAM}.", "In Day One: Settings, Export, JSON.")
        for name in names:
            yield name, archive.read(name), archive.sounds_beside(name, _SOUNDS)


def _entry(raw: dict[str, Any], number: int, place: str, zone: Zone, lying: Mapping[str, Sound]) -> Foreign:
    moment = moment_in(moment_of(raw, "creationDate"), string(raw, "timeZone"), zone)
    uuid = string(raw, "uuid")
    return Foreign(
        number,
        place,
        at_noon(moment) if raw.get("isAllDay") is True else moment,
        _text(raw),
        labels_of(
            *((LabelKind.TAG, name) for name in strings(raw, "tags")),
            (LabelKind.STAR, "starred" if raw.get("starred") is True else ""),
            (LabelKind.STAR, "pinned" if raw.get("isPinned") is True else ""),
            (LabelKind.PLACE, _place_name(inner(raw, "location"))),
            (LabelKind.JOURNAL, PurePosixPath(place).stem),
        ),
        counted(
            pictures=len(items(raw, "photos")),
            videos=len(items(raw, "videos")),
            files=len(items(raw, "pdfAttachments")),
        ),
        tuple(_sound(one, lying) for one in items(raw, "audios") if isinstance(one, dict)),
        f"dayone {uuid}" if uuid else "",
    )


def _sound(raw: dict[str, Any], lying: Mapping[str, Sound]) -> Sound:
    """Return the sound with this md5, or with this identifier in its place."""
    stems = [stem.lower() for stem in (string(raw, "md5"), string(raw, "identifier")) if stem]
    found = (sound for stem in stems for name, sound in lying.items() if name.rpartition(".")[0] == stem)
    return next(found, Sound(stems[0] if stems else ""))


def _text(raw: dict[str, Any]) -> str:
    text = string(raw, "text")
    if text:
        return clean_text(unescaped(without_html(without_pictures(_MOMENT.sub("", text)))))
    try:
        rich = msgspec.json.decode(string(raw, "richText") or "{}", type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise EntryFaultError(DAMAGED) from error
    return clean_text("".join(string(one, "text") for one in items(rich, "contents") if isinstance(one, dict)))


def _place_name(location: dict[str, Any]) -> str:
    """Return the name that the person gave the place, else its own, with town and country."""
    names = (string(location, "userLabel") or string(location, "placeName"),
             string(location, "localityName"), string(location, "country"))  # fmt: skip
    return ", ".join(dict.fromkeys(name.strip() for name in names if name.strip()))
