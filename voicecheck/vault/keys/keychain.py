"""The login keychain as one more slot: convenient, and weaker, as it opens to every program of the person's login.

Only the systems' own keychains are used, by exact class. Other backends of `keyring` keep secrets in a readable file,
keep nothing, or pass on to whatever is installed.
"""

from __future__ import annotations

import binascii
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from voicecheck.errors import VaultError, VaultLockedError
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key, Kind, Person, Unlock, Way
from voicecheck.vault.keys.slot import SECRET_BYTES, Slot, derive_wrapping, wrap_with

SERVICE = "voicecheck"
SAFE_BACKENDS = {
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "libsecret",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
}
CHAINER = "keyring.backends.chainer.ChainerBackend"
INSTEAD = "Use a passphrase or a key file."

# What the backends' own libraries raise, where they are loaded at all.
_FOREIGN = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("jeepney.auth", "AuthenticationError"),
    ("dbus.exceptions", "DBusException"),
    ("gi.repository.GLib", "Error"),
    ("pywintypes", "error"),
)
T = TypeVar("T")


class Backend(Protocol):
    """The three methods of a `keyring` backend that are used here."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class Keychain:
    """Secrets of 32 bytes by account. Each method raises VaultError when the keychain refuses or has gone."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        return SAFE_BACKENDS.get(_class_name(self._backend), "keychain")

    def read(self, account: str) -> bytes | None:
        """Return the secret of this account; None if there is none, or not what was stored."""
        kept = _asked(lambda: self._backend.get_password(SERVICE, account))
        try:
            secret = bytes.fromhex(kept) if kept is not None else b""
        except (ValueError, binascii.Error):
            return None
        return secret if len(secret) == SECRET_BYTES else None

    def store(self, account: str, secret: bytes) -> None:
        """Keep the secret, and read it back to be sure."""
        _asked(lambda: self._backend.set_password(SERVICE, account, secret.hex()))
        if self.read(account) != secret:
            raise VaultError("The login keychain did not keep the key.", INSTEAD)

    def forget(self, account: str) -> None:
        if _asked(lambda: self._backend.get_password(SERVICE, account)) is not None:
            _asked(lambda: self._backend.delete_password(SERVICE, account))


class KeychainKind(Kind):
    name = "keychain"
    title = "login keychain"
    way = Way.FOUND
    adding = "(your login, weaker)"
    creating = "Open it with your login, and with a recovery key on paper."
    note = "weaker: opens with your login"
    single = True
    vanishes = "a keychain can vanish with the system"

    def make(self, person: Person, path: Path | None, *, may_skip: bool = False) -> KeychainKey:
        return KeychainKey(find_keychain())

    def open(self, person: Person, path: Path | None, unlock: Unlock) -> tuple[Key, DataKey]:
        key = KeychainKey(find_keychain())
        return key, unlock(key)

    def forget(self, slot: Slot) -> None:
        KeychainKey(find_keychain()).forget(slot)


KEYCHAIN = KeychainKind()


@dataclass(frozen=True, slots=True)
class KeychainKey(Key):
    """A secret for each slot, which lies in the keychain under the hexadecimal digits of the slot's salt."""

    kind: ClassVar[Kind] = KEYCHAIN
    keychain: Keychain

    def wrap(self, data_key: DataKey) -> Slot:
        """The secret is in the keychain before anything relies on it."""
        secret = os.urandom(SECRET_BYTES)
        slot = wrap_with(data_key, KEYCHAIN.name, secret)
        self.keychain.store(slot.salt.hex(), secret)
        return slot

    def wrapping_key(self, slot: Slot) -> bytes | None:
        secret = self.keychain.read(slot.salt.hex())
        return None if secret is None else derive_wrapping(secret, slot.kind, slot.salt)

    def refused(self) -> VaultLockedError:
        return VaultLockedError(
            "The login keychain does not open this vault.", "Type the passphrase, or name a key file."
        )

    def added(self, person: Person) -> None:
        person.tell("keychain_added", keychain=self.keychain.name)

    def forget(self, slot: Slot) -> None:
        self.keychain.forget(slot.salt.hex())


def find_keychain() -> Keychain:
    """Return the system's own keychain. Raises VaultError, naming what is there instead."""
    import keyring

    backend = _asked(keyring.get_keyring)
    chosen = choose(backend.backends if _class_name(backend) == CHAINER else [backend])  # type: ignore[attr-defined]
    if chosen is None:
        raise VaultError(f"There is no safe login keychain here ({_class_name(backend)}).", INSTEAD)
    return Keychain(chosen)


def choose(backends: Iterable[Backend]) -> Backend | None:
    """Return the first allowed backend; a subclass of an allowed one is somebody else's and is not."""
    return next((backend for backend in backends if _class_name(backend) in SAFE_BACKENDS), None)


def _class_name(backend: object) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _asked(question: Callable[[], T]) -> T:
    from keyring.errors import KeyringError

    foreign = (getattr(sys.modules.get(module), name, None) for module, name in _FOREIGN)
    try:
        return question()
    except (KeyringError, RuntimeError, OSError) as error:
        raise _refused(error) from error
    except tuple(kind for kind in foreign if isinstance(kind, type) and issubclass(kind, Exception)) as error:
        raise _refused(error) from error


def _refused(error: Exception) -> VaultError:
    return VaultError(f"The login keychain cannot be used ({type(error).__name__}).", INSTEAD)
