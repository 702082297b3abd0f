"""A verdict on what Whisper decoded, from its own figures.

It writes words into silence and breathing, so sound without voice needs a confidence of its own. It repeats itself
without end, so a text with more words than anybody could say is refused. And it passes over whole phrases in silence,
so a text with few words for so much voice is worth another try; what that finds needs a proof of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from voicecheck.speech.recognition.agreement import loops_in
from voicecheck.speech.recognition.recogniser import SPOKEN_FROM_S, Hypothesis, Verdict
from voicecheck.utterance import Segment

SHORT_WORD_S = 0.09  # as little voice as "Skip." has: one or two words of it are believed like any others
MOST_WORDS_IN_SHORT = 2
TRY_LOGPROB = -0.7  # whispering gave -0.4 to -0.7 and 0.04 to 0.2; breathing -0.75 and worse, 0.55 and more
TRY_NO_SPEECH = 0.35
WHISPERED_FROM_WORDS, WHISPERED_NO_SPEECH = 6, 0.48  # so many different words are whispered, and not made of breath
WORST_LOGPROB = -1.0
WORST_NO_SPEECH = 0.6
WEAK_LOGPROB, WEAK_NO_SPEECH = -1.0, 0.4
"""worse than both, and the words must come out of another pass, too: song gave -1.1 to -1.3 and 0.5 to 0.6, and other
words each time"""
WORST_COMPRESSION = 2.4  # Radford et al. 2022: above it Whisper is repeating itself, unless the person is
MOST_WORDS_A_VOICED_SECOND = 5.0  # nobody speaks faster: with that compression it is a loop
MOST_REPEATED_A_VOICED_SECOND, HALVED_S = 3.5, 3.0
"""repeated faster than this, and long enough to be tried again in halves: what was said so often is in both of them"""
VOICE_MARGIN_S = 0.5  # around a segment, since its times are that inexact
UNVOICED_PROBABILITY = 0.5  # of the words of a segment where there is hardly a voice: as TRY_LOGPROB asks of whispering
PROVEN_LOGPROB = -0.8  # of words in sound that an earlier try passed over
FAST_FROM_WORDS = 4  # times of shorter segments are too inexact
MOST_WORDS_A_SECOND, MOST_LETTERS_A_SECOND = 7.0, 30.0  # of one segment; an auctioneer has five words
SURE_PROBABILITY, SURE_NO_SPEECH = 0.8, 0.2
VIDEO_ENDINGS = frozenset(
    {
        "thank you for watching",
        "thanks for watching",
        "thank you so much for watching",
        "thanks for watching and i'll see you in the next video",
        "see you in the next video",
        "see you next time",
        "i'll see you in the next video",
        "i'll see you next time",
        "i'll see you in the next one",
        "please subscribe",
        "please subscribe to my channel",
        "don't forget to like and subscribe",
        "like and subscribe",
        "subtitles by the amara org community",
        "to be continued",
        "thank you very much for watching",
        "thanks for watching see you next time",
        "thanks for watching bye",
        "bye bye see you next time",
        "don't forget to subscribe",
        "please like and subscribe",
        "please like share and subscribe",
        "see you in the next one",
        "i'll see you guys next time",
        "i'll see you guys in the next video",
        "we'll be right back",
        "transcription by castingwords",
    }
)
"""sentences that Whisper learned from the ends of videos, and writes where there are no words"""
POLITE = frozenset({"thank you", "thanks", "you", "bye", "thank you very much", "bye bye"})
"""words that it writes as well where nobody speaks: somebody who says them is heard just there"""
CREDITS = re.compile(
    r"(?:(?:sub)?titles?|captions?|captioning|transcripts?|transcription|translation|translated|transcribed|subtitled|sync)"
    r"(?: and \w+)? (?:by|provided by)\b|.*\b(?:www|amara org|opensubtitles)\b"
)
"""how the names of those who wrote the subtitles begin"""
WORDS_A_VOICED_SECOND = 1.5  # fewer than this and the stretch is tried again
RETRY_FROM_VOICED_S = 1.5


Spans: TypeAlias = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Decoding:
    """The segments of one call of Whisper, and how sure it was."""

    segments: tuple[Segment, ...] = field(default=(), repr=False)
    """times in seconds from the first sample"""
    language: str = ""
    mean_logprob: float = 0.0
    """of the tokens, 0 is certain"""
    no_speech: float = 0.0
    """probability that nobody spoke, 0 to 1"""
    compression: float = 1.0
    """gzip ratio of the text"""


def judge(decoding: Decoding, voiced_s: float, *, passed_over: bool = False, voice: Spans = ()) -> Hypothesis:
    """Return the words with a verdict, for sound with so many seconds of voice, and with voice at these seconds.

    Segments that nobody can have said are left out. Where the sound was `passed_over` before, more is asked of them.
    """
    kept = tuple(s for s in decoding.segments if not _invented(s, decoding) and not _unvoiced(s, voice))
    dropped = len(kept) < len(decoding.segments)
    decoding = replace(decoding, segments=kept)
    word_count = sum(len(segment.text.split()) for segment in kept)
    verdict = _verdict(decoding, word_count, voiced_s)
    if passed_over and (dropped or not _proven(decoding, word_count, voiced_s)):
        verdict = Verdict.REFUSE
    verdict = Verdict.TRY_AGAIN if dropped and verdict is Verdict.ACCEPT else verdict
    return Hypothesis(verdict, kept, decoding.language, weak=_is_weak(decoding))


def _is_weak(decoding: Decoding) -> bool:
    return decoding.mean_logprob < WEAK_LOGPROB and decoding.no_speech > WEAK_NO_SPEECH


def _invented(segment: Segment, decoding: Decoding) -> bool:
    """True for a segment faster than anybody speaks, and for thanks or the end of a video where Whisper is unsure."""
    words, seconds = len(segment.text.split()), segment.end_s - segment.start_s
    least_s = max(words / MOST_WORDS_A_SECOND, len(segment.text) / MOST_LETTERS_A_SECOND)
    if words >= FAST_FROM_WORDS and seconds < least_s:
        return True
    said = _said(segment)
    if said in POLITE and _is_weak(decoding) and segment.words and segment.words[0].unsure:
        return True  # learned by heart: it comes out of every pass
    if said not in VIDEO_ENDINGS and not CREDITS.match(said):
        return False
    return _probability(segment) < SURE_PROBABILITY or decoding.no_speech > SURE_NO_SPEECH


def _unvoiced(segment: Segment, voice: Spans) -> bool:
    """True for more words than the voice around them has room for, where Whisper is not sure of them."""
    if not voice:
        return False
    if _said(segment) in POLITE and _voiced_s(segment, voice, 0.0) < SHORT_WORD_S:
        return _probability(segment) < SURE_PROBABILITY
    if _probability(segment) >= UNVOICED_PROBABILITY:
        return False
    room = MOST_WORDS_IN_SHORT + MOST_WORDS_A_SECOND * _voiced_s(segment, voice, VOICE_MARGIN_S)
    return len(segment.text.split()) > room


def _voiced_s(segment: Segment, voice: Spans, margin_s: float) -> float:
    """Return the seconds of voice in a segment and a margin around it."""
    start, end = segment.start_s - margin_s, segment.end_s + margin_s
    return sum(max(0.0, min(end, b) - max(start, a)) for a, b in voice)


def _said(segment: Segment) -> str:
    return " ".join(re.findall(r"[\w']+", segment.text.casefold().replace("’", "'")))


def _probability(segment: Segment) -> float:
    return sum(word.probability for word in segment.words) / len(segment.words) if segment.words else 0.0


def _proven(decoding: Decoding, word_count: int, voiced_s: float) -> bool:
    return (
        decoding.compression <= WORST_COMPRESSION
        and decoding.no_speech < WORST_NO_SPEECH
        and decoding.mean_logprob > PROVEN_LOGPROB
        and word_count <= MOST_WORDS_IN_SHORT + MOST_WORDS_A_VOICED_SECOND * voiced_s
    )


def _verdict(decoding: Decoding, word_count: int, voiced_s: float) -> Verdict:
    if not _believable(decoding, word_count, voiced_s):
        return Verdict.REFUSE
    few = voiced_s >= RETRY_FROM_VOICED_S and word_count < WORDS_A_VOICED_SECOND * voiced_s
    return Verdict.TRY_AGAIN if few else Verdict.ACCEPT


def _believable(decoding: Decoding, word_count: int, voiced_s: float) -> bool:
    if not word_count:
        return False
    most = MOST_REPEATED_A_VOICED_SECOND if voiced_s >= HALVED_S else MOST_WORDS_A_VOICED_SECOND
    too_many = word_count > MOST_WORDS_IN_SHORT + most * voiced_s
    if decoding.compression > WORST_COMPRESSION and too_many:
        return False
    if decoding.no_speech > WORST_NO_SPEECH and _repeats(decoding):
        return False
    if voiced_s < SPOKEN_FROM_S:
        one_word = voiced_s >= SHORT_WORD_S and word_count <= MOST_WORDS_IN_SHORT
        least = WORST_LOGPROB if one_word else TRY_LOGPROB
        several = decoding.compression <= WORST_COMPRESSION and _different_words(decoding) >= WHISPERED_FROM_WORDS
        most = WHISPERED_NO_SPEECH if several else TRY_NO_SPEECH
        return decoding.mean_logprob > least and decoding.no_speech < most
    return not (decoding.no_speech > WORST_NO_SPEECH and decoding.mean_logprob < WORST_LOGPROB)


def _repeats(decoding: Decoding) -> bool:
    """True for the same again and again; of a text too short to be compressed well, where it began in doubt."""
    words = [word for segment in decoding.segments for word in segment.words]
    return decoding.compression > WORST_COMPRESSION or any(loop.unsure for loop in loops_in(words))


def _different_words(decoding: Decoding) -> int:
    return len({word for segment in decoding.segments for word in re.findall(r"\w+", segment.text.casefold())})
