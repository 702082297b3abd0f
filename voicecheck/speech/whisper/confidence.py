"""A verdict on what Whisper decoded, from its own figures.

It writes words into silence and breathing, so sound without voice needs a confidence of its own. It repeats itself
without end, so a text with more words than anybody could say is refused. And it passes over whole phrases in silence,
so a text with few words for so much voice is worth another try.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecheck.speech.recognition.recogniser import SPOKEN_FROM_S, Hypothesis, Verdict
from voicecheck.utterance import Segment

SHORT_WORD_S = 0.09  # as little voice as "Skip." has: one or two words of it are believed like any others
MOST_WORDS_IN_SHORT = 2
TRY_LOGPROB = -0.7  # whispering gave -0.4 to -0.7 and 0.04 to 0.2; breathing -0.75 and worse, 0.55 and more
TRY_NO_SPEECH = 0.35
WORST_LOGPROB = -1.0
WORST_NO_SPEECH = 0.6
WORST_COMPRESSION = 2.4  # Radford et al. 2022: above it Whisper is repeating itself, unless the person is
MOST_WORDS_A_VOICED_SECOND = 5.0  # nobody speaks faster: with that compression it is a loop
WORDS_A_VOICED_SECOND = 1.5  # fewer than this and the stretch is tried again
RETRY_FROM_VOICED_S = 1.5


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


def judge(decoding: Decoding, voiced_s: float) -> Hypothesis:
    """Return the words with a verdict, for sound with so many seconds of voice."""
    word_count = sum(len(segment.text.split()) for segment in decoding.segments)
    return Hypothesis(_verdict(decoding, word_count, voiced_s), decoding.segments, decoding.language)


def _verdict(decoding: Decoding, word_count: int, voiced_s: float) -> Verdict:
    if not _believable(decoding, word_count, voiced_s):
        return Verdict.REFUSE
    few = voiced_s >= RETRY_FROM_VOICED_S and word_count < WORDS_A_VOICED_SECOND * voiced_s
    return Verdict.TRY_AGAIN if few else Verdict.ACCEPT


def _believable(decoding: Decoding, word_count: int, voiced_s: float) -> bool:
    if not word_count:
        return False
    too_many = word_count > MOST_WORDS_IN_SHORT + MOST_WORDS_A_VOICED_SECOND * voiced_s
    if decoding.compression > WORST_COMPRESSION and too_many:
        return False
    if voiced_s < SPOKEN_FROM_S:
        one_word = voiced_s >= SHORT_WORD_S and word_count <= MOST_WORDS_IN_SHORT
        least = WORST_LOGPROB if one_word else TRY_LOGPROB
        return decoding.mean_logprob > least and decoding.no_speech < TRY_NO_SPEECH
    return not (decoding.no_speech > WORST_NO_SPEECH and decoding.mean_logprob < WORST_LOGPROB)
