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
and the salt. Version, kind, salt, passes and memory are authenticated with the wrapped key. The public key must be
the one that follows from the data key; it is checked after each unlocking.

Everything else follows from the data key by keyed BLAKE2b over a context: the database key and the inbox key pair.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.paths import write_atomically
from voicecheck.vault.files import present, storage_error
from voicecheck.vault.key_file import read_key_file

VERSION = 1
KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
CHECK_BYTES = 8
SHORTEST_PASSPHRASE = 8  # characters; NIST SP 800-63B, 5.1.1.1
MIB = 1 << 20

# A slots file that somebody or some disk has changed must neither hang nor eat the machine.
MOST_SLOTS = 8
MOST_FILE_BYTES = 64 * 1024
MOST_PASSES = 64
MOST_MEMORY_BYTES = 1024 * MIB
MOST_WORK_BYTES = 4096 * MIB
"""passes times memory; about 4 s on a slow machine"""

QUICKEST_S = 0.3
SLOWEST_S = 2.0

SlotKind = Literal["passphrase", "key_file", "recovery", "keychain"]


class DataKey:
    """The random key from which all others follow. Never printed, never written unwrapped."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self._secret = secret

    @classmethod
    def generate(cls) -> DataKey:
        return cls(os.urandom(KEY_BYTES))

    @property
    def database_key(self) -> bytes:
        return _derive(self._secret, b"voicecheck database key 1")

    @property
    def public_key(self) -> bytes:
        """What speech is sealed to."""
        return bytes(self._inbox_key().public_key)

    def open_seal(self, sealed: bytes) -> bytes:
        """What was sealed to `public_key`. Raises nacl's CryptoError where it was not."""
        return SealedBox(self._inbox_key()).decrypt(sealed)

    def wrap(self, wrapping_key: bytes, header: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(self._secret, header, nonce, wrapping_key)

    def _inbox_key(self) -> PrivateKey:
        return PrivateKey(_derive(self._secret, b"voicecheck inbox key 1"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataKey) and hmac.compare_digest(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "DataKey(hidden)"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs."""

    passes: int
    memory_bytes: int


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: SlotKind
    salt: bytes
    passes: int
    memory: int
    wrapped: bytes

    @property
    def header(self) -> bytes:
        return _header(self.kind, self.salt, Cost(self.passes, self.memory))


class SlotsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    inbox: bytes
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class KeySlots:
    """The slots file as read. Raises on use, not on load, where only one part of it is damaged."""

    path: Path
    slots: tuple[Slot, ...]
    inbox: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> KeySlots:
        """Raises VaultError: missing, unreadable, damaged, or of a newer version."""
        content = _read(path)
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

    def unlock_with_passphrase(self, passphrase: str) -> DataKey:
        """Raises VaultLockedError when it does not fit."""
        secret = _normalise(passphrase)
        opened = self._unlock("passphrase", lambda slot: _stretch(secret, slot.salt, Cost(slot.passes, slot.memory)))
        if opened is None:
            raise VaultLockedError("That passphrase does not open the vault.", "Try once more; capital letters count.")
        return opened

    def unlock_with_key_file(self, path: Path) -> DataKey:
        """Raises VaultLockedError when it does not fit, VaultError when it cannot be used."""
        secret = read_key_file(path)
        opened = self._unlock("key_file", lambda slot: _derive_wrapping(secret, slot.kind, slot.salt))
        if opened is None:
            raise VaultLockedError(
                f"The key file {path} does not open this vault.",
                "Name the right key file, or leave it out and type the passphrase.",
            )
        return opened

    def _unlock(self, kind: SlotKind, wrapping_key: Callable[[Slot], bytes]) -> DataKey | None:
        slots = [slot for slot in self.slots if slot.kind == kind]
        if not slots:
            name = kind.replace("_", " ")
            raise VaultLockedError(f"This vault does not open with a {name}.", f"It has: {', '.join(self.kinds)}.")
        if not any(map(_sound, slots)):
            raise _damaged(self.path)
        for slot in filter(_sound, slots):
            secret = _unwrap(slot, wrapping_key(slot))
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
    path: Path, *, passphrase: str | None = None, key_file: Path | None = None, cost: Cost | None = None
) -> DataKey:
    """Make a data key and write `path` with a slot for each secret given; without `cost` it is measured here.

    Raises UsageError for a short passphrase, VaultError when the file stands already or cannot be written.
    """
    if present(path):
        raise VaultError("There is a vault already.", "See: voicecheck vault status")
    data_key = DataKey.generate()
    slots = []
    if passphrase is not None:
        slots.append(_passphrase_slot(data_key, passphrase, cost))
    if key_file is not None:
        slots.append(_random_secret_slot(data_key, "key_file", read_key_file(key_file)))
    if not slots:
        raise UsageError("A vault needs a passphrase or a key file.")
    public_key = data_key.public_key
    file = SlotsFile(VERSION, public_key + _check(public_key), slots)
    try:
        write_atomically(path, msgspec.json.format(msgspec.json.encode(file)) + b"\n")
    except OSError as error:
        raise storage_error(error, "write the key slots") from error
    return data_key


def check_passphrase(passphrase: str) -> None:
    """Raises UsageError when it is too short to protect anything."""
    if len(unicodedata.normalize("NFKC", passphrase)) < SHORTEST_PASSPHRASE:
        raise UsageError(
            f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.",
            "A few words that belong together only for you work well.",
        )


def _passphrase_slot(data_key: DataKey, passphrase: str, cost: Cost | None) -> Slot:
    check_passphrase(passphrase)
    secret, salt = _normalise(passphrase), os.urandom(SALT_BYTES)
    if cost is None:
        cost, wrapping_key = _calibrate(secret, salt)
    else:
        wrapping_key = _stretch(secret, salt, cost)
    wrapped = data_key.wrap(wrapping_key, _header("passphrase", salt, cost))
    return Slot("passphrase", salt, cost.passes, cost.memory_bytes, wrapped)


def _random_secret_slot(data_key: DataKey, kind: SlotKind, secret: bytes) -> Slot:
    salt = os.urandom(SALT_BYTES)
    wrapped = data_key.wrap(_derive_wrapping(secret, kind, salt), _header(kind, salt, Cost(0, 0)))
    return Slot(kind, salt, 0, 0, wrapped)


def _calibrate(secret: bytes, salt: bytes, clock: Callable[[], float] = time.perf_counter) -> tuple[Cost, bytes]:
    """The dearest cost that this machine pays within 0.3 to 2 s, and the wrapping key made at it."""
    cost = Cost(passes=3, memory_bytes=_first_memory_bytes())
    while True:
        began = clock()
        wrapping_key = _stretch(secret, salt, cost)
        took_s = clock() - began
        if took_s > SLOWEST_S and cost.memory_bytes > 16 * MIB:
            cost = Cost(cost.passes, cost.memory_bytes // 2)
        elif (
            took_s < QUICKEST_S
            and 2 * cost.passes * cost.memory_bytes <= MOST_WORK_BYTES
            and cost.passes < MOST_PASSES // 2
        ):
            cost = Cost(cost.passes * 2, cost.memory_bytes)
        else:
            return cost, wrapping_key


def _first_memory_bytes() -> int:
    """256 MiB, or an eighth of a small machine's memory."""
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return 256 * MIB
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(16 * MIB, min(256 * MIB, physical // 8 // MIB * MIB))


def _sound(slot: Slot) -> bool:
    """Whether the slot may be tried at all; what is within these bounds is then authenticated."""
    if len(slot.salt) != SALT_BYTES or len(slot.wrapped) != WRAPPED_BYTES:
        return False
    if slot.kind != "passphrase":
        return slot.passes == 0 and slot.memory == 0
    return (
        bindings.crypto_pwhash_argon2id_OPSLIMIT_MIN <= slot.passes <= MOST_PASSES
        and bindings.crypto_pwhash_argon2id_MEMLIMIT_MIN <= slot.memory <= MOST_MEMORY_BYTES
        and slot.passes * slot.memory <= MOST_WORK_BYTES
    )


def _unwrap(slot: Slot, wrapping_key: bytes) -> bytes | None:
    nonce, sealed = slot.wrapped[:NONCE_BYTES], slot.wrapped[NONCE_BYTES:]
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, slot.header, nonce, wrapping_key)
    except CryptoError:
        return None


def _stretch(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    try:
        return bindings.crypto_pwhash_alg(
            KEY_BYTES, secret, salt, cost.passes, cost.memory_bytes, bindings.crypto_pwhash_ALG_ARGON2ID13
        )
    except CryptoError as error:
        raise VaultError(
            "There is not enough free memory to check the passphrase.", "Close other programs, then try again."
        ) from error


def _normalise(passphrase: str) -> bytes:
    # Two keyboards may compose the same letter differently.
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")


def _derive_wrapping(secret: bytes, kind: SlotKind, salt: bytes) -> bytes:
    return _derive(secret, b"voicecheck slot 1 " + kind.encode() + b" " + salt)


def _derive(key: bytes, context: bytes) -> bytes:
    return hashlib.blake2b(context, key=key, digest_size=KEY_BYTES).digest()


def _header(kind: SlotKind, salt: bytes, cost: Cost) -> bytes:
    return f"voicecheck slot {VERSION} {kind} {salt.hex()} {cost.passes} {cost.memory_bytes}".encode()


def _check(public_key: bytes) -> bytes:
    return hashlib.blake2b(public_key, digest_size=CHECK_BYTES).digest()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise VaultError("There is no vault yet.", "Make one: voicecheck vault create") from error
    except OSError as error:
        raise storage_error(error, "read the key slots") from error


def _damaged(path: Path) -> VaultError:
    return VaultError(
        f"The key slots file {path} is damaged.", "Put it back from a backup; without it the vault stays closed."
    )
