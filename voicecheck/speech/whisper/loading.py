"""Load Whisper by the settings: find the model's files, verify them, load them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from voicecheck.errors import ModelError
from voicecheck.models import catalog
from voicecheck.settings.schema import Settings
from voicecheck.settings.schema import Whisper as WhisperSettings
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, Engine
from voicecheck.speech.whisper import engine


def expect(settings: Settings, models_folder: Path) -> None:
    """Raise ModelError where the model is not here."""
    catalog.expect_model(settings.whisper.model, models_folder)


def load(settings: Settings, models_folder: Path, tell: Callable[[str], None]) -> engine.WhisperRecogniser:
    """Verify and load the model; `tell` gets a sentence when the graphics card cannot be used. Raises ModelError."""
    whisper = settings.whisper
    model = catalog.find_model(whisper.model, models_folder)
    spoken = settings.program.language if whisper.language == ANY_LANGUAGE else whisper.language
    if model.english_only and spoken not in ("en", "auto"):
        raise ModelError(f"The model {model.name} knows English only.", "Take a model without .en, as base.")
    return open_model(model, whisper, tell)


def open_model(
    model: catalog.ModelFolder, whisper: WhisperSettings, tell: Callable[[str], None]
) -> engine.WhisperRecogniser:
    """Return a verified model, whatever language it knows. Raises ModelError."""
    return engine.WhisperRecogniser(
        model.path,
        model.name,
        whisper.device,
        beam_size=whisper.beam_size,
        tell=tell,
        require_unchanged=model.imprint.require_unchanged,
    )


WHISPER = Engine(expect, load)
