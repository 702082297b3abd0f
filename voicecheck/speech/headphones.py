"""Headphones: whether the person alone hears what is said, as PulseAudio or PipeWire tells it.

Asked of `pactl`, each time anew, since headphones are put in and taken off. What is not known for sure counts as a
loudspeaker: another device than the system's own, a sound server that does not answer, another system than Linux.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence

from voicecheck.offline.errand import Done, run_tool

Run = Callable[[Sequence[str]], Done]

_WORN = re.compile(r"head(?:phone|set)", re.IGNORECASE)
_FORM = re.compile(r'^\s*device\.form_factor = "(?:headphone|headset)"$', re.MULTILINE)


def on_headphones(device: str, run: Run = lambda command: run_tool(command)) -> bool:
    """True if what is played through the loudspeaker called `device`, empty for the default, is heard in headphones."""
    if device or not sys.platform.startswith("linux"):
        return False
    name = run(("pactl", "get-default-sink"))
    sinks = run(("pactl", "list", "sinks"))
    if name.code or sinks.code or not name.output.strip():
        return False
    sink = _sink(sinks.output, name.output.strip())
    port = re.search(r"^\s*Active Port: (.+)$", sink, re.MULTILINE)
    if port is not None and _is_unplugged(sink, port[1]):
        return False
    return bool(_FORM.search(sink)) or (port is not None and bool(_WORN.search(port[1])))


def _sink(listed: str, name: str) -> str:
    """Return the part of the list about the sink of this name; empty where it is not there."""
    parts = re.split(r"^Sink #", listed, flags=re.MULTILINE)
    return next((part for part in parts if re.search(rf"^\s*Name: {re.escape(name)}$", part, re.MULTILINE)), "")


def _is_unplugged(sink: str, port: str) -> bool:
    line = re.search(rf"^\s*{re.escape(port)}: .*$", sink, re.MULTILINE)
    return line is not None and "not available" in line[0]
