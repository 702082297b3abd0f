"""The encrypted database: open, transact, close. The only importer of the SQLCipher binding."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlcipher3

from voicecheck.errors import VaultBusyError, VaultError
from voicecheck.files import Owned, open_private, size_of
from voicecheck.vault.disk.errors import doing, full_error, has_room, present
from voicecheck.vault.disk.locking import take_writer_lock
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.store.commit_count import CommitCount

BUSY_S = 5.0
PIECE_PAGES = 256
"""one MiB of a copy, between two reports of progress"""

# secure_delete together with FTS5's own secure-delete and the truncating checkpoint leaves no byte of what was deleted;
# each alone leaves some. cipher_memory_security makes search twenty times slower and locks no copy that Python holds.
PRAGMAS = (
    "cipher_log_level = NONE",
    "cipher_memory_security = OFF",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
    "foreign_keys = ON",
    "cache_size = -16000",  # KiB: what is cached need not be decrypted again
)

# Three packages install the binding's import name; two of them carry an SQLite that can corrupt a database in WAL mode
# (https://sqlite.org/wal.html#walresetbug, fixed in 3.51.3) and FTS5 overflows (fixed in 3.53.3).
OLDEST_SQLITE = (3, 53, 3)

Row = tuple[Any, ...]

REKEYED = "rekeyed"
"""in the table `state` of a copy that was made for a new data key, until its commits are counted anew"""


class UnfitValueError(VaultError):
    """A value that no database can hold; the vault itself is undamaged."""


class Database:
    """One open connection; every foreign error becomes a VaultError."""

    def __init__(self, connection: Any, path: Path, count: CommitCount, lock: int = -1) -> None:
        self._connection = connection
        self._lock = Owned(lock)
        self.path = path
        self.count = count
        self.count_missing = False
        """True if no count of changes was there at this opening"""
        self.settled = True
        """False while a reader keeps the WAL, and with it what was deleted, from being cleared away"""

    @property
    def read_only(self) -> bool:
        return self._lock.descriptor < 0

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement. Return the number of rows it changed."""
        with translated(self.path.parent):
            return int(self._connection.execute(sql, values).rowcount)

    def execute_many(self, sql: str, rows: Iterable[Row]) -> None:
        with translated(self.path.parent):
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        with translated(self.path.parent):
            return list(self._connection.execute(sql, values))

    def tally(self, sql: str, values: Sequence[Any] = ()) -> Counter[Row]:
        """Count equal rows without sorting them, as GROUP BY would, and without holding them all."""
        with translated(self.path.parent):
            return Counter(self._connection.execute(sql, values))

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, or None."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    @contextmanager
    def transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        """Run the body in a transaction. Nothing of it is left when the body raises."""
        self.execute(f"BEGIN {kind}")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run a transaction that counts itself, so that a lost one can be noticed, and ends in a checkpoint."""
        with self.transaction():
            yield
            self.execute("UPDATE state SET value = value + 1 WHERE key = 'commits'")
            number = self.commits
        self.count.write(number)
        self.checkpoint()

    @property
    def commits(self) -> int:
        """Number of commits that the database itself has counted."""
        with decoded():
            return int(self.noted("commits"))

    def reconcile(self) -> int:
        """Return the number of commits lost since the database was last open; recorded, so that it is told once."""
        if self.count_anew():
            return 0
        try:
            counted = self.count.read()
        except VaultError:
            counted = None
        commits = self.commits
        self.count_missing = counted is None and commits > 0
        if counted is None and not commits:  # from now on a missing count is a missing one
            self.count.write(0)  # durable before there is anything to count
            with self.write():
                return 0
        if self.count_missing:
            self.count_up("count_missing")
        if counted is None or counted < commits:
            self.count.write(commits)
            return 0
        lost = counted - commits
        if lost:
            with self.transaction():
                self.note("commits", str(counted))
                self.count_up("lost_commits", lost)
        return lost

    def count_anew(self) -> bool:
        """Write the count of a copy that was made for a new data key. Return True if this is one."""
        if self.noted(REKEYED) is None:
            return False
        self.count.write(self.commits)
        with self.write():
            self.execute("DELETE FROM state WHERE key = ?", (REKEYED,))
        return True

    @property
    def changes(self) -> int:
        """A number that differs once another connection has committed: https://sqlite.org/pragma.html#pragma_data_version"""
        return int(self.value("PRAGMA data_version"))

    def noted(self, key: str) -> Any:
        """Return what the table `state` has under this key; None for nothing."""
        return self.value("SELECT value FROM state WHERE key = ?", (key,))

    def note(self, key: str, value: str) -> None:
        """Write to the table `state`, in the caller's transaction."""
        self.execute(
            "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )

    def count_up(self, key: str, more: int = 1) -> None:
        """Add to a number in the table `state`, from 0 on, in the caller's transaction."""
        self.execute(
            "INSERT INTO state VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = value + ?2", (key, more)
        )

    def checkpoint(self) -> None:
        """Move everything into the main file and empty the WAL, so that neither a lost WAL nor an old page matters."""
        busy, *_ = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0]
        self.settled = not busy

    def copy_to(
        self,
        path: Path,
        data_key: DataKey,
        progress: Callable[[int, int], None] | None = None,
        changes: Iterable[tuple[str, Row]] = (),
    ) -> None:
        """Write a consistent copy, encrypted with `data_key`, to a new file; others may go on writing meanwhile.

        `progress` is told pages done and all of them; with it the copy is made piece by piece. `changes` are
        statements that only the copy sees.
        """
        create_file(path)
        with translated(path.parent):
            target = sqlcipher3.connect(str(path), isolation_level=None)
            try:
                target.execute(f"PRAGMA key = \"x'{data_key.database_key.hex()}'\"")
                if progress is None:
                    self._connection.backup(target)
                else:
                    self._connection.backup(
                        target, pages=PIECE_PAGES, progress=lambda _, left, total: progress(total - left, total)
                    )
                for statement, values in changes:
                    target.execute(statement, values)
                target.execute("PRAGMA journal_mode = DELETE")
            finally:
                target.close()

    def shut_out_readers(self) -> None:
        """Lock out readers until it is closed, with all of it in the one file. Raises VaultBusyError."""
        self.checkpoint()
        if self.value("PRAGMA journal_mode = DELETE") != "delete":
            raise _busy()
        self.rows("PRAGMA locking_mode = EXCLUSIVE")
        with self.transaction("EXCLUSIVE"):  # takes the lock, which then stays
            pass

    def close(self) -> None:
        """Checkpoint, close, let the next writer in. It is closed even where the checkpoint raises VaultError."""
        try:
            if not self.read_only:
                self.checkpoint()
        finally:
            self._connection.close()
            self._lock.close()

    def _roll_back(self) -> None:
        # SQLite has rolled back by itself after some errors, a full disk among them.
        if self._connection.in_transaction:
            self.execute("ROLLBACK")


