"""Moves between two homes, each killed at a counted call of its own: `python -m tests.integration.killed_moves N`.

The same call each time, on any machine, under any load. A kill is followed by what a person does next: the same
command once more.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.vault_samples import CHEAP, PASSPHRASE, header_of, make_entry, make_pages
from voicecheck.errors import VaultError, VaultMovedError
from voicecheck.paths import Paths
from voicecheck.vault.backup import check_backup, read_slots
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.moved import read_mark, refuse_moved
from voicecheck.vault.moving import finish_move, move_in, move_out, settle_arrival, take_back
from voicecheck.vault.restoring import finish_restore, sweep
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

COUNTED = ("open", "write", "fsync", "ftruncate", "link", "rename", "replace", "unlink", "mkdir", "rmdir")
SETTINGS = "[voice]\nrate = 0.9\n"


class Home:
    """One computer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = Paths(
            folder / "settings.toml", folder / "prompts", folder / "resources", folder / "vault", folder / "models"
        )

    def goes_on(self, key: DataKey) -> bool:
        """True if an evening can begin there."""
        if not self.paths.slots_file.exists():
            return False
        try:
            refuse_moved(self.paths.vault_folder)
        except VaultMovedError:
            return False
        return whole(self.paths, key)


def whole(paths: Paths, key: DataKey) -> bool:
    return all(finding.whole for finding in verify_vault(paths, key))


def prepare(home: Home) -> DataKey:
    home.folder.mkdir(mode=0o700)
    key = create_vault(home.paths, Passphrase(PASSPHRASE, CHEAP))
    with Vault.open(home.paths, key) as vault:
        vault.entries.add(make_entry(), make_pages(2, 3000))
    entry = make_entry()
    answer = locked_inbox(home.paths).begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    home.paths.settings_file.write_text(SETTINGS)
    home.paths.prompts_folder.mkdir()
    (home.paths.prompts_folder / "mine.toml").write_text("mine")
    return key


def come(file: Path, key: DataKey, paths: Paths) -> str:
    finish_restore(paths)
    sweep(paths)
    settle_arrival(paths)
    return move_in(file, key, paths, check_backup(file, key)).proof


def killed_at(call: int, act: Callable[[], Any]) -> int:
    """Run in a child that kills itself at this call; return how many calls it made, or -1 where it was killed."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        count = 0

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def call_it(*arguments: Any, **named: Any) -> Any:
                nonlocal count
                count += 1
                if count == call:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            return call_it

        write = os.write
        for name in COUNTED:
            setattr(os, name, counted(getattr(os, name)))
        with suppress(BaseException):
            act()
            write(tell, str(count).encode())
        os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as stream:
        said = stream.read()
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert killed or said, "the move failed"
    return -1 if killed else int(said)


def move(folder: Path, template: Home, key: DataKey, moment: tuple[str, int]) -> tuple[int, int, int]:
    """Move from one home to another, killed once, and see after each step that one whole vault is there.

    Return the calls of each step where nothing was killed.
    """
    shutil.copytree(template.folder, folder / "old")
    old, new, file = Home(folder / "old"), Home(folder / "new"), folder / "all.move"
    step, call = moment
    out = killed_at(call if step == "out" else 0, lambda: move_out(old.paths, key, file))
    going = old.goes_on(key)
    assert going != (read_mark(old.paths.vault_folder) is not None)
    assert whole(old.paths, key)
    assert not (going and file.exists()), "two could go on"
    if going or not file.exists():
        if not going:  # marked, and no file: said, and taken back by a word
            take_back(old.paths)
        move_out(old.paths, key, file)
    came = killed_at(call if step == "in" else 0, lambda: come(file, key, new.paths))
    assert not old.goes_on(key)
    proof = come(file, key, new.paths)
    assert new.goes_on(key)
    assert new.paths.settings_file.read_text() == SETTINGS
    assert (new.paths.prompts_folder / "mine.toml").read_text() == "mine"
    done = killed_at(call if step == "done" else 0, lambda: finish_move(old.paths, proof))
    assert not old.goes_on(key)
    with suppress(VaultError):  # where only the empty folder was left
        finish_move(old.paths, proof)
    assert not old.paths.vault_file.exists()
    assert not old.paths.settings_file.exists()
    with Vault.open(new.paths, key) as vault:
        vault.ingest("always")
        assert vault.entries.count() == 2
    left = [path.name for path in folder.rglob("*") if path.name.endswith(".part")]
    assert not left, (moment, left)
    return out, came, done


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        template = Home(root / "template")
        key = prepare(template)
        (root / "whole").mkdir()
        calls = dict(zip(("out", "in", "done"), move(root / "whole", template, key, ("", 0)), strict=True))
        assert read_slots(root / "whole" / "all.move").unlock(Passphrase(PASSPHRASE)) == key
        moments = [(step, call) for step, most in calls.items() for call in range(1, most + 1)]
        for moment in sorted(random.Random(count).sample(moments, min(count, len(moments)))):
            folder = root / f"{moment[0]}-{moment[1]}"
            folder.mkdir()
            assert -1 in move(folder, template, key, moment), moment
            shutil.rmtree(folder)
        print(len(moments), count)


if __name__ == "__main__":
    main(int(sys.argv[1]))
