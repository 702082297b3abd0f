"""A sentence to sound: the only importer of pyttsx3 and Piper.

pyttsx3 returns before it has spoken, and its own `say` writes the sentence to the temp folder. So every voice here
gives samples, through a memory-backed descriptor where the system has one; `speaker` plays them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import tempfile
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from voicecheck.catalog import find_voice
from voicecheck.domain import Samples
from voicecheck.errors import AudioError, ModelError
from voicecheck.settings import Voice as VoiceSettings

DEFAULT_PIPER_VOICE = "en_US-joe-medium"
SYSTEM_VOICE_WORDS_PER_MINUTE = 165  # slower than pyttsx3's 200: a question at the end of the day
SYNTHESIS_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to play."""

    samples: Samples = field(repr=False)
    """float32 (n,), mono, -1 to 1"""
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


class Voice(Protocol):
    """A sentence in, sound out. Raises AudioError."""

    name: str
    needs_file: bool
    """whether the sentence's sound touches a disk: then it may hold no word of the person"""

    def synthesize(self, text: str) -> Iterator[Sound]: ...


class PiperVoice:
    """A local neural voice. Loading takes seconds the first time."""

    needs_file = False

    def __init__(self, settings: VoiceSettings, models_folder: Path) -> None:
        try:
            import piper
            from piper.config import SynthesisConfig
        except ImportError as error:
            raise AudioError(
                "Piper is not installed.", "Install the extra: piper, or set voice.engine to system."
            ) from error
        found = find_voice(settings.name or DEFAULT_PIPER_VOICE, models_folder)
        self.name = f"Piper {found.name}"
        self._voice = piper.PiperVoice.load(found.model_path, found.config_path)
        self._config = SynthesisConfig(length_scale=1 / settings.rate, volume=settings.volume)

    def synthesize(self, text: str) -> Iterator[Sound]:
        for chunk in self._voice.synthesize(text, self._config):
            yield Sound(np.asarray(chunk.audio_float_array, np.float32), chunk.sample_rate)


class SystemVoice:
    """SAPI5, NSSpeech or eSpeak NG through pyttsx3, by the safe path: wait for the end, read the file, play it."""

    def __init__(self, settings: VoiceSettings) -> None:
        self.needs_file = not hasattr(os, "memfd_create")
        _bring_espeak()
        try:
            import pyttsx3

            self._engine = pyttsx3.init()
        except (ImportError, OSError, RuntimeError, ValueError, KeyError) as error:
            raise AudioError("This system has no voice.", "Install eSpeak NG, or: voicecheck voice fetch") from error
        _hush()
        self.name = "eSpeak NG" if sys.platform.startswith("linux") else "system voice"
        self._engine.setProperty("rate", round(SYSTEM_VOICE_WORDS_PER_MINUTE * settings.rate))
        self._engine.setProperty("volume", settings.volume)
        if settings.name:
            self._choose(settings.name)

    def _choose(self, name: str) -> None:
        wanted = name.casefold()
        for voice in self._engine.getProperty("voices"):
            if wanted in (str(voice.id).casefold(), str(voice.name).casefold()):
                self._engine.setProperty("voice", voice.id)
                return
        raise AudioError(f"The system has no voice called {name}.", "See: voicecheck voice list")

    def synthesize(self, text: str) -> Iterator[Sound]:
        with _sound_file() as path:
            finished = threading.Event()
            token = self._engine.connect("finished-utterance", lambda name, completed: finished.set())
            try:
                self._engine.save_to_file(text, path)
                self._engine.runAndWait()
                done = finished.wait(SYNTHESIS_LIMIT_S)
            except (RuntimeError, OSError) as error:
                raise AudioError("The system's voice failed.", "Try: voicecheck voice test") from error
            finally:
                self._engine.disconnect(token)
            if not done:
                raise AudioError("The system's voice did not answer.", "Try: voicecheck voice test")
            yield _read_sound(path)


def _bring_espeak() -> None:
    """Let pyttsx3 find the eSpeak NG of the `espeakng-loader` wheel where the system has none."""
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        with contextlib.suppress(ImportError, OSError):
            import espeakng_loader

            os.environ.setdefault("ESPEAK_DATA_PATH", espeakng_loader.get_data_path())
            ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


def _hush() -> None:
    """pyttsx3's eSpeak driver prints "Audio saved to ..." on stdout, where only data belongs."""
    driver: Any = sys.modules.get("pyttsx3.drivers.espeak")
    if driver is not None:
        driver.print = lambda *_: None


@contextlib.contextmanager
def _sound_file() -> Iterator[str]:
    """A name to write sound to: memory on Linux, a private temporary file elsewhere."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("voice")
        try:
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory(prefix="voice") as folder:
            yield str(Path(folder) / ("voice.aiff" if sys.platform == "darwin" else "voice.wav"))


def _read_sound(path: str) -> Sound:
    if path.endswith(".aiff"):
        from voicecheck.domain import SAMPLE_RATE_HZ
        from voicecheck.speech.audio import decode_file

        return Sound(np.concatenate(list(decode_file(Path(path)))), SAMPLE_RATE_HZ)
    try:
        with wave.open(path, "rb") as file:
            data = np.frombuffer(file.readframes(file.getnframes()), np.int16)
            return Sound(data.astype(np.float32) / np.float32(32768), file.getframerate())
    except (wave.Error, EOFError, OSError) as error:
        raise AudioError("The system's voice gave no sound.", "Try: voicecheck voice test") from error


def open_voice(settings: VoiceSettings, models_folder: Path) -> Voice:
    """The voice that the settings ask for; with `auto` Piper where it is complete, else the system's.

    Raises AudioError when there is none.
    """
    if settings.engine == "none":
        raise AudioError("The voice is switched off.", "See voice.engine in the settings.")
    if settings.engine == "piper":
        try:
            return PiperVoice(settings, models_folder)
        except ModelError as error:
            raise AudioError(error.message, error.hint) from error
    if settings.engine == "auto":
        with contextlib.suppress(AudioError, ModelError):
            return PiperVoice(settings, models_folder)
    return SystemVoice(settings)


def describe_voice(settings: VoiceSettings, models_folder: Path) -> str:
    """The voice's name, once it has made some sound. Raises AudioError."""
    voice = open_voice(settings, models_folder)
    if not any(len(sound.samples) for sound in voice.synthesize("Hello.")):
        raise AudioError("The voice gives no sound.", "Try: voicecheck voice list")
    return voice.name
