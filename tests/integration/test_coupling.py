"""How much of its own voice the microphone hears, measured on a loudspeaker and a microphone that are software."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest

from tests.integration.sound import VirtualSound

MEASURE = """
from voicecheck.models.catalog import load_catalog
from voicecheck.paths import find_paths
from voicecheck.settings.schema import Loudspeaker, Microphone, Voice
from voicecheck.speech.coupling import devices_of, known_coupling, measure_coupling
from voicecheck.speech.voice.voices import open_voice
import msgspec
voice = open_voice(Voice(engine="system"), find_paths().models_folder)
sounds = list(voice.synthesize("Good evening. This is how I will ask."))
speaker, microphone = Loudspeaker(), Microphone()
found = measure_coupling(speaker, microphone, sounds)
kept = msgspec.structs.replace(microphone, coupling=found.value, coupling_of=devices_of(speaker, microphone))
other = msgspec.structs.replace(kept, coupling_of="another / one")
print(found.value, known_coupling(speaker, kept).value, known_coupling(speaker, other).value)
"""


def measured(sound: VirtualSound, volume: str) -> list[str]:
    """Return what was measured, what is known of it with the same devices, and with others."""
    with sound.coupled(volume) if volume else contextlib.nullcontext():
        command = [sys.executable, "-c", MEASURE]
        done = subprocess.run(command, env=sound.environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_headphones(sound: VirtualSound) -> None:
    """Nothing of it comes back; it is known for these devices and for no others."""
    assert measured(sound, "") == ["headphones", "headphones", "unknown"]


@pytest.mark.long
@pytest.mark.parametrize("volume", ["30%", "45%", "70%", "100%"])
def test_a_loudspeaker_is_never_taken_for_headphones(sound: VirtualSound, volume: str) -> None:
    """At any loudness, from soft to as loud as the person. A machine under load may not tell how well it can hear."""
    assert measured(sound, volume)[0] != "headphones"
