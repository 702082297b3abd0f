"""Words of a turn with their times, packed small: a turn of a minute stays within its own page of the database.

A packed value is a byte 1 and a raw deflate stream, with the turn's text as its dictionary. Inside is MessagePack, one
list a segment: start_s, end_s, text, words, and the texts of the words in one piece where they are not the segment's.
The words are four columns of whole numbers of 16 bits, little-endian: letters, pause before (ms, signed), length (ms),
probability (ten-thousandths). Where they do not fit into that, they are lists, [start_s, end_s, text, probability,
heard]. A value that begins with another byte is lists alone, as older vaults have them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec

from voicecheck.utterance import Segment, Word

PACKED = b"\x01"
MS = 1000
"""no recogniser tells a time more finely than in hundredths"""
PARTS = 10_000
"""of a probability: more digits than a recogniser means"""
_MOST_BYTES = 1 << 26
"""of a value once it is unpacked: an hour of speech is a tenth of it"""


class PackedWord(msgspec.Struct, array_like=True, frozen=True):
    """A word as a list: `heard` only where it is a guess."""

    start_s: float
    end_s: float
    text: str
    probability: float
    heard: str = ""


class PackedSegment(msgspec.Struct, array_like=True, frozen=True):
    start_s: float
    end_s: float
    text: str
    words: bytes | list[PackedWord]
    said: str = ""


def pack_segments(segments: Iterable[Segment], text: str) -> bytes:
    """Pack the segments of a turn with this text, which is needed again to unpack them."""
    dictionary, plain = _dictionary(text), msgspec.msgpack.encode([_packed(one) for one in segments])
    # A window that just holds both, for making a large one takes longer than packing a short turn.
    bits = min(max((len(dictionary) + len(plain) + 512).bit_length(), 9), 15)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -bits, max(bits - 6, 1), zlib.Z_DEFAULT_STRATEGY, dictionary)
    return PACKED + deflate.compress(plain) + deflate.flush()


def unpack_segments(packed: bytes, text: str) -> tuple[Segment, ...]:
    """Return the segments of a turn with this text. Raises ValueError for what is none."""
    if packed[:1] == PACKED:
        try:
            inflate = zlib.decompressobj(-15, _dictionary(text))
            packed = inflate.decompress(packed[1:], _MOST_BYTES)
        except zlib.error as error:
            raise ValueError("no packed words") from error
        if not inflate.eof:
            raise ValueError("no packed words")
    return tuple(
        Segment(one.start_s, one.end_s, one.text, _words(one))
        for one in msgspec.msgpack.decode(packed, type=list[PackedSegment])
    )


def _dictionary(text: str) -> bytes:
    return text.encode()[-(1 << 15) :]


def _packed(segment: Segment) -> PackedSegment:
    words, said = segment.words, "".join(word.text for word in segment.words)
    if not any(word.heard for word in words):
        with suppress(struct.error, ValueError, OverflowError):  # nothing that 16 bits hold
            columns = b"".join(struct.pack(f"<{len(words)}{kind}", *column) for kind, column in _columns(segment))
            said = "" if said == segment.text else said
            return PackedSegment(segment.start_s, segment.end_s, segment.text, columns, said)
    listed = [PackedWord(word.start_s, word.end_s, word.text, word.probability, word.heard) for word in words]
    return PackedSegment(segment.start_s, segment.end_s, segment.text, listed)


def _columns(segment: Segment) -> Iterator[tuple[str, list[int]]]:
    """Yield the columns with the kind of their numbers. Raises ValueError or OverflowError for times that are none."""
    ends = [_ms(segment.start_s), *(_ms(word.end_s) for word in segment.words)]
    starts = [_ms(word.start_s) for word in segment.words]
    yield "H", [len(word.text) for word in segment.words]
    yield "h", [start - before for start, before in zip(starts, ends, strict=False)]
    yield "H", [end - start for start, end in zip(starts, ends[1:], strict=True)]
    yield "H", [round(word.probability * PARTS) for word in segment.words]


def _words(packed: PackedSegment) -> tuple[Word, ...]:
    if not isinstance(packed.words, bytes):
        return tuple(Word(*msgspec.structs.astuple(word)) for word in packed.words)
    count, rest = divmod(len(packed.words), 8)
    if rest:
        raise ValueError("no packed words")
    numbers = struct.unpack(f"<{count}H{count}h{2 * count}H", packed.words)
    at_ms, place, said, words = _ms(packed.start_s), 0, packed.said or packed.text, list[Word]()
    for letters, pause, length, parts in zip(*(numbers[n * count : (n + 1) * count] for n in range(4)), strict=True):
        at_ms += pause
        words.append(Word(at_ms / MS, (at_ms + length) / MS, said[place : place + letters], parts / PARTS))
        at_ms += length
        place += letters
    return tuple(words)


def _ms(seconds: float) -> int:
    return round(seconds * MS)
