"""A folder of Markdown notes: one a file, as Obsidian and Logseq keep daily notes, and other programs export them.

The day is that of the front matter (`date`), else of the name (2023-05-06, 2023_05_06, 20230506, with or without a
time), else of the folders (2023/05/06.md), else of `created`. A time in `time`, or in `created` on the same day, is
added. Written after what is published about Obsidian (daily notes, properties) and Logseq (journals, properties).
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from voicecheck.diary.coming.foreign import (
    NO_DATE,
    EntryFaultError,
    Fault,
    Foreign,
    Found,
    Moment,
    Sound,
    by_ending,
    clean_text,
    is_sound,
    labels_of,
)
from voicecheck.diary.coming.front_matter import Properties, split_front
from voicecheck.diary.coming.marked_up import unescaped, without_html, without_spans
from voicecheck.diary.coming.moments import Zone, clock_time, written
from voicecheck.diary.coming.unpacking import read_file, sound_at, unreadable
from voicecheck.diary.named_moments import named_moments
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.text.untrusted import decode_utf8
from voicecheck.utterance import Label, LabelKind

ENDINGS = (".md", ".markdown")
OURS = "VoiceCheck wrote it itself: export as JSON, and use `voicecheck import json`"
_BINS = frozenset({"bak", "node_modules"})
"""folders in which programs put older copies"""
_LABELS = {
    LabelKind.TAG: ("tags", "tag", "keywords"),
    LabelKind.PLACE: ("location", "place"),
    LabelKind.MOOD: ("mood", "moods", "feeling"),
    LabelKind.JOURNAL: ("journal", "notebook"),
}
_STARS = ("starred", "favorite", "favourite")
_EMBEDDED = re.compile(r"!\[\[([^\]\n|#]{1,500})[^\]\n]{0,500}\]\]|!\[[^\]\n]{0,500}\]\(([^)\n]{0,1000})\)")
_SILENT = (("<!--", "-->"), ("%%", "%%"), ("\n```dataview", "\n```"), ("\n```tasks", "\n```"), (":LOGBOOK:", ":END:"))
"""beginnings and ends of parts that a program reads and a person does not see"""
_PROPERTY = re.compile(r"^[ \t]*(?:id|collapsed|created-at|updated-at|logseq\.[\w.-]+)::.*$\n?", re.MULTILINE)
_LINK = re.compile(
    r"\[\[(?:[^\]\n|]{0,500}\|)?([^\]\n|]{1,500})\]\]|(?<!!)\[([^\]\n]{1,500})\]\([^()\n]{0,1000}(?:\([^()\n]{0,100}\))?\)"
)
_OUTLINE = re.compile(r"[ \t]*- |[ \t]+\S|[ \t]*-?$")


def read_markdown(folder: Path, zone: Zone) -> Iterator[Found]:
    """Yield a note a file, in the order of their paths. Raises UsageError, VoicecheckError."""
    paths, sounds = notes_in(folder), _Sounds(folder)
    if not paths:
        raise UsageError(f"{folder} holds no Markdown notes.", "Name the folder in which the .md files lie.")
    for number, path in enumerate(paths, start=1):
        place = path.relative_to(folder).as_posix()
        try:
            yield _entry(decode_utf8(read_file(path), "It"), number, place, zone, sounds)
        except EntryFaultError as fault:
            yield Fault(number, place, str(fault))
        except UsageError:
            yield Fault(number, place, "it is not text in UTF-8, or far too long")
        except VoicecheckError:
            yield Fault(number, place, "it cannot be read")


def notes_in(folder: Path) -> tuple[Path, ...]:
    """Return the notes below a folder, though no links, and nothing in hidden folders or those of older copies."""
    if not folder.is_dir():
        raise unreadable(folder, NotADirectoryError(0, "it is no folder"))
    return tuple(path for path in _files_in(folder) if path.name.lower().endswith(ENDINGS))


def _files_in(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _BINS)
        paths = (Path(place, name) for name in sorted(names) if name[0] != ".")
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


class _Sounds:
    """The sounds of a folder, found by the path that a note tells, else by a name that is there once."""

    def __init__(self, folder: Path) -> None:
        self._by_place = {
            path.relative_to(folder).as_posix(): path for path in _files_in(folder) if is_sound(path.name)
        }
        self._by_name: dict[str, list[Path]] = {}
        for path in self._by_place.values():
            self._by_name.setdefault(path.name.casefold(), []).append(path)

    def find(self, name: str, place: str) -> Sound:
        """Return the sound that the note at `place` embeds as `name`. A path that leads outside leads nowhere."""
        for told in (posixpath.normpath(posixpath.join(posixpath.dirname(place), name)), posixpath.normpath(name)):
            if told in self._by_place:
                return sound_at(self._by_place[told])
        alone = posixpath.basename(name)
        named = self._by_name.get(alone.casefold(), [])
        return sound_at(named[0]) if len(named) == 1 else Sound(alone)


def _entry(text: str, number: int, place: str, zone: Zone, sounds: _Sounds) -> Foreign:
    head, body = split_front(text.replace("\r\n", "\n").replace("\r", "\n"))
    if {"id", "spoken_at", "feelings"} <= head.keys():
        raise EntryFaultError(OURS)
    title = "".join(f"{one}\n\n" for one in head.get("title", ())[:1] if one not in body)
    words = clean_text(title + _words(body)) if _words(body) else ""
    embedded = _embedded(body)
    heard = tuple(sounds.find(name, place) for name in dict.fromkeys(embedded) if is_sound(name))
    return Foreign(number, place, _moment(head, place, zone), words, _labels(head), by_ending(embedded), heard)


# When


def _moment(head: Properties, place: str, zone: Zone) -> Moment:
    """Return the moment of a note. Raises EntryFaultError where nothing tells its day."""
    created = [moment for moment in _told(head, zone, "created", "created_at", "creation date") if moment]
    for moment in (*_told(head, zone, "date"), _of_name(place, zone), _of_folders(place, zone)):
        if moment is not None:
            return _with_time(moment, head, created, zone)
    if created:
        return created[0]
    raise EntryFaultError(NO_DATE)


def _told(head: Properties, zone: Zone, *keys: str) -> Iterator[Moment | None]:
    for key in keys:
        for value in head.get(key, ())[:1]:
            with suppress(EntryFaultError):
                yield written(value, zone)


def _of_name(place: str, zone: Zone) -> Moment | None:
    for at, exact in named_moments(Path(place).stem):
        with suppress(EntryFaultError):
            return written(at.isoformat(), zone) if exact else zone.moment(at, only_day=True)
    return None


def _of_folders(place: str, zone: Zone) -> Moment | None:
    found = re.search(r"(?:^|/)(\d{4})/(\d\d)(?:[-_ ][^/]*)?/(\d\d)(?:[-_ ][^/]*)?$", place.rpartition(".")[0])
    if found:
        with suppress(ValueError, EntryFaultError):
            return zone.moment(datetime(*map(int, found.groups())), only_day=True)  # type: ignore[arg-type]
    return None


def _with_time(moment: Moment, head: Properties, created: list[Moment], zone: Zone) -> Moment:
    """Return the moment with the time of its day, where it has none and something else tells one."""
    if not moment.only_day:
        return moment
    for value in head.get("time", ())[:1]:
        with suppress(EntryFaultError):
            return zone.moment(datetime.combine(moment.at.date(), clock_time(value)))
    return next((one for one in created if one.at.date() == moment.at.date()), moment)


# What


def _labels(head: Properties) -> tuple[Label, ...]:
    named = [(kind, value) for kind, keys in _LABELS.items() for key in keys for value in _separate(head, kind, key)]
    stars = [(LabelKind.STAR, key) for key in _STARS if head.get(key, ("",))[0].casefold() in ("true", "yes", "1")]
    return labels_of(*named, *stars)


def _separate(head: Properties, kind: LabelKind, key: str) -> Iterator[str]:
    """Yield the values of a property; tags may also stand in one row, and with the # of the text."""
    for value in head.get(key, ()):
        if kind is LabelKind.TAG:
            yield from (one.strip().removeprefix("#") for one in value.split(","))
        else:
            yield value


def _embedded(body: str) -> list[str]:
    """Return the paths and names of embedded files, as they are on a disk."""
    told = ((one or other).strip().strip("<>").split("?")[0] for one, other in _EMBEDDED.findall(body))
    return [unquote(name.split(' "')[0]) for name in told if "." in name]


def _words(body: str) -> str:
    """Return the words of a note: without embedded files, comments, queries and properties; of links, what is read."""
    text = f"\n{body}"
    for opening, closing in _SILENT:
        text = without_spans(text, opening, closing)
    text = _PROPERTY.sub("", text)
    text = _LINK.sub(lambda match: match[1] or match[2], _EMBEDDED.sub("", text))
    text = without_html(text)
    lines = text.split("\n")
    if any(line.startswith("- ") for line in lines) and all(map(_OUTLINE.match, lines)):  # Logseq: a block a line
        text = "\n".join(re.sub(r"^[ \t]*- ?", "", line).strip(" \t") for line in lines)
    return clean_text(unescaped(text))
