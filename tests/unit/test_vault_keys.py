"""Key slots: the right secret opens, nothing else does, and no file can make it hang."""

from __future__ import annotations

import errno
import json
import os
import random
from pathlib import Path

import msgspec
import pytest

from tests.vault_samples import CHEAP, PASSPHRASE
from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.vault.keys import argon2
from voicecheck.vault.keys import slot as slot_module
from voicecheck.vault.keys.argon2 import MIB, Cost
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile, create_key_file
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import KeySlots, create_key_slots


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "home.key"
    create_key_file(path)
    return path


@pytest.fixture
def slots_file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_both_slots_open_the_same_key(slots_file: Path, key_file: Path) -> None:
    """The passphrase and the key file give back the one data key, and speech is sealed to its public half."""
    made = create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP), KeyFile(key_file))
    slots = KeySlots.load(slots_file)
    assert slots.kinds == ("passphrase", "key_file")
    assert slots.unlock(Passphrase(PASSPHRASE)) == made
    assert slots.unlock(KeyFile(key_file)) == made
    assert slots.public_key == made.public_key


def test_two_vaults_share_nothing(tmp_path: Path) -> None:
    """The same passphrase makes different keys each time."""
    first = create_key_slots(tmp_path / "a.json", Passphrase(PASSPHRASE, CHEAP))
    second = create_key_slots(tmp_path / "b.json", Passphrase(PASSPHRASE, CHEAP))
    assert first != second
    assert first.database_key != second.database_key


def test_derived_keys_differ() -> None:
    """Database key and inbox key follow from the data key without being it."""
    secret = bytes(range(32))
    key = DataKey(secret)
    assert len({secret, key.database_key, key.public_key}) == 3
    assert DataKey(secret).database_key == key.database_key


@pytest.mark.parametrize("wrong", ["seven quiet lamp", "Seven quiet lamps", "", PASSPHRASE + " "])
def test_wrong_passphrase(slots_file: Path, wrong: str) -> None:
    """A passphrase that differs in one letter stays outside."""
    create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    with pytest.raises(VaultLockedError):
        KeySlots.load(slots_file).unlock(Passphrase(wrong))


def test_composed_letters_are_one(slots_file: Path) -> None:
    """The same letters typed on another keyboard, composed otherwise, open the vault."""
    made = create_key_slots(slots_file, Passphrase("grüße aus köln", CHEAP))
    assert KeySlots.load(slots_file).unlock(Passphrase("gru\u0308ße aus ko\u0308ln")) == made


def test_short_passphrase_is_refused(slots_file: Path) -> None:
    """Seven characters protect nothing; no file is left behind."""
    with pytest.raises(UsageError, match="8 characters"):
        create_key_slots(slots_file, Passphrase("1234567", CHEAP))
    assert not slots_file.exists()


def test_a_vault_is_never_replaced(slots_file: Path) -> None:
    """A second creation leaves the first slots as they are."""
    create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    before = slots_file.read_bytes()
    with pytest.raises(VaultError, match="already"):
        create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    assert slots_file.read_bytes() == before


def test_foreign_key_file(slots_file: Path, key_file: Path, tmp_path: Path) -> None:
    """A sound key file of another vault does not open this one."""
    create_key_slots(slots_file, KeyFile(key_file))
    create_key_file(tmp_path / "other.key")
    with pytest.raises(VaultLockedError):
        KeySlots.load(slots_file).unlock(KeyFile(tmp_path / "other.key"))


