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


def open_mouth(
    app: App,
    screen: Screen,
    stage: contextlib.ExitStack,
    on_spoken: Callable[[], None],
    on_sound: Callable[[], None],
    *,
    live: bool,
) -> Mouth:
    """Return the voice of a sitting. `live`: sentences will be said that nobody could prepare, so it loads early."""
    from voicecheck.speech.voice.speaker import Callbacks, Delivery, Speaker
    from voicecheck.speech.voice.voices import open_voice

    voice, models = app.settings.voice, app.paths.models_folder

    def silent(error: AudioError) -> None:
        screen.notice(app.phrases.show("no_voice", reason=error.message))

    speaker = Speaker(
        app.settings.loudspeaker,
        lambda: open_voice(voice, models),
        Callbacks(on_spoken, silent, on_sound),
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
