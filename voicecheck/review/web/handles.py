"""Names for entries and days that mean nothing outside this run.

A browser writes addresses into its history, on disk and in the clear. An entry's id holds the moment it was made, and a
day is a day: so an address holds a keyed hash of them instead, and its key is gone with the process.
"""

from __future__ import annotations

import hashlib
import secrets

HANDLE_BYTES = 9


class Handles:
    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)
        self._values: dict[str, str] = {}

    def of(self, value: str) -> str:
        """The same handle for the same value, as long as this runs."""
        handle = hashlib.blake2b(value.encode(), key=self._key, digest_size=HANDLE_BYTES).hexdigest()
        self._values[handle] = value
        return handle

    def value(self, handle: str) -> str | None:
        """What the handle stands for; None for one that was never given out."""
        return self._values.get(handle)
