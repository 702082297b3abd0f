"""Audio sources: the microphone, of which this is the only user, and a sound file in its place.

A source hands over raw sound from a thread of its own, which does nothing but queue a copy; whoever takes it from the
queue turns it into blocks with `blocks`.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.speech.audio import Blocks, RateConverter, in_blocks
from voicecheck.speech.devices import find_device
from voicecheck.speech.portaudio import portaudio
from voicecheck.speech.recognition.vad import level_dbfs
from voicecheck.speech.sound_file import decode_file, is_damaged
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Samples

STOP_WAIT_S = 5.0
FIRST_SOUND_WITHIN_S = 4.0  # a device that slept takes up to three seconds
STALLED_AFTER_S = 3.0  # sound comes thirty times a second


@dataclass(frozen=True, slots=True)
class RawSound:
    """A buffer of sound, as a source delivers it."""

    samples: Samples = field(repr=False)
    """float32 (n, channels) at the source's own rate"""
    overflow: bool = False
    """PortAudio lost sound before this"""


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """The source ends here: unplugged, or a file that is damaged further on."""

    error: AudioError


Post = Callable[[RawSound | SourceFailed], None]


class Source(Protocol):
    """A source of sound: a microphone, or a file in its place."""

    name: str
    live: bool
    """it gives sound whether anybody listens or not"""
    over: bool
    """nothing but silence comes any more: the file has ended"""

    def start(self, post: Post) -> None: ...

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]: ...

    def consumed(self) -> None:
        """Note that one buffer was worked through; a file gives its next one only then."""

    def stop(self) -> None: ...


class Microphone:
    """The input device, mono at 16 kHz where it can, else converted."""

    live = True
    over = False

    def __init__(self, settings: MicrophoneSettings) -> None:
        self._device = find_device(settings.device, "input")
        self._stream: Any = None
        self._blocks = Blocks()
        self._convert: RateConverter | None = None
        self.name = "microphone"

    def try_out(self) -> None:
        """Open and close the stream. Raises AudioError when the device cannot be used."""
        self.start(lambda raw: None)
        self.stop()

    def start(self, post: Post) -> None:
        """Open the stream; raises AudioError when the device cannot be used."""
        sounddevice = portaudio()

        def callback(data: Samples, frames: int, when: Any, status: Any) -> None:
            post(RawSound(data.copy(), bool(status.input_overflow)))

        def gone() -> None:
            if self._stream is not None:
                post(SourceFailed(AudioError("The microphone is gone.", "Connect it again; what was heard is kept.")))

        def open_stream(rate_hz: int, channels: int) -> Any:
            return sounddevice.InputStream(
                samplerate=rate_hz,
                channels=channels,
                dtype="float32",
                blocksize=BLOCK_SAMPLES if rate_hz == SAMPLE_RATE_HZ else 0,
                device=self._device,
                callback=callback,
                finished_callback=gone,
            )

        try:
            try:
                stream = open_stream(SAMPLE_RATE_HZ, 1)
            except sounddevice.PortAudioError:
                about = sounddevice.query_devices(self._device, "input")
                rate_hz = int(about["default_samplerate"])
                stream = open_stream(rate_hz, min(2, about["max_input_channels"]))
                self._convert = RateConverter(rate_hz)
            stream.start()
        except sounddevice.PortAudioError as error:
            raise AudioError("The microphone cannot be opened.", "Check it: voicecheck doctor") from error
        self._stream = stream

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]:
        yield from self._blocks.feed(self._convert(raw.samples) if self._convert else raw.samples.mean(axis=1))

    def consumed(self) -> None:
        """Do nothing: a microphone waits for nobody."""

    def stop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()


