"""The vault under attack: killed, out of space, not allowed to write, and searched for what was deleted."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vault_samples import CANARY, CHEAP, PAGE_SAMPLES, SPOKEN_AT, header_of, make_entry, make_pages, make_vault
from voicecheck.cli.main import run
from voicecheck.diary import tagging
from voicecheck.diary.editing import edit_text
from voicecheck.diary.tagging import tagger_of
from voicecheck.diary.taking_back import find_sentence, take_back, texts_of
from voicecheck.domain import Entry, Family
from voicecheck.errors import VaultBusyError, VaultError, VoicecheckError
from voicecheck.paths import Paths, find_paths
from voicecheck.vault.backup import check_backup, make_backup
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.erasing import erase_vault
from voicecheck.vault.inbox.sealed_file import HEAD_BYTES
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.restoring import restore
from voicecheck.vault.store import schema
from voicecheck.vault.store.connection import Database
from voicecheck.vault.store.migration_copies import copies, keep_copy
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

ROOT = Path(__file__).parents[2]
PAGE_BYTES, RESERVED_BYTES = 4096, 80  # SQLCipher 4: the last 80 bytes of a page are IV and HMAC
NOBODY = 65534
needs_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to become somebody else")

SPEAKER = """
    from tests.vault_samples import header_of, make_entry, make_pages
    from voicecheck.paths import find_paths
    from voicecheck.vault.create import locked_inbox

    answer = locked_inbox(find_paths()).begin(header_of(make_entry()))
    for number, page in enumerate(make_pages(10_000, 1500)):
        answer.append_page(page)
        answer.sync()
        print(number, flush=True)
"""


@pytest.fixture
def made() -> tuple[Paths, DataKey]:
    return make_vault()


def python(script: str, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """Another process in the same home."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def test_killed_while_speaking(made: tuple[Paths, DataKey]) -> None:
    """Killed at any moment, every second that was acknowledged is back and the vault opens."""
    chance = random.Random(11)
    for _ in range(6):
        process = python(SPEAKER)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        acknowledged = [0, *map(int, process.stdout.read().split())][-1] + 1
        process.communicate()
        with Vault.open(*made) as vault:
            (recovered,) = vault.ingest("always").waiting
            assert recovered.damage is None
            assert len(recovered.pages) >= acknowledged
            assert [page.start for page in recovered.pages] == [i * PAGE_SAMPLES for i in range(len(recovered.pages))]
            vault.drop(recovered)


