"""Unlocking the vault from the page: by what is typed there, or by a key that needs no typing; guesses are slowed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from voicecheck.errors import UsageError, VaultBusyError, VaultError, VaultFullError, VaultLockedError, VaultMovedError
from voicecheck.vault.keys.key_file import KEY_FILE
from voicecheck.vault.keys.kind import Way
from voicecheck.vault.keys.recovery_key import RECOVERY
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.rekeying import finish_rekey
from voicecheck.vault.vault import Vault

if TYPE_CHECKING:
    from voicecheck.paths import Paths
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.store.recordings import KeepAudio

FREE_TRIES = 3
FIRST_WAIT_S = 5.0
"""behind the last of the free tries; doubled with each further one"""
LONGEST_WAIT_S = 300.0


@dataclass
class Attempts:
    """Count of wrong secrets, and the time until the next one is looked at. It outlives a lock."""

    wrong: int = 0
    free_at: float = 0.0
    """on the clock"""
    clock: Callable[[], float] = time.monotonic

    @property
    def wait_s(self) -> float:
        return max(0.0, self.free_at - self.clock())

    def failed(self) -> None:
        self.wrong += 1
        if self.wrong >= FREE_TRIES:
            doubled = FIRST_WAIT_S * 2.0 ** min(self.wrong - FREE_TRIES, 10)
            self.free_at = self.clock() + min(doubled, LONGEST_WAIT_S)

    def passed(self) -> None:
        self.wrong, self.free_at = 0, 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """Outcome of taking in what was said while the vault was locked."""

    entries: int = 0
    lost_commits: int = 0
    """changes that were kept once and are no longer there"""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What the words of a recovery key open."""

    data_key: DataKey = field(repr=False)
    places: tuple[int, ...]
    """numbers of the words that were typed other than they were shown, one or two; all others were right"""


