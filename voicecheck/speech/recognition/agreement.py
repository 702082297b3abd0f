"""Proof of words that a recogniser wrote: by the sounds they stand for, and by a second pass over the same sound.

A run of words again and again needs as many sounds; a recogniser that loops writes it far more often than anything
sounds. And where the engine itself finds its words weak, the same sound is tried once more, a little shifted: its
frames fall otherwise then. Words that were said come out again; words made of sobs or music come out as others, or not
at all. What one more pass does not hear is doubted, and what two do not hear is refused; its sound is kept.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from voicecheck.speech.recognition import laughter, seams
from voicecheck.speech.recognition.recogniser import Hypothesis, SpeechRecogniser, Utterance, Verdict
from voicecheck.utterance import SAMPLE_RATE_HZ, UNSURE_BELOW, Samples, Segment, Word

SHIFTS_S = (0.13, 0.37)
"""no whole numbers of a recogniser's frames, 10 or 20 ms, nor of the detector's blocks"""
APART_S = 0.7
"""most between the times of one word in both passes: Whisper's own are that inexact"""
AGREED = 0.5
"""share of a segment's words that another pass must hear"""
TIMES, LONGEST = 4, 6
"""a run of up to so many words is a loop when it is said so often"""
FRAME = SAMPLE_RATE_HZ // 100
SMOOTH, DIP_DB, OVER_QUIET_DB = 5, 3.0, 6.0
"""frames that are taken together, and what parts one sound from the next"""
DEEPEST = 1e-6
"""share of the loudest power that counts as silence, however softly somebody speaks"""
ROOM = 0.75
"""sounds for each repetition at least: five times "word" by a person had five to six, loops less than a half"""


