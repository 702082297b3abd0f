"""Sentences that go out: the speaker's thread with a voice that is a tone and a loudspeaker that remembers."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from tests.fakes import FakeSounddevice, FakeVoice
from tests.sound_samples import tone
from voicecheck.errors import AudioError
from voicecheck.settings.schema import Loudspeaker as LoudspeakerSettings
from voicecheck.speech.devices import find_device
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.voice.speaker import (
    CHUNK_S,
    Callbacks,
    Delivery,
    Loudspeaker,
    NothingPrepared,
    PreparedSounds,
    Speaker,
    check_loudspeaker,
    chime,
)
from voicecheck.speech.voice.voices import Voice
from voicecheck.utterance import Played

WAIT_S = 60.0  # for a thread that answers in milliseconds
LETTER_SAMPLES = 160
PLAIN, NOTHING = Delivery(), NothingPrepared()


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    fake = FakeSounddevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


class Heard:
    """What a speaker reports."""

    def __init__(self) -> None:
        self._spoken: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.silent: list[AudioError] = []
        self.sounding = threading.Event()

    def on_spoken(self) -> None:
        self._spoken.put(None)

    def wait(self) -> None:
        self._spoken.get(timeout=WAIT_S)

    @property
    def more(self) -> bool:
        return not self._spoken.empty()


@contextmanager
def speaker_of(
    open_voice: Callable[[], Voice], device: str = "", delivery: Delivery = PLAIN, ready: PreparedSounds = NOTHING
) -> Iterator[tuple[Speaker, Heard]]:
    heard = Heard()
    callbacks = Callbacks(heard.on_spoken, heard.silent.append, heard.sounding.set)
    speaker = Speaker(LoudspeakerSettings(device), open_voice, callbacks, delivery, lambda: ready)
    try:
        yield speaker, heard
    finally:
        speaker.close()
        assert not speaker._thread.is_alive()
        assert not speaker._maker._thread.is_alive()


def no_voice() -> Voice:
    raise AudioError("This system has no voice.", "Install one.")


def test_sentences_are_said_in_order_and_each_is_answered(device: FakeSounddevice) -> None:
    """Each `say` is played whole and answered once, one after the other."""
    voice = FakeVoice()
    with speaker_of(lambda: voice) as (speaker, heard):
        for text in ("first one", "second"):
            speaker.say(text)
        heard.wait()
        heard.wait()
        assert not heard.more
    assert voice.sentences == ["first one", "second"]
    assert [len(sound) for sound in device.played] == [9 * LETTER_SAMPLES, 6 * LETTER_SAMPLES]
    assert heard.silent == []


def test_chime_follows_the_sentence(device: FakeSounddevice) -> None:
    """With `chime` the tones come behind the words; with an empty text they come alone."""
    with speaker_of(FakeVoice) as (speaker, heard):
        speaker.say("a question", chime=True)
        speaker.say("", chime=True)
        heard.wait()
        heard.wait()
    tones = chime().samples
    assert [len(sound) for sound in device.played] == [10 * LETTER_SAMPLES, len(tones), len(tones)]
    assert np.array_equal(device.played[1], tones)


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_loudspeaker_of_one_rate(monkeypatch: pytest.MonkeyPatch, channels: int) -> None:
    """One that plays 48 kHz alone, and perhaps all its channels alone, gets the same sound in that form."""
    device = FakeSounddevice(rates=(48_000,))
    device.query_devices()[0] |= {"only_channels": channels, "max_output_channels": max(2, channels)}
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    samples = tone(1.0, 0.5)[:12_000]
    told: list[float] = []
    assert Loudspeaker(LoudspeakerSettings("")).play(Sound(samples, 16_000), heard=told.append)
    (played,) = device.played
    assert abs(len(played) - 36_000) < 100
    spectrum = np.abs(np.fft.rfft(played))
    assert abs(int(np.argmax(spectrum)) * 48_000 / len(played) - 440) < 2
    assert max(told) == pytest.approx(0.65, abs=0.06)  # the seconds of the sound, less the latency


def test_closing_ends_the_chime(device: FakeSounddevice) -> None:
    """At Ctrl-C nobody waits for tones: the thread that owns the stream ends it, and what was still to be said."""
    with speaker_of(FakeVoice) as (speaker, _):
        device.before_write = speaker._closing.set
        for _ in range(20):
            speaker.say("", chime=True)
        assert device.written.wait(WAIT_S)
    assert (len(device.played), device.aborted) == (1, 1)
    assert len(device.played[0]) < len(chime().samples)


def test_nudge_is_soft_and_answered_by_nobody(device: FakeSounddevice) -> None:
    """The soft tone is played; no sentence is reported over."""
    with speaker_of(FakeVoice) as (speaker, heard):
        speaker.nudge()
        speaker.say("hello")
        heard.wait()
        assert not heard.more
    assert len(device.played) == 2
    assert np.array_equal(device.played[0], chime(gentle=True).samples)
    assert np.abs(device.played[0]).max() < np.abs(chime().samples).max()


def hold_loudspeaker(device: FakeSounddevice) -> tuple[threading.Event, threading.Event]:
    """The first chunk waits in the loudspeaker: (reached, go on)."""
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        assert go_on.wait(WAIT_S)

    device.before_write = wait
    return reached, go_on


def test_hush_ends_the_sentence_within_one_chunk(device: FakeSounddevice) -> None:
    """Hushed while its first chunk is played, nothing more of the sentence is heard, and it is answered."""
    reached, go_on = hold_loudspeaker(device)
    with speaker_of(FakeVoice) as (speaker, heard):
        speaker.say("a very long sentence that nobody wants to hear to its end")
        assert reached.wait(WAIT_S)
        speaker.hush()
        go_on.set()
        heard.wait()
    assert len(device.played[0]) == round(CHUNK_S * 16_000)
    assert device.aborted == 1


def test_hushed_sentence_is_not_revived_by_the_next(device: FakeSounddevice) -> None:
    """Not tonight, in the middle of the question: the question ends, what answers it is said whole, both reported."""
    reached, go_on = hold_loudspeaker(device)
    with speaker_of(FakeVoice) as (speaker, heard):
        speaker.say("a very long question that nobody wants to hear to its end")
        assert reached.wait(WAIT_S)
        speaker.hush()
        speaker.say("all right, until next time")
        go_on.set()
        heard.wait()
        heard.wait()
    assert [len(sound) for sound in device.played] == [round(CHUNK_S * 16_000), 26 * LETTER_SAMPLES]


def test_chime_is_played_also_after_hush(device: FakeSounddevice) -> None:
    """Who cuts the question short still hears that it is their turn."""
    reached, go_on = hold_loudspeaker(device)
    with speaker_of(FakeVoice) as (speaker, heard):
        speaker.say("a very long question that nobody wants to hear", chime=True)
        assert reached.wait(WAIT_S)
        speaker.hush()
        go_on.set()
        heard.wait()
    assert np.array_equal(device.played[-1], chime().samples)


def test_machine_without_a_loudspeaker_says_why_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be heard; every sentence is answered all the same, and the reason comes once."""
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSounddevice(outputs=0))
    with speaker_of(FakeVoice) as (speaker, heard):
        for _ in range(3):
            speaker.say("hello", chime=True)
        speaker.nudge()
        for _ in range(3):
            heard.wait()
    assert [error.message for error in heard.silent] == ["There is no loudspeaker."]


