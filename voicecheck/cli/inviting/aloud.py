"""Voice, microphone and recogniser of an invitation aloud, and the evening behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from voicecheck.checkin.invitation import Answered, Ear, InvitingVoice, NoMicrophoneError, invite
from voicecheck.checkin.voice import open_mouth
from voicecheck.cli.models.recogniser import expect_recogniser, load_recogniser
from voicecheck.errors import AudioError
from voicecheck.speech.microphone import Microphone

if TYPE_CHECKING:
    from voicecheck.cli.app import App
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser


class AskingAloud:
    """An invitation that is ready to be said."""

    def __init__(self, app: App, voice: InvitingVoice, ear: Ear, stage: ExitStack) -> None:
        self._app = app
        self._voice = voice
        self._ear = ear
        self._stage = stage

    def ask(self, *, again: bool) -> Answered:
        return invite(self._voice, self._ear, self._app.phrases, self._app.settings.invitation.word, again=again)

    def say_later(self) -> None:
        self._voice.say(self._app.phrases.say("invite_later"))

    def hold_evening(self) -> None:
        from voicecheck.cli.inviting.evening import hold_unseen

        self._voice.say(self._app.phrases.say("invite_yes"))  # the evening takes its seconds to make ready
        self._stage.close()  # the evening has a voice of its own, at its own volume
        hold_unseen(self._app, self._ear.recogniser)


@contextmanager
def asking_aloud(app: App) -> Iterator[AskingAloud]:
    """Make ready what an invitation needs, silently; the voice is closed behind it.

    Raises ModelError, NoMicrophoneError, AudioError.
    """
    from voicecheck.speech.recognition.vad import VoiceDetector

    recogniser = _recogniser(app)
    try:
        microphone = Microphone(app.settings.microphone)
    except AudioError as error:
        raise NoMicrophoneError(error.message, error.hint) from error
    with ExitStack() as stage:
        volume = app.settings.invitation.volume
        voice = InvitingVoice(lambda callbacks: open_mouth(app, stage, callbacks, live=True, volume=volume))
        voice.say("")  # a loudspeaker that is not there is known now
        yield AskingAloud(app, voice, Ear(microphone, VoiceDetector(), recogniser), stage)


def _recogniser(app: App) -> SpeechRecogniser:
    models = app.paths.models_folder
    expect_recogniser(app.settings, models)
    return load_recogniser(app.settings, models, app.tell)
