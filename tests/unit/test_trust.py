"""Words that Whisper passed over, and where they go."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import ScriptedTranscriber, hearing
from voicecheck.speech.recognition.retry import PHRASE_MARGIN_S, Job, write_down
from voicecheck.speech.whisper.confidence import Decoding
from voicecheck.utterance import SAMPLE_RATE_HZ, Segment, Stretch, Word


def job(*voice_s: tuple[float, float], start_s: float = 0.0, length_s: float = 12.0) -> Job:
    """A stretch with voice at these seconds of it; its samples are their own index, so that a cut shows."""
    start = round(start_s * SAMPLE_RATE_HZ)
    spans = tuple((start + round(a * SAMPLE_RATE_HZ), start + round(b * SAMPLE_RATE_HZ)) for a, b in voice_s)
    voiced, count = sum(b - a for a, b in spans), round(length_s * SAMPLE_RATE_HZ)
    stretch = Stretch(start, start + count, voiced, voiced, spans[0][0], spans[-1][1], spans)
    return Job(1, stretch, np.arange(count, dtype=np.float32), start, "", "en")


def said(*words: tuple[float, str]) -> Decoding:
    """Words of 0.4 s at these seconds, one segment."""
    heard = tuple(Word(at, at + 0.4, f" {text}") for at, text in words)
    return Decoding((Segment(heard[0].start_s, heard[-1].end_s, " ".join(t for _, t in words), heard),))


@pytest.mark.parametrize("start_s", [0.0, 30.0])
def test_phrase_without_words_is_written_down_by_itself(start_s: float) -> None:
    """Voice from 6 to 9 s, and no word there: that part goes to Whisper alone, and its words stand at their time."""
    whisper = ScriptedTranscriber(said((0.1, "I"), (0.5, "slept")), hearing("and then I woke"))
    heard = write_down(whisper, job((0.0, 1.0), (6.0, 9.0), start_s=start_s))
    assert heard is not None
    assert heard.text == "I slept and then I woke"
    part = whisper.history[1].samples / SAMPLE_RATE_HZ
    assert part[0] == pytest.approx(6.0 - PHRASE_MARGIN_S, abs=0.01)
    assert part[-1] == pytest.approx(9.0 + PHRASE_MARGIN_S, abs=0.01)
    assert heard.segments[-1].words[0].start_s == pytest.approx(6.0 - PHRASE_MARGIN_S, abs=0.01)


def test_phrase_in_the_middle_splits_the_segment() -> None:
    """Words that were passed over between two words of one segment come between them."""
    whisper = ScriptedTranscriber(said((0.1, "before"), (8.1, "after")), "in between")
    heard = write_down(whisper, job((0.0, 0.6), (3.0, 5.0), (8.0, 8.6)))
    assert heard is not None
    assert heard.text == "before in between after"
    assert [s.text for s in heard.segments] == ["before", "in between", "after"]


def test_words_that_stand_beside_the_place_are_not_said_twice() -> None:
    """When the part gives the very words that stand before it, only their time was wrong."""
    whisper = ScriptedTranscriber(said((0.1, "I"), (0.5, "slept")), "I slept.")
    heard = write_down(whisper, job((0.0, 1.0), (2.0, 4.0)))
    assert heard is not None
    assert heard.text == "I slept"


def test_part_that_cannot_be_believed_adds_nothing() -> None:
    """A loop in place of a phrase is no phrase."""
    loop = Decoding(hearing("no " * 60).segments, compression=9.0)
    heard = write_down(ScriptedTranscriber(said((0.1, "I"), (0.5, "slept")), loop), job((0.0, 1.0), (6.0, 9.0)))
    assert heard is not None
    assert heard.text == "I slept"


def test_voice_between_words_that_are_close_is_left() -> None:
    """Less than a second of voice without a word is an "um" or an inexact time: Whisper is not asked again."""
    whisper = ScriptedTranscriber(said((0.1, "I"), (1.6, "slept")))
    write_down(whisper, job((0.0, 2.4)))
    assert len(whisper.history) == 1
