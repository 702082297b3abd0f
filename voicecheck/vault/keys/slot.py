"""One key slot: the data key, wrapped by one secret. Its fields are described with the file, in `slots.py`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.errors import UsageError
from voicecheck.vault.keys import argon2
from voicecheck.vault.keys.argon2 import Cost
from voicecheck.vault.keys.data_key import KEY_BYTES, NONCE_BYTES, DataKey, derive
from voicecheck.vault.keys.key_file import read_key_file
from voicecheck.vault.keys.keychain import Keychain

VERSION = 1
SALT_BYTES = 16
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES

SlotKind = Literal["passphrase", "key_file", "recovery", "keychain"]
NAMES: dict[SlotKind, str] = {
    "passphrase": "passphrase",
    "key_file": "key file",
    "recovery": "recovery key",
    "keychain": "login keychain",
}


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: SlotKind
    salt: bytes
    passes: int
    memory: int
    wrapped: bytes

    @property
    def header(self) -> bytes:
        return _header(self.kind, self.salt, self.cost)

    @property
    def cost(self) -> Cost:
        return Cost(self.passes, self.memory)

    @property
    def sound(self) -> bool:
        """Whether the slot may be tried at all; what is within these bounds is then authenticated."""
        if len(self.salt) != SALT_BYTES or len(self.wrapped) != WRAPPED_BYTES:
            return False
        return self.cost.within_bounds if self.kind == "passphrase" else self.cost == Cost(0, 0)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What shall open a vault: one slot is made for each that is given."""

    passphrase: str | None = field(default=None, repr=False)
    key_files: tuple[Path, ...] = ()
    recovery: bytes | None = field(default=None, repr=False)
    keychain: Keychain | None = None

    def slots(self, data_key: DataKey, cost: Cost | None) -> tuple[Slot, ...]:
        """Without `cost` it is measured here. Raises UsageError for a short passphrase, or where nothing is given."""
        made = []
        if self.passphrase is not None:
            made.append(passphrase_slot(data_key, self.passphrase, cost))
        made += [random_secret_slot(data_key, "key_file", read_key_file(path)) for path in self.key_files]
        if self.recovery is not None:
            made.append(random_secret_slot(data_key, "recovery", self.recovery))
        if not made and self.keychain is None:
            raise UsageError("A vault needs a passphrase or a key file.")
        if self.keychain is not None:
            made.append(keychain_slot(data_key, self.keychain))
        return tuple(made)


def passphrase_slot(data_key: DataKey, passphrase: str, cost: Cost | None) -> Slot:
    argon2.check_passphrase(passphrase)
    secret, salt = argon2.normalise(passphrase), os.urandom(SALT_BYTES)
    if cost is None:
        cost, wrapping_key = argon2.calibrate(secret, salt)
    else:
        wrapping_key = argon2.stretch(secret, salt, cost)
    wrapped = data_key.wrap(wrapping_key, _header("passphrase", salt, cost))
    return Slot("passphrase", salt, cost.passes, cost.memory_bytes, wrapped)


def random_secret_slot(data_key: DataKey, kind: SlotKind, secret: bytes) -> Slot:
    salt = os.urandom(SALT_BYTES)
    wrapped = data_key.wrap(derive_wrapping(secret, kind, salt), _header(kind, salt, Cost(0, 0)))
    return Slot(kind, salt, 0, 0, wrapped)


def keychain_slot(data_key: DataKey, keychain: Keychain) -> Slot:
    """Its secret is in the login keychain before anything relies on it."""
    secret = os.urandom(KEY_BYTES)
    slot = random_secret_slot(data_key, "keychain", secret)
    keychain.store(slot.salt.hex(), secret)
    return slot


def from_keychain(keychain: Keychain, slot: Slot) -> bytes | None:
    secret = keychain.read(slot.salt.hex())
    return None if secret is None else derive_wrapping(secret, slot.kind, slot.salt)


def unwrap(slot: Slot, wrapping_key: bytes) -> bytes | None:
    nonce, sealed = slot.wrapped[:NONCE_BYTES], slot.wrapped[NONCE_BYTES:]
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, slot.header, nonce, wrapping_key)
    except CryptoError:
        return None


def derive_wrapping(secret: bytes, kind: SlotKind, salt: bytes) -> bytes:
    return derive(secret, b"voicecheck slot 1 " + kind.encode() + b" " + salt)


def _header(kind: SlotKind, salt: bytes, cost: Cost) -> bytes:
    return f"voicecheck slot {VERSION} {kind} {salt.hex()} {cost.passes} {cost.memory_bytes}".encode()
