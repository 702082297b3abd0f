"""A person at a real terminal: passphrase, and what becomes of answers that broke off."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.integration.terminal import Terminal, converse
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, header_of, make_entry
from voicecheck.domain import Entry
from voicecheck.paths import find_paths
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")


def break_off(entry: Entry) -> Path:
    """A typed answer of a locked evening whose process was killed."""
    answer = locked_inbox(find_paths()).begin(header_of(entry))
    answer.append_entry(entry)
    answer.sync()
    answer.close()
    return answer.path


def test_broken_off_answers_of_a_passphrase_vault() -> None:
    """`vault unlock` and `entry list` ask what becomes of each; a typed one is kept whole, and needs no model."""
    paths = find_paths()
    create_vault(paths, Passphrase(PASSPHRASE, CHEAP))
    kept, unwanted = make_entry(), make_entry()
    path = break_off(kept)
    code, screen = converse(["vault", "unlock"], ("Passphrase", PASSPHRASE), ("decide later", "later"))
    assert (code, path.exists()) == (0, True), screen
    code, screen = converse(["vault", "unlock"], ("Passphrase", PASSPHRASE), ("decide later", "keep"))
    assert (code, path.exists()) == (0, False), screen
    assert f"Kept, from earlier: {kept.id[:13]}" in screen
    path = break_off(unwanted)
    code, screen = converse(["entry", "list"], ("Passphrase", PASSPHRASE), ("decide later", "delete"))
    assert (code, path.exists()) == (0, False), screen
    assert kept.id[:13] in screen
    assert CANARY not in screen
    with Vault.open(paths, KeySlots.load(paths.slots_file).unlock(Passphrase(PASSPHRASE))) as vault:
        (found,) = vault.entries.list()
    assert (found.id, found.text) == (kept.id, kept.text)


def test_typed_evening_leaves_no_word(tmp_path: Path) -> None:
    """Question, answer and reflection stand on the alternate screen until Enter; behind it only that it is kept."""
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100", "VOICECHECK_KEY_FILE": str(tmp_path / "key")}
    terminal = Terminal(["checkin", "--typed", "--no-speak", "--count", "1"], environment)
    assert terminal.wait_for("Your answer"), terminal.screen
    terminal.type(f"I was glad, {CANARY}.\n")
    while terminal.wait_for("Your answer", "Enter to close") == "Your answer":
        terminal.type("")  # a question may follow the answer
    terminal.type("")
    assert terminal.end() == 0, terminal.screen
    before, own, after = re.split(r"\x1b\[\?1049[hl]", terminal.screen)
    assert CANARY in own and "?" in own
    assert before == "" and re.fullmatch(r"Kept in the vault as [0-9a-f-]{13}\.\s*", after)
