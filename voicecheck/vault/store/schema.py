"""Numbered migrations, run together in one transaction with the record that they ran, after a copy was kept.

An entry's number is the millisecond it was spoken times 1,024, plus a tie-breaker: the order of rows is the order of
evenings, whenever they were taken in, so "the newest twenty" of a search needs no sorting.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

from voicecheck.errors import VaultError
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.store import text_index
from voicecheck.vault.store.connection import Database, decoded
from voicecheck.vault.store.migration_copies import keep_copy
from voicecheck.vault.store.packed_words import pack_segments, unpack_segments

Migration = Callable[[Database], None]
_migrations: list[Migration] = []


def migration(step: Migration) -> Migration:
    """Register a migration; its place in this file is its number, and never changes."""
    _migrations.append(step)
    return step


def _run(database: Database, *statements: str) -> None:
    for statement in statements:
        database.execute(statement)


@migration
def first_schema(database: Database) -> None:
    _run(database, *FIRST)
    database.rows("INSERT INTO entry_index (entry_index, rank) VALUES ('secure-delete', 1)")


FIRST = (
    "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "INSERT INTO state VALUES ('commits', '0')",
    "CREATE TABLE sessions (id TEXT PRIMARY KEY, began_ms INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE entries (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        session TEXT NOT NULL REFERENCES sessions (id),
        kind TEXT NOT NULL,
        speaker TEXT NOT NULL,
        language TEXT NOT NULL,
        spoken_at TEXT NOT NULL,      -- ISO 8601 with the person's offset
        timezone TEXT NOT NULL,       -- IANA name, or empty
        local_date TEXT NOT NULL,     -- the person's day, which ends at 04:00
        prompt_id TEXT,
        prompt_text TEXT,
        duration_s REAL NOT NULL,
        reflection TEXT,
        model TEXT,                   -- JSON: name, device, compute_type
        reviewed_ms INTEGER           -- when the person said that the text is right
    )""",
    "CREATE INDEX entries_by_session ON entries (session)",
    "CREATE INDEX entries_by_date ON entries (local_date)",
    # What Whisper heard, never changed. Times are seconds, start and end samples of the entry's recording.
    """CREATE TABLE turns (
        entry INTEGER NOT NULL REFERENCES entries (number),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        speaker TEXT NOT NULL,
        text TEXT NOT NULL,
        segments BLOB NOT NULL,       -- see packed_words.py
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        unheard TEXT NOT NULL,        -- JSON: [[start_s, end_s]]
        PRIMARY KEY (entry, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE revisions (
        number INTEGER PRIMARY KEY,
        entry INTEGER NOT NULL REFERENCES entries (number),
        made_ms INTEGER NOT NULL,
        source TEXT NOT NULL,         -- heard, or person
        newest INTEGER NOT NULL,
        text TEXT NOT NULL
    )""",
    "CREATE INDEX revisions_by_entry ON revisions (entry)",
    "CREATE UNIQUE INDEX newest_revision ON revisions (entry) WHERE newest = 1",
    # Mentions belong to a revision; `newest` follows it, so that older ones do not count. The time stands here too:
    # feelings by week need no join.
    """CREATE TABLE mentions (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        entry INTEGER NOT NULL REFERENCES entries (number),
        revision INTEGER NOT NULL REFERENCES revisions (number),
        newest INTEGER NOT NULL,
        spoken_ms INTEGER NOT NULL,
        local_date TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        text TEXT NOT NULL,
        lemma TEXT NOT NULL,
        family TEXT NOT NULL,
        quadrant TEXT NOT NULL,
        negated INTEGER NOT NULL,
        experiencer TEXT NOT NULL,
        hypothetical INTEGER NOT NULL,
        past INTEGER NOT NULL,
        vague INTEGER NOT NULL,
        degree INTEGER NOT NULL,
        felt_now INTEGER NOT NULL,
        source TEXT NOT NULL,
        lexicon_version TEXT NOT NULL,
        cues TEXT NOT NULL,           -- JSON: [[start, end, kind]]
        start_s REAL,
        end_s REAL
    )""",
    "CREATE INDEX mentions_by_revision ON mentions (revision)",
    "CREATE INDEX mentions_by_entry ON mentions (entry)",
    "CREATE INDEX mentions_by_time ON mentions (spoken_ms, family, felt_now) WHERE newest = 1",
    # What the person said about a tag; kept apart, so that a better lexicon never undoes it.
    """CREATE TABLE corrections (
        id TEXT PRIMARY KEY,
        entry INTEGER NOT NULL REFERENCES entries (number),
        revision INTEGER NOT NULL REFERENCES revisions (number),
        made_ms INTEGER NOT NULL,
        action TEXT NOT NULL,         -- added, removed, changed
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        mention TEXT NOT NULL         -- JSON: the mention as the person wants it
    ) WITHOUT ROWID""",
    "CREATE INDEX corrections_by_entry ON corrections (entry)",
    """CREATE TABLE pages (
        entry INTEGER NOT NULL REFERENCES entries (number),
        start INTEGER NOT NULL,       -- first sample
        count INTEGER NOT NULL,       -- samples
        data BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX pages_by_sample ON pages (entry, start)",
    # The search index reads the newest texts through a view and keeps no copy of its own.
    "CREATE VIEW newest_texts AS SELECT entry, text FROM revisions WHERE newest = 1",
    """CREATE VIRTUAL TABLE entry_index USING fts5 (
        text, content = 'newest_texts', content_rowid = 'entry', tokenize = 'unicode61 remove_diacritics 2'
    )""",
)


@migration
def own_words_and_versions(database: Database) -> None:
    """Add words of the person's own, and the lexicon that tagged a text, also one in which it found nothing."""
    _run(
        database,
        """CREATE TABLE private_words (
            word TEXT PRIMARY KEY,
            family TEXT NOT NULL,
            quadrant TEXT NOT NULL,
            vague INTEGER NOT NULL
        ) WITHOUT ROWID""",
        "ALTER TABLE revisions ADD COLUMN lexicon_version TEXT NOT NULL DEFAULT ''",
        """UPDATE revisions SET lexicon_version = coalesce(
            (SELECT lexicon_version FROM mentions WHERE mentions.revision = revisions.number LIMIT 1), '')""",
    )


