"""Microphone test "Say hello": measure the level and show the words that are heard. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.cli.models.recogniser import load_recogniser
from voicecheck.cli.setup.doctor import QUIETEST_ROOM_DBFS
from voicecheck.cli.terminal.meter import Meter
from voicecheck.cli.terminal.reading import ask_text
from voicecheck.errors import VoicecheckError
from voicecheck.utterance import BLOCK_S

if TYPE_CHECKING:
    from voicecheck.settings.schema import Microphone as MicrophoneSettings
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.speech.voice.sound import Sound
    from voicecheck.utterance import Samples

HELLO_S = 4.0
COUPLING_TOLD = {
    "headphones": "coupling_none",
    "good": "coupling_good",
    "poor": "coupling_poor",
    "unknown": "coupling_unknown",
}
COUPLING_TRIES = 2  # somebody may have spoken meanwhile
SHORTEST_VOICE_S = 0.15  # less is a click; Whisper writes words into silence


@dataclass(frozen=True, slots=True)
class Hello:
    """Result of the microphone test."""

    level_dbfs: float
    """of the loudest moment"""
    words: str = field(default="", repr=False)
    """empty where no voice was heard"""
    problem: str = ""
    """why no words could be found"""

    @property
    def silent(self) -> bool:
        """True if the level is less than any microphone's own noise: it is muted."""
        return self.level_dbfs < QUIETEST_ROOM_DBFS


def say_hello(app: App, microphone: MicrophoneSettings, seconds: float = HELLO_S, *, quiet: bool = False) -> Hello:
    """Listen for `seconds` and write down what was said; the recogniser loads meanwhile. Raises AudioError."""
    from voicecheck.speech.microphone import listen

    later: list[str] = []
    tell = later.append if app.plain else app.tell  # a screen reader would read it into the microphone
    with ThreadPoolExecutor(1, "recogniser") as thread:
        loading = thread.submit(load_recogniser, app.settings, app.paths.models_folder, tell)
        with Meter(app, app.phrases.show("say_hello"), seconds, quiet=quiet) as meter:
            samples = listen(microphone, seconds, meter)
        words = _words(app, samples, loading)
    for told in later:
        app.tell(told)
    return Hello(meter.loudest_dbfs, *words)


def learn_coupling(app: App, sounds: Iterable[Sound]) -> None:
    """Play a sentence, measure how much of it comes back, keep that, and tell it. Raises AudioError."""
    from voicecheck.speech.coupling import devices_of, measure_coupling
    from voicecheck.speech.echo import Coupling, can_cancel

    settings = app.settings
    if not can_cancel() or settings.voice.engine == "none":
        return
    told = app.phrases.show("coupling_measured_now")
    if app.plain and app.interactive:
        ask_text(app.phrases.show("plain_quiet", told=told), ".")  # a screen reader would talk into the measurement
    else:
        click.echo(told, err=True)
    sounds, found = tuple(sounds), Coupling.UNKNOWN
    for _ in range(COUPLING_TRIES):
        if found is Coupling.UNKNOWN:
            found = measure_coupling(settings.loudspeaker, settings.microphone, sounds)
    if found is not Coupling.UNKNOWN or settings.microphone.coupling_of:
        devices = devices_of(settings.loudspeaker, settings.microphone)
        app.change_settings({"microphone.coupling": found.value, "microphone.coupling_of": devices})
    click.echo(app.phrases.show(COUPLING_TOLD[found.value]), err=True)


def _words(app: App, samples: Samples, loading: Future[SpeechRecogniser]) -> tuple[str, str]:
    """Return the words, and the reason if there are none."""
    from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, Utterance

    voiced_s = voice_s(samples)
    if voiced_s < SHORTEST_VOICE_S:
        return "", ""
    try:
        spoken = app.settings.whisper.language  # a short hello tells none
        language = app.phrases.language if spoken == ANY_LANGUAGE else spoken
        hypothesis = loading.result().transcribe(Utterance(samples, voiced_s), language=language)
        return hypothesis.text, ""
    except VoicecheckError as error:
        return "", error.told


def voice_s(samples: Samples) -> float:
    """Return the seconds of voice."""
    from voicecheck.speech.audio import Blocks
    from voicecheck.speech.recognition.endpoint import VOICE_BEGINS
    from voicecheck.speech.recognition.vad import VoiceDetector

    detector = VoiceDetector()
    return BLOCK_S * sum(detector.feed(block).probability >= VOICE_BEGINS for block in Blocks().feed(samples))
