"""The key of a vault that the page makes: a passphrase, the login keychain, or, for now, memory alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from voicecheck.errors import VaultError
from voicecheck.paths import Paths
from voicecheck.vault.create import create_vault, vault_exists
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key
from voicecheck.vault.unset import Unset, create_unset


@dataclass
class FirstKey:
    """Key to the vault of a first evening. One change at a time, each from a thread."""

    paths: Paths
    made: DataKey | None = field(default=None, repr=False)
    """of the vault that was made here"""
    _unset: Unset | None = field(default=None, repr=False)
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def unset(self) -> bool:
        """True while the only key is in memory: what is said goes with this process."""
        return self._unset is not None

    def set(self, key: Key) -> None:
        """Make the vault with this key, or give it to one that has none but memory. Raises UsageError, VaultError."""
        with self._one:
            if self._unset is None:
                self.made = create_vault(self.paths, key)
            else:
                self._unset.set(key)
                self._unset = None

    def put_off(self) -> None:
        """Make the vault with the login keychain, where a safe one is there; else with a key in memory alone."""
        from voicecheck.vault.keys.keychain import KeychainKey, find_keychain

        with self._one:
            try:
                self.made = create_vault(self.paths, KeychainKey(find_keychain()))
            except VaultError:
                self._unset = create_unset(self.paths)
                self.made = self._unset.data_key

    def end(self) -> bool:
        """Erase a vault that nobody could open any more. True if there was one."""
        unset, self._unset = self._unset, None
        if unset is None or not vault_exists(self.paths):
            return False  # it may have been erased from the page
        unset.erase()
        return True
