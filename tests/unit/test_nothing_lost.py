"""Nothing that was said is lost by what happens to its files meanwhile, and nothing is called kept that is not."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.vault_samples import SPOKEN_AT, header_of, make_entry, make_pages, make_vault
from voicecheck import clock, paths
from voicecheck.domain import Tags, Turn, TurnKind
from voicecheck.errors import VaultError, VaultFullError
from voicecheck.paths import Paths, make_private_folder
from voicecheck.vault.backup import check_backup, finish_restore, make_backup, restore
from voicecheck.vault.data_key import DataKey
from voicecheck.vault.erasing import erase_vault
from voicecheck.vault.files import overwrite
from voicecheck.vault.inbox import SealedAnswer
from voicecheck.vault.vault import Vault, locked_inbox
from voicecheck.vault.verifying import verify_vault

Made = tuple[Paths, DataKey]
KEEP = "until_reviewed"


@pytest.fixture
def made() -> Made:
    return make_vault()


def begun(made: Made, text: str = "the whole of what I said", pages: int = 3) -> tuple[SealedAnswer, str]:
    entry = make_entry(text)
    answer = locked_inbox(made[0]).begin(header_of(entry))
    for page in make_pages(pages):
        answer.append_page(page)
    answer.append_entry(replace(entry, duration_s=float(pages)))
    answer.sync()
    return answer, entry.id


# The sealed file is taken away while the person answers


def remove(path: Path) -> None:
    path.unlink()


def move_away(path: Path) -> None:
    path.rename(path.with_suffix(".gone"))


def put_another(path: Path) -> None:
    path.with_suffix(".new").write_bytes(b"something else")
    path.with_suffix(".new").replace(path)


def destroy(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    overwrite(descriptor)
    os.ftruncate(descriptor, 0)
    os.close(descriptor)
    path.unlink()


def overwrite_in_place(path: Path) -> None:
    path.write_bytes(b"\0" * 5000)


@pytest.mark.parametrize("harm", [remove, move_away, put_another, destroy, overwrite_in_place])
def test_an_answer_whose_file_is_taken_away_is_written_anew(made: Made, harm: Callable[[Path], None]) -> None:
    """Removed, replaced, destroyed by another process, or written over: all of it is in the vault in the end."""
    answer, entry_id = begun(made)
    harm(answer.path)
    answer.append_page(replace(make_pages(1)[0], start=3 * 16_000))
    answer.finish()
    with Vault.open(*made) as vault:
        assert entry_id in {entry.id for entry in vault.ingest(KEEP).entries}
        assert len(vault.recordings.pages(entry_id)) >= 3


def test_a_file_that_is_removed_is_there_again_a_second_later(made: Made) -> None:
    """Not only at the end: after the next sync a kill loses nothing of what went before."""
    answer, entry_id = begun(made)
    answer.path.unlink()
    answer.append_page(replace(make_pages(1)[0], start=3 * 16_000))
    answer.sync()
    answer.close()
    with Vault.open(*made) as vault:
        (waiting,) = vault.ingest(KEEP).waiting
        assert waiting.header.entry_id == entry_id and len(waiting.pages) == 4


# Two copies of one answer


def two_copies(made: Made, *, finished: bool = False) -> str:
    """A shorter one, and the whole one under another name."""
    entry = replace(make_entry("first words, then many more"), duration_s=3.0)
    answer = locked_inbox(made[0]).begin(header_of(entry))
    answer.append_page(make_pages(1)[0])
    answer.append_entry(replace(entry, turns=(Turn(TurnKind.ANSWER, "first words"),), duration_s=1.0))
    answer.sync()
    shorter = answer.path.read_bytes()
    answer.append_page(make_pages(3)[2])
    answer.append_entry(entry)
    if finished:
        answer.finish()
    else:
        answer.sync()
        answer.close()
    early = answer.path.with_name("0-copy.sealed")
    early.write_bytes(shorter)
    os.utime(early, (1, 1))
    return entry.id


def test_of_two_copies_the_longer_is_offered_and_stays(made: Made) -> None:
    """The shorter one is destroyed only once the longer one is kept."""
    entry_id = two_copies(made)
    with Vault.open(*made) as vault:
        (waiting,) = vault.ingest(KEEP).waiting
        assert waiting.end == 3 * 16_000
        assert len(list(made[0].inbox_folder.iterdir())) == 2
        assert waiting.entry is not None
        vault.keep(waiting, waiting.entry, KEEP)
        assert vault.ingest(KEEP).waiting == ()
        assert vault.entries.get(entry_id).text == "first words, then many more"
    assert list(made[0].inbox_folder.iterdir()) == []


@pytest.mark.parametrize("finished", [True, False])
def test_a_longer_copy_that_comes_later_takes_the_place(made: Made, finished: bool) -> None:
    """What was kept of the shorter one gives way, and nothing is destroyed that was not kept."""
    entry_id = two_copies(made, finished=finished)
    longer = next(path for path in made[0].inbox_folder.iterdir() if path.name != "0-copy.sealed")
    content = longer.read_bytes()
    longer.unlink()
    with Vault.open(*made) as vault:
        (waiting,) = vault.ingest(KEEP).waiting
        assert waiting.entry is not None
        vault.keep(waiting, waiting.entry, KEEP)
        longer.write_bytes(content)
        taken = vault.ingest(KEEP)
        for later in taken.waiting:
            assert later.entry is not None
            vault.keep(later, later.entry, KEEP)
        assert vault.entries.get(entry_id).text == "first words, then many more"
        assert vault.entries.count() == 1
        assert len(vault.recordings.pages(entry_id)) == 2


def test_what_was_worked_on_stays_beside_the_longer_copy(made: Made) -> None:
    """An edit of the shorter one is not thrown away: both are kept, and taking in again changes nothing."""
    with Vault.open(*made) as vault:
        short = vault.entries.add(replace(make_entry("first words"), duration_s=1.0))
        vault.revisions.add(short, "my first words", Tags(), SPOKEN_AT)
        longer = replace(short, turns=(Turn(TurnKind.ANSWER, "first words, then many more"),), duration_s=3.0)
        for _ in range(2):
            vault.entries.add_longer(longer, ())
        assert sorted(entry.text for entry in vault.entries.list()) == ["first words, then many more", "my first words"]


# Days of sound


def test_the_days_of_sound_begin_when_it_is_taken_in(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waited sealed for weeks can still be heard for seven days."""
    answer, entry_id = begun(made)
    answer.finish()
    late = SPOKEN_AT + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: late)
    with Vault.open(*made) as vault:
        vault.ingest(KEEP, late)
        assert vault.recordings.pages(entry_id)
        vault.ingest(KEEP, late + timedelta(days=6))
        assert vault.recordings.pages(entry_id)
        vault.ingest(KEEP, late + timedelta(days=8))
        assert not vault.recordings.pages(entry_id)


