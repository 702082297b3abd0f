"""What a long life in the vault costs: `script/bench years --entries 1000 100000`.

Entries of 58 words over ten years, two feelings each, every one asked; no sound. CPU seconds, the best of three in this
process behind one turn that is not counted: the page through its own application, without a socket. The words are
random, so nothing in them is like a person's but their number and the spread of their frequencies.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import vault as long_life

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, PHRASES, anybody
from voicecheck.diary.own_words import count_own_words, find_new_words
from voicecheck.diary.trends import find_trends
from voicecheck.paths import Paths, find_paths
from voicecheck.vault.backup import make_backup
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault
from voicecheck.web.app import make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.site.context import Desk

WORDS = 58
FIRST, LAST = date(2016, 1, 1), date(2025, 12, 31)
ASKED = "INSERT INTO steps SELECT session, 0, number / 1024, prompt_id, 'finished', id FROM entries"


def cpu_s(act: Callable[[], object], turns: int = 3) -> float:
    taken = []
    for _ in range(turns + (turns > 1)):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return min(taken[-turns:])


def look(paths: Paths, key: DataKey) -> None:
    with Desk(paths, key, PHRASES) as desk:
        page = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        page.post("/enter", {"code": CODE})
        vault = desk.vault
        acts: dict[str, Callable[[], object]] = {
            "first page": lambda: page.get("/"),
            "timeline": lambda: page.get("/timeline"),
            "calendar": lambda: page.get("/calendar/2020"),
            "feelings, all years": lambda: find_trends(vault, FIRST, LAST, "month"),
            "feeling words": lambda: (
                count_own_words(vault, None, None, "me"), find_new_words(vault, LAST, None, "me"),
            ),
        }  # fmt: skip
        for name, act in acts.items():
            print(f"  {name:24} {cpu_s(act):8.3f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[1000, 100_000])
    long_life.WORDS = WORDS
    for count in parser.parse_args().entries:
        with tempfile.TemporaryDirectory(prefix="voicecheck-bench-") as name:
            os.environ["VOICECHECK_HOME"] = name
            paths = find_paths()
            key = create_vault(paths, KeyFile(Path(name) / "key"))
            with Vault.open(paths, key) as vault:
                vault.entries.add_all(long_life.entries(count, random.Random(1)))
                with vault._database.write():
                    vault._database.execute(ASKED)
            print(f"{count:,} entries: {paths.vault_file.stat().st_size / 1e6:.1f} MB")
            look(paths, key)
            target = Path(name) / "a.backup"
            print(f"  {'backup':24} {cpu_s(lambda: make_backup(paths, key, target), 1):8.3f} s")  # noqa: B023
            print(f"  {'verify':24} {cpu_s(lambda: verify_vault(paths, key), 1):8.3f} s")  # noqa: B023


if __name__ == "__main__":
    main()
