"""The count of commits outside the database: what tells that commits of its WAL were lost.

SQLite takes a WAL that is missing, cut off or flipped for one that ends there, and says nothing. `vault.count`, 0600:
two records, written in turn, so that a torn one leaves the other:

| bytes | content                                                             |
|-------|---------------------------------------------------------------------|
| 8     | commits so far, big-endian                                          |
| 32    | BLAKE2b of it, keyed with a key that follows from the data key      |

It is written after a commit and before its checkpoint: a count that is behind the database is no loss.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from pathlib import Path

from voicecheck.errors import VaultError
from voicecheck.vault.files import open_private, read_ordinary, storage_error

COUNT = struct.Struct(">Q")
MAC_BYTES = 32
RECORD_BYTES = COUNT.size + MAC_BYTES


class CommitCount:
    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def read(self) -> int | None:
        """None where the file is missing. Raises VaultError when it is damaged or of another vault."""
        try:
            content = read_ordinary(self.path, 2 * RECORD_BYTES)[: 2 * RECORD_BYTES]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_error(error, "read the count of changes") from error
        records = (content[start : start + RECORD_BYTES] for start in (0, RECORD_BYTES))
        counts = [int(COUNT.unpack_from(record)[0]) for record in records if self._genuine(record)]
        if not counts:
            raise VaultError(
                f"{self.path.name} is damaged, so lost changes would not be noticed.",
                "Open the vault once to make it anew: voicecheck vault unlock",
            )
        return max(counts)

    def write(self, number: int) -> None:
        """Durable. Raises VaultError; what it counts is kept all the same."""
        packed = COUNT.pack(number)
        record = packed + self._mac(packed)
        try:
            descriptor = open_private(self.path)
            try:
                os.lseek(descriptor, number % 2 * RECORD_BYTES, os.SEEK_SET)
                os.write(descriptor, record)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise storage_error(error, "count the change") from error

    def _genuine(self, record: bytes) -> bool:
        packed, mac = record[: COUNT.size], record[COUNT.size :]
        return len(packed) == COUNT.size and hmac.compare_digest(mac, self._mac(packed))

    def _mac(self, packed: bytes) -> bytes:
        return hashlib.blake2b(packed, key=self._key, digest_size=MAC_BYTES).digest()
