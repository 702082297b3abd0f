"""A stretch to words: taken, tried once more, or refused.

Whisper writes words into silence and breathing, so sound without voice needs a confidence of its own. It repeats itself
without end, so a text with more words than anybody could say is refused, and its halves are tried. And it passes over
whole phrases in silence: voice that no word stands for is written down by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from voicecheck.domain import SAMPLE_RATE_HZ, Samples, Segment, Stretch, Word
from voicecheck.speech.recognition.recogniser import Hearing, shift
from voicecheck.speech.recognition.vad import level_dbfs
from voicecheck.speech.whisper.confidence import believable, suspicious
from voicecheck.speech.whisper.engine import Transcriber

HALVED_FROM_VOICED_S = 3.0  # so much voice in a stretch whose words cannot be trusted: its halves are tried
MOST_HALVINGS = 2
QUIET_WINDOW = SAMPLE_RATE_HZ // 10
PASSED_OVER_S = 1.0  # so much voice in one place without a word: two or three words
WORD_MARGIN_S = 0.25  # around a word, since Whisper's times are that inexact
PHRASE_GAP_S = 0.7  # voice with less than this between it is one phrase
PHRASE_MARGIN_S = 0.4  # of sound around a phrase that is written down by itself


@dataclass(frozen=True, slots=True)
class Job:
    """One stretch for Whisper."""

    generation: int
    stretch: Stretch
    samples: Samples = field(repr=False)
    start: int
    """sample index of the first of `samples`"""
    prompt: str = field(repr=False)
    language: str


def write_down(transcriber: Transcriber, job: Job, heard: Hearing | None = None) -> Hearing | None:
    """The words of a job, or None where Whisper's words cannot be trusted. Raises ModelError.

    `heard` is a first try that was made already, together with other stretches.
    The text before is left out at first: it makes Whisper repeat itself more often than it helps (benchmarks). It is
    what makes a second try different from the first.
    """
    heard = transcriber.transcribe(job.samples, language=job.language) if heard is None else heard
    voiced_s = job.stretch.voiced_s
    if job.prompt and suspicious(heard, voiced_s):
        again = transcriber.transcribe(job.samples, language=job.language, prompt=job.prompt)
        if not believable(heard, voiced_s) or (believable(again, voiced_s) and again.word_count > heard.word_count):
            heard = again
    if believable(heard, voiced_s):
        return _with_phrases_passed_over(transcriber, job, heard)
    if voiced_s < HALVED_FROM_VOICED_S:
        return None
    parts = _halves(transcriber, job.samples, job.language, voiced_s / len(job.samples), MOST_HALVINGS)
    return parts if parts.word_count else None


# Loops


def _halves(transcriber: Transcriber, samples: Samples, language: str, density: float, depth: int) -> Hearing:
    """Both halves of `samples`, each believed or not by itself; `density` is voiced seconds a sample."""
    cut = _quietest(samples)
    joined = Hearing(language=language)
    for start, part in ((0, samples[:cut]), (cut, samples[cut:])):
        heard, start_s = _half(transcriber, part, language, density, depth), start / SAMPLE_RATE_HZ
        joined = replace(
            joined,
            segments=(*joined.segments, *(shift(s, start_s) for s in heard.segments)),
            unheard=(*joined.unheard, *((start_s + a, start_s + b) for a, b in heard.unheard)),
        )
    return joined


def _half(transcriber: Transcriber, part: Samples, language: str, density: float, depth: int) -> Hearing:
    heard, voiced_s = transcriber.transcribe(part, language=language), density * len(part)
    if believable(heard, voiced_s):
        return heard
    if depth > 1 and voiced_s >= HALVED_FROM_VOICED_S:
        heard = _halves(transcriber, part, language, density, depth - 1)
        if heard.word_count:
            return heard
    return Hearing(language=language, unheard=((0.0, len(part) / SAMPLE_RATE_HZ),))


def _quietest(samples: Samples) -> int:
    """Where to cut: the middle of the quietest tenth of a second in the middle half."""
    middle = len(samples) // 2
    starts = range(middle // 2, middle + middle // 2 + 1, QUIET_WINDOW)
    at = min(starts, key=lambda at: (level_dbfs(samples[at : at + QUIET_WINDOW]), abs(at - middle)))
    return at + QUIET_WINDOW // 2


# Phrases passed over


def _with_phrases_passed_over(transcriber: Transcriber, job: Job, heard: Hearing) -> Hearing:
    """`heard`, and the words of each phrase in it that Whisper left out."""
    for start_s, end_s in _phrases_without_words(job, heard):
        first = max(0, round((start_s - PHRASE_MARGIN_S) * SAMPLE_RATE_HZ))
        part = job.samples[first : round((end_s + PHRASE_MARGIN_S) * SAMPLE_RATE_HZ)]
        found = transcriber.transcribe(part, language=job.language)
        if believable(found, end_s - start_s) and not _says_again(found, heard, start_s):
            heard = _insert(heard, tuple(shift(s, first / SAMPLE_RATE_HZ) for s in found.segments), start_s)
    return heard


def _phrases_without_words(job: Job, heard: Hearing) -> list[tuple[float, float]]:
    """Seconds, from the first sample of the job, of phrases for which no word stands."""
    bare: list[tuple[float, float]] = []
    for start, end in job.stretch.voice:
        span = ((start - job.start) / SAMPLE_RATE_HZ, (end - job.start) / SAMPLE_RATE_HZ)
        for start_s, end_s in _outside(span, heard):
            if bare and start_s - bare[-1][1] < PHRASE_GAP_S:
                bare[-1] = (bare[-1][0], end_s)
            else:
                bare.append((start_s, end_s))
    return [(start_s, end_s) for start_s, end_s in bare if end_s - start_s >= PASSED_OVER_S]


def _outside(span: tuple[float, float], heard: Hearing) -> Iterator[tuple[float, float]]:
    """The parts of `span` at which there is no word."""
    at, end_s = span
    for word in _words(heard):
        if word.end_s + WORD_MARGIN_S > at and word.start_s - WORD_MARGIN_S < end_s:
            if word.start_s - WORD_MARGIN_S > at:
                yield at, word.start_s - WORD_MARGIN_S
            at = word.end_s + WORD_MARGIN_S
    if at < end_s:
        yield at, end_s


def _words(heard: Hearing) -> list[Word]:
    return [word for segment in heard.segments for word in segment.words]


def _says_again(found: Hearing, heard: Hearing, at_s: float) -> bool:
    """Whether these words stand right beside the place: then only the time of a word was wrong."""
    words = _letters(found.text)
    before = _letters("".join(w.text for w in _words(heard) if w.start_s < at_s))
    after = _letters("".join(w.text for w in _words(heard) if w.start_s >= at_s))
    return before[-len(words) :] == words or after[: len(words)] == words


def _letters(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _insert(heard: Hearing, found: tuple[Segment, ...], at_s: float) -> Hearing:
    """`found` at its place, between two segments or in the middle of one."""
    before: list[Segment] = []
    after: list[Segment] = []
    for segment in heard.segments:
        early = tuple(w for w in segment.words if w.start_s < at_s)
        late = segment.words[len(early) :]
        if early and late:
            before.append(Segment(segment.start_s, early[-1].end_s, _joined(early), early))
            after.append(Segment(late[0].start_s, segment.end_s, _joined(late), late))
        else:
            (before if segment.start_s < at_s else after).append(segment)
    return replace(heard, segments=(*before, *found, *after))


def _joined(words: tuple[Word, ...]) -> str:
    return "".join(word.text for word in words).strip()
