"""One turn from its first block to its last word; the detector hears loudness, and Whisper is a script."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.fakes import LoudnessDetector, recognised
from tests.sound_samples import blocks_of, quiet, voice, whisper
from voicecheck.speech.recognition.endpoint import Finished
from voicecheck.speech.recognition.listener import AnswerListener
from voicecheck.speech.recognition.live import MARGIN_S, OVERLAP, Written
from voicecheck.speech.recognition.retry import Job
from voicecheck.speech.recognition.waits import Patience
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Samples


def numbered(seconds: float, start: int = 0) -> Samples:
    """Loud sound in which every sample is another, so that what arrives can be placed."""
    count = round(seconds * SAMPLE_RATE_HZ)
    return (0.5 + np.arange(start, start + count) / 2**22).astype(np.float32)


def listener_of(jobs: list[Job], start: int = 0, language: str = "en") -> AnswerListener:
    return AnswerListener(LoudnessDetector(), jobs.append, start, Patience(), language)


def feed(listener: AnswerListener, blocks: list[AudioBlock]) -> list[object]:
    return [signal for block in blocks for signal in listener.feed(block)]


def test_whisper_gets_exactly_the_audible_range() -> None:
    """Of a stretch with long quiet around it, Whisper gets the sound and a margin on each side, sample for sample."""
    before, spoken = quiet(6.016), numbered(3.2)
    jobs: list[Job] = []
    sound = np.concatenate([before, spoken, quiet(2.0)])
    feed(listener_of(jobs), blocks_of(sound))
    (job,) = jobs
    assert abs(job.start - (len(before) - MARGIN_S * SAMPLE_RATE_HZ)) <= 512
    assert np.array_equal(job.samples, sound[job.start : job.start + len(job.samples)])
    assert job.start + len(job.samples) == job.stretch.end


def test_start_in_the_middle_of_a_recording() -> None:
    """A later turn counts on: its stretches are placed by the entry's own samples."""
    jobs: list[Job] = []
    start = 100 * 512
    listener = listener_of(jobs, start)
    feed(listener, blocks_of(numbered(3.2), quiet(2.0), start=start))
    assert jobs[0].stretch.start == jobs[0].start == start
    assert np.array_equal(jobs[0].samples[: 3 * SAMPLE_RATE_HZ], numbered(3.0))
    assert listener.heard is not None and listener.heard.end == start + 163 * 512


def test_person_goes_on_and_the_stretch_is_whole() -> None:
    """What was tried at a pause is overtaken; the new stretch has the sound from the beginning."""
    jobs: list[Job] = []
    listener = listener_of(jobs)
    feed(listener, blocks_of(numbered(1.024), quiet(1.504)))
    listener.take(Written(jobs[0].generation, recognised("too early")))
    assert listener.live.text == "too early"
    feed(listener, blocks_of(voice(1.0), quiet(1.504), start=79 * 512))
    assert listener.live.text == ""
    assert jobs[1].start == 0
    assert np.array_equal(jobs[1].samples[:16_384], numbered(1.024))


def test_close_hands_in_what_is_left() -> None:
    """Ended by a key in the middle of a word, all sound since the last cut goes to Whisper."""
    jobs: list[Job] = []
    listener = listener_of(jobs)
    feed(listener, blocks_of(voice(2.0)))
    assert not jobs
    listener.close()
    assert jobs[0].stretch.end == blocks_of(voice(2.0))[-1].end
    assert listener.live.busy
    listener.take(Written(jobs[0].generation, recognised("it was")))
    assert listener.live.transcript(None).text == "it was"


def test_close_after_the_text_was_made_ahead_costs_no_call() -> None:
    """At the end of a natural silence everything is written already."""
    jobs: list[Job] = []
    listener = listener_of(jobs)
    signals = feed(listener, blocks_of(voice(2.0), quiet(5.0)))
    assert any(isinstance(s, Finished) for s in signals)
    listener.take(Written(jobs[0].generation, recognised("it was good")))
    listener.close()
    assert len(jobs) == 1
    assert not listener.live.busy


def test_whispering_is_heard_and_ends_by_its_own_silence() -> None:
    """Words found in sound without voice count as voice: the turn then ends as any other."""
    jobs: list[Job] = []
    listener = listener_of(jobs)
    assert not any(isinstance(s, Finished) for s in feed(listener, blocks_of(quiet(1.0), whisper(2.0), quiet(1.2))))
    assert listener.last_voice is None
    assert listener.take(Written(jobs[0].generation, recognised("I feel small")))
    assert listener.last_voice is not None
    signals = feed(listener, blocks_of(quiet(4.0), start=132 * 512))
    assert any(isinstance(s, Finished) for s in signals)


def test_whispering_after_a_voice_is_not_cut_off() -> None:
    """Who drops to a whisper goes on: the end waits for the try, and after its words sound counts as voice."""
    jobs: list[Job] = []
    listener = listener_of(jobs)
    assert not finished(listener, blocks_of(voice(4.0), quiet(3.0), whisper(2.0), quiet(1.2)))
    listener.take(Written(jobs[0].generation, recognised("I said it aloud and for everybody to hear")))
    assert listener.take(Written(jobs[1].generation, recognised("and this one quietly")))
    start = 320 * 512
    assert not finished(listener, blocks_of(whisper(6.016), start=start))
    assert finished(listener, blocks_of(quiet(17.0), start=start + 188 * 512))


def test_refused_noise_does_not_hold_the_end() -> None:
    """A car goes by after the last word: Whisper hears no words in it, and the answer ends at once."""
    jobs: list[Job] = []
    listener = listener_of(jobs)
    blocks = blocks_of(voice(4.0), quiet(1.5), whisper(2.5), quiet(1.2))
    assert not finished(listener, blocks)
    listener.take(Written(jobs[0].generation, recognised("I said it aloud and for everybody to hear")))
    assert not listener.take(Written(jobs[1].generation, None))
    assert finished(listener, blocks_of(whisper(0.064), start=len(blocks) * 512))


def finished(listener: AnswerListener, blocks: list[AudioBlock]) -> bool:
    return any(isinstance(signal, Finished) for signal in feed(listener, blocks))


def test_half_a_minute_in_one_breath_is_written_down_whole() -> None:
    """Speech without a pause is cut, and every sample of it goes to Whisper; those around a cut go with both sides."""
    jobs: list[Job] = []
    listener = listener_of(jobs)
    sound = numbered(70.016)
    for block in blocks_of(quiet(0.512), sound):
        listener.feed(block)
        if jobs and listener.live.busy:
            listener.take(Written(jobs[-1].generation, recognised("words")))
    listener.close()
    whole = np.concatenate([quiet(0.512), sound])
    for job in jobs:
        assert np.array_equal(job.samples, whole[job.start : job.start + len(job.samples)])
    assert jobs[0].start == 0 and jobs[-1].start + len(jobs[-1].samples) == len(whole)
    assert len(jobs) >= 3
    for one, other in pairwise(jobs):
        assert one.start + len(one.samples) - other.start == pytest.approx(2 * OVERLAP, abs=1)
