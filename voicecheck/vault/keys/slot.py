"""One key slot: the data key, wrapped under one secret. Its fields are described with the file, in `slots.py`."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.vault.keys.data_key import KEY_BYTES, NONCE_BYTES, DataKey, derive

VERSION = 2
"""of a slot that is made today; a slot keeps the version that it was made in"""
SALT_BYTES = 16
SECRET_BYTES = 32
"""of a secret that is random already"""
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
Own = dict[Name, Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)] | str]
"""own fields of a kind of key in its slots: numbers, and text, which bytes become as hexadecimal digits"""


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Name
    version: int
    salt: bytes
    own: Own
    wrapped: bytes

    @property
    def header(self) -> bytes:
        """All that is authenticated with the wrapped key."""
        if self.version == 1:
            cost = f"{self.own.get('passes', 0)} {self.own.get('memory', 0)}"
            return f"voicecheck slot 1 {self.kind} {self.salt.hex()} {cost}".encode()
        own = msgspec.json.encode(self.own, order="sorted").decode()
        return f"voicecheck slot {self.version} {self.kind} {self.salt.hex()} {own}".encode()

    @property
    def whole(self) -> bool:
        """True if it may be tried at all, so far as that can be said of every kind."""
        return self.version in (1, VERSION) and len(self.salt) == SALT_BYTES and len(self.wrapped) == WRAPPED_BYTES


class SlotOfVersion1(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As it stands in a file of version 1: Argon2's parameters in every slot, 0 where they mean nothing."""

    kind: Literal["passphrase", "key_file", "recovery", "keychain"]
    salt: bytes
    passes: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
    memory: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
    wrapped: bytes

    def today(self) -> Slot:
        given = {"passes": self.passes, "memory": self.memory}
        return Slot(self.kind, 1, self.salt, {name: value for name, value in given.items() if value}, self.wrapped)


def new_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def wrap(data_key: DataKey, kind: str, salt: bytes, wrapping_key: bytes, own: Own | None = None) -> Slot:
    """A slot of today's version."""
    empty = Slot(kind, VERSION, salt, own or {}, b"")
    return msgspec.structs.replace(empty, wrapped=data_key.wrap(wrapping_key, empty.header))


def unwrap(slot: Slot, wrapping_key: bytes) -> bytes | None:
    """The data key's bytes; None where this is not the slot's wrapping key, or the slot was changed."""
    nonce, sealed = slot.wrapped[:NONCE_BYTES], slot.wrapped[NONCE_BYTES:]
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, slot.header, nonce, wrapping_key)
    except CryptoError:
        return None


def wrap_with(data_key: DataKey, kind: str, secret: bytes, own: Own | None = None) -> Slot:
    """A slot under 32 secret bytes that are random already."""
    salt = new_salt()
    return wrap(data_key, kind, salt, derive_wrapping(secret, kind, salt), own)


def derive_wrapping(secret: bytes, kind: str, salt: bytes) -> bytes:
    """The wrapping key under such a secret, the same in every version."""
    return derive(secret, b"voicecheck slot 1 " + kind.encode() + b" " + salt)
