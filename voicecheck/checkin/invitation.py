"""An invitation aloud: one sentence, and a few seconds for yes or later.

The microphone is open only between its two tones, eight seconds, and closed at the first thing that is said. A yes is
one only where it is all that was said, near, and loud enough above the room: nobody on television says that.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.phrases import Phrases
from voicecheck.speech.microphone import STALLED_AFTER_S, RawSound, Source, SourceFailed
from voicecheck.speech.recognition.endpoint import Finished
from voicecheck.speech.recognition.listener import AnswerListener
from voicecheck.speech.recognition.live import Written
from voicecheck.speech.recognition.retry import Job, write_down
from voicecheck.speech.recognition.waits import Patience
from voicecheck.speech.voice.speaker import Callbacks
from voicecheck.utterance import BLOCK_S, AudioBlock

if TYPE_CHECKING:
    from voicecheck.checkin.ports import Mouth
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.speech.recognition.vad import VoiceActivity, VoiceDetector

LISTENS_S = 8.0
SAID_WITHIN_S = 60.0  # a sentence of seven words
TAIL_S = 0.2  # of its own sentence, on the way through the sound card and the room
TO_THE_END_S = 2.0  # for a reply that has begun by then
ENDS_AFTER_S = 0.9  # of silence
VOICE = 0.5
NEAREST_DBFS = -45.0
"""a person in the same room says yes as loudly as this; a television in the next is softer"""
OVER_ROOM_DB = 15.0
LOUD, QUIET = 80, 20
"""percentiles: of the blocks with voice, and of those without"""


class Answered(StrEnum):
    """Answer to an invitation."""

    BEGIN = "begin"
    LATER = "later"
    NOTHING = "nothing"
    """no, silence, or anything else: all of that is met with silence"""


class UnheardError(AudioError):
    """A sentence that could not be heard."""


class NoMicrophoneError(AudioError):
    """It is the microphone that is missing, and not the voice."""


@dataclass(frozen=True, slots=True)
class Ear:
    """Microphone, detector and recogniser of an invitation."""

    source: Source
    detector: VoiceDetector
    recogniser: SpeechRecogniser


class ReplyListener:
    """Listens to one reply, block by block, until it is whole or the time is over."""

    def __init__(self, detector: VoiceDetector, recogniser: SpeechRecogniser, phrases: Phrases, own_word: str) -> None:
        self._recogniser = recogniser
        self._phrases = phrases
        self._own_word = own_word
        self._jobs: list[Job] = []
        self._detector = detector
        self._heard: list[VoiceActivity] = []
        self._listener: AnswerListener | None = None

    def _begin(self, start: int) -> AnswerListener:
        patience = Patience(short_s=ENDS_AFTER_S, long_s=ENDS_AFTER_S)
        language = self._phrases.language
        return AnswerListener(self._detector, self._jobs.append, start, patience, language, language)

    def feed(self, block: AudioBlock) -> Answered | None:
        """Take a block. Return the answer once it is known; None while it is still awaited."""
        listener = self._listener = self._listener or self._begin(block.start)
        signals = listener.feed(block)
        assert listener.heard is not None, "a block was fed"
        self._heard.append(listener.heard)
        over_s = len(self._heard) * BLOCK_S - LISTENS_S
        if any(isinstance(signal, Finished) for signal in signals):
            return self._judge(listener) or (Answered.NOTHING if over_s >= 0 else None)
        began = any(_is_voice(one) for one in self._heard[-round(ENDS_AFTER_S / BLOCK_S) :])
        if over_s >= TO_THE_END_S or (over_s >= 0 and not began):
            return Answered.NOTHING
        return None

    def _judge(self, listener: AnswerListener) -> Answered | None:
        """Return the answer that the words so far are; None where nothing but a filler or a noise was heard."""
        text = self._words(listener)
        meant = self._phrases.answers_invitation(text, self._own_word)
        if meant:
            return Answered(meant) if self._near() else Answered.NOTHING
        if text and not self._phrases.only_fills(text):
            return Answered.NOTHING
        self._listener = None
        return None

    def _words(self, listener: AnswerListener) -> str:
        listener.close()
        while self._jobs:
            job = self._jobs.pop(0)
            listener.take(Written(job.generation, write_down(self._recogniser, job)))
        return listener.live.text

    def _near(self) -> bool:
        voice = [one.level_dbfs for one in self._heard if _is_voice(one)]
        room = [one.level_dbfs for one in self._heard if not _is_voice(one)]
        if not voice:
            return False
        loud = float(np.percentile(voice, LOUD))
        return loud >= NEAREST_DBFS and (not room or loud >= float(np.percentile(room, QUIET)) + OVER_ROOM_DB)


class InvitingVoice:
    """Voice of an invitation: says each text to its end. Raises UnheardError where it cannot be heard."""

    def __init__(self, open_mouth: Callable[[Callbacks], Mouth]) -> None:
        self._over: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._failed: AudioError | None = None
        self._mouth = open_mouth(Callbacks(lambda: self._over.put(None), self._fail))

    def say(self, text: str, *, chime: bool = False) -> None:
        self._mouth.say(text, chime=chime)
        try:
            self._over.get(timeout=SAID_WITHIN_S)
        except queue.Empty:
            raise UnheardError("The loudspeaker does not answer.", "Check it: voicecheck doctor") from None
        if self._failed is not None:
            raise UnheardError(self._failed.message, self._failed.hint)

    def mark_open(self) -> None:
        """Play the tones of an open microphone, to their end."""
        self.say("", chime=True)

    def mark_closed(self) -> None:
        """Play the tone of a closed microphone, to its end."""
        self._mouth.close_tone()
        self.say("")

    def _fail(self, error: AudioError) -> None:
        self._failed = error


def invite(voice: InvitingVoice, ear: Ear, phrases: Phrases, own_word: str = "", *, again: bool = False) -> Answered:
    """Open the microphone, ask once, and return the answer; the microphone is closed in any case.

    Raises NoMicrophoneError before anything was heard, UnheardError where the sentence could not be said, AudioError
    and ModelError behind it.
    """
    sound: queue.SimpleQueue[RawSound | SourceFailed] = queue.SimpleQueue()
    try:
        ear.source.start(sound.put)  # before the sentence: a microphone that slept loses the first words
    except AudioError as error:
        raise NoMicrophoneError(error.message, error.hint) from error
    try:
        voice.mark_open()
        voice.say(phrases.say("invite_again" if again else "invite"))
        return _reply(ear, sound, ReplyListener(ear.detector, ear.recogniser, phrases, own_word))
    finally:
        ear.source.stop()
        voice.mark_closed()


def _reply(ear: Ear, sound: queue.SimpleQueue[RawSound | SourceFailed], reply: ReplyListener) -> Answered:
    """Return the reply in what is heard from now on; what was heard of its own sentence is dropped."""
    for _ in range(sound.qsize()):
        deque(ear.source.blocks(_next(sound)), maxlen=0)
    dropped_s = 0.0
    while True:
        for block in ear.source.blocks(_next(sound)):
            dropped_s += BLOCK_S
            if dropped_s > TAIL_S and (answered := reply.feed(block)) is not None:
                return answered


def _next(sound: queue.SimpleQueue[RawSound | SourceFailed]) -> RawSound:
    try:
        raw = sound.get(timeout=STALLED_AFTER_S)
    except queue.Empty:
        raise AudioError("The microphone gives no sound.", "Connect it again, then: voicecheck doctor") from None
    if isinstance(raw, SourceFailed):
        raise raw.error
    return raw


def _is_voice(heard: VoiceActivity) -> bool:
    return heard.probability >= VOICE
