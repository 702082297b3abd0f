"""Hear a person through the program's own voice: echo cancellation, and the decision whether somebody talks over it.

The samples that are played arrive as events between those of the microphone, in the order of time, and are the
reference of WebRTC's echo canceller (AEC3). A detector listens to what that leaves. Its words are not taken from
there: the canceller makes a soft voice softer. They are taken from the sound as it was, from where somebody began.

How much of the loudspeaker the microphone hears (`Coupling`) is learned from the sentences of the evening in which
nobody talked, and forgotten with it.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from voicecheck.speech.audio import RateConverter
from voicecheck.speech.recognition.vad import SILENCE_DBFS, VoiceDetector, level_dbfs
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Played, Samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Spectrum: TypeAlias = NDArray[np.complex128]
else:
    Spectrum = Any

FRAME = SAMPLE_RATE_HZ // 100  # AEC3 works on 10 ms
TAIL_S = 0.5  # the device's delay and the room's reverberation, behind the last sample that was played
LATEST_ECHO = round(0.6 * SAMPLE_RATE_HZ)
VOICED = 0.5
SUSTAINED = 5  # blocks of voice, 160 ms, are somebody who talks; a cough is shorter
OF_THE_LAST = 6
SURELY_VOICED = 2  # of them also where the canceller has weakened them: a clatter over the program's voice has none
ABOVE_LEAK_DB = 9.0  # so much louder than what the canceller leaves of the program's own voice
LATELY = 100  # blocks
MOST = 80  # percent; the rest may be consonants of the person
NEARLY_ALL = 95
ECHO_PEAK = 7.0
"""peak of the whitened correlation over its mean: 4 to 5 without an echo, 10 to 15 with one, less where both talk"""
CLEAR_PEAK = 11.0
"""nearly every echo alone is above it, and hardly one over which somebody talks"""
ABOVE_ECHO_DB = 4.0  # voice so much louder than the echo can be is somebody's, whatever the canceller leaves of it
LEFT_VOICED = 3  # blocks that the canceller leaves of a sentence in which nobody talked: more of it is no good coupling
LEARNED_FROM = 16  # blocks, half a second
MARGIN_S = 0.4  # of sound before the first voice that was detected: a word begins softly

Cancel: TypeAlias = Callable[[Samples, Samples], Samples]
"""one block of the microphone and of what was played, to what others said"""


class Coupling(StrEnum):
    """How much of the loudspeaker the microphone hears."""

    UNKNOWN = "unknown"
    NONE = "headphones"
    """nothing"""
    GOOD = "good"
    """an echo that the canceller takes away"""
    POOR = "poor"
    """an echo of which voice is left"""


class Part(StrEnum):
    """Possible speakers in a block that was heard while nobody was listened to."""

    FREE = "free"
    """not the program's"""
    OWN = "own"
    """the program's, and nobody else's"""
    OVER = "over"
    """somebody's who talks over the program"""
    DOUBT = "doubt"
    """perhaps somebody's"""


@dataclass(frozen=True, slots=True)
class Overheard:
    """A block that was heard while nobody was listened to, and what was played meanwhile."""

    block: AudioBlock
    played: Samples | None = field(default=None, repr=False)
    """None where nothing was"""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Blocks that were overheard, by whose voice is in them."""

    parts: tuple[Part, ...] = ()
    began: int | None = None
    """place of the block with which somebody begins to talk over the program; None where nobody does"""


class EchoCanceller:
    """WebRTC's AEC3, for blocks of any length; its sound is late by one frame of 10 ms."""

    def __init__(self) -> None:
        self._canceller = importlib.import_module("pywebrtc_audio").EchoCanceller(SAMPLE_RATE_HZ, 1, 0)
        self._near = self._far = np.zeros(0, np.float32)
        self._out: Samples = np.zeros(FRAME, np.float32)

    def __call__(self, near: Samples, far: Samples) -> Samples:
        self._near, self._far = np.concatenate([self._near, near]), np.concatenate([self._far, far])
        whole = len(self._near) // FRAME * FRAME
        frames = [
            self._canceller.process(self._near[at : at + FRAME], self._far[at : at + FRAME])
            for at in range(0, whole, FRAME)
        ]
        self._near, self._far = self._near[whole:], self._far[whole:]
        out = np.concatenate([self._out, *frames])
        self._out = out[len(near) :]
        return np.asarray(out[: len(near)], np.float32)


def can_cancel() -> bool:
    """True if the canceller is installed; there is none for every machine."""
    return importlib.util.find_spec("pywebrtc_audio") is not None


