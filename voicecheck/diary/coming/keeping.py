"""Keep what came from another journal: look first, then take in, each entry once; stop between two batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from voicecheck.clock import local_date
from voicecheck.diary.coming.foreign import Attachment, Fault, Foreign, Found, Reader
from voicecheck.diary.coming.sounds import Sounds
from voicecheck.diary.memos import ID_TIME, Memo
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
    sounds: int = 0
    """that became entries of their own, or would"""
    same_sounds: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    guessed_zones: int = 0
    """new ones that told no zone"""
    first: date | None = None
    last: date | None = None
    with_sounds: bool = False
    """sounds are taken in, and not left out"""

    @property
    def seen(self) -> int:
        return self.new + self.same + len(self.faults)

    def add(self, foreign: Foreign) -> None:
        """Count a new one."""
        self.new += 1
        self.attachments.update({kind.value: count for kind, count in foreign.attachments})
        self.attachments[Attachment.SOUNDS.value] += 0 if self.with_sounds else len(foreign.sounds)
        self.labels.update(label.kind.value for label in foreign.labels)
        self.guessed_zones += foreign.moment.guessed_zone
        day = local_date(foreign.moment.at)
        self.first = min(self.first or day, day)
        self.last = max(self.last or day, day)


@dataclass(frozen=True, slots=True)
class Sounding:
    """An entry of which the words are done, and the sounds are still to come."""

    foreign: Foreign
    end: str
    """of its id, by which it is found in the vault"""


class Known:
    """Which entries are there already, by the part of their ids that does not tell a time."""

    def __init__(self, vault: Vault | None) -> None:
        self._ends = {entry_id[ID_TIME:] for entry_id in vault.entries.select()} if vault else set()
        self._seen: dict[str, bytes] = {}

    def look(self, foreign: Foreign) -> tuple[str, bool]:
        """Return its id, and if it is new: neither there, nor in the export before.

        Two different entries of an export with one id are two: the second is known by what stands in it.
        """
        entry_id = foreign.entry_id()
        before = self._seen.setdefault(entry_id[ID_TIME:], foreign.content)
        if before != foreign.content:
            entry_id = foreign.entry_id(again=True)
        end = entry_id[ID_TIME:]
        new = end not in self._ends
        self._ends.add(end)
        return entry_id, new


def look(reader: Reader, vault: Vault | None, sounds: Sounds | None = None) -> Tally:
    """Count what an export holds that is new, and find what cannot be taken in. Keeps nothing.

    `sounds` are taken in, too; None leaves them out.
    """
    tally, known = Tally(with_sounds=sounds is not None), Known(vault)
    for found in reader():
        batch, sounding = _fit([found], known, tally)
        for foreign, _ in batch:
            tally.add(foreign)
        if sounds is not None:
            for sound in (sound for one in sounding for sound in sounds.look(one.foreign, vault)):
                _count(sound, tally)
    return tally


def _count(sound: Memo | Fault | None, tally: Tally) -> None:
    if isinstance(sound, Fault):
        tally.faults.append(sound)
    elif sound is None:
        tally.same_sounds += 1
    else:
        tally.sounds += 1


def take_in(
    vault: Vault,
    reader: Reader,
    tally: Tally,
    *,
    language: str,
    progress: Callable[[int], None] = lambda seen: None,
    sounds: Sounds | None = None,
) -> None:
    """Keep every entry that is new, marked as any other; `tally` counts along, also when it is stopped.

    With `sounds` each sound becomes an entry beside that on which it hangs, also where that came before. `progress` is
    told how many of the export are done. Raises VaultError, though not for an entry that cannot be kept.
    """
    tally.with_sounds = sounds is not None
    known, tagger, coming = Known(vault), tagger_of(vault), reader()
    while found := tuple(islice(coming, BATCH)):
        batch, sounding = _fit(found, known, tally)
        if batch:
            _keep(vault, tuple(batch), tally, tagger, language)
        if sounds is not None:
            for one in sounding:
                _keep_sounds(vault, one, sounds, tally)
        progress(tally.seen)


def _keep_sounds(vault: Vault, one: Sounding, sounds: Sounds, tally: Tally) -> None:
    """Keep the sounds of an entry, each in a transaction of its own; one that cannot be kept costs itself alone."""
    for memo in sounds.look(one.foreign, vault):
        if isinstance(memo, Memo):
            beside = vault.entries.with_end(one.end)
            session = "" if beside is None else vault.entries.get(beside).session
            kept, fault = sounds.keep(vault, replace(memo, session=session), one.foreign)
            tally.sounds += kept
            tally.faults += [] if fault is None else [fault]
        else:
            _count(memo, tally)


def _fit(found: Iterable[Found], known: Known, tally: Tally) -> tuple[list[tuple[Foreign, str]], list[Sounding]]:
    """Return what can be kept and is new, with its id, and all entries with sounds; count the rest."""
    new, sounding = list[tuple[Foreign, str]](), list[Sounding]()
    for one in found:
        if isinstance(one, Fault):
            tally.faults.append(one)
            continue
        entry_id, reason = "", _unfit(one)
        if reason == EMPTY and one.sounds and tally.with_sounds:
            pass  # a sound alone is one
        elif reason:
            tally.faults.append(Fault(one.number, one.place, reason))
            continue
        else:
            entry_id, is_new = known.look(one)
            if is_new:
                new.append((one, entry_id))
            else:
                tally.same += 1
        if one.sounds:
            sounding.append(Sounding(one, entry_id[ID_TIME:]))
    return new, sounding


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