@migration
def search_by_stems(database: Database) -> None:
    """Index words in all their forms, and feelings by day and by family, so that an index alone answers."""
    _run(
        database,
        "DROP TABLE entry_index",
        """CREATE VIRTUAL TABLE entry_index USING fts5 (
            text, content = 'newest_texts', content_rowid = 'entry', tokenize = 'porter unicode61 remove_diacritics 2'
        )""",
        "DROP INDEX mentions_by_time",
        """CREATE INDEX mentions_felt ON mentions (local_date, family, quadrant, vague)
           WHERE newest = 1 AND felt_now = 1""",
        """CREATE INDEX mentions_meant ON mentions
           (family, quadrant, experiencer, negated, hypothetical, past, vague, felt_now, entry) WHERE newest = 1""",
        """CREATE INDEX mentions_named ON mentions (lemma, local_date)
           WHERE newest = 1 AND experiencer = 'self' AND negated = 0 AND hypothetical = 0""",
    )
    database.rows("INSERT INTO entry_index (entry_index, rank) VALUES ('secure-delete', 1)")
    database.rows("INSERT INTO entry_index (entry_index) VALUES ('rebuild')")


@migration
def evenings_and_sentences(database: Database) -> None:
    """Add tables for the questions of each sitting and for sentences taken along."""
    _run(
        database,
        """CREATE TABLE steps (
            session TEXT NOT NULL,
            position INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            prompt_id TEXT NOT NULL,
            did TEXT NOT NULL,            -- finished, short, skipped, stepped_back
            entry TEXT,                   -- id of what was answered
            PRIMARY KEY (session, position)
        ) WITHOUT ROWID""",
        "CREATE INDEX steps_by_entry ON steps (entry)",
        """INSERT INTO steps SELECT session, number, number / 1024, prompt_id, 'finished', id
           FROM entries WHERE prompt_id IS NOT NULL""",
        """CREATE TABLE shares (
            number INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries (number),
            at_ms INTEGER NOT NULL,
            how TEXT NOT NULL             -- aloud, saved
        )""",
        "CREATE INDEX shares_by_entry ON shares (entry)",
    )


