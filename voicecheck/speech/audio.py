"""Sound as numbers: resample, cut into blocks, and Opus pages for keeping (PyAV). Files are read by `sound_file`.

Everything inside the program is float32, mono, 16 kHz, -1 to 1. Opus is RFC 6716; the packets of a page stand one
behind the other, each after its length, so that a recording needs no container to be read back from any page on.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Page, Samples

OPUS_FRAME_SAMPLES = SAMPLE_RATE_HZ // 50  # 20 ms, the usual Opus frame
PAGE_FRAMES = 25  # half a second: two pages are written, and made durable, each second
OPUS_BITS_PER_SECOND = 24_000
LONGEST_PACKET_SAMPLES = SAMPLE_RATE_HZ * 120 // 1000  # 120 ms, RFC 6716
PRE_SKIP_SAMPLES = 104  # libopus looks 6.5 ms ahead (312 samples at 48 kHz); the decoded sound is late by as much

assert SAMPLE_RATE_HZ % 50 == 0, "an Opus frame must hold a whole number of samples"


class Resampler:
    """Resampler of PyAV frames of any rate, layout and format to float32 mono 16 kHz. None flushes what is held back.

    Where any of these changes on the way, as in files that were joined, it begins anew. Channels are packed: of eight
    planes and more PyAV 18 miscounts, and reads behind their end. What is no number is silence.
    """

    def __init__(self) -> None:
        self._resampler: Any = None
        self._shape: tuple[Any, ...] = ()
        self._mix = Downmix()

    def __call__(self, frame: Any) -> list[Samples]:
        import av

        shape = () if frame is None else (frame.sample_rate, frame.layout.name, frame.format.name)
        held: list[Any] = []
        if shape != self._shape:
            held = [] if self._resampler is None else self._resampler.resample(None)
            self._resampler = None if frame is None else av.AudioResampler(format="flt", rate=SAMPLE_RATE_HZ)
            self._shape = shape
        new = [] if frame is None else self._resampler.resample(frame)
        return [self._mix(out.to_ndarray().reshape(out.samples, -1)) for out in (*held, *new)]


class Downmix:
    """Mixer of channels to mono: their mean, but one of them where they are of opposite phase and cancel each other.

    The resampler's own mix to mono is 3 dB louder and leaves -1 to 1.
    """

    OPPOSITE, AGREEING = 0.2, 0.6
    """power of the mean against that of a channel: of what independent channels would have, and of all"""
    LEAST_SAMPLES = 64

    def __init__(self) -> None:
        self._channel: int | None = None
        """the only one that is taken, while they cancel each other"""

    def __call__(self, packed: Samples) -> Samples:
        """Mix float32 of the shape (n, channels) to (n,), -1 to 1."""
        sound = np.nan_to_num(packed.astype(np.float64), posinf=1.0, neginf=-1.0)
        mono = sound.mean(axis=1)
        channels = sound.shape[1]
        if channels > 1 and len(sound) >= self.LEAST_SAMPLES:
            self._decide(mono, sound)
        chosen = mono if self._channel is None or self._channel >= channels else sound[:, self._channel]
        return np.clip(chosen, -1.0, 1.0).astype(np.float32)

    def _decide(self, mono: Any, sound: Any) -> None:
        powers = np.square(sound).mean(axis=0)
        if not powers.any():
            return
        left = float(np.square(mono).mean() / powers.mean())
        if left * len(powers) < self.OPPOSITE and self._channel is None:
            self._channel = int(np.argmax(powers))
        elif left > self.AGREEING:
            self._channel = None


class RateConverter:
    """Converter of raw float32 blocks, shape (n, channels) at `rate_hz`, to mono 16 kHz; keeps its state."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._resample = Resampler()
        self._mix = Downmix()

    def __call__(self, samples: Samples) -> Samples:
        import av

        mono = np.ascontiguousarray(self._mix(samples)).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(mono, format="flt", layout="mono")
        frame.sample_rate = self._rate_hz
        pieces = self._resample(frame)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


