"""The data key and the slots that wrap it, as in LUKS: every slot opens the same key, none holds another.

`keys.json`, UTF-8 JSON, 0600, at most 64 KiB:

| field     | content                                                                                      |
|-----------|----------------------------------------------------------------------------------------------|
| `version` | 1; a reader refuses what is newer                                                            |
| `inbox`   | base64: X25519 public key (32 bytes), then BLAKE2b of it (8 bytes) against damage            |
| `slots`   | list of at most 8 slots                                                                      |

A slot:

| field     | content                                                                                      |
|-----------|----------------------------------------------------------------------------------------------|
| `kind`    | `passphrase`, `key_file`, `recovery`, `keychain`                                             |
| `salt`    | base64, 16 bytes                                                                             |
| `passes`  | Argon2id passes; 0 for a kind whose secret is random already                                 |
| `memory`  | Argon2id memory in bytes; 0 likewise                                                         |
| `wrapped` | base64: nonce (24), then the data key (32) under XChaCha20-Poly1305 (16 bytes of tag)        |

The wrapping key is Argon2id(passphrase, NFKC, UTF-8), or BLAKE2b keyed with the slot's random 32 bytes over a context
and the salt. Those bytes lie in a key file, in the login keychain under the salt's hexadecimal digits, or on paper as
the words of the recovery key. Version, kind, salt, passes and memory are authenticated with the wrapped key. The
public key must be the one that follows from the data key; it is checked after each unlocking.

A file that is replaced is overwritten: a passphrase that was changed opens nothing that is left behind here.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.paths import write_atomically, write_new
from voicecheck.vault import stretching
from voicecheck.vault.data_key import KEY_BYTES, NONCE_BYTES, DataKey, derive
from voicecheck.vault.files import open_existing, overwrite, present, read_ordinary, storage_error
from voicecheck.vault.key_file import read_key_file
from voicecheck.vault.keychain import Keychain
from voicecheck.vault.stretching import Cost

VERSION = 1
SALT_BYTES = 16
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
CHECK_BYTES = 8
MOST_SLOTS = 8
MOST_FILE_BYTES = 64 * 1024

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


class SlotsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    inbox: bytes
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class KeySlots:
    """The slots file as read. Raises on use, not on load, where only one part of it is damaged.

    What changes it needs the data key, which proves that the vault was opened, and gives back the slots as written.
    """

    path: Path
    slots: tuple[Slot, ...]
    inbox: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> KeySlots:
        """Raises VaultError: missing, unreadable, damaged, or of a newer version."""
        return cls.parse(_read(path), path)

    @classmethod
    def parse(cls, content: bytes, path: Path) -> KeySlots:
        """`path` is what errors name. Raises VaultError."""
        if len(content) > MOST_FILE_BYTES:
            raise _damaged(path)
        try:
            if msgspec.json.decode(content, type=_Versioned).version > VERSION:
                raise VaultError(f"{path} was written by a newer VoiceCheck.", "Update VoiceCheck, then try again.")
            file = msgspec.json.decode(content, type=SlotsFile)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _damaged(path) from error
        if file.version != VERSION or not 1 <= len(file.slots) <= MOST_SLOTS:
            raise _damaged(path)
        return cls(path, tuple(file.slots), file.inbox)

    @property
    def kinds(self) -> tuple[SlotKind, ...]:
        return tuple(slot.kind for slot in self.slots)

    @property
    def public_key(self) -> bytes:
        """What speech is sealed to while the vault is locked. Raises VaultError when it is damaged."""
        key, check = self.inbox[:KEY_BYTES], self.inbox[KEY_BYTES:]
        if len(key) != KEY_BYTES or check != _check(key):
            raise _damaged(self.path)
        return key

    # Opening. Each raises VaultLockedError when the secret does not fit, VaultError when it cannot be used.

    def unlock_with_passphrase(self, passphrase: str) -> DataKey:
        secret = stretching.normalise(passphrase)
        opened = self._unlock("passphrase", lambda slot: stretching.stretch(secret, slot.salt, slot.cost))
        if opened is None:
            raise VaultLockedError("That passphrase does not open the vault.", "Try once more; capital letters count.")
        return opened

    def unlock_with_key_file(self, path: Path) -> DataKey:
        secret = read_key_file(path)
        opened = self._unlock("key_file", lambda slot: _derive_wrapping(secret, slot.kind, slot.salt))
        if opened is None:
            raise VaultLockedError(
                f"The key file {path} does not open this vault.",
                "Name the right key file, or leave it out and type the passphrase.",
            )
        return opened

    def unlock_with_recovery_key(self, secret: bytes) -> DataKey:
        opened = self._unlock("recovery", lambda slot: _derive_wrapping(secret, slot.kind, slot.salt))
        if opened is None:
            raise VaultLockedError(
                "That recovery key does not open this vault.", "It may belong to another vault, or to an older key."
            )
        return opened

    def unlock_with_keychain(self, keychain: Keychain) -> DataKey:
        opened = self._unlock("keychain", lambda slot: _from_keychain(keychain, slot))
        if opened is None:
            raise VaultLockedError(
                "The login keychain does not open this vault.", "Type the passphrase, or name a key file."
            )
        return opened

    # Changing

    def change_passphrase(self, data_key: DataKey, passphrase: str, cost: Cost | None = None) -> KeySlots:
        """The new passphrase in every older one's place. The data key, and so every other slot, stays."""
        others = [slot for slot in self.slots if slot.kind != "passphrase"]
        return self._rewritten(data_key, [_passphrase_slot(data_key, passphrase, cost), *others])

    def add_key_file(self, data_key: DataKey, path: Path) -> KeySlots:
        slot = _random_secret_slot(data_key, "key_file", read_key_file(path))
        return self._rewritten(data_key, [*self.slots, slot])

    def add_recovery_key(self, data_key: DataKey, secret: bytes) -> KeySlots:
        """One vault has one recovery key: an older one no longer opens it."""
        others = [slot for slot in self.slots if slot.kind != "recovery"]
        return self._rewritten(data_key, [*others, _random_secret_slot(data_key, "recovery", secret)])

    def add_keychain(self, data_key: DataKey, keychain: Keychain) -> KeySlots:
        """A fresh secret in the login keychain; one vault has one such slot."""
        slot = _kept_slot(data_key, keychain)
        older = [slot for slot in self.slots if slot.kind == "keychain"]
        written = self._rewritten(data_key, [*(slot for slot in self.slots if slot not in older), slot])
        for gone in older:
            keychain.forget(gone.salt.hex())
        return written

    def remove(self, data_key: DataKey, number: int) -> KeySlots:
        """Take out the slot with this number, from 1. Raises UsageError where that would lock the person out."""
        if not 1 <= number <= len(self.slots):
            raise UsageError(f"There is no slot {number}.", "See: voicecheck vault slots list")
        rest = [slot for place, slot in enumerate(self.slots, start=1) if place != number]
        if not rest:
            raise UsageError("This is the last slot: without it nobody could open the vault.", "Add another one first.")
        if all(slot.kind == "keychain" for slot in rest):
            raise UsageError(
                "Only the login keychain would be left, and a keychain can vanish with the system.",
                "Add a passphrase or a recovery key first.",
            )
        return self._rewritten(data_key, rest)

    def _rewritten(self, data_key: DataKey, slots: Sequence[Slot]) -> KeySlots:
        self._checked(data_key)
        if len(slots) > MOST_SLOTS:
            raise UsageError(f"A vault has {MOST_SLOTS} slots at most.", "Remove one first: voicecheck vault slots")
        changed = replace(self, slots=tuple(slots))
        _replace(self.path, changed)
        return changed

    def _unlock(self, kind: SlotKind, wrapping_key: Callable[[Slot], bytes | None]) -> DataKey | None:
        slots = [slot for slot in self.slots if slot.kind == kind]
        if not slots:
            has = ", ".join(NAMES[kind] for kind in self.kinds)
            raise VaultLockedError(f"This vault does not open with a {NAMES[kind]}.", f"It has: {has}.")
        if not any(slot.sound for slot in slots):
            raise _damaged(self.path)
        for slot in slots:
            key = wrapping_key(slot) if slot.sound else None
            secret = None if key is None else _unwrap(slot, key)
            if secret is not None:
                return self._checked(DataKey(secret))
        return None

    def _checked(self, data_key: DataKey) -> DataKey:
        if not hmac.compare_digest(self.public_key, data_key.public_key):
            raise VaultError(
                f"{self.path} was changed: its inbox key is not the one of this vault.",
                "Put the file back from a backup. Answers sealed since the change cannot be read.",
            )
        return data_key


