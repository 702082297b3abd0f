"""Words of the program's own sentence, in what was recognised where it may have been heard."""

from __future__ import annotations

import pytest

from voicecheck.speech.recognition.own_words import without_own
from voicecheck.utterance import SAMPLE_RATE_HZ, OwnSpeech, Segment, Word

QUESTION = "What was the best moment of your day, and what made it good?"
OWN = OwnSpeech(0, 4 * SAMPLE_RATE_HZ, QUESTION)


def heard(text: str, begin_s: float = 0.0, each_s: float = 0.25) -> Segment:
    words = tuple(
        Word(begin_s + each_s * i, begin_s + each_s * (i + 1), f" {word}") for i, word in enumerate(text.split())
    )
    return Segment(begin_s, words[-1].end_s, text, words)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (QUESTION, ""),
        ("what was the best moment of your day and what made it could", ""),
        ("Was the best moment of your day and what made it good", ""),
        ("the best moment of your day I went to the lake", "I went to the lake"),
        ("I went to the lake of your day and", "I went to the lake"),
        ("good", "good"),
        ("Good, it was a good day", "Good, it was a good day"),
        ("I don't know", "I don't know"),
        ("", ""),
    ],
)
def test_runs_of_the_sentence_go_and_the_persons_words_stay(text: str, left: str) -> None:
    """An echo goes, also one that was heard wrongly; a word or two that both said stay."""
    segments = (heard(text),) if text else ()
    assert " ".join(s.text for s in without_own(segments, 0, [OWN])) == left


def test_quick_yes_behind_the_question_stays() -> None:
    """Of "Delete what you said? Yes." the reply is left."""
    own = OwnSpeech(0, 2 * SAMPLE_RATE_HZ, "Delete what you said?")
    (left,) = without_own((heard("delete what you said yes"),), 0, [own])
    assert left.text == "yes"
    assert left.words[0].start_s == left.start_s == 1.0


def test_same_words_later_are_the_persons() -> None:
    """What stands behind the sentence is not compared with it: people say a question over."""
    later = heard(QUESTION, begin_s=6.0)
    assert without_own((later,), 0, [OWN]) == (later,)


def test_times_count_from_the_stretch() -> None:
    """A stretch that begins at 10 s is compared with the sentence at 10 s."""
    own = OwnSpeech(10 * SAMPLE_RATE_HZ, 14 * SAMPLE_RATE_HZ, QUESTION)
    assert without_own((heard(QUESTION),), 10 * SAMPLE_RATE_HZ, [own]) == ()
    assert without_own((heard(QUESTION),), 30 * SAMPLE_RATE_HZ, [own]) != ()


def test_segment_without_times_of_words() -> None:
    """An engine that times no words: the segment's own time counts for all of them."""
    segments = (Segment(0.0, 4.0, f"{QUESTION} I swam"),)
    assert without_own(segments, 0, [OWN])[0].text == "I swam"
