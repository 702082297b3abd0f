"""The icon among the person's programs: a desktop entry that opens the window, without a terminal.

Source: https://specifications.freedesktop.org/desktop-entry-spec/latest/
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from voicecheck.errors import UsageError
from voicecheck.files import make_private_folder, write_atomically
from voicecheck.phrases import Phrases

CARRIED = ("VOICECHECK_HOME", "VOICECHECK_MODELS")
"""folders that the person has named; the session knows the rest"""
ICON = Path(__file__).parents[1] / "web" / "static" / "icon.svg"
NO_ICON_HERE = "An icon can be put among the programs of a Linux desktop only."
SEE = "For macOS and Windows see docs/install.md; to open the window: voicecheck open"
_RESERVED = str.maketrans({letter: f"\\{letter}" for letter in '"`$\\'})


def can_have_icon() -> bool:
    """True on a Linux desktop."""
    desktop = any(os.environ.get(name) for name in ("XDG_CURRENT_DESKTOP", "DISPLAY", "WAYLAND_DISPLAY"))
    return sys.platform.startswith("linux") and desktop


def refuse_icon() -> None:
    """Raise UsageError where no icon can be put."""
    if not sys.platform.startswith("linux"):
        raise UsageError(NO_ICON_HERE, SEE)


def entry_file() -> Path:
    return _data_folder() / "applications" / "voicecheck.desktop"


def icon_file() -> Path:
    return _data_folder() / "icons" / "hicolor" / "scalable" / "apps" / "voicecheck.svg"


def has_icon() -> bool:
    return entry_file().is_file()


def put_icon(phrases: Phrases) -> Path:
    """Write the icon and the entry, in the place of older ones. Return the entry. Raises OSError, VoicecheckError."""
    for path, content in ((icon_file(), ICON.read_bytes()), (entry_file(), entry(phrases).encode())):
        make_private_folder(path.parent)
        write_atomically(path, content)
    return entry_file()


def take_icon_away() -> None:
    """Remove both. Raises OSError."""
    for path in (entry_file(), icon_file()):
        path.unlink(missing_ok=True)


def entry(phrases: Phrases) -> str:
    """Return the desktop entry. -P: a file voicecheck.py in the person's home is not taken for the program."""
    given = [f"{name}={Path(os.environ[name]).expanduser().absolute()}" for name in CARRIED if os.environ.get(name)]
    command = [*(["env", *given] if given else []), sys.executable, "-P", "-m", "voicecheck", "open"]
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=VoiceCheck",
        f"Comment={text(phrases.show('icon_comment'))}",
        f"Exec={text(' '.join(map(quoted, command)))}",
        f"Icon={text(str(icon_file()))}",
        "Terminal=false",
        "Categories=Utility;",
        "StartupNotify=false",
    )
    return "\n".join(lines) + "\n"


def _data_folder() -> Path:
    place = os.environ.get("XDG_DATA_HOME", "")
    return Path(place) if place.startswith("/") else Path.home() / ".local" / "share"


def quoted(word: str) -> str:
    """Quote an argument of Exec, in which a percent sign stands for a field."""
    return f'"{word.translate(_RESERVED)}"'.replace("%", "%%")


def text(value: str) -> str:
    """Escape the value of a key; a backslash of an argument is escaped once more by that."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
