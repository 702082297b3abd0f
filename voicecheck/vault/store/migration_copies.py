"""The copy of the database that a migration leaves beside it, until something is deleted or a week has passed."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from voicecheck.files import shred_unless_held, sync_folder
from voicecheck.paths import Paths
from voicecheck.vault.disk.errors import doing
from voicecheck.vault.disk.parts import remove_leftovers
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.slots import sweep_leftovers
from voicecheck.vault.store.connection import Database, count_path

KEPT_S = 7 * 24 * 3600.0


def copy_path(database: Path, schema_number: int) -> Path:
    return database.with_name(f"{database.name}.schema-{schema_number}")


def keep_copy(database: Database, data_key: DataKey, schema_number: int) -> Path:
    """Copy the database, whole or not at all. Raises VaultError; nothing was changed then."""
    path = copy_path(database.path, schema_number)
    part = path.with_name(f".{path.name}.part")
    with doing("keep a copy before bringing the vault up to date"):
        part.unlink(missing_ok=True)
        try:
            database.copy_to(part, data_key)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        part.replace(path)
        sync_folder(path.parent)
    return path


def copies(database: Path) -> list[Path]:
    """Return copies of migrations, and parts of a copy or backup that was stopped while it was made."""
    names = (f"{database.name}.schema-*", f".{database.name}.*.part")
    found = (path for name in names for path in database.parent.glob(name))
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def forget_copies(database: Path, older_than_s: float = 0.0) -> None:
    """Destroy the copies: what is deleted from the vault must not live on in one. Raises VaultError."""
    with doing("destroy an older copy of the vault"):
        for path in copies(database):
            with suppress(FileNotFoundError):  # the part of a backup that has just ended
                if time.time() - path.stat().st_mtime >= older_than_s:
                    shred_unless_held(path)


def forget_leftovers(paths: Paths) -> None:
    """Destroy what killed processes left beside the database. Only while nobody else writes.

    What cannot be removed keeps nobody out.
    """
    remove_leftovers(paths.vault_folder, f".{paths.vault_file.name}.*.part")
    for file in (paths.slots_file, count_path(paths.vault_file)):
        with suppress(OSError):
            sweep_leftovers(file)
