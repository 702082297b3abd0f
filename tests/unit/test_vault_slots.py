"""Keys of the vault: changed, added, taken out, and never the last one; on paper, in a keychain, at the front door."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest

from tests.vault_samples import CHEAP, PASSPHRASE, make_vault
from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.cli.vault import person, unlocking
from voicecheck.errors import UsageError, VaultBusyError, VaultError, VaultLockedError
from voicecheck.paths import find_paths
from voicecheck.vault.disk.locking import writer_lock
from voicecheck.vault.keys import argon2
from voicecheck.vault.keys import keychain as keychain_module
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile, create_key_file
from voicecheck.vault.keys.keychain import Keychain, KeychainKey, choose, find_keychain
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import WORDS, RecoveryKey, to_words
from voicecheck.vault.keys.slots import KeySlots, create_key_slots

OTHER = "nine loud lamps"
Output = pytest.CaptureFixture[str]


class Drawer:
    """A keychain that keeps what it is given, until it vanishes."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.gone = False

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        del self.kept[service, username]

    def _look(self) -> None:
        if self.gone:
            from keyring.errors import NoKeyringError

            raise NoKeyringError


@pytest.fixture
def made(tmp_path: Path) -> tuple[KeySlots, DataKey]:
    path = tmp_path / "keys.json"
    key = create_key_slots(path, Passphrase(PASSPHRASE, CHEAP))
    return KeySlots.load(path), key


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argon2, "calibrate", lambda s, salt: (CHEAP, argon2.stretch(s, salt, CHEAP)))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, cheap: None) -> list[str]:
    """A person at the terminal; the list holds what they will type."""
    typed: list[str] = []
    monkeypatch.setattr(App, "interactive", True)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: typed.pop(0))
    monkeypatch.setattr(click, "confirm", lambda *_, abort=False, **__: typed.pop(0) == "y" or (abort and _abort()))
    return typed


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """A login keychain that passes for the system's own."""
    import keyring

    found = Drawer()
    monkeypatch.setitem(keychain_module.SAFE_BACKENDS, f"{Drawer.__module__}.Drawer", "drawer")
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    return found


# Changing


def test_new_passphrase(made: tuple[KeySlots, DataKey]) -> None:
    """The new passphrase opens the same data key, the old one no longer, and the inbox key stays."""
    before, key = made
    before.add(key, Passphrase(OTHER, CHEAP))
    after = KeySlots.load(before.path)
    assert after.unlock(Passphrase(OTHER)) == key
    assert (after.public_key, after.kinds) == (before.public_key, ("passphrase",))
    with pytest.raises(VaultLockedError):
        after.unlock(Passphrase(PASSPHRASE))


def test_a_key_stays_while_the_others_are_damaged(made: tuple[KeySlots, DataKey], tmp_path: Path) -> None:
    """A slot that nobody can open is none that a vault may be left with."""
    before, key = made
    create_key_file(tmp_path / "some.key")
    before.add(key, KeyFile(tmp_path / "some.key"))
    content = json.loads(before.path.read_text())
    content["slots"][0]["own"]["memory"] = 1 << 40
    before.path.write_text(json.dumps(content))
    with pytest.raises(UsageError, match="No key would be left"):
        KeySlots.load(before.path).remove(key, 2)
    assert KeySlots.load(before.path).unlock(KeyFile(tmp_path / "some.key")) == key


def test_old_slots_are_overwritten(made: tuple[KeySlots, DataKey]) -> None:
    """The blocks of the replaced file no longer hold the old wrapped key."""
    before, key = made
    wrapped = json.loads(before.path.read_text())["slots"][0]["wrapped"].encode()
    descriptor = os.open(before.path, os.O_RDONLY)
    before.add(key, Passphrase(OTHER, CHEAP))
    left = os.pread(descriptor, 1 << 16, 0)
    os.close(descriptor)
    assert left
    assert wrapped not in left + before.path.read_bytes()


