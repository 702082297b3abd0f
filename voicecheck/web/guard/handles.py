"""Handles for entries and days in addresses, which mean nothing outside this run.

A browser writes addresses into its history, on disk and in the clear. An entry's id holds the moment it was made, and a
day is a day: so an address holds a keyed hash of them instead, and its key is gone with the process.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Generic, TypeVar

HANDLE_BYTES = 9
MOST_ASKED = 500
"""pages that stay as they were asked for, in all tabs together"""

T = TypeVar("T")


class Handles:
    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._values: dict[str, str] = {}

    def of(self, value: str) -> str:
        """Return the handle of a value, the same as long as this runs."""
        handle = hashlib.blake2b(value.encode(), key=self._key, digest_size=HANDLE_BYTES).hexdigest()
        self._values[handle] = value
        return handle

    def value(self, handle: str) -> str | None:
        """Return the value of a handle; None for one that was never given out."""
        return self._values.get(handle)


class Asked(Generic[T]):
    """Searches and filters of single pages by handle, so that each tab has its own.

    The address holds a handle by chance; where there are many, that of the oldest means nothing any more.
    """

    def __init__(self) -> None:
        self._asked: dict[str, T] = {}

    def keep(self, asked: T) -> str:
        """Keep a value and return its handle, for the address of the page that shows it."""
        if len(self._asked) >= MOST_ASKED:
            del self._asked[next(iter(self._asked))]
        handle = secrets.token_hex(HANDLE_BYTES)
        self._asked[handle] = asked
        return handle

    def of(self, handle: str) -> T | None:
        return self._asked.get(handle)

    def change(self, handle: str, asked: T) -> None:
        """Replace the value of a handle that still means something."""
        if handle in self._asked:
            self._asked[handle] = asked

    def take(self, handle: str) -> T | None:
        """Return the value of a handle and forget it."""
        return self._asked.pop(handle, None)
