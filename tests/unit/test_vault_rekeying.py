"""A new data key: what is kept is whole at every moment, and nothing from before opens what is said from then on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nacl.exceptions import CryptoError

from tests.vault_samples import CHEAP, PASSPHRASE, header_of, make_entry, make_pages, make_vault
from voicecheck.errors import UsageError, VaultBusyError, VaultError, VaultLockedError
from voicecheck.paths import Paths
from voicecheck.vault import rekeying
from voicecheck.vault.backup import make_backup, read_slots
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.erasing import erase_vault
from voicecheck.vault.inbox.inbox import Inbox, SealedAnswer
from voicecheck.vault.keys.data_key import DataKey, Keyring
from voicecheck.vault.keys.key_file import KeyFile, create_key_file
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.rekeying import finish_rekey, rekey
from voicecheck.vault.restoring import restore
from voicecheck.vault.store.connection import Database, open_database
from voicecheck.vault.store.migration_copies import keep_copy
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

Made = tuple[Paths, DataKey]
KEEP = "always"
SAME = (Passphrase(PASSPHRASE, CHEAP),)
AT_REST = {"vault.db", "keys.json", "vault.count", "vault.lock", "inbox"}


@pytest.fixture
def made() -> Made:
    """A vault with two entries and sound."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        for _ in range(2):
            vault.entries.add(make_entry(), make_pages(2, 3000))
    return paths, key


def begin(paths: Paths) -> tuple[SealedAnswer, str]:
    entry = make_entry()
    answer = locked_inbox(paths).begin(header_of(entry))
    answer.append_page(make_pages(1)[0])
    answer.append_entry(entry)
    answer.sync()
    return answer, entry.id


def speak(paths: Paths) -> str:
    answer, entry_id = begin(paths)
    answer.finish()
    return entry_id


def opened(paths: Paths) -> DataKey:
    return KeySlots.load(paths.slots_file).unlock(Passphrase(PASSPHRASE))


def names(paths: Paths) -> set[str]:
    """Of all files, but for those in which SQLite keeps nothing behind a checkpoint."""
    return {path.name for path in paths.vault_folder.iterdir()} - {"vault.db-wal", "vault.db-shm"}


def all_whole(paths: Paths, key: DataKey) -> bool:
    return all(finding.whole for finding in verify_vault(paths, key))


def test_everything_is_there_under_the_new_key(made: Made) -> None:
    """Entries, sound, digests and the count; nothing is told as lost, and nothing is left beside."""
    paths, key = made
    with Vault.open(*made) as vault:
        before = vault.entries.list()
        pages = [vault.recordings.pages(entry.id) for entry in before]
    new = rekey(paths, key, SAME)
    assert new != key and opened(paths) == new
    assert all_whole(paths, new)
    assert names(paths) == AT_REST
    with Vault.open(paths, new) as vault:
        assert (vault.count_missing, vault.lost_commits) == (False, 0)
        assert vault.entries.list() == before
        assert [vault.recordings.pages(entry.id) for entry in before] == pages


def test_an_older_backup_and_passphrase_open_nothing_new(made: Made, tmp_path: Path) -> None:
    """What an old backup's slots give opens neither the vault, nor newer backups, nor what is sealed from now on."""
    paths, key = made
    make_backup(*made, tmp_path / "old.backup")
    new = rekey(paths, key, [Passphrase("another one altogether", CHEAP)])
    stolen = read_slots(tmp_path / "old.backup").unlock(Passphrase(PASSPHRASE))
    assert stolen == key
    with pytest.raises(VaultLockedError):
        opened(paths)
    with pytest.raises(VaultError, match="new key"):
        Vault.open(paths, stolen)
    answer, _ = begin(paths)
    answer.close()
    with pytest.raises(CryptoError):
        stolen.open_seal(answer.path.read_bytes()[7:87])
    make_backup(paths, new, tmp_path / "new.backup")
    with pytest.raises(VaultLockedError):
        read_slots(tmp_path / "new.backup").unlock(Passphrase(PASSPHRASE))


