"""Interactive choice of loudspeaker, microphone and voice, and of what may be said aloud.

Each choice is written as soon as it is made, so that whoever stops keeps what they chose. Enter leaves a thing as it
is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from types import TracebackType
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from voicecheck.cli.app import App
from voicecheck.cli.setup.doctor import QUIETEST_ROOM_DBFS
from voicecheck.cli.terminal.confirming import read_reply
from voicecheck.cli.terminal.reading import ask_text
from voicecheck.errors import AudioError, ModelError
from voicecheck.speech.devices import list_devices
from voicecheck.speech.voice import choices
from voicecheck.speech.voice.choices import VoiceChoice

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases
    from voicecheck.settings.schema import Voice as VoiceSettings
    from voicecheck.speech.devices import Device, Kind
    from voicecheck.speech.voice.sound import Sound

METER_S = 2.0
SILENT_S = 1.0
"""of waiting for a voice, after which it is said why"""


def ask(app: App, text: str, letters: Collection[str], *, enter_is_yes: bool = False) -> str:
    """Ask for one of `letters` until it is one, or empty for Enter. yes and no may be written out."""
    while True:
        typed = ask_text(text, " ").lower()
        typed = {True: "y", False: "n", None: typed}[read_reply(app.phrases, typed)]
        if not typed or typed in letters:
            return typed
        if typed == "y" and enter_is_yes:
            return ""
        click.echo(what_can_be_typed(app.phrases, letters), err=True)


def what_can_be_typed(phrases: Phrases, letters: Collection[str]) -> str:
    """Return "Type n or v and then Enter, or Enter alone.", or with the first and the last of many numbers."""
    *others, last = letters
    if others and all(map(str.isdigit, letters)):
        return phrases.show("type_a_number", first=others[0], last=last)
    choices = phrases.show("choices_or_last", choices=", ".join(others), last=last) if others else last
    return phrases.show("type_a_letter", choices=choices)


# Voices


def voices_here(app: App) -> tuple[VoiceChoice, ...]:
    """Return the voices that could speak now, the one that `auto` takes first."""
    return choices.voices_here(app.settings.voice, app.paths.models_folder)


def voice_settings(app: App, choice: VoiceChoice | None) -> VoiceSettings:
    """Return the voice settings with `choice` in their voice's place."""
    settings = app.settings.voice
    return settings if choice is None else replace(settings, engine=choice.engine, name=choice.name)


Sample = Callable[[], "list[Sound]"]
"""waits for it, where it is not made yet"""


class Samples:
    """Sample sentences of voices, made in a thread while something else is asked. A neural voice loads for seconds."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(1, "voice sample")

    def __enter__(self) -> Samples:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.shutdown()

    def order(self, choice: VoiceChoice | None = None, name: str = "voice_sample") -> Sample:
        """Begin to make a sample, the sentence of this name. It is the chime alone where the voice does not speak."""
        made = self._thread.submit(self._make, voice_settings(self._app, choice), name)

        def sample() -> list[Sound]:
            if not wait([made], timeout=SILENT_S).done:
                click.echo(self._app.phrases.show("voice_loads"), err=True)
            return made.result()

        return sample

    def _make(self, settings: VoiceSettings, name: str) -> list[Sound]:
        from voicecheck.speech.voice.speaker import chime
        from voicecheck.speech.voice.voices import open_voice

        with contextlib.suppress(AudioError, ModelError):
            voice = open_voice(settings, self._app.paths.models_folder)
            return list(voice.synthesize(self._app.phrases.show(name)))
        return [chime()]


# Devices


def choose_device(app: App, kind: Kind, enter: str) -> str | None:
    """Ask for a device by its number; empty for the system's own, None for Enter, and without a list.

    `enter` says the meaning of Enter.
    """
    devices = devices_here(kind)
    if not devices:
        return None
    for number, device in enumerate(devices, start=1):
        own = app.phrases.show("own_device_in_list") if device.default else ""
        click.echo(f"  {number}  {device.name}{own}", err=True)
    numbers = [str(number) for number in range(1, len(devices) + 1)]
    typed = ask(app, app.phrases.show("ask_device", last=len(devices), enter=enter), numbers)
    if not typed:
        return None
    device = devices[int(typed) - 1]
    return "" if device.default else device.name


def devices_here(kind: Kind) -> tuple[Device, ...]:
    """Return the devices; empty where the sound system itself is missing."""
    try:
        return list_devices(kind)
    except AudioError:
        return ()


def settle_loudspeaker(app: App, first: Sample, enter: str, samples: Samples | None = None) -> bool:
    """Return True if the person hears a loudspeaker and, with `samples`, a voice that they choose here."""
    voices = voices_here(app) if samples is not None else ()
    sample, voice = first, 0
    question, letters = ("ask_heard_voices", "nv") if len(voices) > 1 else ("ask_heard", "n")
    while True:
        answer = "n"
        if plays(app, sample()):
            answer = ask(app, app.phrases.show(question), letters, enter_is_yes=True)
        if answer == "v" and samples is not None:
            voice = (voice + 1) % len(voices)
            click.echo(app.phrases.show("voice_is", voice=voices[voice].label), err=True)
            sample = samples.order(voices[voice])
        elif answer == "n":
            name = choose_device(app, "output", enter)
            if name is None:
                return False
            app.change_settings({"loudspeaker.device": name})
        else:
            if sample is not first:
                app.change_settings(voices[voice].values)
            return True


def plays(app: App, sounds: Iterable[Sound]) -> bool:
    """Play the sounds. Return False if they cannot be played, and tell why."""
    from voicecheck.speech.voice.speaker import Loudspeaker

    try:
        loudspeaker = Loudspeaker(app.settings.loudspeaker)
        for sound in sounds:
            loudspeaker.play(sound)
    except AudioError as error:
        click.echo(app.phrases.show("loudspeaker_fails", reason=error.message), err=True)
        return False
    return True


def settle_microphone(app: App) -> None:
    """Show the microphone's level; ask for another only where it gives nothing at all."""
    from voicecheck.cli.terminal.meter import Meter
    from voicecheck.speech.microphone import listen

    while True:
        try:
            with Meter(app, app.phrases.show("try_microphone"), METER_S) as meter:
                listen(app.settings.microphone, METER_S, meter)
            if meter.loudest_dbfs >= QUIETEST_ROOM_DBFS:
                click.echo(app.phrases.show("microphone_works"), err=True)
                return
            click.echo(app.phrases.show("microphone_silent"), err=True)
        except AudioError as error:
            click.echo(error.message, err=True)
        name = choose_device(app, "input", app.phrases.show("enter_leave"))
        if name is None:
            return
        app.change_settings({"microphone.device": name})


def settle_aloud(app: App, samples: Samples) -> None:
    """Ask, aloud too, if a screen can be seen, then if the person's words may be heard; write the choice."""
    plays(app, samples.order(name="ask_screen_aloud")())
    if ask(app, app.phrases.show("ask_screen"), "n", enter_is_yes=True):
        app.change_settings({"checkin.aloud": "everything"})
        return
    if ask(app, app.phrases.show("ask_aloud"), "y"):
        app.change_settings({"checkin.aloud": "all"})
