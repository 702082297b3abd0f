"""The language of an answer: the expected one, unless another is surely spoken, with voice enough to tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.fakes import LoudnessDetector, ScriptedTranscriber, recognised
from tests.sound_samples import blocks_of, quiet, voice
from voicecheck.speech.recognition.live import LiveAnswer, Written
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, SpokenLanguage, Utterance
from voicecheck.speech.recognition.recording import transcribe_recording
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.speech.whisper import engine
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ, Stretch

GERMAN = "ich war heute sehr müde und wollte nicht mehr reden"


class Polyglot(ScriptedTranscriber):
    """Tells the language of each sound in turn."""

    def __init__(self, *languages: SpokenLanguage) -> None:
        super().__init__(last=GERMAN)
        self.languages = list(languages)
        self.asked = 0

    def language_of(self, utterance: Utterance, expected: str) -> SpokenLanguage:
        self.asked += 1
        return self.languages.pop(0) if self.languages else SpokenLanguage(expected)


def stretch(start_s: float, end_s: float) -> Stretch:
    start, end = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
    return Stretch(start, end, end - start, end - start, start, end)


def job(seconds: float, language: str = ANY_LANGUAGE) -> Job:
    return Job(1, stretch(0, seconds), np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32), 0, "", language, "en")


# One stretch


def test_with_voice_enough_another_language_is_taken() -> None:
    """The words are asked for in it, never in a translation."""
    whisper = Polyglot(SpokenLanguage("de"))
    heard = write_down(whisper, job(4.0))
    assert heard is not None and (heard.language, heard.settles) == ("de", True)
    assert {asked.language for asked in whisper.history} == {"de"}


def test_a_short_opener_is_of_the_expected_language() -> None:
    """It settles nothing; where it sounds like another language, its words are marked as doubtful."""
    for spoken in ("en", "de"):
        heard = write_down(Polyglot(SpokenLanguage(spoken)), job(2.0))
        assert heard is not None and (heard.language, heard.settles) == ("en", False)
        assert [word.unsure for segment in heard.segments for word in segment.words].count(True) == (
            len(GERMAN.split()) if spoken == "de" else 0
        )


def test_a_short_answer_in_another_language_for_certain() -> None:
    """It is written in it, and settles nothing; an opener of a word or two is too short for that."""
    certain = SpokenLanguage("de", certain=True)
    heard = write_down(Polyglot(certain), job(2.0))
    assert heard is not None and (heard.language, heard.settles) == ("de", False)
    opener = write_down(Polyglot(certain), job(0.9))
    assert opener is not None and (opener.language, opener.settles) == ("en", False)


def test_an_answer_of_little_voice_has_its_own_language() -> None:
    """Where nothing settles it: that of all its stretches, the expected one where they differ."""
    for languages, told in ((("de",), "de"), (("de", "de"), "de"), (("de", "en"), "en"), ((), "")):
        jobs: list[Job] = []
        live = LiveAnswer(jobs.append, ANY_LANGUAGE, "en")
        for number, language in enumerate(languages):
            one = stretch(3.0 * number, 3.0 * number + 2.0)
            live.submit(one, np.zeros(32_000, np.float32), one.start)
            live.take(Written(jobs[-1].generation, replace(recognised("ja", language=language), settles=False)))
        assert live.transcript(None).language == told, languages


def test_whisper_is_certain_where_its_words_fit_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of little voice: with a high probability where they fit better, with a lower one where they do by far."""
    for likely, fits, certain in ((0.97, -0.8, True), (0.97, -0.9, False), (0.7, -0.8, False), (0.6, -0.6, True)):
        model = FakeModel({"de": likely, "en": 0.01}, {"de": fits, "en": -1.0})
        monkeypatch.setattr(engine, "_open_model", lambda *_, model=model: model)
        told = WhisperRecogniser(Path("base"), "base", "cpu").language_of(
            Utterance(np.zeros(32_000, np.float32), 2.0), "en"
        )
        assert told is not None and told.certain is certain


