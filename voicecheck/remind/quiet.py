"""Reasons for which nothing may be said aloud now: other programs' sound, a wish not to be disturbed, a closed lid.

Asked of the system's own programs, so Linux with PipeWire or PulseAudio alone. What they cannot tell about other
programs' sound counts as a reason: it never speaks into a call that it does not know of. What a desktop cannot tell
about the wish not to be disturbed, or a computer about its lid, counts as none.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from voicecheck.offline.errand import Done, run_tool

Run = Callable[[Sequence[str]], Done]

PLAYING = "sink-inputs"
RECORDING = "source-outputs"
_BANNERS = ("gsettings", "get", "org.gnome.desktop.notifications", "show-banners")
_INHIBITED = (
    "busctl", "--user", "--auto-start=no", "get-property", "org.freedesktop.Notifications",
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Inhibited",
)  # fmt: skip
"""KDE's, and that of whoever else keeps to Desktop Notifications 1.3"""
_LID = (
    "busctl", "get-property", "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
    "LidClosed",
)  # fmt: skip
LIDS = Path("/proc/acpi/button/lid")
_STREAM = re.compile(r"^(?:Sink Input|Source Output) #", re.MULTILINE)
_HELD = re.compile(r"^\s*(?:Corked|Mute): yes$", re.MULTILINE)
_NO_PROGRAM = re.compile(r"^\s*Client: n/a$|^\s*node\.passive = \"true\"$", re.MULTILINE)
"""a part of the sound server itself, as a loopback or a filter"""
_METER = re.compile(r"^\s*media\.name = \"Peak detect\"$", re.MULTILINE)
"""a level meter of a mixer, which keeps nothing"""


class Why(StrEnum):
    """Reason for saying nothing."""

    UNKNOWN = "unknown"
    """nothing tells if another program plays or records"""
    PLAYING = "playing"
    RECORDING = "recording"
    UNDISTURBED = "undisturbed"
    """the desktop is set to show no notifications"""
    LID = "lid"


def why_quiet(*, lid_closed: bool, run: Run = lambda command: run_tool(command, ""), lids: Path = LIDS) -> Why | None:
    """Return the first reason for saying nothing; None if nothing speaks against it. `lid_closed`: that is none."""
    if (why := _sound(run)) is not None:
        return why
    if run(_BANNERS).output.strip() == "false" or _is_true(run(_INHIBITED)):
        return Why.UNDISTURBED
    return Why.LID if not lid_closed and _lid_closed(run, lids) else None


def _sound(run: Run) -> Why | None:
    for kind, why in ((PLAYING, Why.PLAYING), (RECORDING, Why.RECORDING)):
        listed = run(("pactl", "list", kind)) if sys.platform.startswith("linux") else Done(1, "")
        if listed.code:
            return Why.UNKNOWN
        if any(_streams(listed.output)):
            return why
    return None


def _streams(listed: str) -> Iterator[str]:
    """Yield the streams of other programs that sound now, as pactl tells of them; corked and muted ones do not."""
    for stream in _STREAM.split(listed)[1:]:
        if not any(pattern.search(stream) for pattern in (_HELD, _NO_PROGRAM, _METER)):
            yield stream


def _lid_closed(run: Run, lids: Path) -> bool:
    told = run(_LID)
    if not told.code:
        return _is_true(told)
    try:
        return any("closed" in state.read_text(encoding="ascii") for state in lids.glob("*/state"))
    except (OSError, UnicodeDecodeError):
        return False


def _is_true(told: Done) -> bool:
    return not told.code and told.output.split() == ["b", "true"]