def test_no_such_slot(slots_file: Path, key_file: Path) -> None:
    """A vault without a passphrase says what it opens with."""
    create_key_slots(slots_file, KeyFile(key_file))
    with pytest.raises(VaultLockedError) as caught:
        KeySlots.load(slots_file).unlock(Passphrase(PASSPHRASE))
    assert "key file" in caught.value.hint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_open_key_file_is_refused(slots_file: Path, key_file: Path, mode: int) -> None:
    """A key file that others may read is refused, and the hint names the cure."""
    create_key_slots(slots_file, KeyFile(key_file))
    key_file.chmod(mode)
    with pytest.raises(VaultError) as caught:
        KeySlots.load(slots_file).unlock(KeyFile(key_file))
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 32, b"voicecheck-key-file 1\nab\n", b"voicecheck-key-file 2\n" + b"a" * 64]
)
def test_not_a_key_file(slots_file: Path, tmp_path: Path, content: bytes) -> None:
    """Anything else in the key file's place is refused by name, not used as a key."""
    path = tmp_path / "some.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(VaultError, match="not a VoiceCheck key file"):
        create_key_slots(slots_file, KeyFile(path))


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes of POSIX")
def test_key_file_that_is_no_file(slots_file: Path, tmp_path: Path) -> None:
    """A device, a pipe or a folder in the key file's place is refused at once; nobody is told to change its mode."""
    os.mkfifo(tmp_path / "pipe", 0o666)
    for path in (Path("/dev/null"), tmp_path / "pipe", tmp_path):
        with pytest.raises(VaultError, match="not a VoiceCheck key file") as caught:
            create_key_slots(slots_file, KeyFile(path))
        assert "chmod" not in caught.value.hint


def test_full_disk_leaves_no_key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the key file cannot be written whole, none is left that would be in the way."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(VaultError, match="full"):
            create_key_file(tmp_path / "vault.key")
    assert list(tmp_path.iterdir()) == []
    create_key_file(tmp_path / "vault.key")


def test_key_file_is_never_replaced(key_file: Path) -> None:
    """Making a key file where one stands leaves it alone, and it is 0600."""
    before = key_file.read_bytes()
    with pytest.raises(VaultError, match="already"):
        create_key_file(key_file)
    assert key_file.read_bytes() == before
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_mutated_slots_give_no_wrong_key(slots_file: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """400 changed files: the right key or a clear error, and never a derivation beyond the caps."""
    made = create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP), KeyFile(key_file))
    sound, chance = slots_file.read_bytes(), random.Random(7)
    real = argon2.stretch

    def watched(secret: bytes, salt: bytes, cost: Cost) -> bytes:
        assert cost.passes * cost.memory_bytes <= argon2.MOST_WORK_BYTES
        assert cost.memory_bytes <= argon2.MOST_MEMORY_BYTES
        return real(secret, salt, cost) if cost.memory_bytes <= MIB else bytes(32)

    monkeypatch.setattr(argon2, "stretch", watched)
    refused = 0
    for _ in range(400):
        slots_file.write_bytes(_mutated(sound, chance))
        for secret in (PASSPHRASE, key_file):
            try:
                slots = KeySlots.load(slots_file)
                opened = slots.unlock(Passphrase(secret)) if isinstance(secret, str) else slots.unlock(KeyFile(secret))
                assert opened == made
            except VaultError:
                refused += 1
    assert refused > 300


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory", 1 << 40),
        ("passes", 1 << 50),
        ("memory", -1),
        ("passes", 10**9),
        ("passes", 0),
        ("salt", ""),
        ("wrapped", "AAAA"),
    ],
)
def test_absurd_slots_are_not_tried(
    slots_file: Path, monkeypatch: pytest.MonkeyPatch, field: str, value: object
) -> None:
    """Parameters beyond the caps are refused before anything is computed."""
    create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    table = json.loads(slots_file.read_text())
    slot = table["slots"][0]
    (slot["own"] if field in slot["own"] else slot)[field] = value
    slots_file.write_text(json.dumps(table))
    monkeypatch.setattr(argon2, "stretch", lambda *_: pytest.fail("computed"))
    with pytest.raises(VaultError, match="damaged"):
        KeySlots.load(slots_file).unlock(Passphrase(PASSPHRASE))


