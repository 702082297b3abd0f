"""A vault with the idle index and column of before is brought up to date whole, also when it is killed over it."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import Any

import pytest

from tests.vault_samples import CANARY, SPOKEN_AT, make_entry, make_pages, make_vault
from voicecheck.clock import local_date
from voicecheck.diary.tagging import tagger_of
from voicecheck.domain import Asked, Did, Sitting
from voicecheck.paths import Paths
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.store import schema
from voicecheck.vault.store.archive import Archived
from voicecheck.vault.store.connection import Database, UnfitValueError, open_database
from voicecheck.vault.store.migration_copies import copies
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

Made = tuple[Paths, DataKey]
TODAY = local_date(SPOKEN_AT)
OLD_INDEXES = (
    "CREATE INDEX steps_by_entry ON steps (entry)",
    "CREATE INDEX revisions_by_entry ON revisions (entry)",
    "CREATE UNIQUE INDEX newest_revision ON revisions (entry) WHERE newest = 1",
)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """A vault with edited and tagged entries, sound and questions; this step counts as its newest."""
    steps = [step for step in schema._migrations if step is not schema.nothing_idle]
    monkeypatch.setattr(schema, "_migrations", [*steps, schema.nothing_idle])
    made = make_vault()
    with Vault.open(*made) as vault:
        tagger = tagger_of(vault)
        for number in range(3):
            kept = vault.entries.add(make_entry(), make_pages(2), "en-1")
            text = f"I feel {CANARY}, calm, and worried about {number}."
            vault.revisions.add(kept, text, tagger.tag(replace(kept, revision=text)), SPOKEN_AT)
            asked = Asked("evening.word", Did.FINISHED, kept.id)
            vault.steps.add(Sitting(kept.session, SPOKEN_AT, (asked,)))
    return made


def older(made: Made) -> None:
    """Make it a vault of the schema before."""
    database = open_database(made[0].vault_file, made[1])
    with database.transaction():
        indexes = database.rows(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'mentions' AND sql > ''"
        )
        columns = ", ".join(f'"{row[1]}"' for row in database.rows("PRAGMA table_info(mentions)"))
        database.execute("DROP INDEX revisions_by_entry")
        for index in OLD_INDEXES:
            database.execute(index)
        database.execute("ALTER TABLE mentions RENAME TO mentions_now")
        database.execute(next(sql for sql in schema.FIRST if "CREATE TABLE mentions " in sql))
        database.execute(
            f"INSERT INTO mentions (spoken_ms, {columns}) SELECT entry / 1024, {columns} FROM mentions_now"
        )
        database.execute("DROP TABLE mentions_now")
        for (index,) in indexes:
            database.execute(index)
        database.execute("DELETE FROM migrations WHERE name = 'nothing_idle'")
    database.close()


def layout(made: Made) -> tuple[int, frozenset[str]]:
    """Return the number of the schema, and every table and index without its comments and line ends."""
    database = open_database(made[0].vault_file, made[1], read_only=True)
    sql = [str(row[0]) for row in database.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    number = schema.schema_number(database)
    database.close()
    plain = ("".join(line.partition("--")[0] for line in one.splitlines()) for one in sql)
    return number, frozenset("".join(one.split()).replace('"', "") for one in plain)


def kept(made: Made) -> tuple[Archived, ...]:
    with Vault.open(*made) as vault:
        return tuple(vault.archive.read(one.id, sound=True) for one in vault.entries.list())


def is_whole(made: Made, before: tuple[Archived, ...]) -> None:
    """Every word, tag, sound, question and found word is there, and each of its kind is looked for."""
    assert kept(made) == before
    with Vault.open(*made) as vault:
        assert len(vault.search.find(parse_query(CANARY, TODAY))) == len(before)
        assert len(vault.search.find(parse_query("feeling:anxiety", TODAY))) == len(before)
        assert len(vault.steps.history()) == len(before)
        assert vault._database.rows("PRAGMA foreign_key_check") == []
    assert all(one.whole for one in verify_vault(*made))


def test_an_older_vault(made: Made) -> None:
    """It becomes what a vault of today is, with all that it held, and a copy of before lies beside it."""
    number, today = layout(made)
    before = kept(made)
    older(made)
    assert layout(made)[0] == number - 1
    assert any("spoken_ms" in one for one in layout(made)[1]) and not any("spoken_ms" in one for one in today)
    with Vault.open(*made):
        pass
    assert layout(made) == (number, today)
    assert len(copies(made[0].vault_file)) == 1
    is_whole(made, before)


def test_one_newest_text_for_each_entry(made: Made) -> None:
    """The one index of two still refuses a second newest text."""
    older(made)
    with Vault.open(*made) as vault, pytest.raises(UnfitValueError):
        vault._database.execute("UPDATE revisions SET newest = 1")


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_killed_while_it_is_brought_up_to_date(made: Made) -> None:
    """kill -9 at each step of the opening leaves the old vault or the new one, and the next opening the new one."""
    number, today = layout(made)
    before = kept(made)
    older(made)
    call, seen = 0, set[int]()
    while True:
        call += 1
        child = os.fork()
        if child == 0:
            try:
                _kill_at(call)
                with Vault.open(*made):
                    pass
            finally:
                os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found = layout(made)
        seen.add(found[0])
        assert found == (number, today) or (found[0] == number - 1 and len(found[1] - today) == len(OLD_INDEXES) + 1)
        if ended == 0 or found[0] == number:
            break
        assert ended == -signal.SIGKILL
    assert call > len(OLD_INDEXES) + 2 and seen == {number - 1, number}
    is_whole(made, before)


def _kill_at(call: int) -> None:
    count = 0
    for name in ("execute", "execute_many", "rows", "copy_to", "checkpoint"):
        real = getattr(Database, name)

        def counted(self: Database, *values: Any, real: Any = real) -> Any:
            nonlocal count
            count += 1
            if count == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(self, *values)

        setattr(Database, name, counted)
