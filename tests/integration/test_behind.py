"""What is said behind an answer, and in another language, as the real Whisper hears it."""

from __future__ import annotations

import json
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.integration.test_checkin import Person, person  # noqa: F401 - a fixture
from tests.sound_samples import write_wav
from voicecheck.phrases import load_phrases

pytestmark = pytest.mark.waits

ANSWER = "I was nervous before the meeting this morning, and nobody talked to me at lunch."
PAUSE_S = 0.9
GERMAN = "Heute war ein langer Tag, und ich war abends so müde, dass ich nicht mehr reden wollte."


def speak(folder: Path, voice: str, text: str) -> np.ndarray:
    """What eSpeak says, 22,050 Hz, without the quiet around it."""
    path = folder / "said.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "140", "-w", str(path), text], check=True)
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    (loud,) = np.nonzero(np.abs(samples) > 0.005)
    return samples[loud[0] : loud[-1]]


@pytest.mark.parametrize(("command", "line"), [("Help now.", "help_shown"), ("Skip this.", "skipped")])
def test_a_command_behind_an_answer(person: Person, tmp_path: Path, command: str, line: str) -> None:  # noqa: F811
    """Behind a pause of nine tenths of a second it acts, and the entry is what was said before it."""
    pause = np.zeros(round(PAUSE_S * 22_050), np.float32)
    said = np.concatenate([speak(tmp_path, "en-gb", ANSWER), pause, speak(tmp_path, "en-gb", command)])
    file = write_wav(tmp_path / "answer.wav", said, rate_hz=22_050)
    done = person.checkin("--answer", str(file), "--model", "base")
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["entries"]
    assert entry["text"].rstrip(".").endswith("at lunch")
    assert any(form in done.stderr for form in load_phrases().spoken[line])


def test_a_german_answer_is_kept_in_german(person: Person, tmp_path: Path) -> None:  # noqa: F811
    """With the settings as they come; nothing is translated, and the feelings are read in German."""
    file = write_wav(tmp_path / "answer.wav", speak(tmp_path, "de", GERMAN), rate_hz=22_050)
    done = person.checkin("--answer", str(file), "--model", "base")
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["entries"]
    assert entry["language"] == "de"
    assert "müde" in entry["text"]
    assert "the feelings I know are in English" not in done.stderr