def test_machine_without_a_voice_still_chimes(device: FakeSounddevice) -> None:
    """The question is on the screen, the tones are heard, the reason comes once."""
    with speaker_of(no_voice) as (speaker, heard):
        for _ in range(2):
            speaker.say("a question", chime=True)
            heard.wait()
    assert [error.message for error in heard.silent] == ["This system has no voice."]
    assert len(device.played) == 2


def test_voice_that_fails_in_the_middle_is_silent_from_then_on(device: FakeSounddevice) -> None:
    """A failing sentence is answered; the next ones too, without a second complaint."""
    voice = FakeVoice(AudioError("The system's voice failed."))
    with speaker_of(lambda: voice) as (speaker, heard):
        for _ in range(3):
            speaker.say("hello")
            heard.wait()
    assert len(heard.silent) == 1


def test_loudspeaker_that_refuses_the_rate(device: FakeSounddevice) -> None:
    """A device that cannot play is told as an AudioError with a next step."""
    device.rates = ()
    with pytest.raises(AudioError, match="cannot be used") as caught:
        check_loudspeaker(LoudspeakerSettings())
    assert caught.value.hint


def test_device_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Part of a name, in any case, finds the first device that can do it; nothing else does."""
    fake = FakeSounddevice(outputs=2, inputs=1)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    assert find_device("", "output") is None
    assert find_device("SPEAKER 1", "output") == 1
    with pytest.raises(AudioError, match="no loudspeaker called Mic"):
        find_device("Mic", "output")


def test_chime_is_short_soft_and_starts_without_a_click() -> None:
    """A quarter of a second, far from full scale, from zero and to almost zero."""
    for sound in (chime(), chime(gentle=True), chime(falling=True)):
        assert 0.1 < sound.duration_s < 0.5
        assert np.abs(sound.samples).max() < 0.2
        assert abs(sound.samples[0]) < 0.001
        assert abs(sound.samples[-1]) < 0.02


# Made ahead


class Shelf:
    """Sentences that are ready: a tone of a fifth of a second each."""

    def __init__(self, *sentences: str) -> None:
        self._sentences = sentences

    def __contains__(self, sentence: str) -> bool:
        return sentence in self._sentences

    def sound(self, sentence: str) -> Sound | None:
        return Sound(tone(0.2, 0.3), 48_000) if sentence in self else None


def test_what_is_ready_sounds_while_the_voice_still_loads(device: FakeSounddevice) -> None:
    """A prepared question is heard whole, and reported, though the voice is not there yet."""
    loading, loaded = threading.Event(), threading.Event()

    def open_voice() -> Voice:
        loading.set()
        assert loaded.wait(WAIT_S)
        return FakeVoice()

    with speaker_of(open_voice, ready=Shelf("How was today?")) as (speaker, heard):
        speaker.say("How was today?", chime=True)
        heard.wait()
        assert loading.wait(WAIT_S)
        assert len(device.played) == 2
        loaded.set()
    assert heard.sounding.is_set()


def test_voice_that_nobody_needs_is_not_loaded(device: FakeSounddevice) -> None:
    """Where all is ready and nothing else will be said, no voice takes memory."""
    opened: list[bool] = []

    def open_voice() -> Voice:
        opened.append(True)
        return FakeVoice()

    with speaker_of(open_voice, delivery=Delivery(load_early=False), ready=Shelf("How was today?")) as (speaker, heard):
        speaker.say("How was today?")
        heard.wait()
        assert opened == []
        speaker.say("Something else")
        heard.wait()
    assert opened == [True]


def test_ready_and_live_sentences_are_heard_in_their_order(device: FakeSounddevice) -> None:
    """A name that nobody could prepare is said live in front of the prepared question."""
    voice = FakeVoice()
    with speaker_of(lambda: voice, ready=Shelf("How was today?")) as (speaker, heard):
        speaker.say("Ann, you begin. How was today?")
        heard.wait()
    assert voice.sentences == ["Ann, you begin."]
    assert [len(sound) for sound in device.played] == [15 * LETTER_SAMPLES, 3200]


def test_sentence_made_ahead_is_said_without_being_made_again(device: FakeSounddevice) -> None:
    """What was prepared last and is said is made once; asked for twice with the same words, too."""
    voice = FakeVoice()
    with speaker_of(lambda: voice) as (speaker, heard):
        speaker.prepare("You felt relieved.")
        speaker.prepare("You felt relieved.")
        speaker.say("You felt relieved.")
        heard.wait()
    assert voice.sentences == ["You felt relieved."]
    assert [len(sound) for sound in device.played] == [18 * LETTER_SAMPLES]


def test_sentence_made_ahead_is_dropped_when_another_is_said(device: FakeSounddevice) -> None:
    """It is not heard, then or later: said after all, it is made anew."""
    voice = FakeVoice()
    with speaker_of(lambda: voice) as (speaker, heard):
        speaker.prepare("You felt relieved.")
        speaker.say("Thanks.")
        speaker.say("You felt relieved.")
        heard.wait()
        heard.wait()
    assert [len(sound) for sound in device.played] == [7 * LETTER_SAMPLES, 18 * LETTER_SAMPLES]
    assert voice.sentences[-1] == "You felt relieved."


def test_ready_sentence_is_not_made_ahead(device: FakeSounddevice) -> None:
    """Thanks that lie prepared need no voice."""
    voice = FakeVoice()
    with speaker_of(lambda: voice, ready=Shelf("Thank you.")) as (speaker, heard):
        speaker.nudge()
        speaker.say("Thank you.")
        heard.wait()
        speaker.prepare("Thank you.")
        speaker.say("Thank you.")
        heard.wait()
    assert voice.sentences == []


def test_hush_ends_the_waiting_for_a_slow_voice(device: FakeSounddevice) -> None:
    """Not tonight, while the voice still makes the question: the good night is not held up by it."""
    reached, go_on = threading.Event(), threading.Event()

    class Slow(FakeVoice):
        def synthesize(self, text: str) -> Iterator[Sound]:
            reached.set()
            assert go_on.wait(WAIT_S)
            return super().synthesize(text)

    with speaker_of(Slow, ready=Shelf("All right.")) as (speaker, heard):
        speaker.say("A long question?", chime=True)
        assert reached.wait(WAIT_S)
        speaker.hush()
        heard.wait()
        speaker.say("All right.")
        heard.wait()
        go_on.set()
    assert [len(sound) for sound in device.played] == [len(chime().samples), 3200]


def test_volume_is_the_loudspeakers(device: FakeSounddevice) -> None:
    """Half as loud, for prepared and live sentences alike, so that a change of it makes nothing stale."""
    with speaker_of(FakeVoice, delivery=Delivery(volume=0.5), ready=Shelf("Ready.")) as (speaker, heard):
        for text in ("Ready.", "Live."):
            speaker.say(text)
            heard.wait()
    assert [float(np.abs(sound).max()) for sound in device.played] == pytest.approx([0.15, 0.15], abs=0.01)


def test_pause_before_a_question_is_counted_from_the_last_sound(device: FakeSounddevice) -> None:
    """The first question comes at once; before the next there is quiet, which a hush ends."""
    with speaker_of(FakeVoice, delivery=Delivery(pause_s=WAIT_S)) as (speaker, heard):
        began = time.monotonic()
        speaker.say("first", chime=True)
        heard.wait()
        speaker.say("no question")
        heard.wait()
        assert time.monotonic() - began < WAIT_S / 2
        speaker.say("second", chime=True)
        speaker.hush()
        heard.wait()
        assert time.monotonic() - began < WAIT_S / 2
    assert [len(sound) for sound in device.played] == [
        5 * LETTER_SAMPLES, len(chime().samples), 11 * LETTER_SAMPLES, len(chime().samples)
    ]  # fmt: skip


def test_somebody_waits_for_the_first_sound_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no loudspeaker is, whoever waits for the first sound is told at once."""
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSounddevice(outputs=0))
    with speaker_of(FakeVoice) as (_, heard):
        assert heard.sounding.wait(WAIT_S)


