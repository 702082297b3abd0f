"""An invitation aloud with nothing faked: loudspeaker, microphone, other programs, Whisper, a locked vault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from tests.integration.sound import RATE_HZ, VirtualSound
from tests.integration.test_loop import recording, samples_of, speak_to_file, transcribe, wait_for_voice, words_of

pytestmark = pytest.mark.waits

LIMIT_S = 180.0
ASKING = """
import os
import sys
from datetime import datetime, timedelta
from voicecheck import clock
noon = datetime(2026, 11, 27, 21, 30).astimezone()
begun = clock.now()
clock.now = lambda: noon + (datetime.now().astimezone() - begun)
from voicecheck.cli.inviting import course
course.AGAIN_AFTER = timedelta(seconds=2)
course.LOOK_AGAIN_S = 1.0
from voicecheck.cli.main import run
os.execv = lambda program, command: run(command[4:])
sys.exit(run(["remind", "invite", "--at", "21:30", "--days", "daily"]))
"""
"""the program at half past nine, whatever the time; half an hour is two seconds"""


@pytest.fixture
def environment(sound: VirtualSound, models_folder: Path, tmp_path: Path) -> dict[str, str]:
    """A home with a vault that is locked."""
    places = sound.environment | {
        "VOICECHECK_HOME": os.environ["VOICECHECK_HOME"],
        "HOME": os.environ["HOME"],
        "VOICECHECK_MODELS": str(models_folder),
    }
    made = subprocess.run(
        [sys.executable, "-m", "voicecheck", "vault", "create", "--key-file", str(tmp_path / "key")],
        env=places, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return places


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ASKING], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def noted(environment: dict[str, str]) -> str:
    record = json.loads((Path(environment["VOICECHECK_HOME"]) / "vault" / "invited.json").read_text())
    assert (record["day"], record["at"]) == ("2026-11-27", "21:30")
    return str(record["fate"])


def wait_for_quiet(raw: Path, process: subprocess.Popen[str], after_s: float = 0.0) -> float:
    """Until what sounds behind `after_s` is over for half a second; return the time of the recording then."""
    ends_at = time.monotonic() + LIMIT_S
    while time.monotonic() < ends_at and process.poll() is None:
        heard = samples_of(raw)
        loud = np.flatnonzero(np.abs(heard[round(after_s * RATE_HZ) :]) > 0.008)
        if len(loud) > RATE_HZ and len(heard) - round(after_s * RATE_HZ) - loud[-1] > RATE_HZ // 2:
            return len(heard) / RATE_HZ
        time.sleep(0.05)
    raise AssertionError(f"no sentence came to its end; {process.poll()}")


def test_somebody_elses_music_is_not_talked_into(sound: VirtualSound, environment: dict[str, str]) -> None:
    """Nothing comes out of the loudspeaker but the music; it is noted, and the model was not even loaded."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["espeak-ng", "-w", file.name, "la la la " * 60], check=True)
        player = subprocess.Popen(["paplay", "--device=speaker", file.name], env=sound.environment)
        try:
            ends_at = time.monotonic() + LIMIT_S
            while "Sink Input" not in _pactl(sound, "sink-inputs"):
                assert time.monotonic() < ends_at
                time.sleep(0.05)
            process = start(environment)
            _, fault = process.communicate(timeout=LIMIT_S)
        finally:
            player.terminate()
            player.wait(10)
    assert (process.returncode, fault) == (0, "")
    assert noted(environment) == "playing"


def test_a_call_is_not_talked_into(sound: VirtualSound, environment: dict[str, str]) -> None:
    """Another program records, as in a call: nothing is said, and no second microphone is opened."""
    with recording(sound) as raw:
        wait_for_bytes(raw)
        process = start(environment)
        _, fault = process.communicate(timeout=LIMIT_S)
        assert np.abs(samples_of(raw)).max(initial=0.0) < 0.001
    assert (process.returncode, fault) == (0, "")
    assert noted(environment) == "recording"


def wait_for_bytes(raw: Path) -> None:
    ends_at = time.monotonic() + LIMIT_S
    while not raw.stat().st_size:
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def _pactl(sound: VirtualSound, kind: str) -> str:
    return subprocess.run(
        ["pactl", "list", kind], env=sound.environment | {"LC_ALL": "C"}, capture_output=True, text=True, check=True
    ).stdout


def test_without_a_sound_server_nothing_is_said(environment: dict[str, str]) -> None:
    """Where nothing tells what other programs do, it keeps still."""
    process = start(environment | {"PULSE_SERVER": "unix:/nonexistent"})
    assert process.wait(LIMIT_S) == 0
    assert noted(environment) == "unknown"
    assert process.stderr is not None
    process.stderr.close()


@pytest.mark.long
@pytest.mark.parametrize("scene", ["yes", "later", "silence"])
def test_from_the_invitation_to_good_night(
    scene: str, sound: VirtualSound, environment: dict[str, str], models_folder: Path, tmp_path: Path
) -> None:
    """No key, no screen, the vault locked: by ear alone. `script/bench invitation` tells all of it."""
    texts = ("Yes.", "Later.", "Good night.")
    said = {text: speak_to_file(text, tmp_path / f"{number}.wav") for number, text in enumerate(texts)}
    with recording(sound, meter=True) as raw:
        process = start(environment)
        wait_for_voice(raw, process)
        at_s = wait_for_quiet(raw, process)
        if scene == "later":
            sound.speak(said["Later."])
            at_s = wait_for_quiet(raw, process, at_s)  # all right, in half an hour
            wait_for_quiet(raw, process, at_s)
        elif scene == "yes":
            sound.speak(said["Yes."])
            at_s = wait_for_quiet(raw, process, at_s)
            wait_for_quiet(raw, process, at_s)  # good, one moment; and then the question
            sound.speak(said["Good night."])
        _, fault = process.communicate(timeout=LIMIT_S)
        heard = samples_of(raw)
    assert process.returncode == 0, fault
    assert noted(environment) == "said"
    words = words_of(transcribe(heard[: 30 * RATE_HZ], models_folder))
    assert "good evening" in words
    assert "two minutes" in words
    assert ("half an hour" in words) == (scene == "later")
    drawn = Path(environment["VOICECHECK_HOME"]) / "vault" / "next.json"
    assert drawn.exists() == (scene == "yes"), "an evening draws the next questions"
