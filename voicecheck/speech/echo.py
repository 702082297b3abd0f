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
from voicecheck.speech.echo_level import EchoLevel
from voicecheck.speech.near_level import NearLevel
from voicecheck.speech.recognition.vad import SILENCE_DBFS, VoiceActivity, VoiceDetector, level_dbfs
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
NEAR_BLOCKS = round(0.5 / BLOCK_S)
SOFTLY_DB = 4.0  # softer than what breaks a sentence off, and still kept
SURELY_OVER = 4  # of them that no echo explains: a clatter over the program's voice is none
LEAST_OVER_DB = 0.6  # on average over all bands
MISTAKEN = 2  # sentences in a row that were broken off for nobody: the loudspeaker was turned up
NEARLY_ALL = 95  # percent
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
    heard: tuple[VoiceActivity | None, ...] = ()
    """voice activity in each block without the program's own voice; None for a block that was not looked at"""


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
        self._live_detector = detector.another()
        self._cancel = cancel
        self._reference = _Reference()
        # A good coupling says nothing of what the canceller leaves before it knows the room.
        self.coupling: Coupling = Coupling.UNKNOWN if coupling is Coupling.GOOD else coupling
        self._quiet_s = TAIL_S
        """since the last sample that was played"""
        self._gain_db: float | None = None
        """of the echo over what is played, at most; None while it is unknown"""
        self._level = EchoLevel()
        self._near = NearLevel()
        self._recent: list[tuple[int, float | None]] = []
        """newest blocks: the first sample, and the level of the voice in it that no echo explains"""
        self._over_since: int | None = None
        """first sample at which somebody began to talk over this sentence"""
        self._mistaken = 0
        self._sentence: list[tuple[Samples, Samples]] = []
        self._told = False

    def played(self, piece: Played) -> None:
        self._reference.add(piece)

    def begin(self) -> None:
        """Note that a sentence begins."""
        self._detector.reset()
        self._live_detector.reset()
        self._level.begin()
        self._near.begin()
        self._recent, self._sentence, self._over_since = [], [], None
        self._told = False

    @property
    def began_over(self) -> bool:
        """True once somebody surely talks over this sentence."""
        return self._over_since is not None

    def pass_by(self, block: AudioBlock) -> None:
        """Leave out what was played while a block was listened to."""
        self._reference.take(len(block.samples))
        self._near.listen(block.samples)

    def hear(self, block: AudioBlock) -> Overheard:
        """Take a block that nobody listens to, together with what was played."""
        far = self._reference.take(len(block.samples))
        sounding = bool(far.any())
        self._quiet_s = 0.0 if sounding else self._quiet_s + BLOCK_S
        if self._quiet_s >= TAIL_S:
            self._near.pass_by(block.samples)
            return Overheard(block)
        self._clean(block.samples, far)  # so that the canceller knows the room
        self._judge(block, far)
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
        activity = self._heard(near)
        raw = self._voiced(activity)
        if echo:
            activity = self._heard([self._clean(n, f) for n, f in zip(near, far, strict=True)])
        left = self._voiced(activity)
        first = first_sustained(left)
        if first is None and echo:
            first = self._unexplained(raw, _gains_db(near, far), clear=peak >= CLEAR_PEAK)
        if first is None and self._over_since is not None:
            first = next((p for p, i in enumerate(span) if overheard[i].block.start >= self._over_since), None)
        began = None if first is None else max(0, first - round(MARGIN_S / BLOCK_S))
        mistaken = self._mistake(echo=peak >= CLEAR_PEAK, left=left)
        over = self._over(echo=echo, left=any(left), mistaken=mistaken)
        own = Part.OWN if echo else Part.FREE
        for place, i in enumerate(span):
            parts[i] = over if began is not None and place >= began else own
        alone = [place for place, i in enumerate(span) if far[place].any() and (began is None or place < began)]
        voiced = ([one[place] for place in alone] for one in (raw, left))
        self._learn(*voiced, echo=echo)
        if began is None or mistaken:
            self._learn_level(near, far, echo=echo)
        heard = [None] * span.start + activity + [None] * (len(parts) - span.stop)
        return Sorted(tuple(parts), None if began is None else span.start + began, tuple(heard))

    def _over(self, *, echo: bool, left: bool, mistaken: bool) -> Part:
        """Tell of whoever talks whether it is surely somebody."""
        sure = self.began_over and self.coupling is not Coupling.POOR and not mistaken
        if sure or (self.coupling in (Coupling.NONE, Coupling.GOOD) and (not echo or left)):
            return Part.OVER if echo else Part.FREE
        return Part.DOUBT

    def _mistake(self, *, echo: bool, left: Sequence[bool]) -> bool:
        """True if one sentence after the other was broken off, and the canceller takes away all that was heard."""
        nobody = self.began_over and echo and first_sustained(left) is None
        self._mistaken = self._mistaken + 1 if nobody else 0
        return self._mistaken >= MISTAKEN

    def _unexplained(self, raw: Sequence[bool], over_db: Sequence[float], *, clear: bool) -> int | None:
        """Return the first block of voice that no echo explains. Of the first sentence it is hard to tell."""
        if self._gain_db is None:
            return None if clear else first_sustained(raw)
        return first_sustained([v and db > self._gain_db + ABOVE_ECHO_DB for v, db in zip(raw, over_db, strict=True)])

    def _learn_level(self, near: Sequence[Samples], far: Sequence[Samples], *, echo: bool) -> None:
        """Learn how loud the echo is from a sentence over which nobody talks."""
        sounding = [place for place, played in enumerate(far) if played.any()]
        if len(sounding) >= LEARNED_FROM:
            self._level.learn([near[place] for place in sounding], [far[place] for place in sounding])
        if echo:
            gains_db = _gains_db(near, far)
            self._gain_db = float(np.percentile([gains_db[place] for place in sounding], NEARLY_ALL))

    def _learn(self, raw: Sequence[bool], left: Sequence[bool], *, echo: bool) -> None:
        """Learn the coupling from the blocks of a sentence over which nobody talks: voice in them, before and after."""
        if len(raw) >= LEARNED_FROM:
            if not echo:
                self.coupling = Coupling.NONE if sum(raw) <= LEFT_VOICED else Coupling.UNKNOWN
            else:
                self.coupling = Coupling.GOOD if sum(left) <= LEFT_VOICED else Coupling.POOR

    def _clean(self, near: Samples, far: Samples) -> Samples:
        if self._cancel is None:
            self._cancel = EchoCanceller()
        return self._cancel(near, far)

    def _heard(self, blocks: Sequence[Samples]) -> list[VoiceActivity]:
        self._detector.reset()
        return [self._detector.feed(AudioBlock(i * BLOCK_SAMPLES, samples)) for i, samples in enumerate(blocks)]

    def _voiced(self, heard: Sequence[VoiceActivity]) -> list[bool]:
        """Return for each block if there is voice in it, of somebody near: loud enough within half a second of it."""
        levels = [one.level_dbfs for one in heard]
        around = [max(levels[max(0, i - NEAR_BLOCKS) : i + NEAR_BLOCKS]) for i in range(len(levels))]
        return [
            one.probability >= VOICED and self._near.is_near(loudest, SOFTLY_DB)
            for one, loudest in zip(heard, around, strict=True)
        ]

    def _judge(self, block: AudioBlock, far: Samples) -> None:
        """Judge a block live. The first sentence of an evening is not broken off: nothing is known of the room yet."""
        self._sentence.append((block.samples, far))
        left, over_db = self._level.unexplained(block.samples, far)
        voiced = self._live_detector.feed(AudioBlock(block.start, left)).probability >= VOICED
        is_over = voiced and over_db >= LEAST_OVER_DB
        self._recent = [*self._recent[-OF_THE_LAST + 1 :], (block.start, level_dbfs(left) if is_over else None)]
        over = [start for start, level in self._recent if level is not None]
        loudest = max((level for _, level in self._recent if level is not None), default=SILENCE_DBFS)
        if self.began_over or len(over) < SURELY_OVER or not self._near.is_near(loudest):
            return
        known = self._level.is_known and self.coupling in (Coupling.GOOD, Coupling.POOR)
        if known or (self.coupling is Coupling.NONE and self._sentence_peak() < ECHO_PEAK):
            self._over_since = over[0]

    def _sentence_peak(self) -> float:
        near, far = zip(*self._sentence, strict=True)
        return echo_peak(np.concatenate(near), np.concatenate(far))


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
