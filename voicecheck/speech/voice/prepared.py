"""Sentences whose sound was made ahead: the questions of all packs and the fixed phrases, in one file a voice.

Which question was asked, and when, is private, so the file never grows by use. `prepare` makes it as a whole, always
in the same order; stopped in the middle it holds the beginning, and is taken up there. The file is a stored zip of
Opus (RFC 6716, 7845), named by the hash of its sentence. What is missing, damaged or of another voice, pace or wording
is not found in it, and is spoken live.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.files import make_private_folder, write_atomically
from voicecheck.models.catalog import VoiceFiles
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.voice.voices import Voice

FORM = "1"  # of the file; another number makes all that was made before stale
OPUS_RATE_HZ = 24_000
OPUS_BITS_PER_SECOND = 32_000
DECODED_RATE_HZ = 48_000  # Opus always gives this
SAVED_EVERY_S = 20.0
LARGEST_BYTES, LARGEST_SENTENCE_BYTES = 200_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Made:
    """Progress of preparing a voice."""

    ready: int
    """sentences"""
    wanted: int

    @property
    def whole(self) -> bool:
        return self.ready == self.wanted


def file_of(folder: Path, files: VoiceFiles, rate: float) -> Path:
    """Return the path of the prepared sentences of this voice at this pace; a change of either is another file."""
    mark = hashlib.sha256(
        "\0".join((FORM, files.engine, files.name, files.mark, f"{rate:.3f}")).encode(errors="surrogateescape")
    ).hexdigest()
    plain = re.sub(r"[^\w.-]", "_", files.name)
    return folder / f"{plain}-{mark[:12]}.zip"


class Prepared:
    """The prepared sentences of a voice. A missing or broken file holds none. It is read whole: no file stays open."""

    def __init__(self, path: Path) -> None:
        self._names: frozenset[str] = frozenset()
        try:
            if path.is_file() and path.stat().st_size <= LARGEST_BYTES:
                self._archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
                self._names = frozenset(one.filename for one in self._archive.infolist() if _is_plain(one))
        except Exception:  # noqa: BLE001 - a damaged zip raises a dozen kinds, and the sentence is said live
            self._names = frozenset()

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, sentence: str) -> bool:
        return _member(sentence) in self._names

    def made(self, sentences: Iterable[str]) -> Made:
        wanted = list(dict.fromkeys(sentences))
        return Made(sum(sentence in self for sentence in wanted), len(wanted))

    def sound(self, sentence: str) -> Sound | None:
        content = self.content(sentence)
        return None if content is None else decode(content)

    def content(self, sentence: str) -> bytes | None:
        if sentence not in self:
            return None
        try:
            return self._archive.read(_member(sentence))
        except Exception:  # noqa: BLE001 - as above
            return None


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """True if it is as `prepare` writes it: neither packed nor encrypted, and no longer than a sentence can be."""
    return (
        member.compress_type == zipfile.ZIP_STORED
        and not member.flag_bits & 1
        and member.file_size <= LARGEST_SENTENCE_BYTES
    )


def _member(sentence: str) -> str:
    return f"{hashlib.sha256(sentence.encode()).hexdigest()[:32]}.opus"


def prepare(
    path: Path, sentences: Iterable[str], voice: Voice, progress: Callable[[Made], None], workers: int | None = None
) -> Made:
    """Make what is missing of `sentences`, in their order, and leave out what is no longer among them.

    What was made is saved now and then, and when this is stopped. Raises AudioError, VoicecheckError for a folder that
    cannot be written, and whatever stops it.
    """
    wanted = list(dict.fromkeys(sentences))
    before = Prepared(path)
    ready = {s: content for s in wanted if (content := before.content(s)) is not None}
    made = Made(len(ready), len(wanted))
    if made.whole and len(before) == len(wanted):
        return made
    make_private_folder(path.parent)
    saved_at = time.monotonic()
    try:
        progress(made)
        for sentence, content in _in_parallel((s for s in wanted if s not in ready), voice, workers):
            ready[sentence] = content
            made = Made(len(ready), len(wanted))
            progress(made)
            if time.monotonic() - saved_at > SAVED_EVERY_S:
                _save(path, ready, wanted)
                saved_at = time.monotonic()
    finally:
        _save(path, ready, wanted)
    _remove_stale(path)
    return made


def _in_parallel(sentences: Iterator[str], voice: Voice, workers: int | None) -> Iterator[tuple[str, bytes]]:
    """Yield each sentence with its sound once it is made. Only a few are begun, so that it can be stopped soon."""

    def make(sentence: str) -> bytes:
        return encode(list(voice.synthesize(sentence)))

    count = workers or os.cpu_count() or 1
    pool = ThreadPoolExecutor(count, thread_name_prefix="prepare")
    running: dict[Future[bytes], str] = {}
    try:
        for sentence in sentences:
            running[pool.submit(make, sentence)] = sentence
            if len(running) > count:
                yield from _finished(running)
        while running:
            yield from _finished(running)
    finally:
        pool.shutdown(cancel_futures=True)


def _finished(running: dict[Future[bytes], str]) -> Iterator[tuple[str, bytes]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()


def _save(path: Path, ready: dict[str, bytes], order: list[str]) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for sentence in order:
            if sentence in ready:
                # One date for all: when each was made is nobody's business.
                archive.writestr(zipfile.ZipInfo(_member(sentence), (1980, 1, 1, 0, 0, 0)), ready[sentence])
    write_atomically(path, content.getvalue())


def _remove_stale(path: Path) -> None:
    """Remove files of the same voice at another pace or in another form."""
    beginning = path.name.rsplit("-", 1)[0]
    for other in path.parent.glob(f"{beginning}-*.zip"):
        if other != path and other.name.rsplit("-", 1)[0] == beginning:
            other.unlink(missing_ok=True)


# Opus


def encode(sounds: list[Sound]) -> bytes:
    """Encode `sounds`, one behind the other, as one Ogg Opus file. Raises AudioError for none."""
    import av

    if not sounds or not any(len(sound.samples) for sound in sounds):
        raise AudioError("The voice gives no sound.", "Try: voicecheck voice test")
    content = io.BytesIO()
    with av.open(content, "w", format="ogg") as container:
        stream: Any = container.add_stream("libopus", rate=OPUS_RATE_HZ, layout="mono")
        stream.bit_rate = OPUS_BITS_PER_SECOND
        whole = np.concatenate([sound.samples for sound in sounds]).astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="flt", layout="mono")
        frame.sample_rate = sounds[0].rate_hz
        for given in (frame, None):
            for packet in stream.encode(given):
                container.mux(packet)
    return content.getvalue()


def decode(content: bytes) -> Sound | None:
    """Decode a sound; None if it is none."""
    import av

    try:
        with av.open(io.BytesIO(content), "r", format="ogg") as container:
            resample = av.AudioResampler(format="flt", layout="mono", rate=DECODED_RATE_HZ)
            frames = [out for frame in container.decode(audio=0) for out in resample.resample(frame)]
            pieces = [frame.to_ndarray().ravel() for frame in frames]
    except (av.FFmpegError, ValueError, IndexError):
        return None
    return Sound(np.concatenate(pieces).astype(np.float32), DECODED_RATE_HZ) if pieces else None
