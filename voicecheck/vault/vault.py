"""The open vault: entries, recordings, and what waits in the inbox."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType

from voicecheck.domain import Entry, Page, Sitting, Tags
from voicecheck.errors import VaultBusyError, VaultError, VaultFullError
from voicecheck.files import close_folders, shred
from voicecheck.paths import Paths
from voicecheck.vault.inbox.claiming import claim, let_go, lock, shred_older
from voicecheck.vault.inbox.inbox import Inbox, pending, sweep_parts
from voicecheck.vault.inbox.sealed_file import (
    BlankSealedFile,
    EmptySealedFile,
    Recovered,
    ShreddedFile,
    longest_of,
    read_sealed,
)
from voicecheck.vault.keys.data_key import DataKey, Keyring
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.rekeying import finish_rekey, older_keys
from voicecheck.vault.search.sql import Search
from voicecheck.vault.storage_errors import storage_error
from voicecheck.vault.store.archive import Archive, Archived
from voicecheck.vault.store.connection import Database, UnfitValueError, open_database
from voicecheck.vault.store.corrections import Corrections, PrivateWords
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.mentions import Told, said
from voicecheck.vault.store.migration_copies import KEPT_S, forget_copies, forget_leftovers
from voicecheck.vault.store.owner import USUAL_NAME
from voicecheck.vault.store.recordings import KeepAudio, Recordings
from voicecheck.vault.store.revisions import Revisions
from voicecheck.vault.store.schema import migrate
from voicecheck.vault.store.steps import Shares, Steps
from voicecheck.vault.store.taken import Known, TakenFiles
from voicecheck.vault.store.tallies import Tallies
from voicecheck.vault.store.timeline import Timeline

YOUNG_S = 60.0
"""a sealed file without a header that changed this recently may belong to an answer that begins right now"""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What the inbox held."""

    entries: tuple[Entry, ...] = ()
    """complete answers, kept now"""
    waiting: tuple[Recovered, ...] = ()
    """answers that were cut off or are damaged in part: still sealed, for `keep` or `drop`"""
    unreadable: tuple[Path, ...] = ()
    """files of which nothing can be read; left where they are"""
    blank: int = 0
    """files without content, as a loss of power leaves them; removed"""
    put_back: int = 0
    """files of what was deleted or declined before; destroyed, and not taken in again"""


