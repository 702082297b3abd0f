"""The format of sealed files, and how one is read.

A file `<32 random hexadecimal digits>.sealed`, 0600, in a folder 0700; what was asked in an evening lies in one whose
name begins with `asked-`. Whole numbers are big-endian:

| offset | bytes | content                                                                                     |
|--------|-------|---------------------------------------------------------------------------------------------|
| 0      | 7     | `VCSEAL` and the version, 1                                                                 |
| 7      | 80    | a fresh 32-byte stream key in a libsodium sealed box to the inbox's public key              |
| 87     | 24    | header of the XChaCha20-Poly1305 secretstream                                               |
| 111    | ...   | records                                                                                     |

A record:

| bytes | content                                                                                              |
|-------|------------------------------------------------------------------------------------------------------|
| 4     | length of what follows the check, at most 32 MiB                                                     |
| 4     | CRC-32 of record number (8 bytes) and length: a flipped bit here is damage, not an early end         |
| ...   | one message of the stream, the 111 bytes above as additional data; last one tagged FINAL             |

A message: type (1 byte), length of the payload (4), payload, zeros up to a multiple of 1,024: sizes tell little.

| type | payload                                                                                               |
|------|-------------------------------------------------------------------------------------------------------|
| 1    | header: AnswerHeader, JSON; always the first, never again                                             |
| 2    | page: first sample (8), count of samples (4), Opus packets                                            |
| 3    | sitting: domain.Sitting, JSON: what was asked that evening; such a file holds no answer               |
| 4    | entry: domain.Entry, JSON; the newest wins                                                            |
| 5    | end, empty, tagged FINAL: the answer is complete                                                      |
| 6    | empty: a sentence was taken back; the file was written anew, and no older copy of it counts any more  |
| 7    | own: OwnSpeech, JSON: spans in which the program's own voice may be, and what it said             |

The stream authenticates order and end. A file that stops early is an answer that was cut off: everything before the cut
counts. Whoever holds the folder without the key can add files, and cannot read any. A running answer holds the lock
of its file. A file that is being destroyed begins with `VCGONE` and a line feed.
"""

from __future__ import annotations

import os
import struct
import uuid
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from pathlib import Path

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.clock import can_be_kept
from voicecheck.domain import Entry, EntryKind, PromptRef, Sitting, Turn
from voicecheck.errors import VaultError
from voicecheck.files import SHREDDED, read_opened, read_ordinary, size_of
from voicecheck.utterance import SAMPLE_RATE_HZ, ModelUse, OwnSpeech, Page
from voicecheck.vault.disk.errors import doing
from voicecheck.vault.inbox.bounds import LANGUAGE, MOST_PAGE_SAMPLES, fit_own, fits_entry
from voicecheck.vault.keys.data_key import DataKey, Keyring

MAGIC = b"VCSEAL\x01"
STREAM_KEY_BYTES = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
STREAM_HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
MESSAGE_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
TAG_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
TAG_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
SEALED_KEY_BYTES = STREAM_KEY_BYTES + bindings.crypto_box_SEALBYTES
HEAD_BYTES = len(MAGIC) + SEALED_KEY_BYTES + STREAM_HEADER_BYTES
PADDED_TO = 1024
MOST_MESSAGE_BYTES = 32 << 20
MOST_FILE_BYTES = 512 << 20
"""ten times what four hours of speech take"""
MOST_SAMPLES = 4 * 3600 * SAMPLE_RATE_HZ
"""of one answer; sound beyond is not read, the words are"""
MOST_ASKED = 100
MOST_OF_AN_ID = 100

FRAME = struct.Struct(">II")
PREFIX = struct.Struct(">BI")
PAGE = struct.Struct(">QI")
_NUMBERED = struct.Struct(">QI")


class RecordType(IntEnum):
    HEADER = 1
    PAGE = 2
    SITTING = 3
    ENTRY = 4
    END = 5
    TAKEN_BACK = 6
    OWN = 7


@dataclass(frozen=True, slots=True)
class AnswerHeader:
    """Facts about an entry that are known before its first word."""

    entry_id: str
    session: str
    kind: EntryKind
    spoken_at: datetime
    prompt: PromptRef | None = None
    speaker: str = ""
    language: str = "en"
    timezone: str = ""

    def entry(
        self,
        turns: tuple[Turn, ...] = (),
        *,
        language: str | None = None,
        model: ModelUse | None = None,
        duration_s: float = 0.0,
        has_audio: bool = False,
    ) -> Entry:
        """The entry that begins so; `language` is the one that was heard."""
        begun = Entry(self.entry_id, self.session, self.kind, self.spoken_at, turns, self.prompt, self.speaker)
        begun = replace(begun, language=self.language if language is None else language, timezone=self.timezone)
        return replace(begun, model=model, duration_s=duration_s, has_audio=has_audio)


