"""Bounds of Whisper's confidence: when its words are taken, tried again or refused."""

from __future__ import annotations

from voicecheck.speech.recognition.recogniser import Hearing

VOICE_S = 0.25  # less voice than this is a try: accepted only by Whisper's own confidence
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


def suspicious(heard: Hearing, voiced_s: float) -> bool:
    few = voiced_s >= RETRY_FROM_VOICED_S and heard.word_count < WORDS_A_VOICED_SECOND * voiced_s
    return few or not believable(heard, voiced_s)


def believable(heard: Hearing, voiced_s: float) -> bool:
    if not heard.word_count:
        return False
    too_many = heard.word_count > MOST_WORDS_IN_SHORT + MOST_WORDS_A_VOICED_SECOND * voiced_s
    if heard.compression > WORST_COMPRESSION and too_many:
        return False
    if voiced_s < VOICE_S:
        one_word = voiced_s >= SHORT_WORD_S and heard.word_count <= MOST_WORDS_IN_SHORT
        return heard.mean_logprob > (WORST_LOGPROB if one_word else TRY_LOGPROB) and heard.no_speech < TRY_NO_SPEECH
    return not (heard.no_speech > WORST_NO_SPEECH and heard.mean_logprob < WORST_LOGPROB)
