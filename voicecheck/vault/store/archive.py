"""Read and write entries with everything that belongs to them, so that they move between vaults without a loss."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import Enum

import msgspec

from voicecheck.clock import can_be_kept, milliseconds, moment
from voicecheck.domain import CorrectionAction, EmotionMention, Entry, EntryKind, PromptRef, RevisionSource, Turn
from voicecheck.utterance import Label, ModelUse, Page
from voicecheck.vault.inbox.bounds import (
    LANGUAGE,
    MOST_LETTERS,
    MOST_OFFSET,
    MOST_PAGE_SAMPLES,
    MOST_SECONDS,
    fit_labels,
    fit_turns,
    fits_mention,
)
from voicecheck.vault.store import text_index
from voicecheck.vault.store.connection import Database, UnfitValueError, decoded
from voicecheck.vault.store.dates import DateBefore, Dates
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.mentions import (
    MENTION_COLUMNS,
    insert_corrections,
    insert_revision,
    mention_of,
    replace_mentions,
)
from voicecheck.vault.store.recordings import Recordings
from voicecheck.vault.store.steps import SHARED, Shares
from voicecheck.vault.store.unasked import Unasked

_ID = re.compile(r"[0-9a-z][0-9a-z-]{3,63}")


@dataclass(frozen=True, slots=True)
class ArchivedCorrection:
    id: str
    made_at: datetime
    action: CorrectionAction
    mention: EmotionMention = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArchivedRevision:
    source: RevisionSource
    made_at: datetime
    text: str = field(repr=False)
    lexicon_version: str = ""
    mentions: tuple[EmotionMention, ...] = field(default=(), repr=False)
    corrections: tuple[ArchivedCorrection, ...] = field(default=(), repr=False)
    """in the order in which they were made"""


@dataclass(frozen=True, slots=True)
class ArchivedShare:
    """Record that a sentence of the entry was taken along."""

    at: datetime
    how: str
    """aloud or saved"""


@dataclass(frozen=True, slots=True)
class Archived:
    """An entry, all of it. The names are those of the exported JSON, which `diary.export` describes."""

    id: str
    session: str
    kind: EntryKind
    spoken_at: datetime
    speaker: str
    language: str
    timezone: str
    prompt: PromptRef | None
    duration_s: float
    reflection: str | None = field(repr=False)
    model: ModelUse | None
    reviewed_at: datetime | None
    turns: tuple[Turn, ...] = field(repr=False)
    revisions: tuple[ArchivedRevision, ...]
    """oldest first"""
    sound: tuple[Page, ...] = field(default=(), repr=False)
    shares: tuple[ArchivedShare, ...] = ()
    """oldest first"""
    labels: tuple[Label, ...] = ()
    dates_before: tuple[DateBefore, ...] = ()
    """earlier dates, the first one first"""
    not_again: bool = False
    """it is not to be shown unasked"""


_OF_ENTRY = tuple({one.name for one in fields(Archived)} & {one.name for one in fields(Entry)})
"""names of the facts that both have"""


class Restored(Enum):
    """Result of importing one archived entry."""

    NEW = "new"
    SAME = "same"
    """it was kept already, and is equal but for the sound"""
    OTHER = "other"
    """an entry of this id was kept already and differs, since one of the two was edited: it stays as it is"""


class Archive:
    def __init__(self, database: Database, entries: Entries, recordings: Recordings, shares: Shares) -> None:
        self._database = database
        self._shares = shares
        self._entries = entries
        self._recordings = recordings
        self._dates = Dates(database, entries)
        self._unasked = Unasked(database)

    def holds(self, entry_id: str) -> bool:
        """True if the entry with this whole id is kept, be it as a letter that waits."""
        return self._entries.has(entry_id) or bool(
            self._database.value("SELECT 1 FROM letters WHERE id = ? AND content IS NOT NULL", (entry_id,))
        )

    def read(self, entry_id: str, *, sound: bool = False) -> Archived:
        """Read the entry with this whole id. Raises NotFoundError."""
        entry = self._entries.get(entry_id)
        ((number, reviewed_ms),) = self._database.rows(
            "SELECT number, reviewed_ms FROM entries WHERE id = ?", (entry.id,)
        )
        with decoded():
            return Archived(
                **{name: getattr(entry, name) for name in _OF_ENTRY},
                reviewed_at=None if reviewed_ms is None else moment(reviewed_ms),
                revisions=self._revisions(number),
                sound=self._recordings.pages(entry.id) if sound else (),
                shares=tuple(ArchivedShare(at, how) for at, how in self._shares.of(entry.id)),
                dates_before=self._dates.of(entry.id),
                not_again=self._unasked.left_out(entry.id),
            )

    def restore(self, archived: Iterable[Archived], *, sound: bool = True) -> tuple[Restored, ...]:
        """Keep entries, in one transaction, in the order in which they come. Return the result for each.

        Raises UnfitValueError for one that cannot be kept; then none of them is.
        """
        outcomes = []
        with self._database.write():
            for one in archived:
                if self._entries.has(one.id):
                    same = self.read(one.id) == replace(one, sound=())
                    outcomes.append(Restored.SAME if same else Restored.OTHER)
                elif self.holds(one.id):  # a letter, which this would open before its day
                    outcomes.append(Restored.SAME)
                else:
                    self.insert(one, sound=sound)
                    outcomes.append(Restored.NEW)
        return tuple(outcomes)

    def rewrite(self, one: Archived) -> None:
        """Replace the kept entry of this id; what is not in it any more is overwritten.

        Runs inside the caller's transaction. When it was taken in, and its place among the others, stay.
        """
        number = int(self._database.value("SELECT number FROM entries WHERE id = ?", (one.id,)))
        self._entries.clear(number)
        self._database.execute("UPDATE entries SET reflection = ? WHERE number = ?", (one.reflection, number))
        self._fill(number, one, sound=True)

    def _revisions(self, number: int) -> tuple[ArchivedRevision, ...]:
        rows = self._database.rows(
            "SELECT number, source, made_ms, text, lexicon_version FROM revisions WHERE entry = ? ORDER BY number",
            (number,),
        )
        return tuple(
            ArchivedRevision(
                RevisionSource(source), moment(made_ms), text, version, self._mentions(at), self._corrections(at)
            )
            for at, source, made_ms, text, version in rows
        )

    def _mentions(self, revision: int) -> tuple[EmotionMention, ...]:
        rows = self._database.rows(
            f'SELECT {MENTION_COLUMNS} FROM mentions WHERE revision = ? ORDER BY start, "end", number',  # noqa: S608
            (revision,),
        )
        return tuple(mention_of(row) for row in rows)

    def _corrections(self, revision: int) -> tuple[ArchivedCorrection, ...]:
        rows = self._database.rows(
            "SELECT id, made_ms, action, mention FROM corrections WHERE revision = ? ORDER BY made_ms, id", (revision,)
        )
        return tuple(
            ArchivedCorrection(
                correction_id,
                moment(made_ms),
                CorrectionAction(action),
                msgspec.json.decode(mention, type=EmotionMention),
            )
            for correction_id, made_ms, action, mention in rows
        )

    def insert(self, one: Archived, *, sound: bool) -> None:
        """Insert an entry that is not kept. Runs inside the caller's transaction. Raises UnfitValueError."""
        check(one)
        number = self._entries.insert_entry(Entry(**{name: getattr(one, name) for name in _OF_ENTRY}))
        self._fill(number, one, sound=sound)
        if one.reviewed_at is not None:
            self._database.execute(
                "UPDATE entries SET reviewed_ms = ? WHERE number = ?", (milliseconds(one.reviewed_at), number)
            )

    def _fill(self, number: int, one: Archived, *, sound: bool) -> None:
        """Insert everything that belongs to the entry with this number."""
        self._entries.insert_turns(number, one.turns)
        for revision in one.revisions:
            self._insert_revision(number, revision)
        text_index.put(self._database, number, one.revisions[-1].text)
        self._database.execute_many(
            "INSERT INTO shares (entry, at_ms, how) VALUES (?, ?, ?)",
            ((number, milliseconds(share.at), share.how) for share in one.shares),
        )
        self._dates.insert(number, one.dates_before)
        self._unasked.insert(number, left_out=one.not_again)
        if sound:
            self._recordings.store(number, one.sound)

    def _insert_revision(self, number: int, revision: ArchivedRevision) -> None:
        """Insert a revision as the newest: those before it step back, as they did then."""
        insert_revision(self._database, number, revision.made_at, revision.source, revision.text)
        replace_mentions(self._database, number, revision.mentions, revision.lexicon_version)
        at = self._database.value("SELECT number FROM revisions WHERE entry = ? AND newest = 1", (number,))
        made = ((one.id, milliseconds(one.made_at), one.action.value, one.mention) for one in revision.corrections)
        insert_corrections(self._database, number, at, made)


