"""Check every page, row, key slot and sealed answer of a vault, and report damage. Changes nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from voicecheck.errors import VaultBusyError, VaultError, VaultFullError
from voicecheck.files import open_existing
from voicecheck.paths import Paths
from voicecheck.vault.backup import DATABASE, Contents, Progress, check_backup, own_part
from voicecheck.vault.disk.errors import doing, present
from voicecheck.vault.inbox.inbox import pending, running
from voicecheck.vault.inbox.sealed_file import EmptySealedFile, Recovered, read_sealed
from voicecheck.vault.keys.data_key import DataKey, Keyring
from voicecheck.vault.keys.kinds import kind_of, sound
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.rekeying import older_keys
from voicecheck.vault.store.connection import Database, decoded, open_database
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.recordings import Recordings

RESTORE = "Keep this folder as it is, and restore the newest backup: voicecheck vault restore FILE"
OTHER_BACKUP = "Use another backup, or make a new one: voicecheck vault backup FILE"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of checking one part of the vault."""

    part: str
    whole: bool
    detail: str
    next_step: str = ""


def verify_vault(paths: Paths, data_key: DataKey) -> tuple[Finding, ...]:
    """Check the vault. Raises VaultError only if it cannot be looked at, never for what is damaged in it."""
    return (_slots(paths), *_database(paths, data_key), *_inbox(paths, _keyring(paths, data_key)))


def verify_backup(
    file: Path, data_key: DataKey, paths: Paths, progress: Progress = lambda done: None
) -> tuple[Contents, tuple[Finding, ...]]:
    """Check every byte of a backup, and every page and row of the database inside, as a restore would have them.

    The database lies for that time beside the vault, or where temporary files do, encrypted as it is. Raises
    VaultError where the file is damaged as a whole, or cannot be looked at.
    """
    at = doing("look at the database inside the backup")
    with at, _place(paths) as folder, own_part(folder, DATABASE) as part:
        with os.fdopen(open_existing(part), "wb") as database:
            contents = check_backup(file, data_key, progress, database)
        looks = tuple(_looks(part, data_key, (_pages, _rows)))
    return contents, tuple(found if found.whole else replace(found, next_step=OTHER_BACKUP) for found in looks)


@contextmanager
def _place(paths: Paths) -> Iterator[Path]:
    if paths.vault_folder.is_dir():
        yield paths.vault_folder
        return
    with tempfile.TemporaryDirectory(prefix="voicecheck-") as folder:
        yield Path(folder)


def _keyring(paths: Paths, data_key: DataKey) -> Keyring:
    """Return the data key with the older keys, where the database can still tell them."""
    try:
        with closing(open_database(paths.vault_file, data_key, read_only=True)) as database:
            return Keyring(data_key, older_keys(database))
    except VaultError:
        return Keyring(data_key)


def _slots(paths: Paths) -> Finding:
    try:
        slots = KeySlots.load(paths.slots_file)
        _ = slots.public_key
    except VaultError as error:
        return Finding("key slots", False, error.message, error.hint)
    damaged = [str(number) for number, slot in enumerate(slots.slots, start=1) if kind_of(slot) and not sound(slot)]
    if damaged:
        step = "Take it out and add it anew: voicecheck vault slots"
        return Finding("key slots", False, f"damaged: {', '.join(damaged)} of {len(slots.slots)}", step)
    unknown = f"; {len(slots.unknown)} of a kind that this VoiceCheck does not know" if slots.unknown else ""
    return Finding("key slots", True, f"{len(slots.slots)}; each is proved only when it is used{unknown}")


def _database(paths: Paths, data_key: DataKey) -> Iterator[Finding]:
    return _looks(paths.vault_file, data_key, (_pages, _rows, _changes))


def _looks(path: Path, data_key: DataKey, looks: tuple[Callable[[Database], Finding], ...]) -> Iterator[Finding]:
    connect = partial(open_database, path, data_key, read_only=True)
    try:
        connect().close()
    except VaultError as error:
        yield _damaged("database", error)
        return
    # SQLCipher refuses everything on a connection that has met a damaged page, hence one for each look.
    for look in looks:
        with closing(connect()) as database:
            yield look(database)
    yield _entries(connect)


