"""Journey (journey.cloud): the zip of its JSON export, a JSON file an entry beside the media.

    {"id", "date_journal": ms since 1970, "timezone": IANA name, "text": HTML or Markdown, "type": html or markdown,
     "mood": 0 for none, else a number, "favourite", "address", "folder", "tags": [...], "photos": [names]}

Newer exports have a folder an entry, and "dateOfJournal" (ISO 8601), "location": {"name"} and "attachments": [names]
instead. Read from exports and readers that people have published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from voicecheck.diary.coming.foreign import (
    EntryFaultError,
    Fault,
    Foreign,
    Found,
    Sound,
    UndecodedError,
    by_ending,
    clean_text,
    decode_entry,
    inner,
    is_sound,
    labels_of,
    moment_of,
    string,
    strings,
    whole,
)
from voicecheck.diary.coming.marked_up import unescaped, without_html, without_pictures, words_of_html
from voicecheck.diary.coming.moments import Zone, moment_in, since_1970
from voicecheck.diary.coming.unpacking import opened
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import BOM
from voicecheck.utterance import LabelKind

_OF_ENTRIES = {"text", "date_journal", "dateOfJournal"}
"""a JSON file without any of these is no entry"""


def read_journey(path: Path, zone: Zone) -> Iterator[Found]:
    """Yield the entries of an export. Raises UsageError, VoicecheckError."""
    number = 0
    with opened(path) as archive:
        for name in archive.ending(".json"):
            place = PurePosixPath(name).name
            try:
                raw = decode_entry(archive.read(name).removeprefix(BOM))
                if raw.keys() & _OF_ENTRIES:
                    number += 1
                    yield _entry(raw, number, place, zone, archive.sounds_beside(name))
            except UndecodedError as fault:
                number += 1
                yield Fault(number, place, str(fault))
            except EntryFaultError as fault:
                yield Fault(number, place, str(fault))
    if not number:
        raise UsageError(f"{path} holds no entry of Journey.", "In Journey: Settings, Export, JSON.")


def _entry(raw: dict[str, Any], number: int, place: str, zone: Zone, lying: Mapping[str, Sound]) -> Foreign:
    media = (*strings(raw, "photos"), *strings(raw, "attachments"))
    mood, own_id = whole(raw, "mood"), string(raw, "id")
    return Foreign(
        number,
        place,
        moment_in(_written_at(raw), string(raw, "timezone"), zone),
        _text(raw),
        labels_of(
            *((LabelKind.TAG, name) for name in strings(raw, "tags")),
            (LabelKind.STAR, "favourite" if raw.get("favourite") is True else ""),
            (LabelKind.PLACE, string(inner(raw, "location"), "name") or string(raw, "address")),
            (LabelKind.MOOD, f"mood {mood}" if mood else ""),
            (LabelKind.JOURNAL, string(raw, "folder")),
        ),
        by_ending(media),
        tuple(_sound(name, lying) for name in dict.fromkeys(media) if is_sound(name)),
        f"journey {own_id}" if own_id else "",
    )


def _sound(name: str, lying: Mapping[str, Sound]) -> Sound:
    alone = PurePosixPath(name).name
    return lying.get(alone.lower(), Sound(alone))


def _written_at(raw: dict[str, Any]) -> datetime:
    at = whole(raw, "date_journal")
    return moment_of(raw, "dateOfJournal") if at is None else since_1970(at)


def _text(raw: dict[str, Any]) -> str:
    text = string(raw, "text")
    if string(raw, "type") == "markdown":
        return clean_text(unescaped(without_html(without_pictures(text))))
    return words_of_html(text)
