"""Copies of an entry outside of the database: those of migrations, and sealed files that still wait in the inbox."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from voicecheck.vault.inbox.claiming import shred_if_of
from voicecheck.vault.inbox.inbox import pending
from voicecheck.vault.keys.data_key import Keyring
from voicecheck.vault.store.migration_copies import forget_copies


class Copies:
    """The one place that reaches all of them: whatever is deleted, and whatever is taken out of an entry, goes here."""

    def __init__(self, database: Path, inbox: Path, keyring: Keyring) -> None:
        self._database = database
        self._inbox = inbox
        self._keyring = keyring

    def forget(self, entry_ids: Container[str]) -> None:
        """Destroy the copies of migrations, and the sealed files of these entries that nobody writes to.

        Raises VaultError.
        """
        forget_copies(self._database)
        for path in pending(self._inbox):
            shred_if_of(path, self._keyring, entry_ids)
