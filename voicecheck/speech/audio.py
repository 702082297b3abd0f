"""Sound as numbers: decode any file, resample, cut into blocks, and Opus pages for keeping (PyAV).

Everything inside the program is float32, mono, 16 kHz, -1 to 1. Opus is RFC 6716; the packets of a page stand one
behind the other, each after its length, so that a recording needs no container to be read back from any page on.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.signals import called_by_library
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Page, Samples

if TYPE_CHECKING:
    import av

OPUS_FRAME_SAMPLES = SAMPLE_RATE_HZ // 50  # 20 ms, the usual Opus frame
PAGE_FRAMES = 25  # half a second: two pages are written, and made durable, each second
OPUS_BITS_PER_SECOND = 24_000
LONGEST_PACKET_SAMPLES = SAMPLE_RATE_HZ * 120 // 1000  # 120 ms, RFC 6716
PRE_SKIP_SAMPLES = 104  # libopus looks 6.5 ms ahead (312 samples at 48 kHz); the decoded sound is late by as much

# What people record with. Playlists and other formats that make the decoder open further files are left out.
READABLE_FORMATS = "aac,aiff,amr,asf,caf,flac,matroska,webm,mov,mp4,m4a,3gp,mp3,ogg,w64,wav"

GIVE_SOUND = "Give a sound file: wav, flac, mp3, m4a, ogg, opus."
RATES_HZ = (4_000, 768_000)
"""samples a second of files that are read"""
LONGEST_FILE_S = 24 * 3600

assert SAMPLE_RATE_HZ % 50 == 0, "an Opus frame must hold a whole number of samples"


def decode_file(path: Path) -> Iterator[Samples]:
    """Yield the sound of a file in pieces of arbitrary length.

    Raises AudioError, before the first piece when the file has no sound, later when it is damaged further on: what
    was yielded until then is good.
    """
    import av

    try:
        with _Source(path) as file:
            if not file.read(1):
                raise AudioError(f"{path.name} is empty.", GIVE_SOUND)
            file.seek(0)
            with _open(file) as container:
                yield from _decode(container, path)
    except FileNotFoundError as error:
        raise AudioError(f"There is no file {path}.", "Check the path.") from error
    except (av.FFmpegError, ValueError) as error:  # ValueError: the layout changes midway
        raise AudioError(f"{path.name} is not sound that can be read, or it is damaged.", GIVE_SOUND) from error
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path and its permissions."
        ) from error


class _Source(io.BufferedReader):
    """A file to decode; a damaged one may send the decoder before the beginning or behind every end.

    PyAV prints a traceback of what is raised there a second time; -1 tells FFmpeg the same.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))

    @called_by_library
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return super().seek(offset, whence)
        except (OSError, OverflowError, ValueError):
            return -1


def _open(file: BinaryIO) -> av.container.InputContainer:
    """Open a file object with a list of formats, so that nothing in the file makes the decoder open another place."""
    import av

    # Before PyAV 19 a title in another encoding is an error unless it is told to replace such letters.
    lenient: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
    container: av.container.InputContainer = av.open(
        file, "r", options={"format_whitelist": READABLE_FORMATS}, **lenient
    )
    return container


def _decode(container: av.container.InputContainer, path: Path) -> Iterator[Samples]:
    resample, given = Resampler(), 0
    for frame in chain(container.decode(container.streams.audio[0]), (None,)) if container.streams.audio else ():
        if frame is not None:
            _check_rate(frame.sample_rate, path)
        for piece in resample(frame):
            given += len(piece)
            yield piece
        if given > LONGEST_FILE_S * SAMPLE_RATE_HZ:
            hours = LONGEST_FILE_S // 3600
            raise AudioError(f"{path.name} is longer than {hours} hours.", "Cut it, and give the parts.")
    if not given:
        raise AudioError(f"There is no sound in {path.name}.", GIVE_SOUND)


def _check_rate(rate_hz: int, path: Path) -> None:
    """Refuse a rate at which a few bytes would unfold to gigabytes. Raises AudioError."""
    if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
        raise AudioError(
            f"{path.name} claims {rate_hz} samples a second, which no recorder writes.",
            "Save it anew with 8,000 to 192,000 samples a second.",
        )


def duration_of(path: Path) -> float | None:
    """Return the seconds that the container claims to hold; None where it does not say or cannot be read."""
    import av

    try:
        with _Source(path) as file, _open(file) as container:
            return None if container.duration is None else float(container.duration) / av.time_base
    except (av.FFmpegError, ValueError, OSError):
        return None


def tags_of(path: Path) -> dict[str, str]:
    """Return the tags of a sound file, such as title and creation_time, by names in small letters.

    Raises AudioError when it is no sound file or cannot be read.
    """
    import av

    try:
        with _Source(path) as file, _open(file) as container:
            streams = [stream.metadata for stream in container.streams.audio]
            return {name.lower(): value for tags in (*streams, container.metadata) for name, value in tags.items()}
    except (av.FFmpegError, ValueError, OSError) as error:
        reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) and error.strerror else "is no sound"
        raise AudioError(f"{path.name} {reason}.", GIVE_SOUND) from error


class Resampler:
    """Resampler of PyAV frames of any rate, layout and format to float32 mono 16 kHz. None flushes what is held back.

    Mono is the mean of the channels: the resampler's own mix to mono is 3 dB louder and leaves -1 to 1. Channels are
    packed: of eight planes and more PyAV 18 miscounts, and reads behind their end. What is no number is silence.
    """

    def __init__(self) -> None:
        import av

        self._resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE_HZ)

    def __call__(self, frame: Any) -> list[Samples]:
        return [_mono(out) for out in self._resampler.resample(frame)]


def _mono(frame: Any) -> Samples:
    packed = frame.to_ndarray().reshape(frame.samples, -1)
    mono: Samples = packed.mean(axis=1, dtype=np.float64)
    return np.clip(np.nan_to_num(mono, posinf=1.0, neginf=-1.0), -1.0, 1.0).astype(np.float32)


class RateConverter:
    """Converter of raw float32 blocks, shape (n, channels) at `rate_hz`, to mono 16 kHz; keeps its state."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._resample = Resampler()

    def __call__(self, samples: Samples) -> Samples:
        import av

        mono = np.ascontiguousarray(samples.mean(axis=1, dtype=np.float32)).reshape(1, -1)
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
