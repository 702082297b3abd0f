"""Speaker: says sentences through the loudspeaker, of which this is the only user.

Two threads: one plays, sentence after sentence, and can be hushed within 50 ms; the other loads the voice and makes
sound. What was prepared is played while the voice still loads. A machine without a voice or a loudspeaker stays silent,
says why once, and everything goes on: the sentences are on the screen.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.settings.schema import Loudspeaker as LoudspeakerSettings
from voicecheck.speech.devices import find_device
from voicecheck.speech.portaudio import portaudio, writing
from voicecheck.speech.voice.sentences import split_sentences
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.voice.synthesis_thread import Maker, Order
from voicecheck.speech.voice.voices import Voice
from voicecheck.utterance import Played, Samples

CHUNK_S = 0.05  # sound handed to PortAudio at a time; so long it takes to be silent
BETWEEN_SENTENCES_S = 0.3
CHIME_RATE_HZ = 24_000


class PreparedSounds(Protocol):
    """Protocol of sentences whose sound was made ahead; `prepared.Prepared` is the file of them."""

    def __contains__(self, sentence: str) -> bool: ...

    def sound(self, sentence: str) -> Sound | None: ...


class NothingPrepared:
    """No prepared sentences: every sound is made when it is needed."""

    def __contains__(self, sentence: str) -> bool:
        return False

    def sound(self, sentence: str) -> Sound | None:
        return None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of all sentences: volume, pause before a question, early loading of the voice."""

    volume: float = 1.0
    """0 to 1"""
    pause_s: float = 0.0
    """quiet before a question, counted from what was said before it"""
    load_early: bool = True
    """True if the voice loads behind the first text also where that needed none"""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Callbacks of the speaker, each called on one of its threads."""

    on_spoken: Callable[[], None]
    """once for each `say`, whatever became of it"""
    on_silent: Callable[[AudioError], None]
    """why nothing can be heard, once"""
    on_sound: Callable[[], None] = lambda: None
    """the first sound comes out now, or none ever will"""
    on_played: Callable[[Played], None] = lambda piece: None
    """each piece of sound, right before it is handed to the loudspeaker"""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    """empty for the chime alone"""
    chime: bool
    hushed: threading.Event
    """one a sentence, so that the next `say` cannot revive one that was hushed"""
    tone: Sound | None = None
    """a tone beside the sentences, in place of a text"""
    silenced: threading.Event = field(default_factory=threading.Event)
    """set where not even the chime is wanted any more"""


class Speaker:
    """Voice and loudspeaker on a thread: says texts in the order they come."""

    def __init__(
        self,
        settings: LoudspeakerSettings,
        open_voice: Callable[[], Voice],
        callbacks: Callbacks,
        delivery: Delivery = Delivery(),
        open_ready: Callable[[], PreparedSounds] = NothingPrepared,
    ) -> None:
        self._settings = settings
        self._hushed = self._silenced = threading.Event()
        self._callbacks = callbacks
        self._delivery = delivery
        self._open_ready = open_ready
        self._ready: PreparedSounds = NothingPrepared()
        self._maker = Maker(open_voice, self._voice_failed)
        self._jobs: queue.SimpleQueue[_Sentence | None] = queue.SimpleQueue()
        self._loudspeaker: Loudspeaker | None = None
        self._closing = threading.Event()
        self._current: _Sentence | None = None
        self._quiet_since: float | None = None
        """when the last sound ended; None before the first"""
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
        self._thread.start()

    def say(self, text: str, *, chime: bool = False) -> None:
        """Say `text`, and with `chime` the tones that mean: your turn."""
        self._hushed, self._silenced = threading.Event(), threading.Event()
        self._jobs.put(_Sentence(text, chime, self._hushed, silenced=self._silenced))

    def prepare(self, text: str) -> None:
        """Make the sound of `text` now: it may be said next. It is in memory alone, and dropped if it is not said."""
        if any(sentence not in self._ready for sentence in split_sentences(text)):
            self._maker.prepare(text)

    def nudge(self) -> None:
        """Play a soft tone; no callback tells when it is over."""
        self._play_beside(chime(gentle=True))

    def open_tone(self) -> None:
        """Play the tones of the chime: the microphone opens. No callback tells when it is over."""
        self._play_beside(chime())

    def close_tone(self) -> None:
        """Play the tones of the chime falling: it does not listen any more. No callback tells when it is over."""
        self._play_beside(chime(falling=True))

    def _play_beside(self, tone: Sound) -> None:
        self._jobs.put(_Sentence("", False, threading.Event(), tone))

    def hush(self) -> None:
        """End what is being said. A chime that was to follow is still played."""
        self._hushed.set()

    def give_way(self) -> None:
        """End what is being said, and play no chime: somebody talks."""
        self._silenced.set()
        self.hush()

    def close(self) -> None:
        """End what is being said, the chime too. The speaker's own thread alone opens and closes streams."""
        self._closing.set()
        self._jobs.put(None)
        self.hush()
        if (current := self._current) is not None:
            current.hushed.set()
        self._thread.join(timeout=2.0)
        self._maker.close()

    def _run(self) -> None:
        try:
            self._ready = self._open_ready()
        except Exception:  # noqa: BLE001 - what was prepared is a comfort, and an evening does not wait for a dead thread
            self._ready = NothingPrepared()
        try:
            self._loudspeaker = Loudspeaker(self._settings, self._callbacks.on_played)
        except AudioError as error:
            self._silent(error)
        load_early = self._delivery.load_early
        while (job := self._jobs.get()) is not None:
            self._current = job
            if self._loudspeaker is not None and not self._closing.is_set():
                try:
                    self._perform(job, self._loudspeaker)
                except AudioError as error:
                    self._loudspeaker = None
                    self._silent(error)
                except Exception:  # noqa: BLE001 - of whatever library; the evening goes on without a voice
                    self._loudspeaker = None
                    self._silent(AudioError("The voice failed.", "Check it: voicecheck doctor"))
            self._callbacks.on_sound()
            if job.tone is None:
                self._callbacks.on_spoken()
            if load_early and self._loudspeaker is not None:
                self._maker.load()
                load_early = False

    def _voice_failed(self, error: AudioError) -> None:
        if self._loudspeaker is not None:
            self._silent(error)

    def _silent(self, error: AudioError) -> None:
        self._callbacks.on_silent(error)
        self._callbacks.on_sound()

    def _perform(self, job: _Sentence, loudspeaker: Loudspeaker) -> None:
        if job.tone is not None:
            loudspeaker.play(job.tone, self._closing)
            return
        if job.text:
            self._speak(job, loudspeaker)
        if job.chime and not job.silenced.is_set():
            loudspeaker.play(chime(), self._closing)
        self._quiet_since = time.monotonic()

    def _speak(self, job: _Sentence, loudspeaker: Loudspeaker) -> None:
        for number, sound in enumerate(self._sounds(job)):
            job.hushed.wait(BETWEEN_SENTENCES_S if number else self._pause_s(job))
            if not loudspeaker.play(sound.times(self._delivery.volume), job.hushed, begun=self._callbacks.on_sound):
                break

    def _pause_s(self, job: _Sentence) -> float:
        """Return the seconds of quiet still due before a question; its sound may be made meanwhile."""
        if not job.chime or self._quiet_since is None:
            return 0.0
        return max(0.0, self._quiet_since + self._delivery.pause_s - time.monotonic())

    def _sounds(self, job: _Sentence) -> Iterator[Sound]:
        """Yield the sounds of a sentence: prepared ones as they are, the others made now, all begun at once."""
        taken = self._maker.take(job.text)
        if taken is not None:
            yield from taken.sounds(job.hushed)
            return
        pieces: list[str | Order] = []
        for is_ready, group in groupby(split_sentences(job.text), key=lambda sentence: sentence in self._ready):
            sentences = list(group)
            pieces += sentences if is_ready else [self._maker.make(" ".join(sentences))]
        for piece in pieces:
            if isinstance(piece, str):
                sound = self._ready.sound(piece)
                if sound is not None:
                    yield sound
                    continue
                piece = self._maker.make(piece)  # it is there and damaged
            yield from piece.sounds(job.hushed)


