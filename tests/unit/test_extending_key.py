"""A kind of key that is added as docs/extending.md says: one file and one row, and every command knows it."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.test_vault_slots import OTHER, cheap, terminal
from tests.vault_samples import PASSPHRASE
from voicecheck.cli.main import run
from voicecheck.cli.vault import person
from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.paths import find_paths
from voicecheck.vault.keys import kinds
from voicecheck.vault.keys.slots import KeySlots, create_key_slots

__all__ = ["cheap", "terminal"]
Output = pytest.CaptureFixture[str]
PAGE = Path(__file__).parents[2] / "docs" / "extending.md"


class FakeToken:
    """Answers a challenge with a secret that never leaves it."""

    def __init__(self, secret: bytes = b"inside") -> None:
        self._secret = secret
        self.plugged_in = True

    def answer(self, challenge: bytes) -> bytes:
        if not self.plugged_in:
            raise VaultError("The token was pulled out.", "Plug it in.")
        return hashlib.blake2b(challenge, key=self._secret, digest_size=32).digest()


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The file of the recipe, in a folder of its own, and its row in the table."""
    section = PAGE.read_text(encoding="utf-8").partition("## How to add a kind of key")[2].partition("\n## ")[0]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert code
    file = tmp_path / "token.py"
    file.write_text(code[1], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("voicecheck.vault.keys.token", file)
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, made)
    spec.loader.exec_module(made)
    monkeypatch.setattr(kinds, "KINDS", (*kinds.KINDS, made.TOKEN))
    return made


@pytest.fixture
def token(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> FakeToken:
    """Plugged in, until a test pulls it out."""
    found = FakeToken()

    def connect() -> FakeToken:
        found.answer(b"")
        return found

    monkeypatch.setattr(module, "connect", connect)
    return found


def listed(capsys: Output) -> list[str]:
    capsys.readouterr()
    assert run(["vault", "slots", "list", "--json"]) == 0
    return [slot["kind"] for slot in json.loads(capsys.readouterr().out)]


def test_a_vault_of_the_new_kind(
    terminal: list[str], token: FakeToken, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Made, locked, unlocked without a question, given a passphrase beside it, listed, given a new key, taken out."""
    monkeypatch.setattr(person, "WORDS_TESTED", 0)
    terminal[:] = [""]
    assert run(["vault", "create", "--token"]) == 0
    assert listed(capsys) == ["recovery", "token"]
    assert run(["vault", "unlock"]) == 0
    terminal[:] = [PASSPHRASE, "n"]
    assert run(["vault", "passwd"]) == 0
    assert listed(capsys) == ["recovery", "token", "passphrase"]
    assert run(["vault", "slots", "list"]) == 0
    assert "hardware token" in capsys.readouterr().out
    assert run(["vault", "status"]) == 0
    assert "recovery key, hardware token, passphrase" in capsys.readouterr().out
    before = find_paths().slots_file.read_bytes()
    terminal[:] = [PASSPHRASE, ""]
    assert run(["vault", "rekey", "--yes"]) == 0
    assert find_paths().slots_file.read_bytes() != before
    assert listed(capsys) == ["recovery", "token", "passphrase"]
    assert run(["vault", "verify"]) == 0
    assert run(["vault", "slots", "remove", "2", "--yes"]) == 0
    assert listed(capsys) == ["recovery", "passphrase"]
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "unlock"]) == 0
    assert terminal == []


def test_pulled_out_it_leaves_the_other_keys(terminal: list[str], token: FakeToken, capsys: Output) -> None:
    """Added to a vault of a passphrase; without it the passphrase is asked for, and without a person nothing opens."""
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "create"]) == 0
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "slots", "add", "token"]) == 0
    assert "The token opens the vault." in capsys.readouterr().err
    token.plugged_in = False
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "unlock"]) == 0
    assert "pulled out" in capsys.readouterr().err
    terminal[:] = [PASSPHRASE, OTHER, "y"]
    assert run(["vault", "passwd"]) == 0
    assert "It no longer opens the vault." in capsys.readouterr().err
    assert listed(capsys) == ["passphrase"]


def test_help_names_it(module: ModuleType, capsys: Output) -> None:
    """Where a key is added, and where a vault is made."""
    assert run(["vault", "slots", "add", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "token (the one that is plugged in)" in told and "key-file|token" in told
    assert run(["vault", "create", "--help"]) == 0
    assert "--token" in capsys.readouterr().out
    assert run(["vault", "slots", "add", "tokens"]) == 2


def test_its_slot_is_bound_to_its_own_fields(module: ModuleType, tmp_path: Path) -> None:
    """Another token, another challenge or a damaged one opens nothing; it is never left alone where it can be lost."""
    key = module.TokenKey(FakeToken())
    path = tmp_path / "keys.json"
    made = create_key_slots(path, key)
    assert KeySlots.load(path).unlock(key) == made
    assert repr(key).count("inside") == 0
    with pytest.raises(VaultLockedError):
        KeySlots.load(path).unlock(module.TokenKey(FakeToken(b"another")))
    table = json.loads(path.read_text())
    for challenge, error in (("0" * 64, VaultLockedError), ("zz", VaultError), (7, VaultError)):
        table["slots"][0]["own"]["challenge"] = challenge
        with pytest.raises(error):
            KeySlots.parse(json.dumps(table).encode(), path).unlock(key)
    with pytest.raises(UsageError, match="a token can be lost"):
        KeySlots.load(path).wrap_new_key(made, made, [key])


def test_without_the_row_its_slot_is_kept(
    terminal: list[str], token: FakeToken, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """A VoiceCheck that does not know the kind opens the vault by its other keys, and leaves the slot as it is."""
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "create"]) == 0
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "slots", "add", "token"]) == 0
    with monkeypatch.context() as older:
        older.setattr(kinds, "KINDS", kinds.KINDS[:-1])
        terminal[:] = [PASSPHRASE, OTHER, "n"]
        assert run(["vault", "passwd"]) == 0
        assert "stays as it is: token." in " ".join(capsys.readouterr().err.split())
    terminal[:] = []
    assert run(["vault", "unlock"]) == 0
