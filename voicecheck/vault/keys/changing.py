"""Adding and taking out a key, with every other writer kept out meanwhile."""

from __future__ import annotations

from voicecheck.errors import NotFoundError, VaultError
from voicecheck.paths import Paths
from voicecheck.vault.disk.locking import writer_lock
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key
from voicecheck.vault.keys.kinds import forget_elsewhere
from voicecheck.vault.keys.slot import Slot
from voicecheck.vault.keys.slots import KeySlots


def add_key(paths: Paths, data_key: DataKey, key: Key) -> KeySlots:
    """Add a key; return the slots as written. Raises UsageError, VaultBusyError, VaultError."""
    with writer_lock(paths.vault_folder):
        return KeySlots.load(paths.slots_file).add(data_key, key)


def remove_key(paths: Paths, data_key: DataKey, slot: Slot) -> tuple[VaultError, ...]:
    """Take out the key of this slot; return why what is kept elsewhere of it could not be forgotten.

    Raises NotFoundError where it is no longer there, UsageError where nobody could open the vault without it,
    VaultBusyError, VaultError.
    """
    with writer_lock(paths.vault_folder):
        slots = KeySlots.load(paths.slots_file)
        if slot not in slots.slots:
            raise NotFoundError("This key is no longer there.", "Load the page again.")
        slots.remove(data_key, 1 + slots.slots.index(slot))
    return forget_elsewhere((slot,))