class Talkover:
    """Listens to what is said while the program speaks. One for an evening; on one thread."""

    def __init__(
        self, detector: VoiceDetector, cancel: Cancel | None = None, coupling: Coupling = Coupling.UNKNOWN
    ) -> None:
        """`coupling` is what was measured before; a sentence that echoes proves that there are no headphones."""
        self._detector = detector
        self._raw_detector = detector.another()
        self._cancel = cancel
        self._reference = _Reference()
        # A good coupling says nothing of what the canceller leaves before it knows the room.
        self.coupling: Coupling = Coupling.UNKNOWN if coupling is Coupling.GOOD else coupling
        self._quiet_s = TAIL_S
        """since the last sample that was played"""
        self._left_dbfs = SILENCE_DBFS
        """level of nearly all that was left of the last sentence over which nobody talked"""
        self._gain_db: float | None = None
        """of the echo over what is played, at most; None while it is unknown"""
        self._levels: list[float] = []
        """of what is left in this sentence"""
        self._unvoiced: list[float] = []
        """the same without the blocks of voice"""
        self._recent: list[tuple[bool, float | None]] = []
        """newest blocks: a voice is left in it, and the level of a voice that no echo explains"""
        self._sentence: list[tuple[Samples, Samples]] = []
        self._told = False
        self.began_over = False
        """somebody surely talks over this sentence"""

    def played(self, piece: Played) -> None:
        self._reference.add(piece)

    def begin(self) -> None:
        """Note that a sentence begins."""
        self._detector.reset()
        self._raw_detector.reset()
        self._recent, self._sentence, self._levels, self._unvoiced = [], [], [], []
        self._told = self.began_over = False

    def pass_by(self, block: AudioBlock) -> None:
        """Leave out what was played while a block was listened to."""
        self._reference.take(len(block.samples))

    def hear(self, block: AudioBlock) -> Overheard:
        """Take a block that nobody listens to, together with what was played."""
        far = self._reference.take(len(block.samples))
        sounding = bool(far.any())
        self._quiet_s = 0.0 if sounding else self._quiet_s + BLOCK_S
        if self._quiet_s >= TAIL_S:
            return Overheard(block)
        left = self._clean(block.samples, far)
        self._judge(left if self.coupling is not Coupling.NONE else block.samples, block.samples, far)
        return Overheard(block, far)

    def interrupted(self) -> bool:
        """True once for each sentence that somebody surely talks over."""
        if self._told or not self.began_over:
            return False
        self._told = True
        return True

    def sort(self, overheard: Sequence[Overheard]) -> Sorted:
        """Tell for each block whose voice is in it, once the sentence is over and the room better known.

        All of it is cancelled once more: at its beginning the canceller knew less. Learns the coupling.
        """
        under = [place for place, one in enumerate(overheard) if one.played is not None]
        parts = [Part.FREE] * len(overheard)
        if not under:
            return Sorted(tuple(parts))
        span = range(under[0], under[-1] + 1)
        near = [overheard[i].block.samples for i in span]
        far = [_or_silence(overheard[i]) for i in span]
        peak = echo_peak(np.concatenate(near), np.concatenate(far))
        echo = peak >= ECHO_PEAK
        if echo and self.coupling is Coupling.NONE:
            self.coupling = Coupling.UNKNOWN  # the headphones were taken off
        raw = self._voiced(near)
        left = self._voiced([self._clean(n, f) for n, f in zip(near, far, strict=True)]) if echo else raw
        over_db = _gains_db(near, far)
        first = first_sustained(left)
        if first is None and echo:
            first = self._unexplained(raw, over_db, clear=peak >= CLEAR_PEAK)
        began = None if first is None else max(0, first - round(MARGIN_S / BLOCK_S))
        sure = self.began_over or (self.coupling in (Coupling.NONE, Coupling.GOOD) and (not echo or any(left)))
        over = Part.DOUBT if not sure else Part.OVER if echo else Part.FREE
        own = Part.OWN if echo else Part.FREE
        for place, i in enumerate(span):
            parts[i] = over if began is not None and place >= began else own
        alone = [place for place, i in enumerate(span) if far[place].any() and (began is None or place < began)]
        voiced = ([one[place] for place in alone] for one in (raw, left))
        self._learn(*voiced, echo=echo, talked=began is not None)
        if echo and began is None:
            self._gain_db = float(np.percentile([over_db[place] for place in alone], NEARLY_ALL))
        return Sorted(tuple(parts), None if began is None else span.start + began)

    def _unexplained(self, raw: Sequence[bool], over_db: Sequence[float], *, clear: bool) -> int | None:
        """Return the first block of voice that no echo explains. Of the first sentence it is hard to tell."""
        if self._gain_db is None:
            return None if clear else first_sustained(raw)
        return first_sustained([v and db > self._gain_db + ABOVE_ECHO_DB for v, db in zip(raw, over_db, strict=True)])

    def _learn(self, raw: Sequence[bool], left: Sequence[bool], *, echo: bool, talked: bool) -> None:
        """Learn the coupling from the blocks of a sentence over which nobody talks: voice in them, before and after."""
        if len(raw) >= LEARNED_FROM and not talked:
            self._left_dbfs = float(np.percentile(self._levels, NEARLY_ALL))
        if len(raw) >= LEARNED_FROM:
            if not echo:
                self.coupling = Coupling.NONE if sum(raw) <= LEFT_VOICED else Coupling.UNKNOWN
            else:
                self.coupling = Coupling.GOOD if sum(left) <= LEFT_VOICED else Coupling.POOR

    def _clean(self, near: Samples, far: Samples) -> Samples:
        if self._cancel is None:
            self._cancel = EchoCanceller()
        return self._cancel(near, far)

    def _voiced(self, blocks: Sequence[Samples]) -> list[bool]:
        self._detector.reset()
        heard = [self._detector.feed(AudioBlock(i * BLOCK_SAMPLES, samples)) for i, samples in enumerate(blocks)]
        return [one.probability >= VOICED for one in heard]

    def _judge(self, left: Samples, near: Samples, far: Samples) -> None:
        """Judge a block live: `left` is what may be somebody's voice in it.

        The first sentence of an evening is not broken off: nothing is known of the room yet.
        """
        voiced = self._detector.feed(AudioBlock(0, left)).probability >= VOICED
        level = level_dbfs(left)
        self._sentence.append((near, far))
        self._levels.append(level)
        if not voiced:
            self._unvoiced.append(level)
        any_voice = self._raw_detector.feed(AudioBlock(0, near)).probability >= VOICED or voiced
        self._recent = [*self._recent[-OF_THE_LAST + 1 :], (voiced, level if any_voice and self._over_echo() else None)]
        levels = [level for _, level in self._recent if level is not None]
        surely = len(levels) >= SUSTAINED and sum(voiced for voiced, _ in self._recent) >= SURELY_VOICED
        if self.began_over or not surely or self.coupling not in (Coupling.NONE, Coupling.GOOD):
            return
        echo_known = self._gain_db is not None and self.coupling is Coupling.GOOD
        if echo_known or float(np.median(levels)) >= self._leak_dbfs + ABOVE_LEAK_DB:
            self.began_over = self.coupling is Coupling.GOOD or self._sentence_peak() < ECHO_PEAK

    def _over_echo(self) -> bool:
        """True if the newest block is louder than any echo of what was played."""
        if self._gain_db is None or self.coupling is Coupling.NONE:
            return True
        near, far = zip(*self._sentence[-round(TAIL_S / BLOCK_S) - 1 :], strict=True)
        return _gains_db(near, far)[-1] > self._gain_db + ABOVE_ECHO_DB

    def _sentence_peak(self) -> float:
        near, far = zip(*self._sentence, strict=True)
        return echo_peak(np.concatenate(near), np.concatenate(far))

    @property
    def _leak_dbfs(self) -> float:
        """Level of what the canceller leaves of the program's own voice, as far as is known."""
        lately = self._unvoiced[-LATELY:]
        return max(self._left_dbfs, float(np.percentile(lately, MOST)) if lately else SILENCE_DBFS)


