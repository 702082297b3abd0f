"""Names of the loudspeakers and microphones on this computer, as PortAudio gives them.

A device is chosen by its name, since numbers change whenever something is plugged in. So ALSA's own number within a
name, as "(hw:1,0)", does not count, and of several devices of one name all but the first are numbered in their order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from voicecheck.errors import AudioError
from voicecheck.speech.portaudio import portaudio

Kind = Literal["input", "output"]
NOUNS: dict[str, str] = {"input": "microphone", "output": "loudspeaker"}


_ALSA_NUMBER = re.compile(r"\s*\((?:plug)?hw:[^)]*\)")


@dataclass(frozen=True, slots=True)
class Device:
    """A device by name. Windows lists each once a driver: the first driver that has it counts."""

    name: str
    kind: Kind
    default: bool
    """the system's own choice"""


def list_devices(kind: Kind) -> tuple[Device, ...]:
    """Return the microphones (input) or loudspeakers (output); none where there are none. Raises AudioError."""
    sounddevice = portaudio()
    try:
        named = _named(sounddevice, kind)
    except sounddevice.PortAudioError as error:
        raise AudioError("The sound system does not answer.", "Start it, or the computer, again.") from error
    default = _default_name(sounddevice, kind, named)
    return tuple(Device(name, kind, name == default) for name in named.values())


def find_device(name: str, kind: str) -> int | None:
    """Return PortAudio's index of the device called `name`, else of the first whose name holds it.

    None for the default, which must exist. Raises AudioError when PortAudio is missing, or there is no such device.
    """
    sounddevice = portaudio()
    noun = NOUNS[kind]
    try:
        if not name:
            sounddevice.query_devices(kind=kind)
            return None
        named = _named(sounddevice, kind)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise AudioError(f"There is no {noun}.", "Connect one, then: voicecheck doctor") from error
    place = place_of(name, list(named.values()))
    if place is None:
        raise AudioError(f"There is no {noun} called {name}.", "See: voicecheck device list")
    return list(named)[place]


def place_of(name: str, names: Sequence[str]) -> int | None:
    """Return the index of `name` in `names`, else of the first name that contains it; capitals do not matter."""
    wanted, known = _plain(name).casefold(), [_plain(known).casefold() for known in names]
    if wanted in known:
        return known.index(wanted)
    return next((place for place, one in enumerate(known) if wanted in one), None)


def _named(sounddevice: Any, kind: str) -> dict[int, str]:
    """Return the devices of a kind: PortAudio's index -> name."""
    drivers: dict[str, int] = {}
    count: Counter[str] = Counter()
    named = {}
    for device in sounddevice.query_devices():
        name = _plain(str(device["name"]))
        if device[f"max_{kind}_channels"] > 0 and drivers.setdefault(name, device["hostapi"]) == device["hostapi"]:
            count[name] += 1
            named[int(device["index"])] = name if count[name] == 1 else f"{name} ({count[name]})"
    return named


def _plain(name: str) -> str:
    return _ALSA_NUMBER.sub("", name).strip()


def _default_name(sounddevice: Any, kind: Kind, named: dict[int, str]) -> str:
    """Return the name of the system's own choice, also where that is the same device by another driver."""
    try:
        device = sounddevice.query_devices(kind=kind)
    except (sounddevice.PortAudioError, ValueError):
        return ""
    return named.get(int(device["index"]), _plain(str(device["name"])))
