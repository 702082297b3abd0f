"""Port of speech synthesis: a sentence in, sound out; and the choice of the voice.

Each gives samples (`system_voice`, `neural`), and `speaker` plays them.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voicecheck.errors import AudioError, ModelError
from voicecheck.files import typed_folder
from voicecheck.models import catalog
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.voice.spoken_form import plain_form, spoken_form

if TYPE_CHECKING:
    from voicecheck.speech.voice.sound import Sound

EXTRAS = {"piper": "piper", "kokoro": "kokoro_onnx"}
"""engine, and extra that brings it -> the package that speaks"""


_NO_VOICE_HINT = "Set voice.engine to auto, or voice.name to a voice of yours."


class Voice(Protocol):
    """Voice: text in, sound out, a sentence at a time. Raises AudioError."""

    name: str
    needs_file: bool
    """True if the sentence's sound touches a disk: then it may hold no word of the person"""

    def synthesize(self, text: str) -> Iterator[Sound]: ...


def chosen_voice(settings: VoiceSettings, models_folder: Path) -> catalog.VoiceFiles | None:
    """Return the neural voice that the settings mean, by a quick look; None for one of the system's.

    Raises AudioError for a neural one that was asked for and is not here.
    """
    name = settings.name
    engine = _engine_of(name) if settings.engine == "auto" else settings.engine
    if engine in ("system", "none") or (settings.engine == "auto" and not name and not extra_is_here(engine)):
        return None
    known = catalog.load_catalog()
    speaking = [one.name for one in known.voices if one.engine == engine and speaks(one, settings)]
    if not name and not speaking:
        if settings.engine == "auto":
            return None
        raise AudioError(f"{engine.title()} has no voice in the language that it would speak.", _NO_VOICE_HINT)
    try:
        files = catalog.expect_voice(name or speaking[0], models_folder)
    except ModelError as error:
        if settings.engine == "auto" and not name:
            return None
        raise AudioError(error.message, error.hint) from error
    if files.engine != engine:
        raise AudioError(
            f"{files.name} is a voice of {files.engine.title()}, and voice.engine is {engine}.",
            f"Set voice.engine to {files.engine}, or to auto.",
        )
    return files


def speaks(voice: catalog.Weights, settings: VoiceSettings) -> bool:
    """True if this voice knows the language of the program, English where none is chosen."""
    return voice.knows("en" if settings.language == "auto" else settings.language)


def extra_is_here(engine: str) -> bool:
    """True if the package that this engine needs is installed."""
    return engine not in EXTRAS or find_spec(EXTRAS[engine]) is not None


def _engine_of(name: str) -> str:
    """Return the engine by name: the catalogue's, Piper for a folder, else the system's. Piper without a name."""
    if not name:
        return "piper"
    known = [voice for voice in catalog.load_catalog().voices if voice.name == name]
    if known:
        return known[0].engine
    return "piper" if typed_folder(name) else "system"


class _Reader:
    """A voice that is given every English text as it is said aloud; those of other languages know their own forms."""

    def __init__(self, voice: Voice, language: str) -> None:
        self._voice, self._english = voice, language in ("auto", "en")
        self.name, self.needs_file = voice.name, voice.needs_file

    def synthesize(self, text: str) -> Iterator[Sound]:
        return self._voice.synthesize(spoken_form(text) if self._english else plain_form(text))


def open_voice(settings: VoiceSettings, models_folder: Path, *, threads: int = 0) -> Voice:
    """Load the voice of the settings, its files hashed; `threads` are those of one sentence, 0 for all.

    With `auto` and no name it is Piper where it is complete and installed, else the system's.

    Raises AudioError when there is none.
    """
    if settings.engine == "none":
        raise AudioError("The voice is switched off.", "See voice.engine in the settings.")
    return _Reader(_open(settings, models_folder, threads), settings.language)


def _open(settings: VoiceSettings, models_folder: Path, threads: int) -> Voice:
    files = chosen_voice(settings, models_folder)
    if files is None:
        return _system_voice(settings)
    may_fall_back = settings.engine == "auto" and not settings.name
    try:
        return _neural_voice(files, settings, models_folder, threads)
    except AudioError:
        if not may_fall_back:
            raise
    return _system_voice(settings)


def _neural_voice(files: catalog.VoiceFiles, settings: VoiceSettings, models_folder: Path, threads: int) -> Voice:
    from voicecheck.speech.voice.neural import KokoroVoice, PiperVoice

    try:
        known = any(voice.name == files.name for voice in catalog.load_catalog().voices)
        checked = catalog.find_voice(settings.name or files.name, models_folder) if known else files
        kind = KokoroVoice if checked.engine == "kokoro" else PiperVoice
        voice = kind(checked, settings.rate, threads)
        checked.imprint.require_unchanged()
    except ModelError as error:
        raise AudioError(error.message, error.hint) from error
    return voice


def _system_voice(settings: VoiceSettings) -> Voice:
    from voicecheck.speech.voice.system_voice import SystemVoice

    return SystemVoice(settings)


def describe_voice(settings: VoiceSettings, models_folder: Path) -> str:
    """Return the voice's name, once it has made some sound. Raises AudioError."""
    voice = open_voice(settings, models_folder)
    if not any(len(sound.samples) for sound in voice.synthesize("Hello.")):
        raise AudioError("The voice gives no sound.", "Try: voicecheck voice list")
    return voice.name
