"""The count of commits, kept outside the database: shows that commits of its WAL were lost.

SQLite takes a WAL that is missing, cut off or flipped for one that ends there, and says nothing. `vault.count`, 0600:
two records, written in turn, so that a torn one leaves the other. A record:

| bytes | content                                                                                              |
|-------|------------------------------------------------------------------------------------------------------|
| 24    | a random nonce                                                                                       |
| 24    | commits so far (8 bytes, big-endian) under XChaCha20-Poly1305, by a key derived from the data key    |

Until version 0.1 the number stood in clear, and told how often somebody had spoken: 8 bytes, then 32 of keyed BLAKE2b.
Such a file is read, and replaced by the next write.

It is written after a commit and before its checkpoint: a count that is behind the database is no loss.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from pathlib import Path

from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.errors import VaultError
from voicecheck.files import Owned, open_private, read_ordinary, write_atomically
from voicecheck.vault.disk.errors import doing, storage_error
from voicecheck.vault.keys.data_key import NONCE_BYTES

COUNT = struct.Struct(">Q")
RECORD_BYTES = NONCE_BYTES + COUNT.size + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
FILE_BYTES = 2 * RECORD_BYTES
HEADER = b"voicecheck commit count 2"
CLEAR_MAC_BYTES = 32
CLEAR_RECORD_BYTES = COUNT.size + CLEAR_MAC_BYTES


class CommitCount:
    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def read(self) -> int | None:
        """Return the count; None if the file is missing. Raises VaultError if it is damaged or of another vault."""
        try:
            content = read_ordinary(self.path, FILE_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_error(error, "read the count of changes") from error
        sealed = len(content) == FILE_BYTES
        size, open_record = (RECORD_BYTES, self._unseal) if sealed else (CLEAR_RECORD_BYTES, self._check_clear)
        counts = [open_record(content[start : start + size]) for start in (0, size)]
        genuine = [count for count in counts if count is not None]
        if not genuine:
            raise VaultError(
                f"{self.path.name} is damaged, so lost changes would not be noticed.",
                "Open the vault once to make it anew: voicecheck vault unlock",
            )
        return max(genuine)

    def write(self, number: int) -> None:
        """Write the count, durable. Raises VaultError; what it counts is kept all the same."""
        with doing("count the change"):
            with Owned(open_private(self.path)) as file:
                if os.fstat(file.descriptor).st_size == FILE_BYTES:
                    os.lseek(file.descriptor, number % 2 * RECORD_BYTES, os.SEEK_SET)
                    os.write(file.descriptor, self._seal(number))
                    os.fsync(file.descriptor)
                    return
            write_atomically(self.path, self._seal(number) + self._seal(number))

    def _seal(self, number: int) -> bytes:
        nonce, packed = os.urandom(NONCE_BYTES), COUNT.pack(number)
        return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(packed, HEADER, nonce, self._key)

    def _unseal(self, record: bytes) -> int | None:
        nonce, sealed = record[:NONCE_BYTES], record[NONCE_BYTES:]
        try:
            packed = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, HEADER, nonce, self._key)
        except CryptoError:
            return None
        return int(COUNT.unpack(packed)[0])

    def _check_clear(self, record: bytes) -> int | None:
        packed, mac = record[: COUNT.size], record[COUNT.size :]
        expected = hashlib.blake2b(packed, key=self._key, digest_size=CLEAR_MAC_BYTES).digest()
        return int(COUNT.unpack(packed)[0]) if hmac.compare_digest(mac, expected) else None