class FileSource:
    """A sound file in the microphone's place: its sound, then silence without end, as in a quiet room.

    It gives the next block when the one before was `consumed`, at the speed of speech where that is asked for.
    """

    live = False

    def __init__(self, path: Path, *, realtime: bool = False) -> None:
        self._path = path
        self._realtime = realtime
        self._damaged: AudioError | None = None
        self._sound = decode_file(path, self._note_missing)
        self.name = path.name
        self.over = False
        self._first = next(self._sound)  # raises AudioError here, before anybody was asked anything
        self._ahead = threading.Semaphore(1)
        self._stopped = threading.Event()
        self._blocks = Blocks()
        self._thread: threading.Thread | None = None

    def start(self, post: Post) -> None:
        """Start once: an answer that starts over goes on in the same file."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(post,), name="sound file", daemon=True)
            self._thread.start()

    def _run(self, post: Post) -> None:
        begun, given = time.monotonic(), 0
        for piece in self._pieces(post):
            self._ahead.acquire()
            if self._realtime:
                self._stopped.wait(max(0.0, begun + given / SAMPLE_RATE_HZ - time.monotonic()))
            if self._stopped.is_set():
                return
            post(RawSound(piece.reshape(-1, 1)))
            given += len(piece)

    def _pieces(self, post: Post) -> Iterator[Samples]:
        yield from (block.samples for block in in_blocks(self._decoded(post)))
        self.over = True
        while True:
            yield np.zeros(BLOCK_SAMPLES, np.float32)

    def _decoded(self, post: Post) -> Iterator[Samples]:
        """Yield what the file gives, and post what is wrong with the rest."""
        try:
            yield self._first
            yield from self._sound
        except AudioError as error:
            self._damaged = error
        if self._damaged is not None:
            post(SourceFailed(self._damaged))

    def _note_missing(self, missing_s: float) -> None:
        self._damaged = is_damaged(self.name, missing_s)

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]:
        yield from self._blocks.feed(raw.samples[:, 0])

    def consumed(self) -> None:
        self._ahead.release()

    def stop(self) -> None:
        self._stopped.set()
        self._ahead.release()
        if self._thread is not None:
            self._thread.join(STOP_WAIT_S)


def measure_level(
    settings: MicrophoneSettings, seconds: float = 1.0, *, patience_s: float = FIRST_SOUND_WITHIN_S
) -> tuple[str, float]:
    """Return the device's name and the loudest level within `seconds` of its first sound, dBFS; waits for that sound.

    Raises AudioError; stores nothing.
    """
    microphone = Microphone(settings)
    heard: list[RawSound | SourceFailed] = []
    began = threading.Event()

    def take(raw: RawSound | SourceFailed) -> None:
        heard.append(raw)
        began.set()

    microphone.start(take)
    if began.wait(patience_s):
        time.sleep(seconds)
    microphone.stop()
    levels = [level_dbfs(raw.samples[:, 0]) for raw in heard if isinstance(raw, RawSound)]
    if not levels:
        raise AudioError("The microphone gives no sound.", "Connect it again, then: voicecheck doctor")
    return microphone.name, max(levels)


def listen(settings: MicrophoneSettings, seconds: float, on_level: Callable[[float], None]) -> Samples:
    """Record `seconds` at 16 kHz, in memory alone; `on_level` is told the dBFS of each block. Raises AudioError."""
    microphone = Microphone(settings)
    posted: queue.SimpleQueue[RawSound | SourceFailed] = queue.SimpleQueue()
    microphone.start(posted.put)
    heard: list[Samples] = []
    try:
        while len(heard) * BLOCK_SAMPLES < seconds * SAMPLE_RATE_HZ:
            for block in microphone.blocks(_next(posted)):
                heard.append(block.samples)
                on_level(level_dbfs(block.samples))
    finally:
        microphone.stop()
    return np.concatenate(heard)


def _next(posted: queue.SimpleQueue[RawSound | SourceFailed]) -> RawSound:
    try:
        raw = posted.get(timeout=STALLED_AFTER_S)
    except queue.Empty:
        raise AudioError("The microphone gives no sound.", "Connect it again, then: voicecheck doctor") from None
    if isinstance(raw, SourceFailed):
        raise raw.error
    return raw
