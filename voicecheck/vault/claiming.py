"""The sealed file of a cut-off answer, taken hold of once the person has said what becomes of it."""

from __future__ import annotations

import os

from voicecheck.errors import VaultBusyError
from voicecheck.vault.files import open_existing, read_opened, storage_error, try_lock
from voicecheck.vault.sealed import HEAD_BYTES, Recovered


def claim(recovered: Recovered) -> int | None:
    """The file, locked; None where it has gone, or where another, or more of the same answer, lies in its place.

    A person takes their time to answer. Raises VaultBusyError while another process holds it, VaultError.
    """
    try:
        descriptor = open_existing(recovered.path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, "open the sealed answer") from error
    try:
        locked = try_lock(descriptor)
        same = locked and _is_as_read(descriptor, recovered)
    except OSError as error:
        os.close(descriptor)
        raise storage_error(error, "open the sealed answer") from error
    if same:
        return descriptor
    os.close(descriptor)
    if not locked:
        raise VaultBusyError("That answer is in use right now.", "See: voicecheck vault status")
    return None


def let_go(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def _is_as_read(descriptor: int, recovered: Recovered) -> bool:
    """No two answers have the same head, and a file changes only by growing."""
    head = read_opened(descriptor, HEAD_BYTES)[:HEAD_BYTES]
    return os.fstat(descriptor).st_size == recovered.size and head == recovered.head
