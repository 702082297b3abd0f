"""Tell laughter and sobs from words.

Recognisers write laughter as "ha ha ha", or as words that nobody said. Two proofs are asked before words are taken
back, neither of which speech gave in any recording: the sound swings evenly, burst after burst of one vowel, at the
rate of laughter, and the recogniser itself finds "Ha ha ha" likely there. Where there are no words, one tells enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

import numpy as np

from voicecheck.speech.recognition import seams
from voicecheck.speech.recognition.pitch import pitch_of
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, SPOKEN_FROM_S, SpeechRecogniser, Utterance
from voicecheck.speech.recognition.timbre import bands_of
from voicecheck.speech.recognition.vad import level_dbfs
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Samples, Segment, SoundKind, VoiceSound, Word

LAUGHING = re.compile(r"(?:(?:bw|mw)?a?(?:ha|he|ho|hu|hi)[aeh]*){2,}|ha+h?|hee+h?|heh")
"""how laughter is written: "ha", "heh", "hahaha" """
PERHAPS_LAUGHING = frozenset({"he", "ho"})
"""laughter, too, where nothing else was said"""
SYLLABLE = re.compile(r"a+h+|o+h+|u+h+|e+h+|h*m+|u+gh|o+w+|a+w+|bu+h")
"""the words written for a voice without words"""
DRAWN_OUT = re.compile(r"(.)\1{7}")
"""one letter again and again: a cry, or a recogniser that loops over it"""
ALONE, WITH_WORDS = 2, 4
"""so many in a row are laughter where nothing else was said, and among words: "he went ha ha ha" is said"""
SAME_SYLLABLE = 4
LAUGH = "Ha ha ha."
LIKELY_LAUGH = -11.5
"""logarithm of its probability by Whisper `base`: 24 made laughs -7 to -11, 100 human recordings and cuts under -12"""
FRAME = SAMPLE_RATE_HZ // 100
SLOWEST, FASTEST = 30, 14  # frames from one burst to the next: 3.3 to 7 a second
BOUT, STEP = 150, 25  # frames that are looked at together, and from one look to the next
SHORTEST_BOUT = 60
EVEN, BETWEEN = 0.6, -0.3
"""likeness of a bout to itself one burst later at least, and half a burst later at most: of 1500 cuts of
people speaking the likest had 0.57 and -0.35"""
BURSTS = 5  # in a row at least
DEPTH = 0.5  # of the swing, as a standard deviation of the logarithm of the energy
MOSTLY, NEARLY_ALL = 0.5, 0.8
"""shares of a sound that swing evenly: where no words were found, and where words are to be taken back"""
DOUBTED_BELOW = 0.8
"""mean probability of words that are taken back"""
TOGETHER_S = 2.0  # two of a kind with less between them are told as one
CRY_BLOCKS, FALL = 10, 2.5  # of one voice, falling by so many semitones
LONGEST_GASP = 7  # blocks
CRIES, GASPS = 2, 2  # gasps that follow on one another, as no consonants do
GASP_EVERY_S = 3
GASP_DB = 12.0  # a gasp is so much louder than the quietest tenth


def without_laughter(segments: Iterable[Segment]) -> tuple[tuple[Segment, ...], tuple[VoiceSound, ...]]:
    """Return the segments without what is written for laughter and wordless sounds, and where these were."""
    segments = tuple(segments)
    words = [word for segment in segments for word in seams.words_of(segment)]
    alone = all(_is_laugh(word, alone=True) for word in words)
    least = ALONE if alone else WITH_WORDS
    gone: dict[Word, SoundKind] = {}
    for kind, run in _runs(words, alone=alone):
        enough = least if kind is SoundKind.LAUGHTER else SAME_SYLLABLE
        if sum(syllables(word) for word in run) >= enough:
            gone.update(dict.fromkeys(run, kind))
    gone.update(_cries(segments))
    if not gone:
        return segments, ()
    sounds = (VoiceSound(word.start_s, word.end_s, kind) for word, kind in gone.items())
    kept = ((segment, tuple(w for w in seams.words_of(segment) if w not in gone)) for segment in segments)
    return tuple(seams.part_of(segment, left) for segment, left in kept if left), told_together(sounds)


def _cries(segments: Iterable[Segment]) -> dict[Word, SoundKind]:
    """Return the words of segments that are nothing but "Ugh! Ugh!", where the first is doubted, or "Ahhhhhhhh".

    A word that follows itself is likely for that alone, so a row of them is no surer than its first.
    """
    cries: dict[Word, SoundKind] = {}
    for kind, run in groupby(segments, key=_all_written_for):
        words = [word for segment in run for word in segment.words]
        drawn_out = any(DRAWN_OUT.search(seams.letters(word.text)) for word in words)
        if kind is not None and words and (words[0].unsure or drawn_out):
            cries.update(dict.fromkeys(words, kind))
    return cries


def _all_written_for(segment: Segment) -> SoundKind | None:
    """Return what every word of a segment is written for; None where one of them is a word."""
    written = [_written_for(word, alone=False) for word in seams.words_of(segment)]
    if not written or not all(written):
        return None
    return SoundKind.LAUGHTER if set(written) == {LAUGH} else SoundKind.WORDLESS


def told_together(sounds: Iterable[VoiceSound]) -> tuple[VoiceSound, ...]:
    """Return the sounds in order, those of one kind that are close together as one."""
    told: list[VoiceSound] = []
    for one in sorted(sounds, key=lambda one: one.start_s):
        if told and told[-1].kind is one.kind and one.start_s - told[-1].end_s < TOGETHER_S:
            told[-1] = VoiceSound(told[-1].start_s, max(told[-1].end_s, one.end_s), one.kind)
        else:
            told.append(one)
    return tuple(told)


def sound_without_words(recogniser: SpeechRecogniser, utterance: Utterance, language: str) -> SoundKind | None:
    """Return what a voice is in which no words were found; None for what may be words. Raises ModelError."""
    if utterance.voiced_s < SPOKEN_FROM_S:
        return None
    if swings(utterance.samples, MOSTLY):
        laughs = _laugh_likely(recogniser, utterance, language)
        return SoundKind.LAUGHTER if laughs else SoundKind.WORDLESS
    return SoundKind.SOBS if _sobs(utterance.samples) else None


def is_surely_laughter(
    recogniser: SpeechRecogniser, utterance: Utterance, language: str, words: Sequence[Word]
) -> bool:
    """True for laughter of which these words were made, none too sure. Raises ModelError."""
    doubted = not words or sum(word.probability for word in words) < DOUBTED_BELOW * len(words)
    return doubted and swings(utterance.samples, NEARLY_ALL) and _laugh_likely(recogniser, utterance, language)


def _laugh_likely(recogniser: SpeechRecogniser, utterance: Utterance, language: str) -> bool:
    if language == ANY_LANGUAGE:
        return False
    weighed = recogniser.weigh(utterance, (LAUGH,), language=language)
    return weighed is not None and weighed[0] >= LIKELY_LAUGH


def swings(samples: Samples, share: float) -> bool:
    """True if this share of the sound at least is even bursts of one vowel, at the rate of laughter."""
    bands = bands_of(samples, FRAME)
    if len(bands) < SHORTEST_BOUT:
        return False
    levels = bands.mean(axis=1)
    quiet = np.percentile(levels, 10)
    loud = np.flatnonzero(levels >= quiet + (levels.max() - quiet) / 5)
    bands = bands[loud[0] : loud[-1] + 1]
    bouts = [bands[at : at + BOUT] for at in range(0, max(1, len(bands) - BOUT + 1), STEP)]
    even = sum(_is_even(bout) for bout in bouts)
    return even >= share * len(bouts)


def _is_even(bout: Samples) -> bool:
    if len(bout) < SHORTEST_BOUT:
        return False
    if float(np.std(bout.mean(axis=1))) < DEPTH:
        return False
    bout = bout - bout.mean(axis=0)
    alike = {lag: _likeness(bout, lag) for lag in range(FASTEST // 2, SLOWEST + 1)}
    if max(alike[lag] for lag in range(FASTEST // 2, FASTEST - 3)) >= EVEN:
        return False  # faster than anybody laughs
    lags = range(FASTEST, min(SLOWEST, len(bout) // BURSTS) + 1)
    return any(alike[lag] >= EVEN and alike[lag // 2] <= BETWEEN for lag in lags)


def _likeness(bout: Samples, lag: int) -> float:
    one, other = bout[:-lag], bout[lag:]
    scale = float(np.sqrt(np.sum(np.square(one)) * np.sum(np.square(other))))
    return float(np.sum(one * other)) / scale if scale else 0.0


def _sobs(samples: Samples) -> bool:
    """True for cries that fall in pitch, and quick gasps one after the other."""
    blocks = samples[: len(samples) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
    levels = [level_dbfs(block) for block in blocks]
    if not levels:
        return False
    sounding = float(np.percentile(levels, 10)) + GASP_DB
    cries, heard = 0, list[bool]()
    for loud, run in groupby(zip(levels, blocks, strict=True), key=lambda one: one[0] > sounding):
        if not loud:
            continue
        pitches = [pitch_of(block) for _, block in run]
        pitched = [pitch for pitch in pitches if pitch is not None]
        cries += len(pitched) >= CRY_BLOCKS and _falls(pitched)
        heard.append(2 <= len(pitches) <= LONGEST_GASP and len(pitched) <= 1)
    gasps = sum(one and other for one, other in pairwise(heard))
    return cries >= CRIES and gasps >= max(GASPS, len(samples) // (GASP_EVERY_S * SAMPLE_RATE_HZ))


def _falls(pitches: Sequence[float]) -> bool:
    third = len(pitches) // 3
    return float(np.median(pitches[:third]) - np.median(pitches[-third:])) >= FALL


def _runs(words: Sequence[Word], *, alone: bool) -> Iterator[tuple[SoundKind, list[Word]]]:
    """Yield the runs of words that stand for laughter, and of one syllable again and again."""
    for what, run in groupby(words, key=lambda word: _written_for(word, alone=alone)):
        if what:
            yield SoundKind.LAUGHTER if what == LAUGH else SoundKind.WORDLESS, list(run)


def _written_for(word: Word, *, alone: bool) -> str:
    """Return what the word is written for: laughter, a syllable, or empty for a word."""
    if _is_laugh(word, alone=alone):
        return LAUGH
    said = seams.letters(word.text)
    return re.sub(r"(.)\1+", r"\1", said) if SYLLABLE.fullmatch(said) else ""


def is_sound(word: Word) -> bool:
    """True for what is written for laughter or a voice without words."""
    return bool(_written_for(word, alone=False))


def _is_laugh(word: Word, *, alone: bool) -> bool:
    said = seams.letters(word.text)
    return bool(LAUGHING.fullmatch(said)) or (alone and said in PERHAPS_LAUGHING)


def syllables(word: Word) -> int:
    return max(1, len(re.findall(r"[aeiou]+", seams.letters(word.text))))
