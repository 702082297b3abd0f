"""Transcribes finished stretches while the person still speaks.

`LiveAnswer` is the book of one answer: which stretches were handed out, which of them came back as words, which are
void because the person went on. It lives on one thread and never waits. `WhisperThread` is the one other thread:
it loads the model, writes down one stretch at a time and hands the result back. What it may be believed: `retry`.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from voicecheck.domain import SAMPLE_RATE_HZ, ModelUse, Samples, Segment, Stretch, Transcript
from voicecheck.errors import ModelError, VoicecheckError
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, Hearing, shift
from voicecheck.speech.recognition.retry import Job, write_down
from voicecheck.speech.whisper.confidence import VOICE_S
from voicecheck.speech.whisper.engine import Transcriber

MARGIN_S = 2.5  # of quiet that is left around the sound of a stretch: what is soft there is not lost
PROMPT_CHARACTERS = 200  # of the text before, given to Whisper as context of a second try
SHORTEST_SOUND_S = 0.3
TRY_MARGIN_S = 0.5  # of quiet around sound without voice: more of it makes Whisper less sure
LONGEST_CALL_S = 30.0

_generations = itertools.count(1)  # of all answers: a late word of a dropped one must fit no other


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a job. `hearing` is None for sound whose words cannot be trusted."""

    generation: int
    hearing: Hearing | None
    error: VoicecheckError | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a stretch in which no voice was heard."""

    stretch: Stretch
    words: bool


@dataclass
class _Piece:
    stretch: Stretch
    generation: int
    samples: Samples | None = field(repr=False)
    start: int
    done: bool = False
    hearing: Hearing | None = field(default=None, repr=False)


class LiveAnswer:
    """The stretches of one answer and their words. `dispatch` is given a job whenever Whisper may take the next."""

    def __init__(self, dispatch: Callable[[Job], None], language: str = "en") -> None:
        self._dispatch = dispatch
        self._language = language
        self._pieces: list[_Piece] = []
        self._running: int | None = None
        self.error: VoicecheckError | None = None

    @property
    def busy(self) -> bool:
        """Whether words are still to come."""
        return self._running is not None or any(not p.done for p in self._pieces)

    @property
    def text(self) -> str:
        return " ".join(p.hearing.text for p in self._pieces if p.hearing is not None and p.hearing.text)

    def submit(self, stretch: Stretch, sound: Samples, start: int) -> None:
        """Take a stretch whose samples are `sound`, the first of them at sample index `start`."""
        if worth_a_call(stretch):
            self._pieces.append(_Piece(stretch, next(_generations), sound, start))
            self._next()

    def void(self, from_sample: int) -> None:
        """The person went on: forget what was made ahead of stretches that begin at `from_sample` or later."""
        self._pieces = [p for p in self._pieces if p.stretch.start < from_sample]
        self._next()

    def take(self, written: Written) -> Tried | None:
        """A result has come. Says what became of a stretch in which hardly a voice was heard."""
        if written.generation != self._running:
            return None  # of an answer that the person dropped
        self._running = None
        tried = None
        for piece in self._pieces:
            if piece.generation == written.generation:
                piece.done, piece.hearing, piece.samples = True, written.hearing, None
                self.error = self.error or written.error
                if written.hearing is not None:
                    self._settle_language(written.hearing)
                if piece.stretch.voiced_s < VOICE_S:
                    tried = Tried(piece.stretch, words=written.hearing is not None)
        self._next()
        return tried

    def transcript(self, model: ModelUse | None) -> Transcript:
        """All that was heard so far; times from sample 0."""
        segments: list[Segment] = []
        unheard: list[tuple[float, float]] = []
        for piece in self._pieces:
            if piece.hearing is not None:
                start_s = _seconds(piece.start)
                segments += [shift(s, start_s) for s in piece.hearing.segments]
                unheard += [(round(start_s + a, 3), round(start_s + b, 3)) for a, b in piece.hearing.unheard]
            elif piece.done:
                unheard.append((_seconds(piece.stretch.first_active), _seconds(piece.stretch.last_active)))
        language = "en" if self._language == ANY_LANGUAGE else self._language
        return Transcript(tuple(segments), tuple(unheard), language, model)

    def _next(self) -> None:
        if self._running is not None:
            return
        for place, piece in enumerate(self._pieces):
            if not piece.done and piece.samples is not None:
                self._running = piece.generation
                before = " ".join(p.hearing.text for p in self._pieces[:place] if p.hearing is not None)
                prompt = before[-PROMPT_CHARACTERS:]
                self._dispatch(Job(piece.generation, piece.stretch, piece.samples, piece.start, prompt, self._language))
                return

    def _settle_language(self, hearing: Hearing) -> None:
        if self._language == ANY_LANGUAGE:
            self._language = hearing.language  # one answer, one language: later stretches are too short to tell


def _seconds(sample: int) -> float:
    return round(sample / SAMPLE_RATE_HZ, 3)


def audible_range(stretch: Stretch) -> tuple[int, int]:
    """The samples of a stretch that Whisper gets: its sound and a margin of quiet."""
    margin = round((MARGIN_S if stretch.voiced else TRY_MARGIN_S) * SAMPLE_RATE_HZ)
    return max(stretch.start, stretch.first_active - margin), min(stretch.end, stretch.last_active + margin)


def worth_a_call(stretch: Stretch) -> bool:
    """Whether there may be words in it: a voice, or sound for a while."""
    return stretch.voiced > 0 or stretch.active >= SHORTEST_SOUND_S * SAMPLE_RATE_HZ


class WhisperThread:
    """Loads the model and writes down one job at a time, away from the thread that listens."""

    def __init__(
        self,
        load: Callable[[], Transcriber],
        on_written: Callable[[Written], None],
        on_failed: Callable[[VoicecheckError], None],
    ) -> None:
        self._load = load
        self._on_written = on_written
        self._on_failed = on_failed
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._transcriber: Transcriber | None = None
        self._is_loaded = threading.Event()
        self._thread = threading.Thread(target=self._run, name="whisper", daemon=True)
        self._thread.start()

    @property
    def use(self) -> ModelUse | None:
        """Which model, once it is loaded."""
        return None if self._transcriber is None else self._transcriber.use

    def dispatch(self, job: Job) -> None:
        self._jobs.put(job)

    def loaded(self) -> Transcriber:
        """The model, for other work once this thread is idle. Waits until it is loaded; raises ModelError."""
        self._is_loaded.wait()
        if self._transcriber is None:
            raise ModelError("Whisper is not loaded.", "See: voicecheck doctor")
        return self._transcriber

    def stop(self) -> None:
        """Take no more jobs, and wait for the one that runs: native threads must not outlive the interpreter."""
        self._jobs.put(None)
        self._thread.join(LONGEST_CALL_S)

    def _run(self) -> None:
        try:
            transcriber = self._transcriber = self._load()
        except VoicecheckError as error:
            self._on_failed(error)
            return
        finally:
            self._is_loaded.set()
        while (job := self._jobs.get()) is not None:
            try:
                self._on_written(Written(job.generation, write_down(transcriber, job)))
            except VoicecheckError as error:
                self._on_written(Written(job.generation, None, error))
