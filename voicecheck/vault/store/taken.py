"""Keyed digests of every sealed file that was ever taken in: each is accepted once, and what was deleted stays so.

A file is known by its head, whose stream key is drawn for that file alone: a copy that is cut off, renamed or damaged
has the same. Nobody without the stream key can make a longer file with it. With each head stands how many records were
accepted. The ids of deleted entries stand beside them, for files that were taken in before there were digests, and
those of entries of which a sentence was taken back, since an older file of them still holds it.

The key of the digests lies in the database: it goes with it through a new data key, a backup and a restore.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import Enum

from voicecheck.vault.inbox.sealed_file import Recovered
from voicecheck.vault.store.connection import Database, decoded

DIGEST_BYTES = 32
KEY = "digest key"
"""in the table `state`, hexadecimal"""


class Known(Enum):
    """State of a sealed file, as the vault knows it."""

    NEW = "new"
    KEPT = "kept"
    """taken in before; its entry is there, and may be only a part of this file"""
    DONE = "done"
    """taken in before, deleted, or declined: nothing of it comes into the vault again"""


class TakenFiles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, recovered: Recovered, *, kept: bool) -> Known:
        """Return the state of a sealed file. `kept` is True if an entry with its id is in the vault."""
        records = self._records(b"file", recovered.head)
        if kept and self._records(b"sentence", recovered.header.entry_id.encode()) is not None:
            return Known.DONE
        deleted = not kept and self._records(b"entry", recovered.header.entry_id.encode()) is not None
        if records is None:
            return Known.DONE if deleted else Known.NEW
        return Known.DONE if deleted or not kept or recovered.records <= records else Known.KEPT

    def add(self, recovered: Recovered) -> None:
        """Record a file that is in the vault, or that the person does not want."""
        with self._database.write():
            self._put(b"file", recovered.head, recovered.records)
            if recovered.taken_back:
                self.add_taken_back(recovered.header.entry_id)

    def add_deleted(self, entry_ids: Iterable[str]) -> None:
        """Record the id of a deleted entry. Runs inside the caller's transaction."""
        for entry_id in entry_ids:
            self._put(b"entry", entry_id.encode(), 0)

    def add_taken_back(self, entry_id: str) -> None:
        """Record an entry with a sentence taken back: no sealed file changes it again. In the caller's transaction."""
        self._put(b"sentence", entry_id.encode(), 0)

    def _put(self, kind: bytes, what: bytes, records: int) -> None:
        self._database.execute(
            """INSERT INTO taken_files VALUES (?, ?)
               ON CONFLICT (digest) DO UPDATE SET records = max(records, excluded.records)""",
            (self._digest(kind, what), records),
        )

    def _records(self, kind: bytes, what: bytes) -> int | None:
        found = self._database.value("SELECT records FROM taken_files WHERE digest = ?", (self._digest(kind, what),))
        return None if found is None else int(found)

    def _digest(self, kind: bytes, what: bytes) -> bytes:
        with decoded():
            key = bytes.fromhex(self._database.noted(KEY))
        return hashlib.blake2b(what, key=key, digest_size=DIGEST_BYTES, person=kind).digest()