def test_failed_change_leaves_the_old(made: tuple[KeySlots, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full when the passphrase is changed leaves the old one working, and a clear error."""
    before, key = made
    content = before.path.read_bytes()
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(VaultError, match="full"):
        before.add(key, Passphrase(OTHER, CHEAP))
    assert before.path.read_bytes() == content
    assert [path.name for path in before.path.parent.iterdir()] == [before.path.name]


def test_what_a_killed_change_left_goes(made: tuple[KeySlots, DataKey]) -> None:
    """Slots that were written beside and never named open nothing later: the next change destroys them."""
    before, key = made
    leftover = before.path.with_name(".keys.json.x7k2")
    leftover.write_bytes(before.path.read_bytes())
    before.add(key, Passphrase(OTHER, CHEAP))
    assert [path.name for path in before.path.parent.iterdir()] == [before.path.name]


def test_only_the_right_data_key_changes_slots(made: tuple[KeySlots, DataKey]) -> None:
    """Whoever has not opened the vault cannot put a key of theirs into it."""
    before, _ = made
    content = before.path.read_bytes()
    with pytest.raises(VaultError):
        before.add(DataKey.generate(), Passphrase(OTHER, CHEAP))
    assert before.path.read_bytes() == content


def test_the_last_slot_stays(made: tuple[KeySlots, DataKey], tmp_path: Path) -> None:
    """The last slot cannot be taken out; with a second one, either can."""
    before, key = made
    with pytest.raises(UsageError, match="last"):
        before.remove(key, 1)
    with pytest.raises(UsageError, match="no slot 2"):
        before.remove(key, 2)
    create_key_file(tmp_path / "some.key")
    after = before.add(key, KeyFile(tmp_path / "some.key")).remove(key, 1)
    assert KeySlots.load(before.path).kinds == after.kinds == ("key_file",)
    assert KeySlots.load(before.path).unlock(KeyFile(tmp_path / "some.key")) == key


def test_eight_slots_at_most(made: tuple[KeySlots, DataKey], tmp_path: Path) -> None:
    """A ninth slot is refused, and the file stays readable."""
    slots, key = made
    create_key_file(tmp_path / "some.key")
    for _ in range(7):
        slots = slots.add(key, KeyFile(tmp_path / "some.key"))
    with pytest.raises(UsageError, match="8"):
        slots.add(key, KeyFile(tmp_path / "some.key"))
    assert len(KeySlots.load(slots.path).slots) == 8


# Recovery key


def test_recovery_key_opens(made: tuple[KeySlots, DataKey]) -> None:
    """The recovery key opens the vault; a newer one replaces it; another vault's does not fit."""
    slots, key = made
    first, second = os.urandom(32), os.urandom(32)
    slots = slots.add(key, RecoveryKey(first))
    assert slots.unlock(RecoveryKey(first)) == key
    slots = slots.add(key, RecoveryKey(second))
    assert slots.kinds == ("passphrase", "recovery")
    assert KeySlots.load(slots.path).unlock(RecoveryKey(second)) == key
    with pytest.raises(VaultLockedError):
        slots.unlock(RecoveryKey(first))


# Keychain


def test_keychain_opens(made: tuple[KeySlots, DataKey]) -> None:
    """The secret in the keychain opens the vault; nothing in the file or the keychain is the data key."""
    slots, key = made
    drawer = Drawer()
    slots = slots.add(key, KeychainKey(Keychain(drawer)))
    assert slots.unlock(KeychainKey(Keychain(drawer))) == key
    assert list(drawer.kept.values()) != [key._secret.hex()]
    again = slots.add(key, KeychainKey(Keychain(drawer)))
    assert (again.kinds, len(drawer.kept)) == (("passphrase", "keychain"), 1)
    assert again.unlock(KeychainKey(Keychain(drawer))) == key


def test_the_keychain_is_never_alone(made: tuple[KeySlots, DataKey]) -> None:
    """What may vanish with the system is not left as the only way in."""
    slots, key = made
    slots = slots.add(key, KeychainKey(Keychain(Drawer())))
    with pytest.raises(UsageError, match="keychain"):
        slots.remove(key, 1)
    assert slots.remove(key, 2).kinds == ("passphrase",)


@pytest.mark.parametrize("kept", ["", "zz", "00" * 31, "00" * 32, "é" * 64])
def test_another_secret_in_the_keychain(made: tuple[KeySlots, DataKey], kept: str) -> None:
    """What somebody else put into the keychain opens nothing and breaks nothing."""
    slots, key = made
    drawer = Drawer()
    slots = slots.add(key, KeychainKey(Keychain(drawer)))
    drawer.kept = dict.fromkeys(drawer.kept, kept)
    with pytest.raises(VaultLockedError):
        slots.unlock(KeychainKey(Keychain(drawer)))


def test_forgetful_keychain_is_refused(made: tuple[KeySlots, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """A keychain that takes a secret and does not keep it makes no slot."""
    slots, key = made
    drawer = Drawer()
    monkeypatch.setattr(drawer, "set_password", lambda *_: None)
    with pytest.raises(VaultError, match="did not keep"):
        slots.add(key, KeychainKey(Keychain(drawer)))
    assert KeySlots.load(slots.path).kinds == ("passphrase",)


def test_unsafe_keychains_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Null, fail, plain text, a subclass of a safe one, and a chain of them are no keychain; a safe link is taken."""
    import keyring
    from keyring.backends.chainer import ChainerBackend
    from keyring.backends.fail import Keyring as Fail
    from keyring.backends.null import Keyring as Null
    from keyring.backends.SecretService import Keyring as Safe

    plain = type("PlaintextKeyring", (), {"__module__": "keyrings.alt.file"})
    heir = type("Heir", (Safe,), {"__module__": "somewhere.else"})
    unsafe = [object.__new__(kind) for kind in (Fail, Null, plain, heir)]
    assert choose(unsafe) is None
    safe = object.__new__(Safe)
    assert choose([*unsafe, safe]) is safe
    chain = object.__new__(ChainerBackend)
    for backends, found in ((unsafe, False), ([*unsafe, safe], True)):
        monkeypatch.setattr(ChainerBackend, "backends", backends)
        monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
        if found:
            assert find_keychain()._backend is safe
        else:
            with pytest.raises(VaultError, match="no safe login keychain"):
                find_keychain()


# At the front door


def test_passwd(terminal: list[str], capsys: Output) -> None:
    """`vault passwd` asks for the old and the new one; afterwards only the new one opens, and neither is shown."""
    paths, _ = make_vault()
    terminal[:] = [PASSPHRASE, OTHER, "n"]
    assert run(["vault", "passwd"]) == 0
    KeySlots.load(paths.slots_file).unlock(Passphrase(OTHER))
    seen = capsys.readouterr()
    assert "backup" in seen.err and "vault rekey" in seen.err
    assert OTHER not in seen.out + seen.err
    terminal[:] = [OTHER, "short"]
    assert run(["vault", "passwd"]) == 2


def test_recovery_key_is_shown_tested_and_works(
    terminal: list[str], capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are shown, asked back, shown again after a slip, and then give a new passphrase."""
    paths, key = make_vault()
    secret = bytes(range(32))
    words = to_words(secret)
    monkeypatch.setattr("voicecheck.vault.keys.recovery_key.new_secret", lambda: secret)
    monkeypatch.setattr(person, "WORDS_TESTED", WORDS)
    slip = ["nobod", *words[1:]]
    terminal[:] = [PASSPHRASE, "", *slip, "", *words]
    assert run(["vault", "slots", "add", "recovery"]) == 0
    shown = capsys.readouterr()
    assert shown.err.count(words[5]) == 2
    assert shown.out == ""
    assert terminal == []
    terminal[:] = ["some thing else", "", " ".join(words), OTHER]
    assert run(["vault", "recover"]) == 0
    assert KeySlots.load(paths.slots_file).unlock(Passphrase(OTHER)) == key


def test_untested_recovery_key_is_none(terminal: list[str]) -> None:
    """Whoever stops before the words are tested has the vault as it was."""
    paths, _ = make_vault()
    terminal[:] = [PASSPHRASE]
    with pytest.raises(IndexError):  # nothing more is typed
        run(["--debug", "vault", "slots", "add", "recovery"])
    assert KeySlots.load(paths.slots_file).kinds == ("passphrase",)


def test_keychain_then_passphrase(terminal: list[str], drawer: Drawer, capsys: Output) -> None:
    """With the keychain nobody types anything; when it has gone, the passphrase is asked."""
    make_vault()
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "slots", "add", "keychain"]) == 0
    assert "under your login" in capsys.readouterr().err
    assert run(["vault", "unlock"]) == 0
    drawer.gone = True
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "unlock"]) == 0
    assert "keychain" in capsys.readouterr().err


