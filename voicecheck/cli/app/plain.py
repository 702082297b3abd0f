"""Signs that whoever sits here sees no screen, so that plain lines are printed.

Plain lines are printed one after the other: no alternate screen, no repainting, no colours, no columns.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

READERS = frozenset({"orca", "brltty", "speakup", "fenrir", "yasr", "emacspeak"})
"""programs that read a terminal aloud or show it in braille"""
INTERPRETERS = ("python", "bash", "sh")
"""programs whose first argument is the program that runs"""
GNOME_ASKED = ("gsettings", "get", "org.gnome.desktop.a11y.applications", "screen-reader-enabled")
LONGEST_ANSWER_S = 1.0


def found_plain(environment: Mapping[str, str], names: Iterable[str], ask_desktop: Callable[[], bool]) -> bool:
    """Return True if plain lines are wanted by all signs: the terminal, ACCESSIBLE, a reader, or the desktop's switch.

    `names` are the programs of this user that run.
    """
    if environment.get("TERM") == "dumb" or environment.get("ACCESSIBLE", "0") not in ("", "0"):
        return True
    return any(name in READERS for name in names) or ask_desktop()


def running_programs(proc: Path = Path("/proc")) -> Iterable[str]:
    """Yield the names of this user's programs, of a script its own and not the interpreter's; none but on Linux."""
    if not sys.platform.startswith("linux"):
        return
    for folder in proc.glob("[0-9]*"):
        try:
            if folder.stat().st_uid != os.geteuid():
                continue
            words = (folder / "cmdline").read_bytes().split(b"\0")[:2]
        except OSError:  # it has ended
            continue
        names = [Path(os.fsdecode(word)).name for word in words if word]  # none for a part of the kernel
        yield from names[1:] if names[1:] and names[0].startswith(INTERPRETERS) else names[:1]


def desktop_reads(environment: Mapping[str, str] = os.environ) -> bool:
    """Return True if the screen reader of GNOME and its relatives is switched on."""
    program = shutil.which(GNOME_ASKED[0])
    if program is None or not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return False
    try:
        asked = subprocess.run(
            [program, *GNOME_ASKED[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_ANSWER_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.stdout.strip() == b"true"
