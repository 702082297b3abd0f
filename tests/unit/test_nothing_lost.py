"""Nothing that was said is lost by what happens to its files meanwhile, and nothing is called kept that is not."""

from __future__ import annotations

import base64
import errno
import hashlib
import itertools
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.vault_samples import SPOKEN_AT, header_of, make_entry, make_pages, make_vault
from voicecheck import clock, files
from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.cli.setup.doctor import UNSURE, check_vault
from voicecheck.domain import Tags, Turn, TurnKind
from voicecheck.errors import VaultError, VaultFullError
from voicecheck.files import make_private_folder, overwrite
from voicecheck.paths import Paths
from voicecheck.vault.backup import check_backup, make_backup
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.erasing import erase_vault
from voicecheck.vault.inbox.inbox import SealedAnswer
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile, create_key_file
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.restoring import finish_restore, restore
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

Made = tuple[Paths, DataKey]
Output = pytest.CaptureFixture[str]
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


def speak(made: Made) -> str:
    answer, entry_id = begun(made)
    answer.finish()
    return entry_id


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


def test_what_says_something_else_stands_beside(made: Made) -> None:
    """Under the same id, of fewer letters and no longer: neither is destroyed for the other, whichever comes first."""
    first = replace(make_entry("I was afraid all of this long evening"), duration_s=3.0)
    other = replace(first, turns=(Turn(TurnKind.ANSWER, "Then I felt calm"),), duration_s=2.0)
    with Vault.open(*made) as vault:
        for one in (first, other, first, other):
            vault.entries.add_longer(one, ())
        texts = sorted(entry.text for entry in vault.entries.list())
    assert texts == ["I was afraid all of this long evening", "Then I felt calm"]


def test_the_sound_tells_two_copies_of_one_answer(made: Made) -> None:
    """Words that the longer one heard otherwise make it no other answer; other sound does, whatever the words."""
    entry = replace(make_entry("I was ti"), duration_s=2.0)
    longer = replace(entry, turns=(Turn(TurnKind.ANSWER, "I was tired of it all"),), duration_s=3.0)
    pages, other = make_pages(3), tuple(replace(page, data=page.data[::-1] + b"x") for page in make_pages(2))
    for first, second in (((entry, pages[:2]), (longer, pages)), ((longer, pages), (entry, pages[:2]))):
        with Vault.open(*made) as vault:
            for one, sound in (first, second):
                vault.entries.add_longer(one, sound)
            assert [kept.text for kept in vault.entries.list()] == ["I was tired of it all"]
            assert vault.recordings.pages(entry.id) == pages
            vault.entries.add_longer(replace(longer, duration_s=2.0), other)
            assert vault.entries.count() == 2
            vault.entries.delete(*(kept.id for kept in vault.entries.list()))


def test_fewer_words_of_more_sound_take_no_words_away(made: Made) -> None:
    """Where recognition failed on the longer copy, the words of the shorter one stay beside it."""
    entry = replace(make_entry("I was tired of it all"), duration_s=2.0)
    silent = replace(entry, turns=(Turn(TurnKind.ANSWER, ""),), duration_s=3.0)
    with Vault.open(*made) as vault:
        vault.entries.add_longer(entry, make_pages(2))
        vault.entries.add_longer(silent, make_pages(3))
        assert sorted(kept.text for kept in vault.entries.list()) == ["", "I was tired of it all"]


def test_of_two_typed_copies_the_longer_is_offered(made: Made) -> None:
    """Neither has sound: the letters tell."""
    entry = replace(make_entry("first words, then many more"), duration_s=0.0)
    answer = locked_inbox(made[0]).begin(header_of(entry))
    answer.append_entry(replace(entry, turns=(Turn(TurnKind.ANSWER, "first words"),)))
    answer.sync()
    shorter = answer.path.read_bytes()
    answer.append_entry(entry)
    answer.sync()
    answer.close()
    for name in ("0-copy", "z-copy"):
        answer.path.with_name(f"{name}.sealed").write_bytes(shorter)
    with Vault.open(*made) as vault:
        (waiting,) = vault.ingest(KEEP).waiting
    assert waiting.entry is not None and waiting.entry.text == "first words, then many more"


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


