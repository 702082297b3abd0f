"""Hearing each other before the first question: a sample of each voice, and what is missing to write anything down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from voicecheck.errors import VoicecheckError
from voicecheck.paths import Paths
from voicecheck.settings.schema import Settings
from voicecheck.speech.voice.choices import VoiceChoice, voices_here


@dataclass
class SoundCheck:
    paths: Paths
    settings: Callable[[], Settings]
    sample: str
    """the sentence that each voice says"""
    expect: Callable[[], None] = lambda: None
    """raises a VoicecheckError where what writes down is missing"""

    def voices(self) -> tuple[VoiceChoice, ...]:
        return voices_here(self.settings().voice, self.paths.models_folder)

    def chosen(self) -> int:
        """Return the place of the voice that the settings mean, among those that are here."""
        voice = self.settings().voice
        found = (at for at, one in enumerate(self.voices()) if (one.engine, one.name) == (voice.engine, voice.name))
        return next(found, 0)

    def say(self, choice: VoiceChoice) -> None:
        """Say the sample and wait for its end. Raises AudioError."""
        from voicecheck.speech.voice.speaker import Loudspeaker
        from voicecheck.speech.voice.voices import open_voice

        settings = self.settings()
        wanted = msgspec.structs.replace(settings.voice, engine=choice.engine, name=choice.name)
        loudspeaker = Loudspeaker(settings.loudspeaker)
        for sound in open_voice(wanted, self.paths.models_folder).synthesize(self.sample):
            loudspeaker.play(sound)

    def lack(self) -> str:
        """Return the sentence about what is missing to write down what is said; empty for nothing."""
        try:
            self.expect()
        except VoicecheckError as error:
            return error.told
        return ""