@pytest.mark.parametrize("when", ["opened", "speaking"])
def test_fault_of_an_engine_holds_nobody_up(device: FakeSounddevice, when: str) -> None:
    """Whatever an engine raises is told once, without its words, and every sentence is still answered."""

    class Broken(FakeVoice):
        def synthesize(self, text: str) -> Iterator[Sound]:
            raise KeyError(text)

    def open_voice() -> Voice:
        if when == "opened":
            raise KeyError("secret")
        return Broken()

    with speaker_of(open_voice) as (speaker, heard):
        for _ in range(3):
            speaker.say("secret", chime=True)
            heard.wait()
    assert [error.message for error in heard.silent] == ["The voice failed (KeyError)."]


def test_prepared_sentence_that_is_damaged_is_said_live(device: FakeSounddevice) -> None:
    """It stands in the list and cannot be read: the voice says it, in its place between the others."""

    class Torn(Shelf):
        def sound(self, sentence: str) -> Sound | None:
            return None if sentence == "And the night?" else super().sound(sentence)

    voice = FakeVoice()
    shelf = Torn("How was today?", "And the night?", "Tell me more.")
    with speaker_of(lambda: voice, ready=shelf) as (speaker, heard):
        speaker.say("How was today? And the night? Tell me more.")
        heard.wait()
    assert voice.sentences == ["And the night?"]
    assert [len(sound) for sound in device.played] == [3200, 14 * LETTER_SAMPLES, 3200]


