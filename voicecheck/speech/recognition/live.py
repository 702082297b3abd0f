"""Transcribes finished stretches while the person still speaks.

`LiveAnswer` is the book of one answer: which stretches were handed out, which of them came back as words, which are
void because the person went on. It lives on one thread and never waits. `RecogniserThread` is the one other thread:
it loads the model, writes down one stretch at a time and hands the result back. Further tries: `retry`.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from voicecheck.errors import ModelError, VoicecheckError
from voicecheck.speech.recognition import laughter, seams
from voicecheck.speech.recognition.expected import NOTHING_EXPECTED, ExpectedWords
from voicecheck.speech.recognition.own_words import without_own
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, SPOKEN_FROM_S, SpeechRecogniser, shift
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.utterance import (
    SAMPLE_RATE_HZ,
    AudioBlock,
    Meant,
    ModelUse,
    OwnSpeech,
    Samples,
    Segment,
    Stretch,
    Transcript,
    VoiceSound,
)

OTHERS_GAP_S = 2.0  # somebody else who pauses for less is told as one
SHORTEST_OTHERS_S = 1.0
FADE = SAMPLE_RATE_HZ // 100
NEAR = 8
"""segments before a cut that may reach it"""
OVERLAP = round(seams.OVERLAP_S * SAMPLE_RATE_HZ)
MARGIN_S = 2.5  # of quiet that is left around the sound of a stretch: what is soft there is not lost
PROMPT_CHARACTERS = 200  # of the text before, given as context of a second try
SHORTEST_SOUND_S = 0.3
TRY_MARGIN_S = 0.5  # of quiet around sound without voice: more of it makes Whisper less sure
LONGEST_CALL_S = 30.0

_generations = itertools.count(1)  # of all answers: a late word of a dropped one must fit no other


def next_generation() -> int:
    """Return a number that no other job has."""
    return next(_generations)


@dataclass(frozen=True, slots=True)
class Written:
    """The result of a job; `words` is None for sound whose words were refused."""

    generation: int
    words: RecognisedStretch | None
    error: VoicecheckError | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """The result for a stretch without voice; `words` is True if words were found in it."""

    stretch: Stretch
    words: bool


@dataclass
class _Piece:
    stretch: Stretch
    generation: int
    samples: Samples | None = field(repr=False)
    start: int
    done: bool = False
    anew: bool = False
    """written down once more, in the language that what follows told"""
    words: RecognisedStretch | None = field(default=None, repr=False)


class LiveAnswer:
    """The stretches of one answer and their words. `dispatch` gets a job whenever the recogniser may take one."""

    def __init__(
        self,
        dispatch: Callable[[Job], None],
        language: str = ANY_LANGUAGE,
        expected: str = "",
        words: ExpectedWords = NOTHING_EXPECTED,
    ) -> None:
        """`expected` is the language to take where any may be spoken, and nothing surely tells another."""
        self._dispatch = dispatch
        self._given = "" if language == ANY_LANGUAGE else language
        self._expected = expected
        self._words = words
        self._pieces: list[_Piece] = []
        self._others: list[tuple[int, int]] = []
        """sample indices at which somebody else was heard"""
        self._running: int | None = None
        self.own: list[OwnSpeech] = []
        """spans in which the program's own voice may be: its words are nobody's answer"""
        self.error: VoicecheckError | None = None

    @property
    def busy(self) -> bool:
        """True while words are still to come."""
        return self._running is not None or any(not p.done for p in self._pieces)

    @property
    def complete(self) -> bool:
        """True if all voice so far gave words."""
        return all(p.words is not None and not p.words.unheard for p in self._pieces if p.stretch.voiced)

    @property
    def text(self) -> str:
        return self.transcript(None).text

    def submit(self, stretch: Stretch, sound: Samples, start: int) -> None:
        """Take a stretch whose samples are `sound`, the first of them at sample index `start`."""
        self._others += stretch.others
        if worth_a_call(stretch):
            self._pieces.append(_Piece(stretch, next_generation(), sound, start))
            self._next()

    def void(self, from_sample: int) -> None:
        """Forget what was made ahead of stretches that begin at `from_sample` or later: the person went on."""
        self._pieces = [p for p in self._pieces if p.stretch.start < from_sample]
        self._others = [span for span in self._others if span[0] < from_sample]
        self._write_anew()
        self._next()

    def take(self, written: Written) -> Tried | None:
        """Take a result. Return the outcome for a stretch in which hardly a voice was heard."""
        if written.generation != self._running:
            return None  # of an answer that the person dropped
        self._running = None
        tried = None
        for piece in self._pieces:
            if piece.generation == written.generation:
                piece.done, piece.words = True, self._without_own(piece, written.words)
                self.error = self.error or written.error
                self._write_anew()
                if piece.stretch.voiced_s < SPOKEN_FROM_S:
                    tried = Tried(piece.stretch, words=piece.words is not None and bool(piece.words.segments))
        self._next()
        return tried

    def transcript(self, model: ModelUse | None) -> Transcript:
        """Return all that was heard so far; times from sample 0. Its language is empty where no word told it."""
        done = ((p.stretch, p.start, p.words) for p in self._pieces if p.done and not self._only_own(p))
        heard = joined(done, self._language or self._language_of_little_voice, model)
        return replace(heard, others=_spans(self._others))

    def _without_own(self, piece: _Piece, words: RecognisedStretch | None) -> RecognisedStretch | None:
        if words is None or not self.own:
            return words
        segments = without_own(words.segments, piece.start, self.own)
        return replace(words, segments=segments) if segments or not words.segments or words.sounds else None

    def _only_own(self, piece: _Piece) -> bool:
        """True if nothing but the program's own voice was in the stretch, as far as its words tell."""
        stretch = piece.stretch
        inside = any(o.start <= stretch.first_active and stretch.last_active <= o.end for o in self.own)
        return piece.words is None and (inside or (bool(self.own) and not stretch.voiced))

    @property
    def _language(self) -> str:
        """The language of the answer: the given one, or that of the first stretch that tells one; else empty.

        One answer, one language: later stretches are too short to tell. What was made ahead and is void tells none.
        """
        told = (p.words.language for p in self._pieces if p.done and p.words is not None and p.words.settles)
        return self._given or next(filter(None, told), "")

    @property
    def _language_of_little_voice(self) -> str:
        """The language of an answer that no stretch settles: the expected one, unless all of it is of another."""
        heard = {p.words.language for p in self._pieces if p.words is not None and p.words.text}
        return heard.pop() if len(heard) == 1 else self._expected if heard else ""

    def _write_anew(self) -> None:
        """Have a short opener written down once more if what follows tells that it was of another language."""
        for piece in self._pieces:
            if not piece.done or piece.samples is None:
                continue
            opener = piece.words is not None and not piece.words.settles and not piece.anew
            if self._given or not opener:
                piece.samples = None
            elif self._language and piece.words is not None and piece.words.language != self._language:
                piece.done, piece.words, piece.anew = False, None, True

    def _next(self) -> None:
        if self._running is not None:
            return
        for place, piece in enumerate(self._pieces):
            if not piece.done and piece.samples is not None:
                self._running = piece.generation
                before = " ".join(p.words.text for p in self._pieces[:place] if p.words is not None)
                prompt = before[-PROMPT_CHARACTERS:]
                language = self._language or ANY_LANGUAGE
                sound = piece.samples
                self._dispatch(
                    Job(
                        piece.generation,
                        piece.stretch,
                        sound,
                        piece.start,
                        prompt,
                        language,
                        self._expected,
                        words=self._words,
                    )
                )
                return


