"""Load the recogniser for a command, by the settings and the options that outweigh them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from voicecheck.cli.app import App, Recognition
from voicecheck.settings.schema import known_language, load_settings

if TYPE_CHECKING:
    from voicecheck.paths import Paths
    from voicecheck.settings.schema import Settings
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser


def recognition_settings(app: App, given: Recognition) -> Settings:
    """Return the settings with the options over them. Raises UsageError for a language that nobody knows."""
    whisper = app.settings.whisper
    if given.language is not None:
        whisper = msgspec.structs.replace(whisper, language=known_language(given.language, "--language"))
    whisper = msgspec.structs.replace(
        whisper, model=given.model or whisper.model, device=given.device or whisper.device
    )
    return msgspec.structs.replace(app.settings, whisper=whisper)


class RecogniserOfSettings:
    """The recogniser that the settings name whenever it is asked for: they may change while the page is open."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def __call__(self, tell: Callable[[str], None]) -> SpeechRecogniser:
        return load_recogniser(load_settings(self._paths.settings_file), self._paths.models_folder, tell)

    def expect(self) -> None:
        expect_recogniser(load_settings(self._paths.settings_file), self._paths.models_folder)


def expect_recogniser(settings: Settings, models_folder: Path) -> None:
    """Check that the recogniser can be loaded, before anybody speaks. Raises ModelError, UsageError."""
    from voicecheck.speech.engines import chosen_engine

    chosen_engine(settings).expect(settings, models_folder)


def load_recogniser(settings: Settings, models_folder: Path, tell: Callable[[str], None]) -> SpeechRecogniser:
    """Verify and load it; `tell` gets a sentence for the person. Raises ModelError, UsageError."""
    from voicecheck.speech.engines import chosen_engine

    return chosen_engine(settings).load(settings, models_folder, tell)