class _Versioned(msgspec.Struct, frozen=True):
    version: int


def create_key_slots(
    path: Path,
    *,
    passphrase: str | None = None,
    key_file: Path | None = None,
    recovery: bytes | None = None,
    keychain: Keychain | None = None,
    cost: Cost | None = None,
) -> DataKey:
    """Make a data key and write `path` with a slot for each secret given; without `cost` it is measured here.

    Raises UsageError for a short passphrase, VaultError when the file stands already or cannot be written.
    """
    if present(path):
        raise _there_already()
    data_key = DataKey.generate()
    slots = []
    if passphrase is not None:
        slots.append(_passphrase_slot(data_key, passphrase, cost))
    if key_file is not None:
        slots.append(_random_secret_slot(data_key, "key_file", read_key_file(key_file)))
    if recovery is not None:
        slots.append(_random_secret_slot(data_key, "recovery", recovery))
    if keychain is not None:
        slots.append(_kept_slot(data_key, keychain))
    if not slots:
        raise UsageError("A vault needs a passphrase or a key file.")
    public_key = data_key.public_key
    try:
        write_new(path, _encoded(KeySlots(path, tuple(slots), public_key + _check(public_key))))
    except FileExistsError as error:  # made in another window, while a person typed or the key was stretched
        raise _there_already() from error
    except OSError as error:
        raise storage_error(error, "write the key slots") from error
    return data_key


