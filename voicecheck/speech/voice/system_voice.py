"""The system's own voices: the only importer of pyttsx3.

pyttsx3 returns before it has spoken, and its own `say` writes the sentence to the temp folder. So a sentence goes
through a memory-backed descriptor where the system has one, and the sound is read back from there.
"""

from __future__ import annotations

import contextlib
import ctypes
import difflib
import os
import sys
import tempfile
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.models.catalog import load_catalog
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.voice.sound import Sound
from voicecheck.text.folding import main_language

WORDS_PER_MINUTE = 165  # slower than pyttsx3's 200: a question at the end of the day
SYNTHESIS_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Listed:
    """A voice that this system has."""

    name: str
    languages: tuple[str, ...]


class SystemVoice:
    """SAPI5, NSSpeech or eSpeak NG through pyttsx3, by the safe path: wait for the end, read the file, play it."""

    def __init__(self, settings: VoiceSettings) -> None:
        self.needs_file = not hasattr(os, "memfd_create")
        self._engine = _start_engine()
        self.name = " ".join(part for part in (engine_name(), settings.name) if part)
        self._engine.setProperty("rate", round(WORDS_PER_MINUTE * settings.rate))
        self._engine.setProperty("volume", 1.0)
        if settings.name:
            self._choose(settings.name)
        elif settings.language not in ("auto", "en"):
            self._choose_by_language(settings.language)

    def _choose_by_language(self, language: str) -> None:
        """Take the first voice of this language, unless the system's usual one speaks it, or there is none."""
        voices = self._engine.getProperty("voices")
        able = [voice.id for voice in voices if language in map(main_language, _languages(voice))]
        if able and self._engine.getProperty("voice") not in able:
            self._engine.setProperty("voice", able[0])

    def _choose(self, name: str) -> None:
        wanted = name.casefold()
        voices = self._engine.getProperty("voices")
        for voice in voices:
            if wanted in (str(voice.id).casefold(), str(voice.name).casefold()):
                self._engine.setProperty("voice", voice.id)
                return
        known = [weights.name for weights in load_catalog().voices]
        near = difflib.get_close_matches(name, [*known, *(str(voice.name) for voice in voices)], n=1)
        hint = f"Did you mean {near[0]}?" if near else "See: voicecheck voice list --all"
        raise AudioError(f"There is no voice called {name}.", hint)

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


def _start_engine() -> Any:
    _bring_espeak()
    try:
        import pyttsx3

        engine = pyttsx3.init()
    except (ImportError, OSError, RuntimeError, ValueError, KeyError) as error:
        raise AudioError("This system has no voice.", "Install eSpeak NG, or: voicecheck voice fetch") from error
    _hush()
    return engine


ESPEAK = "libespeak-ng.so.1"


def _bring_espeak() -> None:
    """Let pyttsx3 find the eSpeak NG of the `espeakng-loader` wheel where the system has none.

    Where Kokoro came first, which loads that one, pyttsx3 gets it too, by its name. It must be told where its data lie:
    without them it ends the process.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(ImportError, OSError):
        import espeakng_loader

        wheel = espeakng_loader.get_library_path()
        found = _file_of(ESPEAK, "espeak_Initialize")
        if not found:
            ctypes.CDLL(wheel, mode=ctypes.RTLD_GLOBAL)
        if not found or Path(found).samefile(wheel):
            os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()


class _Place(ctypes.Structure):
    """Dl_info of dlfcn.h."""

    _fields_ = (
        ("file", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
    )


def _file_of(library: str, function: str) -> str:
    """Return the file that a library of this name is loaded from, now or before; empty where there is none."""
    try:
        address = ctypes.cast(getattr(ctypes.CDLL(library), function), ctypes.c_void_p)
    except OSError:
        return ""
    place = _Place()
    ctypes.CDLL(None).dladdr(address, ctypes.byref(place))
    return os.fsdecode(place.file or b"")


def _hush() -> None:
    """Silence pyttsx3's eSpeak driver, which prints "Audio saved to ..." on stdout, where only data belongs."""
    driver: Any = sys.modules.get("pyttsx3.drivers.espeak")
    if driver is not None:
        driver.print = lambda *_: None


@contextlib.contextmanager
def _sound_file() -> Iterator[str]:
    """Yield a name to write sound to: memory on Linux, a private temporary file elsewhere."""
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
        from voicecheck.speech.sound_file import decode_file
        from voicecheck.utterance import SAMPLE_RATE_HZ

        return Sound(np.concatenate(list(decode_file(Path(path)))), SAMPLE_RATE_HZ)
    try:
        with wave.open(path, "rb") as file:
            data = np.frombuffer(file.readframes(file.getnframes()), np.int16)
            return Sound(data.astype(np.float32) / np.float32(32768), file.getframerate())
    except (wave.Error, EOFError, OSError) as error:
        raise AudioError("The system's voice gave no sound.", "Try: voicecheck voice test") from error


def engine_name() -> str:
    return {"linux": "eSpeak NG", "darwin": "NSSpeech", "win32": "SAPI5"}.get(sys.platform, "system voice")


def list_system_voices() -> list[Listed]:
    """List the system's voices. Raises AudioError where there are none."""
    engine = _start_engine()
    return [Listed(str(voice.name), _languages(voice)) for voice in engine.getProperty("voices")]


def _languages(voice: Any) -> tuple[str, ...]:
    """Return language codes: eSpeak's driver gives bytes with a priority in front, NSSpeech's gives en_US."""
    plain = (code.decode(errors="replace") if isinstance(code, bytes) else str(code) for code in voice.languages or ())
    return tuple(code.lstrip("".join(map(chr, range(32)))).replace("_", "-") for code in plain)