def test_names_that_differ_in_capitals_fit_anywhere(made: Made, tmp_path: Path) -> None:
    """A backup of one file system restores on another that knows no capitals."""
    for name in ("AB", "ab", "Ab"):
        answer, _ = begun(made)
        answer.finish()
        answer.path.rename(answer.path.with_name(f"{name}.sealed"))
    make_backup(*made, tmp_path / "a.backup")
    made[0].vault_folder.rename(tmp_path / "gone")
    restore(tmp_path / "a.backup", made[1], made[0])
    assert len({path.name.lower() for path in made[0].inbox_folder.iterdir()}) == 3


def test_no_backup_that_nothing_could_open(made: Made, tmp_path: Path) -> None:
    """Key slots of another vault, or damaged beyond use, are told before a backup is called whole."""
    sound = json.loads(made[0].slots_file.read_text())
    other = DataKey.generate().public_key
    check = hashlib.blake2b(other, digest_size=8).digest()
    foreign = sound | {"inbox": base64.b64encode(other + check).decode()}
    broken = sound | {"slots": [sound["slots"][0] | {"passes": 0}]}
    for table in (foreign, broken):
        made[0].slots_file.write_text(json.dumps(table))
        with pytest.raises(VaultError, match=r"keys\.json"):
            make_backup(*made, tmp_path / "a.backup")
        assert list(tmp_path.iterdir()) == []


def test_a_backup_that_was_killed_behind_its_end_is_not_harmed(made: Made, tmp_path: Path) -> None:
    """Its part and its name are one file: the next backup of that name removes the part, and never what it is."""
    make_backup(*made, tmp_path / "a[1].backup")
    os.link(tmp_path / "a[1].backup", tmp_path / ".a[1].backup.0011223344556677.backup.part")
    (tmp_path / "a[1].backup").rename(tmp_path / "older.backup")
    make_backup(*made, tmp_path / "a[1].backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a[1].backup", "older.backup"]
    check_backup(tmp_path / "older.backup", made[1])


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
    """The process is gone: nothing it would still do is done."""


BOUNDARIES = ("open", "write", "ftruncate", "rename", "replace", "link", "unlink", "fsync", "mkdir", "rmdir")


@contextmanager
def stopped(count: int) -> Iterator[list[int]]:
    """A process that is gone at its count-th change to the file system; how many more it could have made."""
    left = [count]

    def until(whole: Callable[..., object]) -> Callable[..., object]:
        def one(*args: object, **more: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Stopped
            return whole(*args, **more)

        return one

    with pytest.MonkeyPatch.context() as patched:
        for name in BOUNDARIES:
            patched.setattr(os, name, until(getattr(os, name)))
        with suppress(Stopped):
            yield left


@pytest.fixture
def before(made: Made, tmp_path: Path) -> tuple[str, Path]:
    """A vault with one entry that its backup has, too, and one that came after; the home as it then is."""
    with Vault.open(*made) as vault:
        old = vault.entries.add(make_entry("of the backup"))
    speak(made)
    make_backup(*made, tmp_path / "a.backup")
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry("said since"))
    shutil.copytree(made[0].vault_folder.parent, tmp_path / "home")
    return old.id, tmp_path / "a.backup"


def put_back(made: Made, tmp_path: Path, *, vault: bool = True) -> None:
    home = made[0].vault_folder.parent
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "home", home)
    if not vault:
        shutil.rmtree(made[0].vault_folder)


@pytest.mark.parametrize("vault", [True, False], ids=["beside a vault", "where none is"])
def test_a_restore_that_is_stopped_anywhere_leaves_a_vault(
    made: Made, tmp_path: Path, before: tuple[str, Path], vault: bool
) -> None:
    """After the next start it is the old one or that of the backup, whole; nothing half done is left beside it."""
    old, file = before
    ended: set[int] = set()
    for count in itertools.count():
        put_back(made, tmp_path, vault=vault)
        with stopped(count) as left:
            restore(file, made[1], made[0])
        assert run(["vault", "status"]) == 0
        if not made[0].slots_file.exists():
            assert not vault, "there was one"
            ended.add(0)
            continue
        assert not [path for path in made[0].vault_folder.parent.iterdir() if ".resto" in path.name]
        assert [finding for finding in verify_vault(*made) if not finding.whole] == []
        with Vault.open(*made) as opened:
            assert opened.entries.has(old)
            ended.add(opened.entries.count())
            assert (opened.lost_commits, opened.count_missing) == (0, False)
        assert len(list(made[0].inbox_folder.iterdir())) == 1
        if left[0] >= 0:
            break
    assert ended == {1, 2 if vault else 0}


