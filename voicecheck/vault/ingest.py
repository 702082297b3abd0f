"""Taking in what waits in the inbox: complete answers at once, cut-off ones once the person has said what to do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from voicecheck.domain import Entry, Tags, TurnKind
from voicecheck.errors import VaultError
from voicecheck.utterance import Page
from voicecheck.vault.inbox.claiming import HeldFile, claim, lock
from voicecheck.vault.inbox.inbox import pending, sweep_parts
from voicecheck.vault.inbox.sealed_file import (
    BlankSealedFile,
    EmptySealedFile,
    Recovered,
    ShreddedFile,
    longest_of,
    read_sealed,
)
from voicecheck.vault.keys.data_key import Keyring
from voicecheck.vault.store.connection import Database, UnfitValueError
from voicecheck.vault.store.corrections import Corrections
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.migration_copies import KEPT_S, forget_copies
from voicecheck.vault.store.recordings import KeepAudio, Recordings
from voicecheck.vault.store.steps import Steps
from voicecheck.vault.store.taken import Known, TakenFiles

YOUNG_S = 60.0
"""a sealed file without a header that changed this recently may belong to an answer that begins right now"""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Result of taking in the inbox."""

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


class _Gone(Enum):
    """Outcome of a file that left nothing behind it, of which the person is told."""

    BLANK = "blank"
    PUT_BACK = "put back"


Outcome = Entry | Recovered | Path | _Gone | None
"""the entry now kept, the answer that waits, the path of an unreadable file; None where there is nothing to tell"""
Tag = Callable[[Entry], Tags]


