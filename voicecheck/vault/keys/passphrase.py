"""The passphrase: Argon2id over what a person types. Its slots note the cost of a guess: `passes`, `memory` (bytes)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from voicecheck.errors import VaultLockedError
from voicecheck.vault.keys import argon2
from voicecheck.vault.keys.argon2 import Cost
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key, Kind, Person, Unlock, Way
from voicecheck.vault.keys.slot import Slot, new_salt, wrap


class PassphraseKind(Kind):
    name = "passphrase"
    title = "passphrase"
    way = Way.TYPED
    single = True

    def make(self, person: Person, path: Path | None, *, may_skip: bool = False) -> Passphrase:
        key = Passphrase(person.chosen(self.title))
        key.prepare()
        return key

    def open(self, person: Person, path: Path | None, unlock: Unlock) -> tuple[Key, DataKey]:
        key = Passphrase(person.hidden(self.title))
        return key, unlock(key)

    def sound(self, slot: Slot) -> bool:
        cost = _cost(slot)
        return cost is not None and cost.within_bounds


PASSPHRASE = PassphraseKind()


@dataclass(frozen=True, slots=True)
class Passphrase(Key):
    kind: ClassVar[Kind] = PASSPHRASE
    typed: str = field(repr=False)
    cost: Cost | None = None
    """of a guess, for a new slot; without it, it is measured on this machine"""

    def prepare(self) -> None:
        argon2.check_passphrase(self.typed)

    def wrap(self, data_key: DataKey) -> Slot:
        argon2.check_passphrase(self.typed)
        secret, salt, cost = argon2.normalise(self.typed), new_salt(), self.cost
        if cost is None:
            cost, wrapping_key = argon2.calibrate(secret, salt)
        else:
            wrapping_key = argon2.stretch(secret, salt, cost)
        return wrap(data_key, PASSPHRASE.name, salt, wrapping_key, {"passes": cost.passes, "memory": cost.memory_bytes})

    def wrapping_key(self, slot: Slot) -> bytes | None:
        cost = _cost(slot)
        return None if cost is None else argon2.stretch(argon2.normalise(self.typed), slot.salt, cost)

    def refused(self) -> VaultLockedError:
        return VaultLockedError("That passphrase does not open the vault.", "Try once more; capital letters count.")

    def added(self, person: Person) -> None:
        person.tell("passphrase_added")


def _cost(slot: Slot) -> Cost | None:
    match slot.own:
        case {"passes": int(passes), "memory": int(memory)} if len(slot.own) == 2:
            return Cost(passes, memory)
    return None
