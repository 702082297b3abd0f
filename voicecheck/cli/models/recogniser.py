"""Load the recogniser for a command, by the settings and the options that outweigh them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecheck.cli.app import App

if TYPE_CHECKING:
    from voicecheck.settings.schema import Settings
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser


def recognition_settings(app: App, options: dict[str, Any]) -> Settings:
    """Return the settings with the options over them. Raises UsageError for a language that nobody knows."""
    import msgspec

    from voicecheck.settings.schema import known_language

    wanted = {name: options[name] for name in ("model", "device") if options.get(name)}
    if options.get("language") is not None:
        wanted["language"] = known_language(options["language"], "--language")
    whisper = msgspec.structs.replace(app.settings.whisper, **wanted)
    return msgspec.structs.replace(app.settings, whisper=whisper)


def expect_recogniser(settings: Settings, models_folder: Path) -> None:
    """Check that the recogniser can be loaded, before anybody speaks. Raises ModelError, UsageError."""
    from voicecheck.speech.engines import chosen_engine

    chosen_engine(settings).expect(settings, models_folder)


def load_recogniser(settings: Settings, models_folder: Path, tell: Callable[[str], None]) -> SpeechRecogniser:
    """Verify and load it; `tell` gets a sentence for the person. Raises ModelError, UsageError."""
    from voicecheck.speech.engines import chosen_engine

    return chosen_engine(settings).load(settings, models_folder, tell)