def test_vanished_keychain_and_nobody(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the keychain and without a person the vault stays locked, clearly."""
    paths, key = make_vault()
    KeySlots.load(paths.slots_file).add(key, KeychainKey(find_keychain()))
    assert run(["vault", "unlock"]) == 0
    drawer.gone = True
    assert run(["vault", "unlock"]) == 5


def test_what_opens_silently(drawer: Drawer, tmp_path: Path) -> None:
    """A check-in may open the vault at once with a key file or the keychain, and not where only a passphrase fits."""
    assert not unlocking.opens_silently(App(), None)
    paths, key = make_vault()
    assert not unlocking.opens_silently(App(), None)
    assert unlocking.opens_silently(App(), tmp_path / "a.key")
    KeySlots.load(paths.slots_file).add(key, KeychainKey(find_keychain()))
    assert unlocking.opens_silently(App(), None)
    vault, taken = unlocking.open_and_take_in(App(), None, may_ask=False)
    vault.close()
    assert taken.waiting == ()


def test_create_with_the_keychain(terminal: list[str], drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault of the keychain has a recovery key beside it, and opens without a question."""
    secret = bytes(range(32))
    monkeypatch.setattr("voicecheck.vault.keys.recovery_key.new_secret", lambda: secret)
    monkeypatch.setattr(person, "WORDS_TESTED", 0)
    terminal[:] = [""]
    assert run(["vault", "create", "--keychain"]) == 0
    assert KeySlots.load(find_paths().slots_file).kinds == ("recovery", "keychain")
    assert run(["vault", "unlock"]) == 0


def test_no_safe_keychain(terminal: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """Where there is no safe keychain, adding one is refused with its class, and nothing changes."""
    import keyring
    from keyring.backends.null import Keyring as Null

    paths, _ = make_vault()
    before = paths.slots_file.read_bytes()
    monkeypatch.setattr(keyring, "get_keyring", Null)
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "slots", "add", "keychain"]) == 5
    assert "keyring.backends.null" in capsys.readouterr().err
    assert paths.slots_file.read_bytes() == before


