"""Claim the sealed file of a cut-off answer, once the person has decided to keep or drop it."""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path

from voicecheck.errors import VaultBusyError, VaultError
from voicecheck.files import Owned, open_existing, read_opened, shred, try_lock
from voicecheck.vault.disk.errors import doing, storage_error
from voicecheck.vault.inbox.sealed_file import HEAD_BYTES, EmptySealedFile, Recovered, read_sealed
from voicecheck.vault.keys.data_key import Keyring


class HeldFile(Owned):
    """A sealed file, opened and locked; none is open where it has gone, and nothing of it is left to destroy."""

    def __init__(self, path: Path, descriptor: int = -1) -> None:
        super().__init__(descriptor)
        self.path = path

    def shred(self) -> None:
        """Destroy the file. Raises VaultError."""
        with doing("destroy the sealed answer"):
            if self.descriptor >= 0:
                shred(self.path, self.hand_on())


def claim(recovered: Recovered) -> HeldFile:
    """The file as it was read; without a descriptor where it has gone, or another, or more of it, lies in its place.

    A person takes their time to answer. Raises VaultBusyError while another process holds it, VaultError.
    """
    try:
        with Owned(open_existing(recovered.path)) as file:
            locked = try_lock(file.descriptor)
            if locked and _is_as_read(file.descriptor, recovered):
                return HeldFile(recovered.path, file.hand_on())
    except FileNotFoundError:
        return HeldFile(recovered.path)
    except OSError as error:
        raise storage_error(error, "open the sealed answer") from error
    if not locked:
        raise VaultBusyError("That answer is in use right now.", "See: voicecheck vault status")
    return HeldFile(recovered.path)


def lock(path: Path) -> HeldFile | None:
    """Open and lock the file; None if another process holds it, or it has gone. Raises OSError."""
    try:
        opened = Owned(open_existing(path))
    except FileNotFoundError:
        return None
    with opened as file:
        return HeldFile(path, file.hand_on()) if try_lock(file.descriptor) else None


def shred_if_of(path: Path, keyring: Keyring, entry_ids: Container[str]) -> None:
    """Destroy the sealed file where it holds one of these entries, and nobody writes to it. Raises VaultError."""
    try:
        held = lock(path)
    except OSError:  # nothing of ours
        return
    if held is None:
        return
    with held:
        try:
            ours = read_sealed(path, keyring, held.descriptor).header.entry_id in entry_ids
        except (VaultError, EmptySealedFile, MemoryError, OSError):
            return
        if ours:
            held.shred()


def _is_as_read(descriptor: int, recovered: Recovered) -> bool:
    """True if the file is the one that was read: no two answers have the same head, and files only grow."""
    head = read_opened(descriptor, HEAD_BYTES)[:HEAD_BYTES]
    return os.fstat(descriptor).st_size == recovered.size and head == recovered.head
