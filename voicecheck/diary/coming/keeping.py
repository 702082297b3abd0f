"""Keep what came from another journal: look first, then take in, each entry once; stop between two batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from voicecheck.clock import local_date
from voicecheck.diary.coming.foreign import Fault, Foreign, Found, Reader
from voicecheck.diary.memos import ID_TIME
from voicecheck.diary.tagging import Tagger, tagger_of
from voicecheck.domain import Entry, EntryKind, Turn, TurnKind, new_id
from voicecheck.vault.inbox.bounds import MOST_LETTERS, fits_entry
from voicecheck.vault.store.connection import UnfitValueError
from voicecheck.vault.vault import Vault

BATCH = 50
"""entries in one transaction: stop between two, and the next import goes on there"""
EMPTY = "it has no words"
TOO_LONG = f"it has more than {MOST_LETTERS:,} letters"
TOO_MANY_LABELS = "it has more labels, or longer ones, than can be kept"
NOT_KEPT = "it is nothing that a vault can keep"


@dataclass
class Tally:
    """Result of looking at an export, or of taking it in."""

    new: int = 0
    same: int = 0
    """they were there already, or stand twice in the export"""
    faults: list[Fault] = field(default_factory=list)
    attachments: Counter[str] = field(default_factory=Counter)
    """files that hung on the new ones, and are left out"""
    labels: Counter[str] = field(default_factory=Counter)
    guessed_zones: int = 0
    """new ones that told no zone"""
    first: date | None = None
    last: date | None = None

    @property
    def seen(self) -> int:
        return self.new + self.same + len(self.faults)

    def add(self, foreign: Foreign) -> None:
        """Count a new one."""
        self.new += 1
        self.attachments.update({kind.value: count for kind, count in foreign.attachments})
        self.labels.update(label.kind.value for label in foreign.labels)
        self.guessed_zones += foreign.moment.guessed_zone
        day = local_date(foreign.moment.at)
        self.first = min(self.first or day, day)
        self.last = max(self.last or day, day)


class Known:
    """Which entries are there already, by the part of their ids that does not tell a time."""

    def __init__(self, vault: Vault | None) -> None:
        self._ends = {entry_id[ID_TIME:] for entry_id in vault.entries.select()} if vault else set()
        self._seen: dict[str, bytes] = {}

    def new_id(self, foreign: Foreign) -> str | None:
        """Return the id for one that is not there yet; None for one that is, or that stood in the export before.

        Two different entries of an export with one id are two: the second is known by what stands in it.
        """
        entry_id = foreign.entry_id()
        before = self._seen.setdefault(entry_id[ID_TIME:], foreign.content)
        if before != foreign.content:
            entry_id = foreign.entry_id(again=True)
        end = entry_id[ID_TIME:]
        if end in self._ends:
            return None
        self._ends.add(end)
        return entry_id


def look(reader: Reader, vault: Vault | None) -> Tally:
    """Count what an export holds that is new, and find what cannot be taken in. Keeps nothing."""
    tally, known = Tally(), Known(vault)
    for found in reader():
        for foreign, _ in _fit(found, known, tally):
            tally.add(foreign)
    return tally


def take_in(
    vault: Vault,
    reader: Reader,
    tally: Tally,
    *,
    language: str,
    progress: Callable[[int], None] = lambda seen: None,
) -> None:
    """Keep every entry that is new, marked as any other; `tally` counts along, also when it is stopped.

    `progress` is told how many of the export are done. Raises VaultError, though not for an entry that cannot be kept.
    """
    known, tagger = Known(vault), tagger_of(vault)
    coming = _coming(reader, known, tally)
    while batch := tuple(islice(coming, BATCH)):
        _keep(vault, batch, tally, tagger, language)
        progress(tally.seen)


def _coming(reader: Reader, known: Known, tally: Tally) -> Iterator[tuple[Foreign, str]]:
    for found in reader():
        yield from _fit(found, known, tally)


def _fit(found: Found, known: Known, tally: Tally) -> Iterator[tuple[Foreign, str]]:
    """Yield what can be kept and is new, with its id; count the rest."""
    if isinstance(found, Fault):
        tally.faults.append(found)
    elif reason := _unfit(found):
        tally.faults.append(Fault(found.number, found.place, reason))
    elif (entry_id := known.new_id(found)) is None:
        tally.same += 1
    else:
        yield found, entry_id


def _unfit(foreign: Foreign) -> str:
    """Return why an entry cannot be kept; empty if it can."""
    if foreign.is_empty:
        return EMPTY
    if len(foreign.text) > MOST_LETTERS:
        return TOO_LONG
    return "" if fits_entry(_entry(foreign, foreign.entry_id(), "")) else TOO_MANY_LABELS


def _keep(vault: Vault, batch: tuple[tuple[Foreign, str], ...], tally: Tally, tagger: Tagger, language: str) -> None:
    """Keep all in one transaction; if one cannot be kept, each in its own, so that only that one is lost."""
    entries = (_entry(foreign, entry_id, language) for foreign, entry_id in batch)
    tagged = [replace(entry, mentions=tagger.tag(entry).mentions) for entry in entries]
    try:
        vault.entries.add_all(tagged, tagger.version(language))
    except UnfitValueError:
        if len(batch) == 1:
            foreign, _ = batch[0]
            tally.faults.append(Fault(foreign.number, foreign.place, NOT_KEPT))
            return
        for one in batch:
            _keep(vault, (one,), tally, tagger, language)
        return
    for foreign, _ in batch:
        tally.add(foreign)


def _entry(foreign: Foreign, entry_id: str, language: str) -> Entry:
    at = foreign.moment.at
    return Entry(
        id=entry_id,
        session=new_id(at),
        kind=EntryKind.IMPORT,
        spoken_at=at,
        turns=(Turn(TurnKind.ANSWER, foreign.text),) if foreign.text else (),
        language=language,
        timezone=foreign.moment.zone,
        labels=foreign.labels,
    )