def test_nothing_is_left_under_the_older_key(made: Made) -> None:
    """The blocks of the old database, of copies of migrations and of the old slots are overwritten."""
    paths, key = made
    with Vault.open(*made) as vault:
        keep_copy(vault._database, key, 1)
    files = ("vault.db", "vault.db.schema-1", "keys.json")
    old = {name: (paths.vault_folder / name).read_bytes() for name in files}
    held = {name: os.open(paths.vault_folder / name, os.O_RDONLY) for name in files}
    rekey(paths, key, SAME)
    for name, descriptor in held.items():
        left = os.pread(descriptor, 1 << 22, 0)
        assert not any(old[name][start : start + 64] in left for start in range(0, len(old[name]) - 64, 1024)), name
        os.close(descriptor)
    assert names(paths) == AT_REST


def test_what_waits_sealed_under_the_older_key_comes_in(made: Made) -> None:
    """A finished answer, one that broke off, and one that is being spoken while the key changes; twice over."""
    paths, key = made
    finished = speak(paths)
    broken, broken_id = begin(paths)
    broken.close()
    running, running_id = begin(paths)
    newest = rekey(paths, rekey(paths, key, SAME), SAME)
    running.append_page(replace(make_pages(1)[0], start=16_000))
    running.finish()
    later = speak(paths)
    assert all_whole(paths, newest)
    with Vault.open(paths, newest) as vault:
        taken = vault.ingest(KEEP)
        assert {entry.id for entry in taken.entries} == {finished, running_id, later}
        assert [one.header.entry_id for one in taken.waiting] == [broken_id]
        assert taken.unreadable == ()


def test_a_restored_vault_reads_what_was_sealed_before_its_key(made: Made, tmp_path: Path) -> None:
    """The older keys are in a backup, and so are the digests of what was deleted."""
    paths, key = made
    gone, gone_id = begin(paths)
    gone.finish()
    content = gone.path.read_bytes()
    with Vault.open(*made) as vault:
        vault.ingest(KEEP)
        vault.entries.delete(gone_id)
    waiting = speak(paths)
    new = rekey(paths, key, SAME)
    gone.path.write_bytes(content)
    make_backup(paths, new, tmp_path / "a.backup")
    restore(tmp_path / "a.backup", new, paths)
    with Vault.open(paths, new) as vault:
        taken = vault.ingest(KEEP)
        assert ([entry.id for entry in taken.entries], taken.put_back) == ([waiting], 1)
        assert not vault.count_missing


def test_every_kind_of_key_goes_along(made: Made, tmp_path: Path) -> None:
    """Those that are given open the new key; what was not given does not; and nobody is locked out."""
    paths, key = made
    create_key_file(tmp_path / "a.key")
    slots = KeySlots.load(paths.slots_file).add(key, KeyFile(tmp_path / "a.key")).add(key, RecoveryKey(bytes(32)))
    assert slots.opened_by(KeyFile(tmp_path / "a.key")) == 1
    new = rekey(paths, key, [KeyFile(tmp_path / "a.key"), RecoveryKey(bytes(range(32)))])
    slots = KeySlots.load(paths.slots_file)
    assert slots.kinds == ("key_file", "recovery")
    assert slots.unlock(KeyFile(tmp_path / "a.key")) == slots.unlock(RecoveryKey(bytes(range(32)))) == new
    with pytest.raises(VaultLockedError):
        slots.unlock(RecoveryKey(bytes(32)))
    with pytest.raises(UsageError):
        rekey(paths, new, [])
    Vault.open(paths, new).close()
    assert all_whole(paths, new)
    assert names(paths) == AT_REST


def test_only_the_right_key_gives_a_new_one(made: Made) -> None:
    """Whoever has not opened the vault changes nothing."""
    paths, key = made
    with pytest.raises(VaultError):
        rekey(paths, DataKey.generate(), SAME)
    assert opened(paths) == key
    assert names(paths) == AT_REST