def check(one: Archived) -> None:
    """Refuse values that the database would take and no other part of the program could use."""
    corrections = [correction for revision in one.revisions for correction in revision.corrections]
    mentions = [mention for revision in one.revisions for mention in revision.mentions]
    ids = [one.id, one.session, *(c.id for c in corrections), *(m.id or "" for m in mentions)]
    moments = [one.spoken_at, *(r.made_at for r in one.revisions), *(c.made_at for c in corrections)]
    moments += [one.reviewed_at] if one.reviewed_at is not None else []
    moments += [share.at for share in one.shares]
    moments += [at for before in one.dates_before for at in (before.made_at, before.spoken_at)]
    fits = (
        bool(one.revisions)
        and all(_ID.fullmatch(found) for found in ids)
        and all(map(can_be_kept, moments))
        and LANGUAGE.fullmatch(one.language) is not None
        and all(share.how in SHARED for share in one.shares)
        and all(
            fits_mention(mention, len(revision.text))
            for revision in one.revisions
            for mention in (*revision.mentions, *(c.mention for c in revision.corrections))
        )
        and 0 <= one.duration_s < MOST_SECONDS
        and fit_turns(one.turns)
        and fit_labels(one.labels)
        and all(len(revision.text) <= MOST_LETTERS for revision in one.revisions)
        and all(0 <= page.start < MOST_OFFSET and 0 < page.count <= MOST_PAGE_SAMPLES for page in one.sound)
    )
    if not fits:
        raise UnfitValueError("One of the entries is nothing that a vault can keep.", "Export it again.")