@dataclass(frozen=True, slots=True)
class Recovered:
    """Content of a sealed file, as far as it could be read."""

    path: Path
    header: AnswerHeader
    pages: tuple[Page, ...] = field(default=(), repr=False)
    entry: Entry | None = field(default=None, repr=False)
    sitting: Sitting | None = None
    """the questions of that evening; such a file holds no answer"""
    complete: bool = False
    taken_back: bool = False
    """a sentence of it was taken back: it is not in this file any more, and may be in older copies"""
    damage: str | None = None
    """description of the damage, in a sentence; None for a file that is whole or merely cut off"""
    own: tuple[OwnSpeech, ...] = field(default=(), repr=False)
    """spans in which the program's own voice may be"""
    head: bytes = field(default=b"", repr=False, compare=False)
    """the file's head, which no other file has"""
    records: int = field(default=0, compare=False)
    """how many of its records are whole"""
    size: int = field(default=0, compare=False)
    """bytes of the file, what cannot be read among them"""

    @property
    def samples(self) -> int:
        """Length of the sound that is there, samples."""
        return sum(page.count for page in self.pages)

    @property
    def end(self) -> int:
        """Sample with which its sound ends."""
        return max((page.start + page.count for page in self.pages), default=0)

    @property
    def extent(self) -> tuple[int, int]:
        """Extent for a comparison: samples of sound, then letters, since a typed answer has no sound."""
        return self.end, sum(len(turn.text) for turn in self.entry.turns) if self.entry else 0

    @property
    def empty(self) -> bool:
        """True if no words and no sound can be read; in an undamaged file nothing was said."""
        return not self.pages and self.entry is None


def longest_of(waiting: Iterable[Recovered]) -> tuple[Recovered, ...]:
    """Return of several copies of one answer the longest; the others stay sealed until it is kept."""
    longest: dict[str, Recovered] = {}
    for one in waiting:
        known = longest.get(one.header.entry_id)
        if known is None or one.extent > known.extent:
            longest[one.header.entry_id] = one
    return tuple(longest.values())


class EmptySealedFile(Exception):  # noqa: N818 - a state of a file, not a failure
    """The file stops before its first record: nothing was said yet."""


class BlankSealedFile(EmptySealedFile):
    """The file has its length and no content, as a file system leaves it after a loss of power."""


class ShreddedFile(EmptySealedFile):
    """The file was being destroyed when the process was killed."""


def read_sealed(path: Path, data_key: DataKey | Keyring, descriptor: int | None = None) -> Recovered:
    """Read everything that can be read of a sealed file, through `descriptor` where it is open already.

    Raises VaultError when not even its header can be read, EmptySealedFile when it stops before that or was destroyed.
    """
    with doing(f"read the sealed answer {path.name}"):
        size = size_of(path) if descriptor is None else os.fstat(descriptor).st_size
        if size > MOST_FILE_BYTES:
            raise _unreadable(path)
        content = (
            read_ordinary(path, MOST_FILE_BYTES) if descriptor is None else read_opened(descriptor, MOST_FILE_BYTES)
        )
    return _Reader(path, content, data_key).read()


