"""The lock that lets one writer at a time into the vault's folder: `vault.lock`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicecheck.errors import VaultBusyError
from voicecheck.files import Owned, open_private, try_lock
from voicecheck.vault.disk.errors import doing


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Keep every other writer out of the vault's folder. Raises VaultBusyError, VaultError."""
    with Owned(take_writer_lock(folder)):
        yield


def take_writer_lock(folder: Path) -> int:
    """Return the descriptor of the lock, held until that is closed. Raises VaultBusyError, VaultError."""
    with doing("open the vault"), Owned(open_private(folder / "vault.lock")) as lock:
        if try_lock(lock.descriptor):
            return lock.hand_on()
    raise VaultBusyError("Another VoiceCheck is writing to the vault.", "Let it finish, then try again.")
