"""Loudspeakers and microphones by name, and the level of one that is tried."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeSounddevice, LoudnessDetector, ScriptedTranscriber
from tests.sound_samples import voice, zeros
from voicecheck.cli.main import run
from voicecheck.errors import AudioError, ModelError
from voicecheck.settings.file import change_settings
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.speech.devices import Device, find_device, list_devices
from voicecheck.speech.microphone import listen
from voicecheck.speech.recognition.recogniser import SpeechRecogniser


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
    device.query_devices()[1] |= {"name": "Speaker 0", "hostapi": 1}
    assert [d.name for d in list_devices("output")] == ["Speaker 0"]
    assert find_device("Speaker 0", "output") == 0


def test_devices_of_one_name_are_numbered(device: FakeSounddevice) -> None:
    """Two alike are told apart by their order; ALSA's own numbers, which change with the plugging, do not count."""
    for one, number in zip(device.query_devices(), ("1,0", "2,0", "3,0"), strict=True):
        one["name"] = f"USB Headset: Audio (hw:{number})"
    assert [d.name for d in list_devices("output")] == ["USB Headset: Audio", "USB Headset: Audio (2)"]
    assert [d.default for d in list_devices("output")] == [True, False]
    assert [find_device(name, "output") for name in ("USB Headset: Audio", "usb headset: audio (2)")] == [0, 1]
    assert find_device("USB Headset: Audio (hw:7,0)", "output") == 0
    assert find_device("USB Headset: Audio", "input") == 2


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


# The commands


@pytest.fixture
def hello(device: FakeSounddevice, monkeypatch: pytest.MonkeyPatch) -> ScriptedTranscriber:
    """Whisper hears "Hello." in whatever the fake microphone gives; loud is voice."""
    device.rooms[None] = voice(2.0)
    whisper = ScriptedTranscriber("Hello.")
    monkeypatch.setattr("voicecheck.cli.setup.hello.load_recogniser", lambda *_: whisper)
    monkeypatch.setattr("voicecheck.speech.recognition.vad.VoiceDetector", LoudnessDetector)
    return whisper


def try_out(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = run(["device", "test", "--seconds", "1", "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_device_list(device: FakeSounddevice, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both kinds, the system's own and the one of the settings told apart."""
    change_settings(home / "settings.toml", {"loudspeaker.device": "speaker 1"})
    assert run(["device", "list", "--json"]) == 0
    shown = [tuple(one.values()) for one in json.loads(capsys.readouterr().out)]
    assert shown == [
        ("loudspeaker", "Speaker 0", True, False),
        ("loudspeaker", "Speaker 1", False, True),
        ("microphone", "Mic 0", True, True),
    ]
    assert run(["device", "list"]) == 0
    assert "Speaker 1" in capsys.readouterr().out


def test_device_test(hello: ScriptedTranscriber, device: FakeSounddevice, capsys: pytest.CaptureFixture[str]) -> None:
    """A tone is played, the level is measured, and the words are those that Whisper heard."""
    code, found = try_out(capsys)
    assert code == 0
    assert len(device.played) == 1
    assert found["microphone"]["words"] == "Hello."
    assert found["microphone"]["level_dbfs"] == pytest.approx(-9.0, abs=0.5)


def test_device_test_of_silence(
    hello: ScriptedTranscriber, device: FakeSounddevice, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whisper, which writes words into silence, is not asked; a muted microphone is exit code 3."""
    device.rooms[None] = zeros(2.0)
    code, found = try_out(capsys)
    assert (code, found["microphone"]["words"], hello.history) == (3, "", [])
    assert "muted" in found["microphone"]["problem"]


def test_device_test_without_a_model(
    hello: ScriptedTranscriber, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The level is measured all the same, and it is said what is missing."""

    def missing(*_: object) -> SpeechRecogniser:
        raise ModelError("The model is not here.", "Fetch it.")

    monkeypatch.setattr("voicecheck.cli.setup.hello.load_recogniser", missing)
    code, found = try_out(capsys)
    assert (code, found["microphone"]["problem"]) == (0, "The model is not here. Fetch it.")


def test_device_test_of_what_is_not_there(hello: ScriptedTranscriber, capsys: pytest.CaptureFixture[str]) -> None:
    """Each device is tested by itself: one that is missing does not hide the other."""
    code, found = try_out(capsys, "--loudspeaker", "nothing like it")
    assert code == 3
    assert "no loudspeaker called" in found["loudspeaker"]["problem"]
    assert found["microphone"]["words"] == "Hello."
