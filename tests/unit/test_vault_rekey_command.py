"""`vault passwd` and `vault rekey`: what a passphrase does not do is said, and a new key is offered and given."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.test_vault_slots import OTHER, Drawer, cheap, drawer, terminal
from tests.vault_samples import PASSPHRASE, header_of, make_entry, make_vault
from voicecheck.cli.main import run
from voicecheck.cli.vault import person
from voicecheck.errors import VaultLockedError
from voicecheck.vault import rekeying
from voicecheck.vault.backup import make_backup, read_slots
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.keys.key_file import KeyFile, create_key_file
from voicecheck.vault.keys.keychain import KeychainKey, find_keychain
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

__all__ = ["cheap", "drawer", "terminal"]
Output = pytest.CaptureFixture[str]


def test_a_changed_passphrase_and_a_new_key(terminal: list[str], tmp_path: Path, capsys: Output) -> None:
    """Behind `passwd` it is said what stays open; who wants it has a new key, and the old backup reads nothing more."""
    paths, key = make_vault()
    make_backup(paths, key, tmp_path / "old.backup")
    entry = make_entry()
    answer = locked_inbox(paths).begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    terminal[:] = [PASSPHRASE, OTHER, "y"]
    assert run(["vault", "passwd"]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "does not do" in told and "has a new key" in told and OTHER not in told
    new = KeySlots.load(paths.slots_file).unlock(Passphrase(OTHER))
    assert new != read_slots(tmp_path / "old.backup").unlock(Passphrase(PASSPHRASE)) == key
    with Vault.open(paths, new) as vault:
        assert vault.entries.has(entry.id)
    terminal[:] = [OTHER]
    assert run(["vault", "verify"]) == 0


def test_rekey_asks_first(terminal: list[str]) -> None:
    """Who says no keeps the key; the passphrase is asked once."""
    paths, key = make_vault()
    terminal[:] = [PASSPHRASE, "n"]
    assert run(["vault", "rekey"]) == 130
    assert KeySlots.load(paths.slots_file).unlock(Passphrase(PASSPHRASE)) == key
    terminal[:] = ["some wrong one", PASSPHRASE, "y"]
    assert run(["vault", "rekey"]) == 0
    assert KeySlots.load(paths.slots_file).unlock(Passphrase(PASSPHRASE)) != key
    assert terminal == []


def test_all_kinds_of_keys(
    terminal: list[str], drawer: Drawer, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Key files are asked for and must fit, the keychain goes along by itself, the recovery key is a new one."""
    paths, key = make_vault()
    for name in ("a.key", "b.key", "c.key"):
        create_key_file(tmp_path / name)
    slots = KeySlots.load(paths.slots_file).add(key, KeyFile(tmp_path / "a.key")).add(key, KeyFile(tmp_path / "b.key"))
    slots = slots.add(key, RecoveryKey(bytes(32))).add(key, KeychainKey(find_keychain()))
    monkeypatch.setattr(person, "WORDS_TESTED", 0)
    terminal[:] = [PASSPHRASE, str(tmp_path / "c.key"), str(tmp_path / "none"), str(tmp_path / "b.key"), ""]
    assert run(["vault", "rekey", "--yes", "--key-file", str(tmp_path / "a.key")]) == 0
    assert "no other key file" in capsys.readouterr().err
    after = KeySlots.load(paths.slots_file)
    assert after.kinds == ("passphrase", "key_file", "key_file", "recovery", "keychain")
    new = after.unlock(KeychainKey(find_keychain()))
    assert new == after.unlock(KeyFile(tmp_path / "b.key")) != key
    assert len(drawer.kept) == 1
    with pytest.raises(VaultLockedError):
        after.unlock(RecoveryKey(bytes(32)))


def test_what_is_left_out_is_told(terminal: list[str], tmp_path: Path, drawer: Drawer, capsys: Output) -> None:
    """Enter in the place of a key file, and of a word of the new recovery key; and a keychain that has gone."""
    paths, key = make_vault()
    create_key_file(tmp_path / "a.key")
    slots = KeySlots.load(paths.slots_file).add(key, KeyFile(tmp_path / "a.key")).add(key, RecoveryKey(bytes(32)))
    slots.add(key, KeychainKey(find_keychain()))
    drawer.gone = True
    terminal[:] = [PASSPHRASE, "", "", ""]
    assert run(["vault", "rekey", "--yes"]) == 0
    told = capsys.readouterr().err
    assert "slots add recovery" in told and "no longer opens the vault" in told
    assert KeySlots.load(paths.slots_file).kinds == ("passphrase",)


def test_without_a_person(tmp_path: Path) -> None:
    """A vault of one key file is given a new key by it alone; one with more keys is left as it is."""
    file = tmp_path / "a.key"
    assert run(["vault", "create", "--key-file", str(file)]) == 0
    from voicecheck.paths import find_paths

    paths = find_paths()
    key = KeySlots.load(paths.slots_file).unlock(KeyFile(file))
    assert run(["vault", "rekey", "--key-file", str(file)]) == 2
    assert run(["vault", "rekey", "--yes", "--key-file", str(file)]) == 0
    new = KeySlots.load(paths.slots_file).unlock(KeyFile(file))
    assert new != key
    create_key_file(tmp_path / "b.key")
    slots = KeySlots.load(paths.slots_file).add(new, KeyFile(tmp_path / "b.key"))
    assert run(["vault", "rekey", "--yes", "--key-file", str(file)]) == 2
    slots.remove(new, 2).add(new, RecoveryKey(bytes(32)))
    assert run(["vault", "rekey", "--yes", "--key-file", str(file)]) == 5
    assert KeySlots.load(paths.slots_file).unlock(KeyFile(file)) == new


def test_no_vault_to_give_a_key() -> None:
    """Nothing is made where nothing is."""
    assert run(["vault", "rekey", "--yes"]) == 5


def test_words_that_do_not_count(
    terminal: list[str], capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the key could not be changed after all, it is said that the new words open nothing."""
    from voicecheck.errors import VaultBusyError

    def busy(*_: object) -> None:
        raise VaultBusyError("The vault is busy with another program.")

    paths, key = make_vault()
    KeySlots.load(paths.slots_file).add(key, RecoveryKey(bytes(32)))
    monkeypatch.setattr(rekeying, "_build", busy)
    monkeypatch.setattr(person, "WORDS_TESTED", 0)
    terminal[:] = [PASSPHRASE, ""]
    assert run(["vault", "rekey", "--yes"]) == 5
    assert "open nothing" in capsys.readouterr().err
    assert KeySlots.load(paths.slots_file).unlock(RecoveryKey(bytes(32))) == key


def test_an_interrupted_change_is_finished_by_any_command(
    terminal: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Killed when the slots were new and the database was not: `verify` and `backup` find all of it whole."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
    with monkeypatch.context() as patch:
        patch.setattr(rekeying, "_move", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        terminal[:] = [PASSPHRASE]
        assert run(["vault", "rekey", "--yes"]) == 130
    left = tmp_path / "as it was left"
    shutil.copytree(paths.vault_folder, left)
    for command in (["vault", "verify"], ["vault", "backup", str(tmp_path / "a.backup")], ["entry", "list"]):
        shutil.rmtree(paths.vault_folder)
        shutil.copytree(left, paths.vault_folder)
        terminal[:] = [PASSPHRASE]
        assert run(command) == 0
        assert not list(paths.vault_folder.glob("vault.db.re*"))
