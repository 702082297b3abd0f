"""The whole loop with nothing faked: loudspeaker, microphone, Whisper, vault, on a virtual sound card."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jiwer
import numpy as np
import pytest

from tests.integration.sound import RATE_HZ, VirtualSound

pytestmark = pytest.mark.waits

LIMIT_S = 180.0  # half a minute on an idle machine
ANSWER = "I was nervous before the meeting this morning, and then I felt relieved when it was over."


def words_of(text: str) -> str:
    return " ".join(re.sub(r"[^a-z' ]", " ", text.lower().replace("’", "'")).split())


def wrong_words(said: str, heard: str) -> float:
    return float(jiwer.wer(words_of(said), words_of(heard) or "nothing"))


def speak_to_file(text: str, path: Path) -> Path:
    """eSpeak NG, slowly: the project's own tests speak with a synthetic voice."""
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(path), text], check=True)
    return path


@pytest.fixture
def environment(sound: VirtualSound, models_folder: Path, tmp_path: Path) -> dict[str, str]:
    return sound.environment | {
        "VOICECHECK_HOME": os.environ["VOICECHECK_HOME"],
        "HOME": os.environ["HOME"],
        "VOICECHECK_MODELS": str(models_folder),
        "VOICECHECK_KEY_FILE": str(tmp_path / "key"),
    }


@contextmanager
def recording(sound: VirtualSound, *, meter: bool = False) -> Iterator[Path]:
    """The loudspeaker's monitor, growing as raw 16-bit mono at 16 kHz; a `meter` is no program that records."""
    with tempfile.NamedTemporaryFile(suffix=".raw") as file:
        command = ["parec", "--device=speaker.monitor", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1", "--raw"]
        command += ["--property=media.name=Peak detect"] if meter else []
        recorder = subprocess.Popen([*command, "--latency-msec=20"], stdout=file, env=sound.environment)
        try:
            yield Path(file.name)
        finally:
            recorder.terminate()
            recorder.wait(timeout=10)


def samples_of(raw: Path) -> np.ndarray:
    data = raw.read_bytes()
    return np.frombuffer(data[: len(data) // 2 * 2], np.int16).astype(np.float32) / 32768


def wait_for_chime(raw: Path, process: subprocess.Popen[str], limit_s: float = LIMIT_S) -> None:
    """Until the second tone of the chime (659 Hz) has come out of the loudspeaker: it is the person's turn."""
    window, seen, ends_at = RATE_HZ // 20, 0, time.monotonic() + limit_s
    while time.monotonic() < ends_at and process.poll() is None:
        heard = samples_of(raw)
        while seen + window <= len(heard):  # all of it: a busy machine looks seldom
            if is_chime(heard[seen : seen + window]):
                return
            seen += window // 2
        time.sleep(0.01)
    raise AssertionError("no chime was heard on the loudspeaker")


def is_chime(heard: np.ndarray) -> bool:
    power = np.abs(np.fft.rfft(heard)) ** 2
    pitch = np.fft.rfftfreq(len(heard), 1 / RATE_HZ)
    return bool(np.abs(heard).max() > 0.01 and power[(pitch > 620) & (pitch < 700)].sum() > 0.9 * power.sum())


def start_checkin(environment: dict[str, str], *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "voicecheck", "checkin", "--json", *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def transcribe(samples: np.ndarray, models_folder: Path) -> str:
    from voicecheck.speech.recognition.recogniser import Utterance
    from voicecheck.speech.whisper.engine import WhisperRecogniser

    transcriber = WhisperRecogniser(models_folder / "whisper" / "base", "base", "cpu")
    return transcriber.transcribe(Utterance(samples, len(samples) / RATE_HZ), language="en").text


def test_question_heard_answer_spoken_entry_kept(
    sound: VirtualSound, environment: dict[str, str], models_folder: Path, tmp_path: Path
) -> None:
    """Whisper understands the question on the loudspeaker; the spoken answer is in the vault with its feelings."""
    answer = speak_to_file(ANSWER, tmp_path / "answer.wav")
    with recording(sound) as raw:
        process = start_checkin(environment, "--prompt", "evening-weather")
        wait_for_chime(raw, process)
        question = samples_of(raw)
        sound.speak(answer)
        out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    result = json.loads(out)
    (entry,) = result["entries"]
    assert wrong_words(entry["prompt"]["text"], transcribe(question, models_folder)) <= 0.25
    assert wrong_words(ANSWER, entry["text"]) <= 0.25
    assert {"nervous", "relieved"} <= {m["text"].lower() for m in entry["mentions"]}
    assert result["timing"][0]["tail_s"] > 0
    shown = subprocess.run(
        [sys.executable, "-m", "voicecheck", "entry", "show", entry["id"], "--json"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(shown.stdout)["text"] == entry["text"]


def test_a_quick_no_right_after_the_chime_is_heard(
    sound: VirtualSound, environment: dict[str, str], tmp_path: Path
) -> None:
    """The pre-roll: one word, said as soon as the chime is heard, is in the entry."""
    answer = speak_to_file("No.", tmp_path / "no.wav")
    with recording(sound) as raw:
        process = start_checkin(environment, "--prompt", "opening-one-word")
        wait_for_chime(raw, process)
        sound.speak(answer)
        out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    (entry,) = json.loads(out)["entries"]
    assert words_of(entry["text"]) in ("no", "now", "know")


def wait_for_voice(raw: Path, process: subprocess.Popen[str]) -> None:
    """Until something comes out of the loudspeaker: the question has begun."""
    ends_at = time.monotonic() + LIMIT_S
    while time.monotonic() < ends_at and process.poll() is None:
        if np.abs(samples_of(raw)).max(initial=0.0) > 0.05:
            return
        time.sleep(0.01)
    raise AssertionError("nothing was heard on the loudspeaker")


@pytest.mark.long
def test_answer_over_the_question_with_a_loudspeaker(
    sound: VirtualSound, environment: dict[str, str], tmp_path: Path
) -> None:
    """The microphone hears the loudspeaker: an answer that begins over the question is whole, without its words."""
    answer = speak_to_file(ANSWER, tmp_path / "answer.wav")
    with sound.coupled("45%"), recording(sound) as raw:
        process = start_checkin(environment, "--prompt", "evening-weather")
        wait_for_voice(raw, process)
        sound.speak(answer)
        out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    (entry,) = json.loads(out)["entries"]
    assert wrong_words(ANSWER, entry["text"]) <= 0.35
    assert {"nervous", "relieved"} <= {m["text"].lower() for m in entry["mentions"]}
