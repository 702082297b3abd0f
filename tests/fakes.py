"""Stand-ins with the real interfaces: no device, no model, no clock. How loud a sound is tells what it is."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import click
import numpy as np

from tests.sound_samples import VOICE_AMPLITUDE, WHISPER_AMPLITUDE, blocks_of, quiet, tone
from tests.vault_samples import SPOKEN_AT
from voicecheck.checkin.events import Spoken
from voicecheck.checkin.ports import Event, When
from voicecheck.errors import AudioError, VaultError, VoicecheckError
from voicecheck.speech.audio import Blocks
from voicecheck.speech.microphone import Post, RawSound
from voicecheck.speech.recognition.live import RecogniserThread, Written
from voicecheck.speech.recognition.recogniser import Hypothesis, SpeechRecogniser, Utterance
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.speech.recognition.vad import VoiceActivity, VoiceDetector, level_dbfs
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.whisper.confidence import Decoding, judge
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ, AudioBlock, ModelUse, Samples, Segment, Word
from voicecheck.vault.inbox.inbox import AnswerHeader, Inbox, SealedAnswer

PATIENCE_OF_A_TEST_S = 100.0  # of sound; an evening that waits longer waits for something that never comes


# Sound


class LoudnessDetector(VoiceDetector):
    """Takes loud for voice and half loud for whispering."""

    def __init__(self) -> None:
        self.resets = 0

    def reset(self) -> None:
        self.resets += 1

    def another(self) -> LoudnessDetector:
        return LoudnessDetector()

    def feed(self, block: AudioBlock) -> VoiceActivity:
        peak = float(np.abs(block.samples).max())
        voiced = 0.95 if peak > VOICE_AMPLITUDE / 2 else 0.02
        return VoiceActivity(block.start, block.end, voiced, level_dbfs(block.samples), peak > WHISPER_AMPLITUDE / 2)


# Words


def hearing(
    text: str, *, logprob: float = -0.2, no_speech: float = 0.05, language: str = "en", probability: float = 0.9
) -> Decoding:
    """As Whisper decodes `text`; an empty one for no words."""
    if not text:
        return Decoding(language=language, no_speech=no_speech)
    words = tuple(Word(0.4 * i, 0.4 * i + 0.3, f" {word}", probability) for i, word in enumerate(text.split()))
    segment = Segment(0.0, words[-1].end_s, text, words)
    return Decoding((segment,), language, logprob, no_speech)


def recognised(text: str, *, language: str = "en") -> RecognisedStretch:
    """The words of a stretch that was accepted."""
    return RecognisedStretch(hearing(text).segments, language)


@dataclass(frozen=True)
class Asked:
    """One call of the fake Whisper."""

    samples: Samples
    language: str
    prompt: str

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ


class ScriptedTranscriber(SpeechRecogniser):
    """Whisper's own confidence behind a queue of decodings, with a history. An error in the queue is raised; after the
    last it says `last`.
    """

    def __init__(self, *replies: Decoding | str | VoicecheckError, last: str = "and so on and so forth") -> None:
        self.replies = deque(replies)
        self.history: list[Asked] = []
        self.last = last
        self.use = ModelUse("scripted", "cpu", "int8")

    def transcribe(self, utterance: Utterance, *, language: str = "en", prompt: str = "") -> Hypothesis:
        self.history.append(Asked(utterance.samples, language, prompt))
        reply = self.replies.popleft() if self.replies else self.last
        if isinstance(reply, VoicecheckError):
            raise reply
        decoding = _spread(hearing(reply), utterance.duration_s) if isinstance(reply, str) else reply
        return judge(decoding, utterance.voiced_s)


def _spread(heard: Decoding, duration_s: float) -> Decoding:
    """Words of which the last lasts to the end of the sound: nothing was passed over in it."""
    return replace(
        heard,
        segments=tuple(
            replace(s, words=(*s.words[:-1], replace(s.words[-1], end_s=max(s.words[-1].end_s, duration_s))))
            for s in heard.segments
        ),
    )


class InlineWhisper(RecogniserThread):
    """Whisper without a thread: words are there before the next block; with `held` only when `answer` is called."""

    def __init__(self, recogniser: SpeechRecogniser, post: Callable[[Event], None], *, held: bool = False) -> None:
        self._recogniser = recogniser
        self._post = post
        self._held = held
        self.jobs: list[Job] = []

    def dispatch(self, job: Job) -> None:
        self.jobs.append(job)
        if not self._held:
            self.answer()

    def answer(self) -> None:
        """Write down what waits."""
        assert self._recogniser is not None
        while self.jobs:
            job = self.jobs.pop(0)
            try:
                self._post(Written(job.generation, write_down(self._recogniser, job)))
            except VoicecheckError as error:
                self._post(Written(job.generation, None, error))


# The evening

Step = Samples | Event | Callable[[], object]


class World:
    """The one queue of an evening, and all that happens outside it: when the queue is empty, the next thing of the
    script happens (a block of sound, an event, a call), and after the script there is a quiet room.
    """

    def __init__(self, *script: Step) -> None:
        self.stalled = False
        self._queue: deque[Event] = deque()
        self._script = self._happen(script)
        self.source: ScriptedSource | None = None
        """whose sound comes; None for a typed evening"""

    def put(self, event: Event) -> None:
        self._queue.append(event)

    def get(self, timeout: float | None = None) -> Event:
        while not self._queue:
            next(self._script)
            if self.stalled and timeout is not None:
                self.stalled = False
                raise queue.Empty
        return self._queue.popleft()

    def get_nowait(self) -> Event:
        if not self._queue:
            raise queue.Empty
        return self._queue.popleft()

    def stall(self) -> None:
        """A step of the script: for a while nothing comes."""
        self.stalled = True

    def _happen(self, script: Iterable[Step]) -> Iterator[None]:
        for step in script:
            if isinstance(step, np.ndarray):
                for block in blocks_of(step):
                    self._sound(block.samples)
                    yield
            elif callable(step):
                step()
                yield
            else:
                self.put(step)
                yield
        for _ in range(round(PATIENCE_OF_A_TEST_S / BLOCK_S)):
            assert self.source is not None, "a typed evening waits for what never comes"
            self._sound(quiet(BLOCK_S))
            yield
        raise AssertionError("the evening does not end")

    def _sound(self, samples: Samples) -> None:
        assert self.source is not None
        self.source.give(samples)


class ScriptedSource:
    """A microphone whose sound comes from the world; `live=False` makes it a file."""

    name = "scripted"

    def __init__(self, world: World, *, live: bool = True) -> None:
        world.source = self
        self.live, self.over = live, False
        self.asked = 0
        """how often it was told that its sound was worked through"""
        self.started = self.stopped = 0
        self._post: Post | None = None
        self._blocks = Blocks()

    def start(self, post: Post) -> None:
        self.started += 1
        self._post = post

    def give(self, samples: Samples, *, overflow: bool = False) -> None:
        assert self._post is not None, "the source was not started"
        self._post(RawSound(samples.reshape(-1, 1), overflow))

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]:
        yield from self._blocks.feed(raw.samples[:, 0])

    def consumed(self) -> None:
        self.asked += 1

    def stop(self) -> None:
        self.stopped += 1


class FakeMouth:
    """Remembers what it says, and is done at once; with `slow` only when hushed or told to `finish`."""

    def __init__(self, post: Callable[[Event], None], *, slow: bool = False) -> None:
        self._post = post
        self._slow = slow
        self._saying = 0
        self._second_alone = False
        self.said: list[str] = []
        self.prepared: list[str] = []
        self.chimes = self.nudges = self.hushes = self.gave_way = self.pace = self.closes = 0

    def say(self, text: str, *, chime: bool = False) -> None:
        self.said.append(text)
        self.chimes += chime
        self._saying += 1
        if not self._slow or (self._second_alone and len(self.said) != 2):
            self.finish()

    def prepare(self, text: str) -> None:
        self.prepared.append(text)

    def finish(self) -> None:
        """The sentence that is being said is over."""
        assert self._saying, "nothing is being said"
        self._saying -= 1
        self._post(Spoken())

    def hurry(self) -> None:
        """From here on every sentence is over at once, and so is the one that is being said."""
        self._slow = False
        if self._saying:
            self.finish()

    def linger_on_second(self) -> None:
        """Only the second sentence takes its time."""
        self._second_alone = True

    def nudge(self) -> None:
        self.nudges += 1

    def change_pace(self, *, faster: bool) -> bool:
        self.pace += 1 if faster else -1
        return -3 < self.pace < 3

    def hush(self) -> None:
        self.hushes += 1
        if self._saying:
            self.finish()

    def give_way(self) -> None:
        self.gave_way += 1
        if self._saying:
            self.finish()

    def close_tone(self) -> None:
        self.closes += 1


@dataclass
class FakeScreen:
    """Remembers what a person would have seen."""

    asking_keep: bool = False
    questions: list[tuple[str, int, int]] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    afterwards: list[str] = field(default_factory=list)
    lines_asked: int = 0
    pairs: list[tuple[tuple[str, str], tuple[str, str]]] = field(default_factory=list)
    offers: list[tuple[str, ...]] = field(default_factory=list)

    def question(self, text: str, number: int, count: int) -> None:
        self.questions.append((text, number, count))

    def sentence(self, text: str, private: bool = False) -> None:
        self.sentences.append(text)

    def offer(self, choices: tuple[str, ...]) -> None:
        self.offers.append(choices)

    def state(self, name: str) -> None:
        self.asking_keep = False
        self.states.append(name)

    def level(self, dbfs: float, seconds: float) -> None:
        self.levels.append(dbfs)

    def words(self, text: str) -> None:
        self.texts.append(text)

    def notice(self, text: str, private: bool = False, when: When = When.STAYS) -> None:
        (self.afterwards if when is When.AFTER else self.notices).append(text)

    def set_aside(self, said: str = "") -> None:
        self.notices.append(f"set aside: {said}" if said else "set aside")

    def guessed(self, heard: str, guess: str) -> None:
        self.notices.append(f"set aside: {heard} for {guess}")

    def nothing_aside(self) -> None:
        self.notices = [one for one in self.notices if not one.startswith("set aside")]

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        self.notices.append(f"beside: {said}")

    def nothing_beside(self) -> None:
        self.notices = [one for one in self.notices if not one.startswith("beside: ")]

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        self.pairs.append((left, right))

    def ask_keep(self) -> None:
        self.asking_keep = True

    def ask_line(self) -> None:
        self.lines_asked += 1


class Clock:
    """Each look is one second later than the one before."""

    def __init__(self) -> None:
        self._looks = 0

    def __call__(self) -> Any:
        self._looks += 1
        return SPOKEN_AT + timedelta(seconds=self._looks)


# The disk


class FullDiskAnswer(SealedAnswer):
    """A real sealed answer whose disk is full after `room` times of making durable."""

    room = 0

    def sync(self) -> None:
        if self.room <= 0:
            raise VaultError("The disk is full.", "Make room.")
        self.room -= 1
        super().sync()


class FullDiskInbox(Inbox):
    def __init__(self, inbox: Inbox, room: int) -> None:
        self._inbox = inbox
        self._room = room

    def begin(self, header: AnswerHeader) -> SealedAnswer:
        answer = self._inbox.begin(header)
        answer.__class__ = FullDiskAnswer
        answer.room = self._room  # type: ignore[attr-defined]
        return answer


# Devices


class FakeVoice:
    """A tone for a sentence: 10 ms a letter."""

    name = "a tone"
    needs_file = False

    def __init__(self, error: AudioError | None = None) -> None:
        self.sentences: list[str] = []
        self._error = error

    def synthesize(self, text: str) -> Iterator[Sound]:
        self.sentences.append(text)
        if self._error is not None:
            raise self._error
        yield Sound(tone(0.01 * len(text), 0.3), SAMPLE_RATE_HZ)


class PortAudioError(Exception):
    """As sounddevice's own."""


