"""The voice of a sitting: that of the settings through the loudspeaker, or a silent one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from voicecheck.cli.app import App
from voicecheck.cli.models.preparing import prepared_sounds

if TYPE_CHECKING:
    from voicecheck.checkin.ports import Mouth, Screen
    from voicecheck.errors import AudioError
    from voicecheck.speech.voice.speaker import Callbacks


def told_silent(app: App, screen: Screen) -> Callable[[AudioError], None]:
    """Return the callback that shows why nothing can be heard."""
    return lambda error: screen.notice(app.phrases.show("no_voice", reason=error.message))


def open_mouth(app: App, stage: contextlib.ExitStack, callbacks: Callbacks, *, live: bool) -> Mouth:
    """Return the voice of a sitting. `live`: sentences will be said that nobody could prepare, so it loads early."""
    from voicecheck.speech.voice.speaker import Delivery, Speaker
    from voicecheck.speech.voice.voices import open_voice

    voice, models = app.settings.voice, app.paths.models_folder

    speaker = Speaker(
        app.settings.loudspeaker,
        lambda: open_voice(voice, models),
        callbacks,
        Delivery(voice.volume, voice.pause_s, load_early=live),
        lambda: prepared_sounds(app),
    )
    stage.callback(speaker.close)
    return speaker


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

    def hush(self) -> None:
        """Do nothing: there is nothing to end."""

    def give_way(self) -> None:
        """Do nothing: there is nothing to end."""
