"""A person's own editor on a private text, without a trace: the file lies in memory, and so does the editor's home.

Only editors are taken that can be told to keep nothing: no swap file, no backup, no undo file, no history. A folder
counts as memory when the system says so (tmpfs), and not by its name.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from voicecheck.cli.app import App
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.vault.files import create_private, open_existing, shred

OWN_PAGE = "Leave --editor out: a page to write on opens here."
MEMORY_FOLDERS = ("/dev/shm", "/run/user")  # noqa: S108 - used only where the kernel says that it is in memory
MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})
_VIM = ("-n", "-i", "NONE", "-c", "set nobackup nowritebackup noundofile noswapfile")
_EMACS = "(setq make-backup-files nil auto-save-default nil auto-save-list-file-prefix nil create-lockfiles nil)"
TRACELESS: dict[str, tuple[str, ...]] = {
    "vim": _VIM,
    "nvim": _VIM,
    "nano": ("-I",),  # without nanorc, in which backups and a history could be asked for
    "emacs": ("-nw", "-Q", "--eval", _EMACS),
}
"""editor -> what makes it keep nothing"""
MODAL = frozenset({"vi", "vim", "nvim", "busybox"})
"""those that take letters for commands at first"""
_LEAVE_VI = "To write: i. To keep it and leave: Esc, :wq and Enter. To leave it as it was: Esc, :q! and Enter."
LEAVING = dict.fromkeys(MODAL, _LEAVE_VI) | {
    "nano": "To keep it and leave: Ctrl-O, Enter, Ctrl-X. To leave without a change: Ctrl-X, then n.",
    "emacs": "To keep it and leave: Ctrl-X Ctrl-S, then Ctrl-X Ctrl-C.",
}
"""editor -> its keys for leaving"""


def write_in_editor(text: str) -> str:
    """The text after the person has edited it. Raises UsageError for an editor or a system that could keep a trace."""
    command = editor_command()
    with _memory_folder() as folder:
        path = folder / "entry.txt"
        descriptor = create_private(path)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", closefd=False) as file:
                file.write(text)
            with ctrl_c_is_the_editors():
                done = subprocess.run([*command, str(path)], env=_environment(folder), check=False)
            if done.returncode:
                raise VoicecheckError("The editor ended with an error, so nothing is changed.", OWN_PAGE)
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise VoicecheckError(f"The editor cannot be started: {error.strerror}.", OWN_PAGE) from error
        finally:
            os.close(descriptor)


def editor_command() -> list[str]:
    """$VISUAL, else $EDITOR, with what makes it keep nothing."""
    given = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
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
    return [found, *TRACELESS[name]]


def announce(app: App, command: Sequence[str], *, chosen: bool) -> None:
    """Say which editor opens and how to leave it; where that has to be read before it covers the screen, wait.

    `chosen`: the person named the editor themselves.
    """
    name = _name_of(command[0])
    app.tell(f"{Path(command[0]).name} opens. {LEAVING.get(name, 'Save and close it to come back.')}")
    if app.interactive and (not chosen or name in MODAL):
        click.prompt("Press Enter to open it", default="", show_default=False, err=True)


def _name_of(found: str) -> str:
    """`vi` and `editor` may be anything; what it leads to tells, as vim.basic or emacs-gtk."""
    return re.split(r"[.-]", Path(found).resolve().name)[0].lower()


@contextmanager
def ctrl_c_is_the_editors() -> Iterator[None]:
    """The terminal sends it to both. A handler and not SIG_IGN, which the editor would inherit."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _memory_folder() -> Iterator[Path]:
    """A new folder, 0700, in memory; all that is in it when the block ends is overwritten and gone."""
    place = _memory_place()
    with tempfile.TemporaryDirectory(prefix="voicecheck-", dir=place, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o700)
        try:
            yield folder
        finally:
            for path in (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
                shred(path, open_existing(path))


def _memory_place() -> Path:
    mounts = _mounts()
    for name in (os.environ.get("XDG_RUNTIME_DIR", ""), *MEMORY_FOLDERS):
        place = Path(name)
        if name and os.access(place, os.W_OK) and _file_system_of(place.resolve(), mounts) in MEMORY_FILE_SYSTEMS:
            return place
    raise UsageError("This system shows no folder that lies in memory only.", OWN_PAGE)


def _mounts() -> dict[Path, str]:
    """Where what is mounted; a later mount on the same place covers the earlier one."""
    if not sys.platform.startswith("linux"):
        return {}
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return {Path(fields[1]): fields[2] for fields in map(str.split, lines)}


def _file_system_of(place: Path, mounts: dict[Path, str]) -> str:
    return next((mounts[one] for one in (place, *place.parents) if one in mounts), "")


def _environment(folder: Path) -> dict[str, str]:
    """The person's, but whatever the editor would write to a home or a temp folder goes where the text is."""
    places = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    return os.environ | dict.fromkeys(places, str(folder))
