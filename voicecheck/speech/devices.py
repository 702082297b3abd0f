"""Names of the loudspeakers and microphones on this computer, as PortAudio gives them.

A device is chosen by its name, since numbers change whenever something is plugged in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from voicecheck.errors import AudioError
from voicecheck.speech.portaudio import portaudio

Kind = Literal["input", "output"]
NOUNS: dict[str, str] = {"input": "microphone", "output": "loudspeaker"}


@dataclass(frozen=True, slots=True)
class Device:
    """A device by name. Where several bear it (Windows lists each once a driver), the first of them."""

    name: str
    kind: Kind
    default: bool
    """the system's own choice"""


def list_devices(kind: Kind) -> tuple[Device, ...]:
    """Return the microphones (input) or loudspeakers (output); none where there are none. Raises AudioError."""
    sounddevice = portaudio()
    try:
        names = [str(d["name"]) for d in sounddevice.query_devices() if d[f"max_{kind}_channels"] > 0]
    except sounddevice.PortAudioError as error:
        raise AudioError("The sound system does not answer.", "Start it, or the computer, again.") from error
    default = _default_name(sounddevice, kind)
    return tuple(Device(name, kind, name == default) for name in dict.fromkeys(names))


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
        able = [device for device in sounddevice.query_devices() if device[f"max_{kind}_channels"] > 0]
    except (sounddevice.PortAudioError, ValueError) as error:
        raise AudioError(f"There is no {noun}.", "Connect one, then: voicecheck doctor") from error
    place = place_of(name, [device["name"] for device in able])
    if place is None:
        raise AudioError(f"There is no {noun} called {name}.", "See: voicecheck device list")
    return int(able[place]["index"])


def place_of(name: str, names: Sequence[str]) -> int | None:
    """Return the index of `name` in `names`, else of the first name that contains it; capitals do not matter."""
    wanted, known = name.casefold(), [known.casefold() for known in names]
    if wanted in known:
        return known.index(wanted)
    return next((place for place, one in enumerate(known) if wanted in one), None)


def _default_name(sounddevice: Any, kind: Kind) -> str:
    try:
        return str(sounddevice.query_devices(kind=kind)["name"])
    except (sounddevice.PortAudioError, ValueError):
        return ""
