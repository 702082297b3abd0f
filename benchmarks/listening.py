"""An answer heard on a simulated clock, for `script/bench speech`.

Recordings are joined to answers and run through the same listener as a microphone's sound. A stretch that Whisper took
c seconds for is there c seconds of sound later, and an answer that has ended is listened to for a while longer, as in
a check-in. So a figure in seconds is what a person would wait on this machine, without waiting.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from voicecheck.checkin.course import Course
from voicecheck.phrases import load_phrases
from voicecheck.phrases.closing import closing_of
from voicecheck.settings.schema import Listening
from voicecheck.speech.audio import Blocks
from voicecheck.speech.recognition.endpoint import Ending, Finished, Resumed, VoiceBegan
from voicecheck.speech.recognition.listener import AnswerListener
from voicecheck.speech.recognition.live import Written
from voicecheck.speech.recognition.own_voice import OwnVoice
from voicecheck.speech.recognition.recogniser import SpeechRecogniser
from voicecheck.speech.recognition.retry import Job, write_down
from voicecheck.speech.recognition.room_voice import RoomVoice
from voicecheck.speech.recognition.vad import VoiceDetector, level_dbfs
from voicecheck.speech.recognition.waits import Patience, Pauses
from voicecheck.speech.sound_file import decode_file
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, ModelUse, Samples, Transcript, VoiceSound

SPEECH = Path(__file__).resolve().parents[2] / "shared" / "speech"
PHRASES = load_phrases()
QUIET_S = 9.0  # of silence behind an answer: longer than it may stay open
SOUNDING_DBFS = -60.0  # a window of a clip that is louder holds sound; what lies before and behind is its quiet edge
WINDOW = SAMPLE_RATE_HZ // 50
NOTHING = np.zeros(0, np.float32)


@dataclass(frozen=True)
class Clip:
    name: str
    text: str
    sound: Samples = field(repr=False)

    @property
    def duration_s(self) -> float:
        return len(self.sound) / SAMPLE_RATE_HZ

    @property
    def sounding(self) -> tuple[int, int]:
        """Sample indices of the clip without its quiet edges."""
        loud = [
            at for at in range(0, len(self.sound), WINDOW) if level_dbfs(self.sound[at : at + WINDOW]) > SOUNDING_DBFS
        ]
        return loud[0], min(len(self.sound), loud[-1] + WINDOW)


@dataclass(frozen=True)
class Joined:
    """Clips with pauses between them, as one answer."""

    text: str
    sound: Samples = field(repr=False)
    whole: tuple[tuple[int, int], ...]
    """where the clips lie, sample indices"""
    sounding: tuple[tuple[int, int], ...]
    """the same without their quiet edges"""

    @property
    def duration_s(self) -> float:
        return len(self.sound) / SAMPLE_RATE_HZ


@dataclass
class Run:
    """What came of one simulated answer."""

    text: str
    tail_s: float
    endpoint_s: float | None
    """None when it was still open at the end of the quiet"""
    ended_at: int
    cut_off: bool
    """it was over before the last clip began"""
    reopened: int
    """how often it was finished and went on"""
    reached: list[tuple[int, int]]
    """sample ranges that Whisper was given"""
    cpu_s: float
    """of processor time for everything, Whisper included"""
    gave_way_at: list[int] = field(default_factory=list)
    """sample of each reopening"""
    ends: list[tuple[int, int]] = field(default_factory=list)
    """each end that was decided: sample of the last voice, and of the decision"""
    over_at: int = 0
    """sample at which nobody listened any more: the next question comes"""
    sounds: tuple[VoiceSound, ...] = ()
    """laughter and sobs that were marked"""
    aside: str = ""
    """words kept beside the answer: somebody else's, or the speaker's after all"""
    doubtful: str = ""
    """words of the text that are marked as not certain"""


def load_clips(folder: Path = SPEECH, index: str = "clips.jsonl") -> list[Clip]:
    rows = [json.loads(line) for line in (folder / index).read_text(encoding="utf-8").splitlines()]
    return [Clip(row["file"], row["text"], np.concatenate(list(decode_file(folder / row["file"])))) for row in rows]


def join(clips: list[Clip], length_s: float, rng: random.Random, pause_s: Callable[[], float]) -> Joined:
    """Shuffled clips until the answer is at least `length_s` long."""
    parts: list[Samples] = []
    texts, whole, sounding, at = [], [], [], 0
    order: list[Clip] = []
    while at < length_s * SAMPLE_RATE_HZ:
        order = order or rng.sample(clips, len(clips))
        clip = order.pop()
        if parts:
            gap = np.zeros(round(pause_s() * SAMPLE_RATE_HZ), np.float32)
            parts.append(gap)
            at += len(gap)
        parts.append(clip.sound)
        whole.append((at, at + len(clip.sound)))
        sounding.append((at + clip.sounding[0], at + clip.sounding[1]))
        at += len(clip.sound)
        texts.append(clip.text)
    return Joined(" ".join(texts), np.concatenate(parts), tuple(whole), tuple(sounding))


def last_part(answer: Joined, seconds: float) -> Samples:
    """The end of an answer, from the first clip that begins within its last `seconds`."""
    earliest = len(answer.sound) - seconds * SAMPLE_RATE_HZ
    return answer.sound[next(start for start, _ in answer.whole if start >= earliest or start == answer.whole[-1][0]) :]


def listen(
    sound: Samples,
    transcriber: SpeechRecogniser,
    detector: VoiceDetector,
    *,
    patience: Patience = Patience(),
    last_clip_at: int = 0,
    quiet_s: float = QUIET_S,
    enter_at_end: bool = False,
    knows_voice: bool = False,
    before: Samples = NOTHING,
    asked: str = "",
    cores: int = 0,
    words_until: int | None = None,
    ends_early: Callable[[Turn], bool] = lambda turn: False,
) -> Run:
    """One answer on the simulated clock; with `enter_at_end` it is ended by a key where the sound ends.

    With `knows_voice` the speaker is told from others, as in a check-in. Without, all voice is the speaker's, as it
    must be where recordings of many people are joined to one answer. `before` is the room while the question was
    spoken. `asked` is the question. With `cores` Whisper is
    taken to need its processor time spread over so many cores, as on a computer that does nothing else. Where only
    the end counts, nothing behind sample `words_until` is written down. `ends_early` may end a turn before the
    endpointer does, as a command.
    """
    quiet = np.zeros(0 if enter_at_end else round(quiet_s * SAMPLE_RATE_HZ), np.float32)
    begun = time.process_time()
    own_voice = OwnVoice() if knows_voice else None
    if own_voice is not None and len(before):
        detector.reset()
        own_voice.begin(RoomVoice(detector.feed(block) for block in Blocks().feed(before)))
    sitting = _Sitting(_Clock(transcriber, cores, words_until), detector, patience, own_voice, asked, ends_early)
    over_at = len(sound) + len(quiet)
    for block in Blocks().feed(np.concatenate([sound, quiet])):
        if not sitting.hear(block):
            over_at = block.end
            break
    run = sitting.close(len(sound), last_clip_at, time.process_time() - begun)
    return replace(run, over_at=over_at)


class _Sitting:
    """The turns of one answer, as a check-in has them: finished, lingering, gone on."""

    def __init__(
        self,
        clock: _Clock,
        detector: VoiceDetector,
        patience: Patience,
        own_voice: OwnVoice | None,
        asked: str,
        ends_early: Callable[[Turn], bool],
    ) -> None:
        self._clock, self._detector, self._patience = clock, detector, patience
        self._own_voice, self._asked, self._pauses = own_voice, asked, Pauses()
        self._ends_early = ends_early
        defaults = Listening()
        self._course = Course(linger_s=defaults.linger_s, next_soon=patience.waits is not None)
        self._turns = [self._turn(0)]
        self._gave_way_at: list[int] = []
        self._ends: list[tuple[int, int]] = []
        self._finished: Finished | None = None
        self._ready_s = 0.0
        """when the words of the ended turn were there"""
        self._missed: list[AudioBlock] = []
        """heard while the words were written down"""
        self._reopened = 0

    def hear(self, block: AudioBlock) -> bool:
        """False once the answer is over."""
        self._clock.at(block.end)
        now_s = block.end / SAMPLE_RATE_HZ
        if self._finished is not None and now_s < self._ready_s:
            self._missed.append(block)
            return True
        missed, self._missed = self._missed, []
        for one in (*missed, block):
            self._feed(one)
        if self._finished is None or self._turns[-1].awaits_words:
            return True
        silence_s = (block.end - self._finished.last_voice) / SAMPLE_RATE_HZ
        return not self._course.lingered(now_s - self._ready_s, silence_s, more=True)

    def _turn(self, start: int) -> Turn:
        return Turn(self._clock, self._detector, start, self._patience, self._own_voice, self._pauses, self._asked)

    def _feed(self, block: AudioBlock) -> None:
        turn = self._turns[-1]
        signals = turn.feed(block)
        if self._finished is None and self._ends_early(turn):
            signals.append(Finished(Ending.SILENCE, turn.last_voice or block.end, block.end))
        if self._finished is not None and (turn.whispered or any(isinstance(s, VoiceBegan) for s in signals)):
            self._gave_way_at.append(block.end)
            self._finished, self._reopened = None, self._reopened + 1
        for signal in signals:
            if isinstance(signal, Finished) and self._finished is None:
                self._finished, self._ready_s = signal, turn.end()
                self._ends.append((signal.last_voice, signal.at))
                self._pauses.last_voice = signal.last_voice
                self._turns.append(self._turn(signal.at))

    def close(self, sound_ends: int, last_clip_at: int, cpu_s: float) -> Run:
        finished, asides = self._finished, list[str]()
        if finished is None:
            decided, self._ready_s = sound_ends, self._turns[-1].end()
        else:
            decided = finished.at
            lingered = self._turns.pop()  # without a voice, or with somebody else's
            asides += lingered.aside(dropped=True)
        return Run(
            text=" ".join(turn.text for turn in self._turns if turn.text),
            tail_s=max(0.0, self._ready_s - decided / SAMPLE_RATE_HZ),
            endpoint_s=None if finished is None else (finished.at - finished.last_voice) / SAMPLE_RATE_HZ,
            ended_at=decided,
            cut_off=finished is not None and finished.at <= last_clip_at,
            reopened=self._reopened,
            reached=[(job.start, job.start + len(job.samples)) for turn in self._turns for job in turn.jobs],
            cpu_s=cpu_s,
            gave_way_at=self._gave_way_at,
            ends=self._ends,
            sounds=tuple(sound for turn in self._turns for sound in turn.heard(None).sounds),
            doubtful=" ".join(s.text for turn in self._turns for s in turn.heard(None).segments if s.doubtful),
            aside=" ".join([*(text for turn in self._turns for text in turn.aside()), *asides]),
        )


class Turn:
    """A listener on the simulated clock."""

    def __init__(
        self,
        clock: _Clock,
        detector: VoiceDetector,
        start: int,
        patience: Patience,
        own_voice: OwnVoice | None,
        pauses: Pauses,
        asked: str,
    ) -> None:
        detector.reset()
        self._clock, self._asked = clock, asked
        self._end = start
        self.jobs: list[Job] = []
        self.whispered = False
        """words were found in sound without voice"""
        self._listener = AnswerListener(
            detector, self._dispatch, start, patience, "en", own_voice=own_voice, pauses=pauses
        )
        self._model = clock.transcriber.use

    @property
    def text(self) -> str:
        return self._listener.live.transcript(self._model).text

    def aside(self, *, dropped: bool = False) -> Iterator[str]:
        """Yield the words of others that may be the speaker's, as the check-in writes them down between answers."""
        for piece in self._listener.dropped("en") if dropped else self._listener.beside("en"):
            found = None if piece.surely_other else write_down(self._clock.transcriber, piece.job)
            if found is not None:
                yield found.text

    @property
    def busy(self) -> bool:
        return self._listener.live.busy

    @property
    def awaits_words(self) -> bool:
        return self._listener.awaits_words

    @property
    def last_voice(self) -> int | None:
        return self._listener.last_voice

    @property
    def quiet_s(self) -> float:
        return 0.0 if self.last_voice is None else (self._end - self.last_voice) / SAMPLE_RATE_HZ

    @property
    def is_written(self) -> bool:
        return not self.busy and not self._listener.unwritten

    def heard(self, model: ModelUse | None) -> Transcript:
        return self._listener.live.transcript(model)

    def feed(self, block: AudioBlock) -> list[object]:
        self._end = block.end
        signals = self._listener.feed(block)
        for signal in signals:
            if isinstance(signal, Resumed):
                self.jobs = [job for job in self.jobs if job.stretch.start < signal.void_from]
        return list(signals)

    def take(self, written: Written) -> None:
        self.whispered = self._listener.take(written) or self.whispered
        if not self.busy:
            self._listener.judge(closing_of(self._listener.live.text, self._asked, PHRASES))

    def end(self) -> float:
        """Hand out the rest; the second at which all words are there."""
        self._listener.close()
        return self._clock.drain(self)

    def _dispatch(self, job: Job) -> None:
        self.jobs.append(job)
        self._clock.run(job, self)


