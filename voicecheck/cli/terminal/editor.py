"""Run the person's own editor on a private text without a trace: file and editor's home lie in memory.

Only editors are taken that can be told to keep nothing: no swap file, no backup, no undo file, no history.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from voicecheck.cli.app import App
from voicecheck.cli.terminal.memory import OWN_PAGE, memory_folder
from voicecheck.cli.terminal.reading import wait_for_enter
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.files import create_private
from voicecheck.text.untrusted import decode_utf8

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases

_VIM = ("-n", "-i", "NONE", "-c", "set nobackup nowritebackup noundofile noswapfile")
_SCRIPT_OUT = re.compile(r"-[wW]")  # every key that is typed would go to a file
_EMACS = "(setq make-backup-files nil auto-save-default nil auto-save-list-file-prefix nil create-lockfiles nil)"
TRACELESS: dict[str, tuple[str, ...]] = {
    "vim": ("-f", *_VIM),  # -f: as gvim it waits until its window is closed
    "nvim": _VIM,
    "nano": ("-I",),  # without nanorc, in which backups and a history could be asked for
    "emacs": ("-nw", "-Q", "--eval", _EMACS),
}
"""editor -> what makes it keep nothing; it comes behind the person's own arguments, so that it holds"""
KEEPING = {"vim": _SCRIPT_OUT, "nvim": _SCRIPT_OUT, "nano": re.compile(r"-\w*C|--backupdir")}
"""editor -> the arguments that would keep a copy elsewhere all the same"""
MODAL = frozenset({"vi", "vim", "nvim", "busybox"})
"""those that take letters for commands at first"""
LEAVING = dict.fromkeys(MODAL, "editor_leave_vi") | {"nano": "editor_leave_nano", "emacs": "editor_leave_emacs"}
"""editor -> the phrase that tells its keys for leaving"""


@dataclass(frozen=True, slots=True)
class Written:
    """Text that came back from the editor."""

    text: str = field(repr=False)
    doubt: str = ""
    """why the person should look at it before it is kept"""


def write_in_editor(text: str, phrases: Phrases) -> Written:
    """Return the text after the person has edited it. Raises UsageError for an editor or a system that could keep a
    trace.

    An editor that comes back at once with nothing changed may be a window that is still open: the person is asked.
    """
    command = editor_command()
    with memory_folder() as folder:
        path = folder / "entry.txt"
        descriptor = create_private(path)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="", closefd=False) as file:
                file.write(text)
            with ctrl_c_is_the_editors():
                done = subprocess.run([*command, str(path)], env=_environment(folder), check=False)
            if not done.returncode and path.read_bytes() == text.encode():
                wait_for_enter(phrases.write("editor_still_open"))
            return _read(path.read_bytes(), text, phrases, failed=bool(done.returncode))
        except OSError as error:
            raise VoicecheckError(f"The editor cannot be used: {error.strerror}.", OWN_PAGE) from error
        finally:
            os.close(descriptor)


def _read(content: bytes, before: str, phrases: Phrases, *, failed: bool) -> Written:
    """Read what the editor saved, so that nothing is lost, whatever became of the editor."""
    if failed and content == before.encode():
        raise VoicecheckError("The editor ended with an error, so nothing is changed.", OWN_PAGE)
    try:
        return Written(decode_utf8(content, "It"), phrases.write("editor_ended_badly") if failed else "")
    except UsageError:
        return Written(content.decode(errors="backslashreplace"), phrases.write("editor_not_utf8"))


def editor_command() -> list[str]:
    """Return $VISUAL, else $EDITOR, with its arguments and those that make it keep nothing. Raises UsageError."""
    try:
        given = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    except ValueError as error:
        raise UsageError("In $VISUAL or $EDITOR a quotation mark is never closed.", OWN_PAGE) from error
    if not given:
        raise UsageError("Neither $VISUAL nor $EDITOR names an editor.", OWN_PAGE)
    found = shutil.which(given[0])
    if found is None:
        raise UsageError("There is no such editor as $VISUAL or $EDITOR names.", OWN_PAGE)
    name = _name_of(found)
    if name not in TRACELESS:
        raise UsageError(
            "This editor may keep copies of what you write, and nobody could tell it not to.",
            f"Set VISUAL to one of {', '.join(sorted(TRACELESS))}. {OWN_PAGE}",
        )
    arguments = given[1:]
    if name in KEEPING and any(map(KEEPING[name].match, arguments)):
        raise UsageError("An argument in $VISUAL or $EDITOR would keep a copy of what you write.", OWN_PAGE)
    return [found, *arguments, *TRACELESS[name]]


def announce(app: App, command: Sequence[str], *, chosen: bool) -> None:
    """Say which editor opens and how to leave it; where that has to be read before it covers the screen, wait.

    `chosen`: the person named the editor themselves.
    """
    name, write = _name_of(command[0]), app.phrases.write
    app.tell(write("editor_opens", editor=Path(command[0]).name, leaving=write(LEAVING.get(name, "editor_leave"))))
    if app.interactive and (not chosen or name in MODAL):
        wait_for_enter(write("editor_open_it"))


def _name_of(found: str) -> str:
    """Return the editor's real name: `vi` and `editor` may be anything, and link to it, as vim.basic or emacs-gtk."""
    return re.split(r"[.-]", Path(found).resolve().name)[0].lower()


@contextmanager
def ctrl_c_is_the_editors() -> Iterator[None]:
    """Leave Ctrl-C to the editor: the terminal sends it to both. A handler and not SIG_IGN, which it would inherit."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _environment(folder: Path) -> dict[str, str]:
    """Return the person's environment, with the editor's home and temp folder put to where the text is."""
    places = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    return os.environ | dict.fromkeys(places, str(folder))
