"""A closed terminal and a process that is told to end: an orderly end, and nothing readable left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.terminal import Terminal
from tests.vault_samples import CANARY, make_entry
from voicecheck.paths import find_paths
from voicecheck.vault.vault import Vault, create_vault

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


@pytest.fixture
def key_file(home: Path) -> Path:
    """Of a vault with enough entries that each command takes a while."""
    path = home.parent / "vault.key"
    key = create_vault(find_paths(), key_file=path)
    with Vault.open(find_paths(), key) as vault:
        vault.entries.add_all(make_entry(f"{CANARY} {number} " + "and on " * 300) for number in range(400))
    return path


def start(key_file: Path, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"VOICECHECK_KEY_FILE": str(key_file), "PYTHONPATH": str(ROOT)} | more
    return subprocess.Popen(
        [sys.executable, "-m", "voicecheck", *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def readable(*folders: Path) -> list[Path]:
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in files if CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ["export", "backup", "import"])
def test_a_signal_leaves_no_part(key_file: Path, tmp_path: Path, kind: signal.Signals, command: str) -> None:
    """Sent at the first sign of writing, and at moments after it: no part of an export, a backup or an import stays."""
    vault = find_paths().vault_folder
    given = tmp_path / "given"
    given.mkdir()
    if command == "import":
        whole = start(key_file, "entry", "export", str(given / "all.json"))
        whole.communicate(timeout=PATIENCE_S)
        assert whole.returncode == 0
    words = {
        "export": ("entry", "export", str(tmp_path / "notes.json")),
        "backup": ("vault", "backup", str(tmp_path / "a.backup")),
        "import": ("import", "json", str(given / "all.json")),
    }[command]
    for wait_s in (0.0, 0.01, 0.05):
        process = start(key_file, *words)
        while process.poll() is None and not list(tmp_path.glob(".*")) and not list(vault.glob(".*part")):
            if command == "import" and (vault / "vault.db-wal").exists():
                break
            time.sleep(0.002)
        time.sleep(wait_s)
        process.send_signal(kind)
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode in (0, 130), errors
        assert b"fault" not in errors and b"Traceback" not in errors
        assert list(tmp_path.glob(".*")) == []
        assert list(vault.glob(".*")) == []
        if process.returncode:
            assert readable(tmp_path, vault.parent) == readable(given)
        for path in tmp_path.iterdir():
            if path.is_file():
                path.unlink()


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_the_editor_is_open(key_file: Path, tmp_path: Path, kind: signal.Signals) -> None:
    """The text that lay in memory for the editor is destroyed."""
    started = tmp_path / "started"
    editor = tmp_path / "nano"
    editor.write_text(
        f'#!/bin/sh\nfor file; do :; done\necho "$file" > {started}.new; mv {started}.new {started}; exec sleep 60\n'
    )
    editor.chmod(0o700)
    places = {"VOICECHECK_KEY_FILE": str(key_file), "EDITOR": str(editor), "VISUAL": str(editor)}
    terminal = Terminal(["entry", "edit", "last", "--editor"], os.environ | places)
    while not started.exists():
        assert terminal.runs, (terminal.end(), terminal.screen)
        time.sleep(0.01)
    text = Path(started.read_text().strip().split("\n")[0])
    assert text.exists()
    terminal.send_signal(kind)
    assert terminal.end() == 130, terminal.screen
    assert not text.exists() and not text.parent.exists()
