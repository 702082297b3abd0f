"""Which Whisper a command runs: the settings, the command line over them, the verified files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecheck.cli.app import App
from voicecheck.errors import ModelError

if TYPE_CHECKING:
    from voicecheck.settings.schema import Whisper as WhisperSettings
    from voicecheck.speech.whisper.engine import Transcriber


def whisper_settings(app: App, options: dict[str, Any]) -> WhisperSettings:
    """The settings, with what the command line overrides. Raises UsageError for a language that nobody knows."""
    import msgspec

    from voicecheck.settings.schema import known_language

    wanted = {name: options[name] for name in ("model", "device") if options.get(name)}
    if options.get("language") is not None:
        wanted["language"] = known_language(options["language"], "--language")
    return msgspec.structs.replace(app.settings.whisper, **wanted)


def load_transcriber(whisper: WhisperSettings, models_folder: Path, tell: Callable[[str], None]) -> Transcriber:
    """Verified and loaded; `tell` gets a sentence when the graphics card cannot be used. Raises ModelError."""
    from voicecheck.models.catalog import find_model
    from voicecheck.speech.whisper.engine import Transcriber

    found = find_model(whisper.model, models_folder)
    if found.english_only and whisper.language not in ("en", "auto"):
        raise ModelError(f"The model {found.name} knows English only.", "Take a model without .en, as base.")
    return Transcriber(
        found.path,
        found.name,
        whisper.device,
        beam_size=whisper.beam_size,
        tell=tell,
        require_unchanged=found.imprint.require_unchanged,
    )
