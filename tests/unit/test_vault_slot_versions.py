"""The slots file of version 1 is read for ever, and a slot of a kind that is not known here stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.test_vault_slots import OTHER, Drawer, cheap, terminal
from tests.vault_samples import CHEAP, PASSPHRASE, make_vault
from voicecheck.cli.main import run
from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.paths import find_paths
from voicecheck.vault.backup import make_backup, read_slots
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.keychain import Keychain, KeychainKey
from voicecheck.vault.keys.kind import Key
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.verifying import verify_vault

__all__ = ["cheap", "terminal"]
Output = pytest.CaptureFixture[str]

# Written by VoiceCheck 0.1 for PASSPHRASE, the key file below, bytes(range(32)) on paper, and the keychain below.
VERSION_1 = b"""{
  "version": 1,
  "inbox": "hp/po4gL+UXQsjk3Y374JWCWPxY9Lu48ehqDU77/jEQJ5OSFe7Okng==",
  "slots": [
    {
      "kind": "passphrase",
      "salt": "I17ixbw+xNBdg2raq2yiIg==",
      "passes": 1,
      "memory": 8192,
      "wrapped": "WWGtOV7EfHm092P7KU2AYMqqLdfDT5BREvzqzCLr5uH9ebJmaqmODpcPVjw6PUoewteckeEivoiwRYS0GvFokRCF84up2QLH"
    },
    {
      "kind": "key_file",
      "salt": "33rg7MRh+/GYuyZSpuAxzw==",
      "passes": 0,
      "memory": 0,
      "wrapped": "rThs11QWCN6l+dIw4hv+9RwI3jpEFZzI+tHhOpTT/UCh6ZQr1c/UlHYfWYV/iJXMb9yfI258nSgdAPo+Y0jV6vPxkygMQLxh"
    },
    {
      "kind": "recovery",
      "salt": "DnKOu4Fm/kR65o8f5cv7DA==",
      "passes": 0,
      "memory": 0,
      "wrapped": "I77otxwSXYh46fKfdBXO+FSkwMKxoj2tx5ndDKPszOKPj+GSAUknrJc0bPQmse3ZbDVhGhEWtMoaYHi2uWHexQ2uMhE6qTmS"
    },
    {
      "kind": "keychain",
      "salt": "zk0VT+bSJjZPWyMJhHG3sg==",
      "passes": 0,
      "memory": 0,
      "wrapped": "yzkCVLnS0xYOlPwZPCsi5amLplsDwNVdLixnSoCxnzmJt7aZKsifiWlUlCeDamVLhxj5nddGIQHWHaFkuasEMl5qAzUwZqbh"
    }
  ]
}
"""
KEY_FILE = "voicecheck-key-file 1\ne591273e650cb266a5c8d1ac386efe848fa708eda2d882d391b89a9fc4f4f8e3\n"
IN_KEYCHAIN = "7be97f8eb4274cabf918e489f8f47779e766533630b939e882d0c62652c79e1f"
DATA_KEY = DataKey(bytes.fromhex("47082605e7437e279ff0595da5778596c7b1348d1c100ec35d3c6e3d24d01020"))


@pytest.fixture
def older(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_bytes(VERSION_1)
    return path


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Key, ...]:
    """What opened the file when it was written, in the order of its slots."""
    (tmp_path / "a.key").touch(0o600)
    (tmp_path / "a.key").write_text(KEY_FILE)
    drawer = Drawer()
    drawer.kept["voicecheck", "ce4d154fe6d226364f5b23098471b7b2"] = IN_KEYCHAIN
    on_paper = RecoveryKey(bytes(range(32)))
    return Passphrase(PASSPHRASE), KeyFile(tmp_path / "a.key"), on_paper, KeychainKey(Keychain(drawer))


def test_version_1_opens_with_all_its_keys(older: Path, keys: tuple[Key, ...]) -> None:
    """Each kind opens the data key that it wrapped, and reading changes no byte of the file."""
    slots = KeySlots.load(older)
    assert slots.kinds == tuple(key.kind.name for key in keys)
    assert [slots.unlock(key) for key in keys] == [DATA_KEY] * 4
    assert older.read_bytes() == VERSION_1


def test_version_1_opens_after_one_slot_has_changed(older: Path, keys: tuple[Key, ...]) -> None:
    """The file is of version 2 then; the slots whose secrets nobody gave stay wrapped as they were, and open."""
    KeySlots.load(older).add(DATA_KEY, Passphrase(OTHER, CHEAP))
    written = json.loads(older.read_bytes())
    assert written["version"] == 2
    before = [slot["wrapped"] for slot in json.loads(VERSION_1)["slots"]]
    assert [slot["wrapped"] for slot in written["slots"]][1:] == before[1:]
    assert [slot["version"] for slot in written["slots"]] == [2, 1, 1, 1]
    slots = KeySlots.load(older)
    assert [slots.unlock(key) for key in (Passphrase(OTHER), *keys[1:])] == [DATA_KEY] * 4
    with pytest.raises(VaultLockedError):
        slots.unlock(keys[0])
    KeySlots.load(older).remove(DATA_KEY, 1)
    assert KeySlots.load(older).unlock(keys[1]) == DATA_KEY


def test_costs_of_version_1_are_bound_in_version_2(older: Path, keys: tuple[Key, ...]) -> None:
    """An older slot that is carried along opens with its own parameters only."""
    KeySlots.load(older).remove(DATA_KEY, 4)
    written = json.loads(older.read_bytes())
    assert written["slots"][0]["own"] == {"passes": 1, "memory": 8192}
    assert KeySlots.load(older).unlock(keys[0]) == DATA_KEY
    for changed in ({"version": 2}, {"own": {"passes": 2, "memory": 8192}}):
        table = written | {"slots": [written["slots"][0] | changed]}
        with pytest.raises(VaultLockedError):
            KeySlots.parse(json.dumps(table).encode(), older).unlock(keys[0])


@pytest.mark.parametrize(
    "changed", [{"kind": "token"}, {"passes": -1}, {"passes": 1 << 70}, {"own": {}}, {"version": 1}, {"memory": 1.5}]
)
def test_a_changed_version_1_is_damaged(older: Path, changed: dict[str, object]) -> None:
    """In a file of version 1 stands nothing but what version 1 knew."""
    table = json.loads(VERSION_1)
    table["slots"][0] |= changed
    older.write_text(json.dumps(table))
    with pytest.raises(VaultError, match="damaged"):
        KeySlots.load(older)


# A kind that is not known here

LATER = {
    "kind": "tpm_chip",
    "version": 7,
    "salt": "",
    "own": {"policy": "pcr 7", "counter": 3},
    "wrapped": "bm9ib2R5IGhlcmUgY2FuIG9wZW4gdGhpcw==",
}


def put_beside() -> tuple[Path, DataKey]:
    """A vault whose second slot was made by a later VoiceCheck."""
    paths, key = make_vault()
    table = json.loads(paths.slots_file.read_text())
    table["slots"].append(LATER)
    paths.slots_file.write_text(json.dumps(table))
    return paths.slots_file, key


def test_an_unknown_kind_stays_untouched(tmp_path: Path) -> None:
    """The vault opens by its other keys; a changed passphrase, a key more and a backup leave the slot as it is."""
    path, key = put_beside()
    slots = KeySlots.load(path)
    assert slots.unlock(Passphrase(PASSPHRASE)) == key
    slots.add(key, Passphrase(OTHER, CHEAP)).add(key, RecoveryKey(bytes(32)))
    assert json.loads(path.read_text())["slots"][1] == LATER
    make_backup(find_paths(), key, tmp_path / "a.backup")
    assert [slot.kind for slot in read_slots(tmp_path / "a.backup").unknown] == ["tpm_chip"]


def test_an_unknown_kind_is_told(terminal: list[str], capsys: Output) -> None:
    """One sentence where the keys are listed, and where they change; a check finds nothing wrong with it."""
    _, key = put_beside()
    assert run(["vault", "slots", "list"]) == 0
    assert "tpm_chip" in (listed := capsys.readouterr().out) and "does not know; it stays as it is" in listed
    assert run(["vault", "slots", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[1] == {"number": 2, "kind": "tpm_chip"}
    assert run(["vault", "status"]) == 0
    assert "passphrase, tpm_chip" in capsys.readouterr().out
    terminal[:] = [PASSPHRASE, OTHER, "n"]
    assert run(["vault", "passwd"]) == 0
    assert "does not know stays as it is: tpm_chip." in " ".join(capsys.readouterr().err.split())
    found = {finding.part: finding for finding in verify_vault(find_paths(), key)}["key slots"]
    assert found.whole and "1 of a kind" in found.detail


def test_an_unknown_kind_is_not_relied_on(terminal: list[str]) -> None:
    """It counts as no way in, and can be taken out by its number."""
    path, key = put_beside()
    with pytest.raises(UsageError, match="No key would be left"):
        KeySlots.load(path).remove(key, 1)
    terminal[:] = [PASSPHRASE, "y"]
    assert run(["vault", "slots", "remove", "2"]) == 0
    assert KeySlots.load(path).kinds == ("passphrase",)


def test_a_new_data_key_leaves_no_unknown_key_out(terminal: list[str], capsys: Output) -> None:
    """It could not be wrapped anew, so nothing changes, and it is said before anything is asked."""
    path, key = put_beside()
    before = path.read_bytes()
    assert run(["vault", "rekey", "--yes"]) == 2
    assert "take it out first" in capsys.readouterr().err
    assert path.read_bytes() == before
    with pytest.raises(UsageError, match="does not know"):
        KeySlots.load(path).wrap_new_key(key, DataKey.generate(), [Passphrase(OTHER, CHEAP)])


@pytest.mark.parametrize("kind", ["", "Token", "a b", "token\u001b[2J", "x" * 40, "token\n", 7, None])
def test_the_name_of_a_kind_prints_harmlessly(older: Path, kind: object) -> None:
    """Small letters, digits and underscores: anything else is a damaged file, and reaches no terminal."""
    table = {"version": 2, "inbox": json.loads(VERSION_1)["inbox"], "slots": [LATER | {"kind": kind}]}
    with pytest.raises(VaultError, match="damaged"):
        KeySlots.parse(json.dumps(table).encode(), older)
