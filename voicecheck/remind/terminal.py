"""Find the person's terminal and open it with a command."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from voicecheck.errors import VoicecheckError

TERMINALS = {
    "xdg-terminal-exec": (), "x-terminal-emulator": ("-e",), "gnome-terminal": ("--",), "ptyxis": ("--",),
    "kgx": ("--",), "konsole": ("-e",), "xfce4-terminal": ("-x",), "mate-terminal": ("-x",), "tilix": ("-e",),
    "terminator": ("-x",), "alacritty": ("-e",), "kitty": (), "foot": (), "wezterm": ("start", "--"),
    "ghostty": ("-e",), "urxvt": ("-e",), "xterm": ("-e",), "st": ("-e",),
}  # fmt: skip
"""terminal -> what stands between its name and a command, in the order in which they are tried"""


def find_terminal(
    environment: Mapping[str, str] = os.environ, which: Callable[[str], str | None] = shutil.which
) -> list[str] | None:
    """Return the words to put before a command to run it in a terminal: of $TERMINAL, else of the first found."""
    own = _own_terminal(environment.get("TERMINAL", ""), which)
    if own:
        return own
    for name, before in TERMINALS.items():
        if path := which(name):
            return [path, *before]
    return None


def open_terminal(command: Sequence[str]) -> None:
    """Start `command` in a new terminal, and wait for those that run until it ends. Raises VoicecheckError."""
    if sys.platform == "win32":
        subprocess.Popen(list(command), creationflags=subprocess.CREATE_NEW_CONSOLE)
        return
    if sys.platform == "darwin":
        before: list[str] | None = ["osascript", "-e", _TERMINAL_APP]
        words = [shlex.join(command)]
    else:
        before, words = find_terminal(), list(command)
    if before is None:
        raise VoicecheckError("No terminal was found.", "Set TERMINAL to yours, or type: voicecheck checkin")
    try:
        done = subprocess.run([*before, *words], check=False)
    except OSError as error:
        raise VoicecheckError(
            f"The terminal cannot be started: {error.strerror}.", "Type: voicecheck checkin"
        ) from error
    if done.returncode:
        raise VoicecheckError("The terminal ended with an error.", "Type: voicecheck checkin")


def _own_terminal(given: str, which: Callable[[str], str | None]) -> list[str] | None:
    try:
        words = shlex.split(given)
    except ValueError:
        return None
    path = which(words[0]) if words else None
    if path is None:
        return None
    return [path, *words[1:], *TERMINALS.get(Path(path).name, ("-e",))]


_TERMINAL_APP = """on run {theCommand}
  tell application "Terminal"
    do script theCommand
    activate
  end tell
end run"""
