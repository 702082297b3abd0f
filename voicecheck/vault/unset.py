"""A vault whose only key is in the memory of one process: the first evening, until a passphrase is set.

It is erased when that process ends, and where it was killed, at the next start of anything: nobody could read it, and
what is said must not be sealed to a key that is gone. A locked file beside the vault says that the process still runs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from voicecheck.errors import VaultBusyError
from voicecheck.files import make_private_folder, open_private, try_lock
from voicecheck.paths import Paths
from voicecheck.vault.create import create_vault, vault_exists
from voicecheck.vault.disk.errors import doing
from voicecheck.vault.erasing import erase_vault
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key
from voicecheck.vault.keys.memory import MEMORY, MemoryKey
from voicecheck.vault.keys.slots import KeySlots

HELD = "first-evening"


@dataclass(frozen=True, slots=True)
class Unset:
    """A vault without a passphrase, held by this process."""

    paths: Paths
    data_key: DataKey = field(repr=False)
    descriptor: int

    def set(self, key: Key) -> None:
        """Give the vault a key that lasts; the one in memory opens it no more. Raises UsageError, VaultError."""
        slots = KeySlots.load(self.paths.slots_file).add(self.data_key, key)
        slots.remove(self.data_key, 1 + slots.kinds.index(MEMORY.name))
        os.close(self.descriptor)

    def erase(self) -> None:
        """Erase the vault: nobody could open it any more. Raises VaultError."""
        erase_vault(self.paths)
        os.close(self.descriptor)


def create_unset(paths: Paths) -> Unset:
    """Make a vault whose key is in memory alone. Raises VaultError."""
    make_private_folder(paths.runtime_folder)
    descriptor = _open(paths)
    try:
        if not try_lock(descriptor):
            raise _held()
        return Unset(paths, create_vault(paths, MemoryKey()), descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def erase_abandoned(paths: Paths) -> bool:
    """Erase a vault whose key went with a process that was killed. Raises VaultBusyError while it still runs."""
    if not vault_exists(paths) or KeySlots.load(paths.slots_file).kinds != (MEMORY.name,):
        return False
    make_private_folder(paths.runtime_folder)
    descriptor = _open(paths)
    try:
        if not try_lock(descriptor):
            raise _held()
        erase_vault(paths)
    finally:
        os.close(descriptor)
    return True


def _open(paths: Paths) -> int:
    with doing("look for a first evening"):
        return open_private(paths.runtime_folder / HELD)


def _held() -> VaultBusyError:
    return VaultBusyError(
        "A first evening is open in a window, and has no passphrase yet.", "Choose one there, or close that window."
    )
