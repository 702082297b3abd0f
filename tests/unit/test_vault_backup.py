"""Backups are whole or refused, restoring never takes anything away, and verify names what is damaged."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from tests.vault_samples import CANARY, PASSPHRASE, header_of, make_entry, make_pages, make_vault
from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.cli.vault import backups
from voicecheck.domain import Entry
from voicecheck.errors import VaultError
from voicecheck.paths import Paths, find_paths
from voicecheck.vault import backup as backup_module
from voicecheck.vault.backup import BEGIN, CHUNK_BYTES, Contents, check_backup, make_backup, read_slots
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.restoring import restore
from voicecheck.vault.store import schema
from voicecheck.vault.store.commit_count import RECORD_BYTES, CommitCount
from voicecheck.vault.store.connection import Database, open_database
from voicecheck.vault.store.migration_copies import copies
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import Finding, verify_backup, verify_vault

PAGE_BYTES = 4096
Made = tuple[Paths, DataKey]
Output = pytest.CaptureFixture[str]


@pytest.fixture
def made() -> Made:
    return make_vault()


def fill(made: Made, count: int = 3) -> tuple[Entry, ...]:
    with Vault.open(*made) as vault:
        return tuple(vault.entries.add(make_entry(), make_pages(2, 3000)) for _ in range(count))


def speak(paths: Paths, *, finished: bool = True) -> Path:
    entry = make_entry()
    answer = locked_inbox(paths).begin(header_of(entry))
    answer.append_page(make_pages(1)[0])
    if finished:
        answer.append_entry(entry)
        answer.finish()
    else:
        answer.sync()
        answer.close()
    return answer.path


def part(findings: tuple[Finding, ...], name: str) -> Finding:
    return next(finding for finding in findings if finding.part == name)


def all_whole(made: Made) -> bool:
    return all(finding.whole for finding in verify_vault(*made))


# Backup and restore


def test_round_trip(made: Made, tmp_path: Path) -> None:
    """A backup of entries, sound, sealed answers and keys is the same vault in its new place."""
    kept = fill(made)
    sealed = [speak(made[0]), speak(made[0], finished=False)]
    file = tmp_path / "some.backup"
    contents = make_backup(*made, file)
    assert (contents.entries, contents.sealed_answers) == (3, 2)
    assert file.stat().st_mode & 0o777 == 0o600
    before = {path.name: path.read_bytes() for path in sealed}
    made[0].vault_folder.rename(tmp_path / "gone")
    key = read_slots(file).unlock(Passphrase(PASSPHRASE))
    assert restore(file, key, made[0]).contents == contents
    assert {path.name: path.read_bytes() for path in made[0].inbox_folder.iterdir()} == before
    assert all_whole(made)
    with Vault.open(made[0], key) as vault:
        assert set(vault.entries.list()) == set(kept)
        assert len(vault.recordings.pages(kept[0].id)) == 2
        assert len(vault.ingest("always").entries) == 1
    modes = {path.stat().st_mode & 0o777 for path in made[0].vault_folder.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_backup_beside_a_writer(made: Made, tmp_path: Path) -> None:
    """While a check-in has the vault open, a backup holds what was committed until then, WAL included."""
    with Vault.open(*made) as vault:
        for _ in range(3):
            vault.entries.add(make_entry())
        with vault._database.transaction():
            vault._database.execute("UPDATE entries SET reflection = 'in the WAL only'")
        assert made[0].vault_file.with_name("vault.db-wal").stat().st_size > 0
        assert make_backup(*made, tmp_path / "a.backup").entries == 3
        made[0].vault_folder.rename(tmp_path / "gone")
        restore(tmp_path / "a.backup", made[1], made[0])
        with Vault.open(*made) as other:
            assert {entry.reflection for entry in other.entries.list()} == {"in the WAL only"}
        shutil.rmtree(made[0].vault_folder)
        (tmp_path / "gone").rename(made[0].vault_folder)


def test_answer_taken_in_meanwhile(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that moves from the inbox into the vault while the backup is written is in it, and only once."""
    path = speak(made[0])
    real = backup_module._snapshot

    def snapshot(*arguments: Any) -> Any:
        with Vault.open(*made) as vault:
            assert len(vault.ingest("always").entries) == 1
        return real(*arguments)

    monkeypatch.setattr(backup_module, "_snapshot", snapshot)
    make_backup(*made, tmp_path / "a.backup")
    assert not path.exists()
    made[0].vault_folder.rename(tmp_path / "gone")
    restore(tmp_path / "a.backup", made[1], made[0])
    with Vault.open(*made) as vault:
        vault.ingest("always")
        assert vault.entries.count() == 1