def test_in_doubt_the_words_are_marked() -> None:
    """It may be another language: the text is as it was, each word is one that the recogniser doubts."""
    heard = write_down(Polyglot(SpokenLanguage("en", sure=False)), job(4.0))
    assert heard is not None and (heard.language, heard.settles) == ("en", False)
    assert all(word.unsure for segment in heard.segments for word in segment.words)


def test_a_given_language_is_not_questioned() -> None:
    whisper = Polyglot(SpokenLanguage("de"))
    heard = write_down(whisper, job(4.0, "en"))
    assert heard is not None and heard.language == "en"
    assert whisper.asked == 0


# An answer


class Book(LiveAnswer):
    """An answer of any language, English expected, whose jobs wait in a list."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        super().__init__(self.jobs.append, ANY_LANGUAGE, "en")

    def hand_in(self, *stretches: Stretch) -> None:
        for one in stretches:
            self.submit(one, np.zeros(one.end - one.start, np.float32), one.start)

    def write(self, text: str, language: str, *, settles: bool) -> Job:
        job = self.jobs.pop(0)
        words = RecognisedStretch(recognised(text).segments, language, settles)
        self.take(Written(job.generation, words))
        return job


def test_what_is_void_tells_no_language() -> None:
    """The person went on: what was made ahead is gone, and its language with it."""
    book = Book()
    book.hand_in(stretch(0, 4))
    book.write("ja gut", "de", settles=True)
    book.void(0)
    book.hand_in(stretch(0, 8))
    assert (book.jobs[0].language, book.jobs[0].expected) == (ANY_LANGUAGE, "en")
    book.write("yes but I was tired", "en", settles=True)
    assert book.transcript(None).language == "en"


def test_an_opener_is_written_anew_in_the_language_that_follows() -> None:
    """It was taken for English, too short to tell; what follows is German."""
    book = Book()
    book.hand_in(stretch(0, 2), stretch(30, 36))
    book.write("Yeah, also", "en", settles=False)
    book.write(GERMAN, "de", settles=True)
    assert [one.language for one in book.jobs] == ["de"]
    assert book.busy
    book.write("Ja, also", "de", settles=True)
    assert book.text == f"Ja, also {GERMAN}"
    assert book.transcript(None).language == "de"


def test_an_english_opener_stays() -> None:
    book = Book()
    book.hand_in(stretch(0, 2), stretch(30, 36))
    book.write("Well, you know", "en", settles=False)
    book.write("I was tired", "en", settles=True)
    assert book.jobs == []
    assert book.transcript(None).language == "en"


def test_short_words_alone_have_the_expected_language() -> None:
    book = Book()
    book.hand_in(stretch(0, 1))
    assert book.transcript(None).language == ""
    book.write("Tired", "en", settles=False)
    assert book.transcript(None).language == "en"


def test_words_are_written_anew_once_at_most() -> None:
    """An engine that names another language than it was given, or than it was told, does not go round in circles."""
    book = Book()
    book.hand_in(stretch(0, 2), stretch(30, 36))
    book.write("Yeah, also", "en", settles=False)
    book.write(GERMAN, "de", settles=True)
    book.write("Yeah, also", "en", settles=False)
    assert not book.busy
    given = LiveAnswer(book.jobs.append, "xx", "en")
    given.submit(stretch(0, 4), np.zeros(4 * SAMPLE_RATE_HZ, np.float32), 0)
    job = book.jobs.pop()
    given.take(Written(job.generation, RecognisedStretch(recognised("hello").segments, "en")))
    assert not given.busy and given.transcript(None).language == "xx"


# A recording


def test_a_recording_has_one_language() -> None:
    """It is told by the first stretch that surely tells one, and not asked for again."""
    whisper = Polyglot(SpokenLanguage("en", sure=False), SpokenLanguage("de"))
    blocks = blocks_of(*(part for _ in range(3) for part in (voice(20.0), quiet(1.0))))
    heard, _ = transcribe_recording(blocks, LoudnessDetector(), whisper, expected="en")
    assert heard.language == "de"
    assert whisper.asked == 2
    assert {asked.language for asked in whisper.history} == {"de"}


# Whisper's own figures


class FakeModel:
    """Probabilities of languages, and for each how well its words fit."""

    def __init__(self, likely: dict[str, float], fits: dict[str, float]) -> None:
        self.likely, self.fits = likely, fits
        self.model = SimpleNamespace(is_multilingual=True)
        self.decoded: list[str] = []

    def feature_extractor(self, samples: Any) -> Any:
        return np.zeros((80, 100), np.float32)

    def detect_language(self, features: Any) -> Any:
        return "", 0.0, list(self.likely.items())

    def transcribe(self, samples: Any, *, language: str, **options: Any) -> Any:
        self.decoded.append(language)
        loop = self.fits[language] > 0
        one = SimpleNamespace(
            text="ja " * 60 if loop else GERMAN, start=0.0, end=4.0, words=[], tokens=[1],
            avg_logprob=-abs(self.fits[language]), no_speech_prob=0.1,
            compression_ratio=4.8 if loop and language != "xx" else 1.0,
        )  # fmt: skip
        return [one], SimpleNamespace(language=language)


@pytest.mark.parametrize(
    ("likely", "fits", "spoken", "sure"),
    [
        ({"en": 0.95, "de": 0.02}, {}, "en", True),
        ({"te": 0.37, "en": 0.25}, {}, "en", True),
        ({"de": 0.95, "en": 0.01}, {"de": -0.4}, "de", True),
        ({"th": 0.91, "en": 0.03}, {"th": 4.0, "en": -1.0}, "en", False),
        ({"es": 0.42, "en": 0.04}, {"es": -0.42, "en": -0.85}, "es", True),
        ({"th": 0.56, "en": 0.06}, {"th": -1.0, "en": -1.1}, "en", False),
        ({"la": 0.19, "en": 0.13}, {"la": -0.4, "en": -1.1}, "en", False),
        ({"fr": 0.47, "nn": 0.11, "en": 0.03}, {"fr": -0.89, "en": -1.07}, "fr", True),
        ({"mn": 0.42, "de": 0.28, "en": 0.01}, {"mn": 4.0, "de": -0.6, "en": -1.0}, "de", True),
        ({"th": 0.59, "es": 0.28, "en": 0.02}, {"th": -0.83, "es": -0.6, "en": -1.2}, "es", True),
        ({"th": 0.75, "es": 0.18, "en": 0.01}, {"th": -1.04, "es": -0.87, "en": -1.21}, "es", True),
        ({"xx": 0.6, "es": 0.28, "en": 0.02}, {"xx": 0.1, "es": -0.6, "en": -1.2}, "es", True),
        ({"fr": 0.64, "en": 0.07}, {"fr": -0.99, "en": 4.0}, "fr", True),
        ({"ja": 0.8, "fr": 0.11, "en": 0.02}, {"ja": 4.0, "fr": -0.6, "en": -1.2}, "en", False),
    ],
)
def test_whisper_is_believed_where_it_is_sure(
    monkeypatch: pytest.MonkeyPatch, likely: dict[str, float], fits: dict[str, float], spoken: str, sure: bool
) -> None:
    """By its probability, or by a lower one if its words fit better; a loop is no language, and the next is tried."""
    model = FakeModel(likely, fits)
    monkeypatch.setattr(engine, "_open_model", lambda *_: model)
    whisper = WhisperRecogniser(Path("base"), "base", "cpu")
    told = whisper.language_of(Utterance(np.zeros(64_000, np.float32), 4.0), "en")
    assert told is not None and (told.code, told.sure) == (spoken, sure)
    assert model.decoded == [] or spoken != "en" or not sure


def test_one_sound_is_encoded_once() -> None:
    """The language, the words and a second try share the costly half of the work."""
    calls: list[int] = []

    def encode(features: Any) -> int:
        calls.append(1)
        return len(calls)

    once = engine._remembering(encode)
    sound, other = np.zeros((80, 3000), np.float32), np.ones((80, 3000), np.float32)
    assert [once(sound), once(sound.copy()), once(other), once(sound)] == [1, 1, 2, 3]
