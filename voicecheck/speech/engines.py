"""The engines of speech recognition that can be chosen, by their name in the setting `recogniser.engine`."""

from __future__ import annotations

from voicecheck.errors import UsageError
from voicecheck.settings.schema import Settings
from voicecheck.speech.recognition.recogniser import Engine
from voicecheck.speech.whisper.loading import WHISPER

ENGINES = {
    "whisper": WHISPER,
}


def chosen_engine(settings: Settings) -> Engine:
    """Return the engine of this name. Raises UsageError for a name that nobody knows."""
    name = settings.recogniser.engine
    if name not in ENGINES:
        raise UsageError(
            f"No recogniser is called {name}.",
            f"Set recogniser.engine to {' or '.join(ENGINES)}: voicecheck settings edit",
        )
    return ENGINES[name]