def test_killed_while_taking_in(made: tuple[Paths, DataKey]) -> None:
    """Killed at random moments of taking answers in, none is lost and none is there twice."""
    key_hex = made[1]._secret.hex()
    taker = f"""
        from voicecheck.paths import find_paths
        from voicecheck.vault.keys.slots import DataKey
        from voicecheck.vault.vault import Vault
        print("ready", flush=True)
        with Vault.open(find_paths(), DataKey(bytes.fromhex("{key_hex}"))) as vault:
            vault.ingest("always")
    """
    entries = [make_entry(f"calm number {i}") for i in range(40)]
    for entry in entries:
        answer = locked_inbox(made[0]).begin(header_of(entry))
        for page in make_pages(2):
            answer.append_page(page)
        answer.append_entry(entry)
        answer.finish()
    chance = random.Random(5)
    for _ in range(4):
        process = python(taker)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with Vault.open(*made) as vault:
        assert vault.ingest("always").unreadable == ()
        assert sorted(e.id for e in vault.entries.list()) == sorted(e.id for e in entries)
        assert all(len(vault.recordings.pages(e.id)) == 2 for e in entries)
        assert sum(path.stat().st_size for path in made[0].inbox_folder.iterdir()) == 0


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home on a disk of 1 MiB; skips where none can be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs to mount a small disk")
    monkeypatch.setenv("VOICECHECK_HOME", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_while_speaking(small_disk: Path) -> None:
    """A disk that fills up gives a clear error; what was said before is whole, and comes in when there is room."""
    paths, key = make_vault()
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    answer = locked_inbox(paths).begin(header_of(make_entry()))
    synced = 0
    with pytest.raises(VaultError, match="full"):
        for page in make_pages(1000, 3000):
            answer.append_page(page)
            answer.sync()
            synced += 1
    answer.close()
    ballast.unlink()
    with Vault.open(paths, key) as vault:
        (recovered,) = vault.ingest("always").waiting
        assert len(recovered.pages) == synced > 10
        assert recovered.damage is None


def test_full_disk_while_keeping(small_disk: Path) -> None:
    """A disk that is full when an answer is taken in: clear error, the vault opens, nothing of before is lost."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        kept = vault.entries.add(make_entry())
    entry = make_entry()
    answer = locked_inbox(paths).begin(header_of(entry))
    for page in make_pages(20, 8000):
        answer.append_page(page)
    answer.append_entry(entry)
    answer.finish()
    ballast = small_disk / "ballast"
    _fill(ballast)
    with pytest.raises(VaultError, match=r"full|disk"), Vault.open(paths, key) as vault:
        vault.ingest("always")
    ballast.unlink()
    with Vault.open(paths, key) as vault:
        assert len(vault.ingest("always").entries) == 1
        assert {e.id for e in vault.entries.list()} == {kept.id, entry.id}
        assert vault._database.rows("PRAGMA cipher_integrity_check") == []


def test_full_disk_while_backing_up(small_disk: Path, tmp_path: Path) -> None:
    """A disk too full for a backup: clear error, no half file, and the vault as it was."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        kept = vault.entries.add(make_entry(), make_pages(30, 8000))
    ballast, target = small_disk / "ballast", small_disk / "a.backup"
    _fill(ballast)
    os.truncate(ballast, ballast.stat().st_size - 4 * PAGE_BYTES)
    with pytest.raises(VaultError, match=r"full|disk"):
        make_backup(paths, key, target)
    ballast.unlink()
    assert [path for path in small_disk.rglob("*") if ".part" in path.name or "backup" in path.name] == []
    with Vault.open(paths, key) as vault:
        assert vault.entries.list() == (kept,)


def test_full_disk_while_migrating(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk too full for the copy, or for the migration itself: clear error, the old schema and every entry stay."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        kept = vault.entries.add(make_entry(), make_pages(5, 8000))
    ballast = small_disk / "ballast"
    _fill(ballast)
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_migrations", [*schema._migrations, _big_step])
        for room in (4 * PAGE_BYTES, 50 * PAGE_BYTES):
            os.truncate(ballast, max(0, ballast.stat().st_size - room))
            with pytest.raises(VaultError, match=r"full|disk"):
                Vault.open(paths, key)
    ballast.unlink()
    with Vault.open(paths, key) as vault:
        assert vault.entries.list() == (kept,)
        assert schema.schema_number(vault._database) == schema.latest_number()


READING = (
    "entry list", "entry show last", "entry search calm", "feeling words", "feeling trends",
    "entry export - --format json", "vault status", "vault verify", "prompt next",
)  # fmt: skip


@pytest.mark.parametrize("wal", [False, True], ids=["settled", "after a kill"])
def test_full_disk_while_reading(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wal: bool
) -> None:
    """On a full disk every reading command reads on, nothing is called damaged, and a backup elsewhere goes through."""
    key_file = tmp_path / "a.key"
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(key_file))
    key = create_vault(find_paths(), KeyFile(key_file))
    paths = find_paths()
    with Vault.open(paths, key) as vault:
        kept = [vault.entries.add(make_entry(), make_pages(2)) for _ in range(3)]
        if wal:
            monkeypatch.setattr(vault._database, "checkpoint", lambda: None)
            kept.append(vault.entries.add(make_entry()))
            left = {path: path.read_bytes() for path in paths.vault_folder.glob("vault.db*")}
    if wal:
        for path, content in left.items():
            path.write_bytes(content)
        paths.vault_file.with_name("vault.db-shm").unlink()
    sealed = locked_inbox(paths).begin(header_of(entry := make_entry()))
    sealed.append_entry(entry)
    sealed.finish()
    _fill(small_disk / "ballast")
    for command in READING:
        assert run(command.split()) == 0, command
        told = capsys.readouterr()
        assert "damaged" not in told.out + told.err
    assert run(["entry", "list", "--json"]) == 0
    out, err = capsys.readouterr()
    assert {one["id"] for one in json.loads(out)} == {one.id for one in kept}
    assert "The disk is full" in err
    assert run(["entry", "delete", "last", "--yes"]) == 5
    assert "the disk is full" in capsys.readouterr().err
    assert run(["vault", "backup", str(tmp_path / "a.backup")]) == 0
    assert check_backup(tmp_path / "a.backup", key).entries == len(kept)
    (small_disk / "ballast").unlink()
    with Vault.open(paths, key) as vault:
        assert len(vault.ingest("always").entries) == 1
        assert vault.lost_commits == 0
    assert all(finding.whole for finding in verify_vault(paths, key))


def test_file_size_limit(made: tuple[Paths, DataKey]) -> None:
    """A limit on file sizes acts as a full disk does, without root."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    process = python(SPEAKER, limit)
    out, err = process.communicate(timeout=60)
    assert "the disk is full" in err
    with Vault.open(*made) as vault:
        (recovered,) = vault.ingest("always").waiting
        assert len(recovered.pages) == len(out.split()) > 10
        assert recovered.damage is None


@pytest.fixture
def others_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home to which another user finds the way."""
    folder = Path(tempfile.mkdtemp(prefix="voicecheck-test-"))
    folder.chmod(0o755)
    monkeypatch.setenv("VOICECHECK_HOME", str(folder / "home"))
    yield folder
    shutil.rmtree(folder)


@needs_root
def test_folder_that_cannot_be_written(others_home: Path) -> None:
    """As another user in a folder that is only to be read: speaking is refused clearly, reading works."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        kept = vault.entries.add(make_entry())
    for path in others_home.rglob("*"):
        os.chown(path, NOBODY, NOBODY)
        path.chmod(0o500 if path.is_dir() else 0o400)

    def act() -> None:
        with pytest.raises(VaultError, match="not allowed") as caught:
            locked_inbox(paths).begin(header_of(make_entry()))
        assert "VOICECHECK_HOME" in caught.value.hint
        with pytest.raises(VaultError, match="not allowed"):
            Vault.open(paths, key)
        with Vault.open(paths, key, read_only=True) as vault:
            assert vault.entries.get(kept.id) == kept

    as_nobody(act)


@needs_root
def test_folder_of_somebody_else(others_home: Path) -> None:
    """As another user at a vault that is closed to them: a clear error, no traceback."""
    paths, key = make_vault()

    def act() -> None:
        for attempt in (lambda: locked_inbox(paths), lambda: Vault.open(paths, key), lambda: create_vault(paths)):
            with pytest.raises(VoicecheckError) as caught:
                attempt()
            assert caught.value.hint

    as_nobody(act)


@needs_root
def test_read_only_folder_at_every_command(others_home: Path) -> None:
    """As another user in a folder that is only to be read: each change is refused clearly, and changes nothing."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
    before = {path: path.read_bytes() for path in paths.vault_folder.rglob("*") if path.is_file()}
    for path in others_home.rglob("*"):
        os.chown(path, NOBODY, NOBODY)
        path.chmod(0o500 if path.is_dir() else 0o400)

    def act() -> None:
        slots = KeySlots.load(paths.slots_file)
        for attempt in (
            lambda: slots.add(key, Passphrase("another long one", CHEAP)),
            lambda: slots.add(key, RecoveryKey(bytes(32))),
            lambda: erase_vault(paths),
            lambda: make_backup(paths, key, others_home / "home" / "a.backup"),
        ):
            with pytest.raises(VaultError) as caught:
                attempt()
            assert caught.value.hint
        assert all(finding.whole for finding in verify_vault(paths, key))

    as_nobody(act)
    assert {path: path.read_bytes() for path in paths.vault_folder.rglob("*") if path.is_file()} == before


def test_second_process_is_refused(made: tuple[Paths, DataKey]) -> None:
    """While one process writes, another is told so and may read; after a kill the lock is free."""
    script = f"""
        import time
        from voicecheck.paths import find_paths
        from voicecheck.vault.keys.slots import DataKey
        from voicecheck.vault.vault import Vault
        vault = Vault.open(find_paths(), DataKey(bytes.fromhex("{made[1]._secret.hex()}")))
        print("open", flush=True)
        time.sleep(60)
    """
    process = python(script)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "open"
    with pytest.raises(VaultError, match="Another VoiceCheck"):
        Vault.open(*made)
    with Vault.open(*made, read_only=True) as vault:
        assert vault.entries.count() == 0
    process.kill()
    process.communicate()
    Vault.open(*made).close()


def test_deleted_is_deleted(made: tuple[Paths, DataKey]) -> None:
    """Whoever has the key and every byte of the file finds nothing of a deleted entry: no text, index, tag or sound."""
    with Vault.open(*made) as vault:
        for number in range(30):
            vault.entries.add(plain(f"calm day number {number} with ordinary words"), make_pages(1))
        sound = make_pages(3, 6000)
        gone = vault.entries.add(make_entry(f"{CANARY} zebrafinch calm {CANARY}"), sound)
        for number in range(30):
            vault.entries.add(plain(f"calm later day number {number}"), make_pages(1))
        traces = [CANARY, "quokka", "zebrafinch", gone.id, gone.mentions[0].id or "", gone.session]
        needles = [trace.encode() for trace in traces] + [
            page.data[i : i + 16] for page in sound for i in (0, 3000, 5900)
        ]
        before = decrypted(made)
        assert all(needle in before for needle in needles)
        vault.entries.delete(gone.id)
        after = decrypted(made)
    assert [needle for needle in needles if needle in after] == []
    assert [needle for needle in needles if needle in decrypted(made)] == []
    assert b"ordinary words" in after


def test_a_sentence_taken_back_is_overwritten(made: tuple[Paths, DataKey]) -> None:
    """Whoever has the key and every byte finds no word of it: not in text, revisions, index, tags, copies or sound."""
    said = f"We were calm there. I told {CANARY} to zebrafinch and felt guilty. Then we ate ordinary words."
    with Vault.open(*made) as vault:
        for number in range(20):
            vault.entries.add(plain(f"calm day number {number} with ordinary words"), make_pages(1))
        kept = vault.entries.add(replace(make_entry(said), reflection=f"You told {CANARY}."), make_pages(9, 6000))
        (guilty,) = tagger_of(vault).find(said, "en")[1:]
        tagging.add(vault, kept.id, replace(guilty, family=Family.SHAME))
        kept = edit_text(vault, vault.entries.get(kept.id), said.replace("told", "bolivared"), SPOKEN_AT)
        meant = find_sentence(texts_of(vault, kept), "2")
        assert meant is not None
        gone = [page for page in vault.recordings.pages(kept.id) if 16_000 <= page.start < 6 * 16_000]
        keep_copy(vault._database, made[1], 1)
        needles = [word.encode() for word in (CANARY, "quokka", "zebrafinch", "bolivared", "guilty")]
        needles += [page.data[i : i + 16] for page in gone for i in (0, 3000, 5900)]
        before = decrypted(made)
        assert all(needle in before for needle in needles)
        take_back(vault, kept, meant)
        assert not copies(made[0].vault_file)
        after = decrypted(made)
    assert [needle for needle in needles if needle in after] == []
    assert [needle for needle in needles if needle in decrypted(made)] == []
    assert b"Then we ate ordinary words." in after
    assert b"We were calm there." in after


def test_sound_that_leaves_is_overwritten(made: tuple[Paths, DataKey]) -> None:
    """Sound that was removed leaves no byte in the opened file."""
    with Vault.open(*made) as vault:
        sound = make_pages(3, 6000)
        kept = vault.entries.add(make_entry(), sound)
        vault.recordings.remove(kept.id)
        after = decrypted(made)
    assert not any(page.data[i : i + 16] in after for page in sound for i in range(0, 5900, 59))
    assert CANARY.encode() in after


def test_many_deleted_at_once(made: tuple[Paths, DataKey]) -> None:
    """Many that are deleted leave no byte either, in one transaction; stopped before its end, all are there."""
    with Vault.open(*made) as vault:
        gone = [vault.entries.add(plain(f"{CANARY} calm {number} zebrafinch"), make_pages(1)) for number in range(20)]
        vault.entries.add(plain("calm with ordinary words"))
        before = vault._database.commits
        whole, tenth = vault.entries._delete_one, gone[9].id
        with pytest.raises(KeyboardInterrupt), pytest.MonkeyPatch.context() as patched:
            patched.setattr(
                vault.entries,
                "_delete_one",
                lambda one: _stop() if one == tenth else whole(one),
            )
            vault.entries.delete(*(one.id for one in gone))
        assert vault.entries.count() == 21
        vault.entries.delete(*(one.id for one in gone))
        assert vault._database.commits == before + 1
    after = decrypted(made)
    needles = [b"zebrafinch", CANARY.encode(), *(one.id.encode() for one in gone)]
    assert [needle for needle in needles if needle in after] == []
    assert b"ordinary words" in after


def test_deleted_beside_a_reader(made: tuple[Paths, DataKey]) -> None:
    """A reader that is busy holds the last traces back: that is known, and the next opening overwrites them."""
    with Vault.open(*made) as vault:
        gone = vault.entries.add(make_entry(f"{CANARY} zebrafinch"))
        vault.entries.add(plain("calm with ordinary words"))
        vault._database.rows("PRAGMA busy_timeout = 50")
        with Vault.open(*made, read_only=True) as reader:
            reader._database.execute("BEGIN")
            assert reader.entries.count() == 2
            vault.entries.delete(gone.id)
            assert not vault.settled
            reader._database.execute("COMMIT")
    assert vault.settled
    assert b"zebrafinch" not in decrypted(made)


def test_erased_key_first(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped right after the first step, erasing has already made everything unreadable; called again, it ends."""
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry())
    (made[0].vault_folder / "letter.txt").write_text("somebody's own")
    slots = os.open(made[0].slots_file, os.O_RDONLY)
    wrapped = os.read(slots, 1 << 16)
    with monkeypatch.context() as patched:
        patched.setattr("voicecheck.vault.erasing._ours", _stop)
        with pytest.raises(KeyboardInterrupt):
            erase_vault(made[0])
    assert not made[0].slots_file.exists()
    assert made[0].vault_file.exists()
    assert os.pread(slots, 1 << 16, 0) != wrapped
    os.close(slots)
    assert erase_vault(made[0]) == 1
    assert [path.name for path in made[0].vault_folder.iterdir()] == ["letter.txt"]


def test_erasing_waits_for_the_speaker(made: tuple[Paths, DataKey]) -> None:
    """While somebody speaks nothing is erased."""
    answer = locked_inbox(made[0]).begin(header_of(make_entry()))
    with pytest.raises(VaultBusyError):
        erase_vault(made[0])
    assert made[0].slots_file.exists()
    answer.close()


def test_erasing_takes_what_was_moved_aside(made: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """A vault that a restore moved aside is erased with the other: nothing of it stays to be opened."""
    make_backup(*made, tmp_path / "a.backup")
    aside = restore(tmp_path / "a.backup", made[1], made[0]).aside
    assert aside is not None and (aside / "keys.json").exists()
    assert erase_vault(made[0]) == 0
    assert not aside.exists()
    assert not made[0].vault_folder.exists()


def test_erasing_follows_no_link(made: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """What a link in the vault's folder points to is not erased with it."""
    stranger = tmp_path / "letter.txt"
    stranger.write_text("somebody's own")
    (made[0].vault_folder / "vault.db.schema-0").symlink_to(stranger)
    assert erase_vault(made[0]) == 0
    assert stranger.read_text() == "somebody's own"


# Typed check-ins, as a person runs them: no model and no sound is needed

SAID = f"I feel {CANARY} and also zebrafinch."


def typed_checkin(home: Path, *, key: bool = True, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    environment = os.environ | {"TMPDIR": str(home.parent / "tmp"), "VOICECHECK_KEY_FILE": str(home.parent / "key")}
    if not key:
        del environment["VOICECHECK_KEY_FILE"]
    (home.parent / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "voicecheck", "checkin", "--typed", "--no-speak"],
        cwd=ROOT, env=environment, text=True, preexec_fn=before,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def canaries_below(folder: Path) -> list[Path]:
    words = [form for word in (CANARY, "zebrafinch") for form in (word.encode(), word.encode("utf-16-le"))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if any(word in path.read_bytes() or word in path.name.encode() for word in words)]


def test_no_word_after_any_ending(home: Path) -> None:
    """Vault folder, temp folder and home hold no word after a normal, a locked, a killed and a failed check-in."""
    normal = typed_checkin(home)
    _, told = normal.communicate(SAID + "\n\n", timeout=60)
    assert normal.returncode == 0, told
    assert canaries_below(home.parent) == []

    locked = typed_checkin(home, key=False)
    _, told = locked.communicate(SAID + "\n\n", timeout=60)
    assert locked.returncode == 0, told
    sealed = [path.name for path in (home / "vault" / "inbox").glob("*.sealed")]
    assert len(sealed) == 2, "the answer, and which question was asked"
    assert sum(name.startswith("asked-") for name in sealed) == 1
    assert canaries_below(home.parent) == []

    killed = typed_checkin(home)
    assert killed.stdin is not None
    killed.stdin.write(SAID + "\n")
    killed.stdin.flush()
    ends_at = time.monotonic() + 60
    while not list((home / "vault" / "inbox").glob("*.sealed")):
        assert killed.poll() is None and time.monotonic() < ends_at
        time.sleep(0.05)
    time.sleep(0.3)
    killed.kill()
    killed.communicate()
    assert canaries_below(home.parent) == []

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    failed = typed_checkin(home, key=False, before=limit)
    _, told = failed.communicate(f"{SAID}\n" * 200 + "\n", timeout=60)
    assert failed.returncode != 0
    assert "Traceback" not in told
    assert CANARY not in told
    assert canaries_below(home.parent) == []


def test_no_word_in_a_traceback(made: tuple[Paths, DataKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails with an entry in its hands prints none of its words, neither `--debug` nor a chained error."""
    entry = make_entry()
    texts = []
    with Vault.open(*made) as vault:
        vault.entries.add(entry)
        for broken in (
            lambda: vault.entries.insert_entry(entry),
            lambda: vault.entries.add(replace(make_entry(), turns=(replace(entry.turns[0], end=1 << 70),))),
            lambda: vault._database.execute("INSERT INTO turns VALUES (?)", (CANARY,)),
        ):
            try:
                broken()
            except VoicecheckError:
                texts.append(traceback.format_exc())
    assert len(texts) == 3
    assert not [text for text in texts if CANARY in text]


def test_sealed_size_tells_little(made: tuple[Paths, DataKey]) -> None:
    """Two entries of different lengths make files of the same size."""
    sizes = set()
    for text in ("calm", f"calm and {CANARY} and all that"):
        answer = locked_inbox(made[0]).begin(header_of(make_entry()))
        answer.append_page(make_pages(1, len(text))[0])
        answer.sync()
        sizes.add(answer.path.stat().st_size - HEAD_BYTES)
        answer.discard()
    assert len(sizes) == 1


def plain(text: str) -> Entry:
    return replace(make_entry(text), reflection=None)


def decrypted(made: tuple[Paths, DataKey]) -> bytes:
    """Every page of the database and its WAL as the key's holder sees it, free space within pages included."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, to decrypt pages without SQLite's help")
    wal = made[0].vault_file.with_name("vault.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    content, pages = made[0].vault_file.read_bytes(), []
    for start in range(0, len(content), PAGE_BYTES):
        page = content[start : start + PAGE_BYTES]
        iv = page[-RESERVED_BYTES : -RESERVED_BYTES + 16]
        body = page[16 if start == 0 else 0 : -RESERVED_BYTES]
        command = ["openssl", "enc", "-d", "-aes-256-cbc", "-nopad", "-K", made[1].database_key.hex(), "-iv", iv.hex()]
        pages.append(subprocess.run(command, input=body, capture_output=True, check=True).stdout)
    return b"".join(pages)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _big_step(database: Database) -> None:
    database.execute("CREATE TABLE added (x)")
    for _ in range(400):
        database.execute("INSERT INTO added VALUES (zeroblob(4000))")


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def as_nobody(act: Callable[[], None]) -> None:
    """Run `act` as another user; forked and not started anew, as that user may not reach this Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads: the child only acts and leaves
        child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            act()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - the child must not go on into pytest
            traceback.print_exc()
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