def test_nothing_readable_in_a_backup(made: Made, tmp_path: Path) -> None:
    """No byte of the file names a word, a prompt or a day, and no file is left beside it."""
    fill(made)
    speak(made[0])
    make_backup(*made, tmp_path / "a.backup")
    content = (tmp_path / "a.backup").read_bytes()
    assert not [
        word for word in (CANARY, "evening.word", "2026-11-22", "sealed", "vault.db") if word.encode() in content
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]
    assert [path.name for path in made[0].vault_folder.iterdir() if "part" in path.name] == []


def damages(content: bytes, chance: random.Random) -> list[bytes]:
    """Cut, flipped, exchanged, lengthened."""
    cuts = [content[:length] for length in (0, 5, 7, 100, len(content) - 1, len(content) // 2)]
    flips = []
    for _ in range(60):
        place = chance.randrange(len(content))
        flips.append(content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :])
    return [*cuts, *flips, content + b"\0"]


def test_damaged_backup_is_refused(made: Made, tmp_path: Path) -> None:
    """Cut off, flipped or lengthened, a backup is refused whole: no vault stands in the place afterwards."""
    fill(made)
    make_backup(*made, tmp_path / "a.backup")
    content = (tmp_path / "a.backup").read_bytes()
    made[0].vault_folder.rename(tmp_path / "gone")
    bad = tmp_path / "bad.backup"
    for damaged in damages(content, random.Random(8)):
        bad.write_bytes(damaged)
        with pytest.raises(VaultError) as caught:
            restore(bad, made[1], made[0])
        assert caught.value.hint
        assert not made[0].vault_folder.exists()
    assert [path for path in made[0].vault_folder.parent.iterdir() if "restoring" in path.name] == []


def test_order_is_authenticated(made: Made, tmp_path: Path) -> None:
    """Two chunks exchanged are noticed."""
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry(), make_pages(3, 3 * CHUNK_BYTES))
    make_backup(*made, tmp_path / "a.backup")
    content = (tmp_path / "a.backup").read_bytes()
    size = 4 + 17 + 1 + CHUNK_BYTES
    first = content.index((CHUNK_BYTES + 18).to_bytes(4, "big"))
    (tmp_path / "a.backup").write_bytes(
        content[:first]
        + content[first + size : first + 2 * size]
        + content[first : first + size]
        + content[first + 2 * size :]
    )
    with pytest.raises(VaultError, match="damaged"):
        check_backup(tmp_path / "a.backup", made[1])


def test_backup_replaces_nothing(made: Made, tmp_path: Path) -> None:
    """A file that stands there is left alone."""
    file = tmp_path / "a.backup"
    make_backup(*made, file)
    before = file.read_bytes()
    with pytest.raises(VaultError, match="already"):
        make_backup(*made, file)
    assert file.read_bytes() == before
    Vault.open(*made).close()


def test_another_key_opens_no_backup(made: Made, tmp_path: Path) -> None:
    """With another vault's key nothing of a backup is read."""
    make_backup(*made, tmp_path / "a.backup")
    with pytest.raises(VaultError):
        check_backup(tmp_path / "a.backup", DataKey.generate())


def test_newer_backup_is_refused(made: Made, tmp_path: Path) -> None:
    """A backup of a later version asks for an update; a file of another kind is called by name."""
    file = tmp_path / "a.backup"
    make_backup(*made, file)
    file.write_bytes(b"VCBACK\x03" + file.read_bytes()[7:])
    with pytest.raises(VaultError, match="newer"):
        read_slots(file)
    file.write_bytes(b"a letter to somebody")
    with pytest.raises(VaultError, match="not a backup"):
        read_slots(file)
    with pytest.raises(VaultError, match="no backup"):
        read_slots(tmp_path / "nowhere")


