"""Whisper's verdict on its own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import hearing
from voicecheck.speech.recognition.recogniser import SPOKEN_FROM_S, Verdict
from voicecheck.speech.whisper.confidence import (
    SHORT_WORD_S,
    WORDS_A_VOICED_SECOND,
    WORST_COMPRESSION,
    Decoding,
    judge,
)

ACCEPT, TRY_AGAIN, REFUSE = Verdict.ACCEPT, Verdict.TRY_AGAIN, Verdict.REFUSE
LOOP = replace(hearing("no " * 60), compression=WORST_COMPRESSION + 1)
BREATH = hearing("You", logprob=-0.9, no_speech=0.5)


@pytest.mark.parametrize(
    ("decoding", "voiced_s", "verdict"),
    [
        (hearing("I was tired and I went to bed"), 3.0, ACCEPT),
        (hearing("I was tired and I went to bed"), 8 / WORDS_A_VOICED_SECOND + 0.1, TRY_AGAIN),
        (hearing("No."), 1.0, ACCEPT),
        (LOOP, 3.0, REFUSE),
        (LOOP, 20.0, ACCEPT),
        (hearing("Thank you.", logprob=-1.1, no_speech=0.7), 2.0, REFUSE),
        (hearing("Thank you.", logprob=-1.1, no_speech=0.5), 1.0, ACCEPT),
        (BREATH, SPOKEN_FROM_S, ACCEPT),
        (BREATH, SPOKEN_FROM_S - 0.01, REFUSE),
        (hearing("Skip.", logprob=-0.9, no_speech=0.1), SHORT_WORD_S, ACCEPT),
        (hearing("Skip.", logprob=-0.9, no_speech=0.1), 0.0, REFUSE),
        (hearing(""), 3.0, REFUSE),
    ],
)
def test_verdict(decoding: Decoding, voiced_s: float, verdict: Verdict) -> None:
    """By how much voice there is, how many words, and Whisper's own figures; the words come along unchanged."""
    found = judge(decoding, voiced_s)
    assert found.verdict is verdict
    assert (found.segments, found.language) == (decoding.segments, decoding.language)
