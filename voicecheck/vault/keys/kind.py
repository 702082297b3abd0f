"""The port of a kind of key: what every kind can do, and what it may ask of a person.

A kind is one file beside this one and one row in `kinds.py`. `docs/extending.md` tells how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from typing import ClassVar, Protocol

from voicecheck.errors import VaultLockedError
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.slot import Slot


class Way(Enum):
    """How a command that unlocks the vault comes to a key of a kind."""

    TYPED = "typed"
    """a person is asked for it by every command"""
    FOUND = "found"
    """it is looked for without a question, before anybody is asked"""
    NAMED = "named"
    """a file that the person names, for all commands by one option"""
    RECOVERY = "recovery"
    """a person is asked for it by `vault recover` and `vault restore --recovery-key` alone"""


class Person(Protocol):
    """Whoever can be asked. Handed in from above: the vault itself neither asks nor prints.

    A sentence is given by its name in the phrase file, with what fills its places; any other text is shown as it is.
    """

    def hidden(self, name: str) -> str:
        """Ask for a secret, as `passphrase`, without showing what is typed."""
        ...

    def chosen(self, name: str) -> str:
        """Ask for a new secret, twice, likewise."""
        ...

    def shown(self, question: str, **places: object) -> str:
        """Ask for a line that can be seen while it is typed, on a screen that leaves nothing behind."""
        ...

    def copied(self, words: Sequence[str], *, may_skip: bool) -> bool:
        """Show words to write on paper, and ask for some of them; False where that may be skipped, and was."""
        ...

    def busy(self, doing: str) -> AbstractContextManager[object]:
        """Say what takes a moment, while it does."""
        ...

    def tell(self, sentence: str, **places: object) -> None: ...


class Key(Protocol):
    """A secret at hand, of one kind: it wraps a data key into a slot, and opens the slots that it made."""

    kind: ClassVar[Kind]

    def prepare(self) -> None:
        """Called before a slot is made for the first time. Raises UsageError for a secret that protects nothing."""
        return

    def wrap(self, data_key: DataKey) -> Slot:
        """Raises UsageError, VaultError."""
        ...

    def wrapping_key(self, slot: Slot) -> bytes | None:
        """For a sound slot of its kind; None where this key cannot be the one of the slot. Raises VaultError."""
        ...

    def refused(self) -> VaultLockedError:
        """The sentence for a key that opens no slot."""
        ...

    def added(self, person: Person) -> None:
        """Tell that the key opens the vault from now on."""
        ...

    def forget(self, slot: Slot) -> None:
        """Destroy what is kept outside the vault for a slot that is gone. Raises VaultError."""
        return


Unlock = Callable[[Key], DataKey]
"""raises VaultLockedError where the key does not fit"""


class Kind(Protocol):
    """One kind of key. Its name stands in the slots file; its title completes "with a ..."."""

    name: ClassVar[str]
    title: ClassVar[str]
    way: ClassVar[Way]
    adding: ClassVar[str] = ""
    """completes its name in the help of `vault slots add`; empty where another command adds it"""
    creating: ClassVar[str] = ""
    """the help of the switch that makes a vault with it, for a kind that is found without a question; empty for none"""
    note: ClassVar[str] = ""
    """the remark beside it in a list of keys"""
    single: ClassVar[bool] = False
    """a newer one takes the place of the older"""
    vanishes: ClassVar[str] = ""
    """why a vault may not be left with keys of this kind alone: completes "Only ... would be left, and"; else empty"""

    @property
    def command(self) -> str:
        """Its name on a command line."""
        return self.name.replace("_", "-")

    @property
    def needs_person(self) -> bool:
        return self.way in (Way.TYPED, Way.RECOVERY)

    def make(self, person: Person, path: Path | None, *, may_skip: bool = False) -> Key | None:
        """A key for a new slot; None where it may be left for another day, and was. `path` is for one that is named.

        Raises UsageError, VaultError.
        """
        ...

    def open(self, person: Person, path: Path | None, unlock: Unlock) -> tuple[Key, DataKey]:
        """One attempt: find the key, or ask for it, and open the vault.

        Raises VaultLockedError where it does not fit, UsageError where it cannot be one, VaultError otherwise.
        """
        ...

    def sound(self, slot: Slot) -> bool:
        """True if its own fields may be tried; within these bounds they are then authenticated."""
        return not slot.own

    def forget(self, slot: Slot) -> None:
        """As a key's, for whoever has none at hand. Raises VaultError."""
        return
