"""Loudspeakers and microphones by name, and the level of one that is tried."""

from __future__ import annotations

import sys

import pytest

from tests.fakes import FakeSounddevice
from tests.sound_samples import voice
from voicecheck.errors import AudioError
from voicecheck.settings import Microphone as MicrophoneSettings
from voicecheck.speech.devices import Device, find_device, list_devices
from voicecheck.speech.microphone import listen


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    fake = FakeSounddevice(outputs=2, inputs=1)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


def test_devices_by_kind(device: FakeSounddevice) -> None:
    """Each kind by itself, the system's own marked."""
    assert list_devices("output") == (Device("Speaker 0", "output", True), Device("Speaker 1", "output", False))
    assert list_devices("input") == (Device("Mic 0", "input", True),)


def test_one_name_is_one_device(device: FakeSounddevice) -> None:
    """Windows names the same loudspeaker once a driver; it is listed once, and the first is the one that is taken."""
    device.query_devices()[1]["name"] = "Speaker 0"
    assert [d.name for d in list_devices("output")] == ["Speaker 0"]
    assert find_device("Speaker 0", "output") == 0


def test_no_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without sound has an empty list, and that is no error."""
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSounddevice(outputs=0, inputs=0))
    assert list_devices("output") == list_devices("input") == ()


def test_the_whole_name_comes_before_a_part_of_it(device: FakeSounddevice) -> None:
    """What was chosen from the list is taken, also where an earlier device's name holds it."""
    first, second, _ = device.query_devices()
    first["name"], second["name"] = "USB Headset Speaker", "Headset"
    assert find_device("headset", "output") == 1
    assert find_device("usb", "output") == 0


def test_listening_counts_samples(device: FakeSounddevice) -> None:
    """Half a second is half a second of sound, each block's level is told, and the stream is closed."""
    device.rooms[None] = voice(1.0)
    levels: list[float] = []
    heard = listen(MicrophoneSettings(), 0.5, levels.append)
    assert 8_000 <= len(heard) <= 16_000
    assert max(levels) == pytest.approx(-9.0, abs=0.5)
    assert device.streams[0].closed


def test_listening_to_what_is_gone(device: FakeSounddevice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A microphone that gives nothing, or is unplugged meanwhile, is an error and no endless wait."""
    monkeypatch.setattr("voicecheck.speech.microphone.STALLED_AFTER_S", 0.01)
    with pytest.raises(AudioError, match="gives no sound"):
        listen(MicrophoneSettings(), 0.5, lambda dbfs: None)
    device.rooms[None] = voice(0.1)

    def unplug(dbfs: float) -> None:
        device.streams[-1].unplug()

    with pytest.raises(AudioError, match="is gone"):
        listen(MicrophoneSettings(), 0.5, unplug)