@migration
def search_folded(database: Database) -> None:
    """Index words without accents, letters of unspaced scripts one by one, so that no form of a word is lost."""
    text_index.rebuild(database)


@migration
def taken_in(database: Database) -> None:
    """Add the moment at which an entry came into the vault: from then on the days of its sound are counted."""
    database.execute("ALTER TABLE entries ADD COLUMN taken_in_ms INTEGER NOT NULL DEFAULT 0")
    database.execute(
        """UPDATE entries SET taken_in_ms = coalesce(
           (SELECT min(made_ms) FROM revisions WHERE revisions.entry = entries.number), number / 1024)"""
    )


@migration
def files_taken_in(database: Database) -> None:
    """Add a record of accepted sealed files, and the older keys with which sealed files stay readable."""
    _run(
        database,
        """CREATE TABLE taken_files (
            digest BLOB PRIMARY KEY,      -- keyed BLAKE2b of a file's head, or of the id of a deleted entry
            records INTEGER NOT NULL      -- how many of its records were accepted
        ) WITHOUT ROWID""",
        "CREATE TABLE older_keys (number INTEGER PRIMARY KEY, data_key BLOB NOT NULL)",
    )
    database.execute("INSERT INTO state VALUES ('digest key', ?)", (os.urandom(32).hex(),))


@migration
def others_in_turns(database: Database) -> None:
    """Add the seconds of each turn at which somebody else was heard, JSON as `unheard`: [[start_s, end_s]]."""
    database.execute("ALTER TABLE turns ADD COLUMN others TEXT NOT NULL DEFAULT '[]'")


@migration
def own_names(database: Database) -> None:
    """Add names and words of the person's own, each with what was heard for it: a JSON list."""
    database.execute("CREATE TABLE own_names (name TEXT PRIMARY KEY, heard TEXT NOT NULL) WITHOUT ROWID")


@migration
def labels_of_entries(database: Database) -> None:
    """Add what an entry was labelled with in the program it came from, as JSON: [[kind, name]]."""
    database.execute("ALTER TABLE entries ADD COLUMN labels TEXT NOT NULL DEFAULT '[]'")


@migration
def sounds_in_turns(database: Database) -> None:
    """Add the laughter and sobs of each turn, as JSON: [[kind, start_s, end_s]]."""
    database.execute("ALTER TABLE turns ADD COLUMN sounds TEXT NOT NULL DEFAULT '[]'")


@migration
def speakers_in_doubt(database: Database) -> None:
    """Add to each turn whether it may be the other's, where two answered."""
    database.execute("ALTER TABLE turns ADD COLUMN speaker_unsure INTEGER NOT NULL DEFAULT 0")


@migration
def topics(database: Database) -> None:
    """Add people, places and doings that the person marked, each with other words for the same: a JSON list."""
    database.execute(
        "CREATE TABLE topics (name TEXT PRIMARY KEY, kind TEXT NOT NULL, words TEXT NOT NULL) WITHOUT ROWID"
    )


