"""The voices that are on this computer, to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicecheck.models.catalog import installed, load_catalog
from voicecheck.settings.schema import Voice
from voicecheck.speech.voice.voices import extra_is_here, speaks


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """A voice to choose."""

    label: str
    engine: str
    name: str

    @property
    def first_name(self) -> str:
        """Name without its engine, language and quality, as one person tells another: "Joe" of "en_US-joe-medium"."""
        parts = self.name.split("-" if self.engine == "piper" else "_")
        return parts[1].capitalize() if len(parts) > 1 else self.name

    @property
    def values(self) -> dict[str, str]:
        return {"voice.engine": self.engine, "voice.name": self.name}


def voices_here(settings: Voice, models_folder: Path) -> tuple[VoiceChoice, ...]:
    """Return the voices that could speak the program's language now, the one that `auto` takes first."""
    from voicecheck.speech.voice.system_voice import engine_name

    known = load_catalog()
    here = [
        voice
        for voice in sorted(known.voices, key=lambda voice: voice.engine != "piper")
        if speaks(voice, settings)
        and extra_is_here(voice.engine)
        and all(installed(part, models_folder) for part in known.whole(voice))
    ]
    neural = (VoiceChoice(f"{voice.engine.capitalize()} {voice.name}", voice.engine, voice.name) for voice in here)
    return (*neural, VoiceChoice(engine_name(), "system", ""))