class FakeSounddevice(ModuleType):
    """In sounddevice's place, where a module imports it: streams that take and give at once."""

    PortAudioError = PortAudioError

    def __init__(self, *, rates: tuple[int, ...] = (16_000, 24_000, 48_000), outputs: int = 1, inputs: int = 1) -> None:
        super().__init__("sounddevice")
        self.rates = rates
        self._devices = [
            {"name": f"{kind} {i}", "max_output_channels": 2 * (kind == "Speaker"),
             "max_input_channels": 2 * (kind == "Mic"), "default_samplerate": 48_000.0, "hostapi": 0}
            for kind, count in (("Speaker", outputs), ("Mic", inputs)) for i in range(count)
        ]  # fmt: skip
        for index, device in enumerate(self._devices):
            device["index"] = index
        self.played: list[Samples] = []
        self.aborted = 0
        self.streams: list[FakeInputStream] = []
        self.rooms: dict[int | None, Samples] = {}
        """what the microphone with this index gives as soon as it is opened"""
        self.before_write: Callable[[], None] = lambda: None
        self.written = threading.Event()

    def query_devices(self, device: int | None = None, kind: str | None = None) -> Any:
        if kind is None:
            return self._devices
        for found in self._devices:
            if found[f"max_{kind}_channels"] and device in (None, found["index"]):
                return found
        raise PortAudioError("no such device")

    def OutputStream(self, **options: Any) -> FakeOutputStream:
        return FakeOutputStream(self, options)

    def InputStream(self, **options: Any) -> FakeInputStream:
        if options["samplerate"] not in self.rates:
            raise PortAudioError("this device has another rate")
        self.streams.append(FakeInputStream(options, self.rooms.get(options["device"])))
        return self.streams[-1]


