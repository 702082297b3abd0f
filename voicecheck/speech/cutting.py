"""Cut pieces out of a recording: the cut sound becomes silence, and the rest keeps its place in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from voicecheck.errors import AudioError
from voicecheck.speech.audio import (
    OPUS_FRAME_SAMPLES,
    PAGE_FRAMES,
    PRE_SKIP_SAMPLES,
    OpusPages,
    decode_pages,
    pack_packets,
    unpack_packets,
)
from voicecheck.utterance import Page

_BEFORE = 3
"""pages by which a decoder has found its state, where it begins in the middle"""
TO_THE_END = 1 << 62  # samples


def without(pages: Sequence[Page], ranges: Iterable[tuple[int, int]]) -> tuple[Page, ...]:
    """Return the pages without the sound of these ranges, samples, half-open.

    A page that lies in one only in part is made anew from the rest of it; where it cannot be decoded, all of it goes.
    """
    kept = tuple(pages)
    for start, end in ranges:
        # A packet begins with the last moments of what was spoken before it: see PRE_SKIP_SAMPLES.
        kept = tuple(part for i in range(len(kept)) for part in _parts(kept, i, start, end + PRE_SKIP_SAMPLES))
    return kept


def _parts(pages: Sequence[Page], index: int, start: int, end: int) -> Iterator[Page]:
    page = pages[index]
    last = page.start + page.count
    if last <= start or end <= page.start:
        yield page
        return
    if page.start < start:
        yield from _piece(pages, index, page.start, start)
    if end < last:
        yield from _piece(pages, index, end, last)


def _piece(pages: Sequence[Page], index: int, start: int, end: int) -> Iterator[Page]:
    """Yield the sound of one page from `start` to `end`, encoded anew, in whole frames counted from the page's own."""
    page = pages[index]
    first = page.start - (page.start - start) // OPUS_FRAME_SAMPLES * OPUS_FRAME_SAMPLES  # rounded up
    frames = (end - first) // OPUS_FRAME_SAMPLES
    run = pages[max(0, index - _BEFORE) : index + 1]
    try:
        sound = decode_pages(run)[first - run[0].start : first - run[0].start + frames * OPUS_FRAME_SAMPLES]
    except AudioError:
        return
    encoder = OpusPages(first)
    made = [*encoder.feed(sound), *encoder.flush()]
    packets = [packet for one in made for packet in unpack_packets(one.data)][:frames]
    for at in range(0, len(packets), PAGE_FRAMES):
        part = packets[at : at + PAGE_FRAMES]
        yield Page(first + at * OPUS_FRAME_SAMPLES, len(part) * OPUS_FRAME_SAMPLES, pack_packets(part))
