"""One turn from its first block to its last word: detector, endpointer and live transcript, joined.

The same path serves the microphone, a sound file in its place, and `transcribe`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from voicecheck.speech.recognition.endpoint import (
    VOICE_BEGINS,
    Cut,
    Endpointer,
    Finished,
    Resumed,
    Signal,
    Thinking,
    VoiceBegan,
)
from voicecheck.speech.recognition.expected import NOTHING_EXPECTED, ExpectedWords
from voicecheck.speech.recognition.live import LiveAnswer, Written, sound_of, still_needed
from voicecheck.speech.recognition.others import Beside, OthersSound
from voicecheck.speech.recognition.own_voice import OwnVoice
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE
from voicecheck.speech.recognition.retry import Job
from voicecheck.speech.recognition.vad import VoiceActivity, VoiceDetector
from voicecheck.speech.recognition.waits import Patience, Pauses
from voicecheck.utterance import AudioBlock, Closing, Stretch


class AnswerListener:
    """Feed blocks in order from sample `start` on; signals come back, words come in by `take`."""

    def __init__(
        self,
        detector: VoiceDetector,
        dispatch: Callable[[Job], None],
        start: int,
        patience: Patience,
        language: str = ANY_LANGUAGE,
        expected: str = "",
        own_voice: OwnVoice | None = None,
        pauses: Pauses | None = None,
        words: ExpectedWords = NOTHING_EXPECTED,
    ) -> None:
        self._detector = detector
        self._endpointer = Endpointer(start, patience, own_voice, pauses)
        self._own_voice = own_voice
        if own_voice is not None:
            own_voice.skip(start)
        self._others = None if own_voice is None else OthersSound(own_voice)
        self.live = LiveAnswer(dispatch, language, expected, words)
        """the words so far"""
        self._held: list[AudioBlock] = []
        """blocks that a stretch may still need"""
        self._end = start
        self.silent = True
        """no sound has stood out from the quiet of the room"""
        self.heard: VoiceActivity | None = None
        """voice activity of the newest block"""

    @property
    def last_voice(self) -> int | None:
        return self._endpointer.last_voice

    @property
    def awaits_words(self) -> bool:
        """True while the recogniser works on sound without voice, which may turn out to be whispering."""
        return self._endpointer.awaits_words

    @property
    def unwritten(self) -> bool:
        """True if there is voice that no stretch holds yet."""
        return self._endpointer.rest(self._end).voiced > 0

    def feed(self, block: AudioBlock, *, doubtful: bool = False) -> list[Signal]:
        """Take a block. In a `doubtful` one the voice may be the program's own: only words in it make it somebody's."""
        self._held.append(block)
        self._end = block.end
        self.heard = self._detector.feed(block)
        if self._own_voice is not None and not block.samples.any():
            self._own_voice.skip(block.end)
        if doubtful:
            self.heard = replace(self.heard, probability=0.0, timbre=None, pitch=None)
        sounding = self.heard.active or self.heard.probability >= VOICE_BEGINS
        self.silent = self.silent and not sounding
        signals = self._endpointer.feed(self.heard)
        for signal in signals:
            match signal:
                case Resumed():
                    self.live.void(signal.void_from)
                    if self._others is not None:
                        self._others.void(signal.void_from)
                case Cut(stretch, final):
                    self._submit(stretch)
                    if final:
                        self._held = still_needed(self._held, stretch.end)
                case VoiceBegan() | Thinking() | Finished():
                    pass  # for whoever feeds the blocks
                case _:
                    assert_never(signal)
        return signals

    def take(self, written: Written) -> bool:
        """Take in new words. Return True if they were found in sound without voice, as in whispering."""
        tried = self.live.take(written)
        if tried is not None and tried.words:
            self._endpointer.credit(tried.stretch)
        elif tried is not None:
            self._endpointer.refuse()
        return tried is not None and tried.words

    def judge(self, closing: Closing) -> None:
        """Note how the words so far end. Words that are still to come, or were refused, make it unknown."""
        self._endpointer.judge(closing if self.live.complete else Closing.UNKNOWN)

    def close(self) -> None:
        """Close the answer: hand out what no stretch held yet."""
        rest = self._endpointer.rest(self._end)
        if rest.end > rest.start:
            self._submit(rest)
        self._held = []

    def beside(self, language: str) -> tuple[Beside, ...]:
        """Return what others said, to be written down in this language when there is time; known once it is closed."""
        return () if self._others is None else self._others.pieces(language)

    def dropped(self, language: str) -> tuple[Beside, ...]:
        """Close the answer, of which no word is wanted, and return what others said."""
        if self._others is not None:
            self._others.add(self._endpointer.rest(self._end), self._held)
        self._held = []
        return self.beside(language)

    def _submit(self, stretch: Stretch) -> None:
        self.live.submit(stretch, *sound_of(stretch, self._held))
        if self._others is not None:
            self._others.add(stretch, self._held)
