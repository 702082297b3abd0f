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

import msgspec

from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.files import open_existing, overwrite, read_ordinary, shred, write_atomically, write_new
from voicecheck.vault.keys import argon2
from voicecheck.vault.keys.argon2 import Cost
from voicecheck.vault.keys.data_key import KEY_BYTES, DataKey
from voicecheck.vault.keys.key_file import read_key_file
from voicecheck.vault.keys.keychain import Keychain
from voicecheck.vault.keys.slot import (
    NAMES,
    VERSION,
    Secrets,
    Slot,
    SlotKind,
    derive_wrapping,
    from_keychain,
    keychain_slot,
    passphrase_slot,
    random_secret_slot,
    unwrap,
)
from voicecheck.vault.storage_errors import present, storage_error

CHECK_BYTES = 8
MOST_SLOTS = 8
MOST_FILE_BYTES = 64 * 1024


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
        secret = argon2.normalise(passphrase)
        opened = self._unlock("passphrase", lambda slot: argon2.stretch(secret, slot.salt, slot.cost))
        if opened is None:
            raise VaultLockedError("That passphrase does not open the vault.", "Try once more; capital letters count.")
        return opened

    def unlock_with_key_file(self, path: Path) -> DataKey:
        secret = read_key_file(path)
        opened = self._unlock("key_file", lambda slot: derive_wrapping(secret, slot.kind, slot.salt))
        if opened is None:
            raise VaultLockedError(
                f"The key file {path} does not open this vault.",
                "Name the right key file, or leave it out and type the passphrase.",
            )
        return opened

    def key_files_opened_by(self, path: Path) -> int:
        """How many of the slots this key file opens. Raises VaultError where it cannot be read."""
        secret = read_key_file(path)
        slots = [slot for slot in self.slots if slot.kind == "key_file" and slot.sound]
        return sum(unwrap(slot, derive_wrapping(secret, slot.kind, slot.salt)) is not None for slot in slots)

    def unlock_with_recovery_key(self, secret: bytes) -> DataKey:
        opened = self._unlock("recovery", lambda slot: derive_wrapping(secret, slot.kind, slot.salt))
        if opened is None:
            raise VaultLockedError(
                "That recovery key does not open this vault.", "It may belong to another vault, or to an older key."
            )
        return opened

    def unlock_with_keychain(self, keychain: Keychain) -> DataKey:
        opened = self._unlock("keychain", lambda slot: from_keychain(keychain, slot))
        if opened is None:
            raise VaultLockedError(
                "The login keychain does not open this vault.", "Type the passphrase, or name a key file."
            )
        return opened

    # Changing

    def change_passphrase(self, data_key: DataKey, passphrase: str, cost: Cost | None = None) -> KeySlots:
        """The new passphrase in every older one's place. The data key, and so every other slot, stays."""
        others = [slot for slot in self.slots if slot.kind != "passphrase"]
        return self._rewritten(data_key, [passphrase_slot(data_key, passphrase, cost), *others])

    def add_key_file(self, data_key: DataKey, path: Path) -> KeySlots:
        slot = random_secret_slot(data_key, "key_file", read_key_file(path))
        return self._rewritten(data_key, [*self.slots, slot])

    def add_recovery_key(self, data_key: DataKey, secret: bytes) -> KeySlots:
        """One vault has one recovery key: an older one no longer opens it."""
        others = [slot for slot in self.slots if slot.kind != "recovery"]
        return self._rewritten(data_key, [*others, random_secret_slot(data_key, "recovery", secret)])

    def add_keychain(self, data_key: DataKey, keychain: Keychain) -> KeySlots:
        """A fresh secret in the login keychain; one vault has one such slot."""
        slot = keychain_slot(data_key, keychain)
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
            raise _only_keychain()
        return self._rewritten(data_key, rest)

    def wrap_new_key(self, data_key: DataKey, new_key: DataKey, secrets: Secrets, cost: Cost | None = None) -> KeySlots:
        """Slots of `new_key` in the place of those of `data_key`, for each of the secrets; the inbox key goes with it.

        Whoever has only the older ones opens nothing that is written from now on. Raises UsageError where they would
        lock the person out.
        """
        self._checked(data_key)
        if secrets == Secrets(keychain=secrets.keychain):
            raise _only_keychain()
        changed = replace(self, slots=secrets.slots(new_key, cost), inbox=_inbox(new_key))
        _replace(self.path, changed)
        return changed

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
            secret = None if key is None else unwrap(slot, key)
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
    secrets = Secrets(passphrase, () if key_file is None else (key_file,), recovery, keychain)
    try:
        write_new(path, _encoded(KeySlots(path, secrets.slots(data_key, cost), _inbox(data_key))))
    except FileExistsError as error:  # made in another window, while a person typed or the key was stretched
        raise _there_already() from error
    except OSError as error:
        raise storage_error(error, "write the key slots") from error
    return data_key


def _only_keychain() -> UsageError:
    return UsageError(
        "Only the login keychain would be left, and a keychain can vanish with the system.",
        "Add a passphrase or a recovery key first.",
    )


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
        sweep_leftovers(path)
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


def sweep_leftovers(path: Path) -> None:
    """What a change of the slots left that was killed: its slots would open the vault for ever. Raises OSError."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        shred(leftover, open_existing(leftover))


def _inbox(data_key: DataKey) -> bytes:
    return data_key.public_key + _check(data_key.public_key)


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
