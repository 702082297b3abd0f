"""The mark of a vault that was moved to another computer: `moved.json` in its folder. It is read, and not added to.

The mark comes before the file of the move has its name, first as one that is not whole yet. Killed before that, the
move has changed nothing, and whoever comes next takes the mark away; killed later, the mark stays until the vault is
erased (`vault move done`) or goes on here after all (`vault move undo`). So there are never two that both go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from voicecheck.errors import VaultMovedError
from voicecheck.files import read_ordinary, sync_folder, write_atomically
from voicecheck.vault.disk.errors import doing
from voicecheck.vault.store.locking import writer_lock

NAME = "moved.json"
UNDO = "To go on here after all: voicecheck vault move undo"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Moved:
    """One move out of this folder."""

    at: datetime
    file: str
    """path of the file of the move"""
    proof: str
    """digest of what the new computer shows once all is there"""
    beside: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the files beside the vault that went along, by their names in the file"""
    whole: bool = False
    """True from the moment on at which the file may be there"""


def read_mark(folder: Path) -> Moved | None:
    """Return the mark of this vault's folder; None where there is none. Raises VaultError."""
    with doing("look whether the vault was moved"):
        try:
            content = read_ordinary(folder / NAME, _MOST_BYTES)
        except FileNotFoundError:
            return None
    try:
        return msgspec.json.decode(content, type=Moved)
    except msgspec.DecodeError as error:
        raise VaultMovedError("This vault was moved out, and the note about it is damaged.", UNDO) from error


def write_mark(folder: Path, moved: Moved) -> None:
    """Write the mark, durable. Raises OSError."""
    write_atomically(folder / NAME, msgspec.json.encode(moved))


def remove_mark(folder: Path) -> None:
    """Take the mark away, durable. Raises OSError."""
    (folder / NAME).unlink(missing_ok=True)
    sync_folder(folder)


def refuse_moved(folder: Path) -> None:
    """Raise VaultMovedError if this vault was moved out; take the mark of a move away that was killed before.

    Raises VaultBusyError while it is being moved.
    """
    moved = read_mark(folder)
    if moved is not None and not moved.whole:
        with writer_lock(folder), doing("end a move that was interrupted"):
            moved = read_mark(folder)
            if moved is not None and not moved.whole:
                remove_mark(folder)
                return
    if moved is not None:
        raise VaultMovedError(
            f"This vault was moved out on {moved.at:%Y-%m-%d}, and goes on where you moved it in.", UNDO
        )
