"""Re-encrypt a vault under a new data key; neither an older key nor an older backup opens it from then on.

| step                                                                      | where it stops behind this step         |
|---------------------------------------------------------------------------|-----------------------------------------|
| 1. `vault.db.rekeyed`: a copy under the new key, read back and durable     | nothing has changed; the copy goes      |
| 2. `keys.json`: slots that wrap the new key, in one step                   | the new key counts; the copy is ready   |
| 3. `vault.db` is renamed `vault.db.replaced`, the copy `vault.db`          | the rest is done                        |
| 4. what is left under the older key is overwritten, `vault.count` is new   | all is done                             |

Whatever was interrupted is brought to its end, or taken back, at the next opening. The copy holds the older data key,
so that files that were sealed for it stay readable, and a mark, so that no older state of the vault passes for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from voicecheck.errors import VaultBusyError, VaultError, VaultFullError
from voicecheck.files import Owned, open_existing, shred, sync_folder
from voicecheck.paths import Paths
from voicecheck.vault.backup import check_database
from voicecheck.vault.disk.errors import doing, present, storage_error
from voicecheck.vault.disk.locking import writer_lock
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key
from voicecheck.vault.keys.slots import KeySlots, sweep_leftovers
from voicecheck.vault.store.connection import REKEYED, Database, decoded, open_database
from voicecheck.vault.store.migration_copies import forget_copies
from voicecheck.vault.store.schema import migrate

Progress = Callable[[int, int], None]
"""told how many pages are done, and how many there are"""


def rekey(
    paths: Paths,
    data_key: DataKey,
    keys: Sequence[Key],
    progress: Progress = lambda done, total: None,
) -> DataKey:
    """Give the vault a new data key, which from now on `keys` and nothing else open; the new key.

    Raises VaultBusyError while anybody else writes or reads, UsageError where the keys would lock the person out,
    VaultError otherwise. The vault then has the one key or the other, whole.
    """
    finish_rekey(paths, data_key)
    new_key = DataKey.generate()
    with closing(open_database(paths.vault_file, data_key)) as database:
        migrate(database, data_key)
        database.reconcile()
        database.shut_out_readers()
        _build(database, data_key, new_key, progress)
        KeySlots.load(paths.slots_file).wrap_new_key(data_key, new_key, keys)
        with doing("put the vault with its new key in place"):
            _move(paths)
    finish_rekey(paths, new_key)
    return new_key


def finish_rekey(paths: Paths, data_key: DataKey) -> None:
    """Bring a change of the data key to its end, or take it back, that was interrupted. Raises VaultError."""
    if not present(_rekeyed(paths.vault_file)) and not present(_replaced(paths.vault_file)):
        return
    try:
        with writer_lock(paths.vault_folder):
            if not _finish(paths, data_key):
                return
        with closing(open_database(paths.vault_file, data_key)) as database:
            database.count_anew()
    except VaultBusyError:  # somebody is at it
        return
    except OSError as error:
        raise storage_error(error, "finish the change of the vault's key") from error


def older_keys(database: Database) -> tuple[DataKey, ...]:
    """Return the data keys used before, newest first; none in a vault that is not brought up to date yet."""
    if not database.rows("SELECT 1 FROM sqlite_master WHERE name = 'older_keys'"):
        return ()
    with decoded():
        return tuple(
            DataKey(secret) for (secret,) in database.rows("SELECT data_key FROM older_keys ORDER BY number DESC")
        )


def _rekeyed(vault_file: Path) -> Path:
    return vault_file.with_name(f"{vault_file.name}.rekeyed")


def _replaced(vault_file: Path) -> Path:
    return vault_file.with_name(f"{vault_file.name}.replaced")


def _build(database: Database, data_key: DataKey, new_key: DataKey, progress: Progress) -> None:
    """Write the copy under the new key. Raises VaultError; then the copy is gone."""
    path = _rekeyed(database.path)
    changes = (
        ("INSERT INTO older_keys (data_key) VALUES (?)", (data_key.secret,)),
        ("INSERT INTO state VALUES (?, '')", (REKEYED,)),
    )
    try:
        database.copy_to(path, new_key, progress, changes)
        found = check_database(path, new_key)
        if (found.commits, found.entries) != (database.commits, database.value("SELECT count(*) FROM entries")):
            raise VaultError("The vault could not be copied whole; its key stays.", "See: voicecheck vault verify")
        with Owned(open_existing(path)) as copy:
            os.fsync(copy.descriptor)
        sync_folder(path.parent)
    except BaseException as error:
        _destroy(path)
        if isinstance(error, OSError):
            raise storage_error(error, "encrypt the vault anew") from error
        raise


def _finish(paths: Paths, data_key: DataKey) -> bool:
    """Finish an interrupted re-keying. Return False if the vault is not of this key. Raises OSError, VaultError."""
    if not _opens(paths.vault_file, data_key):
        if not _opens(_rekeyed(paths.vault_file), data_key, marked=True):
            return False  # neither is of this key: whoever opens the vault next says so
        _move(paths)
    if present(_replaced(paths.vault_file)):
        forget_copies(paths.vault_file)
    sweep_leftovers(paths.slots_file)
    _destroy(_rekeyed(paths.vault_file))
    _destroy(_replaced(paths.vault_file))
    sync_folder(paths.vault_folder)
    return True


def _move(paths: Paths) -> None:
    """Move the copy into the vault's place. Raises OSError."""
    if present(paths.vault_file):
        paths.vault_file.replace(_replaced(paths.vault_file))
        sync_folder(paths.vault_folder)
    _rekeyed(paths.vault_file).replace(paths.vault_file)
    sync_folder(paths.vault_folder)


def _opens(path: Path, data_key: DataKey, *, marked: bool = False) -> bool:
    """True if the database opens with this key and, where `marked`, bears the mark of a copy.

    Raises VaultBusyError and VaultFullError, which tell nothing of its key.
    """
    try:
        with closing(open_database(path, data_key, read_only=True)) as database:
            return not marked or database.noted(REKEYED) is not None
    except (VaultBusyError, VaultFullError):
        raise
    except VaultError:
        return False


def _destroy(path: Path) -> None:
    """Destroy a database with what SQLite may have left beside it. Raises OSError."""
    for part in (path, *(path.with_name(f"{path.name}-{suffix}") for suffix in ("journal", "wal", "shm"))):
        if present(part):
            shred(part, open_existing(part))
