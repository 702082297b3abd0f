"""How quick the vault is with a long life in it: `script/bench vault`.

100,000 entries of 120 words (some 270 years of evenings, or a few with much to say) go into an encrypted vault and, by
the same code, into an unencrypted SQLite of the same version. Every figure is the median of several runs in this
process, file cache warm; the memory is the peak of a process of its own that opens the vault and asks everything.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlcipher3

from voicecheck.domain import EmotionMention, Entry, EntryKind, Family, PromptRef, Quadrant, Turn, TurnKind, new_id
from voicecheck.paths import Paths, find_paths
from voicecheck.utterance import Segment, Word
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.search.grammar import Query, Words
from voicecheck.vault.search.sql import Search
from voicecheck.vault.store.commit_count import CommitCount
from voicecheck.vault.store.connection import PRAGMAS, Database
from voicecheck.vault.store.entries import Entries
from voicecheck.vault.store.recordings import Recordings
from voicecheck.vault.store.schema import migrate
from voicecheck.vault.store.tallies import Tallies
from voicecheck.vault.vault import Vault

WORDS = 120
TEXTS = 5000
RARE, COMMON = "lighthouse", "tonight"
RARE_SHARE, COMMON_SHARE = 0.04, 0.97
EPOCH = datetime(2016, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=3650)
BATCH = 2000


@dataclass(frozen=True)
class Row:
    name: str
    goal_ms: float | None
    most_ratio: float
    vault_ms: float
    plain_ms: float

    def __str__(self) -> str:
        ratio = self.vault_ms / self.plain_ms
        kept = (self.goal_ms is None or self.vault_ms <= self.goal_ms) and ratio <= self.most_ratio
        goal = "" if self.goal_ms is None else f"{self.goal_ms:.0f}"
        return (
            f"{self.name:36} {self.vault_ms:9.2f} {goal:>7} {self.plain_ms:9.2f} {ratio:7.2f} {self.most_ratio:5.0f}"
            f"  {'yes' if kept else 'NO'}"
        )


def texts(chance: random.Random) -> list[tuple[str, tuple[Segment, ...]]]:
    """Words by Zipf's law, and two whose frequency is known."""
    letters = "abcdefghijklmnoprstuvw"
    vocabulary = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
    made = []
    for number in range(TEXTS):
        words = chance.choices(vocabulary, weights, k=WORDS)
        words[10:12] = ["very", "calm"]
        if number < TEXTS * RARE_SHARE:
            words[50] = RARE
        if number < TEXTS * COMMON_SHARE:
            words[len(words) // 2 + 10] = COMMON
        spoken = tuple(Word(i * 0.4, i * 0.4 + 0.3, f" {word}", 0.9) for i, word in enumerate(words))
        made.append((" ".join(words), (Segment(0.0, WORDS * 0.4, " ".join(words), spoken),)))
    chance.shuffle(made)
    return made


def entries(count: int, chance: random.Random) -> Iterator[Entry]:
    pool = texts(chance)
    families = list(Family)
    for number in range(count):
        text, segments = pool[number % TEXTS]
        at = EPOCH + SPAN * number / count
        mentions = tuple(
            EmotionMention(
                start, start + 4, text[start : start + 4], "calm", chance.choice(families), Quadrant.PLEASANT_LOW
            )
            for start in (text.index("very"), text.index("calm"))
        )
        yield Entry(
            id=new_id(at), session=new_id(at), kind=EntryKind.CHECKIN, spoken_at=at,
            turns=(Turn(TurnKind.ANSWER, text, segments, end=int(WORDS * 0.4 * 16_000)),),
            prompt=PromptRef("evening.word", "Which word fits this evening?"), mentions=mentions,
            reflection="You named calm.", duration_s=WORDS * 0.4,
        )  # fmt: skip


def plain_database(path: Path) -> Database:
    """The same SQLite and the same settings, without a key."""
    connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False)
    for pragma in (*PRAGMAS, "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR)
    return Database(connection, path, CommitCount(path.with_suffix(".count"), bytes(32)), lock)


def fill(kept: Entries, count: int) -> float:
    began, batch = time.perf_counter(), []
    for entry in entries(count, random.Random(1)):
        batch.append(entry)
        if len(batch) == BATCH:
            kept.add_all(batch)
            batch = []
            print(f"\r  {kept.count():,} of {count:,}", end="", file=sys.stderr, flush=True)
    if batch:
        kept.add_all(batch)
    print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    return time.perf_counter() - began


def median_ms(act: Callable[[], object], runs: int) -> float:
    act()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def measure(database: Database, opening: Callable[[], Database]) -> dict[str, float]:
    kept, search, tallies = Entries(database, Recordings(database)), Search(database), Tallies(database)
    rare, common = Query((Words(RARE),)), Query((Words(COMMON),))
    year = (EPOCH + timedelta(days=5 * 365)).date()
    fresh = iter(list(entries(200, random.Random(2))))

    def insert() -> None:
        kept.add(replace(next(fresh), id=new_id(datetime.now(UTC)), spoken_at=datetime.now(UTC)))

    newest = iter([entry.id for entry in kept.list(30)])
    figures = {
        f"ranked search, {search.count(rare):,} hits": median_ms(lambda: search.find(rare), 20),
        f"newest 20 of {search.count(common):,}": median_ms(lambda: search.find(common, newest=True), 20),
        "ranked search, most entries": median_ms(lambda: search.find(common), 3),
        "emotions by day, one year": median_ms(lambda: tallies.felt(year, year + timedelta(days=365)), 20),
        "list the newest 20": median_ms(lambda: kept.list(20), 20),
        "insert, durable": median_ms(insert, 50),
        "delete, overwritten": median_ms(lambda: kept.delete(next(newest)), 20),
    }
    database.close()
    figures["open with key"] = median_ms(lambda: opening().close(), 20)
    return figures


def open_ms(opening: Callable[[], object]) -> float:
    """Only the opening; closing is not waited for by anybody."""
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        opened = opening()
        taken.append((time.perf_counter() - began) * 1000)
        opened.close()  # type: ignore[attr-defined]
    return statistics.median(taken)


def memory_mb(paths: Paths, key_file: Path) -> float:
    """The peak of a process that opens the vault, searches, lists, counts, adds and deletes."""
    command = [sys.executable, __file__, "--ask", str(key_file)]
    environment = os.environ | {"VOICECHECK_HOME": str(paths.vault_folder.parent)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def ask(key_file: Path) -> None:
    paths = find_paths()
    key = KeySlots.load(paths.slots_file).unlock(KeyFile(key_file))
    with Vault.open(paths, key) as vault:
        vault.search.find(Query((Words(RARE),)))
        vault.search.find(Query((Words(COMMON),)), newest=True)
        vault.search.find(Query((Words(COMMON),)))
        vault.tallies.felt()
        vault.entries.list(100)
        at = datetime.now(UTC)
        turn = Turn(TurnKind.ANSWER, "very calm")
        vault.entries.add(Entry(new_id(at), new_id(at), EntryKind.CHECKIN, at, (turn,)))
        vault.entries.delete(vault.entries.list(1)[0].id)
    # getrusage would tell the peak of the process that started this one.
    status = Path("/proc/self/status").read_text()
    print(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024)


GOALS: dict[str, tuple[float | None, float]] = {
    "ranked search, most entries": (None, 2),
    "ranked": (50, 2),
    "newest": (5, 2),
    "insert": (5, 2),
    "open": (5, 2),
    "emotions": (60, 2),
    "delete": (None, 4),
    "list": (None, 2),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ask:
        ask(arguments.ask)
        return
    with tempfile.TemporaryDirectory(prefix="voicecheck-bench-") as name:
        os.environ["VOICECHECK_HOME"] = name
        paths, key_file, plain_path = find_paths(), Path(name) / "key", Path(name) / "plain.db"
        key = create_vault(paths, KeyFile(key_file))
        vault = Vault.open(paths, key)
        print(f"filled in {fill(vault.entries, arguments.entries):.0f} s encrypted", end=", ")
        plain = plain_database(plain_path)
        migrate(plain, DataKey.generate())
        print(f"{fill(Entries(plain, Recordings(plain)), arguments.entries):.0f} s plain; ", end="")
        vault.close()
        plain.checkpoint()
        print(f"{paths.vault_file.stat().st_size / 1e6:.0f} and {plain_path.stat().st_size / 1e6:.0f} MB\n")
        show(paths, key, plain, plain_path)
        print(f"\n{'memory, peak':36} {memory_mb(paths, key_file):9.1f} MB of 100")


def show(paths: Paths, key: DataKey, plain: Database, plain_path: Path) -> None:
    def opened() -> Database:
        return Vault.open(paths, key)._database

    def plainly() -> Database:
        database = plain_database(plain_path)
        migrate(database, key)
        database.reconcile()
        return database

    ours, theirs = measure(opened(), opened), measure(plain, plainly)
    ours["open with key"], theirs["open with key"] = open_ms(opened), open_ms(plainly)
    print(f"{'median, ms':36} {'vault':>9} {'goal':>7} {'plain':>9} {'ratio':>7} {'most':>5}  kept")
    for name, vault_ms in ours.items():
        goal_ms, most_ratio = next(goal for begin, goal in GOALS.items() if name.startswith(begin))
        print(Row(name, goal_ms, most_ratio, vault_ms, theirs[name]))


if __name__ == "__main__":
    main()
