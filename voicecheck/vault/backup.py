"""One encrypted file that holds a whole vault: written while others go on, verified, restored into a new place.

Its format stands in `backup_stream.py`. The sealed answers come before the database: one that is taken in meanwhile is
in both, which does no harm, and never in neither. A move (`moving.py`) adds files from beside the vault, as
`home/FOLDER/NAME`.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from voicecheck.clock import now
from voicecheck.errors import VaultError
from voicecheck.files import (
    create_private,
    make_private_folder,
    name_new,
    open_existing,
    open_to_read,
    read_ordinary,
    size_of,
    sync_folder,
    write_new,
)
from voicecheck.paths import Paths
from voicecheck.vault.backup_stream import (
    BEGIN,
    BYTES,
    CHUNK_BYTES,
    CONTENTS,
    END,
    VERSION,
    WITH_FILES_BESIDE,
    damaged,
    messages,
    read_slots,
    slots_inside,
    write_stream,
)
from voicecheck.vault.disk.errors import present, storage_error
from voicecheck.vault.disk.parts import held_part, remove_leftovers
from voicecheck.vault.inbox.inbox import ASKED, SUFFIX, pending
from voicecheck.vault.inbox.sealed_file import MOST_FILE_BYTES
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kinds import usable
from voicecheck.vault.keys.slots import MOST_FILE_BYTES as MOST_SLOTS_BYTES
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.store.commit_count import CommitCount
from voicecheck.vault.store.connection import open_database
from voicecheck.vault.store.schema import latest_number, schema_number

__all__ = ["BEGIN", "CHUNK_BYTES", "Contents", "check_backup", "make_backup", "read_slots", "unpack"]

DATABASE = "vault.db"
INBOX = "inbox"
HOME = "home"
"""folder inside for what lies beside the vault"""
ARRIVED = "arrived.json"
"""in a vault that was moved in: the proof that all of it is there"""
PART = ".backup.part"
LONGEST_NAME = 200
_NO_LETTERS = r"\x00-\x1f\x7f-\x9f/\\:*?\"<>|\ufffd\ud800-\udfff"
_PLAIN_NAME = re.compile(f"[^{_NO_LETTERS}. ][^{_NO_LETTERS}]*")
_SEALED_NAME = re.compile(rb"[0-9a-z_-]{1,64}\.sealed")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """Contents of a backup, as its own record states them."""

    made_at: datetime
    schema: int
    commits: int
    entries: int
    sealed_answers: int
    proof: str = ""
    """in the file of a move: what the new computer shows once all is there"""


@dataclass(frozen=True, slots=True)
class Along:
    """Additions that make a backup the file of a move."""

    files: Mapping[str, Path] = field(default_factory=dict)
    """files from beside the vault, by their names inside, as `home/prompts/mine.toml`"""
    proof: str = ""
    whole: Callable[[], None] = lambda: None
    """called when the file is whole and read back, before it gets its name"""


def make_backup(
    paths: Paths,
    data_key: DataKey,
    target: Path,
    progress: Progress = lambda done: None,
    along: Along = Along(),
) -> Contents:
    """Write the vault as it is at this moment to the new file `target`, and read it back whole.

    A check-in may go on meanwhile. `progress` is told bytes. Raises VaultError; then there is no file.
    """
    if present(target):
        raise VaultError(f"{target} is there already.", "Name another file; a backup never replaces one.")
    try:
        roomy = _room_for_copy(paths, target.parent)
        with own_part(roomy, DATABASE) as snapshot, own_part(target.parent, target.name) as part:
            _write(paths, data_key, snapshot, part, progress, along)
            found = check_backup(part, data_key, progress)
            along.whole()
            name_new(part, target)
            sync_folder(target.parent)
    except FileExistsError as error:
        raise VaultError(f"{target} is there already.", "Name another file; a backup never replaces one.") from error
    except OSError as error:
        raise storage_error(error, "make the backup") from error
    return found


def backup_file(target: Path) -> Path:
    """Return the file to write: in a folder that is there one named by the day, else `target` itself."""
    return target / f"voicecheck-{now():%Y-%m-%d}.backup" if target.is_dir() else target


def _room_for_copy(paths: Paths, other: Path) -> Path:
    """Return the vault's folder, or `other` if its disk is too full for a copy: that is a reason for a backup."""
    needed = sum(map(size_of, paths.vault_folder.glob(f"{DATABASE}*")))
    return paths.vault_folder if shutil.disk_usage(paths.vault_folder).free > needed else other


