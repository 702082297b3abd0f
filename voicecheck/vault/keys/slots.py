"""The data key and the slots that wrap it, as in LUKS: every slot opens the same key, none holds another.

`keys.json`, UTF-8 JSON, 0600, at most 64 KiB:

| field     | content                                                                                      |
|-----------|----------------------------------------------------------------------------------------------|
| `version` | 2; a reader refuses what is newer                                                            |
| `inbox`   | base64: X25519 public key (32 bytes), then BLAKE2b of it (8 bytes) against damage            |
| `slots`   | list of at most 8 slots                                                                      |

A slot:

| field     | content                                                                                      |
|-----------|----------------------------------------------------------------------------------------------|
| `kind`    | `passphrase`, `key_file`, `recovery`, `keychain`, or another; lower case, digits, `_`        |
| `version` | 2, or 1 where the slot was made in a file of version 1                                       |
| `salt`    | base64, 16 bytes                                                                             |
| `own`     | what the kind notes: a map of names to numbers or text. For a passphrase `passes` of         |
|           | Argon2id and its `memory` in bytes; nothing for the other three                              |
| `wrapped` | base64: nonce (24), then the data key (32) under XChaCha20-Poly1305 (16 bytes of tag)        |

The wrapping key is Argon2id(passphrase, NFKC, UTF-8), or BLAKE2b keyed with the slot's random 32 bytes over a context
and the salt. Those bytes lie in a key file, in the login keychain under the salt's hexadecimal digits, or on paper as
the words of the recovery key. All other fields of a slot are authenticated with the wrapped key. The public key must be
the one that follows from the data key; it is checked after each unlocking.

In a file of version 1 a slot has no `version` and no `own`; `passes` and `memory` stand in every slot, 0 for all but a
passphrase. It is read for ever, and written as version 2 when a slot changes; nobody has the secrets of the other slots
then, so these stay wrapped as they were. A slot of a kind that is not known here stays as it is.

A file that is replaced is overwritten: a passphrase that was changed opens nothing that is left behind here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.files import Owned, open_existing, overwrite, read_ordinary, shred, write_atomically, write_new
from voicecheck.vault.disk.errors import doing, present, storage_error
from voicecheck.vault.keys.data_key import KEY_BYTES, DataKey
from voicecheck.vault.keys.kind import Key, Kind
from voicecheck.vault.keys.kinds import kind_of, title_of, usable
from voicecheck.vault.keys.slot import Slot, SlotOfVersion1, unwrap

VERSION = 2
CHECK_BYTES = 8
MOST_SLOTS = 8
MOST_FILE_BYTES = 64 * 1024
NOTHING_LEFT = "No key would be left with which this VoiceCheck opens the vault."


class SlotsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    inbox: bytes
    slots: list[Slot]


class SlotsFileOfVersion1(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    inbox: bytes
    slots: list[SlotOfVersion1]


@dataclass(frozen=True, slots=True)
class KeySlots:
    """The slots file as read. Raises on use, not on load, where only one part of it is damaged.

    What changes it needs the data key, which proves that the vault was opened, and gives back the slots as written.
    """

    path: Path
    slots: tuple[Slot, ...]
    inbox: bytes = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> KeySlots:
        """Read the slots file. Raises VaultError: missing, unreadable, damaged, or of a newer version."""
        return cls.parse(_read(path), path)

    @classmethod
    def parse(cls, content: bytes, path: Path) -> KeySlots:
        """Parse the slots; `path` is what errors name. Raises VaultError."""
        if len(content) > MOST_FILE_BYTES:
            raise _damaged(path)
        try:
            version = msgspec.json.decode(content, type=_Versioned).version
            if version > VERSION:
                raise VaultError(f"{path} was written by a newer VoiceCheck.", "Update VoiceCheck, then try again.")
            slots, inbox = _decoded(content, version)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _damaged(path) from error
        if version < 1 or not 1 <= len(slots) <= MOST_SLOTS:
            raise _damaged(path)
        return cls(path, slots, inbox)

    @property
    def kinds(self) -> tuple[str, ...]:
        """By name, in the order of the slots; also those that are not known here or damaged."""
        return tuple(slot.kind for slot in self.slots)

    @property
    def known_kinds(self) -> tuple[Kind, ...]:
        """Each once, in the order of their first slots."""
        return tuple(dict.fromkeys(kind for kind in map(kind_of, self.slots) if kind is not None))

    @property
    def unknown(self) -> tuple[Slot, ...]:
        """Those that a later VoiceCheck has made."""
        return tuple(slot for slot in self.slots if kind_of(slot) is None)

    def of(self, kind: Kind) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.kind == kind.name)

    @property
    def public_key(self) -> bytes:
        """Public key to which speech is sealed while the vault is locked. Raises VaultError when it is damaged."""
        key, check = self.inbox[:KEY_BYTES], self.inbox[KEY_BYTES:]
        if len(key) != KEY_BYTES or check != _check(key):
            raise _damaged(self.path)
        return key

    # Opening

    def unlock(self, key: Key) -> DataKey:
        """Return the data key. Raises VaultLockedError if the key does not fit, VaultError if its slots are damaged."""
        slots = self.of(key.kind)
        if not slots:
            has = ", ".join(map(title_of, self.slots))
            raise VaultLockedError(f"This vault does not open with a {key.kind.title}.", f"It has: {has}.")
        tried = [slot for slot in slots if usable(slot)]
        if not tried:
            raise _damaged(self.path)
        for slot in tried:
            secret = _opened(key, slot)
            if secret is not None:
                return self._checked(DataKey(secret))
        raise key.refused()

    def opened_by(self, key: Key) -> int:
        """Return the number of slots that this key opens. Raises VaultError where it cannot be used."""
        return sum(_opened(key, slot) is not None for slot in self.of(key.kind) if usable(slot))

    # Changing

    def add(self, data_key: DataKey, key: Key) -> KeySlots:
        """One more slot. A kind of which a vault has one key has the new one in the older one's place.

        The data key, and so every other slot, stays. Raises UsageError, VaultError.
        """
        older = self.of(key.kind) if key.kind.single else ()
        made = key.wrap(data_key)
        kept = [made if slot in older[:1] else slot for slot in self.slots if slot not in older[1:]]
        written = self._rewritten(data_key, kept if older else [*kept, made])
        for gone in older:
            key.forget(gone)
        return written

    def remove(self, data_key: DataKey, number: int) -> KeySlots:
        """Take out the slot with this number, from 1. Raises UsageError where that would lock the person out."""
        if not 1 <= number <= len(self.slots):
            raise UsageError(f"There is no slot {number}.", "See: voicecheck vault slots list")
        rest = [slot for place, slot in enumerate(self.slots, start=1) if place != number]
        if not rest:
            raise UsageError("This is the last slot: without it nobody could open the vault.", "Add another one first.")
        _refuse_to_lock_out(kind_of(slot) if usable(slot) else None for slot in rest)
        return self._rewritten(data_key, rest)

    def wrap_new_key(self, data_key: DataKey, new_key: DataKey, keys: Sequence[Key]) -> KeySlots:
        """Slots of `new_key` in the place of those of `data_key`, one for each of the keys; the inbox key goes with it.

        Whoever has only the older ones opens nothing that is written from now on. Raises UsageError where they would
        lock the person out, or where a slot of an unknown kind would be.
        """
        self._checked(data_key)
        self.refuse_unknown()
        _refuse_to_lock_out(key.kind for key in keys)
        changed = replace(self, slots=tuple(key.wrap(new_key) for key in keys), inbox=_inbox(new_key))
        _replace(self.path, changed)
        return changed

    def refuse_unknown(self) -> None:
        """Raise UsageError if a new data key would leave out a slot that only a later VoiceCheck can make anew."""
        if self.unknown:
            raise UsageError(
                "This vault also has a key of a kind that this VoiceCheck does not know, and it would be left out.",
                "Update VoiceCheck, or take it out first: voicecheck vault slots list",
            )

    def _rewritten(self, data_key: DataKey, slots: Sequence[Slot]) -> KeySlots:
        self._checked(data_key)
        if len(slots) > MOST_SLOTS:
            raise UsageError(f"A vault has {MOST_SLOTS} slots at most.", "Remove one first: voicecheck vault slots")
        changed = replace(self, slots=tuple(slots))
        _replace(self.path, changed)
        return changed

    def _checked(self, data_key: DataKey) -> DataKey:
        if not hmac.compare_digest(self.public_key, data_key.public_key):
            raise VaultError(
                f"{self.path} was changed: its inbox key is not the one of this vault.",
                "Put the file back from a backup. Answers sealed since the change cannot be read.",
            )
        return data_key


class _Versioned(msgspec.Struct, frozen=True):
    version: int


def create_key_slots(path: Path, *keys: Key) -> DataKey:
    """Make a data key and write `path` with a slot for each of the keys.

    Raises UsageError for a short passphrase or no key, VaultError when the file stands already or cannot be written.
    """
    if present(path):
        raise _there_already()
    if not keys:
        raise UsageError("A vault needs a passphrase or a key file.")
    data_key = DataKey.generate()
    try:
        write_new(path, _encoded(KeySlots(path, tuple(key.wrap(data_key) for key in keys), _inbox(data_key))))
    except FileExistsError as error:  # made in another window, while a person typed or the key was stretched
        raise _there_already() from error
    except OSError as error:
        raise storage_error(error, "write the key slots") from error
    return data_key


def _opened(key: Key, slot: Slot) -> bytes | None:
    wrapping_key = key.wrapping_key(slot)
    return None if wrapping_key is None else unwrap(slot, wrapping_key)


def _decoded(content: bytes, version: int) -> tuple[tuple[Slot, ...], bytes]:
    """The slots and the inbox key, as bytes. Raises msgspec.DecodeError."""
    if version == 1:
        older = msgspec.json.decode(content, type=SlotsFileOfVersion1)
        return tuple(slot.today() for slot in older.slots), older.inbox
    file = msgspec.json.decode(content, type=SlotsFile)
    return tuple(file.slots), file.inbox


def _refuse_to_lock_out(left: Iterable[Kind | None]) -> None:
    """Raise UsageError if all kinds that a vault would be left with can vanish, or are not known here."""
    kinds = tuple(left)
    if any(kind is not None and not kind.vanishes for kind in kinds):
        return
    known = next((kind for kind in kinds if kind is not None), None)
    left_over = f"Only the {known.title} would be left, and {known.vanishes}." if known else NOTHING_LEFT
    raise UsageError(left_over, "Add a passphrase or a recovery key first.")


def _there_already() -> VaultError:
    return VaultError("There is a vault already.", "Start again, and it is used. See: voicecheck vault status")


def _encoded(slots: KeySlots) -> bytes:
    file = SlotsFile(VERSION, slots.inbox, list(slots.slots))
    return msgspec.json.format(msgspec.json.encode(file)) + b"\n"


def _write(slots: KeySlots) -> None:
    with doing("write the key slots"):
        write_atomically(slots.path, _encoded(slots))


def _replace(path: Path, slots: KeySlots) -> None:
    """Write the new file in one step, then overwrite the blocks of the old one, which has lost its name."""
    with doing("change the key slots"):
        sweep_leftovers(path)
        opened = Owned(open_existing(path))
    with opened as older:
        _write(slots)
        with doing("overwrite the old key slots"):
            overwrite(older.descriptor)


def sweep_leftovers(path: Path) -> None:
    """Shred the files that a killed change of the slots left: theirs would open the vault for ever. Raises OSError."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        shred(leftover, open_existing(leftover))


def _inbox(data_key: DataKey) -> bytes:
    return data_key.public_key + _check(data_key.public_key)


def _check(public_key: bytes) -> bytes:
    return hashlib.blake2b(public_key, digest_size=CHECK_BYTES).digest()


def _read(path: Path) -> bytes:
    try:
        return read_ordinary(path, MOST_FILE_BYTES)
    except FileNotFoundError as error:
        raise VaultError("There is no vault yet.", "Make one: voicecheck vault create") from error
    except OSError as error:
        raise storage_error(error, "read the key slots") from error


def _damaged(path: Path) -> VaultError:
    return VaultError(
        f"The key slots file {path} is damaged.", "A backup comes back with: voicecheck vault restore FILE"
    )