def joined(
    done: Iterable[tuple[Stretch, int, RecognisedStretch | None]], language: str, model: ModelUse | None
) -> Transcript:
    """Join stretches to one transcript: each with the sample index of its sound, and its words, None if refused."""
    segments: list[Segment] = []
    unheard: list[tuple[float, float]] = []
    voice: list[tuple[float, float]] = []
    meant: Meant | None = None
    sounds: list[VoiceSound] = []
    guess: Segment | None = None
    heard = 0
    for stretch, start, words in done:
        voice += ((_seconds(a), _seconds(b)) for a, b in stretch.voice)
        if words is None:
            unheard.append((_seconds(stretch.first_active), _seconds(stretch.last_active)))
            continue
        start_s = _seconds(start)
        found = [shift(segment, start_s) for segment in words.segments]
        segments = [*segments[:-NEAR], *seams.join(segments[-NEAR:], found, _seconds(stretch.start))]
        if words.segments:
            heard += 1
            guess = words.guess and shift(words.guess, start_s)
            meant = words.meant and replace(words.meant, start_s=round(words.meant.start_s + start_s, 3))
        unheard += [(round(start_s + a, 3), round(start_s + b, 3)) for a, b in words.unheard]
        sounds += (VoiceSound(round(start_s + s.start_s, 3), round(start_s + s.end_s, 3), s.kind) for s in words.sounds)
    if heard == 1 and guess is not None and not unheard:  # the whole answer is one word
        segments = [guess]
    told = laughter.told_together(sounds)
    return Transcript(tuple(segments), tuple(unheard), language, model, tuple(voice), meant=meant, sounds=told)


