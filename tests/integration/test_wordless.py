"""Sounds without words, as the real Whisper hears them: made sobs, and a word said again and again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from benchmarks.wordless import sobs
from voicecheck.speech.recognition.recogniser import SpeechRecogniser
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.speech.sound_file import decode_file
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples, Stretch

pytestmark = pytest.mark.waits


@pytest.fixture(scope="module")
def whisper(models_folder: Path) -> SpeechRecogniser:
    return WhisperRecogniser(models_folder / "whisper" / "base", "base", "cpu")


def heard(whisper: SpeechRecogniser, sound: Samples, voiced_s: float) -> RecognisedStretch | None:
    count, voiced = len(sound), round(voiced_s * SAMPLE_RATE_HZ)
    return write_down(whisper, Job(0, Stretch(0, count, voiced, count, 0, count), sound, 0, "", "en", "en"))


@pytest.mark.parametrize(("kind", "seed"), [("whimper", 5), ("crying", 6), ("wail", 5)])
def test_sobs_become_no_words(whisper: SpeechRecogniser, kind: str, seed: int) -> None:
    """As much voice as the detector hears in such: no word stands in the diary, sure or unsure."""
    quiet = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    sound = np.concatenate([quiet, sobs(kind, np.random.default_rng(seed)) * 0.5, quiet])
    found = heard(whisper, sound, 0.6)
    assert found is None or not found.text


def test_a_word_said_again_and_again_is_written_as_often(whisper: SpeechRecogniser, tmp_path: Path) -> None:
    """Twelve times "no" have twelve sounds: it is no loop of the recogniser's."""
    path = tmp_path / "no.wav"
    subprocess.run(["espeak-ng", "-s", "130", "-w", str(path), "no, " * 12], check=True)
    sound = np.concatenate(list(decode_file(path)))
    found = heard(whisper, sound, len(sound) / SAMPLE_RATE_HZ * 0.8)
    assert found is not None and 9 <= found.text.casefold().count("no") <= 15