class _Reader:
    """Reader of the records in one pass; stops at the end, at a cut, or at damage."""

    def __init__(self, path: Path, content: bytes, data_key: DataKey | Keyring) -> None:
        self._path, self._content, self._offset, self._number = path, content, HEAD_BYTES, 0
        self._head = content[:HEAD_BYTES]
        self._damage: str | None = None
        self._too_long = False
        self._complete = False
        self._state = self._open_stream(data_key)
        self._header: AnswerHeader | None = None
        self._pages: list[Page] = []
        self._entry: Entry | None = None
        self._sitting: Sitting | None = None
        self._taken_back = False
        self._own: list[OwnSpeech] = []

    def read(self) -> Recovered:
        while (message := self._next()) is not None:
            try:
                self._take(message)
            except (struct.error, ValueError, OverflowError, RecursionError):
                self._damage = self._sentence()
                break
            self._number += 1
        if self._header is None:
            if self._damage is None:
                raise EmptySealedFile
            raise _unreadable(self._path)
        if self._too_long and self._damage is None:
            self._damage = f"The sound of {self._path.name} is too long; what comes after four hours is left out."
        return Recovered(
            self._path,
            self._header,
            tuple(self._pages),
            self._entry,
            self._sitting,
            self._complete,
            self._taken_back,
            self._damage,
            tuple(self._own),
            self._head,
            self._number,
            len(self._content),
        )

    def _open_stream(self, data_key: DataKey | Keyring) -> bindings.crypto_secretstream_xchacha20poly1305_state:
        head = self._head
        if head.startswith(SHREDDED):
            raise ShreddedFile
        if len(head) < HEAD_BYTES and MAGIC.startswith(head[: len(MAGIC)]):
            raise EmptySealedFile
        if not head.strip(b"\0") and not self._content.strip(b"\0"):
            raise BlankSealedFile
        if head[: len(MAGIC) - 1] == MAGIC[:-1] and head[len(MAGIC) - 1] > MAGIC[-1]:
            raise VaultError(
                f"{self._path.name} was sealed by a newer VoiceCheck.", "Update VoiceCheck, then try again."
            )
        if not head.startswith(MAGIC):
            raise _unreadable(self._path)
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        try:
            stream_key = data_key.open_seal(head[len(MAGIC) : len(MAGIC) + SEALED_KEY_BYTES])
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, head[-STREAM_HEADER_BYTES:], stream_key)
        except CryptoError as error:
            raise _unreadable(self._path) from error
        return state

    def _next(self) -> bytes | None:
        """Return the next message, or None at the end, the cut or the damage."""
        rest = len(self._content) - self._offset
        if self._complete:
            if rest:
                self._damage = f"{rest} bytes follow the end of {self._path.name}."
            return None
        if rest < FRAME.size:
            return None
        length, check = FRAME.unpack_from(self._content, self._offset)
        begin = self._offset + FRAME.size
        if (
            check != frame_check(self._number, length)
            or not MESSAGE_OVERHEAD < length <= MOST_MESSAGE_BYTES + MESSAGE_OVERHEAD
        ):
            self._stop()
            return None
        if rest - FRAME.size < length:
            return None
        sealed = self._content[begin : begin + length]
        try:
            message, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(self._state, sealed, self._head)
        except CryptoError:
            self._stop()
            return None
        self._offset, self._complete = begin + length, tag == TAG_FINAL
        return message

    def _stop(self) -> None:
        """Note damage; or a cut if the file ends in zeros, as a loss of power leaves what was on its way to the disk.

        No record ends so: its last bytes are the tag.
        """
        if self._content[self._offset :][-MESSAGE_OVERHEAD + 1 :].strip(b"\0"):
            self._damage = self._sentence()

    def _take(self, message: bytes) -> None:
        kind, length = PREFIX.unpack_from(message)
        payload = message[PREFIX.size : PREFIX.size + length]
        if len(payload) != length or (kind == RecordType.HEADER) != (self._number == 0):
            raise ValueError("not a record")
        if kind == RecordType.HEADER:
            self._header = _check_header(msgspec.json.decode(payload, type=AnswerHeader))
        elif kind == RecordType.PAGE:
            start, count = PAGE.unpack_from(payload)
            self._take_page(Page(start, count, payload[PAGE.size :]))
        elif kind == RecordType.SITTING:
            self._sitting = _check_sitting(msgspec.json.decode(payload, type=Sitting))
        elif kind == RecordType.TAKEN_BACK:
            self._taken_back = True
        elif kind == RecordType.OWN:
            self._own.append(msgspec.json.decode(payload, type=OwnSpeech))
            if not fit_own(self._own):
                raise ValueError("not sentences that were said in this recording")
        elif kind == RecordType.ENTRY:
            self._entry = _check_entry(msgspec.json.decode(payload, type=Entry), self._header)

    def _take_page(self, page: Page) -> None:
        """Take a page. Decoding makes room for all samples it claims, so the claims must be those of a recording."""
        follows = not self._pages or page.start >= self._pages[-1].start + self._pages[-1].count
        if not follows or not 0 < page.count <= MOST_PAGE_SAMPLES:
            raise ValueError("not a page of this recording")
        if page.start + page.count > MOST_SAMPLES:
            self._too_long = True
        else:
            self._pages.append(page)

    def _sentence(self) -> str:
        lost = len(self._content) - self._offset
        return f"Record {self._number} of {self._path.name} is damaged; {lost} bytes from there on cannot be read."


def _unreadable(path: Path) -> VaultError:
    return VaultError(
        f"The sealed answer {path.name} is damaged, or was sealed for another vault.",
        "It is left where it is; nothing else is affected.",
    )


# What another program, knowing only the public key, may have sealed to do harm is refused with ValueError.


def _check_header(header: AnswerHeader) -> AnswerHeader:
    _check_ids(header.entry_id, header.session)
    if header.language != "auto":  # the person lets the recogniser find out which they speak
        _check_language(header.language)
    _check_time(header.spoken_at)
    return header


def _check_entry(entry: Entry, header: AnswerHeader | None) -> Entry:
    if header is None or entry.id != header.entry_id:
        raise ValueError("not the entry of this answer")
    _check_ids(entry.session)
    _check_language(entry.language)
    _check_time(entry.spoken_at)
    _check_ids(*(correction.id for correction in entry.corrections if correction.id))
    if not fits_entry(entry):
        raise ValueError("not an entry that could be exported and imported again")
    return entry


def _check_sitting(sitting: Sitting) -> Sitting:
    _check_ids(sitting.session, *(asked.entry_id for asked in sitting.asked if asked.entry_id))
    _check_time(sitting.at)
    if len(sitting.asked) > MOST_ASKED or any(len(asked.prompt_id) > MOST_OF_AN_ID for asked in sitting.asked):
        raise ValueError("not a sitting")
    return sitting


def _check_ids(*ids: str) -> None:
    if any(str(uuid.UUID(one)) != one for one in ids):
        raise ValueError("not a UUID as this program writes it")


def _check_language(language: str) -> None:
    if not LANGUAGE.fullmatch(language):  # tables are found by it
        raise ValueError("not a language tag")


def _check_time(at: datetime) -> None:
    if not can_be_kept(at):  # a clock that was never set, at 1904 or 1970, is no damage
        raise ValueError("a time without its offset, or out of all bounds")


def frame_check(number: int, length: int) -> int:
    return zlib.crc32(_NUMBERED.pack(number, length))
