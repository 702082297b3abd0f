"""The vault under attack at length: each attack in a short form, and in the long one behind the marker."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault_samples import (
    CANARY,
    PASSPHRASE,
    SPOKEN_AT,
    header_of,
    make_entry,
    make_pages,
    make_vault,
)
from voicecheck.errors import VaultError
from voicecheck.paths import Paths
from voicecheck.utterance import SAMPLE_RATE_HZ
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.inbox.sealed_file import HEAD_BYTES, EmptySealedFile, read_sealed
from voicecheck.vault.keys import argon2
from voicecheck.vault.keys.argon2 import MIB, Cost
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile, create_key_file
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.store import schema
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

ROOT = Path(__file__).parents[2]
PAGE_BYTES = 4096
MOST_LOST_S = 2.0
Made = tuple[Paths, DataKey]

# One process that has loaded everything forks a wave of speakers and kills each at a moment of its own after its first
# durable second. What a speaker has heard, and what was acknowledged, stands in a file that outlives the kill.
SPEAKERS = """
    import os, random, signal, struct, sys, time
    from pathlib import Path
    import numpy as np
    import onnxruntime
    from tests.vault_samples import header_of, make_entry
    from voicecheck.checkin.answer import Answer
    from voicecheck.domain import TurnKind
    from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, AudioBlock
    from voicecheck.paths import find_paths
    from voicecheck.speech.recognition.waits import Patience
    from voicecheck.speech.recognition.vad import VoiceDetector
    from voicecheck.vault.create import locked_inbox

    pace, waves, wave, folder = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])

    def speak(begun):
        entry = make_entry()
        progress = os.open(folder / entry.id, os.O_CREAT | os.O_RDWR)
        sealed, appended, heard = locked_inbox(find_paths()).begin(header_of(entry)), [0], [0]
        append, sync = sealed.append_page, sealed.sync

        def tell(durable):
            os.pwrite(progress, struct.pack(">QQ", heard[0], durable), 0)

        def append_page(page):
            append(page)
            appended[0] += page.count

        def told_sync():
            durable = appended[0]
            sync()
            tell(durable)
            if durable:
                os.write(begun, b"!")

        sealed.append_page, sealed.sync = append_page, told_sync
        answer = Answer(header_of(entry), sealed, VoiceDetector(), lambda job: None, Patience(1e6, 1e6, 1e6))
        answer.open_turn(TurnKind.ANSWER)
        sound = (np.random.default_rng(os.getpid()).standard_normal((64, BLOCK_SAMPLES)) * 0.1).astype(np.float32)
        began = time.monotonic()
        while True:
            answer.hear(AudioBlock(0, sound[heard[0] // BLOCK_SAMPLES % 64]))
            heard[0] += BLOCK_SAMPLES
            os.pwrite(progress, struct.pack(">Q", heard[0]), 0)
            time.sleep(max(0.0, began + heard[0] / BLOCK_SAMPLES * BLOCK_S / pace - time.monotonic()))

    chance = random.Random(pace)
    for _ in range(waves):
        children = []
        for _ in range(wave):
            told, begun = os.pipe()
            child = os.fork()
            if child == 0:
                try:
                    speak(begun)
                finally:
                    os._exit(1)
            os.close(begun)
            children.append((child, told))
        for _, told in children:
            assert os.read(told, 1)
        now = time.monotonic()
        for moment, child in sorted((now + chance.uniform(0.0, 4.0), child) for child, _ in children):
            time.sleep(max(0.0, moment - time.monotonic()))
            os.kill(child, signal.SIGKILL)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        for _, told in children:
            os.close(told)
"""


@pytest.fixture
def made() -> Made:
    return make_vault()


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.parametrize(
    ("pace", "waves", "wave"),
    [
        pytest.param(4, 1, 10, id="10 at 4x"),
        pytest.param(1, 10, 20, id="200 at 1x", marks=pytest.mark.long),
        pytest.param(4, 20, 10, id="200 at 4x", marks=pytest.mark.long),
    ],
)
def test_killed_while_speaking(made: Made, tmp_path: Path, pace: int, waves: int, wave: int) -> None:
    """Killed at any moment of a spoken answer, every acknowledged second is back, and two seconds at most are lost."""
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SPEAKERS), str(pace), str(waves), str(wave), str(tmp_path)],
        cwd=ROOT, check=True, timeout=60 + 15 * waves, env=os.environ | {"ORT_DISABLE_TELEMETRY": "1"},
    )  # fmt: skip
    progress = {path.name: struct.unpack(">QQ", path.read_bytes().ljust(16, b"\0")) for path in tmp_path.iterdir()}
    assert len(progress) == waves * wave
    assert all(durable for _, durable in progress.values())
    assert {path.suffix for path in made[0].inbox_folder.iterdir()} == {".sealed"}
    assert not any(CANARY.encode() in path.read_bytes() for path in made[0].vault_folder.rglob("*") if path.is_file())
    with Vault.open(*made) as vault:
        back = {recovered.header.entry_id: recovered for recovered in vault.ingest("always").waiting}
    for name, (heard, durable) in progress.items():
        assert back[name].damage is None
        assert back[name].samples >= durable
        assert (heard - back[name].samples) / SAMPLE_RATE_HZ <= MOST_LOST_S
    lost_s = sorted((heard - back[name].samples) / SAMPLE_RATE_HZ for name, (heard, _) in progress.items())
    print(f"lost: median {lost_s[len(lost_s) // 2]:.2f} s, most {lost_s[-1]:.2f} s, of {len(lost_s)}")


@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=pytest.mark.long)])
def test_mutated_key_slots(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Changed slots give the right key or a clear error; nothing is derived beyond the caps."""
    paths, key = made
    create_key_file(tmp_path / "a.key")
    secret = os.urandom(32)
    KeySlots.load(paths.slots_file).add(key, KeyFile(tmp_path / "a.key")).add(key, RecoveryKey(secret))
    real = argon2.stretch

    def watched(secret: bytes, salt: bytes, cost: Cost) -> bytes:
        assert cost.within_bounds
        return real(secret, salt, cost) if cost.memory_bytes * cost.passes <= MIB else bytes(32)

    monkeypatch.setattr(argon2, "stretch", watched)
    sound, chance, path = paths.slots_file.read_bytes(), random.Random(count), tmp_path / "changed.json"
    refused = 0
    for _ in range(count):
        path.write_bytes(mutated(sound, chance))
        for unlock in (
            lambda slots: slots.unlock(Passphrase(PASSPHRASE)),
            lambda slots: slots.unlock(KeyFile(tmp_path / "a.key")),
            lambda slots: slots.unlock(RecoveryKey(secret)),
        ):
            try:
                assert unlock(KeySlots.load(path)) == key
            except VaultError as error:
                assert error.message
                refused += 1
    assert refused > count


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_mutated_inbox_headers(made: Made, tmp_path: Path, count: int) -> None:
    """A sealed file whose head or first record was changed is refused or called damaged, and never misread."""
    entry, pages = make_entry(), make_pages(2)
    answer = locked_inbox(made[0]).begin(header_of(entry))
    for page in pages:
        answer.append_page(page)
    answer.append_entry(entry)
    answer.finish()
    whole, chance, path = answer.path.read_bytes(), random.Random(count), tmp_path / "changed.sealed"
    head_bytes = HEAD_BYTES + 8 + 1024 + 17
    for _ in range(count):
        content = mutated(whole[:head_bytes], chance) + whole[head_bytes:]
        path.write_bytes(content)
        if content == whole:
            continue
        try:
            found = read_sealed(path, made[1])
        except (VaultError, EmptySealedFile):
            continue
        assert found.damage is not None
        assert not found.complete


@pytest.mark.parametrize("count", [30, pytest.param(500, marks=pytest.mark.long)])
def test_truncated_files(made: Made, count: int) -> None:
    """The vault's file and a sealed answer, cut anywhere: noticed, with what to do, and nothing is made up."""
    with Vault.open(*made) as vault:
        for _ in range(5):
            vault.entries.add(make_entry(), make_pages(2, 3000))
    pages = make_pages(20)
    answer = locked_inbox(made[0]).begin(header_of(make_entry()))
    for page in pages:
        answer.append_page(page)
    answer.finish()
    chance, files = random.Random(count), {p: p.read_bytes() for p in (made[0].vault_file, answer.path)}
    for _ in range(count):
        for path, whole in files.items():
            path.write_bytes(whole[: chance.randrange(len(whole))])
        findings = [finding for finding in verify_vault(*made) if finding.part != "key slots"]
        database = [finding for finding in findings if not finding.part.startswith("inbox")]
        assert any(not finding.whole for finding in database)
        assert all(finding.next_step for finding in findings if not finding.whole)
        try:
            found = read_sealed(answer.path, made[1])
        except EmptySealedFile:
            continue
        assert not found.complete
        assert found.pages == pages[: len(found.pages)]


@pytest.mark.parametrize("entries", [3, pytest.param(300, marks=pytest.mark.long)])
def test_flipped_bit_in_every_page(made: Made, entries: int) -> None:
    """One flipped bit in each page of the checkpointed file, one page at a time, is found by verify's look at pages."""
    with Vault.open(*made) as vault:
        for _ in range(entries):
            vault.entries.add(make_entry(), make_pages(1, 3000))
        wal = made[0].vault_file.with_name("vault.db-wal")
        assert wal.stat().st_size == 0
    chance, size = random.Random(entries), made[0].vault_file.stat().st_size
    with made[0].vault_file.open("r+b", buffering=0) as file:
        for start in range(0, size, PAGE_BYTES):
            place = start + chance.randrange(PAGE_BYTES)
            (byte,) = os.pread(file.fileno(), 1, place)
            os.pwrite(file.fileno(), bytes([byte ^ 1 << chance.randrange(8)]), place)
            assert not all(finding.whole for finding in pages_only(made))
            os.pwrite(file.fileno(), bytes([byte]), place)
    assert all(finding.whole for finding in verify_vault(*made))


def pages_only(made: Made) -> Iterator[object]:
    """Only as far as the first damage: the look at every entry is another test's."""
    from voicecheck.vault import verifying

    for finding in verifying._database(*made):
        yield finding
        if not finding.whole:
            return


# Errors of the disk, injected where SQLite itself reads and writes

ACTIONS = {
    "saving": "vault.entries.add(make_entry(), make_pages(40, 4000))",
    "taking in": "vault.ingest('always')",
    "deleting": "vault.entries.delete(vault.entries.list(1)[0].id)",
    "backing up": "make_backup(paths, key, paths.vault_folder.parent / 'a.backup')",
    "migrating": "pass",
}
ACTOR = """
    from tests.vault_samples import make_entry, make_pages
    from voicecheck.errors import VaultError
    from voicecheck.paths import find_paths
    from voicecheck.vault.store import schema
    from voicecheck.vault.backup import make_backup
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.vault import Vault

    paths, key = find_paths(), DataKey(bytes.fromhex("{key}"))

    def grow(database):
        for number in range(50):
            database.execute(f"CREATE TABLE added_{{number}} (x)")

    if "{name}" == "migrating":
        schema._migrations.append(grow)
    try:
        with Vault.open(paths, key) as vault:
            {act}
        print("went through")
    except VaultError as error:
        assert error.message.endswith(".") and error.hint
        print("refused:", error.message)
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, to make system calls fail")
@pytest.mark.parametrize("name", list(ACTIONS))
@pytest.mark.parametrize(
    ("calls", "when"),
    [
        ("write,pwrite64", 3),
        *(pytest.param("write,pwrite64", when, marks=pytest.mark.long) for when in (1, 2, 5, 9, 20)),
        *(pytest.param("fsync,fdatasync", when, marks=pytest.mark.long) for when in (1, 2, 4)),
    ],
)
def test_disk_that_reports_errors(
    made: Made, monkeypatch: pytest.MonkeyPatch, name: str, calls: str, when: int
) -> None:
    """From some write on the disk only fails (EIO): a clear error, the vault opens, nothing that was there is lost."""
    with Vault.open(*made) as vault:
        kept = {vault.entries.add(make_entry(), make_pages(2)).id for _ in range(3)}
    entry = make_entry(at=SPOKEN_AT)
    answer = locked_inbox(made[0]).begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    folder = made[0].vault_folder
    watched = [folder / "vault.db", folder / "vault.db-wal", folder / ".vault.db.backup.part"]
    script = textwrap.dedent(ACTOR).format(key=made[1]._secret.hex(), name=name, act=ACTIONS[name])
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", os.devnull, *(a for path in watched for a in ("-P", str(path))),
         "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO:when={when}+", sys.executable, "-c", script],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if "ptrace" in done.stderr:
        pytest.skip("tracing is not allowed here")
    assert done.returncode == 0, done.stderr
    print(f"{name}, {calls} from {when}: {done.stdout.strip()}")
    assert done.stdout.startswith(("refused: ", "went through"))
    if name == "migrating":  # it may have been committed before the error
        grow = lambda database: [database.execute(f"CREATE TABLE added_{n} (x)") for n in range(50)]  # noqa: E731
        monkeypatch.setattr(schema, "_migrations", [*schema._migrations, grow])
    with Vault.open(*made) as vault:
        before = {one.id for one in vault.entries.list()}
        assert len(before & kept) >= (2 if name == "deleting" else 3)
        vault.ingest("always")
        assert entry.id in {one.id for one in vault.entries.list()}
        assert vault.lost_commits == 0
    assert [finding for finding in verify_vault(*made) if not finding.whole] == []
    assert not (folder.parent / "a.backup").exists() or name == "backing up"


def mutated(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(max(1, len(changed)))
        if not changed:
            break
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