@dataclass(frozen=True, slots=True)
class Loop:
    """Words of a text that are one run, again and again."""

    words: tuple[Word, ...] = field(repr=False)
    times: int

    @property
    def unsure(self) -> bool:
        """True if its first run is doubted: a word that follows itself is likely for that alone."""
        first = self.words[: len(self.words) // self.times]
        return sum(word.probability for word in first) < UNSURE_BELOW * len(first)

    @property
    def least_sounds(self) -> float:
        """Sounds that it needs: one a run, or one a syllable where it is unsure."""
        return ROOM * (self.syllables if self.unsure else self.times)

    @property
    def syllables(self) -> int:
        return sum(map(laughter.syllables, self.words))

    @property
    def span_s(self) -> tuple[float, float]:
        return self.words[0].start_s, self.words[-1].end_s


def proven(recogniser: SpeechRecogniser, utterance: Utterance, found: Hypothesis, language: str) -> Hypothesis:
    """Return the words without loops, and doubted or refused where other passes hear others. Raises ModelError."""
    found = without_loops(found, utterance.samples)
    if not found.weak or found.verdict is Verdict.REFUSE:
        return found
    segments = found.segments
    for shift_s in SHIFTS_S:
        again = recogniser.transcribe(_shifted(utterance, shift_s), language=language)
        heard = () if again.verdict is Verdict.REFUSE else _words(again.segments)
        agreed = tuple(_agree(segment, heard, shift_s) for segment in segments)
        if any(agreed):
            return replace(found, segments=tuple(map(_unless, agreed, segments)))
    return replace(found, verdict=Verdict.REFUSE)


def _unless(agreed: bool, segment: Segment) -> Segment:
    return segment if agreed else doubted(segment)


def doubted(segment: Segment) -> Segment:
    """Return the segment with words that are all unsure."""
    most = UNSURE_BELOW - 0.01
    return replace(segment, words=tuple(replace(w, probability=min(w.probability, most)) for w in segment.words))


def _shifted(utterance: Utterance, shift_s: float) -> Utterance:
    before = np.zeros(round(shift_s * SAMPLE_RATE_HZ), np.float32)
    voice = tuple((a + shift_s, b + shift_s) for a, b in utterance.voice)
    return replace(utterance, samples=np.concatenate([before, utterance.samples]), voice=voice)


def _agree(segment: Segment, again: Sequence[Word], shift_s: float) -> bool:
    """True if another pass has these words, in this order, at about this time."""
    heard, at, words = 0, 0, seams.words_of(segment)
    for word in words:
        for place in range(at, len(again)):
            apart_s = abs(again[place].start_s - shift_s - word.start_s)
            if seams.letters(again[place].text) == seams.letters(word.text) and apart_s <= APART_S:
                heard, at = heard + 1, place + 1
                break
    return heard >= AGREED * len(words)


# Loops


def without_loops(found: Hypothesis, samples: Samples) -> Hypothesis:
    """Return the words without loops for which the sound has no room; refused where there are no others.

    Of a loop that began surely as many words stay as sounds are heard, once at least, and are doubted: somebody may
    say a word over and over, and softly. What is written for laughter stays: it becomes a mark.
    """
    gone: dict[Word, bool] = {}
    looped: list[tuple[float, float]] = []
    for loop in loops_in(_words(found.segments)):
        first, last = (round(at * SAMPLE_RATE_HZ) for at in loop.span_s)
        sounds = count_sounds(samples[first:last])
        if sounds >= loop.least_sounds or all(map(laughter.is_sound, loop.words)):
            continue
        times = 0 if loop.unsure else max(1, sounds * loop.times // loop.syllables)
        kept = times * len(loop.words) // loop.times
        gone.update((word, place >= kept) for place, word in enumerate(loop.words))
        if not kept:
            looped.append(loop.span_s)
    if not gone:
        return found
    kept_of = ((s, tuple(w for w in seams.words_of(s) if not gone.get(w, False))) for s in found.segments)
    segments = tuple(_rest_of(segment, words, gone) for segment, words in kept_of if words)
    if not segments:
        return replace(found, verdict=Verdict.REFUSE)
    return replace(found, segments=segments, looped=tuple(looped))


def _rest_of(segment: Segment, words: Sequence[Word], of_loops: Container[Word]) -> Segment:
    rest = segment if len(words) == len(seams.words_of(segment)) else seams.part_of(segment, words)
    return doubted(rest) if any(word in of_loops for word in words) else rest


def loops_in(words: Sequence[Word]) -> Iterator[Loop]:
    """Yield the runs of words that follow on themselves, over the ends of segments, too."""
    said, at = [seams.letters(word.text) for word in words], 0
    while at < len(said):
        sizes = ((size, _times(said, at, size)) for size in range(1, LONGEST + 1))
        size, times = next(((size, times) for size, times in sizes if times >= TIMES), (1, 1))
        if times >= TIMES:
            yield Loop(tuple(words[at : at + size * times]), times)
        at += size * times


def _times(said: Sequence[str], at: int, size: int) -> int:
    run, times = said[at : at + size], 1
    while said[at + times * size : at + (times + 1) * size] == run:
        times += 1
    return times


def count_sounds(samples: Samples) -> int:
    """Count the sounds that are parted by a dip: about one a syllable."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    if len(frames) < SMOOTH:
        return 0
    power = np.convolve(np.square(frames).mean(axis=1), np.ones(SMOOTH) / SMOOTH, "same")
    levels = 10 * np.log10(power + max(1e-20, DEEPEST * float(power.max())))
    floor = float(np.percentile(levels, 5)) + OVER_QUIET_DB
    count, low, high, rising = 0, float(levels.min()), 0.0, True
    for level in map(float, levels):
        low, high = min(low, level), max(high, level)
        if rising and level > low + DIP_DB and level > floor:
            count, rising, high = count + 1, False, level
        elif not rising and level < high - DIP_DB:
            rising, low = True, level
    return count


def _words(segments: Iterable[Segment]) -> tuple[Word, ...]:
    return tuple(word for segment in segments for word in seams.words_of(segment))
