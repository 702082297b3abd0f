"""The open vault: entries, recordings, and what waits in the inbox."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from voicecheck.errors import VaultBusyError, VaultError, VaultFullError
from voicecheck.files import close_folders
from voicecheck.paths import Paths
from voicecheck.vault.backup_folder import back_up_into
from voicecheck.vault.copies import Copies
from voicecheck.vault.inbox.inbox import Inbox
from voicecheck.vault.ingest import Ingest
from voicecheck.vault.keys.data_key import DataKey, Keyring
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.moved import refuse_moved
from voicecheck.vault.rekeying import finish_rekey, older_keys
from voicecheck.vault.search.sql import Search
from voicecheck.vault.store.archive import Archive, Archived
from voicecheck.vault.store.compacting import compact
from voicecheck.vault.store.connection import Database, open_database
from voicecheck.vault.store.corrections import Corrections, PrivateWords
from voicecheck.vault.store.dates import Dates
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.letters import Letters
from voicecheck.vault.store.migration_copies import forget_leftovers
from voicecheck.vault.store.own_names import OwnNames
from voicecheck.vault.store.recordings import Recordings
from voicecheck.vault.store.revisions import Revisions
from voicecheck.vault.store.schema import migrate
from voicecheck.vault.store.steps import Shares, Steps
from voicecheck.vault.store.taken import TakenFiles
from voicecheck.vault.store.tallies import Tallies
from voicecheck.vault.store.timeline import Timeline
from voicecheck.vault.store.topics import Topics
from voicecheck.vault.store.unasked import Unasked


class Vault:
    """An open vault. One process writes at a time; close it, or use it in a `with`."""

    def __init__(self, paths: Paths, data_key: DataKey, database: Database, lost_commits: int = 0) -> None:
        self.count_missing = database.count_missing
        """True if the count of changes was not beside them: an older state may stand there unnoticed"""
        self.lost_commits = lost_commits
        """changes that were kept once and are no longer there, noticed at this opening"""
        self.loosened = False
        """True if others on this computer could look into its folder before this opening"""
        self._back_up_into = partial(back_up_into, paths, data_key)
        keyring = Keyring(data_key, older_keys(database))
        self._database = database
        self._copies = Copies(database.path, paths.inbox_folder, keyring)
        self.recordings = Recordings(database)
        self.entries = Entries(database, self.recordings, self._copies.forget)
        self.search = Search(database)
        self.corrections = Corrections(database, self.entries)
        self.words = PrivateWords(database)
        self.names = OwnNames(database)
        self.topics = Topics(database)
        self.steps = Steps(database)
        self.shares = Shares(database)
        self.revisions = Revisions(database, self.corrections, self.entries)
        self.archive = Archive(database, self.entries, self.recordings, self.shares)
        self.dates = Dates(database, self.entries)
        self.letters = Letters(database, self.entries, self.archive)
        self.unasked = Unasked(database)
        self.tallies = Tallies(database)
        self.timeline = Timeline(database)
        self.taken = TakenFiles(database)
        self.inbox = Inbox(paths.inbox_folder, data_key.public_key)
        taking = Ingest(
            paths.inbox_folder, keyring, database, self.entries, self.recordings, self.corrections, self.steps
        )
        self.ingest, self.ingest_one = taking.take_in, taking.take_in_one
        self.keep, self.drop, self.tell_once = taking.keep, taking.drop, taking.tell_once

    @classmethod
    def open(cls, paths: Paths, data_key: DataKey, *, read_only: bool = False) -> Vault:
        """Open the vault. Raises VaultBusyError when another process writes, VaultMovedError where it is only
        read from now on, VaultError when it cannot be opened.
        """
        loosened = not read_only and close_folders(paths.vault_folder, paths.inbox_folder)
        if not read_only:
            refuse_moved(paths.vault_folder)
            finish_rekey(paths, data_key)
        try:
            database = open_database(paths.vault_file, data_key, read_only=read_only)
        except (VaultBusyError, VaultFullError):
            raise
        except VaultError as error:
            raise _of_another_key(paths, data_key) or error from error
        try:
            if not read_only:
                forget_leftovers(paths)
            migrate(database, data_key)
            lost = 0 if read_only else database.reconcile()
            if not read_only:
                compact(database)
        except BaseException:
            database.close()
            raise
        vault = cls(paths, data_key, database, lost)
        vault.loosened = loosened
        return vault

    @property
    def read_only(self) -> bool:
        return self._database.read_only

    @property
    def settled(self) -> bool:
        """True if what was deleted has been overwritten; False while another process reads."""
        return self._database.settled

    @property
    def changes(self) -> int:
        """A number that differs once another connection, of this process or another, has changed the vault."""
        return self._database.changes

    @property
    def path(self) -> Path:
        return self._database.path

    def rewrite(self, archived: Archived) -> None:
        """Replace the entry of this id: a sentence was taken back, and is overwritten.

        It leaves every copy, too, and no sealed file brings it back.
        """
        with self._database.write():
            self.archive.rewrite(archived)
            self.taken.add_taken_back(archived.id)
        self._copies.forget([archived.id])

    def back_up_into(self, folder: Path) -> Path:
        """Write a backup into the folder, thin the older ones, and return its path. Raises VaultError."""
        return self._back_up_into(folder)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _of_another_key(paths: Paths, data_key: DataKey) -> VaultError | None:
    """Return the error for a vault that was given a new key since `data_key` was read; None if it was not."""
    with suppress(VaultError):
        if KeySlots.load(paths.slots_file).public_key != data_key.public_key:
            return VaultError("The vault was given a new key meanwhile.", "Start the command once more.")
    return None