# Backups


@pytest.mark.parametrize(
    "name", [b"0123 (conflicted copy 2026-11-30).sealed", b"\xff\xfe.sealed", b"a" * 200 + b".sealed"]
)
def test_every_backup_that_is_called_whole_restores(made: Made, tmp_path: Path, name: bytes) -> None:
    """Whatever a sync tool made of a sealed answer's name: it is in the backup, and comes back."""
    answer, entry_id = begun(made)
    answer.finish()
    answer.path.rename(made[0].inbox_folder / os.fsdecode(name))
    make_backup(*made, tmp_path / "a.backup")
    check_backup(tmp_path / "a.backup", made[1])
    made[0].vault_folder.rename(tmp_path / "gone")
    restore(tmp_path / "a.backup", made[1], made[0])
    with Vault.open(*made) as vault:
        assert [entry.id for entry in vault.ingest(KEEP).entries] == [entry_id]


def test_two_backups_at_once(made: Made, tmp_path: Path) -> None:
    """Each has files of its own while it works, and leaves those of the other; what a killed one left is swept."""
    left = made[0].vault_folder / ".vault.db.0011223344556677.backup.part"
    left.write_bytes(b"a part of a killed one")
    running = []

    def another(_: int) -> None:
        if not running:
            running.append(make_backup(*made, tmp_path / "second.backup"))

    first = make_backup(*made, tmp_path / "first.backup", another)
    assert (first.entries, running[0].entries) == (0, 0)
    for name in ("first", "second"):
        check_backup(tmp_path / f"{name}.backup", made[1])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.backup", "second.backup"]
    assert not list(made[0].vault_folder.glob(".*.part"))


class Stopped(BaseException):
    pass


def stops(monkeypatch: pytest.MonkeyPatch, count: int) -> Iterator[None]:
    """The process is gone at the count-th change to the file system."""
    left = [count]
    for module, names in ((os, ("rename", "replace", "link", "unlink", "fsync", "mkdir", "rmdir")),):
        for name in names:
            whole = getattr(module, name)

            def one(*args: object, whole: Callable[..., object] = whole, **more: object) -> object:
                left[0] -= 1
                if left[0] < 0:
                    raise Stopped
                return whole(*args, **more)

            monkeypatch.setattr(module, name, one)
    yield