@contextmanager
def own_part(folder: Path, name: str) -> Iterator[Path]:
    """Yield a file for what is not finished, locked against others who make a backup; removed at the end.

    What others left behind, killed in the middle, goes too. Raises OSError.
    """
    remove_parts(folder / name)
    path = folder / f".{name}.{secrets.token_hex(8)}{PART}"
    with held_part(path):
        yield path


def remove_parts(target: Path) -> None:
    """Destroy what was left beside `target` by those who were killed while they wrote it."""
    remove_leftovers(target.parent, f".{glob.escape(target.name)}.*{PART}")


def check_backup(
    file: Path, data_key: DataKey, progress: Progress = lambda done: None, database: BinaryIO | None = None
) -> Contents:
    """Read every byte of a backup; `database` gets the one inside. Raises VaultError for a byte that was changed.

    Raises OSError where `database` takes no more.
    """
    return _read(file, data_key, progress, lambda name: database if name == DATABASE else None)


def _read(file: Path, data_key: DataKey, progress: Progress, place: Callable[[str], BinaryIO | None]) -> Contents:
    """Read every byte of a backup, each file inside to its place, if it has one. Raises OSError, VaultError.

    Nothing is believed before its message is authenticated.
    """
    contents, target, names = None, None, set[str]()
    try:
        for kind, payload in messages(file, data_key):
            if kind == CONTENTS:
                contents = msgspec.json.decode(payload, type=Contents)
            elif kind == BEGIN:
                _close(target)
                name = _name_inside(file, payload, names)
                names.add(name)
                target = place(name)
            elif kind == BYTES and target is not None:
                target.write(payload)
            progress(len(payload))
    except msgspec.DecodeError as error:
        raise damaged(file) from error
    finally:
        _close(target)
    if contents is None or DATABASE not in names:
        raise damaged(file)
    if contents.schema > latest_number():
        raise VaultError(f"{file} was written by a newer VoiceCheck.", "Update VoiceCheck, then try again.")
    return contents


def check_database(path: Path, data_key: DataKey) -> Contents:
    """Check every page and every row. Raises VaultError."""
    with closing(open_database(path, data_key, read_only=True)) as database:
        pages = database.rows("PRAGMA cipher_integrity_check")
        rows = database.rows("PRAGMA quick_check(1)")
        if pages or rows != [("ok",)]:
            raise VaultError("The vault is damaged, so it is not copied.", "Look closer: voicecheck vault verify")
        schema = schema_number(database)
        if schema > latest_number():
            raise VaultError("The vault was written by a newer VoiceCheck.", "Update VoiceCheck, then try again.")
        entries = int(database.value("SELECT count(*) FROM entries"))
        return Contents(datetime.now(UTC), schema, database.commits, entries, 0)


def _snapshot(paths: Paths, data_key: DataKey, snapshot: Path) -> Contents:
    with closing(open_database(paths.vault_file, data_key, read_only=True)) as database:
        database.copy_to(snapshot, data_key)
    return check_database(snapshot, data_key)


def _write(paths: Paths, data_key: DataKey, snapshot: Path, part: Path, progress: Progress, along: Along) -> None:
    slots = _checked_slots(paths, data_key)
    with os.fdopen(open_existing(part), "wb") as stream:
        append = write_stream(stream, slots, data_key, WITH_FILES_BESIDE if along.proof else VERSION)

        def push(message: bytes) -> None:
            append(message)
            progress(len(message))

        for name, place in along.files.items():
            for message in _file_messages(name, place):
                push(message)
        sealed_answers = 0
        for path in pending(paths.inbox_folder):
            if not 0 < size_of(path) <= MOST_FILE_BYTES:
                continue  # no sealed answer
            for message in _file_messages(f"{INBOX}/{safe_name(os.fsencode(path.name))}", path):
                sealed_answers += message[:1] == BEGIN and not path.name.startswith(ASKED)
                push(message)
        contents = _snapshot(paths, data_key, snapshot)
        for message in _file_messages(DATABASE, snapshot):
            push(message)
        push(CONTENTS + msgspec.json.encode(replace(contents, sealed_answers=sealed_answers, proof=along.proof)))
        push(END)
        stream.flush()
        os.fsync(stream.fileno())


