"""Sound files of any kind, read as far as a decoder can: cut, damaged and joined ones too.

A packet that cannot be decoded costs itself alone. What is missing in the end is told once, in seconds.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.signals import called_by_library
from voicecheck.speech.audio import Resampler
from voicecheck.speech.sound_parts import Part, SoundSource, WavClaim, parts_of, wav_claim
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

if TYPE_CHECKING:
    import av

# What people record with. Playlists and other formats that make the decoder open further files are left out.
READABLE_FORMATS = "aac,aiff,amr,asf,caf,flac,matroska,webm,mov,mp4,m4a,3gp,mp3,ogg,w64,wav"
GUESSED_LENGTHS = {"mp3", "aac", "amr", "wav"}
"""formats whose length the decoder estimates from the size of the file, which so never lacks anything"""

GIVE_SOUND = "Give a sound file: wav, flac, mp3, m4a, ogg, opus."
RATES_HZ = (4_000, 768_000)
"""samples a second of files that are read"""
LONGEST_FILE_S = 24 * 3600
MISSING_FROM_S = 0.1
"""of the length that a file claims: a codec's own delay is less"""
MOST_READ_ERRORS = 100
SILENT_PEAK = 0.001  # -60 dBFS
SOUND_ENOUGH_S = 1.0
"""of sound in a track that is not silent"""
LOOKED_AT_S = 3600
"""of all tracks of a part together, to find the one with sound: a file of many silent ones takes no hours"""

OnMissing = Callable[[float], None]
"""told once how many seconds could not be read; 0 where nobody knows"""


def decode_file(path: SoundSource, on_missing: OnMissing = lambda seconds: None) -> Iterator[Samples]:
    """Yield the sound of a file in pieces of arbitrary length, then tell `on_missing` if some of it cannot be read.

    Raises AudioError, before the first piece when the file has no sound, later when it is longer than a day.
    """
    import av

    given, missing_s, broken = 0, 0.0, False
    try:
        for part in _parts(path):
            reading = _Reading(path, part)
            try:
                for piece in reading.pieces():
                    given += len(piece)
                    _check_length(given, path)
                    yield piece
            except (av.FFmpegError, ValueError):
                reading.broken = True
            missing_s, broken = missing_s + reading.missing_s, broken or reading.broken
    except FileNotFoundError as error:
        raise AudioError(f"There is no file {path}.", "Check the path.") from error
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path and its permissions."
        ) from error
    if not given:
        raise _no_sound(path, broken=broken)
    if missing_s or broken:
        on_missing(missing_s)


def is_damaged(name: str, missing_s: float) -> AudioError:
    """Return what is told of a file of which some could not be read."""
    missing = "some of it" if missing_s < 1 else f"{round(missing_s)} seconds of it"
    return AudioError(f"{name} is damaged: {missing} could not be read.", "If you have another copy, give that.")


def _no_sound(path: SoundSource, *, broken: bool) -> AudioError:
    if not broken:
        return AudioError(f"There is no sound in {path.name}.", GIVE_SOUND)
    with path.open("rb") as file:
        unfinished = file.read(8)[4:] == b"ftyp"
    hint = "Its recorder may not have finished it: open it there once more, and save it anew."
    return AudioError(
        f"{path.name} is not sound that can be read, or it is damaged.", hint if unfinished else GIVE_SOUND
    )


def _parts(path: SoundSource) -> list[Part]:
    with path.open("rb") as file:
        if not file.read(1):
            raise AudioError(f"{path.name} is empty.", GIVE_SOUND)
    return parts_of(path)


def _check_length(samples: int, path: SoundSource) -> None:
    if samples > LONGEST_FILE_S * SAMPLE_RATE_HZ:
        hours = LONGEST_FILE_S // 3600
        raise AudioError(f"{path.name} is longer than {hours} hours.", "Cut it, and give the parts.")


