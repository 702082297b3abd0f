"""The voice of a sitting: that of the settings through the loudspeaker, or a silent one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from voicecheck.checkin.configured import Configured
from voicecheck.errors import AudioError

if TYPE_CHECKING:
    from pathlib import Path

    from voicecheck.checkin.ports import Mouth, Screen
    from voicecheck.settings.schema import Voice as VoiceSettings
    from voicecheck.speech.voice.speaker import Callbacks, PreparedSounds


def told_silent(app: Configured, screen: Screen) -> Callable[[AudioError], None]:
    """Return the callback that shows why nothing can be heard."""
    return lambda error: screen.notice(app.phrases.show("no_voice", reason=error.message))


def open_mouth(
    app: Configured, stage: contextlib.ExitStack, callbacks: Callbacks, *, live: bool, volume: float | None = None
) -> Mouth:
    """Return the voice of a sitting, by the settings unless it has a `volume` of its own.

    `live`: sentences will be said that nobody could prepare, so it loads early.
    """
    from voicecheck.speech.voice.speaker import Delivery, Speaker
    from voicecheck.speech.voice.voices import open_voice

    voice, models = app.settings.voice, app.paths.models_folder

    speaker = Speaker(
        app.settings.loudspeaker,
        lambda: open_voice(voice, models),
        callbacks,
        Delivery(voice.volume if volume is None else volume, voice.pause_s, load_early=live),
        lambda: prepared_sounds(app),
    )
    stage.callback(speaker.close)
    return speaker


def prepared_sounds(app: Configured) -> PreparedSounds:
    """Return the prepared sentences of the chosen voice; none for a system's voice, which is quick enough."""
    from voicecheck.speech.voice.prepared import Prepared
    from voicecheck.speech.voice.speaker import NothingPrepared

    path = prepared_file(app, app.settings.voice)
    return NothingPrepared() if path is None else Prepared(path)


def prepared_file(app: Configured, voice: VoiceSettings) -> Path | None:
    """Return the file of a voice's prepared sentences; None for a system's voice, and for one that is not here."""
    from voicecheck.speech.voice.prepared import file_of
    from voicecheck.speech.voice.voices import chosen_voice

    try:
        files = chosen_voice(voice, app.paths.models_folder)
    except AudioError:
        return None
    return None if files is None else file_of(app.paths.prepared_folder, files, voice.rate)


class Silent:
    """A mouth that says nothing and is done at once."""

    def __init__(self, on_spoken: Callable[[], None]) -> None:
        self._on_spoken = on_spoken

    def say(self, text: str, *, chime: bool = False) -> None:
        self._on_spoken()

    def prepare(self, text: str) -> None:
        """Do nothing: there is nothing to make."""

    def nudge(self) -> None:
        """Do nothing: there is nothing to hear."""

    def open_tone(self) -> None:
        """Do nothing: there is nothing to hear."""

    def hush(self) -> None:
        """Do nothing: there is nothing to end."""

    def give_way(self) -> None:
        """Do nothing: there is nothing to end."""

    def close_tone(self) -> None:
        """Do nothing: there is nothing to hear."""
