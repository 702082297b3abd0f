"""Misheard requests: asked about, and never an answer that is lost or asked about for nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from voicecheck.checkin.unclear import is_unclear
from voicecheck.phrases import load_phrases

PHRASES = load_phrases()
DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    "heard",
    [
        "What did I say a weak ago?", "What did I say we can go?", "What did I say that we can go?",
        "Read me what I said we can go.", "Which feelings this weak?", "Witch feelings this week?",
        "What feelings where there this weak?", "How was that spilt?", "What even did I name this week?",
        "Read art to me.", "What did I pay a week ago?",
        "Strike at sentence.", "To get my last sentence.", "Read to me.", "What's the question?",
    ],
)  # fmt: skip
def test_a_misheard_request_is_unclear(heard: str) -> None:
    """As Whisper base wrote down requests that were spoken by synthetic voices, with noise."""
    assert PHRASES.command_in(heard) is None
    assert is_unclear(heard, PHRASES)


@pytest.mark.parametrize(
    "said",
    [
        "She read it to me.", "I read my answer twice.", "I had too many feelings this week.", "Smell that.",
        "What can I do?", "He had to spell it out for me.", "Last week was hard.",
        "That was my answer to him.",
        "What did I say a week ago?", "Read it to me.", "Help now.", "Yes, of course.", "Tired.", "", "...",
        "What did I say? I said that I would come, and then I did not, and I was ashamed.",
    ],
)  # fmt: skip
def test_an_answer_and_a_known_request_are_clear(said: str) -> None:
    assert not is_unclear(said, PHRASES)


def test_no_answer_of_the_test_data_is_unclear() -> None:
    """Neither as a whole nor in any of its sentences, which are shorter and so the harder case."""
    lines = [line for path in DATA.glob("*.en.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    texts = {json.loads(line)["text"] for line in lines}
    parts = texts.union(*(re.split(r"(?<=[.?!])\s+|\n+", text) for text in texts))
    assert len(parts) > 5000
    assert {part for part in parts if is_unclear(part, PHRASES)} == set()