def open_database(path: Path, data_key: DataKey, *, read_only: bool = False) -> Database:
    """Open the database at `path`.

    A writer holds `vault.lock` beside it until it closes; readers are let in beside a writer. Raises VaultBusyError
    when another process writes, VaultError when the file is missing (reading), damaged, or of another key.
    """
    check_installed()
    count = CommitCount(count_path(path), data_key.count_key)
    if read_only:
        _check_file(path)
        return Database(_connect(path, data_key, read_only), path, count)
    with Owned(take_writer_lock(path.parent)) as lock:
        _check_file(path)
        return Database(_connect(path, data_key, read_only), path, count, lock.hand_on())


def count_path(path: Path) -> Path:
    return path.with_name("vault.count")


def _check_file(path: Path) -> None:
    """Refuse a link, which SQLite would follow, and an empty file, which it would take for a new database."""
    if not present(path):
        raise VaultError("The vault's file is missing.", f"Put {path} back, or: voicecheck vault restore FILE")
    for file in (path, *(path.with_name(f"{path.name}-{part}") for part in ("wal", "shm"))):
        if present(file) and (file.is_symlink() or not file.is_file()):
            raise VaultError(
                f"{file} is a link, or no ordinary file.",
                "Look where it leads, and put the file itself there; nothing was changed.",
            )
    if not size_of(path) and present(count_path(path)):
        raise VaultError(
            "The vault's file is empty, and it was not before.",
            f"Put {path} back, or: voicecheck vault restore FILE",
        )