class Ingest:
    """Taking in: sealed answers of the inbox on their way into the store of an open vault."""

    def __init__(
        self,
        folder: Path,
        keyring: Keyring,
        database: Database,
        entries: Entries,
        recordings: Recordings,
        corrections: Corrections,
        steps: Steps,
    ) -> None:
        self._folder = folder
        self._keyring = keyring
        self._database = database
        self._entries = entries
        self._recordings = recordings
        self._corrections = corrections
        self._steps = steps
        self._taken = TakenFiles(database)

    def take_in(
        self,
        keep_audio: KeepAudio,
        now: datetime | None = None,
        tag: Tag | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> TakenIn:
        """Take in every complete answer of the inbox, and let go of the sound whose time has come.

        `tag` marks the feeling words of each: while the vault was locked, those of the person's own were not at hand.
        Each answer is one transaction; its digest is the next, and then its sealed file is destroyed. Interrupted in
        between, it is taken in again without a duplicate. Answers that a process still writes are left alone.
        `progress` is told how many files of how many are done.
        """
        sweep_parts(self._folder)
        paths, outcomes = pending(self._folder), list[Outcome]()
        for path in paths:
            progress(len(outcomes), len(paths))
            outcomes.append(self._take(path, keep_audio, tag))
        self._recordings.remove_due(keep_audio, now or datetime.now(UTC))
        forget_copies(self._database.path, KEPT_S)
        return TakenIn(
            tuple(outcome for outcome in outcomes if isinstance(outcome, Entry)),
            longest_of([outcome for outcome in outcomes if isinstance(outcome, Recovered)]),
            tuple(outcome for outcome in outcomes if isinstance(outcome, Path)),
            outcomes.count(_Gone.BLANK),
            outcomes.count(_Gone.PUT_BACK),
        )

    def take_in_one(self, path: Path, keep_audio: KeepAudio, tag: Tag | None = None) -> Entry | None:
        """Take in the complete answer of this one sealed file, as `take_in` does; no other file is opened.

        None where nothing came of it that is an entry: it has gone, is in use, holds no answer, or cannot be read.
        """
        outcome = self._take(path, keep_audio, tag)
        return outcome if isinstance(outcome, Entry) else None

    def keep(self, recovered: Recovered, entry: Entry, keep_audio: KeepAudio, lexicon_version: str = "") -> Entry:
        """Keep a cut-off answer as `entry`, with its sound, and destroy the sealed file.

        Where that has gone, or another lies in its place, what was read of it is kept, and no other file is touched.
        """
        with claim(recovered) as held:
            kept = self._store(recovered, entry, keep_audio, lexicon_version)
            self._taken.add(recovered)
            held.shred()
        return kept

    def drop(self, recovered: Recovered) -> None:
        """Destroy a cut-off answer that the person does not want."""
        with claim(recovered) as held:
            self._taken.add(recovered)
            held.shred()

    def tell_once(self, recovered: Recovered) -> bool:
        """Return True the first time this is asked of an answer that cannot be written down, and record it."""
        key = f"told {recovered.path.name}"
        if self._database.noted(key) is not None:
            return False
        with self._database.write():
            self._database.note(key, "")
        return True

    def _take(self, path: Path, keep_audio: KeepAudio, tag: Tag | None) -> Outcome:
        try:
            held = lock(path)
        except OSError:
            return path
        if held is None:
            return None
        with held:
            try:
                recovered = read_sealed(path, self._keyring, held.descriptor)
            except ShreddedFile:
                held.shred()
                return None
            except EmptySealedFile as state:
                removed = _pass_over(held)
                return _Gone.BLANK if removed and isinstance(state, BlankSealedFile) else None
            except (VaultError, MemoryError):
                return path
            return self._take_read(recovered, held, keep_audio, tag)

    def _take_read(self, recovered: Recovered, held: HeldFile, keep_audio: KeepAudio, tag: Tag | None) -> Outcome:
        kept = self._entries.has(recovered.header.entry_id)
        if self._taken.known(recovered, kept=kept) is Known.DONE:
            held.shred()
            return _Gone.PUT_BACK if not kept and recovered.sitting is None else None
        if recovered.complete and recovered.sitting is not None:
            self._steps.add(recovered.sitting)
            self._taken.add(recovered)
            held.shred()
            return None
        if not recovered.complete or recovered.entry is None:
            return self._leave_waiting(recovered, held)
        try:
            entry = self._keep_tagged(recovered, recovered.entry, keep_audio, tag)
        except UnfitValueError:
            return recovered.path
        held.shred()
        return entry

    def _keep_tagged(self, recovered: Recovered, entry: Entry, keep_audio: KeepAudio, tag: Tag | None) -> Entry:
        tags = Tags(entry.mentions, entry.corrections) if tag is None else tag(entry)
        entry = self._store(recovered, replace(entry, mentions=tags.mentions), keep_audio, tags.lexicon_version)
        if tags.corrections:
            entry = self._corrections.settle(entry, tags)
        self._taken.add(recovered)
        return entry

    def _store(self, recovered: Recovered, entry: Entry, keep_audio: KeepAudio, lexicon_version: str) -> Entry:
        pages = _sound(recovered, entry, keep_audio)
        return self._entries.add_longer(entry, pages, lexicon_version, taken_back=recovered.taken_back)

    def _leave_waiting(self, recovered: Recovered, held: HeldFile) -> Recovered | Path | None:
        """Leave a cut-off answer for the person, unless it holds nothing, or all of it is kept."""
        entry = recovered.entry or recovered.header.entry()
        # All of it is kept where `keep` was interrupted, or where this is a shorter copy.
        if recovered.damage is None and (recovered.empty or self._entries.holds(entry, recovered.pages)):
            held.shred()
            return None
        return recovered.path if recovered.empty else recovered


def _pass_over(held: HeldFile) -> bool:
    """Remove a file without a header, unless it is young: then an answer begins right now. True if it was removed.

    An older one belongs to an answer that was killed before its first word.
    """
    if time.time() - os.fstat(held.descriptor).st_mtime < YOUNG_S:
        return False
    held.shred()
    return True


def _sound(recovered: Recovered, entry: Entry, keep_audio: KeepAudio) -> tuple[Page, ...]:
    """Return the pages that begin inside an answer or what is kept beside it: a command behind it is not kept."""
    if keep_audio == "never":
        return ()
    end = max((turn.end for turn in entry.turns if turn.answers or turn.kind is TurnKind.ASIDE), default=0)
    return tuple(page for page in recovered.pages if not end or page.start < end)
