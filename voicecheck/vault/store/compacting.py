"""Give room in the database that is no longer used back to the disk."""

from __future__ import annotations

from contextlib import suppress

from voicecheck.errors import VaultBusyError, VaultFullError
from voicecheck.vault.store.connection import Database

FREE_SHARE, FREE_PAGES = 4, 1024
"""a file is made smaller where more than one page in so many, and more pages than these, hold nothing"""


def compact(database: Database) -> None:
    """Write the file anew without its empty pages, where they are many; killed or on a full disk it is as before.

    SQLite builds the copy in memory (`temp_store`), for no plain temporary file may come of it.
    """
    free, pages = database.value("PRAGMA freelist_count"), database.value("PRAGMA page_count")
    if free * FREE_SHARE > pages and free > FREE_PAGES:
        with suppress(VaultFullError, VaultBusyError):
            database.execute("VACUUM")
            database.checkpoint()