@migration
def dates_letters_and_unasked(database: Database) -> None:
    """Add earlier dates of entries, letters to oneself, and entries that are not to be shown again unasked."""
    _run(
        database,
        """CREATE TABLE dates_before (
            number INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries (number),
            made_ms INTEGER NOT NULL,
            spoken_at TEXT NOT NULL       -- as in entries: the date that was put right then
        )""",
        "CREATE INDEX dates_before_by_entry ON dates_before (entry)",
        # An entry that waits is here alone. Once it has opened, its content is NULL and it is in `entries` again.
        """CREATE TABLE letters (
            id TEXT PRIMARY KEY,
            written TEXT NOT NULL,        -- the person's day
            opens_on TEXT NOT NULL,
            content BLOB,                 -- JSON: the entry, as an export has it
            opened_on TEXT
        ) WITHOUT ROWID""",
        "CREATE TABLE not_again (entry INTEGER PRIMARY KEY REFERENCES entries (number))",
    )


@migration
def packed_words(database: Database) -> None:
    """Pack the words of every turn small, and index what the pages of a long life ask for."""
    _run(
        database,
        "CREATE INDEX entries_by_speaker ON entries (speaker) WHERE speaker != ''",
        "CREATE INDEX entries_asked ON entries (number, prompt_id) WHERE prompt_id IS NOT NULL",
        "DROP INDEX mentions_felt",
        """CREATE INDEX mentions_felt ON mentions (local_date, family, quadrant, vague, entry)
           WHERE newest = 1 AND felt_now = 1""",
        "DROP INDEX mentions_named",
        """CREATE INDEX mentions_named ON mentions (lemma, local_date, family, vague, entry)
           WHERE newest = 1 AND experiencer = 'self' AND negated = 0 AND hypothetical = 0""",
    )
    place = (-(1 << 63), -1)
    while rows := database.rows(
        """SELECT entry, position, text, segments FROM turns WHERE (entry, position) > (?, ?)
           ORDER BY entry, position LIMIT 500""",
        place,
    ):
        with decoded():
            packed = [(pack_segments(unpack_segments(old, text), text), entry, at) for entry, at, text, old in rows]
        database.execute_many("UPDATE turns SET segments = ? WHERE entry = ? AND position = ?", packed)
        place = (rows[-1][0], rows[-1][1])


@migration
def nothing_idle(database: Database) -> None:
    """Remove an index and a column that nothing reads, and make one index of two."""
    _run(
        database,
        "DROP INDEX steps_by_entry",
        "ALTER TABLE mentions DROP COLUMN spoken_ms",
        "DROP INDEX newest_revision",
        "DROP INDEX revisions_by_entry",
        # Of the newest there is one an entry.
        "CREATE UNIQUE INDEX revisions_by_entry ON revisions (entry, CASE WHEN newest THEN -1 ELSE number END)",
    )


def latest_number() -> int:
    return len(_migrations)


def migrate(database: Database, data_key: DataKey) -> None:
    """Bring the schema up to date. Raises VaultError for one that a newer VoiceCheck wrote."""
    number = schema_number(database)
    if number > latest_number():
        raise VaultError(
            "The vault was written by a newer VoiceCheck.", "Update VoiceCheck, then try again. Nothing was changed."
        )
    if number == latest_number():
        return
    if database.read_only:
        raise VaultError("The vault must be brought up to date first.", "Run: voicecheck vault unlock")
    if number:
        keep_copy(database, data_key, number)
    with database.transaction():
        for step_number, step in enumerate(_migrations[number:], start=number + 1):
            if step_number == 1:
                database.execute(
                    "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, ran_at TEXT NOT NULL)"
                )
            step(database)
            ran_at = datetime.now(UTC).isoformat(timespec="seconds")
            database.execute("INSERT INTO migrations VALUES (?, ?, ?)", (step_number, step.__name__, ran_at))


def schema_number(database: Database) -> int:
    """Return the number of the last migration that ran; 0 for an empty file."""
    if not database.rows("SELECT 1 FROM sqlite_master WHERE name = 'migrations'"):
        return 0
    return int(database.value("SELECT max(number) FROM migrations") or 0)