class Vault:
    """An open vault. One process writes at a time; close it, or use it in a `with`."""

    def __init__(self, paths: Paths, data_key: DataKey, database: Database, lost_commits: int = 0) -> None:
        self.count_missing = database.count_missing
        """whether the count of changes was not beside them: an older state may stand there unnoticed"""
        self.lost_commits = lost_commits
        """changes that were kept once and are no longer there, noticed at this opening"""
        self._blank = self._put_back = 0
        self.loosened = False
        """whether others on this computer could look into its folder before this opening"""
        self._paths = paths
        self._keyring = Keyring(data_key, older_keys(database))
        self._database = database
        self.recordings = Recordings(database)
        self.entries = Entries(database, self.recordings)
        self.search = Search(database)
        self.corrections = Corrections(database, self.entries)
        self.words = PrivateWords(database)
        self.steps = Steps(database)
        self.shares = Shares(database)
        self.revisions = Revisions(database, self.corrections)
        self.archive = Archive(database, self.entries, self.recordings, self.shares)
        self.tallies = Tallies(database)
        self.timeline = Timeline(database)
        self.taken = TakenFiles(database)
        self.inbox = Inbox(paths.inbox_folder, data_key.public_key)

    @classmethod
    def open(cls, paths: Paths, data_key: DataKey, *, read_only: bool = False) -> Vault:
        """Raises VaultBusyError when another process writes, VaultError when it cannot be opened."""
        loosened = not read_only and close_folders(paths.vault_folder, paths.inbox_folder)
        if not read_only:
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
        """Whether what was deleted has been overwritten; False while another process reads."""
        return self._database.settled

    @property
    def path(self) -> Path:
        return self._database.path

    def ingest(
        self,
        keep_audio: KeepAudio,
        now: datetime | None = None,
        tag: Callable[[Entry], Tags] | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> TakenIn:
        """Take in every complete answer of the inbox, and let go of the sound whose time has come.

        `tag` marks the feeling words of each: while the vault was locked, those of the person's own were not at hand.
        Each answer is one transaction; its digest is the next, and then its sealed file is destroyed. Interrupted in
        between, it is taken in again without a duplicate. Answers that a process still writes are left alone.
        `progress` is told how many files of how many are done.
        """
        self._blank = self._put_back = 0
        sweep_parts(self._paths.inbox_folder)
        paths, outcomes = pending(self._paths.inbox_folder), list[Entry | Recovered | Path | None]()
        for path in paths:
            progress(len(outcomes), len(paths))
            outcomes.append(self._take(path, keep_audio, tag))
        self.recordings.remove_due(keep_audio, now or datetime.now(UTC))
        forget_copies(self._database.path, KEPT_S)
        return TakenIn(
            tuple(outcome for outcome in outcomes if isinstance(outcome, Entry)),
            longest_of([outcome for outcome in outcomes if isinstance(outcome, Recovered)]),
            tuple(outcome for outcome in outcomes if isinstance(outcome, Path)),
            self._blank,
            self._put_back,
        )

    def keep(self, recovered: Recovered, entry: Entry, keep_audio: KeepAudio, lexicon_version: str = "") -> Entry:
        """Keep a cut-off answer as `entry`, with its sound, and destroy the sealed file.

        Where that has gone, or another lies in its place, what was read of it is kept, and no other file is touched.
        """
        descriptor = claim(recovered)
        try:
            pages, back = _sound(recovered, entry, keep_audio), recovered.taken_back
            kept = self.entries.add_longer(entry, pages, lexicon_version, taken_back=back)
            self.taken.add(recovered)
        except BaseException:
            let_go(descriptor)
            raise
        if descriptor is not None:
            _shred(recovered.path, descriptor)
        return kept

    def drop(self, recovered: Recovered) -> None:
        """Destroy a cut-off answer that the person does not want."""
        descriptor = claim(recovered)
        try:
            self.taken.add(recovered)
        except BaseException:
            let_go(descriptor)
            raise
        if descriptor is not None:
            _shred(recovered.path, descriptor)

    def rewrite(self, archived: Archived) -> None:
        """Put this in the place of the entry of its id: a sentence was taken back, and is overwritten.

        It leaves copies of migrations, too, and no sealed file brings it back.
        """
        with self._database.write():
            self.archive.rewrite(archived)
            self.taken.add_taken_back(archived.id)
        forget_copies(self._database.path)
        for path in pending(self._paths.inbox_folder):
            shred_older(path, self._keyring, archived.id)

    def tell_once(self, recovered: Recovered) -> bool:
        """Whether it was not told before that this answer cannot be written down; from now on it was."""
        key = f"told {recovered.path.name}"
        if self._database.value("SELECT 1 FROM state WHERE key = ?", (key,)):
            return False
        with self._database.write():
            self._database.execute("INSERT INTO state VALUES (?, '')", (key,))
        return True

    def said(self, since: date | None = None, until: date | None = None, name: str = USUAL_NAME) -> Iterator[Told]:
        """Every text of the owner with its mentions, oldest first; both `since` and `until` belong to it."""
        return said(self._database, since, until, name)

    def close(self) -> None:
        self._database.close()

    def _take(
        self, path: Path, keep_audio: KeepAudio, tag: Callable[[Entry], Tags] | None
    ) -> Entry | Recovered | Path | None:
        """The entry now kept, the answer that waits, or the path of an unreadable file; None where another holds it."""
        try:
            descriptor = lock(path)
        except OSError:
            return path
        if descriptor is None:
            return None
        try:
            recovered = read_sealed(path, self._keyring, descriptor)
        except ShreddedFile:
            _shred(path, descriptor)
            return None
        except EmptySealedFile as state:
            removed = self._pass_over(path, descriptor)
            self._blank += removed and isinstance(state, BlankSealedFile)
            return None
        except (VaultError, MemoryError):
            os.close(descriptor)
            return path
        kept = self.entries.has(recovered.header.entry_id)
        if self.taken.known(recovered, kept=kept) is Known.DONE:
            self._put_back += not kept and recovered.sitting is None
            _shred(path, descriptor)
            return None
        if recovered.complete and recovered.sitting is not None:
            self._take_sitting(recovered, recovered.sitting, path, descriptor)
            return None
        if not recovered.complete or recovered.entry is None:
            return self._leave_waiting(recovered, descriptor)
        try:
            entry, tags = _tagged(recovered.entry, tag)
            pages, back = _sound(recovered, entry, keep_audio), recovered.taken_back
            entry = self.entries.add_longer(entry, pages, tags.lexicon_version, taken_back=back)
            if tags.corrections:
                entry = self.corrections.settle(entry, tags)
            self.taken.add(recovered)
        except UnfitValueError:
            os.close(descriptor)
            return path
        except BaseException:
            os.close(descriptor)
            raise
        _shred(path, descriptor)
        return entry

    def _take_sitting(self, recovered: Recovered, sitting: Sitting, path: Path, descriptor: int) -> None:
        try:
            self.steps.add(sitting)
            self.taken.add(recovered)
        except BaseException:
            os.close(descriptor)
            raise
        _shred(path, descriptor)

    def _leave_waiting(self, recovered: Recovered, descriptor: int) -> Recovered | Path | None:
        """A cut-off answer waits for the person, unless it holds nothing, or all of it is kept."""
        nothing_said = recovered.empty and recovered.damage is None
        if nothing_said or (recovered.damage is None and self._holds(recovered)):
            _shred(recovered.path, descriptor)
            return None
        os.close(descriptor)
        return recovered.path if recovered.empty else recovered

    def _holds(self, recovered: Recovered) -> bool:
        """Whether the vault has all of a cut-off answer: `keep` was interrupted, or this is a shorter copy of it."""
        return self.entries.holds(recovered.entry or recovered.header.entry(), recovered.pages)

    def _pass_over(self, path: Path, descriptor: int) -> bool:
        """A file without a header: an answer that begins right now, or one that was killed before its first word.

        Whether it was removed.
        """
        if time.time() - os.fstat(descriptor).st_mtime < YOUNG_S:
            os.close(descriptor)
            return False
        _shred(path, descriptor)
        return True

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _of_another_key(paths: Paths, data_key: DataKey) -> VaultError | None:
    """What to say where the vault was given a new key since `data_key` was read."""
    with suppress(VaultError):
        if KeySlots.load(paths.slots_file).public_key != data_key.public_key:
            return VaultError("The vault was given a new key meanwhile.", "Start the command once more.")
    return None


def _tagged(entry: Entry, tag: Callable[[Entry], Tags] | None) -> tuple[Entry, Tags]:
    tags = Tags(entry.mentions, entry.corrections) if tag is None else tag(entry)
    return replace(entry, mentions=tags.mentions), tags


def _sound(recovered: Recovered, entry: Entry, keep_audio: KeepAudio) -> tuple[Page, ...]:
    """The pages that begin inside an answer: what was said after it, as a command to the program, is not kept."""
    if keep_audio == "never":
        return ()
    end = max((turn.end for turn in entry.turns if turn.answers), default=0)
    return tuple(page for page in recovered.pages if not end or page.start < end)


def _shred(path: Path, descriptor: int) -> None:
    try:
        shred(path, descriptor)
    except OSError as error:
        raise storage_error(error, "destroy the sealed answer") from error
