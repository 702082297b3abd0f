"""The sealed file of a cut-off answer, taken hold of once the person has said what becomes of it."""

from __future__ import annotations

import os
from pathlib import Path

from voicecheck.errors import VaultBusyError, VaultError
from voicecheck.files import Owned, open_existing, read_opened, shred, try_lock
from voicecheck.vault.inbox.sealed_file import HEAD_BYTES, EmptySealedFile, Recovered, read_sealed
from voicecheck.vault.keys.data_key import Keyring
from voicecheck.vault.storage_errors import storage_error


def claim(recovered: Recovered) -> int | None:
    """The file, locked; None where it has gone, or where another, or more of the same answer, lies in its place.

    A person takes their time to answer. Raises VaultBusyError while another process holds it, VaultError.
    """
    try:
        with Owned(open_existing(recovered.path)) as file:
            locked = try_lock(file.descriptor)
            if locked and _is_as_read(file.descriptor, recovered):
                return file.hand_on()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, "open the sealed answer") from error
    if not locked:
        raise VaultBusyError("That answer is in use right now.", "See: voicecheck vault status")
    return None


def lock(path: Path) -> int | None:
    """A sealed file, opened and locked; None when another holds it or it has gone. Raises OSError."""
    try:
        opened = Owned(open_existing(path))
    except FileNotFoundError:
        return None
    with opened as file:
        return file.hand_on() if try_lock(file.descriptor) else None


def let_go(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def shred_older(path: Path, keyring: Keyring, entry_id: str) -> None:
    """Destroy the sealed file where it holds this entry, and nobody writes to it. Raises VaultError."""
    try:
        descriptor = open_existing(path)
    except OSError:  # gone, or nothing of ours
        return
    try:
        ours = try_lock(descriptor) and read_sealed(path, keyring, descriptor).header.entry_id == entry_id
    except (VaultError, EmptySealedFile, MemoryError, OSError):
        ours = False
    try:
        if ours:
            shred(path, descriptor)
        else:
            os.close(descriptor)
    except OSError as error:
        raise storage_error(error, "destroy the sealed answer") from error


def _is_as_read(descriptor: int, recovered: Recovered) -> bool:
    """No two answers have the same head, and a file changes only by growing."""
    head = read_opened(descriptor, HEAD_BYTES)[:HEAD_BYTES]
    return os.fstat(descriptor).st_size == recovered.size and head == recovered.head
