"""The file of a backup: key slots in clear, then one authenticated stream of messages.

0600; whole numbers big-endian:

| bytes | content                                                                                              |
|-------|------------------------------------------------------------------------------------------------------|
| 7     | `VCBACK` and the version: 1, or 2 where files beside the vault are in it                             |
| 4     | length of the key slots                                                                              |
| ...   | the key slots, `keys.json` as it was: what opened the vault then opens the backup                    |
| 16    | salt                                                                                                 |
| 24    | header of an XChaCha20-Poly1305 secretstream, its key following from the data key and the salt       |
| ...   | frames: length (4), then one message of the stream; all of the above is additional data of each      |

A message is a type and its payload: 2 begin of a file (its name), 3 bytes of it, 1 contents (JSON), 4 the end, empty,
tagged FINAL. The stream authenticates order and end: a backup is whole or is refused.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.errors import VaultError
from voicecheck.vault.disk.errors import storage_error
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.slots import MOST_FILE_BYTES as MOST_SLOTS_BYTES
from voicecheck.vault.keys.slots import KeySlots

MAGIC = b"VCBACK"
VERSION, WITH_FILES_BESIDE = b"\x01", b"\x02"
SALT_BYTES = 16
CHUNK_BYTES = 1 << 18
LENGTH = struct.Struct(">I")
STREAM_HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
TAG_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
TAG_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
CONTENTS, BEGIN, BYTES, END = b"\x01", b"\x02", b"\x03", b"\x04"


def write_stream(stream: BinaryIO, slots: bytes, data_key: DataKey, version: bytes) -> Callable[[bytes], None]:
    """Write the head, and return what appends a message; END closes the stream."""
    salt = os.urandom(SALT_BYTES)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, data_key.backup_key(salt))
    head = MAGIC + version + LENGTH.pack(len(slots)) + slots + salt + header
    stream.write(head)

    def push(message: bytes) -> None:
        tag = TAG_FINAL if message == END else TAG_MESSAGE
        sealed = bindings.crypto_secretstream_xchacha20poly1305_push(state, message, head, tag)
        stream.write(LENGTH.pack(len(sealed)) + sealed)

    return push


def read_slots(file: Path) -> KeySlots:
    """Return the key slots that open a backup. Raises VaultError if it is none, damaged, or of a newer version."""
    return KeySlots.parse(slots_inside(file), file)


def slots_inside(file: Path) -> bytes:
    """Return the key slots as they stand in the file. Raises as `read_slots`."""
    with _opened(file) as stream:
        return _slots(file, stream)


def messages(file: Path, data_key: DataKey) -> Iterator[tuple[bytes, bytes]]:
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
            raise damaged(file) from error
        if message != END or stream.read(1):
            raise damaged(file)


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


def _slots(file: Path, stream: BinaryIO) -> bytes:
    magic, version = stream.read(len(MAGIC)), stream.read(1)
    if magic == MAGIC and version > WITH_FILES_BESIDE:
        raise VaultError(f"{file} was written by a newer VoiceCheck.", "Update VoiceCheck, then try again.")
    if magic != MAGIC or version not in (VERSION, WITH_FILES_BESIDE):
        raise VaultError(f"{file} is not a backup of VoiceCheck.", "Name a file that `vault backup` has made.")
    prefix = stream.read(LENGTH.size)
    length = LENGTH.unpack(prefix)[0] if len(prefix) == LENGTH.size else MOST_SLOTS_BYTES + 1
    if length > MOST_SLOTS_BYTES:
        raise damaged(file)
    return stream.read(length)


def damaged(file: Path) -> VaultError:
    return VaultError(f"The backup {file} is damaged or cut off.", "Use another backup; nothing was changed.")
