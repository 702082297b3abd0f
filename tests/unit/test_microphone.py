"""Sound that comes in: a file in the microphone's place, and the microphone with a device that a test plays."""

from __future__ import annotations

import queue
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeInputStream, FakeSounddevice
from tests.sound_samples import quiet, sweep, tone, voice, write_flac, write_wav
from voicecheck.errors import AudioError
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.speech.microphone import FileSource, Microphone, RawSound, SourceFailed, measure_level
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, AudioBlock

WAIT_S = 60.0  # for a thread that answers in milliseconds


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    fake = FakeSounddevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


class Taker:
    """Takes what a source posts, as the main path does: the next when the one before was worked through."""

    def __init__(self, source: FileSource) -> None:
        self.posted: queue.SimpleQueue[RawSound | SourceFailed] = queue.SimpleQueue()
        self._source = source
        source.start(self.posted.put)

    def next(self) -> RawSound | SourceFailed:
        found = self.posted.get(timeout=WAIT_S)
        if isinstance(found, RawSound):
            self._source.consumed()
        return found

    def sound(self, count: int) -> np.ndarray:
        blocks: list[AudioBlock] = []
        for raw in (self.next() for _ in range(count)):
            assert isinstance(raw, RawSound)
            blocks += self._source.blocks(raw)
        return np.concatenate([block.samples for block in blocks])


# A file


def test_file_then_silence_without_end(tmp_path: Path) -> None:
    """The sound of the file comes unchanged in blocks, its last one filled up, and then silence."""
    sound = sweep(0.1)
    source = FileSource(write_wav(tmp_path / "a.wav", sound))
    given = Taker(source).sound(8)
    source.stop()
    assert np.abs(given[: len(sound)] - sound).max() < 2 / 32768
    assert len(given) == 8 * BLOCK_SAMPLES
    assert not given[len(sound) :].any()


def test_file_waits_until_its_sound_was_worked_through(tmp_path: Path) -> None:
    """One block is given ahead and not a second one, however long nobody takes it; each `consumed` brings one more."""
    source = FileSource(write_wav(tmp_path / "a.wav", voice(1.0)))
    taker = Taker(source)
    first = taker.posted.get(timeout=WAIT_S)
    assert isinstance(first, RawSound)
    assert source._ahead._value == 0
    assert taker.posted.empty()
    source.consumed()
    assert isinstance(taker.posted.get(timeout=WAIT_S), RawSound)
    assert taker.posted.empty()
    source.stop()


def test_stop_ends_the_thread(tmp_path: Path) -> None:
    """Stopped while it waits, or before it was started, it is over at once."""
    source = FileSource(write_wav(tmp_path / "a.wav", voice(1.0)))
    source.stop()
    source = FileSource(write_wav(tmp_path / "a.wav", voice(1.0)))
    Taker(source).next()
    source.stop()
    assert source._thread is not None
    assert not source._thread.is_alive()


def test_second_start_goes_on_in_the_file(tmp_path: Path) -> None:
    """An answer that starts over does not begin the file anew, nor twice at once."""
    sound = sweep(0.5)
    source = FileSource(write_wav(tmp_path / "a.wav", sound))
    taker = Taker(source)
    first = taker.sound(3)
    source.start(taker.posted.put)
    second = taker.sound(3)
    source.stop()
    assert np.abs(np.concatenate([first, second]) - sound[: 6 * BLOCK_SAMPLES]).max() < 2 / 32768


def test_realtime_is_not_faster_than_speech(tmp_path: Path) -> None:
    """With `realtime` a block comes when it would have been spoken, not before."""
    source = FileSource(write_wav(tmp_path / "a.wav", voice(1.0)), realtime=True)
    taker = Taker(source)
    begun = time.monotonic()
    taker.sound(5)
    assert time.monotonic() - begun >= 4 * BLOCK_S - 0.01
    source.stop()


def test_file_that_is_no_sound_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    """The error comes when the source is made."""
    (tmp_path / "a.wav").write_text("Dear diary")
    with pytest.raises(AudioError):
        FileSource(tmp_path / "a.wav")


def test_damage_further_on_is_told_and_the_rest_is_silence(tmp_path: Path) -> None:
    """The beginning is given, then the damage is said once, then silence, so that the answer comes to its end."""
    path = write_flac(tmp_path / "a.flac", sweep(4.0))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = FileSource(path)
    taker = Taker(source)
    found = [taker.next() for _ in range(140)]
    source.stop()
    (place,) = [i for i, given in enumerate(found) if isinstance(given, SourceFailed)]
    assert place > 20
    last = found[-1]
    assert isinstance(last, RawSound)
    assert not last.samples.any()