def _there_already() -> VaultError:
    return VaultError("There is a vault already.", "Start again, and it is used. See: voicecheck vault status")


def _encoded(slots: KeySlots) -> bytes:
    file = SlotsFile(VERSION, slots.inbox, list(slots.slots))
    return msgspec.json.format(msgspec.json.encode(file)) + b"\n"


def _write(slots: KeySlots) -> None:
    try:
        write_atomically(slots.path, _encoded(slots))
    except OSError as error:
        raise storage_error(error, "write the key slots") from error


def _replace(path: Path, slots: KeySlots) -> None:
    """Write the new file in one step, then overwrite the blocks of the old one, which has lost its name."""
    try:
        older = open_existing(path)
    except OSError as error:
        raise storage_error(error, "change the key slots") from error
    try:
        _write(slots)
        overwrite(older)
    except OSError as error:
        raise storage_error(error, "overwrite the old key slots") from error
    finally:
        os.close(older)


def _passphrase_slot(data_key: DataKey, passphrase: str, cost: Cost | None) -> Slot:
    stretching.check_passphrase(passphrase)
    secret, salt = stretching.normalise(passphrase), os.urandom(SALT_BYTES)
    if cost is None:
        cost, wrapping_key = stretching.calibrate(secret, salt)
    else:
        wrapping_key = stretching.stretch(secret, salt, cost)
    wrapped = data_key.wrap(wrapping_key, _header("passphrase", salt, cost))
    return Slot("passphrase", salt, cost.passes, cost.memory_bytes, wrapped)


def _random_secret_slot(data_key: DataKey, kind: SlotKind, secret: bytes) -> Slot:
    salt = os.urandom(SALT_BYTES)
    wrapped = data_key.wrap(_derive_wrapping(secret, kind, salt), _header(kind, salt, Cost(0, 0)))
    return Slot(kind, salt, 0, 0, wrapped)


def _kept_slot(data_key: DataKey, keychain: Keychain) -> Slot:
    """Its secret is in the login keychain before anything relies on it."""
    secret = os.urandom(KEY_BYTES)
    slot = _random_secret_slot(data_key, "keychain", secret)
    keychain.store(slot.salt.hex(), secret)
    return slot


def _from_keychain(keychain: Keychain, slot: Slot) -> bytes | None:
    secret = keychain.read(slot.salt.hex())
    return None if secret is None else _derive_wrapping(secret, slot.kind, slot.salt)


def _unwrap(slot: Slot, wrapping_key: bytes) -> bytes | None:
    nonce, sealed = slot.wrapped[:NONCE_BYTES], slot.wrapped[NONCE_BYTES:]
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, slot.header, nonce, wrapping_key)
    except CryptoError:
        return None


def _derive_wrapping(secret: bytes, kind: SlotKind, salt: bytes) -> bytes:
    return derive(secret, b"voicecheck slot 1 " + kind.encode() + b" " + salt)


def _header(kind: SlotKind, salt: bytes, cost: Cost) -> bytes:
    return f"voicecheck slot {VERSION} {kind} {salt.hex()} {cost.passes} {cost.memory_bytes}".encode()


def _check(public_key: bytes) -> bytes:
    return hashlib.blake2b(public_key, digest_size=CHECK_BYTES).digest()


def _read(path: Path) -> bytes:
    try:
        return read_ordinary(path, MOST_FILE_BYTES)
    except FileNotFoundError as error:
        raise VaultError("There is no vault yet.", "Make one: voicecheck vault create") from error
    except OSError as error:
        raise storage_error(error, "read the key slots") from error


def _damaged(path: Path) -> VaultError:
    return VaultError(
        f"The key slots file {path} is damaged.", "A backup comes back with: voicecheck vault restore FILE"
    )
