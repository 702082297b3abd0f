"""Proof that it is the vault's owner who wants what cannot be undone: the passphrase, asked for once more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from voicecheck.errors import VaultError, VaultLockedError
from voicecheck.vault.keys.passphrase import PASSPHRASE, Passphrase
from voicecheck.vault.keys.slots import KeySlots

TRIES = 5
NO_MORE_TRIES = VaultLockedError("Too many wrong passphrases were typed.", "The page has locked; open it again.")


class Proof:
    """Looks at one passphrase at a time; five wrong ones lock the page."""

    def __init__(self, slots_file: Path, opened_by_passphrase: Callable[[], bool]) -> None:
        self._slots_file = slots_file
        self._opened_by_passphrase = opened_by_passphrase
        self._tries_left = TRIES
        self._one_guess = asyncio.Lock()

    @property
    def has_passphrase(self) -> bool:
        try:
            return PASSPHRASE in KeySlots.load(self._slots_file).known_kinds
        except VaultError:  # what is damaged can be erased all the same
            return False

    @property
    def wanted_for_keys(self) -> bool:
        """True if a key is changed only behind the passphrase; who opened the page without it may have forgotten it."""
        return self._opened_by_passphrase() and self.has_passphrase

    async def prove(self, typed: str, hear: Callable[[str], None]) -> None:
        """Raise VaultLockedError for a wrong passphrase, if there is one; `hear` gets "locked" at the fifth."""
        async with self._one_guess:
            if self._tries_left <= 0:
                raise NO_MORE_TRIES
            self._tries_left -= 1
            try:
                await asyncio.to_thread(self._check, typed)
            except VaultLockedError:
                if not self._tries_left:
                    hear("locked")
                raise
            self._tries_left = TRIES

    def _check(self, typed: str) -> None:
        if self.has_passphrase:
            KeySlots.load(self._slots_file).unlock(Passphrase(typed))