def create_file(path: Path) -> None:
    """Create the file 0600 before SQLite sees it: the WAL and the shared memory get the mode of the file."""
    with doing("make the vault"):
        Owned(open_private(path)).close()


@cache
def check_installed() -> None:
    """Raise VaultError if the installed binding is not safe to use."""
    check_variant(sqlcipher3)


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


@contextmanager
def decoded() -> Iterator[None]:
    """Translate a row that cannot be decoded into the VaultError for a damaged vault."""
    try:
        yield
    except (ValueError, TypeError, LookupError) as error:
        raise _damaged() from error


def _damaged() -> VaultError:
    return VaultError(
        "The vault's file is damaged, or belongs to another key.",
        "Look closer: voicecheck vault verify. A backup comes back with: voicecheck vault restore FILE",
    )


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn the binding's errors into what a person can act on; `folder` is where it would have written."""
    try:
        yield
    except (OverflowError, UnicodeEncodeError, sqlcipher3.DataError, sqlcipher3.IntegrityError) as error:
        raise UnfitValueError("This is nothing that the vault can keep.", "See: voicecheck vault verify") from error
    except sqlcipher3.Error as error:
        raise _vault_error(error, folder) from error


# The binding names no code for an error of SQLite's backup, only SQLite's text of it (sqlite3ErrStr).
_NAMES = {
    "disk I/O error": "SQLITE_IOERR",
    "database or disk is full": "SQLITE_FULL",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "attempt to write a readonly database": "SQLITE_READONLY",
    "unable to open database file": "SQLITE_CANTOPEN",
}


_MAYBE_FULL = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
"""how SQLite also answers where there is no room for the WAL or its index"""


def _name_of(error: Exception) -> str:
    return str(getattr(error, "sqlite_errorname", "") or _NAMES.get(str(error), ""))


def _vault_error(error: Exception, folder: Path) -> VaultError:
    name = _name_of(error)
    if name.startswith("SQLITE_FULL") or (name.startswith(_MAYBE_FULL) and not has_room(folder)):
        return full_error("write to the vault")
    if name.startswith("SQLITE_IOERR"):
        return VaultError(
            "Cannot use the vault: the disk reports an error.", "Check the disk and its free space, then try again."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return VaultError(
            "Cannot write to the vault: writing is not allowed there.", "Check who owns the vault's folder."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return _busy()
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")) or str(error).startswith("Could not decode to UTF-8"):
        return _damaged()
    return VaultError(f"The vault could not do that ({name or type(error).__name__}).", "See: voicecheck doctor")


def _busy() -> VaultBusyError:
    return VaultBusyError("The vault is busy with another program.", "Close the other one, or try again in a moment.")


def _connect(path: Path, data_key: DataKey, read_only: bool) -> Any:
    """Return a connection on which a first page was read."""
    with translated(path.parent):
        try:
            return _opened(_uri(path, read_only), data_key, read_only)
        except sqlcipher3.Error as error:
            if not read_only or not _name_of(error).startswith(_MAYBE_FULL) or has_room(path.parent):
                raise
        # There is no room for the index of the WAL. Alone with the file, SQLite keeps the index in memory.
        return _opened(_uri(path, read_only=False), data_key, read_only, alone=True)


def _opened(uri: str, data_key: DataKey, read_only: bool, *, alone: bool = False) -> Any:
    connection = sqlcipher3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_S, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA key = \"x'{data_key.database_key.hex()}'\"")
        for pragma in (*(["locking_mode = EXCLUSIVE"] if alone else []), *PRAGMAS):  # before anything is read
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA query_only = ON" if read_only else "PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(path: Path, read_only: bool) -> str:
    if not read_only:
        return f"{path.absolute().as_uri()}?mode=rw"
    # A database in WAL mode opens in a folder that cannot be written only where SQLite is told that nobody writes it.
    return f"{path.absolute().as_uri()}?mode=ro" + ("" if os.access(path.parent, os.W_OK) else "&immutable=1")
