"""A sentence to sound, as far as it goes without a voice: files in memory, and what is said when there is none."""

from __future__ import annotations

import os
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.sound_samples import tone, write_wav
from voicecheck.errors import AudioError
from voicecheck.settings import Voice as VoiceSettings
from voicecheck.speech.sound import Sound
from voicecheck.speech.system_voice import _read_sound, _sound_file
from voicecheck.speech.voices import open_voice

needs_memfd = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="memory-backed files are Linux's")


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_sound_of_a_voice_is_read(tmp_path: Path) -> None:
    """A WAV of the system's voice becomes float32 at its own rate."""
    sound = _read_sound(str(write_wav(tmp_path / "a.wav", tone(0.5, 0.5), 22_050)))
    assert sound.rate_hz == 22_050
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.samples - tone(0.5, 0.5)).max() < 2 / 32768
    assert sound.duration_s == pytest.approx(8000 / 22_050)


@needs_memfd
def test_sentence_stays_in_memory() -> None:
    """On Linux the file that a voice writes has a name under /proc, no name on a disk, and is gone afterwards."""
    before = open_descriptors()
    with _sound_file() as path:
        assert Path(path).readlink().name.startswith("memfd:")
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes(bytes(640))
        assert _read_sound(path).duration_s == pytest.approx(0.02)
    assert open_descriptors() == before


@needs_memfd
def test_memory_is_let_go_after_a_failure() -> None:
    """A voice that fails leaves no descriptor open."""
    before = open_descriptors()
    with pytest.raises(RuntimeError), _sound_file():
        raise RuntimeError
    assert open_descriptors() == before


@pytest.mark.parametrize("content", [b"", b"no sound at all"])
def test_voice_that_wrote_no_sound(tmp_path: Path, content: bytes) -> None:
    """An empty or broken file is an AudioError with a next step, not a silent question."""
    path = tmp_path / "voice.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="gave no sound") as caught:
        _read_sound(str(path))
    assert caught.value.hint


def test_voice_that_wrote_no_file(tmp_path: Path) -> None:
    """pyttsx3 sometimes returns without a file: the same error."""
    with pytest.raises(AudioError, match="gave no sound"):
        _read_sound(str(tmp_path / "voice.wav"))


def test_voice_that_is_switched_off(tmp_path: Path) -> None:
    """`engine = "none"` is said as what it is."""
    with pytest.raises(AudioError, match="switched off"):
        open_voice(VoiceSettings(engine="none"), tmp_path)


def test_piper_without_its_file(tmp_path: Path) -> None:
    """Piper was asked for by name and its voice is not there: an AudioError with a next step, not another voice."""
    with pytest.raises(AudioError) as caught:
        open_voice(VoiceSettings(engine="piper", name="en_US-nobody-low"), tmp_path)
    assert caught.value.hint


def test_sound_is_not_in_its_repr() -> None:
    """What was said aloud may hold the person's words."""
    assert "array" not in repr(Sound(tone(0.1, 0.1), 16_000))
