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

import os
import re
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.errors import VaultError
from voicecheck.paths import Paths, make_private_folder, sync_folder
from voicecheck.vault.commits import CommitCount
from voicecheck.vault.connection import open_database
from voicecheck.vault.data_key import DataKey
from voicecheck.vault.files import create_private, open_to_read, present, read_ordinary, size_of, storage_error
from voicecheck.vault.inbox import ASKED, pending, refuse_running
from voicecheck.vault.keys import MOST_FILE_BYTES as MOST_SLOTS_BYTES
from voicecheck.vault.keys import KeySlots
from voicecheck.vault.schema import latest_number, schema_number
from voicecheck.vault.sealed import MOST_FILE_BYTES

MAGIC = b"VCBACK\x01"
SALT_BYTES = 16
CHUNK_BYTES = 1 << 18
LENGTH = struct.Struct(">I")
STREAM_HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
TAG_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
TAG_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
CONTENTS, BEGIN, BYTES, END = b"\x01", b"\x02", b"\x03", b"\x04"
DATABASE = "vault.db"
_NAME = re.compile(r"vault\.db|inbox/[0-9A-Za-z_-]{1,64}\.sealed")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says of itself."""

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
    snapshot = paths.vault_folder / f".{DATABASE}.backup.part"
    part = target.with_name(f".{target.name}.part")
    try:
        for leftover in (snapshot, part):
            leftover.unlink(missing_ok=True)
        try:
            _write(paths, data_key, snapshot, part, progress)
            found = check_backup(part, data_key, progress)
            part.replace(target)
            sync_folder(target.parent)
        finally:
            for leftover in (snapshot, part):
                leftover.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, "make the backup") from error
    return found


def read_slots(file: Path) -> KeySlots:
    """What opens the backup. Raises VaultError where it is none, is damaged, or is of a newer version."""
    with _opened(file) as stream:
        return _slots(file, stream)


def check_backup(file: Path, data_key: DataKey, progress: Progress = lambda done: None) -> Contents:
    """Read every byte of it. Raises VaultError where one is not as it was written."""
    contents = None
    for kind, payload in _messages(file, data_key):
        if kind == CONTENTS:
            contents = _contents(file, payload)
        progress(len(payload))
    if contents is None:
        raise _damaged(file)
    return contents


def restore(file: Path, data_key: DataKey, paths: Paths, progress: Progress = lambda done: None) -> Contents:
    """Put the vault of the backup where none is. It is built beside, verified, and moved into place in one step.

    Raises VaultError; nothing stands in the vault's place then.
    """
    if present(paths.vault_folder):
        raise VaultError(f"There is a vault in {paths.vault_folder}.", "Move it away first; nothing was changed.")
    make_private_folder(paths.vault_folder.parent)
    building = Path(tempfile.mkdtemp(prefix=f"{paths.vault_folder.name}.restoring-", dir=paths.vault_folder.parent))
    try:
        contents = _unpack(file, data_key, building, progress)
        _finish(file, data_key, building)
        building.replace(paths.vault_folder)
        sync_folder(paths.vault_folder.parent)
    except OSError as error:
        raise storage_error(error, "restore the backup") from error
    finally:
        with suppress(OSError):
            if building.exists():
                shutil.rmtree(building)
    return contents


def set_aside(paths: Paths, now: datetime) -> Path:
    """Move a vault out of the way, whole; where it is now. Raises VaultBusyError while somebody speaks, VaultError."""
    refuse_running(paths.inbox_folder)
    aside = paths.vault_folder.with_name(f"{paths.vault_folder.name}.before-{now:%Y%m%d-%H%M%S}")
    try:
        paths.vault_folder.rename(aside)
        sync_folder(aside.parent)
    except OSError as error:
        raise storage_error(error, "move the present vault aside") from error
    return aside


def check_database(path: Path, data_key: DataKey) -> Contents:
    """Every page and every row. Raises VaultError."""
    database = open_database(path, data_key, read_only=True)
    try:
        pages = database.rows("PRAGMA cipher_integrity_check")
        rows = database.rows("PRAGMA quick_check(1)")
        if pages or rows != [("ok",)]:
            raise VaultError("The vault is damaged, so it is not copied.", "Look closer: voicecheck vault verify")
        schema = schema_number(database)
        if schema > latest_number():
            raise VaultError("The vault was written by a newer VoiceCheck.", "Update VoiceCheck, then try again.")
        entries = int(database.value("SELECT count(*) FROM entries"))
        return Contents(datetime.now(UTC), schema, database.commits, entries, 0)
    finally:
        database.close()


def _snapshot(paths: Paths, data_key: DataKey, snapshot: Path) -> Contents:
    database = open_database(paths.vault_file, data_key, read_only=True)
    try:
        database.copy_to(snapshot, data_key)
    finally:
        database.close()
    return check_database(snapshot, data_key)


def _write(paths: Paths, data_key: DataKey, snapshot: Path, part: Path, progress: Progress) -> None:
    slots = read_ordinary(paths.slots_file, MOST_SLOTS_BYTES)
    salt = os.urandom(SALT_BYTES)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, data_key.backup_key(salt))
    head = MAGIC + LENGTH.pack(len(slots)) + slots + salt + header

    with os.fdopen(create_private(part), "wb") as stream:

        def push(message: bytes, tag: int = TAG_MESSAGE) -> None:
            sealed = bindings.crypto_secretstream_xchacha20poly1305_push(state, message, head, tag)
            stream.write(LENGTH.pack(len(sealed)) + sealed)
            progress(len(message))

        stream.write(head)
        sealed_answers = 0
        for path in pending(paths.inbox_folder):
            if not 0 < size_of(path) <= MOST_FILE_BYTES:
                continue  # no sealed answer
            for message in _file_messages(f"inbox/{path.name}", path):
                sealed_answers += message[:1] == BEGIN and not path.name.startswith(ASKED)
                push(message)
        contents = _snapshot(paths, data_key, snapshot)
        for message in _file_messages(DATABASE, snapshot):
            push(message)
        push(CONTENTS + msgspec.json.encode(replace(contents, sealed_answers=sealed_answers)))
        push(END, TAG_FINAL)
        stream.flush()
        os.fsync(stream.fileno())


def _file_messages(name: str, path: Path) -> Iterator[bytes]:
    """A running answer is taken as far as it is; of one that has gone meanwhile there is nothing."""
    try:
        with os.fdopen(open_to_read(path), "rb") as file:
            yield BEGIN + name.encode()
            while chunk := file.read(CHUNK_BYTES):
                yield BYTES + chunk
    except FileNotFoundError:
        return


def _messages(file: Path, data_key: DataKey) -> Iterator[tuple[bytes, bytes]]:
    """(type, payload) of each message in front of the end. Raises VaultError where anything is not as it was."""
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
    if len(prefix) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(prefix)
    if length > CHUNK_BYTES + 1024:
        raise EOFError
    sealed = stream.read(length)
    if len(sealed) < length:
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


def _contents(file: Path, payload: bytes) -> Contents:
    try:
        return msgspec.json.decode(payload, type=Contents)
    except msgspec.DecodeError as error:
        raise _damaged(file) from error


def _unpack(file: Path, data_key: DataKey, folder: Path, progress: Progress) -> Contents:
    """Nothing is believed before its message is authenticated, and no name leads out of the folder."""
    contents, target = None, None
    try:
        for kind, payload in _messages(file, data_key):
            progress(len(payload))
            if kind == CONTENTS:
                contents = _contents(file, payload)
            elif kind == BEGIN:
                _close(target)
                target = _new_file(file, folder, payload.decode())
            elif kind == BYTES and target is not None:
                target.write(payload)
    finally:
        _close(target)
    if contents is None or not present(folder / DATABASE):
        raise _damaged(file)
    return contents


def _new_file(file: Path, folder: Path, name: str) -> BinaryIO:
    if not _NAME.fullmatch(name):
        raise _damaged(file)
    path = folder / name
    make_private_folder(path.parent)
    return os.fdopen(create_private(path), "wb")


def _close(target: BinaryIO | None) -> None:
    if target is not None and not target.closed:
        with target:
            target.flush()
            os.fsync(target.fileno())


def _finish(file: Path, data_key: DataKey, folder: Path) -> None:
    """The key slots, the count, and a look at every page before it is called a vault."""
    with _opened(file) as stream:
        _slots(file, stream)
        length = stream.tell() - len(MAGIC) - LENGTH.size
        stream.seek(len(MAGIC) + LENGTH.size)
        content = stream.read(length)
    found = check_database(folder / DATABASE, data_key)
    CommitCount(folder / "vault.count", data_key.count_key).write(found.commits)
    make_private_folder(folder / "inbox")
    with os.fdopen(create_private(folder / "keys.json"), "wb") as slots:
        slots.write(content)
        slots.flush()
        os.fsync(slots.fileno())
    sync_folder(folder)


def _damaged(file: Path) -> VaultError:
    return VaultError(f"The backup {file} is damaged or cut off.", "Use another backup; nothing was changed.")
