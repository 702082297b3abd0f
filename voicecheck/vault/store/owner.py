"""Filter for entries of the vault's owner, without those of people who answered beside them (`--with NAME`)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from voicecheck.text.folding import fold
from voicecheck.vault.store.connection import Database

USUAL_NAME = "me"
"""the owner's, where two answer and the settings give none"""


@dataclass(frozen=True, slots=True)
class Others:
    """Entries of people other than the vault's owner. Nearly always none: then the conditions cost nothing."""

    numbers: tuple[int, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """Values for the statement, one for each condition, or none."""
        return (json.dumps(self.numbers),) if self.numbers else ()

    def spared(self, column: str) -> str:
        """Return the SQL condition that the entry whose number stands in `column` is not one of them."""
        return f"{column} NOT IN (SELECT value FROM json_each(?))" if self.numbers else "1"  # noqa: S608


def find_others(database: Database, name: str = USUAL_NAME) -> Others:
    """Find others' entries. `name` is the owner's, in capitals or not; entries without a name are the owner's too."""
    own = {USUAL_NAME, fold(" ".join(name.split()))}
    rows = database.rows("SELECT number, speaker FROM entries WHERE speaker != ''")
    return Others(tuple(number for number, speaker in rows if fold(speaker) not in own))
