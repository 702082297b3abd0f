"""The nouns of an import from another journal, and lenient reading of its JSON.

A reader is a function without side effects: it takes what was opened, and yields a `Foreign` or a `Fault` for each
entry in the order of the file. So it can be run twice, once to look and once to keep.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from voicecheck.domain import ID_BYTES, new_id
from voicecheck.errors import UsageError
from voicecheck.speech.sound_parts import SoundSource
from voicecheck.text.untrusted import BOM
from voicecheck.utterance import Label, LabelKind


class Attachment(StrEnum):
    """Kind of a file that hangs on an entry; sounds are taken in where that is wanted."""

    PICTURES = "pictures"
    SOUNDS = "sounds"
    VIDEOS = "videos"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Moment:
    """The time at which an entry was written, on the writer's own clock."""

    at: datetime
    """aware; whole minutes of offset"""
    zone: str = ""
    """IANA name where the entry tells one that is known here"""
    guessed_zone: bool = False
    """the entry told no zone, or one that nobody knows"""
    only_day: bool = False
    """it told no time, and stands at noon"""


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that hangs on an entry of another journal."""

    name: str = field(repr=False)
    read: Callable[[], SoundSource] | None = field(default=None, repr=False, compare=False)
    """returns its file; None where the export lacks it. Raises UsageError, VoicecheckError"""


@dataclass(frozen=True, slots=True)
class Foreign:
    """One entry of another journal."""

    number: int
    """from 1, in the order of the file"""
    place: str
    """the file of the export that it stands in"""
    moment: Moment
    text: str = field(repr=False)
    labels: tuple[Label, ...] = ()
    attachments: tuple[tuple[Attachment, int], ...] = ()
    sounds: tuple[Sound, ...] = ()
    own_id: str = field(default="", repr=False)
    """its id in the other program, where it has one that is its own for ever"""

    @property
    def is_empty(self) -> bool:
        """True if nothing was written or chosen: a picture alone, or a page that was never filled."""
        chosen = any(label.kind in (LabelKind.MOOD, LabelKind.TAG) for label in self.labels)
        return not self.text and not chosen

    @property
    def content(self) -> bytes:
        """A digest of what was written and when: that of a copy is the same."""
        return _digest(self.moment.at.isoformat(), self.text, *(f"{label.kind} {label.name}" for label in self.labels))

    def entry_id(self, *, again: bool = False) -> str:
        """Return the same id whenever the entry is read; `again` where another one of the export has its own id."""
        if self.own_id and not again:
            return new_id(self.moment.at, _digest(self.own_id))
        return new_id(self.moment.at, self.content)


def _digest(*parts: str) -> bytes:
    digest = hashlib.blake2b(digest_size=ID_BYTES, person=b"voicecheck entry")
    for part in parts:
        content = part.encode(errors="surrogatepass")
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry that cannot be taken in."""

    number: int
    place: str
    reason: str
    """half a sentence, without a word of what stands there"""


Found: TypeAlias = Foreign | Fault
Reader: TypeAlias = Callable[[], Iterator[Found]]


class EntryFaultError(Exception):
    """An entry cannot be read; its text is the reason, as a `Fault` has it."""


class UndecodedError(EntryFaultError):
    """An entry is so damaged that nothing of it can be read."""


DAMAGED = "it is damaged"
NO_DATE = "it has no date that can be read"


def labels_of(*named: tuple[LabelKind, str]) -> tuple[Label, ...]:
    """Return labels in this order, each once, without those that have no name."""
    tidy = ((kind, " ".join(name.split())) for kind, name in named)
    return tuple(dict.fromkeys(Label(kind, name) for kind, name in tidy if name))


def counted(**many: int) -> tuple[tuple[Attachment, int], ...]:
    """Return the attachments of which there are any."""
    return tuple((Attachment(name), count) for name, count in many.items() if count)


def by_ending(names: Iterable[str]) -> tuple[tuple[Attachment, int], ...]:
    """Count attachments that are no sounds by the endings of their names."""
    endings = [name.rpartition(".")[2].lower() for name in names if not is_sound(name)]
    kinds = [next((kind for kind, ends in _KINDS.items() if ending in ends), "files") for ending in endings]
    return counted(**{kind: kinds.count(kind) for kind in (*_KINDS, "files")})


def is_sound(name: str) -> bool:
    """True for the name of a sound; Obsidian's own recordings end as a video does."""
    ending = name.rpartition(".")[2].lower()
    recorded = ending == "webm" and name.rpartition("/")[2].startswith("Recording ")
    return recorded or ending in SOUND_ENDINGS


SOUND_ENDINGS = frozenset(
    {"3gp", "aac", "aif", "aiff", "amr", "caf", "flac", "m4a", "mp3", "ogg", "opus", "wav", "wma"}
)
_KINDS = {
    "pictures": ["apng", "avif", "bmp", "gif", "heic", "heif", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"],
    "videos": ["avi", "m4v", "mkv", "mov", "mp4", "ogv", "webm"],
}


def clean_text(text: str) -> str:
    """Return text with plain line ends, no invisible spaces, and at most one empty line between two paragraphs."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    plain = re.sub("[\u200b\u2060\ufeff\0]", "", plain).replace("\u00a0", " ")
    lines = (line.rstrip() for line in plain.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


# JSON of another program: whatever has another kind than it should counts as missing


def decode_entry(raw: bytes) -> dict[str, Any]:
    """Decode one entry. Raises UndecodedError, and never repeats its content."""
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise UndecodedError(DAMAGED) from error


def split_file(content: bytes, key: str, name: str, program: str) -> tuple[dict[str, bytes], list[bytes]]:
    """Return the parts of a JSON file by their names, and the entries that stand under `key`, each still undecoded.

    Half of a picture, or a byte that is no UTF-8, damages its own entry alone. Raises UsageError for another file.
    """
    content = content.removeprefix(BOM)
    try:
        try:
            parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
            entries = msgspec.json.decode(parts[key], type=list[msgspec.Raw])
            return {part: bytes(raw) for part, raw in parts.items() if part != key}, [bytes(one) for one in entries]
        except ValueError:
            loaded = json.loads(content.decode(errors="surrogateescape"))
            return {}, [json.dumps(one).encode() for one in msgspec.convert(loaded[key], list[Any])]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"{name} is no export of {program}, or it is damaged.", "Export it again.") from error


def string(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def moment_of(raw: dict[str, Any], key: str) -> datetime:
    """Return the moment of an ISO date, UTC where it names no zone. Raises EntryFaultError where there is none."""
    try:
        told = datetime.fromisoformat(string(raw, key))
    except ValueError as error:
        raise EntryFaultError(NO_DATE) from error
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def whole(raw: dict[str, Any], key: str) -> int | None:
    value = raw.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def items(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def inner(raw: dict[str, Any], key: str) -> dict[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def strings(raw: dict[str, Any], key: str) -> list[str]:
    return [one for one in items(raw, key) if isinstance(one, str)]