# A microphone


def test_microphone_gives_blocks(device: FakeSounddevice) -> None:
    """At 16 kHz mono, each portion becomes blocks of 512 counted from the start; the sound is copied."""
    posted: list[RawSound | SourceFailed] = []
    microphone = Microphone(MicrophoneSettings())
    microphone.start(posted.append)
    (stream,) = device.streams
    buffer = tone(0.05, 0.3).reshape(-1, 1)
    stream.give(buffer)
    buffer[:] = 0
    stream.give(tone(0.05, 0.3).reshape(-1, 1), overflow=True)
    blocks = [b for raw in posted if isinstance(raw, RawSound) for b in microphone.blocks(raw)]
    assert [b.start for b in blocks] == [0, 512, 1024]
    assert np.array_equal(blocks[0].samples, tone(0.05, 0.3)[:512])
    assert [raw.overflow for raw in posted if isinstance(raw, RawSound)] == [False, True]
    microphone.stop()


def test_microphone_with_another_rate_is_converted(device: FakeSounddevice) -> None:
    """A device that cannot do 16 kHz is opened at its own rate in stereo, and gives 16 kHz mono blocks all the same."""
    device.rates = (48_000,)
    posted: list[RawSound | SourceFailed] = []
    microphone = Microphone(MicrophoneSettings())
    microphone.start(posted.append)
    (stream,) = device.streams
    assert (stream.options["samplerate"], stream.options["channels"]) == (48_000, 2)
    stereo = np.full((9600, 2), 0.25, np.float32)
    stream.give(stereo)
    blocks = [b for raw in posted if isinstance(raw, RawSound) for b in microphone.blocks(raw)]
    assert len(blocks) == 9600 // 3 // BLOCK_SAMPLES
    assert blocks[3].samples == pytest.approx(0.25, abs=0.01)
    microphone.stop()


def test_unplugged_is_told_and_stopped_is_not(device: FakeSounddevice) -> None:
    """A stream that ends by itself is a failure; one that was closed is none."""
    posted: list[RawSound | SourceFailed] = []
    microphone = Microphone(MicrophoneSettings())
    microphone.start(posted.append)
    microphone.stop()
    assert posted == []
    assert device.streams[0].closed
    microphone.start(posted.append)
    device.streams[1].unplug()
    (failed,) = posted
    assert isinstance(failed, SourceFailed)
    assert failed.error.hint


def test_microphone_that_cannot_be_opened(device: FakeSounddevice) -> None:
    """A device that refuses every rate is an AudioError with a next step."""
    device.rates = ()
    with pytest.raises(AudioError, match="cannot be opened") as caught:
        Microphone(MicrophoneSettings()).try_out()
    assert caught.value.hint


def test_no_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without an input device says so."""
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSounddevice(inputs=0))
    with pytest.raises(AudioError, match="There is no microphone"):
        Microphone(MicrophoneSettings())


def test_microphone_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the name chooses the device; a name that nothing has is an error."""
    fake = FakeSounddevice(inputs=2)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    microphone = Microphone(MicrophoneSettings(device="mic 1"))
    microphone.start(lambda raw: None)
    assert fake.query_devices()[fake.streams[0].options["device"]]["name"] == "Mic 1"
    with pytest.raises(AudioError, match="called Speaker"):
        Microphone(MicrophoneSettings(device="Speaker"))


def test_try_out_leaves_nothing_open(device: FakeSounddevice) -> None:
    """Before the evening the stream is opened and closed again."""
    Microphone(MicrophoneSettings()).try_out()
    assert [stream.closed for stream in device.streams] == [True]


def test_level_of_a_device_that_gives_nothing(device: FakeSounddevice) -> None:
    """No sound at all is an error, not a very quiet level."""
    with pytest.raises(AudioError, match="no sound"):
        measure_level(MicrophoneSettings(), 0.0, patience_s=0.0)


def test_level_of_a_device_that_wakes_slowly(device: FakeSounddevice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sound is waited for: it comes after the stream was opened, from another thread."""

    def start(stream: FakeInputStream) -> None:
        late = threading.Timer(0.05, stream.give, [np.full((512, 1), 0.1, np.float32)])
        late.start()

    monkeypatch.setattr(FakeInputStream, "start", start)
    _, level_dbfs = measure_level(MicrophoneSettings(), 0.0, patience_s=WAIT_S)
    assert -21 < level_dbfs < -19


def test_raw_sound_has_no_samples_in_its_repr() -> None:
    """A traceback shows no sound."""
    assert "array" not in repr(RawSound(quiet(0.1)))
