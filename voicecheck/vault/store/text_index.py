"""The full-text index over the newest texts: folded words, without a copy of the text.

Words are folded before they are written and before they are looked for (`folding`), so FTS5 sees letters, digits and
blanks alone. `search.matching` looks for them.
"""

from __future__ import annotations

from voicecheck.text.folding import indexed_text
from voicecheck.vault.store.connection import Database

CREATE = (
    "CREATE VIRTUAL TABLE entry_index USING fts5 (text, content = '', tokenize = 'ascii')",
    "CREATE VIRTUAL TABLE entry_terms USING fts5vocab (entry_index, row)",
)


def put(database: Database, number: int, text: str) -> None:
    """Index the text of the entry with this row number; runs inside the caller's transaction."""
    database.execute("INSERT INTO entry_index (rowid, text) VALUES (?, ?)", (number, indexed_text(text)))


def take_out(database: Database, number: int, text: str) -> None:
    """Remove a text, which must be the one that was put; runs inside the caller's transaction."""
    database.execute(
        "INSERT INTO entry_index (entry_index, rowid, text) VALUES ('delete', ?, ?)", (number, indexed_text(text))
    )


def rebuild(database: Database) -> None:
    """Make the index of all newest texts anew; runs inside the caller's transaction."""
    for statement in ("DROP TABLE IF EXISTS entry_terms", "DROP TABLE entry_index", *CREATE):
        database.execute(statement)
    database.rows("INSERT INTO entry_index (entry_index, rank) VALUES ('secure-delete', 1)")
    for number, text in database.rows("SELECT entry, text FROM newest_texts"):
        put(database, number, text)
