"""Transcribe a whole recording: for sound that is complete, and that nobody waits for.

The stretches are those of the endpointer, which tile the recording: the detector chooses where to cut and never what
to throw away. They are longer than while somebody speaks, since each costs Whisper a window of 30 s however short it
is. How many go through at once is the recogniser's to say; what a batch leaves in doubt is tried again on its own, as
`retry` does it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from voicecheck.speech.recognition.endpoint import Cut, Endpointer, Finished, Resumed, Thinking, VoiceBegan
from voicecheck.speech.recognition.expected import NOTHING_EXPECTED, ExpectedWords
from voicecheck.speech.recognition.live import PROMPT_CHARACTERS, joined, sound_of, still_needed, worth_a_call
from voicecheck.speech.recognition.recogniser import (
    ANY_LANGUAGE,
    LANGUAGE_FROM_S,
    SPOKEN_FROM_S,
    Hypothesis,
    SpeechRecogniser,
)
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.recognition.waits import Patience
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Samples, Stretch, Transcript

ENDLESS = Patience(
    short_s=math.inf, long_s=math.inf, longest_answer_s=math.inf, cut_after_s=18.0, cut_early_after_s=18.0
)
"""A recording ends where it ends."""

TOLD_BY = 4
"""stretches of a recording by which its language is told, if they tell it at all"""


@dataclass(frozen=True, slots=True)
class Sounding:
    """A stretch with its sound."""

    stretch: Stretch
    samples: Samples = field(repr=False)
    start: int
    """sample index of the first of `samples`"""


def transcribe_recording(
    blocks: Iterable[AudioBlock],
    detector: VoiceDetector,
    recogniser: SpeechRecogniser,
    language: str = ANY_LANGUAGE,
    progress: Callable[[float], None] = lambda seconds: None,
    *,
    expected: str = "",
    words: ExpectedWords = NOTHING_EXPECTED,
) -> tuple[Transcript, float]:
    """Write down a whole recording; its words, and its length in seconds. Raises ModelError.

    `expected` is the language to take where any may be spoken, and nothing surely tells another. The language of the
    transcript is empty where no word told it. `progress` is told how many seconds are done.
    """
    written = _Written(recogniser, language, expected, words)
    batch: list[Sounding] = []
    end = 0
    for sounding in soundings(blocks, detector):
        batch.append(sounding)
        end = sounding.stretch.end
        if len(batch) >= (recogniser.at_once if written.knows_language else TOLD_BY):
            written.take(batch)
            progress(batch[-1].stretch.end / SAMPLE_RATE_HZ)
            batch = []
    written.take(batch)
    progress(end / SAMPLE_RATE_HZ)
    return written.transcript(), end / SAMPLE_RATE_HZ


def soundings(blocks: Iterable[AudioBlock], detector: VoiceDetector) -> Iterator[Sounding]:
    """Yield the stretches of a recording, in order, without a gap between them."""
    detector.reset()
    endpointer = Endpointer(0, ENDLESS)
    held: list[AudioBlock] = []
    open_: list[Stretch] = []
    """cut at a pause, and perhaps joined with what follows"""
    end = 0
    for block in blocks:
        held.append(block)
        end = block.end
        for signal in endpointer.feed(detector.feed(block)):
            match signal:
                case Resumed():
                    open_ = [stretch for stretch in open_ if stretch.start < signal.void_from]
                case Cut(newest, final):
                    open_.append(newest)
                    if final:
                        yield from (_sounding(stretch, held) for stretch in open_)
                        open_, held = [], still_needed(held, newest.end)
                case VoiceBegan() | Thinking() | Finished():
                    pass  # nobody waits for a recording
                case _:
                    assert_never(signal)
    rest = endpointer.rest(end)
    yield from (_sounding(stretch, held) for stretch in (*open_, *([rest] if rest.end > rest.start else [])))


def _sounding(stretch: Stretch, held: list[AudioBlock]) -> Sounding:
    return Sounding(stretch, *sound_of(stretch, held))


class _Written:
    """Transcript of a recording so far."""

    def __init__(self, recogniser: SpeechRecogniser, language: str, expected: str, words: ExpectedWords) -> None:
        self._recogniser = recogniser
        self._language = language
        self._expected = expected
        self._words = words
        self._done: list[tuple[Stretch, int, RecognisedStretch | None]] = []
        self._text = ""

    @property
    def knows_language(self) -> bool:
        return self._language != ANY_LANGUAGE or not self._expected

    def take(self, batch: list[Sounding]) -> None:
        """Write down the next stretches; of several the first try is one call, and one alone is an ordinary call."""
        worth = [one for one in batch if worth_a_call(one.stretch)]
        spoken = [one for one in worth if one.stretch.voiced_s >= SPOKEN_FROM_S]
        language = self._language_of(spoken)
        first: dict[int, Hypothesis] = {}
        if len(spoken) > 1 and self._recogniser.at_once > 1:
            utterances = [self._job(one, language).utterance for one in spoken]
            found = self._recogniser.transcribe_many(utterances, language=language)
            first = dict(zip((one.start for one in spoken), found, strict=True))
        for one in worth:
            self._put(one, language, write_down(self._recogniser, self._job(one, language), first.get(one.start)))

    def _language_of(self, batch: list[Sounding]) -> str:
        """Return the language of the next stretches: once one with voice enough tells it, that of the recording."""
        if self.knows_language:
            return self._language
        for one in batch:
            if one.stretch.voiced_s >= LANGUAGE_FROM_S:
                told = self._recogniser.language_of(self._job(one, ANY_LANGUAGE).utterance, self._expected)
                if told is None:  # the engine cannot tell, but takes one
                    return ANY_LANGUAGE
                if told.sure:
                    self._language = told.code
                    return told.code
        return self._expected

    def transcript(self) -> Transcript:
        told = self._language if self._language != ANY_LANGUAGE else self._expected if self._text else ""
        return joined(self._done, told, self._recogniser.use)

    def _job(self, one: Sounding, language: str) -> Job:
        prompt = self._text[-PROMPT_CHARACTERS:]
        return Job(0, one.stretch, one.samples, one.start, prompt, language, words=self._words)

    def _put(self, one: Sounding, language: str, words: RecognisedStretch | None) -> None:
        self._done.append((one.stretch, one.start, words))
        if words is not None:
            self._text = f"{self._text} {words.text}".strip()
            if self._language == language == ANY_LANGUAGE:
                # One recording, one language: later stretches are too short to tell.
                self._language = words.language or ANY_LANGUAGE
