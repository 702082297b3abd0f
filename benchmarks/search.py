"""What a search for a word costs as a life gets longer: `script/bench search --entries 20000 200000`.

Two thousand entries of 58 words, copied in SQL as often as is wanted, each copy later than the one before. CPU seconds
in this process, the best of three behind one turn that is not counted.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial

import vault as long_life

from tests.vault_samples import make_vault
from voicecheck.text.folding import indexed_text
from voicecheck.vault.search.grammar import Query, Words
from voicecheck.vault.vault import Vault

WORDS, BASE = 58, 2000


def columns(vault: Vault, table: str, changed: dict[str, str]) -> tuple[str, str]:
    """Return the columns of a table, and what a copy has in them; None for one that is left to the database."""
    names = [str(row[1]) for row in vault._database.rows(f"PRAGMA table_info({table})")]
    kept = [name for name in names if changed.get(name) != "-"]
    return ", ".join(kept), ", ".join(changed.get(name, name) for name in kept)


def copy(vault: Vault, times: int) -> None:
    """Copy all entries with their texts and what the index has of them."""
    database = vault._database
    folded = [(entry, indexed_text(text)) for entry, text in database.rows("SELECT entry, text FROM newest_texts")]
    last = max(entry for entry, _ in folded)
    width = last - min(entry for entry, _ in folded) + 1024 * 1000
    for number in range(1, times):
        later = number * width
        new, old = columns(vault, "entries", {"number": f"number + {later}", "id": f"id || '-{number}'"})
        text, kept = columns(vault, "revisions", {"number": "-", "entry": f"entry + {later}"})
        with database.transaction():
            database.execute(f"INSERT INTO entries ({new}) SELECT {old} FROM entries WHERE number <= {last}")
            database.execute(f"INSERT INTO revisions ({text}) SELECT {kept} FROM revisions WHERE entry <= {last}")
            database.execute_many(
                "INSERT INTO entry_index (rowid, text) VALUES (?, ?)", ((at + later, words) for at, words in folded)
            )


def cpu_s(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(4):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return min(taken[1:])


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["VOICECHECK_HOME"] = home
        paths, key = make_vault()
        with Vault.open(paths, key) as vault:
            long_life.WORDS = WORDS
            long_life.fill(vault.entries, BASE)
            copy(vault, count // BASE)
        with Vault.open(paths, key, read_only=True) as vault:
            for name, word in (("rare", long_life.RARE), ("common", long_life.COMMON)):
                query, search = Query((Words(word),)), vault.search
                figures = (
                    cpu_s(partial(search.find, query)),
                    cpu_s(partial(search.find, query, newest=True)),
                    cpu_s(partial(search.count, query)),
                )
                told = " ".join(f"{figure:8.4f}" for figure in figures)
                print(f"{count:>9,} entries, a {name} word in {vault.search.count(query):>7,}: {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[20_000, 200_000])
    for count in parser.parse_args().entries:
        measure(count)


if __name__ == "__main__":
    print(f"{'':50} best 20, newest 20, count: CPU seconds")
    main()