class Blocks:
    """Cutter of sound of any lengths into blocks of 512 with absolute sample indices; the rest waits for more."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(0, np.float32)
        self._start = 0

    def feed(self, samples: Samples) -> Iterator[AudioBlock]:
        held = np.concatenate([self._rest, samples])
        whole = len(held) // BLOCK_SAMPLES * BLOCK_SAMPLES
        for offset in range(0, whole, BLOCK_SAMPLES):
            block = AudioBlock(self._start, held[offset : offset + BLOCK_SAMPLES])
            self._start += BLOCK_SAMPLES
            yield block
        self._rest = held[whole:].copy()

    def flush(self) -> Iterator[AudioBlock]:
        """Yield the last block, filled up with silence."""
        if len(self._rest):
            yield from self.feed(np.zeros(BLOCK_SAMPLES - len(self._rest), np.float32))


def in_blocks(pieces: Iterable[Samples]) -> Iterator[AudioBlock]:
    """A whole recording as blocks, the last one filled up with silence."""
    blocks = Blocks()
    for piece in pieces:
        yield from blocks.feed(piece)
    yield from blocks.flush()


class OpusPages:
    """Opus encoder of an answer while it is spoken: sound in, half-second pages out."""

    def __init__(self, start: int = 0) -> None:
        import av

        encoder: Any = av.CodecContext.create("libopus", "w")
        encoder.sample_rate, encoder.layout, encoder.format = SAMPLE_RATE_HZ, "mono", "flt"
        encoder.bit_rate = OPUS_BITS_PER_SECOND
        encoder.options = {"application": "voip", "frame_duration": "20"}
        encoder.open()
        self._encoder = encoder
        self._rest: Samples = np.zeros(0, np.float32)
        self._packets: list[bytes] = []
        self._start = start

    def feed(self, samples: Samples) -> list[Page]:
        held = np.concatenate([self._rest, samples])
        whole = len(held) // OPUS_FRAME_SAMPLES * OPUS_FRAME_SAMPLES
        for offset in range(0, whole, OPUS_FRAME_SAMPLES):
            self._packets += self._encode(held[offset : offset + OPUS_FRAME_SAMPLES])
        self._rest = held[whole:].copy()
        return self._full_pages()

    def flush(self) -> list[Page]:
        """Return the last pages; silence pushes out what the encoder still holds. It takes no more sound after this."""
        missing = -(len(self._rest) + PRE_SKIP_SAMPLES) % OPUS_FRAME_SAMPLES
        pages = self.feed(np.zeros(PRE_SKIP_SAMPLES + missing, np.float32))
        self._packets += [bytes(packet) for packet in self._encoder.encode(None)]
        pages += self._full_pages()
        if self._packets:
            pages.append(self._page(len(self._packets)))
        return pages

    def _encode(self, frame_samples: Samples) -> list[bytes]:
        import av

        frame = av.AudioFrame.from_ndarray(frame_samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        return [bytes(packet) for packet in self._encoder.encode(frame)]

    def _full_pages(self) -> list[Page]:
        return [self._page(PAGE_FRAMES) for _ in range(len(self._packets) // PAGE_FRAMES)]

    def _page(self, frames: int) -> Page:
        packets, self._packets = self._packets[:frames], self._packets[frames:]
        page = Page(self._start, len(packets) * OPUS_FRAME_SAMPLES, pack_packets(packets))
        self._start += page.count
        return page


def pack_packets(packets: Iterable[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(packet)) + packet for packet in packets)


def unpack_packets(data: bytes) -> Iterator[bytes]:
    """Yield the packets of a page. Raises AudioError when the lengths do not add up."""
    at = 0
    while at < len(data):
        begin = at + 2
        at = begin + int.from_bytes(data[at:begin])
        if max(begin, at) > len(data):
            raise AudioError("A page of sound is cut off.", "See: voicecheck vault verify")
        yield data[begin:at]


def decode_pages(pages: Sequence[Page]) -> Samples:
    """Decode consecutive pages, aligned to the first page's start; gaps between pages become silence.

    Raises AudioError for a damaged page.
    """
    import av

    if not pages:
        return np.zeros(0, np.float32)
    first, end = pages[0].start, max(p.start + p.count for p in pages)
    sound = np.zeros(end - first, np.float32)
    for run in _runs(pages):
        decoder: Any = av.CodecContext.create("libopus", "r")
        decoder.sample_rate, decoder.layout = SAMPLE_RATE_HZ, "mono"
        resample = Resampler()
        pieces: list[Samples] = []
        room = run[-1].start + run[-1].count - run[0].start + PRE_SKIP_SAMPLES
        decoded_samples = known = 0
        packets = (packet for page in run for packet in unpack_packets(page.data))
        try:
            for packet in packets:
                for frame in decoder.decode(av.Packet(packet)):
                    pieces += resample(frame)
                decoded_samples += sum(map(len, pieces[known:]))
                known = len(pieces)
                if decoded_samples > room + LONGEST_PACKET_SAMPLES:
                    break  # more than the pages claim: nobody asks for it
            pieces += resample(None)
        except av.FFmpegError as error:
            raise AudioError("A page of sound is damaged.", "See: voicecheck vault verify") from error
        decoded = np.concatenate(pieces)[PRE_SKIP_SAMPLES:] if pieces else np.zeros(0, np.float32)
        at = run[0].start - first
        room = min(len(decoded), run[-1].start + run[-1].count - first - at)
        sound[at : at + room] = decoded[:room]
    return sound


SILENT_FRAME = b"\xf8\xff\xfe"  # 20 ms of nothing, RFC 6716: fills a gap, so that later words stay at their moment


def webm_of(pages: Sequence[Page]) -> bytes:
    """Return the same packets in a WebM file in memory, for a browser to play; nothing is decoded.

    Its time begins at sample 0 of the recording. Raises AudioError for a damaged page.
    """
    import av

    content = io.BytesIO()
    try:
        with av.open(content, "w", format="webm") as container:
            stream: Any = container.add_stream("libopus", rate=48_000, layout="mono")
            container.start_encoding()
            for at, data in _timed_packets(pages):
                packet = av.Packet(data)
                packet.stream, packet.time_base = stream, Fraction(1, SAMPLE_RATE_HZ)
                packet.pts = packet.dts = at
                packet.duration = OPUS_FRAME_SAMPLES
                container.mux(packet)
    except (av.FFmpegError, ValueError) as error:
        raise AudioError("A page of sound is damaged.", "See: voicecheck vault verify") from error
    return content.getvalue()


def _timed_packets(pages: Sequence[Page]) -> Iterator[tuple[int, bytes]]:
    """Yield each packet with its first sample; silence fills what is missing."""
    at = 0
    for page in pages:
        while at + OPUS_FRAME_SAMPLES <= page.start:
            yield at, SILENT_FRAME
            at += OPUS_FRAME_SAMPLES
        at = max(at, page.start)
        for data in islice(unpack_packets(page.data), -(-page.count // OPUS_FRAME_SAMPLES)):  # no more than it claims
            yield at, data
            at += OPUS_FRAME_SAMPLES


def _runs(pages: Sequence[Page]) -> Iterator[list[Page]]:
    """Yield runs of pages without a gap: each needs a decoder with a fresh state."""
    run: list[Page] = []
    for page in pages:
        if run and page.start != run[-1].start + run[-1].count:
            yield run
            run = []
        run.append(page)
    if run:
        yield run