def _spans(others: Iterable[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
    """Return the times of others in seconds, as few and long as they would be told."""
    told: list[tuple[float, float]] = []
    for start, end in sorted(others):
        if told and _seconds(start) - told[-1][1] < OTHERS_GAP_S:
            told[-1] = (told[-1][0], _seconds(end))
        else:
            told.append((_seconds(start), _seconds(end)))
    return tuple(span for span in told if span[1] - span[0] >= SHORTEST_OTHERS_S)


def _seconds(sample: int) -> float:
    return round(sample / SAMPLE_RATE_HZ, 3)


def audible_range(stretch: Stretch) -> tuple[int, int]:
    """Return the samples of a stretch that the recogniser gets: its sound and a margin of quiet.

    Where speech runs on over a cut, a little of what lies beyond it belongs to them, so that no word is cut through.
    """
    margin = round((MARGIN_S if stretch.voiced else TRY_MARGIN_S) * SAMPLE_RATE_HZ)
    start, end = max(stretch.start, stretch.first_active - margin), min(stretch.end, stretch.last_active + margin)
    close = seams.RUNS_ON_S * SAMPLE_RATE_HZ
    if stretch.voice and stretch.voice[0][0] - stretch.start < close:
        start = max(0, stretch.start - OVERLAP)
    if stretch.voice and stretch.end - stretch.voice[-1][1] < close:
        end = stretch.end + OVERLAP
    return start, end


def still_needed(held: Iterable[AudioBlock], cut: int) -> list[AudioBlock]:
    """Return the blocks that a stretch may need which begins at `cut`."""
    return [block for block in held if block.end > cut - OVERLAP]


def sound_of(stretch: Stretch, held: Iterable[AudioBlock]) -> tuple[Samples, int]:
    """Return the sound for the recogniser, cut out of `held`, and the sample index of its first.

    Where somebody else was heard it is silent.
    """
    start, end = audible_range(stretch)
    held = list(held)
    start = max(start, min(stretch.start, held[0].start)) if held else start
    parts = [b.samples[max(0, start - b.start) : end - b.start] for b in held if b.end > start and b.start < end]
    sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    for others_start, others_end in stretch.others:
        _silence(sound, others_start - start, others_end - start)
    return sound, start


def _silence(sound: Samples, start: int, end: int) -> None:
    """Silence a part of the sound, with an edge too soft to be taken for a consonant."""
    gain = np.interp(np.arange(max(0, start - FADE), min(len(sound), end + FADE)),
                     [start - FADE, start, end, end + FADE], [1, 0, 0, 1])  # fmt: skip
    if len(gain):
        sound[max(0, start - FADE) : min(len(sound), end + FADE)] *= gain.astype(np.float32)


def worth_a_call(stretch: Stretch) -> bool:
    """True if the stretch may hold words: it has voice, or sound for long enough."""
    return stretch.voiced > 0 or stretch.active >= SHORTEST_SOUND_S * SAMPLE_RATE_HZ


class RecogniserThread:
    """Loads the model and writes down one job at a time, away from the thread that listens."""

    def __init__(
        self,
        load: Callable[[], SpeechRecogniser],
        on_written: Callable[[Written], None],
        on_failed: Callable[[VoicecheckError], None],
    ) -> None:
        self._load = load
        self._on_written = on_written
        self._on_failed = on_failed
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._recogniser: SpeechRecogniser | None = None
        self._is_loaded = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recogniser", daemon=True)
        self._thread.start()

    @property
    def use(self) -> ModelUse | None:
        """The model in use, once it is loaded."""
        return None if self._recogniser is None else self._recogniser.use

    def dispatch(self, job: Job) -> None:
        self._jobs.put(job)

    def loaded(self) -> SpeechRecogniser:
        """Wait until the model is loaded and return it, for other work once this thread is idle. Raises ModelError."""
        self._is_loaded.wait()
        if self._recogniser is None:
            raise ModelError("Whisper is not loaded.", "See: voicecheck doctor")
        return self._recogniser

    def stop(self) -> None:
        """Take no more jobs, and wait for the one that runs: native threads must not outlive the interpreter."""
        self._jobs.put(None)
        self._thread.join(LONGEST_CALL_S)

    def _run(self) -> None:
        try:
            recogniser = self._recogniser = self._load()
        except VoicecheckError as error:
            self._on_failed(error)
            return
        finally:
            self._is_loaded.set()
        while (job := self._jobs.get()) is not None:
            try:
                self._on_written(Written(job.generation, write_down(recogniser, job)))
            except VoicecheckError as error:
                self._on_written(Written(job.generation, None, error))