class _Reference:
    """Queue of what was played, at 16 kHz, taken as fast as the microphone gives sound."""

    def __init__(self) -> None:
        self._waiting: Samples = np.zeros(0, np.float32)
        self._convert: RateConverter | None = None
        self._rate_hz = 0

    def add(self, piece: Played) -> None:
        if piece.cut:
            self._waiting, self._convert = self._waiting[:0], None
        if piece.cut or not len(piece.samples):
            return
        if self._convert is None or piece.rate_hz != self._rate_hz:
            self._convert, self._rate_hz = RateConverter(piece.rate_hz), piece.rate_hz
        self._waiting = np.concatenate([self._waiting, self._convert(piece.samples.reshape(-1, 1))])

    def take(self, count: int) -> Samples:
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return np.concatenate([taken, np.zeros(count - len(taken), np.float32)])


def echo_peak(near: Samples, far: Samples) -> float:
    """Return how clearly the played sound stands in the microphone's, whatever else does: GCC-PHAT.

    Knapp and Carter 1976: the peak of the whitened cross-correlation over its root mean square, within 0.6 s.
    """
    if not near.any() or not far.any():
        return 0.0
    size = 1 << (len(near) + LATEST_ECHO).bit_length()
    fade = np.hanning(len(near))  # so that a hum stays in its place of the spectrum
    cross: Spectrum = np.fft.rfft(near * fade, size) * np.conj(np.fft.rfft(far * fade, size))
    strength = np.abs(cross)
    whitened = cross / (strength + 1e-9 * strength.max())
    correlation = np.abs(np.fft.irfft(whitened, size)[:LATEST_ECHO])
    return float(correlation.max() / np.sqrt(np.mean(np.square(correlation))))


def _gains_db(near: Sequence[Samples], far: Sequence[Samples]) -> list[float]:
    """Return for each block how much louder it is than the loudest that was played in the half second up to it."""
    reach = round(TAIL_S / BLOCK_S)
    played = [level_dbfs(samples) for samples in far]
    return [level_dbfs(samples) - max(played[max(0, i - reach) : i + 1]) for i, samples in enumerate(near)]


def _or_silence(one: Overheard) -> Samples:
    return np.zeros(len(one.block.samples), np.float32) if one.played is None else one.played


def first_sustained(voiced: Sequence[bool]) -> int | None:
    """Return the first block of a sustained voice, or of one that may be sustained behind the last block."""
    for start in range(len(voiced)):
        window = voiced[start : start + OF_THE_LAST]
        if voiced[start] and sum(window) >= min(SUSTAINED, len(window)):
            return start
    return None
