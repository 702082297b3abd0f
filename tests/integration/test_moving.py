"""A move between two homes without a network, killed at any moment: always one whole vault, never two that go on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from voicecheck.vault.backup import check_backup
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.parametrize("moments", [12, pytest.param(50, marks=pytest.mark.long)])
def test_killed_moves(moments: int) -> None:
    """Killed at a call of moving out, in or of erasing, the same command once more ends the move."""
    run([sys.executable, "-m", "tests.integration.killed_moves", str(moments)], dict(os.environ))


def test_without_a_network(tmp_path: Path) -> None:
    """Typed as a person does, between two homes: what was kept is there, the old one refuses, the proof erases it."""
    key_file, file = tmp_path / "a.key", tmp_path / "all.move"
    old, new = ({"VOICECHECK_HOME": str(tmp_path / name), "VOICECHECK_KEY_FILE": str(key_file)} for name in ("a", "b"))

    def voicecheck(home: dict[str, str], *arguments: str, typed: str = "", code: int = 0) -> str:
        command = [sys.executable, "-m", "voicecheck", *arguments]
        return run(command, os.environ | home, typed, code)

    voicecheck(old, "vault", "create", "--key-file", str(key_file))
    (tmp_path / "a" / "settings.toml").write_text('[vault]\nkeep_audio = "never"\n')
    voicecheck(old, "vault", "move", "out", str(file))
    assert "vault move undo" in voicecheck(old, "vault", "unlock", code=5)
    told = voicecheck(new, "vault", "move", "in", str(file))
    proof = told.split("and there: ")[1][:9]
    assert (tmp_path / "b" / "settings.toml").read_text() == (tmp_path / "a" / "settings.toml").read_text()
    voicecheck(new, "vault", "unlock")
    voicecheck(old, "vault", "move", "done", typed="aaaa-aaaa\n", code=2)
    voicecheck(old, "vault", "move", "done", typed=f"{proof}\n")
    assert not (tmp_path / "a" / "vault").exists()


def test_backup_after_an_evening(tmp_path: Path) -> None:
    """An evening with the vault open leaves, in the folder of the settings, a backup that holds it."""
    home, key_file, stick = tmp_path / "home", tmp_path / "a.key", tmp_path / "stick"
    places = {"VOICECHECK_HOME": str(home), "VOICECHECK_KEY_FILE": str(key_file)}
    for folder in (home, stick):
        folder.mkdir(mode=0o700)
    (home / "settings.toml").write_text(f'[vault]\nbackup_folder = "{stick}"\n')
    command = [sys.executable, "-m", "voicecheck", "checkin", "--typed", "--no-speak"]
    run(command, os.environ | places, "I felt calm today.\n")
    (file,) = stick.iterdir()
    assert check_backup(file, KeySlots.load(home / "vault" / "keys.json").unlock(KeyFile(key_file))).entries == 1


def run(command: list[str], environment: dict[str, str], typed: str = "", code: int = 0) -> str:
    """Run without a network where the system lets us. Return what was told."""
    apart = [shutil.which("unshare") or "", "-rn"]
    if apart[0] and subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0:
        command = [*apart, *command]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stderr
