"""A secret that is kept nowhere: the key of a first evening for which no passphrase was chosen yet.

Its slot opens for nobody once the process has ended. `vault/unset.py` clears such a vault away.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from voicecheck.errors import VaultLockedError
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key, Kind, Person, Unlock, Way
from voicecheck.vault.keys.slot import SECRET_BYTES, Slot, derive_wrapping, wrap_with

GONE = VaultLockedError("The key of that first evening was in memory alone, and is gone.", "Start: voicecheck open")


class MemoryKind(Kind):
    name = "memory"
    title = "key in memory alone"
    way = Way.NAMED
    note = "gone when its window is closed"
    vanishes = "it goes with the process that holds it"

    def make(self, person: Person, path: Path | None, *, may_skip: bool = False) -> Key:
        return MemoryKey()

    def open(self, person: Person, path: Path | None, unlock: Unlock) -> tuple[Key, DataKey]:
        raise GONE


MEMORY = MemoryKind()


@dataclass(frozen=True, slots=True)
class MemoryKey(Key):
    kind: ClassVar[Kind] = MEMORY
    secret: bytes = field(default_factory=lambda: os.urandom(SECRET_BYTES), repr=False)

    def wrap(self, data_key: DataKey) -> Slot:
        return wrap_with(data_key, MEMORY.name, self.secret)

    def wrapping_key(self, slot: Slot) -> bytes:
        return derive_wrapping(self.secret, slot.kind, slot.salt)

    def refused(self) -> VaultLockedError:
        return GONE

    def added(self, person: Person) -> None:
        """Tell nothing: whoever makes it says what it means."""
