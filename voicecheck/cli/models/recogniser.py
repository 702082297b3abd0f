"""The recogniser that a command runs: the settings, the command line over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecheck.cli.app import App

if TYPE_CHECKING:
    from voicecheck.settings.schema import Settings
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser


def recognition_settings(app: App, options: dict[str, Any]) -> Settings:
    """The settings, with what the command line overrides. Raises UsageError for a language that nobody knows."""
    import msgspec

    from voicecheck.settings.schema import known_language

    wanted = {name: options[name] for name in ("model", "device") if options.get(name)}
    if options.get("language") is not None:
        wanted["language"] = known_language(options["language"], "--language")
    whisper = msgspec.structs.replace(app.settings.whisper, **wanted)
    return msgspec.structs.replace(app.settings, whisper=whisper)


def expect_recogniser(settings: Settings, models_folder: Path) -> None:
    """A quick look before anybody speaks. Raises ModelError, and UsageError for a recogniser that nobody knows."""
    from voicecheck.speech.engines import chosen_engine

    chosen_engine(settings).expect(settings, models_folder)


def load_recogniser(settings: Settings, models_folder: Path, tell: Callable[[str], None]) -> SpeechRecogniser:
    """Verified and loaded; `tell` gets a sentence for the person. Raises ModelError, UsageError."""
    from voicecheck.speech.engines import chosen_engine

    return chosen_engine(settings).load(settings, models_folder, tell)
