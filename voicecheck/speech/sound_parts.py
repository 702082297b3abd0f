"""Parts of a sound file: several files joined into one, and WAV headers that claim less or more than there is.

A decoder reads the first of several joined files and stops, or takes the header of the next for sound. So each part is
found by the signature that its kind begins with, and is decoded by itself.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import BinaryIO, Literal, Protocol

SIGNATURES = {
    rb"RIFF[\s\S]{4}WAVE": 0,
    rb"RF64[\s\S]{4}WAVE": 0,
    rb"FORM[\s\S]{4}AIF[FC]": 0,
    rb"fLaC\x00\x00\x00\x22": 0,
    rb"OggS\x00\x02\x00{8}": 0,
    rb"ftyp[A-Za-z0-9 ]{4}": 4,
    rb"\x1a\x45\xdf\xa3[\s\S]{1,48}?(?:matroska|webm)": 0,
    rb"#!AMR(?:-WB)?\n": 0,
}
"""signature of a kind of file -> how many bytes stand before that"""
LONGEST_SIGNATURE = 64
READ_BYTES = 1 << 20
MOST_PARTS = 1_000
"""a file of nothing but signatures opens no more decoders"""
OGG_HEADER = 27
NO_CLAIM = 0x7FFF_0000
"""a WAV that was written to a pipe claims this or more: it does not know"""


class SoundSource(Protocol):
    """A sound file, as `Path` is one."""

    @property
    def name(self) -> str: ...

    def open(self, mode: Literal["rb"]) -> BinaryIO: ...


@dataclass(frozen=True, slots=True)
class SoundBytes:
    """A sound file that lies in memory alone: nothing of it is written to a disk."""

    name: str
    content: bytes = field(repr=False)

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        return io.BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class Part:
    """A range of bytes of a file that is a sound file by itself."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WavClaim:
    """Sound that a WAV header claims, against the bytes that are there."""

    too_little: bool
    """sound goes on behind the claimed end"""
    missing_s: float
    """claimed and not there"""


def parts_of(path: SoundSource) -> list[Part]:
    """Return the parts of a file in their order; one for a file that nothing was joined to. Raises OSError."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        head = file.read(LONGEST_SIGNATURE)
        for signature, before in SIGNATURES.items():
            if re.match(rb"[\s\S]{%d}" % before + signature, head):
                starts = sorted({0, *islice(_starts(file, re.compile(signature), before), MOST_PARTS)})
                if head.startswith(b"OggS"):
                    starts = _without_streams(file, starts)
                return [Part(*edges) for edges in pairwise([*starts, size])]
    return [Part(0, size)]


def _starts(file: BinaryIO, signature: re.Pattern[bytes], before: int) -> Iterator[int]:
    file.seek(0)
    held, at = b"", 0
    while chunk := file.read(READ_BYTES):
        held += chunk
        for match in signature.finditer(held):
            yield max(0, at + match.start() - before)
        at += max(0, len(held) - LONGEST_SIGNATURE)
        held = held[-LONGEST_SIGNATURE:]


def _without_streams(file: BinaryIO, starts: list[int]) -> list[int]:
    """Leave out what begins right behind the first page of another stream: several streams of one Ogg file."""
    ends = set()
    for start in starts:
        file.seek(start)
        page = file.read(OGG_HEADER + 255)
        if len(page) >= OGG_HEADER:
            segments = page[OGG_HEADER : OGG_HEADER + page[OGG_HEADER - 1]]
            ends.add(start + OGG_HEADER + len(segments) + sum(segments))
    return [start for start in starts if start not in ends]


def wav_claim(file: BinaryIO, size: int) -> WavClaim:
    """Compare the claim of a WAV's header with the `size` of the file. Any other kind claims neither."""
    file.seek(0)
    nothing = WavClaim(False, 0.0)
    if not re.match(rb"RIFF[\s\S]{4}WAVE", file.read(12)):
        return nothing
    at, bytes_a_second = 12, 0
    for _ in range(MOST_PARTS):
        file.seek(at)
        chunk = file.read(20)
        if len(chunk) < 8:
            return nothing
        name, claimed = struct.unpack("<4sI", chunk[:8])
        if name == b"fmt " and len(chunk) == 20:
            (bytes_a_second,) = struct.unpack("<I", chunk[16:])
        if name == b"data":
            return _data_claim(file, at + 8, claimed, size, bytes_a_second)
        at += 8 + claimed + claimed % 2
    return nothing


def _data_claim(file: BinaryIO, begin: int, claimed: int, size: int, bytes_a_second: int) -> WavClaim:
    end = begin + claimed + claimed % 2
    if not claimed or claimed >= NO_CLAIM:
        return WavClaim(False, 0.0)
    if end < size:
        file.seek(end)
        return WavClaim(not _is_chunk(file.read(8), size - end), 0.0)
    return WavClaim(False, max(0, begin + claimed - size) / bytes_a_second if bytes_a_second else 0.0)


def _is_chunk(head: bytes, left: int) -> bool:
    """True if more of the header follows, as a title behind the sound; a byte or two may be left over."""
    if len(head) < 8:
        return True
    name, claimed = struct.unpack("<4sI", head)
    return all(0x20 <= letter < 0x7F for letter in name) and claimed <= left
