"""SQL for entries: keep, find, list, delete."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime

import msgspec

from voicecheck import clock
from voicecheck.domain import ID_BYTES, Entry, EntryKind, PromptRef, RevisionSource, Turn, TurnKind, new_id
from voicecheck.errors import UsageError
from voicecheck.utterance import Label, LabelKind, ModelUse, Page, SoundKind, VoiceSound
from voicecheck.vault.store import text_index
from voicecheck.vault.store.connection import Database, Row, UnfitValueError, decoded
from voicecheck.vault.store.mentions import (
    insert_revision,
    newest_mentions,
    no_entry,
    replace_mentions,
    to_json,
)
from voicecheck.vault.store.packed_words import pack_segments, unpack_segments
from voicecheck.vault.store.recordings import Recordings
from voicecheck.vault.store.same_answer import end_of, lies_in
from voicecheck.vault.store.taken import TakenFiles
from voicecheck.vault.store.word_times import timed_mentions

SHORTEST_PREFIX = 4
HANGING = ("pages", "shares", "corrections", "mentions", "revisions", "turns", "dates_before", "not_again")
"""tables whose rows belong to an entry, those first that refer to others"""
ENTRIES_PER_MS = 1024  # row numbers are milliseconds times this, see schema.py

_ENTRY_COLUMNS = """number, id, session, kind, speaker, language, spoken_at, timezone, prompt_id, prompt_text,
    duration_s, reflection, model, labels, EXISTS (SELECT 1 FROM pages WHERE pages.entry = entries.number)"""


class Entries:
    def __init__(
        self,
        database: Database,
        recordings: Recordings,
        forget_copies: Callable[[Container[str]], None] = lambda entry_ids: None,
    ) -> None:
        """`forget_copies` destroys the copies of deleted entries that lie outside of the database."""
        self._database = database
        self._recordings = recordings
        self._forget_copies = forget_copies

    def add(self, entry: Entry, pages: Iterable[Page] = (), lexicon_version: str = "") -> Entry:
        """Keep an entry and its sound in one transaction. Return it as kept, its mentions with ids and times.

        An entry whose id is kept already is left as it is: taking the same answer in twice changes nothing.
        """
        if self.has(entry.id):
            return self.get(entry.id)
        return self._keep(entry, pages, lexicon_version)

    def _keep(self, entry: Entry, pages: Iterable[Page], lexicon_version: str, *, again: bool = False) -> Entry:
        entry = _with_ids(entry)
        with self._database.write():
            if again:
                self._delete_one(entry.id)
            self._insert(entry, pages, lexicon_version)
        return replace(entry, has_audio=self._recordings.has_audio(entry.id))

    def holds(self, entry: Entry, pages: Sequence[Page] = ()) -> bool:
        """True if the entry kept under this id holds all of this one."""
        return self.has(entry.id) and lies_in(
            entry, pages, self.get(entry.id), self._recordings.pages(entry.id) if pages else ()
        )

    def add_longer(
        self, entry: Entry, pages: Iterable[Page], lexicon_version: str = "", *, taken_back: bool = False
    ) -> Entry:
        """Add an entry; where a shorter part of the same answer is kept, this takes its place.

        So it does where the kept one still has a sentence that was `taken_back` from this one.

        What the person has worked on stays, and so does what says something else: this then stands beside it, under
        an id of its own.
        """
        pages = tuple(pages)
        worked_on = self._worked_on(entry.id)
        less = taken_back and self.holds(entry) and not worked_on  # its sound was made anew: the words decide
        if not self.has(entry.id) or (self.holds(entry, pages) and not less):
            return self.add(entry, pages, lexicon_version)
        kept = self.get(entry.id), self._recordings.pages(entry.id) if pages else ()
        if not less and (worked_on or not lies_in(*kept, entry, pages)):
            said = "\n".join(turn.text for turn in entry.turns)
            same = hashlib.sha256(f"{entry.id} {end_of(pages)} {said}".encode()).digest()
            return self.add(replace(entry, id=new_id(entry.spoken_at, same[:ID_BYTES])), pages, lexicon_version)
        return self._keep(entry, pages, lexicon_version, again=True)

    def _worked_on(self, entry_id: str) -> bool:
        """True if the person edited, corrected, reviewed, shared or dated the entry."""
        return bool(
            self._database.value(
                """SELECT (SELECT reviewed_ms FROM entries WHERE number = ?1) IS NOT NULL
                   OR EXISTS (SELECT 1 FROM revisions WHERE entry = ?1 AND source = 'person')
                   OR EXISTS (SELECT 1 FROM corrections WHERE entry = ?1)
                   OR EXISTS (SELECT 1 FROM shares WHERE entry = ?1)
                   OR EXISTS (SELECT 1 FROM dates_before WHERE entry = ?1)""",
                (self._number(entry_id),),
            )
        )

    def add_all(self, entries: Iterable[Entry], lexicon_version: str = "") -> int:
        """Keep many without sound in one transaction. Return how many of them were new."""
        count = 0
        with self._database.write():
            for entry in entries:
                if not self.has(entry.id):
                    self._insert(_with_ids(entry), (), lexicon_version)
                    count += 1
        return count

    def has(self, entry_id: str) -> bool:
        """True if the entry with this whole id is kept."""
        return self._number(entry_id) is not None

    def with_end(self, end: str) -> str | None:
        """Return the id that ends so, as that of an imported file does; None where there is none."""
        found = self._database.value("SELECT id FROM entries WHERE substr(id, -length(?1)) = ?1", (end,))
        return None if found is None else str(found)

    def get(self, identifier: str) -> Entry:
        """Return the entry with this id, or one that begins so. Raises NotFoundError, UsageError when several do."""
        rows = self._database.rows(f"SELECT {_ENTRY_COLUMNS} FROM entries WHERE id = ?", (self.find(identifier),))  # noqa: S608
        return self._load(rows)[0]

    def find(self, identifier: str) -> str:
        """Return the whole id that begins with `identifier` (four characters at least)."""
        prefix = identifier.strip().lower()
        if len(prefix) < SHORTEST_PREFIX:
            raise UsageError(f"An id needs at least {SHORTEST_PREFIX} characters.", "See: voicecheck entry list")
        if not re.fullmatch(r"[0-9a-z-]+", prefix):
            raise no_entry()
        found = self._database.rows(
            "SELECT id FROM entries WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", (prefix, prefix + "\x7f")
        )
        if not found:
            raise no_entry()
        if len(found) > 1 and found[0][0] != prefix:
            raise UsageError("Several entries begin so.", "Type more of the id; see: voicecheck entry list")
        return str(found[0][0])

    def list(self, limit: int | None = None) -> tuple[Entry, ...]:
        """Return entries, newest first by the time they were spoken."""
        rows = self._database.rows(
            f"SELECT {_ENTRY_COLUMNS} FROM entries ORDER BY number DESC LIMIT ?",  # noqa: S608 - constants only
            (-1 if limit is None else limit,),
        )
        return self._load(rows)

    def count(self) -> int:
        return int(self._database.value("SELECT count(*) FROM entries"))

    def asked(self) -> tuple[tuple[str, date], ...]:
        """Return the prompts that were answered, each with the person's day, oldest first."""
        rows = self._database.rows(
            "SELECT prompt_id, local_date FROM entries WHERE prompt_id IS NOT NULL ORDER BY number"
        )
        with decoded():
            return tuple((prompt_id, date.fromisoformat(day)) for prompt_id, day in rows)

    def select(
        self, session: str | None = None, since: date | None = None, until: date | None = None
    ) -> tuple[str, ...]:
        """Return the ids of a sitting, or of the person's days from `since` to `until`, both included; oldest first."""
        rows = self._database.rows(
            """SELECT id FROM entries WHERE (?1 IS NULL OR session = ?1)
               AND (?2 IS NULL OR local_date >= ?2) AND (?3 IS NULL OR local_date <= ?3) ORDER BY number""",
            (session, since and since.isoformat(), until and until.isoformat()),
        )
        return tuple(entry_id for (entry_id,) in rows)

    def find_session(self, identifier: str) -> str:
        """Return the whole id of the sitting that begins so, or of the entry that begins so."""
        prefix = identifier.strip().lower()
        found = self._database.rows(
            "SELECT id FROM sessions WHERE id >= ? AND id < ? LIMIT 2", (prefix, prefix + "\x7f")
        )
        if len(found) == 1 and len(prefix) >= SHORTEST_PREFIX:
            return str(found[0][0])
        return self.get(identifier).session

    def delete(self, *identifiers: str) -> None:
        """Delete text, revisions, tags, sound and search index in one transaction, and overwrite them.

        Every copy outside of the database leaves too, and a sealed file that is put back is not taken in again.
        """
        ids = dict.fromkeys(self.find(identifier) for identifier in identifiers)
        with self._database.write():
            for entry_id in ids:
                self._delete_one(entry_id)
            TakenFiles(self._database).add_deleted(ids)
        self._forget_copies(ids)

    def mark_reviewed(self, identifier: str, at: datetime) -> None:
        """Record that the person found the text right: its sound is no longer needed."""
        with self._database.write():
            self._database.execute(
                "UPDATE entries SET reviewed_ms = ? WHERE id = ?", (clock.milliseconds(at), self.find(identifier))
            )

    def put_aside(self, entry_id: str) -> str:
        """Take an entry out with all that hangs on it, and return its sitting; the questions asked then stay.

        Runs inside the caller's transaction.
        """
        ((number, session),) = self._database.rows("SELECT number, session FROM entries WHERE id = ?", (entry_id,))
        self.clear(number)
        self._database.execute("DELETE FROM entries WHERE number = ?", (number,))
        self._database.execute(
            "DELETE FROM sessions WHERE id = ? AND NOT EXISTS (SELECT 1 FROM entries WHERE session = sessions.id)",
            (session,),
        )
        return str(session)

    def _delete_one(self, entry_id: str) -> None:
        session = self.put_aside(entry_id)
        self._database.execute("DELETE FROM letters WHERE id = ?", (entry_id,))  # that it was one
        # The questions of an evening go with its last answer, and with the last entry all that were ever asked.
        self._database.execute(
            """DELETE FROM steps WHERE entry = ?1 OR NOT EXISTS (SELECT 1 FROM entries)
               OR (session = ?2 AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = ?2))""",
            (entry_id, session),
        )

    def clear(self, number: int) -> None:
        """Delete all that hangs on the entry with this number, and not its own row, in the caller's transaction."""
        text = self._database.value("SELECT text FROM newest_texts WHERE entry = ?", (number,))
        text_index.take_out(self._database, number, text)
        for table in HANGING:
            self._database.execute(f"DELETE FROM {table} WHERE entry = ?", (number,))  # noqa: S608 - constants only

    def _number(self, entry_id: str) -> int | None:
        found = self._database.value("SELECT number FROM entries WHERE id = ?", (entry_id,))
        return None if found is None else int(found)

    def _insert(self, entry: Entry, pages: Iterable[Page], lexicon_version: str) -> None:
        number = self.insert_entry(entry)
        self.insert_turns(number, entry.turns)
        self._insert_revision(number, entry, lexicon_version)
        self._recordings.store(number, pages)

    def insert_entry(self, entry: Entry) -> int:
        """Insert the entry without its turns and texts. Return its number. Runs inside the caller's transaction."""
        number = self.free_number(entry.spoken_at)
        self._database.execute(
            """INSERT INTO sessions VALUES (?, ?)
               ON CONFLICT (id) DO UPDATE SET began_ms = min(began_ms, excluded.began_ms)""",
            (entry.session, clock.milliseconds(entry.spoken_at)),
        )
        prompt = (None, None) if entry.prompt is None else (entry.prompt.id, entry.prompt.text)
        self._database.execute(
            """INSERT INTO entries (number, id, session, kind, speaker, language, spoken_at, timezone, local_date,
               prompt_id, prompt_text, duration_s, reflection, model, labels, taken_in_ms)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                number, entry.id, entry.session, entry.kind.value, entry.speaker, entry.language,
                entry.spoken_at.isoformat(), entry.timezone, entry.local_date.isoformat(), *prompt, entry.duration_s,
                entry.reflection, None if entry.model is None else to_json(asdict(entry.model)),
                to_json([[label.kind.value, label.name] for label in entry.labels]),
                clock.milliseconds(clock.now()),
            ),
        )  # fmt: skip
        return number

    def free_number(self, spoken_at: datetime) -> int:
        first = clock.milliseconds(spoken_at) * ENTRIES_PER_MS
        last = self._database.value(
            "SELECT max(number) FROM entries WHERE number >= ? AND number < ?", (first, first + ENTRIES_PER_MS)
        )
        if last == first + ENTRIES_PER_MS - 1:
            raise UnfitValueError(
                "Too many entries carry the same time.", "Give each entry the time at which it was spoken."
            )
        return first if last is None else int(last) + 1

    def add_turn(self, entry_id: str, turn: Turn) -> Entry:
        """Add a turn behind those of the entry with this whole id, and return the entry. Raises NotFoundError."""
        entry = self.get(entry_id)
        with self._database.write():
            number = self._number(entry.id)
            if number is None:
                raise no_entry()
            self.replace_turns(number, entry.turns, (*entry.turns, turn))
        return self.get(entry_id)

    def replace_turns(self, number: int, before: tuple[Turn, ...], turns: tuple[Turn, ...]) -> None:
        """Replace the turns of the entry with this number; runs inside the caller's transaction.

        Raises UsageError where they are no longer those `before`.
        """
        if self._turns(number) != before:
            raise UsageError("This entry was changed elsewhere meanwhile.", "Open it again, and look once more.")
        self._database.execute("DELETE FROM turns WHERE entry = ?", (number,))
        self.insert_turns(number, turns)

    def insert_turns(self, number: int, turns: Iterable[Turn]) -> None:
        """Insert the turns of the entry with this number; runs inside the caller's transaction."""
        self._database.execute_many(
            "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    number, position, turn.kind.value, turn.speaker, turn.text, pack_segments(turn.segments, turn.text),
                    turn.start, turn.end, to_json(turn.unheard), to_json(turn.others),
                    to_json(tuple((one.kind.value, one.start_s, one.end_s) for one in turn.sounds)),
                    turn.speaker_unsure,
                )
                for position, turn in enumerate(turns)
            ),
        )  # fmt: skip

    def _insert_revision(self, number: int, entry: Entry, lexicon_version: str) -> None:
        source = RevisionSource.HEARD if entry.revision is None else RevisionSource.PERSON
        later = entry.revision is not None or entry.kind is EntryKind.IMPORT  # heard long after it was spoken
        made_at = clock.now() if later else entry.spoken_at
        insert_revision(self._database, number, made_at, source, entry.text)
        text_index.put(self._database, number, entry.text)
        replace_mentions(self._database, number, entry.mentions, lexicon_version)

    def _load(self, rows: Iterable[Row]) -> tuple[Entry, ...]:
        with decoded():
            return tuple(map(self._decode, rows))

    def _decode(self, row: Row) -> Entry:
        number, entry_id, session, kind, speaker, language, spoken_at, timezone = row[:8]
        prompt_id, prompt_text, duration_s, reflection, model, labels, has_audio = row[8:]
        revised = self._database.value(
            "SELECT text FROM revisions WHERE entry = ? AND newest = 1 AND source = 'person'", (number,)
        )
        return Entry(
            id=entry_id,
            session=session,
            kind=EntryKind(kind),
            spoken_at=datetime.fromisoformat(spoken_at),
            turns=self._turns(number),
            prompt=None if prompt_id is None else PromptRef(prompt_id, prompt_text),
            speaker=speaker,
            language=language,
            timezone=timezone,
            mentions=newest_mentions(self._database, number),
            reflection=reflection,
            model=None if model is None else ModelUse(**msgspec.json.decode(model)),
            duration_s=duration_s,
            has_audio=bool(has_audio),
            edited=revised is not None,
            labels=tuple(Label(LabelKind(kind), name) for kind, name in msgspec.json.decode(labels)),
            revision=revised,
        )

    def _turns(self, number: int) -> tuple[Turn, ...]:
        rows = self._database.rows(
            'SELECT kind, text, segments, speaker, start, "end", unheard, others, sounds, '
            "speaker_unsure FROM turns WHERE entry = ? ORDER BY position",
            (number,),
        )
        return tuple(
            Turn(
                kind=TurnKind(kind),
                text=text,
                segments=unpack_segments(segments, text),
                speaker=speaker,
                start=start,
                end=end,
                unheard=tuple((span[0], span[1]) for span in msgspec.json.decode(unheard)),
                others=tuple((span[0], span[1]) for span in msgspec.json.decode(others)),
                sounds=tuple(VoiceSound(s, e, SoundKind(kind)) for kind, s, e in msgspec.json.decode(sounds)),
                speaker_unsure=bool(unsure),
            )
            for kind, text, segments, speaker, start, end, unheard, others, sounds, unsure in rows
        )


def _with_ids(entry: Entry) -> Entry:
    """Return the entry, its mentions with ids of their own and the times of their words."""
    mentions = (replace(mention, id=new_id(entry.spoken_at)) for mention in timed_mentions(entry))
    return replace(entry, mentions=tuple(mentions))
