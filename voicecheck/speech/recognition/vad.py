"""Voice activity detection: streaming Silero VAD, and the level of the room beside it.

The ONNX file is the one inside faster-whisper. Two things were measured to matter on real recordings: rumble under
100 Hz and a state carried over a long pause make the detector deaf, so the sound is high-passed and the state is
reset after a second of low probability.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.speech.recognition.pitch import pitch_of
from voicecheck.speech.recognition.timbre import timbre_of
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Samples

CONTEXT_SAMPLES = 64  # Silero wants the last 4 ms of the block before
STATE_SHAPE = (1, 1, 128)
HIGH_PASS_HZ = 100
HIGH_PASS_TAPS = 511
RESET_AFTER_SAMPLES = SAMPLE_RATE_HZ  # 1 s of low probability
LOW_PROBABILITY = 0.15
FLOOR_WINDOW_S = 6.0
ACTIVE_OVER_FLOOR_DB = 9.0
QUIETEST_ACTIVE_DBFS = -62.0  # below this even a good microphone gives only its own noise
SILENCE_DBFS = -120.0
HEARD_DBFS = -45.0
"""as loud, on average over a syllable, as Silero hears speech as well as when it is louder"""
MOST_GAIN_DB = 40.0
SYLLABLE_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """Voice and level of one block."""

    start: int
    end: int
    """sample indices, half-open"""
    probability: float
    """of voice, 0 to 1"""
    level_dbfs: float
    """root mean square over 100 Hz, full scale 0"""
    active: bool
    """clearly louder than the room, voice or not"""
    timbre: Samples | None = field(default=None, repr=False, compare=False)
    """mel cepstrum of the block, where it may be voice"""
    pitch: float | None = field(default=None, repr=False, compare=False)
    """semitones above 100 Hz, where it may be voice and has one"""


class VoiceDetector:
    """Voice detector. Feed blocks in order; `reset` between streams. Raises AudioError if it cannot be loaded."""

    def __init__(self, session: Any = None) -> None:
        self._session = session or _load_session()
        self._taps = _high_pass_taps()
        self.reset()

    def another(self) -> VoiceDetector:
        """Return a detector for another stream, with the network that is loaded already."""
        return type(self)(self._session)

    def reset(self) -> None:
        self._forget_state()
        self._tail: Samples = np.zeros(HIGH_PASS_TAPS - 1, np.float32)
        self._room = NoiseFloor()
        self._gain = QuietGain()

    def _forget_state(self) -> None:
        self._hidden = np.zeros(STATE_SHAPE, np.float32)
        self._cell = np.zeros(STATE_SHAPE, np.float32)
        self._context: Samples = np.zeros(CONTEXT_SAMPLES, np.float32)
        self._low_samples = 0

    def feed(self, block: AudioBlock) -> VoiceActivity:
        sound = self._high_pass(block.samples)
        level = level_dbfs(sound)
        raised = sound * np.float32(10 ** (self._gain.feed(level) / 20))
        window = np.concatenate([self._context, raised]).reshape(1, -1)
        inputs = {"input": window, "h": self._hidden, "c": self._cell}
        output, self._hidden, self._cell = self._session.run(None, inputs)
        self._context = raised[-CONTEXT_SAMPLES:]
        probability = float(output.reshape(-1)[0])
        self._low_samples = self._low_samples + len(sound) if probability < LOW_PROBABILITY else 0
        if self._low_samples >= RESET_AFTER_SAMPLES:
            self._forget_state()
        active = self._room.feed(level)
        if probability < LOW_PROBABILITY:
            return VoiceActivity(block.start, block.end, probability, level, active)
        return VoiceActivity(block.start, block.end, probability, level, active, timbre_of(sound), pitch_of(sound))

    def _high_pass(self, samples: Samples) -> Samples:
        held = np.concatenate([self._tail, samples])
        self._tail = held[-(HIGH_PASS_TAPS - 1) :]
        return np.convolve(held, self._taps, mode="valid").astype(np.float32)


class QuietGain:
    """Gain for a stream that is quiet throughout: Silero takes speech under -48 dBFS at its peak for none.

    It only ever falls, by what was loudest so far, so that nothing is raised beside a voice of ordinary level: who
    speaks far behind it stays far.
    """

    def __init__(self) -> None:
        self._powers: list[float] = []
        self._loudest_dbfs = SILENCE_DBFS

    def feed(self, level: float) -> float:
        """Return the gain in dB for a block of this level."""
        self._powers.append(10 ** (level / 10))
        del self._powers[:-SYLLABLE_BLOCKS]
        average = 10 * float(np.log10(sum(self._powers) / SYLLABLE_BLOCKS))
        self._loudest_dbfs = max(self._loudest_dbfs, average)
        return min(MOST_GAIN_DB, max(0.0, HEARD_DBFS - self._loudest_dbfs))


class NoiseFloor:
    """Tracker of the quietest level of the last seconds; tells which sound stands out of it.

    Minimum statistics (Martin 2001) in its simplest form: the floor is a low percentile of the levels in a window.
    """

    def __init__(self) -> None:
        self._levels: list[float] = []
        self._longest = int(FLOOR_WINDOW_S * SAMPLE_RATE_HZ / BLOCK_SAMPLES)
        self.floor_dbfs = SILENCE_DBFS

    def feed(self, level: float) -> bool:
        self._levels.append(level)
        del self._levels[: -self._longest]
        self.floor_dbfs = sorted(self._levels)[len(self._levels) // 5]
        return level > max(self.floor_dbfs + ACTIVE_OVER_FLOOR_DB, QUIETEST_ACTIVE_DBFS)


def level_dbfs(samples: Samples) -> float:
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return max(SILENCE_DBFS, 10 * float(np.log10(power))) if power > 0 else SILENCE_DBFS


def _high_pass_taps() -> Samples:
    """Return a windowed-sinc high-pass of linear phase (Hamming); late by half its length, 16 ms."""
    n = np.arange(HIGH_PASS_TAPS) - HIGH_PASS_TAPS // 2
    cutoff = HIGH_PASS_HZ / SAMPLE_RATE_HZ
    low_pass = 2 * cutoff * np.sinc(2 * cutoff * n) * np.hamming(HIGH_PASS_TAPS)
    low_pass /= low_pass.sum()
    high_pass = -low_pass
    high_pass[HIGH_PASS_TAPS // 2] += 1
    return np.asarray(high_pass, np.float32)


def _load_session() -> Any:
    import onnxruntime

    path = _silero_file()
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def _silero_file() -> Path:
    """Return the file inside faster-whisper, found without importing that package."""
    spec = importlib.util.find_spec("faster_whisper")
    if spec is not None and spec.origin is not None:
        files = sorted((Path(spec.origin).parent / "assets").glob("silero_vad_v*.onnx"))
        if files:
            return files[-1]
    raise AudioError("The voice detector's file is missing.", "Install faster-whisper again.")
