"""Headphones: known where the sound server tells of them, and taken for a loudspeaker everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from voicecheck.offline.errand import Done
from voicecheck.speech.headphones import on_headphones

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sound servers are Linux's")

SINKS = """Sink #1
\tState: SUSPENDED
\tName: hdmi
\tProperties:
\t\tdevice.form_factor = "{other}"

Sink #2
\tState: RUNNING
\tName: card.analog-stereo
\tDescription: Built-in Audio with Headphones
\tProperties:
\t\tdevice.form_factor = "{form}"
\tPorts:
\t\tanalog-output-speaker: Speakers (type: Speaker, priority: 10000, availability unknown)
\t\tanalog-output-headphones: Headphones (type: Headphones, priority: 9900, availability group: Legacy 4, {there})
\t\t[Out] Headphones: Headphones (type: Headphones, priority: 200, available)
\t\theadset-output: Headset (type: Headset, priority: 0, available)
\t\tspeaker-output: Speaker (type: Speaker, priority: 0, available)
{port}\tFormats:
\t\tpcm
"""


NAMED = Done(0, "card.analog-stereo\n")


def heard(
    port: str = "", form: str = "internal", there: str = "available", other: str = "hdmi", *, device: str = "",
    name: Done = NAMED, code: int = 0,
) -> bool:  # fmt: skip
    active = f"\tActive Port: {port}\n" if port else ""
    listed = Done(code, SINKS.format(port=active, form=form, there=there, other=other))

    def tool(command: Sequence[str]) -> Done:
        return listed if "list" in command else name

    return on_headphones(device, tool)


@pytest.mark.parametrize("port", ["analog-output-headphones", "[Out] Headphones", "headset-output"])
def test_headphones_are_known_by_their_port(port: str) -> None:
    """PulseAudio's names and PipeWire's, by wire and by Bluetooth."""
    assert heard(port)


@pytest.mark.parametrize("form", ["headphone", "headset"])
def test_headphones_are_known_by_their_form(form: str) -> None:
    assert heard(form=form)


def test_what_is_not_sure_is_a_loudspeaker() -> None:
    """Speakers, a port that is unplugged, headphones at another device, a chosen device, no answer."""
    port = "analog-output-headphones"
    assert not heard("analog-output-speaker")
    assert not heard("speaker-output", form="portable")
    assert not heard()
    assert not heard(port, there="not available")
    assert not heard("analog-output-speaker", other="headset")
    assert not heard(port, device="HDMI")
    assert not heard(port, name=Done(0, "elsewhere\n"))
    assert not heard(port, name=Done(0, "\n"))
    assert not heard(port, name=Done(127, "", "missing"))
    assert not heard(port, code=1)
