"""Words with their times are packed small, read again as they were, and older vaults are brought to it whole."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault_samples import make_entry, make_vault
from voicecheck.domain import Entry
from voicecheck.paths import Paths
from voicecheck.utterance import Segment, Word
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.store import schema
from voicecheck.vault.store.compacting import compact
from voicecheck.vault.store.connection import Database, open_database
from voicecheck.vault.store.packed_words import PACKED, pack_segments, unpack_segments
from voicecheck.vault.vault import Vault

SPOKEN = "I was nervous before the meeting, and then I felt relieved when it was over."


def spoken(text: str = SPOKEN) -> Segment:
    words = tuple(
        Word(i * 0.32 + 12.34, i * 0.32 + 0.28 + 12.34, f" {word}", 0.5 + i / 64) for i, word in enumerate(text.split())
    )
    return Segment(12.34, 19.2, f" {text}", words)


def listed(*segments: Segment) -> bytes:
    """As a vault had them before."""
    return msgspec.msgpack.encode(
        [(one.start_s, one.end_s, one.text, [astuple(word)[:4] for word in one.words]) for one in segments]
    )


def close(one: Segment, other: Segment) -> bool:
    """True if they are the same to a millisecond and a ten-thousandth."""
    numbers = (
        [(w.start_s, w.end_s, w.probability) for w in one.words],
        [(w.start_s, w.end_s, w.probability) for w in other.words],
    )
    same = [(w.text, w.heard) for w in one.words] == [(w.text, w.heard) for w in other.words]
    return same and all(a == pytest.approx(b, abs=0.0006) for a, b in zip(*numbers, strict=True))


def test_small() -> None:
    """The words of a sentence take a quarter of the room that lists take, and come back as they were."""
    packed = pack_segments((spoken(),), SPOKEN)
    assert len(packed) < len(listed(spoken())) / 4
    (again,) = unpack_segments(packed, SPOKEN)
    assert (again.start_s, again.end_s, again.text) == (12.34, 19.2, f" {SPOKEN}")
    assert close(again, spoken())
    assert pack_segments((again,), SPOKEN) == packed


TIMES = st.one_of(st.floats(-10, 4000), st.floats(allow_nan=False))
WORDS = st.lists(
    st.builds(
        Word, TIMES, TIMES, st.text(st.characters(codec="utf-8"), max_size=5), TIMES, st.sampled_from(("", "", "come"))
    ),
    max_size=5,
)
SEGMENTS = st.lists(
    st.builds(Segment, TIMES, TIMES, st.text(st.characters(codec="utf-8"), max_size=9), WORDS.map(tuple)), max_size=3
)


@given(SEGMENTS, st.text(st.characters(codec="utf-8"), max_size=30))
@settings(max_examples=150)
def test_whatever_was_heard(segments: list[Segment], text: str) -> None:
    """Overlapping, negative, endless times, guesses and texts that do not fit together: all of it comes back."""
    again = unpack_segments(pack_segments(segments, text), text)
    assert [one.text for one in again] == [one.text for one in segments]
    assert all(map(close, again, segments))


@given(st.binary(max_size=60))
@settings(max_examples=150)
def test_damage_is_no_crash(content: bytes) -> None:
    """A value that nobody packed is refused as a ValueError, which the vault tells as damage."""
    for value in (content, PACKED + content):
        try:
            unpack_segments(value, SPOKEN)
        except ValueError:
            continue


def older(made: tuple[Paths, DataKey]) -> tuple[Entry, ...]:
    """Make it a vault of the schema before, and return its entries."""
    with Vault.open(*made) as vault:
        for _ in range(3):
            vault.entries.add(make_entry(SPOKEN))
        kept = vault.entries.list()
        database = vault._database
        with database.write():
            segments = listed(*kept[0].turns[0].segments)
            database.execute("UPDATE turns SET segments = ?", (segments,))
            for name in ("entries_by_speaker", "entries_asked"):
                database.execute(f"DROP INDEX {name}")
    return kept


def bring_up_to_date(made: tuple[Paths, DataKey]) -> None:
    database = open_database(*_file(made))
    with database.transaction():
        schema.packed_words(database)
    compact(database)
    database.close()


def _file(made: tuple[Paths, DataKey]) -> tuple[Path, DataKey]:
    return made[0].vault_file, made[1]


def first_bytes(made: tuple[Paths, DataKey]) -> set[bytes]:
    database = open_database(made[0].vault_file, made[1], read_only=True)
    found = {segments[:1] for (segments,) in database.rows("SELECT segments FROM turns")}
    database.close()
    return found


def test_an_older_vault() -> None:
    """A vault of before is brought up to date with every word where it was."""
    made = make_vault()
    kept = older(made)
    assert PACKED not in first_bytes(made)
    with Vault.open(*made) as vault:
        assert vault.entries.list() == kept
    bring_up_to_date(made)
    with Vault.open(*made) as vault:
        assert vault.entries.list() == kept
    assert first_bytes(made) == {PACKED}


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.parametrize("call", range(1, 11))
def test_killed_while_it_is_brought_up_to_date(call: int) -> None:
    """kill -9 at a statement of the migration or behind it: all of it ran or nothing, and every word is there."""
    made = make_vault()
    kept = older(made)
    child = os.fork()
    if child == 0:
        try:
            _kill_at(call)
            bring_up_to_date(made)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with Vault.open(*made) as vault:
        assert vault.entries.list() == kept
    if PACKED not in first_bytes(made):
        bring_up_to_date(made)
    assert first_bytes(made) == {PACKED}
    with Vault.open(*made) as vault:
        assert vault.entries.list() == kept


def _kill_at(call: int) -> None:
    count = 0
    for name in ("execute", "execute_many", "checkpoint"):
        real = getattr(Database, name)

        def counted(self: Database, *values: Any, real: Any = real) -> Any:
            nonlocal count
            count += 1
            if count == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(self, *values)

        setattr(Database, name, counted)


def test_room_is_given_back() -> None:
    """A file of which much is empty is made smaller at the next opening, and holds what it held."""
    made = make_vault()
    with Vault.open(*made) as vault, vault._database.transaction():
        vault._database.execute("CREATE TABLE big AS SELECT randomblob(6000000) AS content")
    with Vault.open(*made) as vault:
        kept = vault.entries.add(make_entry())
        vault._database.execute("DROP TABLE big")
    assert made[0].vault_file.stat().st_size > 6_000_000
    with Vault.open(*made) as vault:
        assert vault.entries.list() == (kept,)
    assert made[0].vault_file.stat().st_size < 1_000_000