def test_long_work_is_not_tried(slots_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passes and memory that are each within their caps, and together take minutes, are refused too."""
    create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    table = json.loads(slots_file.read_text())
    table["slots"][0]["own"] |= {"passes": argon2.MOST_PASSES, "memory": argon2.MOST_MEMORY_BYTES}
    slots_file.write_text(json.dumps(table))
    monkeypatch.setattr(argon2, "stretch", lambda *_: pytest.fail("computed"))
    with pytest.raises(VaultError, match="damaged"):
        KeySlots.load(slots_file).unlock(Passphrase(PASSPHRASE))


def test_header_is_bound_to_the_key(slots_file: Path) -> None:
    """Each part of a slot's header is authenticated together with the wrapped key."""
    key = create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    (slot,) = KeySlots.load(slots_file).slots
    wrapping = argon2.stretch(PASSPHRASE.encode(), slot.salt, CHEAP)
    assert DataKey(slot_module.unwrap(slot, wrapping) or b"") == key
    for change in (
        {"kind": "recovery"},
        {"version": 1},
        {"own": slot.own | {"passes": 2}},
        {"own": slot.own | {"memory": 8193}},
        {"own": slot.own | {"more": ""}},
        {"salt": bytes(16)},
    ):
        assert slot_module.unwrap(msgspec.structs.replace(slot, **change), wrapping) is None


def test_cheaper_header_is_noticed(slots_file: Path) -> None:
    """The cost is authenticated: changed numbers never open the slot."""
    create_key_slots(slots_file, Passphrase(PASSPHRASE, Cost(2, 8192)))
    table = json.loads(slots_file.read_text())
    table["slots"][0]["own"]["passes"] = 1
    slots_file.write_text(json.dumps(table))
    with pytest.raises(VaultLockedError):
        KeySlots.load(slots_file).unlock(Passphrase(PASSPHRASE))


def test_swapped_public_key_is_noticed(slots_file: Path, tmp_path: Path) -> None:
    """Whoever puts their own inbox key into the file is found out at the next unlock."""
    create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    create_key_slots(tmp_path / "stranger.json", Passphrase(PASSPHRASE, CHEAP))
    table = json.loads(slots_file.read_text())
    table["inbox"] = json.loads((tmp_path / "stranger.json").read_text())["inbox"]
    slots_file.write_text(json.dumps(table))
    with pytest.raises(VaultError, match="inbox key"):
        KeySlots.load(slots_file).unlock(Passphrase(PASSPHRASE))


def test_newer_version_is_refused(slots_file: Path) -> None:
    """A file of a later version is left alone, with the advice to update."""
    create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    slots_file.write_text(json.dumps({"version": 3, "something": "new"}))
    with pytest.raises(VaultError) as caught:
        KeySlots.load(slots_file)
    assert "Update" in caught.value.hint


@pytest.mark.parametrize(
    ("seconds", "expected"), [([0.5], (3, 256)), ([0.1, 0.2, 0.4], (12, 256)), ([5.0, 2.5, 1.2], (3, 64))]
)
def test_cost_is_measured(monkeypatch: pytest.MonkeyPatch, seconds: list[float], expected: tuple[int, int]) -> None:
    """A quick machine pays more passes, a slow one less memory, until a guess costs 0.3 to 2 s."""
    monkeypatch.setattr(argon2, "stretch", lambda *_: bytes(32))
    monkeypatch.setattr(argon2, "_first_memory_bytes", lambda: 256 * MIB)
    ticks = iter([tick for took in seconds for tick in (0.0, took)])
    cost, _ = argon2.calibrate(b"", b"", clock=lambda: next(ticks))
    assert (cost.passes, cost.memory_bytes // MIB) == expected


def test_key_is_never_printed(slots_file: Path) -> None:
    """Neither repr nor str of a key holds a byte of it."""
    key = create_key_slots(slots_file, Passphrase(PASSPHRASE, CHEAP))
    assert repr(key) == str(key) == "DataKey(hidden)"


def _mutated(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(changed))
        match chance.randrange(5):
            case 0:
                changed[place] ^= 1 << chance.randrange(8)
            case 1:
                del changed[place : place + chance.randint(1, 9)]
            case 2:
                changed[place:place] = bytes(chance.choices(b'0123456789{}[]",:-e\\\xff', k=chance.randint(1, 4)))
            case 3:
                changed[place] = chance.randrange(256)
            case _:
                changed = changed[: max(1, place)]
    return bytes(changed)