class Unlocking:
    """Ways to open the vault from the page. One secret is looked at at a time."""

    def __init__(self, paths: Paths, key_file: Path | None = None) -> None:
        self.key_file = key_file
        """named when the page was started"""
        self.attempts = Attempts()
        self._paths = paths
        self._busy = threading.Lock()

    @property
    def by_typing(self) -> bool:
        return self.key_file is None and any(kind.way is Way.TYPED for kind in self._slots().known_kinds)

    @property
    def without_typing(self) -> bool:
        return self.key_file is not None or any(kind.way is Way.FOUND for kind in self._slots().known_kinds)

    @property
    def by_paper(self) -> bool:
        """True if the vault has a recovery key."""
        return RECOVERY in self._slots().known_kinds

    def by_secret(self, typed: str) -> DataKey:
        """Return the data key. Raises VaultLockedError for a wrong secret, or one that came too soon; VaultError."""
        key = self._slowed(lambda: self._typed(self._slots(), typed, (Way.TYPED,)))
        finish_rekey(self._paths, key)
        return key

    def by_recovery_key(self, typed: str) -> OnPaper:
        """Return what these words open. Raises as `by_secret`, and UsageError for what cannot be a recovery key.

        Words that cannot be one are no guess: whoever copies them from paper may look once more, without a wait.
        """
        slots, reader = self._slots(), PaperReader(typed)
        if RECOVERY not in slots.known_kinds:
            raise VaultLockedError("This vault has no recovery key.", "It opens with its passphrase alone.")
        with self._guessing():
            key = RECOVERY.open(reader, None, slots.unlock)[1]
        finish_rekey(self._paths, key)
        return OnPaper(key, reader.places)

    def of_file(self, slots: KeySlots, typed: str) -> DataKey:
        """Return the key to a backup by its passphrase or recovery key, slowed as guesses at the vault's own are.

        Raises VaultLockedError.
        """
        return self._slowed(lambda: self._typed(slots, typed, (Way.TYPED, Way.RECOVERY)))

    def _slowed(self, look: Callable[[], DataKey]) -> DataKey:
        """Look at one guess; what cannot be a secret at all is a wrong one. Raises VaultLockedError."""
        with self._guessing():
            try:
                return look()
            except UsageError as error:
                raise VaultLockedError(error.message, error.hint) from error

    @contextmanager
    def _guessing(self) -> Iterator[None]:
        """Look at one guess, after the wait that the wrong ones before it have earned, and count it."""
        with self._alone():
            if self.attempts.wait_s:
                raise VaultLockedError("The passphrase was wrong too often, so there is a wait.", "Try again later.")
            try:
                yield
            except VaultLockedError:
                self.attempts.failed()
                raise
            self.attempts.passed()

    def by_found_key(self) -> DataKey:
        """Return the data key by the key file that was named, or by a key that is found. Raises VaultError."""
        slots, nobody = self._slots(), PagePerson("")
        if self.key_file is not None:
            key = KEY_FILE.open(nobody, self.key_file, slots.unlock)[1]
        else:
            key = self._found(slots, nobody)
        finish_rekey(self._paths, key)
        return key

    def _slots(self) -> KeySlots:
        return KeySlots.load(self._paths.slots_file)

    @staticmethod
    def _typed(slots: KeySlots, typed: str, ways: tuple[Way, ...]) -> DataKey:
        refused: VaultError = VaultLockedError(
            "This vault has no passphrase.", "Open it with the words of its recovery key."
        )
        for kind in slots.known_kinds:
            if kind.way in ways:
                try:
                    return kind.open(PagePerson(typed), None, slots.unlock)[1]
                except (VaultLockedError, UsageError) as error:
                    refused = VaultLockedError(error.message, error.hint)
        raise refused

    @staticmethod
    def _found(slots: KeySlots, nobody: PagePerson) -> DataKey:
        refused: VaultError = VaultLockedError("No key was found that opens the vault.", "Type your passphrase.")
        for kind in slots.known_kinds:
            if kind.way is Way.FOUND:
                try:
                    return kind.open(nobody, None, slots.unlock)[1]
                except VaultError as error:
                    refused = error
        raise refused

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._busy.acquire(blocking=False):
            raise VaultLockedError("The passphrase before this one is still being looked at.", "Wait a moment.")
        try:
            yield
        finally:
            self._busy.release()


def take_in(paths: Paths, key: DataKey, keep_audio: KeepAudio) -> Found:
    """Take in what waits sealed; nothing where another process writes, the disk is full, or the vault was moved out."""
    from voicecheck.diary.tagging import tagger_of

    try:
        with Vault.open(paths, key) as vault:
            taken = vault.ingest(keep_audio, tag=tagger_of(vault).tag)
            return Found(len(taken.entries), vault.lost_commits)
    except (VaultBusyError, VaultFullError, VaultMovedError):
        return Found()


class PagePerson:
    """The person at the page, as the kinds of keys ask: all there is to know is what they typed."""

    def __init__(self, typed: str) -> None:
        self._typed = typed

    def ask_secret(self, name: str) -> str:
        return self._typed

    def ask_new_secret(self, name: str) -> str:
        return self._typed

    def ask_line(self, question: str, **places: object) -> str:
        return self._typed

    def check_copied(self, words: Sequence[str], *, may_skip: bool) -> bool:
        return False

    def busy(self, doing: str) -> AbstractContextManager[object]:
        return nullcontext()

    def tell(self, sentence: str, **places: object) -> None:
        """Do nothing: the page says by itself what has come of it."""


class PaperReader(PagePerson):
    """The person at the page who typed the words of a recovery key: one that is found is not asked for again."""

    places: tuple[int, ...] = ()

    def ask_line(self, question: str, **places: object) -> str:
        if question == "recovery_ask_unknown":
            raise UsageError(
                f"Word {places['number']} is not a word of a recovery key.", "Look at the paper, letter by letter."
            )
        return self._typed if question == "recovery_ask_all" else ""

    def tell(self, sentence: str, **places: object) -> None:
        """Keep the numbers of the words that were put right."""
        self.places = tuple(sorted({int(str(place)) for place in places.values()}))