@pytest.mark.parametrize("read_only", [False, True])
def test_never_beside_another(made: Made, monkeypatch: pytest.MonkeyPatch, read_only: bool) -> None:
    """While somebody writes or reads, the key stays, and they go on undisturbed."""
    monkeypatch.setattr("voicecheck.vault.store.connection.BUSY_S", 0.05)
    paths, key = made
    with Vault.open(paths, key, read_only=read_only) as vault:
        with pytest.raises(VaultBusyError):
            rekey(paths, key, SAME)
        assert len(vault.entries.list()) == 2
    assert opened(paths) == key
    assert names(paths) == AT_REST
    assert all_whole(paths, rekey(paths, key, SAME))


def test_progress_is_told(made: Made) -> None:
    """Pages done, and all of them; it ends with all."""
    told: list[tuple[int, int]] = []
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry(), make_pages(40, 60_000))
    rekey(*made, SAME, lambda done, total: told.append((done, total)))
    assert len(told) > 1 and told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_an_erased_vault_leaves_no_copy(made: Made) -> None:
    """Erasing takes what an interrupted change of the key has left."""
    for name in ("vault.db.rekeyed", "vault.db.replaced"):
        (made[0].vault_folder / name).write_bytes(b"some")
    assert erase_vault(made[0]) == 0
    assert not made[0].vault_folder.exists()


def test_an_older_state_does_not_pass_for_a_copy(made: Made) -> None:
    """Who puts an older database where a copy would lie changes nothing, whether or not the newer one is there."""
    paths, _ = made
    older = paths.vault_file.read_bytes()
    copy = paths.vault_file.with_name("vault.db.rekeyed")
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry())
    copy.write_bytes(older)
    with Vault.open(*made) as vault:
        assert vault.entries.count() == 3
    assert not copy.exists()
    copy.write_bytes(older)
    paths.vault_file.unlink()
    with pytest.raises(VaultError, match="missing"):
        Vault.open(*made)


def test_keys_in_turn(tmp_path: Path) -> None:
    """Each of a ring's keys opens what was sealed for it; a stranger's opens nothing."""
    keys = [DataKey.generate() for _ in range(3)]
    sealed = []
    for key in (*keys, DataKey.generate()):
        answer = Inbox(tmp_path, key.public_key).begin(header_of(make_entry()))
        answer.close()
        sealed.append(answer.path.read_bytes()[7:87])
    ring = Keyring(keys[0], keys[1:])
    assert len({ring.open_seal(one) for one in sealed[:3]}) == 3
    with pytest.raises(CryptoError):
        ring.open_seal(sealed[3])


# Stopped at any moment


class Stopped(BaseException):
    """The end of the process, as far as one process can play it: what is called after it does nothing any more."""


