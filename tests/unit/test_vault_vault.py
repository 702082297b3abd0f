"""The open vault: what the inbox holds comes in once, and only the right process with the right key gets in."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.vault_samples import (
    CANARY,
    CHEAP,
    PAGE_SAMPLES,
    PASSPHRASE,
    SPOKEN_AT,
    header_of,
    make_entry,
    make_pages,
    make_vault,
)
from voicecheck.domain import Entry
from voicecheck.errors import VaultBusyError, VaultError
from voicecheck.paths import Paths, find_paths
from voicecheck.utterance import Page
from voicecheck.vault import vault as vault_module
from voicecheck.vault.backup import make_backup
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.inbox import claiming
from voicecheck.vault.inbox.inbox import pending, running
from voicecheck.vault.ingest import TakenIn
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import DataKey, KeySlots
from voicecheck.vault.store import entries as entries_module
from voicecheck.vault.store import schema
from voicecheck.vault.store.connection import check_variant
from voicecheck.vault.store.taken import TakenFiles
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault


@pytest.fixture
def made() -> tuple[Paths, DataKey]:
    return make_vault()


def say(paths: Paths, entry: Entry, pages: tuple[Page, ...] = (), *, finished: bool = True) -> Path:
    """An answer spoken while the vault is locked."""
    answer = locked_inbox(paths).begin(header_of(entry))
    for page in pages:
        answer.append_page(page)
    if finished:
        answer.append_entry(entry)
        answer.finish()
    else:
        answer.sync()
        answer.close()
    return answer.path


def every_byte(folder: Path) -> bytes:
    return b"\n".join(path.name.encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_locked_evening_comes_in(made: tuple[Paths, DataKey]) -> None:
    """What was said while the vault was locked is a normal entry after the next unlock, and its file is gone."""
    entry, pages = make_entry(), make_pages(3)
    path = say(made[0], entry, pages)
    with Vault.open(*made) as vault:
        taken = vault.ingest("always")
        assert [one.id for one in taken.entries] == [entry.id]
        assert vault.recordings.pages(entry.id) == pages
        assert vault.ingest("always") == TakenIn()
    assert not path.exists()


def test_much_that_waits_is_told_while_it_is_taken_in(made: tuple[Paths, DataKey]) -> None:
    """Before each sealed file it is said how many of how many are done."""
    for _ in range(3):
        say(made[0], make_entry())
    told: list[tuple[int, int]] = []
    with Vault.open(*made) as vault:
        vault.ingest("always", progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3)]


def test_never_keeps_no_sound(made: tuple[Paths, DataKey]) -> None:
    """With `never` the sound of an answer does not enter the vault."""
    entry = make_entry()
    say(made[0], entry, make_pages(3))
    with Vault.open(*made) as vault:
        (kept,) = vault.ingest("never").entries
        assert not kept.has_audio
        assert vault._database.value("SELECT count(*) FROM pages") == 0


def test_interrupted_ingest(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped between keeping and shredding, the next ingest makes no duplicate and loses nothing."""
    entry, pages = make_entry(), make_pages(2)
    path = say(made[0], entry, pages)
    with monkeypatch.context() as patched, Vault.open(*made) as vault:
        patched.setattr(claiming, "shred", _killed)
        with pytest.raises(KeyboardInterrupt):
            vault.ingest("always")
    assert path.exists()
    with Vault.open(*made) as vault:
        vault.ingest("always")
        assert vault.entries.count() == 1
        assert vault.recordings.pages(entry.id) == pages
    assert not path.exists()


def test_cut_off_answer_waits(made: tuple[Paths, DataKey]) -> None:
    """An answer that was cut off is offered with its sound, stays sealed, and can be kept."""
    entry, pages = make_entry(), make_pages(2)
    path = say(made[0], entry, pages, finished=False)
    with Vault.open(*made) as vault:
        taken = vault.ingest("always")
        (recovered,) = taken.waiting
        assert (recovered.header, recovered.pages, taken.entries) == (header_of(entry), pages, ())
        assert path.exists()
        kept = vault.keep(recovered, entry, "always")
        assert vault.entries.get(entry.id) == kept
        assert kept.has_audio
    assert not path.exists()