class Broken(NothingPrepared):
    """Prepared sentences whose file breaks in a way that nobody thought of."""

    def sound(self, sentence: str) -> Sound | None:
        raise RuntimeError("encrypted")

    def __contains__(self, sentence: str) -> bool:
        return True


def test_no_fault_of_the_voice_holds_the_evening_up(device: FakeSounddevice) -> None:
    """Whatever is raised while it speaks, the sentence counts as spoken, why is said once, and the next one comes."""
    with speaker_of(FakeVoice, ready=Broken()) as (speaker, heard):
        for text in ("One.", "Two."):
            speaker.say(text)
            heard.wait()
    assert [error.message for error in heard.silent] == ["The voice failed."]


def test_giving_way_plays_no_chime(device: FakeSounddevice) -> None:
    """Somebody talks: the sentence ends within a chunk, no tones come over them, and it is answered."""
    reached, go_on = hold_loudspeaker(device)
    with speaker_of(FakeVoice) as (speaker, heard):
        speaker.say("a" * 200, chime=True)
        assert reached.wait(WAIT_S)
        speaker.give_way()
        go_on.set()
        heard.wait()
    assert sum(len(sound) for sound in device.played) < 200 * LETTER_SAMPLES
    assert len(device.played) == 1


def test_what_is_played_is_told_as_it_is_played(device: FakeSounddevice) -> None:
    """Each piece with its loudness and rate, before the loudspeaker has it; where it is broken off, that is told."""
    told: list[Played] = []
    heard = Heard()
    callbacks = Callbacks(heard.on_spoken, heard.silent.append, on_played=told.append)
    reached, go_on = hold_loudspeaker(device)
    speaker = Speaker(LoudspeakerSettings(""), FakeVoice, callbacks, Delivery(volume=0.5))
    speaker.say("a" * 200)
    assert reached.wait(WAIT_S)
    speaker.hush()
    go_on.set()
    heard.wait()
    speaker.close()
    assert [piece.cut for piece in told] == [False] * (len(told) - 1) + [True]
    assert np.array_equal(np.concatenate([piece.samples for piece in told]), np.concatenate(device.played).ravel())
