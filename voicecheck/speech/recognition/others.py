"""Sound of others in the room, cut out of an answer to be written down when there is time.

It may be the speaker after all, who said something softly: their words are not to be lost, and danger in them is not
to go unheard. Nobody waits for these words. So there is a bound: what may be the speaker's comes first, then the
newest, `WRITTEN_S` of one turn at most, in pieces of `PIECE_S`, each tried once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from voicecheck.speech.recognition.live import OTHERS_GAP_S, next_generation
from voicecheck.speech.recognition.own_voice import OwnVoice
from voicecheck.speech.recognition.retry import Job
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Samples, Stretch

HELD_S = 60.0  # of others' sound is held in memory, the newest
WRITTEN_S = 30.0
PIECE_S = 10.0
SHORTEST_VOICE_S = 0.3  # less is no word
MARGIN_S = 0.3  # of silence around a piece


@dataclass(frozen=True, slots=True)
class _Part:
    """Sound of others without a gap."""

    start: int
    samples: Samples = field(repr=False)
    voiced: int
    surely_other: bool

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class Beside:
    """A piece of others' sound, and the job that writes it down."""

    job: Job = field(repr=False)
    surely_other: bool
    """nothing of this voice is like the speaker's"""

    @property
    def duration_s(self) -> float:
        return self.job.stretch.duration_s


class OthersSound:
    """The sound of others in one turn; `void` takes back what was cut from a sample on."""

    def __init__(self, own_voice: OwnVoice) -> None:
        self._own_voice = own_voice
        self._parts: list[_Part] = []

    def add(self, stretch: Stretch, held: Iterable[AudioBlock]) -> None:
        """Take what is others' of a stretch, whose sound lies in `held`."""
        if stretch.others:
            blocks = tuple(held)
            self._parts += [part for span in stretch.others for part in self._cut_out(span, blocks)]
            while sum(len(part.samples) for part in self._parts) > HELD_S * SAMPLE_RATE_HZ:
                del self._parts[0]

    def void(self, from_sample: int) -> None:
        self._parts = [part for part in self._parts if part.start < from_sample]

    def pieces(self, language: str) -> tuple[Beside, ...]:
        """Return what to write down of it, first what may be the speaker's, then the newest."""
        found = [_beside(group, language) for group in _grouped(self._parts) if _voiced_s(group) >= SHORTEST_VOICE_S]
        found.sort(key=lambda one: (one.surely_other, -one.job.start))
        taken_s, taken = 0.0, []
        for one in found:
            taken_s += one.duration_s
            if taken_s <= WRITTEN_S:
                taken.append(one)
        return tuple(taken)

    def _cut_out(self, span: tuple[int, int], blocks: Iterable[AudioBlock]) -> Iterator[_Part]:
        """Yield the sound between two samples, in parts short enough for a piece."""
        start, end = span
        kept = [b.samples[max(0, start - b.start) : end - b.start] for b in blocks if b.end > start and b.start < end]
        sound = np.concatenate(kept) if kept else np.zeros(0, np.float32)
        count = max(1, -(-len(sound) // round(PIECE_S * SAMPLE_RATE_HZ)))
        sure = self._own_voice.is_surely_other(start, end)
        for samples in np.array_split(sound, count):
            voiced = self._own_voice.voiced(start, start + len(samples))
            if len(samples):
                yield _Part(start, samples, voiced, sure)
            start += len(samples)


def _grouped(parts: Iterable[_Part]) -> list[list[_Part]]:
    """Put together what lies close enough to be one piece."""
    groups: list[list[_Part]] = []
    for part in sorted(parts, key=lambda part: part.start):
        near = groups and part.start - groups[-1][-1].end < OTHERS_GAP_S * SAMPLE_RATE_HZ
        if near and part.end - groups[-1][0].start <= PIECE_S * SAMPLE_RATE_HZ:
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _voiced_s(group: list[_Part]) -> float:
    return sum(part.voiced for part in group) / SAMPLE_RATE_HZ


def _beside(group: list[_Part], language: str) -> Beside:
    """Return the piece. What lies between its parts is silent in it."""
    start, end, voiced = group[0].start, group[-1].end, sum(part.voiced for part in group)
    margin = round(MARGIN_S * SAMPLE_RATE_HZ)
    begins = max(0, start - margin)
    samples = np.zeros(end + margin - begins, np.float32)
    for part in group:
        samples[part.start - begins : part.end - begins] = part.samples
    stretch = Stretch(start, end, voiced, voiced, start, end)
    job = Job(next_generation(), stretch, samples, begins, "", language, once=True)
    return Beside(job, all(part.surely_other for part in group))
