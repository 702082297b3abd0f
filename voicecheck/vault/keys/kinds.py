"""The kinds of keys that open a vault: this table alone knows all of them.

Commands offer them in this order, and look for those first that need no question.
"""

from __future__ import annotations

from collections.abc import Iterable

from voicecheck.vault.keys.key_file import KEY_FILE
from voicecheck.vault.keys.keychain import KEYCHAIN
from voicecheck.vault.keys.kind import Kind
from voicecheck.vault.keys.passphrase import PASSPHRASE
from voicecheck.vault.keys.recovery_key import RECOVERY
from voicecheck.vault.keys.slot import Slot

KINDS: tuple[Kind, ...] = (PASSPHRASE, RECOVERY, KEYCHAIN, KEY_FILE)


def named(name: str) -> Kind | None:
    """None for a kind that a later VoiceCheck has made."""
    return next((kind for kind in KINDS if kind.name == name), None)


def kind_of(slot: Slot) -> Kind | None:
    return named(slot.kind)


def titles(names: Iterable[str]) -> list[str]:
    """How a person calls these kinds; one that is not known by its name."""
    return [name if kind is None else kind.title for name, kind in ((name, named(name)) for name in names)]


def sound(slot: Slot) -> bool:
    """True if it may be tried here: its kind is known, and it is not damaged."""
    kind = kind_of(slot)
    return kind is not None and slot.whole and kind.sound(slot)


def title_of(slot: Slot) -> str:
    return titles([slot.kind])[0]
