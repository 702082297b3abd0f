"""Make a new vault: its folder, its key slots, an empty database."""

from __future__ import annotations

from pathlib import Path

from voicecheck.errors import VaultError
from voicecheck.files import make_private_folder, size_of, sync_folder
from voicecheck.paths import Paths
from voicecheck.vault.disk.errors import doing, present
from voicecheck.vault.inbox.inbox import Inbox
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key
from voicecheck.vault.keys.slots import KeySlots, create_key_slots
from voicecheck.vault.moved import refuse_moved
from voicecheck.vault.restoring import refuse_beside
from voicecheck.vault.store.connection import count_path, create_file
from voicecheck.vault.vault import Vault


def vault_exists(paths: Paths) -> bool:
    """True if there is a vault. Raises VaultError where that may not be known."""
    return present(paths.slots_file)


def create_vault(paths: Paths, *keys: Key) -> DataKey:
    """Make the folder, the key slots and an empty database. A missing key file is made, one that is there is used.

    Raises VaultError where a vault, or what is left of one, stands already; UsageError for a short passphrase.
    """
    if vault_exists(paths):
        raise VaultError("There is a vault already.", "See: voicecheck vault status")
    refuse_beside(paths)
    if size_of(paths.vault_file) or present(count_path(paths.vault_file)):
        raise VaultError("The vault's key slots are missing.", f"Put {paths.slots_file} back from a backup.")
    for key in keys:
        key.prepare()
    for folder in (paths.vault_folder, paths.inbox_folder):
        make_private_folder(folder)
        _close_to_others(folder)
    # The empty file comes first: from the moment the slots stand, a missing file is a loss and not a beginning.
    create_file(paths.vault_file)
    sync_folder(paths.vault_folder)
    data_key = create_key_slots(paths.slots_file, *keys)
    Vault.open(paths, data_key).close()
    return data_key


def locked_inbox(paths: Paths) -> Inbox:
    """Return the inbox for an evening on which the vault stays locked.

    Raises VaultError when there is no vault, VaultMovedError where it goes on elsewhere.
    """
    refuse_moved(paths.vault_folder)
    return Inbox(paths.inbox_folder, KeySlots.load(paths.slots_file).public_key)


def _close_to_others(folder: Path) -> None:
    """Set the folder to 0700, also one that stood there before."""
    with doing(f"make {folder} private"):
        folder.chmod(0o700)
