"""Recognise a stretch: accept the words, try once more, or refuse them.

The recogniser's verdict decides. What it refuses is cut in half, and each half is tried. And recognisers pass over
whole phrases: voice that no word stands for is written down by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from voicecheck.speech.recognition import agreement, laughter, seams
from voicecheck.speech.recognition.expected import (
    NOTHING_EXPECTED,
    ExpectedWords,
    Heard,
    command_meant,
    mend_names,
)
from voicecheck.speech.recognition.one_word import guess_word
from voicecheck.speech.recognition.recogniser import (
    ANY_LANGUAGE,
    CERTAIN_FROM_S,
    LANGUAGE_FROM_S,
    SPOKEN_FROM_S,
    Hypothesis,
    SpeechRecogniser,
    Utterance,
    Verdict,
    shift,
)
from voicecheck.speech.recognition.vad import level_dbfs
from voicecheck.utterance import (
    SAMPLE_RATE_HZ,
    Meant,
    Samples,
    Segment,
    SoundKind,
    Stretch,
    VoiceSound,
    Word,
)

HALVED_FROM_VOICED_S = 3.0  # so much voice in a stretch whose words cannot be trusted: its halves are tried
MOST_HALVINGS = 2
ECHO_WORDS = 4  # in a row
QUIET_WINDOW = SAMPLE_RATE_HZ // 10
PASSED_OVER_S = 1.0  # so much voice in one place without a word: two or three words
WORD_MARGIN_S = 0.25  # around a word, since a recogniser's times are that inexact
PHRASE_GAP_S = 0.7  # voice with less than this between it is one phrase
PHRASE_MARGIN_S = 0.4  # of sound around a phrase that is written down by itself


@dataclass(frozen=True, slots=True)
class Job:
    """One stretch to be recognised."""

    generation: int
    stretch: Stretch
    samples: Samples = field(repr=False)
    start: int
    """sample index of the first of `samples`"""
    prompt: str = field(repr=False)
    language: str
    expected: str = ""
    """the language to take where `language` is ANY_LANGUAGE and nothing surely tells another"""
    words: ExpectedWords = NOTHING_EXPECTED
    once: bool = False
    """try only once: nobody waits for it, and it must not keep those waiting who do"""

    @property
    def utterance(self) -> Utterance:
        rate = SAMPLE_RATE_HZ
        voice = tuple(((a - self.start) / rate, (b - self.start) / rate) for a, b in self.stretch.voice)
        return Utterance(self.samples, self.stretch.voiced_s, voice=voice)


@dataclass(frozen=True, slots=True)
class RecognisedStretch:
    """The words of a stretch, after every try that it was worth."""

    segments: tuple[Segment, ...] = field(default=(), repr=False)
    """times in seconds from the first sample"""
    language: str = ""
    """empty where no word told it"""
    settles: bool = True
    """it had voice enough to tell the language of the whole answer"""
    unheard: tuple[tuple[float, float], ...] = ()
    """parts whose words were refused, seconds from the first sample"""
    meant: Meant | None = None
    """a command that the last words may have been"""
    sounds: tuple[VoiceSound, ...] = ()
    """laughter and sobs, seconds from the first sample"""
    guess: Segment | None = field(default=None, repr=False)
    """what is believed to have been said instead, if this is the whole answer"""

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.segments)


def write_down(recogniser: SpeechRecogniser, job: Job, first: Hypothesis | None = None) -> RecognisedStretch | None:
    """Return the words of a job, or None where they are refused. Raises ModelError.

    `first` is a first try that was made already, together with other stretches.
    """
    written = _in_its_language(recogniser, job, first)
    if not job.once:
        written = _with_sounds_marked(recogniser, job, written)
    return None if written is None else _with_expected_words(recogniser, job, written)


def _with_expected_words(recogniser: SpeechRecogniser, job: Job, written: RecognisedStretch) -> RecognisedStretch:
    """Mend names, and tell a command or a single word that the words may have been, where anything is expected."""
    expected, language = job.words, written.language or job.expected
    if not written.segments or not language:
        return written
    heard = Heard(job.utterance, job.start, job.stretch, written.segments, language)
    if expected.commands and language == job.expected:
        written = replace(written, meant=command_meant(recogniser, heard, expected))
    if expected.names:
        written = replace(written, segments=mend_names(recogniser, heard, expected))
    if expected.guessed and language == job.expected and written.meant is None and written.segments == heard.segments:
        written = replace(written, guess=guess_word(recogniser, heard, expected))
    return written


def _in_its_language(recogniser: SpeechRecogniser, job: Job, first: Hypothesis | None) -> RecognisedStretch | None:
    if job.language != ANY_LANGUAGE or not job.expected:
        return _write_down(recogniser, job, first)
    enough = job.stretch.voiced_s >= LANGUAGE_FROM_S
    spoken = recogniser.language_of(job.utterance, job.expected)
    if enough and spoken is None:
        return _write_down(recogniser, job, first)
    certain = spoken is not None and spoken.certain and job.stretch.voiced_s >= CERTAIN_FROM_S
    language = spoken.code if spoken is not None and (enough or certain) else job.expected
    words = _write_down(recogniser, replace(job, language=language), first)
    if words is None:
        return None
    sure = spoken is None or (spoken.sure and spoken.code == language)
    return replace(words if sure else _doubted(words), language=language, settles=enough and sure)


def _doubted(words: RecognisedStretch) -> RecognisedStretch:
    """Return the words as ones that the recogniser is not sure of: they may be those of another language."""
    return replace(words, segments=tuple(map(agreement.doubted, words.segments)))


def _write_down(recogniser: SpeechRecogniser, job: Job, first: Hypothesis | None) -> RecognisedStretch | None:
    """Write down in the language of the job.

    The text before is left out at first: it makes Whisper repeat itself more often than it helps (benchmarks). It is
    what makes a second try different from the first.
    """
    found = recogniser.transcribe(job.utterance, language=job.language) if first is None else first
    if job.prompt and found.verdict is not Verdict.ACCEPT:
        again = recogniser.transcribe(job.utterance, language=job.language, prompt=job.prompt)
        found = found if _echoes(again, job.prompt, found) else _better(found, again)
    if not job.once:
        found = agreement.proven(recogniser, job.utterance, found, job.language)
    match found.verdict:
        case Verdict.ACCEPT | Verdict.TRY_AGAIN:
            heard = RecognisedStretch(found.segments, found.language, unheard=found.looped)
            return _with_phrases_passed_over(recogniser, job, heard)
        case Verdict.REFUSE:
            if job.once:
                return None
            sounds = _only_sounds(recogniser, job, found)
            if sounds is not None:
                return sounds
            return _from_halves(recogniser, job) or (None if found.text else _from_nothing(recogniser, job))
        case _:
            assert_never(found.verdict)


def _echoes(again: Hypothesis, prompt: str, first: Hypothesis) -> bool:
    """True if the second try says the text before once more, of which the first try, without it, heard nothing."""
    prompted, heard = _in_runs(prompt), _in_runs(first.text)
    return bool((_in_runs(again.text) & prompted) - heard)


def _in_runs(text: str) -> set[tuple[str, ...]]:
    words = _letters(text)
    return {tuple(words[at : at + ECHO_WORDS]) for at in range(len(words) - ECHO_WORDS + 1)}


def _better(first: Hypothesis, again: Hypothesis) -> Hypothesis:
    """Return the better of two tries: the first, unless it was refused or the second has more trusted words."""
    more = again.verdict is not Verdict.REFUSE and again.word_count > first.word_count
    return again if more or first.verdict is Verdict.REFUSE else first


# Laughter and sobs


def _with_sounds_marked(
    recogniser: SpeechRecogniser, job: Job, written: RecognisedStretch | None
) -> RecognisedStretch | None:
    """Mark laughter and sobs, and take back the words that were made of them; None where no word can be trusted."""
    language = (written and written.language) or job.expected or job.language
    first_s, last_s = _sounding(job)
    if written is None:
        kind = laughter.sound_without_words(recogniser, _part(job, first_s, last_s), language)
        return None if kind is None else RecognisedStretch(sounds=(VoiceSound(first_s, last_s, kind),))
    if laughter.is_surely_laughter(recogniser, _part(job, first_s, last_s), language, _words(written)):
        return RecognisedStretch(sounds=(VoiceSound(first_s, last_s, SoundKind.LAUGHTER),))
    segments, sounds = laughter.without_laughter(written.segments)
    unheard = []
    for span in written.unheard:
        kind = laughter.sound_without_words(recogniser, _part(job, *span), language)
        if kind is None:
            unheard.append(span)
        else:
            sounds = (*sounds, VoiceSound(*span, kind))
    sounds = laughter.told_together((*written.sounds, *sounds))
    return replace(written, segments=segments, unheard=tuple(unheard), sounds=sounds)


def _only_sounds(recogniser: SpeechRecogniser, job: Job, refused: Hypothesis) -> RecognisedStretch | None:
    """Return the mark for a voice of which nothing but laughter, or one syllable again and again, was made."""
    segments, sounds = laughter.without_laughter(refused.segments)
    if segments or not sounds or job.stretch.voiced_s < SPOKEN_FROM_S:
        return None
    kind, span = sounds[0].kind, _sounding(job)
    if kind is SoundKind.WORDLESS:
        kind = laughter.sound_without_words(recogniser, _part(job, *span), job.language) or kind
    return RecognisedStretch(sounds=(VoiceSound(*span, kind),))


def _sounding(job: Job) -> tuple[float, float]:
    """Return the seconds of a job between which there is sound."""
    first_s = max(0.0, (job.stretch.first_active - job.start) / SAMPLE_RATE_HZ)
    return first_s, min(job.utterance.duration_s, (job.stretch.last_active - job.start) / SAMPLE_RATE_HZ)


def _part(job: Job, start_s: float, end_s: float) -> Utterance:
    """Return the sound of a job between these seconds, with the voice in it."""
    voiced_s = sum(max(0.0, min(end_s, b) - max(start_s, a)) for a, b in job.utterance.voice)
    first, last = (round(at * SAMPLE_RATE_HZ) for at in (start_s, end_s))
    return Utterance(job.samples[first:last], voiced_s)


# Loops


def _from_halves(recogniser: SpeechRecogniser, job: Job) -> RecognisedStretch | None:
    """Return the words of each half that is accepted by itself; None where none is, or the stretch is short."""
    if job.stretch.voiced_s < HALVED_FROM_VOICED_S:
        return None
    halves = _halves(recogniser, job.utterance, job.language, MOST_HALVINGS)
    return halves if halves.text else None


def _halves(recogniser: SpeechRecogniser, whole: Utterance, language: str, depth: int) -> RecognisedStretch:
    cut, density = _quietest(whole.samples), whole.voiced_s / len(whole.samples)
    joined = RecognisedStretch()
    for start, part in ((0, whole.samples[:cut]), (cut, whole.samples[cut:])):
        found = _half(recogniser, Utterance(part, density * len(part)), language, depth)
        start_s = start / SAMPLE_RATE_HZ
        joined = replace(
            joined,
            language=joined.language or found.language,
            segments=(*joined.segments, *(shift(s, start_s) for s in found.segments)),
            unheard=(*joined.unheard, *((start_s + a, start_s + b) for a, b in found.unheard)),
        )
    return joined


def _half(recogniser: SpeechRecogniser, half: Utterance, language: str, depth: int) -> RecognisedStretch:
    found = agreement.proven(recogniser, half, recogniser.transcribe(half, language=language), language)
    if found.verdict is not Verdict.REFUSE:
        return RecognisedStretch(found.segments, found.language, unheard=found.looped)
    if depth > 1 and half.voiced_s >= HALVED_FROM_VOICED_S:
        halves = _halves(recogniser, half, language, depth - 1)
        if halves.text:
            return halves
    return RecognisedStretch(unheard=((0.0, half.duration_s),))


def _quietest(samples: Samples) -> int:
    """Return the sample to cut at: the middle of the quietest tenth of a second in the middle half."""
    middle = len(samples) // 2
    starts = range(middle // 2, middle + middle // 2 + 1, QUIET_WINDOW)
    at = min(starts, key=lambda at: (level_dbfs(samples[at : at + QUIET_WINDOW]), abs(at - middle)))
    return at + QUIET_WINDOW // 2


# Phrases passed over


def _from_nothing(recogniser: SpeechRecogniser, job: Job) -> RecognisedStretch | None:
    """Return the words of phrases in which none was found: Whisper passes over a whole stretch, too, now and then."""
    heard = _with_phrases_passed_over(recogniser, job, RecognisedStretch(language=job.language))
    return heard if heard.text else None


def _with_phrases_passed_over(recogniser: SpeechRecogniser, job: Job, heard: RecognisedStretch) -> RecognisedStretch:
    """Return `heard` with the words of each phrase in it that the recogniser left out."""
    for start_s, end_s in _phrases_without_words(job, heard):
        first = max(0, round((start_s - PHRASE_MARGIN_S) * SAMPLE_RATE_HZ))
        part = job.samples[first : round((end_s + PHRASE_MARGIN_S) * SAMPLE_RATE_HZ)]
        found = recogniser.transcribe(Utterance(part, end_s - start_s, passed_over=True), language=job.language)
        if found.verdict is not Verdict.REFUSE and not _says_again(found, heard, start_s):
            words = tuple(shift(s, first / SAMPLE_RATE_HZ) for s in found.segments)
            heard = replace(heard, segments=inserted(heard.segments, words, start_s, end_s))
        elif not job.once:
            kind = laughter.sound_without_words(recogniser, _part(job, start_s, end_s), job.language)
            sounds = () if kind is None else (VoiceSound(start_s, end_s, kind),)
            heard = replace(heard, sounds=(*heard.sounds, *sounds))
    return heard


def _phrases_without_words(job: Job, heard: RecognisedStretch) -> list[tuple[float, float]]:
    """Return the seconds, from the first sample of the job, of phrases for which no word stands."""
    bare: list[tuple[float, float]] = []
    for start, end in job.stretch.voice:
        span = ((start - job.start) / SAMPLE_RATE_HZ, (end - job.start) / SAMPLE_RATE_HZ)
        for start_s, end_s in _outside(span, heard):
            if bare and start_s - bare[-1][1] < PHRASE_GAP_S:
                bare[-1] = (bare[-1][0], end_s)
            else:
                bare.append((start_s, end_s))
    return [(start_s, end_s) for start_s, end_s in bare if end_s - start_s >= PASSED_OVER_S]


def _outside(span: tuple[float, float], heard: RecognisedStretch) -> Iterator[tuple[float, float]]:
    """Yield the parts of `span` at which there is no word."""
    at, end_s = span
    for word in _words(heard):
        if word.end_s + WORD_MARGIN_S > at and word.start_s - WORD_MARGIN_S < end_s:
            if word.start_s - WORD_MARGIN_S > at:
                yield at, word.start_s - WORD_MARGIN_S
            at = word.end_s + WORD_MARGIN_S
    if at < end_s:
        yield at, end_s


def _words(heard: RecognisedStretch) -> list[Word]:
    return [word for segment in heard.segments for word in segment.words]


def _says_again(found: Hypothesis, heard: RecognisedStretch, at_s: float) -> bool:
    """True if these words already stand right before or behind `at_s`: then only the time of a word was wrong."""
    words = _letters(found.text)
    before = _letters("".join(w.text for w in _words(heard) if w.start_s < at_s))
    after = _letters("".join(w.text for w in _words(heard) if w.start_s >= at_s))
    return before[-len(words) :] == words or after[: len(words)] == words


def _letters(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def inserted(
    segments: Iterable[Segment], found: tuple[Segment, ...], start_s: float, end_s: float
) -> tuple[Segment, ...]:
    """Return the segments with what was found between these seconds at its place, between two or inside one."""
    before, after = seams.split(segments, start_s)
    return (*before, *seams.between(before, found, after, start_s, end_s), *after)
