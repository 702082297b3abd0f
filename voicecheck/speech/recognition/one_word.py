"""Guess the one word of an answer that a recogniser doubts and misheard: "Calm", where it wrote "Come".

By ear alone: the recogniser's own probabilities for the same sound, as with names and commands. Only words that sound
like what was written are weighed. What was heard stays beside the guess, and the person can have it back.
`script/bench commands --one-word` tells how often it is right, and how often it changes a word that was right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from voicecheck.speech.recognition.expected import LEAST, ExpectedWords, Heard, as_sentence
from voicecheck.speech.recognition.recogniser import SpeechRecogniser
from voicecheck.text.folding import spoken_words
from voicecheck.text.sounds import likeness
from voicecheck.utterance import UNSURE_BELOW, Segment, Word

MOST_WORDS = 2  # that one word may be written as: "a shame" for "ashamed"
LONGEST_S = 2.0  # of voice
SURE = 0.7  # a word of this probability is none that was misheard
LIKENESS, LIKENESS_OF_TWO = 0.645, 0.8  # of what was written, at least; the second where that is two words
COST, COST_OF_COMMON = 2.8, 1.4
"""nats by which a feeling may be less likely than what was written; the second where that is an everyday word"""
MOST_WEIGHED = 6


def guess_word(recogniser: SpeechRecogniser, heard: Heard, expected: ExpectedWords) -> Segment | None:
    """Return the segment with the word that was meant; None where what was written is to stand.

    Raises ModelError.
    """
    words = heard.words
    said = spoken_words(_text(words))
    if not 0 < len(said) <= MOST_WORDS or heard.utterance.voiced_s > LONGEST_S:
        return None
    if min(word.probability for word in words) >= SURE or not expected.answers.isdisjoint(said):
        return None
    if not expected.never_guessed.isdisjoint(said):
        return None
    alike = _most_alike(said, expected.guessed)
    texts = (_text(words), *map(as_sentence, alike))
    weights = recogniser.weigh(heard.utterance, texts, language=heard.language) if alike else None
    if weights is None:
        return None
    written = max(weights[0], sum(math.log(max(word.probability, LEAST)) for word in words))
    likeliest, word = max(zip(weights[1:], alike, strict=True))
    cost = COST_OF_COMMON if expected.common.issuperset(said) else COST
    return _guessed(words, word) if likeliest + cost >= written else None


def _most_alike(said: Sequence[str], guessed: frozenset[str]) -> list[str]:
    text, least = " ".join(said), LIKENESS if len(said) == 1 else LIKENESS_OF_TWO
    found = sorted(((like, word) for word in guessed if (like := likeness(text, word)) >= least), reverse=True)
    return [word for _, word in found[:MOST_WEIGHED]]


def _guessed(words: tuple[Word, ...], guess: str) -> Segment:
    """Return the guess in the place of the words, as doubtful as they are."""
    bare = _text(words).rstrip(".,;:!?…")
    stop = _text(words).removeprefix(bare).replace(",", ".") or "."
    written = f" {guess.capitalize() if bare[:1].isupper() else guess}{stop}"
    probability = min(UNSURE_BELOW - 0.01, *(word.probability for word in words))
    word = Word(words[0].start_s, words[-1].end_s, written, probability, "".join(one.text for one in words))
    return Segment(word.start_s, word.end_s, written.strip(), (word,))


def _text(words: tuple[Word, ...]) -> str:
    return "".join(word.text for word in words).strip()