def _checked_slots(paths: Paths, data_key: DataKey) -> bytes:
    """Return the slots file. Raises VaultError if nothing in it, or only somebody else's key, could open the backup."""
    content = read_ordinary(paths.slots_file, MOST_SLOTS_BYTES)
    slots = KeySlots.parse(content, paths.slots_file)
    if slots.public_key != data_key.public_key or not any(map(usable, slots.slots)):
        raise VaultError(
            f"{paths.slots_file} is damaged or was changed, so nothing could open the backup.",
            "Put the file back from an older backup, then try again.",
        )
    return content


def _file_messages(name: str, path: Path) -> Iterator[bytes]:
    """Yield a file as messages; a running answer as far as it is, nothing of one that has gone meanwhile."""
    try:
        with os.fdopen(open_to_read(path), "rb") as file:
            yield BEGIN + name.encode()
            while chunk := file.read(CHUNK_BYTES):
                yield BYTES + chunk
    except FileNotFoundError:
        return


def unpack(file: Path, data_key: DataKey, folder: Path, progress: Progress, *, beside: bool = False) -> Contents:
    """Make a vault of the backup in the empty `folder`, durable, every page looked at. Raises OSError, VaultError.

    No name leads out of the folder. Files from beside the vault come into it too, where they are wanted.
    """

    def place(name: str) -> BinaryIO | None:
        return _new_file(folder, name) if beside or not name.startswith(f"{HOME}/") else None

    contents = _read(file, data_key, progress, place)
    if beside:
        write_new(folder / ARRIVED, msgspec.json.encode({"proof": contents.proof}))
    _complete(file, data_key, folder)
    return contents


def _name_inside(file: Path, payload: bytes, taken: set[str]) -> str:
    """Return the name of a file of the backup, safe to put anywhere. Raises VaultError for one taken twice."""
    begin, _, name = payload.partition(b"/")
    inside = payload.decode(errors="replace")
    if begin == HOME.encode():
        fits = all(map(fit_to_carry, inside.split("/")))
    else:
        fits = payload == DATABASE.encode() or begin == INBOX.encode()
        inside = inside if payload == DATABASE.encode() else f"{INBOX}/{safe_name(name)}"
    if inside in taken or not fits:
        raise damaged(file)
    return inside


def fit_to_carry(name: str) -> bool:
    """True for a name of a file or folder that every system takes, and that leads nowhere else."""
    plain = _PLAIN_NAME.fullmatch(name) and not name.endswith((".", " "))
    return bool(plain) and len(name.encode()) <= LONGEST_NAME


def safe_name(name: bytes) -> str:
    """Return the name of a sealed file if it is one of ours; of any other, as a sync tool makes them, a digest.

    No two differ in capitals alone: a backup of one file system has to fit into another.
    """
    if _SEALED_NAME.fullmatch(name):
        return name.decode()
    return hashlib.sha256(name).hexdigest()[:32] + SUFFIX


def _new_file(folder: Path, name: str) -> BinaryIO:
    path = folder / name
    make_private_folder(path.parent)
    return os.fdopen(create_private(path), "wb")


def _close(target: BinaryIO | None) -> None:
    if target is not None and not target.closed:
        with target:
            target.flush()
            os.fsync(target.fileno())


def _complete(file: Path, data_key: DataKey, folder: Path) -> None:
    """Add the key slots and the count, and check every page before it is called a vault."""
    found = check_database(folder / DATABASE, data_key)
    CommitCount(folder / "vault.count", data_key.count_key).write(found.commits)
    make_private_folder(folder / INBOX)
    with os.fdopen(create_private(folder / "keys.json"), "wb") as slots:
        slots.write(slots_inside(file))
        slots.flush()
        os.fsync(slots.fileno())
    sync_folder(folder / INBOX)
    sync_folder(folder)