def test_a_name_leads_nowhere_else(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a backup made with the right key writes only into the new vault."""
    monkeypatch.setattr("voicecheck.vault.backup._file_messages", lambda *_: iter([BEGIN + b"../vault.db"]))
    with pytest.raises(VaultError, match="damaged"):
        make_backup(*made, tmp_path / "a.backup")
    assert not (made[0].vault_folder.parent / "vault.db").exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_failing_disk_while_backing_up(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A disk that fails leaves a clear error, no half backup, and the vault as it was."""
    kept = fill(made)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", raises(code))
        with pytest.raises(VaultError) as caught:
            make_backup(*made, tmp_path / "a.backup")
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []
    with Vault.open(*made) as vault:
        assert set(vault.entries.list()) == set(kept)


def test_failing_disk_while_restoring(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails leaves nothing half restored, and the next attempt goes through."""
    fill(made)
    make_backup(*made, tmp_path / "a.backup")
    made[0].vault_folder.rename(tmp_path / "gone")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", raises(errno.ENOSPC))
        with pytest.raises(VaultError, match="full"):
            restore(tmp_path / "a.backup", made[1], made[0])
    assert list(made[0].vault_folder.parent.iterdir()) == []
    restore(tmp_path / "a.backup", made[1], made[0])
    assert all_whole(made)


def test_damaged_vault_is_not_backed_up(made: Made, tmp_path: Path) -> None:
    """What is damaged is said, and no backup pretends to hold it."""
    fill(made)
    flip(made[0].vault_file, 4 * PAGE_BYTES + 100)
    with pytest.raises(VaultError):
        make_backup(*made, tmp_path / "a.backup")
    assert list(tmp_path.iterdir()) == []


# Verify


def test_a_sound_vault_is_whole(made: Made) -> None:
    """Everything is whole in a vault in use: entries, a sealed answer, one that broke off, one being spoken."""
    fill(made)
    speak(made[0])
    speak(made[0], finished=False)
    running = locked_inbox(made[0]).begin(header_of(make_entry()))
    findings = verify_vault(*made)
    assert [finding for finding in findings if not finding.whole] == []
    details = {finding.detail for finding in findings if finding.part.startswith("inbox/")}
    assert details == {"whole", "broken off, whole up to there", "being spoken"}
    running.close()


def test_every_flipped_page_is_named(made: Made) -> None:
    """One flipped bit in any page is found, and the next step is named."""
    fill(made)
    whole = made[0].vault_file.read_bytes()
    for start in range(0, len(whole), PAGE_BYTES):
        flip(made[0].vault_file, start + 1000)
        damaged = [finding for finding in verify_vault(*made) if not finding.whole]
        assert damaged
        assert all(finding.next_step for finding in damaged)
        made[0].vault_file.write_bytes(whole)
    assert all_whole(made)


def test_what_is_whole_is_said(made: Made) -> None:
    """A damaged page of one entry's sound leaves the others countable as whole."""
    with Vault.open(*made) as vault:
        for _ in range(3):
            vault.entries.add(make_entry())
        hurt = vault.entries.add(make_entry(), make_pages(40, 4000))
    flip(made[0].vault_file, made[0].vault_file.stat().st_size - 20 * PAGE_BYTES + 50)
    found = part(verify_vault(*made), "entries")
    assert found.detail.startswith("3 whole, 1 not")
    assert hurt.id[:13] in found.detail


def test_swapped_pages(made: Made) -> None:
    """Two pages exchanged, each genuine, are out of place."""
    fill(made)
    content = made[0].vault_file.read_bytes()
    a, b = 3 * PAGE_BYTES, 5 * PAGE_BYTES
    made[0].vault_file.write_bytes(
        content[:a] + content[b : b + PAGE_BYTES] + content[a + PAGE_BYTES : b] + content[a : a + PAGE_BYTES]
        + content[b + PAGE_BYTES :]
    )  # fmt: skip
    assert "2 of" in part(verify_vault(*made), "pages").detail


def crashed_with_wal(made: Made, spoil: Callable[[bytes], bytes]) -> tuple[Entry, ...]:
    """Five entries, the last three of them in the WAL only, as after a kill; the WAL then spoiled."""
    kept = fill(made, 2)
    with Vault.open(*made) as vault:
        vault._database.checkpoint = lambda: None  # type: ignore[method-assign]
        kept += tuple(vault.entries.add(make_entry()) for _ in range(3))
        files = {path: path.read_bytes() for path in made[0].vault_folder.glob("vault.*")}
        del vault._database.checkpoint  # type: ignore[method-assign]
    for path, content in files.items():
        path.write_bytes(content)
    wal = made[0].vault_file.with_name("vault.db-wal")
    made[0].vault_file.with_name("vault.db-shm").unlink(missing_ok=True)
    wal.write_bytes(spoil(wal.read_bytes()))
    return kept


def test_a_sound_wal_after_a_kill(made: Made) -> None:
    """What only the WAL holds after a kill is there, and nothing is called lost."""
    kept = crashed_with_wal(made, lambda wal: wal)
    assert part(verify_vault(*made), "changes").whole
    with Vault.open(*made) as vault:
        assert set(vault.entries.list()) == set(kept)
        assert vault.lost_commits == 0


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda wal: b"", id="lost"),
        pytest.param(lambda wal: wal[: len(wal) // 2], id="cut"),
        pytest.param(lambda wal: wal[:9000] + bytes([wal[9000] ^ 1]) + wal[9001:], id="flipped"),
        pytest.param(lambda wal: b"\0" * len(wal), id="zeros"),
    ],
)
def test_spoiled_wal_is_noticed(made: Made, spoil: Callable[[bytes], bytes], capsys: Output) -> None:
    """SQLite says nothing of a lost or flipped WAL; the count beside it does, now and ever after."""
    kept = crashed_with_wal(made, spoil)
    found = part(verify_vault(*made), "changes")
    assert not found.whole
    assert "restore" in found.next_step
    with Vault.open(*made) as vault:
        assert 1 <= vault.lost_commits <= 3
        assert set(vault.entries.list()) < set(kept)
        vault.entries.add(make_entry())
    with Vault.open(*made) as vault:
        assert vault.lost_commits == 0
    assert not part(verify_vault(*made), "changes").whole


def test_older_database_put_back(made: Made) -> None:
    """The whole file of an earlier day, put back, is noticed by the count."""
    fill(made, 2)
    older = made[0].vault_file.read_bytes()
    fill(made, 2)
    made[0].vault_file.write_bytes(older)
    assert not part(verify_vault(*made), "changes").whole


def test_spoiled_count(made: Made) -> None:
    """A count that is missing, flipped or of another vault is said by verify, and made anew at the next opening."""
    fill(made)
    path = made[0].vault_file.with_name("vault.count")
    whole = path.read_bytes()
    foreign = CommitCount(path.with_name("other"), bytes(32))
    foreign.write(9)
    for spoiled in (None, b"", bytes([byte ^ 1 for byte in whole]), foreign.path.read_bytes()):
        path.unlink()
        if spoiled is not None:
            path.write_bytes(spoiled)
        assert not part(verify_vault(*made), "changes").whole
        with Vault.open(*made) as vault:
            assert vault.lost_commits == 0
        assert part(verify_vault(*made), "changes").whole


def test_torn_count_falls_back(made: Made) -> None:
    """A count that was torn while it was written leaves the one before it, which is no loss."""
    fill(made, 4)
    path = made[0].vault_file.with_name("vault.count")
    count = CommitCount(path, made[1].count_key)
    newest = count.read()
    content = bytearray(path.read_bytes())
    content[(newest or 0) % 2 * RECORD_BYTES + 20] ^= 1
    path.write_bytes(content)
    assert count.read() == (newest or 0) - 1
    with Vault.open(*made) as vault:
        assert vault.lost_commits == 0


def test_damaged_sealed_answer_is_named(made: Made) -> None:
    """A flipped bit in the inbox is found, with what to do; the others are whole."""
    path = speak(made[0])
    speak(made[0])
    flip(path, path.stat().st_size - 10)
    findings = verify_vault(*made)
    assert not part(findings, f"inbox/{path.name}").whole
    assert sum(not finding.whole for finding in findings) == 1


def backup_of_damaged(made: Made, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a disk or a memory writes it that changes a byte behind the last look."""
    whole = backup_module._snapshot

    def spoilt(paths: Paths, data_key: DataKey, snapshot: Path) -> Contents:
        contents = whole(paths, data_key, snapshot)
        flip(snapshot, 4 * PAGE_BYTES + 100)
        return contents

    with monkeypatch.context() as patched:
        patched.setattr(backup_module, "_snapshot", spoilt)
        make_backup(*made, target)


@pytest.mark.parametrize("with_vault", [True, False])
def test_the_database_inside_a_backup_is_looked_at(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_vault: bool
) -> None:
    """Whole is said of a backup that restores, with or without a vault here; nothing of the look is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fill(made)
    make_backup(*made, tmp_path / "a.backup")
    if not with_vault:
        made[0].vault_folder.rename(tmp_path / "gone")
    before = sorted(made[0].vault_folder.parent.rglob("*"))
    contents, findings = verify_backup(tmp_path / "a.backup", made[1], made[0])
    assert contents.entries == 3 and {finding.part: finding.whole for finding in findings} == {
        "pages": True, "rows": True, "entries": True
    }  # fmt: skip
    assert sorted(made[0].vault_folder.parent.rglob("*")) == before
    assert {path.name for path in tmp_path.iterdir()} <= {"a.backup", "gone"}


def test_a_damaged_database_inside_a_backup_is_named(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container whose every byte is as it was written may hold what no restore takes: that is not called whole."""
    kept = fill(made)
    database = open_database(made[0].vault_file, made[1])
    database.execute(
        "DELETE FROM entry_index_docsize WHERE id = (SELECT number FROM entries WHERE id = ?)", (kept[0].id,)
    )
    database.close()
    make_backup(*made, tmp_path / "rows.backup")
    assert not part(verify_backup(tmp_path / "rows.backup", made[1], made[0])[1], "rows").whole
    backup_of_damaged(made, tmp_path / "pages.backup", monkeypatch)
    _, findings = verify_backup(tmp_path / "pages.backup", made[1], made[0])
    assert not all(finding.whole for finding in findings)
    assert all("another backup" in finding.next_step for finding in findings if not finding.whole)
    with pytest.raises(VaultError):
        restore(tmp_path / "pages.backup", made[1], made[0])


def test_damaged_slot_is_named(made: Made) -> None:
    """A slot that cannot be tried is named by its number."""
    table = json.loads(made[0].slots_file.read_text())
    table["slots"].append(table["slots"][0] | {"own": {"passes": 0, "memory": 8192}})
    made[0].slots_file.write_text(json.dumps(table))
    assert "damaged: 2 of 2" in part(verify_vault(*made), "key slots").detail
    made[0].slots_file.write_text("{")
    assert not part(verify_vault(*made), "key slots").whole


def test_search_index_that_does_not_fit(made: Made) -> None:
    """An entry that the search would not find is no whole vault."""
    kept = fill(made)
    database = open_database(made[0].vault_file, made[1])
    database.execute(
        "DELETE FROM entry_index_docsize WHERE id = (SELECT number FROM entries WHERE id = ?)", (kept[0].id,)
    )
    database.close()
    assert not part(verify_vault(*made), "rows").whole


# Migrations keep a copy


def with_step(monkeypatch: pytest.MonkeyPatch, step: Callable[[Database], None]) -> None:
    monkeypatch.setattr(schema, "_migrations", [*schema._migrations, step])


def grow(database: Database) -> None:
    database.execute("CREATE TABLE added (x)")


def test_migration_keeps_a_copy(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database as it was stays beside it, readable with the same key, and goes with the first deletion."""
    kept = fill(made)
    with_step(monkeypatch, grow)
    with Vault.open(*made) as vault:
        (copy,) = copies(made[0].vault_file)
        assert (copy.name, copy.stat().st_mode & 0o777) == (f"vault.db.schema-{schema.latest_number() - 1}", 0o600)
        assert CANARY.encode() not in copy.read_bytes()
        old = open_database(copy, made[1], read_only=True)
        assert old.value("SELECT count(*) FROM entries") == 3
        old.close()
        vault.entries.delete(kept[0].id)
    assert copies(made[0].vault_file) == []


def test_copy_goes_after_a_week(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that nobody needed is destroyed after seven days."""
    fill(made)
    with_step(monkeypatch, grow)
    Vault.open(*made).close()
    (copy,) = copies(made[0].vault_file)
    with Vault.open(*made) as vault:
        vault.ingest("always")
        assert copy.exists()
        os.utime(copy, (1, 1))
        vault.ingest("always")
    assert not copy.exists()


def test_full_disk_while_migrating(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without room for the copy nothing is changed; the next opening tries again."""
    kept = fill(made)
    with monkeypatch.context() as patched:
        with_step(patched, grow)
        patched.setattr(Database, "copy_to", raises(errno.ENOSPC))
        with pytest.raises(VaultError, match="full"):
            Vault.open(*made)
    assert copies(made[0].vault_file) == []
    with Vault.open(*made) as vault:
        assert set(vault.entries.list()) == set(kept)
        assert schema.schema_number(vault._database) == schema.latest_number()


# At the front door


@pytest.fixture
def key_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = home / "vault.key"
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(path))
    with Vault.open(find_paths(), create_vault(find_paths(), KeyFile(path))) as vault:
        vault.entries.add(make_entry())
    return path


def test_commands(key_file: Path, tmp_path: Path, capsys: Output) -> None:
    """backup names its file by the day, verify is whole, restore moves the vault aside and says where."""
    assert run(["vault", "backup", str(tmp_path)]) == 0
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".backup"
    assert "one entry" in capsys.readouterr().err
    assert run(["vault", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["whole"] is True
    assert run(["vault", "verify", "--backup", str(file)]) == 0
    assert run(["entry", "delete", "last", "--yes"]) == 0
    assert run(["vault", "restore", str(file)]) == 2
    assert run(["vault", "restore", str(file), "--yes"]) == 0
    told = capsys.readouterr().err
    (aside,) = [path for path in find_paths().vault_folder.parent.iterdir() if ".before-" in path.name]
    assert str(aside) in told.replace("\n", "")
    assert run(["entry", "show", "last"]) == 0
    assert (aside / "keys.json").exists()


def test_a_backup_says_which_file_it_is(key_file: Path, tmp_path: Path, capsys: Output) -> None:
    """A name that is no folder becomes that of the file, and both ways the whole path of the file is told."""
    assert run(["vault", "backup", str(tmp_path / "stick")]) == 0
    assert (tmp_path / "stick").is_file()
    assert f"The backup is the file {tmp_path / 'stick'}: one entry" in capsys.readouterr().err


def test_restore_asks(key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a person it asks, and a no changes nothing."""
    assert run(["vault", "backup", str(tmp_path / "a")]) == 0
    monkeypatch.setattr(App, "interactive", True)
    monkeypatch.setattr(backups, "confirm", raises_abort)
    before = find_paths().vault_file.read_bytes()
    assert run(["vault", "restore", str(tmp_path / "a")]) == 130
    assert find_paths().vault_file.read_bytes() == before


def test_failed_restore_brings_the_old_one_back(
    key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails after the old vault was moved aside, it is back in its place."""
    assert run(["vault", "backup", str(tmp_path / "a")]) == 0
    monkeypatch.setattr("voicecheck.vault.restoring.restore", raises_full)
    assert run(["vault", "restore", str(tmp_path / "a"), "--yes"]) == 5
    assert run(["entry", "show", "last"]) == 0


def test_verify_says_what_is_damaged(key_file: Path, capsys: Output) -> None:
    """Damage is exit code 5, a line for the part, and the next step."""
    flip(find_paths().vault_file, 3 * PAGE_BYTES + 9)
    assert run(["vault", "verify"]) == 5
    told = capsys.readouterr().out
    assert "damaged  pages" in told
    assert "voicecheck vault restore" in told


def test_no_vault_to_back_up(tmp_path: Path) -> None:
    """Neither backup nor verify makes a vault, also with a key file named."""
    assert run(["vault", "verify", "--key-file", str(tmp_path / "k")]) == 5
    assert run(["vault", "backup", str(tmp_path / "b"), "--key-file", str(tmp_path / "k")]) == 5
    assert list(tmp_path.iterdir()) == []


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)


def raises(code: int) -> Callable[..., None]:
    def act(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return act


def raises_full(*_: object) -> None:
    raise VaultError("Cannot restore the backup: the disk is full.", "Free some space.")


def raises_abort(*_: object, **__: object) -> None:
    raise click.Abort