class Machine:
    """Counts every call that changes the disk, and stops at one of them; half written where it is a write."""

    CALLS = ("write", "fsync", "ftruncate", "replace", "rename", "unlink", "link")

    def __init__(self, stop_at: int, *, torn: bool = False, statements: bool = False) -> None:
        self._left, self._torn, self._statements = stop_at, torn, statements
        self.stopped = False

    @contextmanager
    def running(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name in self.CALLS:
                patch.setattr(os, name, self._counted(name, getattr(os, name)))
            if self._statements:
                for name in ("execute", "rows"):
                    patch.setattr(Database, name, self._counted(name, getattr(Database, name)))
            with suppress(Stopped):
                yield

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if self.stopped:
                raise Stopped
            self._left -= 1
            if self._left == 0:
                self.stopped = True
                if name == "write" and self._torn:
                    real(arguments[0], arguments[1][: len(arguments[1]) // 2])
                raise Stopped
            return real(*arguments, **named)

        return call


@pytest.fixture
def model(made: Made, tmp_path: Path) -> Callable[[], Paths]:
    """Gives the same vault as often as it is asked for, each time in a folder of its own."""
    paths, key = made
    speak(paths)
    begin(paths)[0].close()
    with Vault.open(*made) as vault:
        keep_copy(vault._database, key, 1)
    count = 0

    def again() -> Paths:
        nonlocal count
        count += 1
        shutil.rmtree(tmp_path / str(count - 1), ignore_errors=True)
        shutil.copytree(paths.vault_folder, tmp_path / str(count))
        return replace(paths, vault_folder=tmp_path / str(count))

    return again


def assert_whole(paths: Paths, old: DataKey) -> bool:
    """The vault opens with the person's passphrase and has everything, exactly once; whether it has the new key."""
    key = opened(paths)
    with Vault.open(paths, key) as vault:
        assert (vault.count_missing, vault.lost_commits) == (False, 0)
        taken = vault.ingest(KEEP)
        assert (len(taken.entries), len(taken.waiting), taken.unreadable) == (1, 1, ())
        assert vault.entries.count() == 3
        assert all(vault.recordings.pages(entry.id) for entry in vault.entries.list())
    assert all_whole(paths, key)
    assert names(paths) - AT_REST <= (set() if key != old else {"vault.db.schema-1"})
    if key != old:
        with pytest.raises(VaultError):
            open_database(paths.vault_file, old, read_only=True)
    return key != old


@pytest.mark.parametrize(
    ("torn", "statements"),
    [
        (False, False),
        pytest.param(True, False, marks=pytest.mark.long),
        pytest.param(False, True, marks=pytest.mark.long),
        pytest.param(True, True, marks=pytest.mark.long),
    ],
)
def test_stopped_anywhere(model: Callable[[], Paths], made: Made, torn: bool, statements: bool) -> None:
    """Before each write, sync, rename and removal, or in the middle of a write: one key opens all that was kept."""
    stop_at, ends = 0, []
    while True:
        stop_at += 1
        paths, machine = model(), Machine(stop_at, torn=torn, statements=statements)
        with machine.running():
            rekey(paths, made[1], SAME)
        ends.append(assert_whole(paths, made[1]))
        if not machine.stopped:
            break
    assert ends == sorted(ends), "from one moment on it is the new key"
    assert not ends[0] and ends[-1] and len(ends) > 20
    print(f"{len(ends) - 1} moments, {ends.count(False)} of them with the older key")


@pytest.mark.long
def test_stopped_and_stopped_again(model: Callable[[], Paths], made: Made) -> None:
    """The finishing of a change that was stopped may be stopped itself, anywhere."""
    first, states = 0, 0
    while True:
        first += 1
        second = 0
        while True:
            second += 1
            states += 1
            paths, machine, again = model(), Machine(first), Machine(second)
            with machine.running():
                rekey(paths, made[1], SAME)
            with again.running():
                finish_rekey(paths, opened(paths))
                Vault.open(paths, opened(paths)).close()
            assert_whole(paths, made[1])
            if not again.stopped:
                break
        if not machine.stopped:
            break
    print(f"{states} pairs of moments")


@pytest.mark.parametrize("step", ["_build", "_move", "sync_folder", "check_database"])
def test_a_failing_disk(made: Made, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """An error at any step is told, and the vault opens with the one key or the other."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    paths, key = made
    speak(paths)
    begin(paths)[0].close()
    with monkeypatch.context() as patch:
        patch.setattr(rekeying, step, fail)
        with pytest.raises((VaultError, OSError)):
            rekey(paths, key, SAME)
    assert_whole(paths, key)


def test_a_change_that_waits_to_be_finished_is_finished_for_a_reader(made: Made) -> None:
    """Who only looks, as `vault verify` does, finds the vault whole all the same."""
    paths, key = made
    with suppress(Stopped), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rekeying, "_move", _stop)
        rekey(paths, key, SAME)
    new = opened(paths)
    assert new != key
    finish_rekey(paths, new)
    with Vault.open(paths, new, read_only=True) as vault:
        assert vault.entries.count() == 2


def _stop(*_: object) -> None:
    raise Stopped
