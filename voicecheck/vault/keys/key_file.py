"""A file that unlocks without a person: text, 0600, the line `voicecheck-key-file 1`, then 64 hexadecimal digits.

Whoever copied it by an editor or from a password store may have added a byte order mark, blanks and new lines, or
broken the digits into groups: none of that matters.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.files import Owned, make_private_folder, open_followed, write_new
from voicecheck.text.untrusted import BOM
from voicecheck.vault.disk.errors import present, storage_error
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key, Kind, Person, Unlock, Way
from voicecheck.vault.keys.slot import SECRET_BYTES, Slot, derive_wrapping, wrap_with

_FIRST_LINE = b"voicecheck-key-file 1\n"
_FORM = re.compile(rb"voicecheck-key-file 1 ([0-9a-f]{64})", re.IGNORECASE)
_LONGEST = 4096
"""bytes that are read, blanks and all"""


class KeyFileKind(Kind):
    name = "key_file"
    title = "key file"
    way = Way.NAMED
    adding = "PATH (made if missing)"

    def make(self, person: Person, path: Path | None, *, may_skip: bool = False) -> Key:
        key = self._at(path)
        key.prepare()
        return key

    def open(self, person: Person, path: Path | None, unlock: Unlock) -> tuple[Key, DataKey]:
        key = self._at(path)
        read_key_file(key.path)  # what is wrong with the file is said before all else
        return key, unlock(key)

    def _at(self, path: Path | None) -> KeyFile:
        if path is None:
            raise UsageError("A key file needs its path.", "voicecheck vault slots add key-file PATH")
        return KeyFile(path)


KEY_FILE = KeyFileKind()


@dataclass(frozen=True, slots=True)
class KeyFile(Key):
    kind: ClassVar[Kind] = KEY_FILE
    path: Path

    def prepare(self) -> None:
        """Make the file where it is missing; one that is there is used."""
        if not present(self.path):
            make_private_folder(self.path.parent)
            create_key_file(self.path)

    def wrap(self, data_key: DataKey) -> Slot:
        return wrap_with(data_key, KEY_FILE.name, read_key_file(self.path))

    def wrapping_key(self, slot: Slot) -> bytes:
        return derive_wrapping(read_key_file(self.path), slot.kind, slot.salt)

    def refused(self) -> VaultLockedError:
        return VaultLockedError(
            f"The key file {self.path} does not open this vault.",
            "Name the right key file, or leave it out and type the passphrase.",
        )

    def added(self, person: Person) -> None:
        person.tell("key_file_added", path=self.path)


def create_key_file(path: Path) -> None:
    """Write 32 random bytes to a new file, 0600. Raises VaultError; a file that stands there is never replaced."""
    content = _FIRST_LINE + os.urandom(SECRET_BYTES).hex().encode() + b"\n"
    try:
        write_new(path, content)  # half a key file would be taken for one, and refused, at the next attempt
    except FileExistsError as error:
        raise VaultError(f"{path} is there already.", "Name another file; a key file is never replaced.") from error
    except OSError as error:
        raise storage_error(error, f"write the key file {path}") from error


def read_key_file(path: Path) -> bytes:
    """Return the 32 bytes. Raises VaultError when it is missing, open to others, or not a key file."""
    try:
        with Owned(open_followed(path)) as file:
            state = os.fstat(file.descriptor)
            ordinary = stat.S_ISREG(state.st_mode)
            content = os.read(file.descriptor, _LONGEST) if ordinary else b""
    except FileNotFoundError as error:
        raise VaultError(
            f"The key file {path} is not there.", "Check the path, or leave it out and type the passphrase."
        ) from error
    except OSError as error:
        raise storage_error(error, f"read the key file {path}") from error
    if os.name == "posix" and ordinary and state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise VaultError(f"The key file {path} is open to other users.", f"Make it yours alone: chmod 600 {path}")
    match = _FORM.fullmatch(_plain(content))
    if match is None:
        raise VaultError(
            f"{path} is not a VoiceCheck key file.",
            "Name another file, or make one: voicecheck vault create --key-file PATH",
        )
    return bytes.fromhex(match.group(1).decode())


def _plain(content: bytes) -> bytes:
    """Return the first line and the digits, with one blank between them."""
    name, version, digits = [*content.removeprefix(BOM).split(maxsplit=2), b"", b"", b""][:3]
    return b" ".join((name, version, b"".join(digits.split())))
