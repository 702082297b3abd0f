"""The virtual sound card of these tests carries sound, both ways, through PortAudio."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.integration.sound import VirtualSound

pytestmark = pytest.mark.waits

RATE_HZ = 16_000
PITCH_HZ = 440.0

PLAY = """
import sys, numpy as np, sounddevice
t = np.arange(16000) / 16000
sounddevice.play(0.5 * np.sin(2 * np.pi * float(sys.argv[1]) * t), 16000, blocking=True)
"""

RECORD = """
import sys, sounddevice
with sounddevice.RawInputStream(samplerate=16000, channels=1, dtype="int16") as stream:
    stream.read(1600)
    print("ready", flush=True)
    for _ in range(30):
        sys.stdout.buffer.write(bytes(stream.read(1600)[0]))
"""


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """One second of 440 Hz."""
    path = tmp_path / "tone.wav"
    t = np.arange(RATE_HZ) / RATE_HZ
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((16_000 * np.sin(2 * np.pi * PITCH_HZ * t)).astype(np.int16).tobytes())
    return path


def loudest_pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * RATE_HZ / len(samples))


def test_what_portaudio_plays_is_heard_on_the_loudspeaker(sound: VirtualSound) -> None:
    """A tone played through PortAudio's default output is recorded from the loudspeaker at the same pitch."""
    with sound.record() as heard:
        subprocess.run([sys.executable, "-c", PLAY, str(PITCH_HZ)], env=sound.environment, check=True, timeout=60)
    assert heard.loudest > 0.3
    assert abs(loudest_pitch(heard.samples) - PITCH_HZ) < 5


def test_what_is_spoken_into_the_microphone_reaches_portaudio(sound: VirtualSound, tone: Path) -> None:
    """A WAV played into the microphone is recorded through PortAudio's default input at the same pitch."""
    command = [sys.executable, "-c", RECORD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=sound.environment) as recorder:
        assert recorder.stdout is not None
        assert recorder.stdout.readline() == b"ready\n"
        sound.speak(tone)
        samples = np.frombuffer(recorder.stdout.read(), np.int16)
    assert recorder.returncode == 0
    assert abs(loudest_pitch(samples) - PITCH_HZ) < 5
    assert np.abs(samples).max() > 8_000


@pytest.mark.parametrize(("before", "silent"), [("", False), ("portaudio()", True)])
def test_alsa_writes_nothing_onto_the_screen(sound: VirtualSound, before: str, silent: bool) -> None:
    """What ALSA would print in the middle of an evening is not printed once VoiceCheck has opened PortAudio."""
    code = f"""
import ctypes
from voicecheck.speech.portaudio import portaudio
{before}
ctypes.CDLL("libasound.so.2").snd_pcm_open(ctypes.byref(ctypes.c_void_p()), b"no_such_device", 0, 0)
"""
    done = subprocess.run([sys.executable, "-c", code], env=sound.environment, capture_output=True, timeout=60)
    assert (done.stderr == b"") == silent