class FakeOutputStream:
    latency = 0.1

    def __init__(self, device: FakeSounddevice, options: dict[str, Any]) -> None:
        if options["samplerate"] not in device.rates:
            raise PortAudioError("this device has another rate")
        if options["channels"] != device.query_devices()[0].get("only_channels", options["channels"]):
            raise PortAudioError("this device has another number of channels")
        self._device = device
        device.played.append(np.zeros(0, np.float32))

    def write(self, data: Samples) -> None:
        self._device.before_write()
        self._device.played[-1] = np.concatenate([self._device.played[-1], data[:, 0]])
        self._device.written.set()

    def abort(self) -> None:
        self._device.aborted += 1

    def __enter__(self) -> FakeOutputStream:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing to close."""


@dataclass
class _Status:
    input_overflow: bool = False


class FakeInputStream:
    """Gives sound when a test says so."""

    def __init__(self, options: dict[str, Any], room: Samples | None = None) -> None:
        self.options = options
        self.closed = False
        self._room = room

    def start(self) -> None:
        """Sound comes by `give`, where no room was given."""
        if self._room is not None:
            self.give(self._room.reshape(-1, 1))

    def give(self, data: Samples, *, overflow: bool = False) -> None:
        self.options["callback"](data, len(data), None, _Status(overflow))

    def unplug(self) -> None:
        self.options["finished_callback"]()

    def close(self) -> None:
        self.closed = True
        self.options["finished_callback"]()


# A person at a terminal


class Person:
    """In `click.prompt`'s place: each question must hold the next expected words; Ctrl-C in the place of an answer."""

    CTRL_C = "\x03"

    def __init__(self, *talk: tuple[str, str]) -> None:
        self._talk = deque(talk)
        self.asked: list[str] = []

    def __call__(self, text: str, **options: Any) -> str:
        self.asked.append(text)
        assert self._talk, f"nobody expected: {text}"
        expected, answer = self._talk.popleft()
        assert expected in text, f"{expected!r} was expected, and it asks: {text}"
        if answer == self.CTRL_C:
            raise click.Abort
        return answer

    @property
    def done(self) -> bool:
        return not self._talk
