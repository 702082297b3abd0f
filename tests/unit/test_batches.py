"""A recording written down, one stretch at a time or in batches: every sample in a stretch, doubt tried again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import LoudnessDetector, ScriptedTranscriber, hearing
from tests.sound_samples import blocks_of, quiet, voice, whisper
from voicecheck.speech.recognition.recording import soundings, transcribe_recording
from voicecheck.utterance import SAMPLE_RATE_HZ

BATCH = 4
LONG = " ".join(f"word{n}" for n in range(40))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((voice, quiet, whisper)), st.integers(1, 150)), min_size=1, max_size=12))
def test_stretches_tile_the_recording(parts: list[tuple[object, int]]) -> None:
    """Whatever the sound, the stretches follow each other from the first sample to the last, none over 30 s."""
    sound = np.concatenate([make(tenths / 10) for make, tenths in parts])  # type: ignore[operator]
    blocks = blocks_of(sound)
    found = list(soundings(blocks, LoudnessDetector()))
    ends = [0, *(one.stretch.end for one in found)]
    assert [one.stretch.start for one in found] == ends[:-1]
    assert ends[-1] == blocks[-1].end
    whole = np.concatenate([block.samples for block in blocks])
    for one in found:
        assert len(one.samples) <= 30 * SAMPLE_RATE_HZ
        assert np.array_equal(one.samples, whole[one.start : one.start + len(one.samples)])


class Batching(ScriptedTranscriber):
    """Faster with `at_once` stretches, as on a graphics card."""

    at_once = BATCH  # type: ignore[assignment]
    batches: list[int]

    def transcribe_many(self, utterances, *, language="en"):  # type: ignore[no-untyped-def]
        self.batches = [*getattr(self, "batches", []), len(utterances)]
        return super().transcribe_many(utterances, language=language)


@pytest.mark.parametrize(("at_once", "batches"), [(1, []), (4, [4, 2]), (5, [5])])
def test_many_at_once(at_once: int, batches: list[int]) -> None:
    """As many stretches as the recogniser wants go to it together, one alone as any other; words come back in order
    and in their own seconds, with progress.
    """
    said = [f"number{n} {LONG}" for n in range(6)]
    blocks = blocks_of(*(part for _ in said for part in (voice(20.0), quiet(1.0))))
    done: list[float] = []
    detector, whisper_ = LoudnessDetector(), Batching(*said)
    whisper_.at_once = at_once  # type: ignore[misc]
    transcript, duration_s = transcribe_recording(blocks, detector, whisper_, progress=done.append)
    assert duration_s == blocks[-1].end / SAMPLE_RATE_HZ == done[-1]
    assert transcript.text == " ".join(said)
    assert getattr(whisper_, "batches", []) == batches
    assert [round(segment.start_s / 21) for segment in transcript.segments] == list(range(6))
    assert done == sorted(done)
    assert detector.resets == 1
    assert transcript.model == whisper_.use


@pytest.mark.parametrize("recogniser", [ScriptedTranscriber, Batching])
def test_doubt_is_tried_again(recogniser: type[ScriptedTranscriber]) -> None:
    """Too few words for so much voice are tried once more on their own, with the text before."""
    again = LONG.replace("word", "term")
    whisper_ = recogniser(LONG, "Few.", again)
    blocks = blocks_of(voice(20.0), quiet(1.0), voice(20.0), quiet(1.0))
    assert transcribe_recording(blocks, LoudnessDetector(), whisper_)[0].text == f"{LONG} {again}"
    assert [bool(asked.prompt) for asked in whisper_.history] == [False, False, True]


def test_sound_without_voice() -> None:
    """Whispering is tried on its own; what Whisper is not sure of is marked and not written down."""
    unsure = hearing("You", logprob=-0.9, no_speech=0.8)
    blocks = blocks_of(quiet(5.024), whisper(2.016), quiet(5.0))
    transcript, _ = transcribe_recording(blocks, LoudnessDetector(), ScriptedTranscriber(unsure))
    assert transcript.text == ""
    ((start_s, end_s),) = transcript.unheard
    assert (start_s, end_s) == (pytest.approx(5.024, abs=0.04), pytest.approx(7.04, abs=0.04))


def test_silence_asks_nobody() -> None:
    """Where nothing is, Whisper is not asked and nothing is written."""
    whisper_ = ScriptedTranscriber()
    assert transcribe_recording(blocks_of(quiet(70.0)), LoudnessDetector(), whisper_)[0].text == ""
    assert whisper_.history == []


@pytest.mark.parametrize(("recogniser", "told"), [(ScriptedTranscriber, 1), (Batching, BATCH)])
def test_language_is_settled_once(recogniser: type[ScriptedTranscriber], told: int) -> None:
    """With `auto` the first words settle the language of the recording."""
    whisper_ = recogniser(hearing(LONG, language="de"), *[LONG] * 5)
    blocks = blocks_of(*(part for _ in range(6) for part in (voice(20.0), quiet(1.0))))
    assert transcribe_recording(blocks, LoudnessDetector(), whisper_, "auto")[0].language == "de"
    languages = [asked.language for asked in whisper_.history]
    assert languages[:told] == ["auto"] * told
    assert languages[-(6 - told) :] == ["de"] * (6 - told)
