"""One encrypted file that holds a whole vault: written while others go on, verified, restored into a new place.

A backup, 0600; whole numbers big-endian:

| bytes | content                                                                                              |
|-------|------------------------------------------------------------------------------------------------------|
| 7     | `VCBACK` and the version, 1                                                                          |
| 4     | length of the key slots                                                                              |
| ...   | the key slots, `keys.json` as it was: what opened the vault then opens the backup                    |
| 16    | salt                                                                                                 |
| 24    | header of an XChaCha20-Poly1305 secretstream, its key following from the data key and the salt       |
| ...   | frames: length (4), then one message of the stream; all of the above is additional data of each      |

A message is a type and its payload: 2 begin of a file (its name), 3 bytes of it, 1 contents (JSON), 4 the end, empty,
tagged FINAL. The stream authenticates order and end: a backup is whole or is refused. The sealed answers come before
the database: one that is taken in meanwhile is in both, which does no harm, and never in neither.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import secrets
import shutil
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

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
)
from voicecheck.paths import Paths
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

MAGIC = b"VCBACK\x01"
SALT_BYTES = 16
CHUNK_BYTES = 1 << 18
LENGTH = struct.Struct(">I")
STREAM_HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
TAG_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
TAG_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
CONTENTS, BEGIN, BYTES, END = b"\x01", b"\x02", b"\x03", b"\x04"
DATABASE = "vault.db"
INBOX = "inbox"
PART = ".backup.part"
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


def make_backup(paths: Paths, data_key: DataKey, target: Path, progress: Progress = lambda done: None) -> Contents:
    """Write the vault as it is at this moment to the new file `target`, and read it back whole.

    A check-in may go on meanwhile. `progress` is told bytes. Raises VaultError; then there is no file.
    """
    if present(target):
        raise VaultError(f"{target} is there already.", "Name another file; a backup never replaces one.")
    try:
        beside = _room_for_copy(paths, target.parent)
        with own_part(beside, DATABASE) as snapshot, own_part(target.parent, target.name) as part:
            _write(paths, data_key, snapshot, part, progress)
            found = check_backup(part, data_key, progress)
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
    remove_leftovers(folder, f".{glob.escape(name)}.*{PART}")
    path = folder / f".{name}.{secrets.token_hex(8)}{PART}"
    with held_part(path):
        yield path


def read_slots(file: Path) -> KeySlots:
    """Return the key slots that open a backup. Raises VaultError if it is none, damaged, or of a newer version."""
    with _opened(file) as stream:
        return _slots(file, stream)


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
        for kind, payload in _messages(file, data_key):
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
        raise _damaged(file) from error
    finally:
        _close(target)
    if contents is None or DATABASE not in names:
        raise _damaged(file)
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


def _write(paths: Paths, data_key: DataKey, snapshot: Path, part: Path, progress: Progress) -> None:
    slots = _checked_slots(paths, data_key)
    salt = os.urandom(SALT_BYTES)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, data_key.backup_key(salt))
    head = MAGIC + LENGTH.pack(len(slots)) + slots + salt + header

    with os.fdopen(open_existing(part), "wb") as stream:

        def push(message: bytes, tag: int = TAG_MESSAGE) -> None:
            sealed = bindings.crypto_secretstream_xchacha20poly1305_push(state, message, head, tag)
            stream.write(LENGTH.pack(len(sealed)) + sealed)
            progress(len(message))

        stream.write(head)
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
        push(CONTENTS + msgspec.json.encode(replace(contents, sealed_answers=sealed_answers)))
        push(END, TAG_FINAL)
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


def _messages(file: Path, data_key: DataKey) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, payload) of each message in front of the end. Raises VaultError if anything was changed."""
    with _opened(file) as stream:
        _slots(file, stream)
        rest = stream.read(SALT_BYTES + STREAM_HEADER_BYTES)
        length = stream.tell()
        stream.seek(0)
        head = stream.read(length)
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        try:
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(
                state, rest[SALT_BYTES:], data_key.backup_key(rest[:SALT_BYTES])
            )
            while True:
                message, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, _frame(stream), head)
                if tag == TAG_FINAL:
                    break
                yield message[:1], message[1:]
        except (CryptoError, EOFError) as error:
            raise _damaged(file) from error
        if message != END or stream.read(1):
            raise _damaged(file)


def _frame(stream: BinaryIO) -> bytes:
    prefix = stream.read(LENGTH.size)
    length = LENGTH.unpack(prefix)[0] if len(prefix) == LENGTH.size else 0
    sealed = stream.read(length) if 0 < length <= CHUNK_BYTES + 1024 else b""
    if not sealed or len(sealed) < length:
        raise EOFError
    return sealed


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except FileNotFoundError as error:
        raise VaultError(f"There is no backup {file}.", "Check the path.") from error
    except OSError as error:
        raise storage_error(error, f"read {file}") from error


def _slots(file: Path, stream: BinaryIO) -> KeySlots:
    magic = stream.read(len(MAGIC))
    if magic[:-1] == MAGIC[:-1] and magic[-1:] > MAGIC[-1:]:
        raise VaultError(f"{file} was written by a newer VoiceCheck.", "Update VoiceCheck, then try again.")
    if magic != MAGIC:
        raise VaultError(f"{file} is not a backup of VoiceCheck.", "Name a file that `vault backup` has made.")
    prefix = stream.read(LENGTH.size)
    length = LENGTH.unpack(prefix)[0] if len(prefix) == LENGTH.size else MOST_SLOTS_BYTES + 1
    if length > MOST_SLOTS_BYTES:
        raise _damaged(file)
    return KeySlots.parse(stream.read(length), file)


def unpack(file: Path, data_key: DataKey, folder: Path, progress: Progress) -> Contents:
    """Make a vault of the backup in the empty `folder`, durable, every page looked at. Raises OSError, VaultError.

    No name leads out of the folder.
    """
    contents = _read(file, data_key, progress, lambda name: _new_file(folder, name))
    _complete(file, data_key, folder)
    return contents


def _name_inside(file: Path, payload: bytes, taken: set[str]) -> str:
    """Return the name of a file of the backup, safe to put anywhere. Raises VaultError for one taken twice."""
    begin, _, name = payload.partition(b"/")
    inside = payload.decode() if payload == DATABASE.encode() else f"{INBOX}/{safe_name(name)}"
    if inside in taken or (inside != DATABASE and begin != INBOX.encode()):
        raise _damaged(file)
    return inside


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
    with _opened(file) as stream:
        _slots(file, stream)
        length = stream.tell() - len(MAGIC) - LENGTH.size
        stream.seek(len(MAGIC) + LENGTH.size)
        content = stream.read(length)
    found = check_database(folder / DATABASE, data_key)
    CommitCount(folder / "vault.count", data_key.count_key).write(found.commits)
    make_private_folder(folder / INBOX)
    with os.fdopen(create_private(folder / "keys.json"), "wb") as slots:
        slots.write(content)
        slots.flush()
        os.fsync(slots.fileno())
    sync_folder(folder / INBOX)
    sync_folder(folder)


def _damaged(file: Path) -> VaultError:
    return VaultError(f"The backup {file} is damaged or cut off.", "Use another backup; nothing was changed.")
