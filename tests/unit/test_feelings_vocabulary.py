"""Measures over what was said."""

from __future__ import annotations

import pytest

from voicecheck.domain import Family
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.vocabulary import Vocabulary, measure_vocabulary, new_words


def measure(*texts: str) -> Vocabulary:
    return measure_vocabulary((text, find_mentions(text)) for text in texts)


def test_concepts_are_counted_per_100_words() -> None:
    """Two concepts in eight words are 25 per 100; a concept named twice counts once."""
    found = measure("I was sad and I", "was sad, angry")
    assert (found.words, found.mentions, found.concepts) == (8, 3, ("sad", "angry"))
    assert found.per_100_words == pytest.approx(25.0)
    assert found.families == {Family.SADNESS: 2, Family.ANGER: 1}


def test_what_others_feel_and_what_is_denied_is_left_out() -> None:
    """Only the speaker's own feelings, of now or long ago, belong to the speaker's vocabulary."""
    assert measure("She was angry. I wasn't sad. I wish I was calm.").concepts == ()
    assert measure("When I was a kid I was shy of dogs and scared.").concepts == ("scared",)


def test_vague_share_and_new_words() -> None:
    """The share of vague words, and the words that were never said before."""
    before, now = measure("I'm fine"), measure("I'm fine but lonely")
    assert now.vague_share == pytest.approx(0.5)
    assert new_words(before, now) == ("lonely",)


def test_nothing_said_is_no_error() -> None:
    """No text gives zeros."""
    assert (measure().per_100_words, measure().vague_share) == (0.0, 0.0)
