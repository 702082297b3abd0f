"""Check of the installed SQLCipher binding.

Three packages install the same import name; two of them carry an SQLite that can corrupt a database in WAL mode
(https://sqlite.org/wal.html#walresetbug, fixed in 3.51.3) and FTS5 overflows (fixed in 3.53.3), hence the checks.
"""

from __future__ import annotations

from typing import Any

from voicecheck.errors import VaultError

OLDEST_SQLITE = (3, 53, 3)


def check_variant(module: Any) -> None:
    """Raise VaultError for a plain SQLite in SQLCipher's place, and for one with known holes."""
    version = tuple(int(part) for part in module.sqlite_version.split("."))
    probe = module.connect(":memory:")
    try:
        cipher = probe.execute("PRAGMA cipher_version").fetchone()
    finally:
        probe.close()
    if not cipher or version < OLDEST_SQLITE:
        found = f"SQLite {module.sqlite_version}" + (f", SQLCipher {cipher[0]}" if cipher else " without encryption")
        raise VaultError(
            f"The installed database package is not safe to use ({found}).",
            "Install sqlcipher3 0.6.4 or later, and remove sqlcipher3-wheels and sqlcipher3-binary.",
        )
