"""What carries a vault from and to files, started from the page, in a thread: checked, brought in, moved out.

Stopped, or where anything fails, what stood there before still stands there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voicecheck.errors import StoppedError
from voicecheck.files import size_of
from voicecheck.web.site.background import Background

if TYPE_CHECKING:
    from voicecheck.paths import Paths
    from voicecheck.vault.backup import Contents
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.restoring import Restored
    from voicecheck.vault.verifying import Finding

STOPPED = StoppedError("It was stopped.")


class Carrying(Background):
    """One of them on its way; `doing` is the phrase that says which."""

    doing = ""

    def __init__(self, file: Path | None, total: int, work: Callable[[], None]) -> None:
        """`total` is about how many bytes there are; 0 where nobody can tell how far it is."""
        self.file = file
        self.handle = secrets.token_hex(9)
        self.done = 0
        self.total = total
        super().__init__(work, "carrying")

    @property
    def was_stopped(self) -> bool:
        return self.fault is STOPPED

    def step(self, done: int) -> None:
        self.done += done
        if self.stopped:
            raise STOPPED


@dataclass(frozen=True, slots=True)
class Arrival:
    """A vault that has come from a file, and what was there before."""

    restored: Restored | None
    """None where it had come in before"""
    proof: str = ""
    """in the file of a move: what the old computer wants to know"""
    kept: tuple[Path, ...] = ()
    """files beside the vault that stood in the way, under their new names"""


def put(file: Path, data_key: DataKey, paths: Paths, found: Contents, progress: Callable[[int], None]) -> Arrival:
    """Put the vault of a file in its place that was read whole. Raises VaultError; then nothing was changed."""
    from voicecheck.vault.disk.moved import refuse_moved
    from voicecheck.vault.moving import move_in
    from voicecheck.vault.restoring import restore

    if found.proof:
        arrived = move_in(file, data_key, paths, found, progress)
        return Arrival(arrived.restored, arrived.proof, arrived.kept)
    refuse_moved(paths.vault_folder)
    return Arrival(restore(file, data_key, paths, progress))


class Looking(Carrying):
    """A backup, or the file of a move, is read whole, with the database in it."""

    doing = "carry_looking"

    def __init__(self, file: Path, data_key: DataKey, paths: Paths) -> None:
        self.data_key = data_key
        self.found: Contents | None = None
        self.findings: tuple[Finding, ...] = ()
        self._paths = paths
        self._file = file
        super().__init__(file, size_of(file), self._look)

    def _look(self) -> None:
        from voicecheck.vault.verifying import verify_backup

        self.found, self.findings = verify_backup(self._file, self.data_key, self._paths, self.step)


class Putting(Carrying):
    """A file that was read whole takes the place of what is here, which is moved aside."""

    doing = "carry_putting"

    def __init__(self, looked: Looking, paths: Paths, arrived: Callable[[DataKey], None]) -> None:
        """`arrived` is called with the key once all is in its place."""
        assert looked.file is not None
        self.looked = looked
        self.arrival: Arrival | None = None
        self._file = looked.file
        self._paths = paths
        self._arrived = arrived
        super().__init__(looked.file, size_of(looked.file), self._put)

    def _put(self) -> None:
        found, key = self.looked.found, self.looked.data_key
        assert found is not None
        self.arrival = put(self._file, key, self._paths, found, self.step)
        self._arrived(key)


class BringingIn(Carrying):
    """A file is read whole, and put where there is no vault yet."""

    doing = "carry_looking"

    def __init__(self, file: Path, data_key: DataKey, paths: Paths, arrived: Callable[[DataKey], None]) -> None:
        """`arrived` is called with the key once all is in its place."""
        self.found: Contents | None = None
        self.arrival: Arrival | None = None
        self._file, self._data_key, self._paths, self._arrived = file, data_key, paths, arrived
        super().__init__(file, 2 * size_of(file), self._bring)

    def _bring(self) -> None:
        from voicecheck.vault.backup import check_backup

        found = check_backup(self._file, self._data_key, self.step)
        self.arrival = put(self._file, self._data_key, self._paths, found, self.step)
        self._arrived(self._data_key)
        self.found = found


class MovingOut(Carrying):
    """Everything is written into one file; from then on the vault is only read here."""

    doing = "carry_writing"

    def __init__(self, file: Path, total: int, write: Callable[[Path, Callable[[int], None]], list[str]]) -> None:
        """`write` returns sentences on what was switched off here."""
        self.switched_off: list[str] = []
        self._write = write
        self._file = file
        super().__init__(file, total, self._move)

    def _move(self) -> None:
        self.switched_off = self._write(self._file, self.step)


class Verifying(Carrying):
    """Every page, row, key slot and sealed answer of the vault is looked at."""

    doing = "restore_verifying"

    def __init__(self, paths: Paths, data_key: DataKey) -> None:
        self.findings: tuple[Finding, ...] = ()
        self._paths = paths
        self._data_key = data_key
        super().__init__(None, 0, self._verify)

    def stop(self) -> None:
        """Wait for nothing: it only reads, and a lock must not be held up by it."""
        self.leave()

    def _verify(self) -> None:
        from voicecheck.vault.verifying import verify_vault

        self.findings = verify_vault(self._paths, self._data_key)
