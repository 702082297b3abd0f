"""The voice of a sitting: that of the settings through the loudspeaker, or a silent one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from voicecheck.checkin.configured import Configured
from voicecheck.errors import AudioError

if TYPE_CHECKING:
    from pathlib import Path

    from voicecheck.checkin.ports import Mouth, Screen
    from voicecheck.settings.schema import Voice as VoiceSettings
    from voicecheck.speech.voice.speaker import Callbacks, PreparedSounds, Reopened

PACE_STEP = 1.2
SLOWEST, FASTEST = 0.5, 2.0
"""of `voice.rate`"""


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
    pace = Pace(app)
    speaker = Speaker(
        app.settings.loudspeaker,
        lambda: open_voice(voice, models),
        callbacks,
        Delivery(voice.volume if volume is None else volume, voice.pause_s, load_early=live),
        lambda: prepared_sounds(app, voice),
        pace.change,
    )
    stage.callback(speaker.close)
    return speaker


class Pace:
    """The pace of the voice, changed by the person and kept in the settings."""

    def __init__(self, app: Configured) -> None:
        self._app = app
        self._voice = app.settings.voice

    def change(self, faster: bool) -> Reopened | None:
        """Return the voice a step faster or slower; None at the end of the range. Raises UsageError."""
        from voicecheck.settings.file import change_settings
        from voicecheck.speech.voice.speaker import Reopened
        from voicecheck.speech.voice.voices import open_voice

        rate = round(min(FASTEST, max(SLOWEST, self._voice.rate * (PACE_STEP if faster else 1 / PACE_STEP))), 2)
        if rate == self._voice.rate:
            return None
        app, voice = self._app, replace(self._voice, rate=rate)
        self._voice = voice
        change_settings(app.paths.settings_file, {"voice.rate": rate})
        return Reopened(lambda: open_voice(voice, app.paths.models_folder), lambda: prepared_sounds(app, voice))


def prepared_sounds(app: Configured, voice: VoiceSettings) -> PreparedSounds:
    """Return the prepared sentences of the chosen voice; none for a system's voice, which is quick enough."""
    from voicecheck.speech.voice.prepared import Prepared
    from voicecheck.speech.voice.speaker import NothingPrepared

    path = prepared_file(app, voice)
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

    def change_pace(self, *, faster: bool) -> bool:
        return False

    def hush(self) -> None:
        """Do nothing: there is nothing to end."""

    def give_way(self) -> None:
        """Do nothing: there is nothing to end."""

    def close_tone(self) -> None:
        """Do nothing: there is nothing to hear."""