def test_interrupted_keeping(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after a cut-off answer was kept and before its file was destroyed, it is not offered again."""
    entry = make_entry()
    path = say(made[0], entry, make_pages(1), finished=False)
    with monkeypatch.context() as patched, Vault.open(*made) as vault:
        (recovered,) = vault.ingest("always").waiting
        patched.setattr(claiming, "shred", _killed)
        with pytest.raises(KeyboardInterrupt):
            vault.keep(recovered, entry, "always")
    with Vault.open(*made) as vault:
        assert vault.ingest("always") == TakenIn()
        assert vault.entries.count() == 1
    assert not path.exists()


def test_open_folder_is_closed(home: Path) -> None:
    """A vault folder that stood there open to others is closed when the vault is made."""
    (home / "vault").mkdir(parents=True)
    (home / "vault").chmod(0o755)
    assert make_vault()[0].vault_folder.stat().st_mode & 0o777 == 0o700


def test_cut_off_answer_can_be_dropped(made: tuple[Paths, DataKey]) -> None:
    """What the person does not want is destroyed and does not come again."""
    path = say(made[0], make_entry(), make_pages(1), finished=False)
    with Vault.open(*made) as vault:
        vault.drop(vault.ingest("always").waiting[0])
        assert not path.exists()
        assert vault.ingest("always") == TakenIn()


def test_running_answer_is_left_alone(made: tuple[Paths, DataKey]) -> None:
    """The answer that somebody is speaking right now is neither taken in nor destroyed."""
    answer = locked_inbox(made[0]).begin(header_of(make_entry()))
    with Vault.open(*made) as vault:
        assert vault.ingest("always") == TakenIn()
    assert answer.path.exists()
    answer.close()


def test_unreadable_file_stops_nobody(made: tuple[Paths, DataKey]) -> None:
    """A damaged file is named and left; the others come in."""
    damaged = made[0].inbox_folder / "0.sealed"
    damaged.write_bytes(os.urandom(5000))
    say(made[0], make_entry())
    with Vault.open(*made) as vault:
        taken = vault.ingest("always")
    assert (len(taken.entries), taken.unreadable) == (1, (damaged,))
    assert damaged.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links of POSIX")
def test_strange_things_stop_nobody(made: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """A pipe, a folder, links and a file of sixty gigabytes in the inbox are counted and left; the rest comes in."""
    inbox, outside = made[0].inbox_folder, tmp_path / "outside"
    outside.write_bytes(b"VCGONE\n and mine")
    os.mkfifo(inbox / "pipe.sealed")
    (inbox / "folder.sealed").mkdir()
    (inbox / "link.sealed").symlink_to(outside)
    (inbox / "loop.sealed").symlink_to(inbox / "loop.sealed")
    with (inbox / "huge.sealed").open("wb") as huge:
        huge.write(b"VCSEAL\x01")
        huge.truncate(60 << 30)
    say(made[0], make_entry())
    with Vault.open(*made) as vault:
        taken = vault.ingest("always")
    assert len(taken.entries) == 1
    assert {path.stem for path in taken.unreadable} == {"pipe", "folder", "link", "loop", "huge"}
    assert outside.read_bytes() == b"VCGONE\n and mine"
    assert [finding.part for finding in verify_vault(*made) if not finding.whole] == [
        f"inbox/{path.name}" for path in pending(inbox)
    ]
    made_backup = make_backup(made[0], made[1], tmp_path / "a.backup")
    assert made_backup.sealed_answers == 0


def test_header_and_damage(made: tuple[Paths, DataKey]) -> None:
    """A file of which only the header can be read is unreadable, not an answer that somebody could keep."""
    path = say(made[0], make_entry(), make_pages(1), finished=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
    with Vault.open(*made) as vault:
        assert vault.ingest("always") == TakenIn(unreadable=(path,))


def test_too_many_of_one_time(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that a stranger sealed for one and the same millisecond do not shut the vault."""
    monkeypatch.setattr(entries_module, "ENTRIES_PER_MS", 1)
    paths = [say(made[0], make_entry()) for _ in range(2)]
    say(made[0], make_entry(at=SPOKEN_AT.replace(day=1)))
    with Vault.open(*made) as vault:
        taken = vault.ingest("always")
    assert len(taken.entries) == 2
    assert len(taken.unreadable) == 1
    assert taken.unreadable[0] in paths


def test_sound_after_the_answer_is_not_kept(made: tuple[Paths, DataKey]) -> None:
    """Pages that begin after the newest answer, as of a spoken command, are left out; the one it ends in stays."""
    entry, pages = make_entry(), make_pages(5)
    answered = replace(entry, turns=(replace(entry.turns[0], end=2 * PAGE_SAMPLES + 1),))
    say(made[0], answered, pages)
    with Vault.open(*made) as vault:
        vault.ingest("always")
        assert vault.recordings.pages(entry.id) == pages[:3]


def test_file_without_a_word(made: tuple[Paths, DataKey]) -> None:
    """A file that was killed before its first record is cleared away, but not while it is young."""
    path = made[0].inbox_folder / "0.sealed"
    path.write_bytes(b"VCSE")
    with Vault.open(*made) as vault:
        assert vault.ingest("always") == TakenIn()
        assert path.exists()
        os.utime(path, (1, 1))
        assert vault.ingest("always") == TakenIn()
    assert not path.exists()


def test_interrupted_shredding(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while a file is overwritten, the rest is destroyed next time and nobody is told of a damaged answer."""
    path = say(made[0], make_entry(), make_pages(1))
    with monkeypatch.context() as patched, Vault.open(*made) as vault:
        patched.setattr(os, "ftruncate", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            vault.ingest("always")
    assert path.stat().st_size > 1000
    with Vault.open(*made) as vault:
        assert vault.ingest("always") == TakenIn()
        assert vault.entries.count() == 1
    assert not path.exists()


def test_copy_of_an_answer(made: tuple[Paths, DataKey]) -> None:
    """A sealed file that somebody copied makes no second entry."""
    path = say(made[0], make_entry(), make_pages(1))
    (made[0].inbox_folder / "copy.sealed").write_bytes(path.read_bytes())
    with Vault.open(*made) as vault:
        vault.ingest("always")
        assert vault.entries.count() == 1
    assert pending(made[0].inbox_folder) == []


def test_no_word_on_disk(made: tuple[Paths, DataKey]) -> None:
    """Neither locked, nor while open, nor after closing does any byte of the folder hold a word or a prompt."""
    secrets = [CANARY.encode(), b"evening.word", b"2026-11-22", b"Whisper", b"base"]
    say(made[0], make_entry(), make_pages(1))
    say(made[0], make_entry(), make_pages(1), finished=False)
    states = [every_byte(made[0].vault_folder)]
    vault = Vault.open(*made)
    vault.ingest("always")
    states.append(every_byte(made[0].vault_folder))
    vault.close()
    states.append(every_byte(made[0].vault_folder))
    assert all(len(state) > 1000 for state in states)
    assert not [secret for secret in secrets for state in states if secret in state]


def test_one_writer(made: tuple[Paths, DataKey]) -> None:
    """A second writer is refused with a clear sentence; a reader beside sees what is kept; then the next may write."""
    with Vault.open(*made) as first:
        kept = first.entries.add(make_entry())
        with pytest.raises(VaultBusyError, match="Another VoiceCheck"):
            Vault.open(*made)
        with Vault.open(*made, read_only=True) as reader:
            assert reader.entries.list() == (kept,)
            with pytest.raises(VaultError):
                reader.entries.delete(kept.id)
    with Vault.open(*made) as second:
        assert second.entries.count() == 1


def test_wrong_key(made: tuple[Paths, DataKey]) -> None:
    """With another key the file does not open, and writes nothing."""
    before = made[0].vault_file.read_bytes()
    with pytest.raises(VaultError, match="new key meanwhile"):
        Vault.open(made[0], DataKey.generate())
    assert made[0].vault_file.read_bytes() == before
    Vault.open(*made).close()


def test_flipped_bit_in_any_page(made: tuple[Paths, DataKey]) -> None:
    """A flipped bit in any page is noticed: at opening, or by SQLCipher's own check of every page."""
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry(), make_pages(2))
    whole = made[0].vault_file.read_bytes()
    unnoticed = []
    for place in range(5, len(whole), 4096):
        made[0].vault_file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        try:
            with Vault.open(*made, read_only=True) as vault:
                if not vault._database.rows("PRAGMA cipher_integrity_check"):
                    unnoticed.append(place)
        except VaultError as error:
            assert error.hint
    assert unnoticed == []


def test_lost_file_is_no_new_beginning(made: tuple[Paths, DataKey]) -> None:
    """When vault.db is gone, it says so and does not begin an empty diary."""
    made[0].vault_file.unlink()
    with pytest.raises(VaultError, match="missing"):
        Vault.open(*made)
    assert not made[0].vault_file.exists()


def test_emptied_file_is_no_new_beginning(made: tuple[Paths, DataKey]) -> None:
    """When vault.db is empty though changes were counted, it says so, to readers too, and writes nothing."""
    made[0].vault_file.write_bytes(b"")
    for read_only in (False, True):
        with pytest.raises(VaultError, match="empty"):
            Vault.open(*made, read_only=read_only)
    assert made[0].vault_file.stat().st_size == 0
    made[0].slots_file.unlink()
    with pytest.raises(VaultError, match="missing"):
        create_vault(made[0], Passphrase(PASSPHRASE, CHEAP))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize("name", ["vault.db", "vault.db-wal", "vault.lock", "keys.json", "vault.count"])
def test_links_are_refused(made: tuple[Paths, DataKey], tmp_path: Path, name: str) -> None:
    """A link in the place of one of the vault's files is refused in a clear sentence; its target stays as it was."""
    path, target = made[0].vault_folder / name, tmp_path / "target"
    target.write_bytes(path.read_bytes() if path.exists() else b"mine")
    target.chmod(0o640)
    before = target.read_bytes()
    path.unlink(missing_ok=True)
    path.symlink_to(target)
    with pytest.raises(VaultError, match="is a link") as caught:
        KeySlots.load(made[0].slots_file)
        Vault.open(*made).close()
    assert caught.value.hint
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (before, 0o640)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_loosened_permissions_are_tightened(made: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """What others could look into is closed at the next opening, which says so; nothing outside is touched."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"")
    outside.chmod(0o644)
    path = say(made[0], make_entry(), finished=False)
    (made[0].inbox_folder / "link.sealed").symlink_to(outside)
    places = [made[0].vault_folder, made[0].inbox_folder, made[0].vault_file, made[0].slots_file, path]
    for place in places:
        place.chmod(0o755)
    for loosened in (True, False):
        with Vault.open(*made) as vault:
            assert vault.loosened is loosened
    assert [place.stat().st_mode & 0o077 for place in (*places, outside)] == [0, 0, 0, 0, 0, 0o044]


def test_rows_that_cannot_be_decoded(made: tuple[Paths, DataKey]) -> None:
    """A row that is no entry says that the vault is damaged and how to look closer, and is no fault."""
    with Vault.open(*made) as vault:
        kept = vault.entries.add(make_entry())
        for change in (
            "entries SET kind = 'song'",
            "entries SET kind = 'checkin', model = '{'",
            "entries SET model = NULL, spoken_at = 'once'",
            "entries SET spoken_at = CAST(x'ff' AS TEXT)",
            "entries SET spoken_at = '2026-11-22T21:34:05+01:00', local_date = '-'",
            "turns SET segments = x'c1'",
        ):
            vault._database.execute(f"UPDATE {change}")
            with pytest.raises(VaultError, match="damaged") as caught:
                vault.entries.asked()
                vault.entries.get(kept.id)
            assert "vault verify" in caught.value.hint
        vault._database.execute("UPDATE state SET value = 'many' WHERE key = 'commits'")
        with pytest.raises(VaultError, match="damaged"):
            _ = vault._database.commits
        vault._database.execute("UPDATE state SET value = '1' WHERE key = 'commits'")


def test_lost_slots_are_no_new_beginning(made: tuple[Paths, DataKey]) -> None:
    """When keys.json is gone, the vault is not replaced by a new one."""
    made[0].slots_file.unlink()
    with pytest.raises(VaultError, match="missing"):
        create_vault(made[0], Passphrase(PASSPHRASE, CHEAP))


def test_creation_may_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before the slots were written, or before the schema was, the next attempt goes through."""
    paths = find_paths()
    with monkeypatch.context() as patched:
        patched.setattr("voicecheck.vault.create.create_key_slots", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            create_vault(paths, Passphrase(PASSPHRASE, CHEAP))
    with monkeypatch.context() as patched:
        patched.setattr(vault_module, "migrate", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            create_vault(paths, Passphrase(PASSPHRASE, CHEAP))
    with Vault.open(paths, KeySlots.load(paths.slots_file).unlock(Passphrase(PASSPHRASE))) as vault:
        assert vault.entries.count() == 0


def test_newer_schema_is_refused(made: tuple[Paths, DataKey]) -> None:
    """A vault of a later version is not touched, and the hint says to update."""
    with Vault.open(*made) as vault:
        vault._database.execute("INSERT INTO migrations VALUES (999, 'later', '')")
    with pytest.raises(VaultError) as caught:
        Vault.open(*made)
    assert "Update" in caught.value.hint


def test_failed_migration_leaves_the_old(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that fails half way leaves schema and entries as they were; a whole one is recorded once."""

    def broken(database: object) -> None:
        whole(database)
        raise KeyboardInterrupt

    def whole(database: object) -> None:
        database.execute("CREATE TABLE added (x)")  # type: ignore[attr-defined]

    with Vault.open(*made) as vault:
        kept = vault.entries.add(make_entry())
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_migrations", [*schema._migrations, broken])
        with pytest.raises(KeyboardInterrupt):
            Vault.open(*made)
    monkeypatch.setattr(schema, "_migrations", [*schema._migrations, whole])
    for _ in range(2):
        with Vault.open(*made) as vault:
            assert vault.entries.list() == (kept,)
            assert schema.schema_number(vault._database) == schema.latest_number()


class _PlainSqlite(SimpleNamespace):
    sqlite_version = "3.53.4"

    @staticmethod
    def connect(name: str) -> sqlite3.Connection:
        return sqlite3.connect(name)


def test_plain_sqlite_is_refused() -> None:
    """Where the import name brings an SQLite that does not encrypt, nothing is opened."""
    with pytest.raises(VaultError, match="without encryption"):
        check_variant(_PlainSqlite)


def test_old_sqlite_is_refused() -> None:
    """The sister packages with the WAL bug are refused by version, and the hint names the right one."""
    import sqlcipher3

    with pytest.raises(VaultError) as caught:
        check_variant(SimpleNamespace(sqlite_version="3.51.1", connect=sqlcipher3.connect))
    assert "3.51.1" in caught.value.message
    assert "sqlcipher3 0.6.4" in caught.value.hint


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def under_umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_private_whatever_the_umask(under_umask: int, tmp_path: Path) -> None:
    """Every file is 0600 and every folder 0700, the WAL of an open vault and the key file among them."""
    paths = find_paths()
    key = create_vault(paths, KeyFile(tmp_path / "deep" / "vault.key"))
    say(paths, make_entry(), finished=False)
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
        vault._database.execute("BEGIN IMMEDIATE")
        vault._database.execute("UPDATE state SET value = value")
        vault._database.execute("COMMIT")
        found = [*paths.vault_folder.rglob("*"), *(tmp_path / "deep").rglob("*")]
        assert {path.name for path in found} >= {"vault.db", "vault.db-wal", "vault.db-shm", "vault.lock", "keys.json"}
        modes = {path: path.stat().st_mode & 0o777 for path in [paths.vault_folder, tmp_path / "deep", *found]}
    assert {path: oct(mode) for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def test_ingest_after_a_full_disk(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """When keeping fails, the sealed file stays and comes in next time."""
    path = say(made[0], make_entry(), make_pages(1))
    with Vault.open(*made) as vault:
        with monkeypatch.context() as patched:
            patched.setattr(vault.recordings, "store", _full)
            with pytest.raises(VaultError, match="full"):
                vault.ingest("always")
        assert path.exists()
        assert vault.entries.count() == 0
        assert len(vault.ingest("always").entries) == 1


def test_entry_of_no_words(made: tuple[Paths, DataKey]) -> None:
    """A complete answer in which nothing was heard is an entry all the same."""
    say(made[0], replace(make_entry(""), turns=()), make_pages(1))
    with Vault.open(*made) as vault:
        (kept,) = vault.ingest("until_reviewed").entries
    assert kept.text == ""


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _killed(_: Path, descriptor: int) -> None:
    os.close(descriptor)
    raise KeyboardInterrupt


def _full(*_: object, **__: object) -> None:
    raise VaultError("Cannot write to the vault: the disk is full.")


def test_two_first_evenings_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes second, while the key of the first is still stretched, writes over nothing and is told so."""
    paths, wrap = find_paths(), Passphrase.wrap
    first: list[DataKey] = []

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(Passphrase, "wrap", wrap)
        first.append(create_vault(paths, Passphrase("the first of two", CHEAP)))
        return wrap(*arguments)

    monkeypatch.setattr(Passphrase, "wrap", meanwhile)
    with pytest.raises(VaultError, match="There is a vault already"):
        create_vault(paths, Passphrase("the second of two", CHEAP))
    assert KeySlots.load(paths.slots_file).unlock(Passphrase("the first of two")) == first[0]
    Vault.open(paths, first[0]).close()


def test_a_failed_taking_in_holds_no_file(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the vault itself fails in the middle, the sealed answer is free for the next try of the same process."""
    entry = make_entry()
    answer = locked_inbox(made[0]).begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    with Vault.open(*made) as vault:
        with monkeypatch.context() as patched:
            patched.setattr(TakenFiles, "known", _full)
            with pytest.raises(VaultError, match="full"):
                vault.ingest("always")
        assert not running(answer.path)
        assert [one.id for one in vault.ingest("always").entries] == [entry.id]
