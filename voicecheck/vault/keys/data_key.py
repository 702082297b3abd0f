"""The vault's random data key, and the keys derived from it by keyed BLAKE2b over a context."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from contextlib import suppress

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

KEY_BYTES = 32
NONCE_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


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
    def secret(self) -> bytes:
        """Return the key itself, for the list of older keys inside the database that its successor encrypts."""
        return self._secret

    @property
    def database_key(self) -> bytes:
        return derive(self._secret, b"voicecheck database key 1")

    @property
    def public_key(self) -> bytes:
        """Public key to which speech is sealed."""
        return bytes(self._inbox_key().public_key)

    @property
    def count_key(self) -> bytes:
        """Key that authenticates the count of commits outside the database."""
        return derive(self._secret, b"voicecheck commit count key 1")

    def backup_key(self, salt: bytes) -> bytes:
        """Return the key that encrypts the backup with this salt."""
        return derive(self._secret, b"voicecheck backup key 1 " + salt)

    def open_seal(self, sealed: bytes) -> bytes:
        """Decrypt what was sealed to `public_key`. Raises nacl's CryptoError for anything else."""
        return SealedBox(self._inbox_key()).decrypt(sealed)

    def wrap(self, wrapping_key: bytes, header: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(self._secret, header, nonce, wrapping_key)

    def _inbox_key(self) -> PrivateKey:
        return PrivateKey(derive(self._secret, b"voicecheck inbox key 1"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataKey) and hmac.compare_digest(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "DataKey(hidden)"


class Keyring:
    """The data key and those used before it: files that were sealed then stay readable."""

    def __init__(self, data_key: DataKey, older: Iterable[DataKey] = ()) -> None:
        self._keys = (data_key, *older)

    def open_seal(self, sealed: bytes) -> bytes:
        """Decrypt with the key that fits. Raises nacl's CryptoError where none does."""
        *newer, oldest = self._keys
        for key in newer:
            with suppress(CryptoError):
                return key.open_seal(sealed)
        return oldest.open_seal(sealed)


def derive(key: bytes, context: bytes) -> bytes:
    return hashlib.blake2b(context, key=key, digest_size=KEY_BYTES).digest()