class Loudspeaker:
    """Plays one sound at a time, and stops within 50 ms. Raises AudioError where there is none."""

    def __init__(self, settings: LoudspeakerSettings, on_played: Callable[[Played], None] = lambda piece: None) -> None:
        self._device = find_device(settings.device, "output")
        self._on_played = on_played

    def play(
        self,
        sound: Sound,
        stop: threading.Event | None = None,
        heard: Callable[[float], None] = lambda seconds: None,
        begun: Callable[[], None] = lambda: None,
    ) -> bool:
        """Play the sound and wait for its end; False when `stop` was set before that.

        `heard` is told, twenty times a second, how many seconds of it have come out; `begun` once it comes out.
        """
        sounddevice = portaudio()
        try:
            with writing() as ending:
                opened, rate_hz, channels = self._open(sounddevice, sound.rate_hz)
                fitting = sound if rate_hz == sound.rate_hz else sound.at(rate_hz)
                chunk = round(CHUNK_S * rate_hz)
                with opened as stream:
                    for start in range(0, len(fitting.samples), chunk):
                        if ending.is_set() or (stop is not None and stop.is_set()):
                            stream.abort()
                            self._on_played(Played(fitting.samples[:0], rate_hz, cut=True))
                            return False
                        piece = np.ascontiguousarray(fitting.samples[start : start + chunk])
                        self._on_played(Played(piece, rate_hz))
                        stream.write(np.repeat(piece.reshape(-1, 1), channels, axis=1))
                        if not start:
                            begun()
                        heard(max(0.0, (start + chunk) / rate_hz - stream.latency))
        except sounddevice.PortAudioError as error:
            raise AudioError("The loudspeaker cannot be used.", "Check it: voicecheck doctor") from error
        return True

    def _open(self, sounddevice: Any, rate_hz: int) -> tuple[Any, int, int]:
        """Open a stream at this rate in mono, else at the device's own; return it with its rate and channels."""
        own = sounddevice.query_devices(self._device, "output")
        own_hz, most = int(own["default_samplerate"]), int(own["max_output_channels"])
        forms = list(dict.fromkeys([(rate_hz, 1), (rate_hz, 2), (own_hz, 1), (own_hz, 2), (own_hz, most)]))
        for form in forms:
            try:
                stream = sounddevice.OutputStream(
                    samplerate=form[0], channels=form[1], dtype="float32", device=self._device, latency="high"
                )
            except sounddevice.PortAudioError:
                if form == forms[-1]:
                    raise
            else:
                return stream, *form
        raise AssertionError("the last form is opened or raised")


def chime(*, gentle: bool = False, falling: bool = False) -> Sound:
    """Return a short rising pair of tones: it is your turn; falling: it is over.

    The gentle one is a single soft tone: there is time.
    """
    pitches = (523.25,) if gentle else (659.26, 523.25) if falling else (523.25, 659.26)
    tones = [_tone(pitch, 0.12, 0.08 if gentle else 0.15) for pitch in pitches]
    return Sound(np.concatenate(tones), CHIME_RATE_HZ)


def _tone(pitch_hz: float, length_s: float, volume: float) -> Samples:
    t = np.arange(round(length_s * CHIME_RATE_HZ)) / CHIME_RATE_HZ
    envelope = np.minimum(1, t / 0.01) * np.exp(-t / (length_s / 3))
    return np.asarray(volume * envelope * np.sin(2 * np.pi * pitch_hz * t), np.float32)


def check_loudspeaker(settings: LoudspeakerSettings) -> None:
    """Play a soft tone. Raises AudioError."""
    Loudspeaker(settings).play(chime(gentle=True))