@pytest.mark.parametrize("count", range(0, 60, 1))
def test_a_restore_that_is_stopped_anywhere_leaves_a_vault(made: Made, tmp_path: Path, count: int) -> None:
    """The old one or that of the backup, whole, after the next start; never none, and never an empty one."""
    with Vault.open(*made) as vault:
        old = vault.entries.add(make_entry("of the backup"))
    make_backup(*made, tmp_path / "a.backup")
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry("said since"))
    with pytest.MonkeyPatch.context() as patched:
        for _ in stops(patched, count):
            with suppress(Stopped):
                restore(tmp_path / "a.backup", made[1], made[0])
    finish_restore(made[0])
    with Vault.open(*made) as vault:
        assert vault.entries.has(old.id)
        assert vault.entries.count() in (1, 2)
    assert all(finding.whole for finding in verify_vault(*made))


def test_what_a_restore_sets_aside_is_named(made: Made, tmp_path: Path) -> None:
    """The vault that stood there lies whole beside it, and newer sealed answers are counted."""
    make_backup(*made, tmp_path / "a.backup")
    answer, _ = begun(made)
    answer.finish()
    done = restore(tmp_path / "a.backup", made[1], made[0])
    assert done.aside is not None and (done.aside / "inbox" / answer.path.name).is_file()
    assert done.newer_answers == 1


# Erasing


def test_erase_follows_no_link(made: Made, tmp_path: Path) -> None:
    """A link to another vault, to its inbox or beside it, is removed; what it leads to stays as it was."""
    other = tmp_path / "another"
    other.mkdir()
    for name in ("keys.json", "vault.db", "one.sealed"):
        (other / name).write_bytes(b"not ours")
    folder = made[0].vault_folder
    folder.with_name("vault.before-20261130-120000").symlink_to(other)
    made[0].inbox_folder.rmdir()
    made[0].inbox_folder.symlink_to(other)
    erase_vault(made[0])
    assert {path.name: path.read_bytes() for path in other.iterdir()} == dict.fromkeys(
        ("keys.json", "vault.db", "one.sealed"), b"not ours"
    )
    assert not folder.exists() and not list(folder.parent.glob("vault.before-*"))


def test_a_vault_that_is_a_link_is_not_called_erased(made: Made, tmp_path: Path) -> None:
    """It is said where it leads, and nothing is touched."""
    folder = made[0].vault_folder
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(VaultError, match=r"link to .*elsewhere"):
        erase_vault(made[0])
    Vault.open(*made).close()


# Disks


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EBADF])
def test_a_folder_that_cannot_be_synced_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    """As on some network file systems: files are synced, folders are not; a failing disk is still told."""
    whole = os.fsync

    def refuse(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, os.strerror(code))
        whole(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    paths.sync_folder(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, "bad")))
    with pytest.raises(OSError, match="bad"):
        paths.sync_folder(tmp_path)


def test_without_room_the_vault_is_read_and_nothing_is_called_damage(made: Made) -> None:
    """A limit on the size of files acts as a full disk does: not even the index of the WAL can be written."""
    resource = pytest.importorskip("resource")
    with Vault.open(*made) as vault:
        kept = vault.entries.add(make_entry())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(VaultFullError, match="full"):
            Vault.open(*made)
        with Vault.open(*made, read_only=True) as vault:
            assert vault.entries.list() == (kept,)
        assert all(finding.whole for finding in verify_vault(*made))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_new_folder_is_named_durably_in_its_parent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each folder on the way is synced into the one above it."""
    synced: list[Path] = []
    monkeypatch.setattr(paths, "sync_folder", synced.append)
    make_private_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]


def test_a_file_of_zeros_holds_nothing_and_is_removed(made: Made) -> None:
    """As a loss of power leaves it, of any length; it is counted, and nothing else is."""
    for length in (50, 4096, 100_000):
        path = made[0].inbox_folder / f"{length:032x}.sealed"
        path.write_bytes(bytes(length))
        os.utime(path, (1, 1))
    with Vault.open(*made) as vault:
        taken = vault.ingest(KEEP)
        assert (taken.blank, taken.unreadable, taken.waiting) == (3, (), ())
    assert list(made[0].inbox_folder.iterdir()) == []


def test_a_missing_count_beside_commits_is_told(made: Made) -> None:
    """Without it an older database put back would not be noticed."""
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry())
        assert not vault.count_missing
    made[0].vault_file.with_name("vault.count").unlink()
    with closing(Vault.open(*made)) as vault:
        assert vault.count_missing
    with closing(Vault.open(*made)) as vault:
        assert not vault.count_missing