def _damaged(part: str, error: VaultError, next_step: str = RESTORE) -> Finding:
    """Return damage as a finding; raises an error again that tells of none: a full disk, or somebody at work."""
    if isinstance(error, VaultFullError | VaultBusyError):
        raise error
    return Finding(part, False, error.message, next_step)


def _pages(database: Database) -> Finding:
    """Run SQLCipher's own check: an HMAC over each page and its number, so that a swapped page is noticed too."""
    try:
        faults = database.rows("PRAGMA cipher_integrity_check")
        count = database.value("PRAGMA page_count")
    except VaultError as error:
        return _damaged("pages", error)
    if faults:
        return Finding("pages", False, f"{len(faults)} of {count} damaged or out of place", RESTORE)
    return Finding("pages", True, f"{count}")


def _rows(database: Database) -> Finding:
    """Check that tables, indices and the search index agree, and that no reference is dangling."""
    try:
        faults = [row for row in database.rows("PRAGMA integrity_check(100)") if row != ("ok",)]
        faults += database.rows("PRAGMA foreign_key_check")
        texts = database.value("SELECT count(*) FROM newest_texts")
        searchable = database.value("SELECT count(*) FROM entry_index_docsize")
    except VaultError as error:
        return _damaged("rows", error)
    if faults or texts != searchable:
        return Finding("rows", False, f"{len(faults) or 1} place(s) do not fit together", RESTORE)
    return Finding("rows", True, "tables, indices and search agree")


def _entries(connect: Callable[[], Database]) -> Finding:
    """Read each entry whole, sound included; what cannot be read is named by its id."""
    damaged, database = [], connect()
    try:
        ids = Entries(database, Recordings(database)).select()
        for entry_id in ids:
            if not _readable(database, entry_id):
                damaged.append(entry_id)
                database.close()
                database = connect()
    except VaultError as error:
        return _damaged("entries", error)
    finally:
        database.close()
    if damaged:
        some = ", ".join(entry_id[:13] for entry_id in damaged[:SHOWN]) + (", ..." if len(damaged) > SHOWN else "")
        return Finding("entries", False, f"{len(ids) - len(damaged)} whole, {len(damaged)} not: {some}", RESTORE)
    return Finding("entries", True, f"{len(ids)}")


def _readable(database: Database, entry_id: str) -> bool:
    recordings = Recordings(database)
    try:
        Entries(database, recordings).get(entry_id)
        recordings.pages(entry_id)
    except VaultError as error:  # a damaged page, or a row that is no entry
        return _damaged("entries", error).whole
    return True


def _changes(database: Database) -> Finding:
    """Check that the database has all the commits that were counted beside it."""
    try:
        counted, commits = database.count.read(), database.commits
        with decoded():
            lost, missing = (int(database.noted(key) or 0) for key in ("lost_commits", "count_missing"))
    except VaultError as error:
        return _damaged("changes", error, error.hint)
    if counted is None:
        return Finding("changes", False, "the count beside the database is missing", "Run: voicecheck vault unlock")
    lost += max(0, counted - commits)
    if lost:
        return Finding("changes", False, f"{lost} of {max(counted, commits)} lost; the rest is whole", RESTORE)
    if missing:
        doubt = f"the count beside it was missing {missing} time(s), when an older state would not have been noticed"
        return Finding("changes", True, f"all {commits}; {doubt}")
    return Finding("changes", True, f"all {commits}")


def _inbox(paths: Paths, keyring: Keyring) -> Iterator[Finding]:
    found = pending(paths.inbox_folder)
    if not found:
        yield Finding("inbox", True, "empty")
    for path in found:
        part = f"inbox/{path.name}"
        try:
            recovered = read_sealed(path, keyring)
        except EmptySealedFile:
            yield Finding(part, True, "nothing was said in it")
        except VaultError as error:
            if present(path):  # else it was taken in meanwhile
                yield Finding(part, False, error.message, error.hint)
        else:
            yield _answer(part, recovered)


def _answer(part: str, recovered: Recovered) -> Finding:
    if recovered.damage is not None:
        return Finding(part, False, recovered.damage, "What can be read is offered at: voicecheck vault unlock")
    if recovered.complete:
        return Finding(part, True, "whole")
    return Finding(part, True, "being spoken" if running(recovered.path) else "broken off, whole up to there")
