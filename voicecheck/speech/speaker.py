"""Sentence to loudspeaker: the only user of the loudspeaker.

A thread of its own synthesizes and plays, one sentence after the other, and can be hushed within 50 ms. A machine
without a voice or a loudspeaker stays silent, says why once, and everything goes on: the sentences are on the screen.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from voicecheck.domain import Samples
from voicecheck.errors import AudioError
from voicecheck.settings import Loudspeaker as LoudspeakerSettings
from voicecheck.speech.devices import find_device
from voicecheck.speech.portaudio import portaudio
from voicecheck.speech.voices import Sound, Voice

CHUNK_S = 0.05  # sound handed to PortAudio at a time; so long it takes to be silent
CHIME_RATE_HZ = 24_000


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    """empty for the chime alone"""
    chime: bool
    hushed: threading.Event
    """one a sentence, so that the next `say` cannot revive one that was hushed"""
    gentle: bool = False


class Speaker:
    """Says sentences in the order they come. `on_spoken` is called once for each `say`, whatever became of it."""

    def __init__(
        self,
        settings: LoudspeakerSettings,
        open_voice: Callable[[], Voice],
        on_spoken: Callable[[], None],
        on_silent: Callable[[AudioError], None],
    ) -> None:
        self._settings = settings
        self._hushed = threading.Event()
        self._open_voice = open_voice
        self._on_spoken = on_spoken
        self._on_silent = on_silent
        self._jobs: queue.Queue[_Sentence | None] = queue.Queue()
        self._loudspeaker: Loudspeaker | None = None
        self._voice: Voice | None = None
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
        self._thread.start()

    def say(self, text: str, *, chime: bool = False) -> None:
        """Say `text`, and with `chime` the tones that mean: your turn."""
        self._hushed = threading.Event()
        self._jobs.put(_Sentence(text, chime, self._hushed))

    def nudge(self) -> None:
        """A soft tone. Nobody is told when it is over."""
        self._jobs.put(_Sentence("", False, threading.Event(), gentle=True))

    def hush(self) -> None:
        """End what is being said. A chime that was to follow is still played."""
        self._hushed.set()

    def close(self) -> None:
        self._jobs.put(None)
        self.hush()
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        self._open()
        while (job := self._jobs.get()) is not None:
            if self._loudspeaker is not None:
                try:
                    self._perform(job, self._loudspeaker)
                except AudioError as error:
                    self._loudspeaker = None
                    self._on_silent(error)
            if not job.gentle:
                self._on_spoken()

    def _open(self) -> None:
        try:
            self._loudspeaker = Loudspeaker(self._settings)
        except AudioError as error:
            return self._on_silent(error)
        try:
            self._voice = self._open_voice()
        except AudioError as error:
            self._on_silent(error)
        return None

    def _perform(self, job: _Sentence, loudspeaker: Loudspeaker) -> None:
        if job.gentle:
            loudspeaker.play(chime(gentle=True))
            return
        if self._voice is not None and job.text:
            for sound in _ahead(self._voice.synthesize(job.text)):
                if not loudspeaker.play(sound, job.hushed):
                    break
        if job.chime:
            loudspeaker.play(chime())


def _ahead(sounds: Iterator[Sound]) -> Iterator[Sound]:
    """The same sounds, the next one made while the one before is played: no gap between two sentences."""
    made: queue.SimpleQueue[Sound | AudioError | None] = queue.SimpleQueue()

    def make() -> None:
        try:
            for sound in sounds:
                made.put(sound)
        except AudioError as error:
            made.put(error)
        made.put(None)

    threading.Thread(target=make, name="voice", daemon=True).start()
    while (item := made.get()) is not None:
        if isinstance(item, AudioError):
            raise item
        yield item


class Loudspeaker:
    """Plays one sound at a time, and stops within 50 ms. Raises AudioError where there is none."""

    def __init__(self, settings: LoudspeakerSettings) -> None:
        self._device = find_device(settings.device, "output")

    def play(
        self,
        sound: Sound,
        stop: threading.Event | None = None,
        heard: Callable[[float], None] = lambda seconds: None,
    ) -> bool:
        """Blocks until the sound was heard; False when `stop` was set before the end.

        `heard` is told, twenty times a second, how many seconds of it have come out.
        """
        sounddevice = portaudio()
        chunk = round(CHUNK_S * sound.rate_hz)
        try:
            with sounddevice.OutputStream(
                samplerate=sound.rate_hz, channels=1, dtype="float32", device=self._device, latency="high"
            ) as stream:
                for start in range(0, len(sound.samples), chunk):
                    if stop is not None and stop.is_set():
                        stream.abort()
                        return False
                    stream.write(np.ascontiguousarray(sound.samples[start : start + chunk]).reshape(-1, 1))
                    heard(max(0.0, (start + chunk) / sound.rate_hz - stream.latency))
        except sounddevice.PortAudioError as error:
            raise AudioError("The loudspeaker cannot be used.", "Check it: voicecheck doctor") from error
        return True


def chime(*, gentle: bool = False) -> Sound:
    """A short rising pair of tones: it is your turn. The gentle one is a single soft tone: there is time."""
    pitches = (523.25,) if gentle else (523.25, 659.26)
    tones = [_tone(pitch, 0.12, 0.08 if gentle else 0.15) for pitch in pitches]
    return Sound(np.concatenate(tones), CHIME_RATE_HZ)


def _tone(pitch_hz: float, length_s: float, volume: float) -> Samples:
    t = np.arange(round(length_s * CHIME_RATE_HZ)) / CHIME_RATE_HZ
    envelope = np.minimum(1, t / 0.01) * np.exp(-t / (length_s / 3))
    return np.asarray(volume * envelope * np.sin(2 * np.pi * pitch_hz * t), np.float32)


def check_loudspeaker(settings: LoudspeakerSettings) -> None:
    """Play a soft tone. Raises AudioError."""
    Loudspeaker(settings).play(chime(gentle=True))