class _Reading:
    """Reading of one part of a file; tells afterwards what was missing."""

    def __init__(self, path: SoundSource, part: Part) -> None:
        self._path = path
        self._part = part
        self._claim = WavClaim(False, 0.0)
        self._given_s = self._failed_s = self._claimed_s = 0.0
        self.broken = False
        """something could not be decoded"""

    @property
    def missing_s(self) -> float:
        short_s = self._claimed_s - self._given_s
        return max(self._failed_s, self._claim.missing_s, short_s if short_s > MISSING_FROM_S else 0.0)

    def pieces(self) -> Iterator[Samples]:
        """Yield the sound of the track that has some. Raises av.FFmpegError, ValueError, OSError, AudioError."""
        with _Source(self._path, self._part) as file:
            self._claim = wav_claim(file, self._part.end - self._part.start)
        track = self._sounding_track()
        with self._opened() as container:
            if container.streams.audio:
                self._claimed_s = _claimed_s(container)
                for piece in self._decoded(container, track):
                    self._given_s += len(piece) / SAMPLE_RATE_HZ
                    yield piece

    @contextmanager
    def _opened(self) -> Iterator[av.container.InputContainer]:
        with (
            _Source(self._path, self._part) as file,
            _open(file, whole=self._claim.too_little) as container,
        ):
            yield container

    def _sounding_track(self) -> int:
        """Return the first track with sound: a recorder may write the one of a socket that nothing is plugged into."""
        with self._opened() as container:
            tracks = len(container.streams.audio)
        if tracks < 2:
            return 0
        loud = [self._loud_samples(track, LOOKED_AT_S / tracks) for track in range(tracks)]
        enough = [track for track, samples in enumerate(loud) if samples >= SOUND_ENOUGH_S * SAMPLE_RATE_HZ]
        return enough[0] if enough else loud.index(max(loud))

    def _loud_samples(self, track: int, most_s: float) -> int:
        """Return the samples of sound in the first so many seconds of a track, as far as they are enough."""
        loud = given = 0
        with self._opened() as container:
            for piece in self._decoded(container, track):
                given += len(piece)
                loud += len(piece) if np.abs(piece).max(initial=0.0) > SILENT_PEAK else 0
                if loud >= SOUND_ENOUGH_S * SAMPLE_RATE_HZ or given > most_s * SAMPLE_RATE_HZ:
                    break
        self.broken, self._failed_s = False, 0.0
        return loud

    def _decoded(self, container: av.container.InputContainer, track: int) -> Iterator[Samples]:
        import av

        resample = Resampler()
        for packet in self._packets(container, container.streams.audio[track]):
            try:
                frames = packet.decode()
            except (av.FFmpegError, ValueError):
                self.broken = True
                self._failed_s += _length_s(packet)
                continue
            for frame in frames:
                _check_rate(frame.sample_rate, self._path)
                yield from resample(frame)
        yield from resample(None)

    def _packets(self, container: av.container.InputContainer, stream: Any) -> Iterator[Any]:
        """Yield the packets of a stream, also those behind a place that cannot be read."""
        import av

        for _ in range(MOST_READ_ERRORS):
            try:
                yield from container.demux(stream)
            except (av.FFmpegError, ValueError):
                self.broken = True
                continue
            return


def _length_s(packet: Any) -> float:
    seconds = float(packet.duration * packet.time_base) if packet.duration and packet.time_base else 0.0
    return min(max(0.0, seconds), 1.0)  # no recorder's packet is longer


def _claimed_s(container: av.container.InputContainer) -> float:
    """Return the seconds that the header claims, as far as that can be believed; 0 where it cannot."""
    import av

    if set(container.format.name.split(",")) & GUESSED_LENGTHS or container.duration is None:
        return 0.0
    seconds = float(container.duration) / av.time_base
    return seconds if 0 < seconds < LONGEST_FILE_S else 0.0


class _Window(io.RawIOBase):
    """A part of a file as a file of its own."""

    def __init__(self, path: SoundSource, part: Part | None) -> None:
        self._file = path.open("rb")
        self._start = 0 if part is None else part.start
        self._end = self._file.seek(0, io.SEEK_END) if part is None else part.end
        self._file.seek(self._start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        left = max(0, self._end - self._file.tell())
        piece = self._file.read(min(len(view), left))
        view[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._end}[whence]
        if base + offset < self._start:
            raise OSError("before the beginning")
        return self._file.seek(base + offset) - self._start

    def close(self) -> None:
        self._file.close()
        super().close()


class _Source(io.BufferedReader):
    """A file to decode, or a part; a damaged one may send the decoder before the beginning or behind every end.

    PyAV prints a traceback of what is raised there a second time; -1 tells FFmpeg the same.
    """

    def __init__(self, path: SoundSource, part: Part | None = None) -> None:
        super().__init__(_Window(path, part))

    @called_by_library
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return super().seek(offset, whence)
        except (OSError, OverflowError, ValueError, KeyError):
            return -1


def _open(file: BinaryIO, *, whole: bool = False) -> av.container.InputContainer:
    """Open a file object with a list of formats, so that nothing in the file makes the decoder open another place.

    `whole` reads the sound of a WAV to the end of the file, whatever its header claims.
    """
    import av

    # Before PyAV 19 a title in another encoding is an error unless it is told to replace such letters.
    lenient: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
    options = {"format_whitelist": READABLE_FORMATS} | ({"ignore_length": "1"} if whole else {})
    container: av.container.InputContainer = av.open(file, "r", options=options, **lenient)
    return container


def _check_rate(rate_hz: int, path: SoundSource) -> None:
    """Refuse a rate at which a few bytes would unfold to gigabytes. Raises AudioError."""
    if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
        raise AudioError(
            f"{path.name} claims {rate_hz} samples a second, which no recorder writes.",
            "Save it anew with 8,000 to 192,000 samples a second.",
        )


def duration_of(path: SoundSource) -> float | None:
    """Return the seconds that a file claims to hold, and no more than its size can; None where it does not say."""
    import av

    try:
        lengths = [_duration_s(path, part) for part in parts_of(path)]
    except (av.FFmpegError, ValueError, OSError):
        return None
    known = [length for length in lengths if length is not None]
    return sum(known) if known else None


def _duration_s(path: SoundSource, part: Part) -> float | None:
    import av

    size = part.end - part.start
    with _Source(path, part) as file:
        whole = wav_claim(file, size).too_little
        file.seek(0)
        with _open(file, whole=whole) as container:
            if container.duration is None:
                return None
            seconds = float(container.duration) / av.time_base
            codecs = [stream.codec_context for stream in container.streams.audio]
            raw = [one for one in codecs if one is not None and one.name.startswith("pcm")]
            bits_a_second = sum(one.bit_rate or 0 for one in raw)
            if not bits_a_second:
                return seconds
            by_size_s = size * 8 / bits_a_second
            return by_size_s if whole else min(seconds, by_size_s)


def tags_of(path: SoundSource) -> dict[str, str]:
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
