"""The virtual sound card of these tests carries sound, both ways, through PortAudio."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.integration.sound import VirtualSound
from voicecheck.offline.errand import Done
from voicecheck.speech.headphones import on_headphones

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


ALSA = 'ctypes.CDLL("libasound.so.2").snd_pcm_open(ctypes.byref(ctypes.c_void_p()), b"no_such_device", 0, 0)'
PORTAUDIO = "sounddevice.OutputStream(samplerate=48_000, channels=99)"


@pytest.mark.parametrize("what", [ALSA, PORTAUDIO])
@pytest.mark.parametrize(("opened", "silent"), [("import sounddevice", False), ("sounddevice = portaudio()", True)])
def test_libraries_write_nothing_onto_the_screen(sound: VirtualSound, opened: str, what: str, silent: bool) -> None:
    """What ALSA and PortAudio would print in the middle of an evening is not printed; what Python prints there is."""
    code = f"""
import contextlib, ctypes, sys
from voicecheck.speech.portaudio import portaudio
{opened}
with contextlib.suppress(sounddevice.PortAudioError):
    {what}
print("Python", file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], env=sound.environment, capture_output=True, timeout=60)
    assert (done.stderr == b"Python\n") == silent
    assert b"Python" in done.stderr


END = """
import sys
from voicecheck.settings.schema import Loudspeaker
from voicecheck.speech.voice.speaker import Callbacks, Speaker
def sounding():
    print("sounding", flush=True)
speaker = Speaker(Loudspeaker(), lambda: None, Callbacks(lambda: None, print, sounding))
for _ in range(20):
    speaker.say("", chime=True)
try:
    sys.stdin.readline()
finally:
    if sys.argv[1] == "closed":
        speaker.close()
"""


@pytest.mark.parametrize("how", ["closed", "left"])
def test_the_end_of_the_process_in_the_middle_of_a_chime(sound: VirtualSound, how: str) -> None:
    """No stream is closed under the thread that writes to it, also where nobody closed the speaker. It crashed."""
    command = [sys.executable, "-c", END, how]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=sound.environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"sounding\n"
        _, errors = process.communicate(b"\n", timeout=60)
    assert (process.returncode, errors) == (0, b"")


def test_the_sound_server_tells_of_headphones(sound: VirtualSound) -> None:
    """A loudspeaker is none; a sink that is a headphone and the default is; and it is a loudspeaker again."""

    def tool(*command: str) -> Done:
        done = subprocess.run(
            command, env=sound.environment | {"LC_ALL": "C"}, capture_output=True, text=True, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def worn() -> bool:
        return on_headphones("", lambda command: tool(*command))

    before = tool("pactl", "get-default-sink").output.strip()
    assert not worn()
    properties = "sink_properties=device.form_factor=headphone"
    number = tool("pactl", "load-module", "module-null-sink", "sink_name=worn", properties).output.strip()
    try:
        assert not worn(), "they lie beside it"
        tool("pactl", "set-default-sink", "worn")
        assert worn()
    finally:
        tool("pactl", "set-default-sink", before)
        tool("pactl", "unload-module", number)
    assert not worn()