def test_finishing_that_is_stopped_is_finished_later(made: Made, tmp_path: Path, before: tuple[str, Path]) -> None:
    """Killed while it finishes a restore that was killed, the start after that finishes it."""
    old = killed_when_whole(made, before)
    shutil.rmtree(tmp_path / "home")
    shutil.copytree(made[0].vault_folder.parent, tmp_path / "home")
    for count in itertools.count():
        put_back(made, tmp_path)
        with stopped(count) as left:
            finish_restore(made[0])
        finish_restore(made[0])
        with Vault.open(*made) as opened:
            assert [entry.id for entry in opened.entries.list()] == [old]
        assert len(list(made[0].vault_folder.parent.glob("vault.before-*"))) == 1
        if left[0] >= 0:
            break


def killed_when_whole(made: Made, before: tuple[str, Path]) -> str:
    """A restore that is gone between its two names."""
    old, file = before
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("voicecheck.vault.restoring._take_place", raises_stopped)
        patched.setattr(Path, "rename", renames_once(Path.rename))
        with suppress(Stopped):
            restore(file, made[1], made[0])
    return old


def test_a_restore_that_is_finished_is_named(made: Made, before: tuple[str, Path], capsys: Output) -> None:
    """Whichever command comes next: what was finished, where the older vault lies, and what is sealed in it alone."""
    speak(made)
    killed_when_whole(made, before)
    assert run(["entry", "list", "--key-file", "none"]) == 5
    told = capsys.readouterr().err
    assert "A restore that was interrupted is finished" in told
    assert "vault.before-" in told
    assert "One answer in it, sealed in" in told


@pytest.mark.parametrize("command", ["vault create", "entry list", "checkin --typed --no-speak"])
def test_no_empty_vault_hides_one_that_was_moved_aside(
    made: Made, tmp_path: Path, capsys: Output, command: str
) -> None:
    """As a restore of an older version left it, killed between its steps: it is named, and how it comes back."""
    folder = made[0].vault_folder
    folder.rename(folder.with_name("vault.before-20261130-120000"))
    assert run([*command.split(), "--key-file", str(tmp_path / "a.key")]) == 5
    told = capsys.readouterr().err
    assert f"mv {folder}.before-20261130-120000 {folder}" in told.replace("\n", " ")
    assert not folder.exists() and not (tmp_path / "a.key").exists()


def test_answers_that_the_restored_vault_cannot_read_are_not_sent_there(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a backup of another key has been restored, newer answers are counted, and said to be of the older one."""
    make_backup(*made, tmp_path / "a.backup")
    shutil.rmtree(made[0].vault_folder)
    other = make_vault()
    speak(other)
    done = restore(tmp_path / "a.backup", made[1], made[0])
    assert (done.newer_answers, done.same_key) == (1, False)


def raises_stopped(*_: object) -> None:
    raise Stopped


def renames_once(whole: Callable[..., Path]) -> Callable[..., Path]:
    """The first rename goes through; those behind it are of a process that is gone."""
    left = [1]

    def one(*args: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise Stopped
        return whole(*args)

    return one


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
    (folder / "vault.lock").unlink()
    (folder / "vault.lock").symlink_to(other / "vault.db")
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
    files.sync_folder(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, "bad")))
    with pytest.raises(OSError, match="bad"):
        files.sync_folder(tmp_path)


def test_a_disk_that_syncs_no_folders_is_a_note(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Output
) -> None:
    """A backup on it is told to be ejected first, and doctor says what it means for the vault; neither fails."""
    create_key_file(tmp_path / "a.key")
    KeySlots.load(made[0].slots_file).add(made[1], KeyFile(tmp_path / "a.key"))
    monkeypatch.setattr(files, "sync_folder", lambda _: False)
    assert run(["vault", "backup", str(tmp_path / "a.backup"), "--key-file", str(tmp_path / "a.key")]) == 0
    assert "eject it before you unplug it" in capsys.readouterr().err
    check = check_vault(App())
    assert check.ok and UNSURE in check.detail


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
    monkeypatch.setattr(files, "sync_folder", synced.append)
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