class _Clock:
    """Whisper on simulated time: results come as many seconds of sound later as they took."""

    def __init__(self, transcriber: SpeechRecogniser, cores: int = 0, words_until: int | None = None) -> None:
        self.transcriber = transcriber
        self._cores = cores
        self._words_until = words_until
        self._now_s = 0.0
        self._due: list[tuple[float, Written, Turn]] = []

    def run(self, job: Job, turn: Turn) -> None:
        begun, used = time.perf_counter(), time.process_time()
        wanted = self._words_until is None or job.stretch.end <= self._words_until
        written = Written(job.generation, write_down(self.transcriber, job) if wanted else None)
        took_s = (time.process_time() - used) / self._cores if self._cores else time.perf_counter() - begun
        self._due.append((self._now_s + took_s, written, turn))

    def at(self, sample: int) -> None:
        while self._due and self._due[0][0] <= sample / SAMPLE_RATE_HZ:
            self._take()
        self._now_s = sample / SAMPLE_RATE_HZ

    def drain(self, turn: Turn) -> float:
        """Wait for all that is under way for `turn`; the second at which it was done."""
        now_s = ready_s = self._now_s
        while turn.busy and self._due:
            ready_s = max(ready_s, self._due[0][0])
            self._take()
        self._now_s = now_s
        return ready_s

    def _take(self) -> None:
        due_s, written, turn = self._due.pop(0)
        self._now_s = max(self._now_s, due_s)  # the next job begins when this one is done
        turn.take(written)
