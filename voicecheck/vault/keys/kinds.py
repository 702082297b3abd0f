"""The kinds of keys that open a vault: this table alone knows all of them.

Commands offer them in this order, and look for those first that need no question.
"""

from __future__ import annotations

from collections.abc import Iterable

from voicecheck.errors import VaultError
from voicecheck.vault.keys.key_file import KEY_FILE
from voicecheck.vault.keys.keychain import KEYCHAIN
from voicecheck.vault.keys.kind import Kind
from voicecheck.vault.keys.memory import MEMORY
from voicecheck.vault.keys.passphrase import PASSPHRASE
from voicecheck.vault.keys.recovery_key import RECOVERY
from voicecheck.vault.keys.slot import Slot

KINDS: tuple[Kind, ...] = (PASSPHRASE, RECOVERY, KEYCHAIN, KEY_FILE, MEMORY)


def find_kind(name: str) -> Kind | None:
    """Return the kind of this name; None for one that only a later VoiceCheck knows."""
    return next((kind for kind in KINDS if kind.name == name), None)


def kind_of(slot: Slot) -> Kind | None:
    return find_kind(slot.kind)


def titles(names: Iterable[str]) -> list[str]:
    """Return the titles of these kinds; of one that is not known here its name."""
    return [name if kind is None else kind.title for name, kind in ((name, find_kind(name)) for name in names)]


def usable(slot: Slot) -> bool:
    """True if the slot may be tried here: its kind is known, and it is not damaged."""
    kind = kind_of(slot)
    return kind is not None and slot.whole and kind.usable(slot)


def title_of(slot: Slot) -> str:
    return titles([slot.kind])[0]


def forget_elsewhere(gone: Iterable[Slot]) -> tuple[VaultError, ...]:
    """Destroy what is kept outside the vault for slots that open nothing any more; return why where that failed."""
    faults = []
    for slot in gone:
        kind = kind_of(slot)
        if kind is not None:
            try:
                kind.forget(slot)
            except VaultError as fault:
                faults.append(fault)
    return tuple(faults)
