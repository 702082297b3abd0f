"""Rows of a revision, its mentions and its corrections, and the types of the domain that they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from voicecheck.clock import milliseconds
from voicecheck.domain import EmotionMention, RevisionSource
from voicecheck.errors import NotFoundError
from voicecheck.vault.store.connection import Database, Row

_MENTION = (
    "id", "start", "end", "text", "lemma", "family", "quadrant", "negated", "experiencer", "hypothetical", "past",
    "vague", "degree", "source", "cues", "start_s", "end_s",
)  # fmt: skip
"""fields of a mention, each a column of its name"""
_CUE = ("start", "end", "kind")
MENTION_COLUMNS = ", ".join(f'"{name}"' for name in _MENTION)


def mention_of(row: Row) -> EmotionMention:
    """The mention whose MENTION_COLUMNS these are. Raises ValueError for what is none."""
    plain = dict(zip(_MENTION, row, strict=True))
    plain["cues"] = [dict(zip(_CUE, cue, strict=True)) for cue in msgspec.json.decode(plain["cues"])]
    return msgspec.convert(plain, EmotionMention, strict=False)  # SQLite keeps a truth as 0 or 1


def _mention_row(mention: EmotionMention) -> Row:
    plain = msgspec.to_builtins(mention)
    plain["cues"] = to_json([[cue[name] for name in _CUE] for cue in plain["cues"]])
    return tuple(plain[name] for name in _MENTION)


def to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def no_entry() -> NotFoundError:
    return NotFoundError("No entry has this id.", "See: voicecheck entry list")


def newest_mentions(database: Database, entry: int) -> tuple[EmotionMention, ...]:
    """Return mentions of the newest revision of the entry with this number, in the order of speech."""
    rows = database.rows(
        f'SELECT {MENTION_COLUMNS} FROM mentions WHERE entry = ? AND newest = 1 ORDER BY start, "end"',  # noqa: S608
        (entry,),
    )
    return tuple(mention_of(row) for row in rows)


def insert_revision(database: Database, entry: int, made_at: datetime, source: RevisionSource, text: str) -> None:
    """Make `text` the newest of the entry with this number; those before it and their mentions step back.

    Runs inside the caller's transaction.
    """
    database.execute("UPDATE mentions SET newest = 0 WHERE entry = ?", (entry,))
    database.execute("UPDATE revisions SET newest = 0 WHERE entry = ?", (entry,))
    database.execute(
        "INSERT INTO revisions (entry, made_ms, source, newest, text) VALUES (?, ?, ?, 1, ?)",
        (entry, milliseconds(made_at), source.value, text),
    )


def replace_mentions(database: Database, entry: int, mentions: Iterable[EmotionMention], lexicon_version: str) -> None:
    """Replace the mentions of the newest revision. They need their ids."""
    ((revision, local_date),) = database.rows(
        """SELECT revisions.number, entries.local_date FROM entries
           JOIN revisions ON revisions.entry = entries.number AND revisions.newest = 1 WHERE entries.number = ?""",
        (entry,),
    )
    database.execute("DELETE FROM mentions WHERE revision = ?", (revision,))
    database.execute("UPDATE revisions SET lexicon_version = ? WHERE number = ?", (lexicon_version, revision))
    database.execute_many(
        f"""INSERT INTO mentions (entry, revision, newest, local_date, felt_now, lexicon_version,
            {MENTION_COLUMNS}) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",  # noqa: S608
        (
            (entry, revision, local_date, mention.felt_now, lexicon_version, *_mention_row(mention))
            for mention in mentions
        ),
    )


def insert_corrections(
    database: Database, entry: int, revision: int, made: Iterable[tuple[str, int, str, EmotionMention]]
) -> None:
    """Insert what a person said about the tags of a revision: id, moment (ms), action and mention of each."""
    database.execute_many(
        """INSERT INTO corrections (id, made_ms, action, entry, revision, start, "end", mention)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        ((*facts, entry, revision, about.start, about.end, to_json(about)) for *facts, about in made),
    )
