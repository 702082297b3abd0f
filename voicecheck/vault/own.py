"""Whose entries count: those of the person who owns the vault, and not of who answered beside them (`--with NAME`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from voicecheck.vault.connection import Database

USUAL_NAME = "me"
"""the owner's, where two answer and the settings give none"""


@dataclass(frozen=True, slots=True)
class Others:
    """Who spoke in this vault and is not its owner. Nearly always nobody: then the conditions cost nothing."""

    names: tuple[str, ...] = field(default=(), repr=False)

    @property
    def values(self) -> tuple[str, ...]:
        """One for each condition in a statement, or none."""
        return (json.dumps(self.names),) if self.names else ()

    @property
    def not_in_mentions(self) -> str:
        return f"entry NOT IN (SELECT number FROM entries WHERE {_SPEAK})" if self.names else "1"  # noqa: S608

    @property
    def not_in_entries(self) -> str:
        return f"NOT {_SPEAK}" if self.names else "1"


_SPEAK = "speaker IN (SELECT value FROM json_each(?))"


def find_others(database: Database, name: str) -> Others:
    """`name` is the owner's, in capitals or not; what was said without any name is the owner's too."""
    own = {USUAL_NAME, " ".join(name.split()).casefold()}
    rows = database.rows("SELECT DISTINCT speaker FROM entries WHERE speaker != ''")
    return Others(tuple(speaker for (speaker,) in rows if speaker.casefold() not in own))