def test_slots_list_and_remove(terminal: list[str], tmp_path: Path, capsys: Output) -> None:
    """A key file is added, listed without a key, and taken out after a question."""
    paths, _ = make_vault()
    path = tmp_path / "new.key"
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "slots", "add", "key-file", str(path)]) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert run(["vault", "slots", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"number": 1, "kind": "passphrase"},
        {"number": 2, "kind": "key_file"},
    ]
    terminal[:] = [PASSPHRASE, "n"]
    assert run(["vault", "slots", "remove", "2"]) == 130
    assert run(["vault", "slots", "remove", "1", "--yes", "--key-file", str(path)]) == 0
    assert KeySlots.load(paths.slots_file).kinds == ("key_file",)
    assert run(["vault", "slots", "remove", "1", "--yes", "--key-file", str(path)]) == 2


def test_key_file_needs_its_path(terminal: list[str]) -> None:
    """A path without key-file, or key-file without a path, is a usage error before anything is asked."""
    make_vault()
    assert run(["vault", "slots", "add", "key-file"]) == 2
    assert run(["vault", "slots", "add", "recovery", "some.path"]) == 2


def test_slots_are_changed_by_one_at_a_time(made: tuple[KeySlots, DataKey]) -> None:
    """While another process writes, slots stay as they are."""
    folder = made[0].path.parent
    with writer_lock(folder), pytest.raises(VaultBusyError), writer_lock(folder):
        pass


def _abort() -> bool:
    raise click.Abort


def _full(*_: object) -> None:
    import errno

    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
