"""A restore: the vault is built and verified beside the old one, and takes its place in two renames.

Beside the vault's folder, all of one restore with the same tag:

| name                  | content                                                                             |
|-----------------------|-------------------------------------------------------------------------------------|
| `vault.restoring-TAG` | what is being built; whoever builds holds its `vault.lock`                          |
| `vault.restored-TAG`  | the whole vault, verified and durable, about to take the place                      |
| `vault.before-TAG`    | the vault that stood there before, whole; it stays                                  |

Killed before there is a `vault.restored-TAG`, a restore has changed nothing, and what it built is removed at the next
start. Killed later, it is finished there.
"""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from voicecheck import clock
from voicecheck.errors import VaultBusyError, VaultError
from voicecheck.files import make_private_folder, open_existing, shred, size_of, sync_folder
from voicecheck.paths import Paths
from voicecheck.signals import undisturbed
from voicecheck.vault.backup import INBOX, Contents, Progress, safe_name, unpack
from voicecheck.vault.disk.errors import doing, present, storage_error
from voicecheck.vault.inbox.inbox import answers, refuse_running
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.store.locking import writer_lock

RESTORING, RESTORED, BEFORE = "restoring", "restored", "before"


@dataclass(frozen=True, slots=True)
class Restored:
    """Result of a restore: its contents, and the older vault that was moved aside."""

    contents: Contents | None
    """None for one that was interrupted and is finished now"""
    aside: Path | None
    """path of the vault that stood there before"""
    newer_answers: int
    """sealed answers that lie there, and not, or shorter, in the vault now"""
    same_key: bool
    """True if those can be read in the vault now"""


def restore(
    file: Path, data_key: DataKey, paths: Paths, progress: Progress = lambda done: None, *, beside: bool = False
) -> Restored:
    """Put the vault of the backup in its place; one that is there is moved aside, whole.

    `beside` brings files from beside the vault, too, into the vault's folder.

    Raises VaultBusyError while somebody speaks or writes, VaultError; what stood there before still stands there then.
    """
    folder = paths.vault_folder
    make_private_folder(folder.parent)
    sweep(paths)
    with doing("restore the backup"):
        tag = f"{clock.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        building = folder.with_name(f"{folder.name}.{RESTORING}-{tag}")
        ready = _renamed(building, RESTORING, RESTORED)
        try:
            building.mkdir(mode=0o700)
            with writer_lock(building):
                contents = unpack(file, data_key, building, progress, beside=beside)
                with _nobody_at_work(paths):
                    building.rename(ready)
                    sync_folder(folder.parent)
                    aside = _take_place(ready, folder)
        finally:
            _take_back(ready, building)
    return _restored(paths, contents, aside)


@undisturbed
def _take_back(ready: Path, building: Path) -> None:
    """Discard a built vault that did not take its place. Raises OSError."""
    if ready.exists():
        ready.rename(building)  # from here on nobody takes it for whole
        sync_folder(building.parent)
    _discard(building)


def finish_restore(paths: Paths) -> Restored | None:
    """Bring a restore to its end that was killed after its vault was whole; None where there is none.

    Left for later while somebody speaks or writes. Raises VaultError.
    """
    ready = next(reversed(_beside(paths, RESTORED)), None)
    if ready is None:
        return None
    aside: Path | None = _renamed(ready, RESTORED, BEFORE)
    try:
        with writer_lock(ready), _nobody_at_work(paths):
            aside = _take_place(ready, paths.vault_folder) or aside
    except VaultBusyError:
        return None
    except OSError as error:
        raise storage_error(error, "finish the restore that was interrupted") from error
    return _restored(paths, None, aside if aside and aside.is_dir() else None)


def sweep(paths: Paths) -> bool:
    """Remove what restores left that were killed before any change. Return True if there was something."""
    abandoned = False
    for folder in _beside(paths, RESTORING):
        with suppress(OSError):
            folder.rmdir()  # nothing was built yet
        with suppress(VaultBusyError):
            if folder.exists():
                with writer_lock(folder):
                    _discard(folder)
                    abandoned = True
    return abandoned


def refuse_beside(paths: Paths) -> None:
    """Raise VaultError if there is no vault, but one that a restore left beside: a new one would hide it."""
    place = paths.vault_folder
    if present(place):
        return
    if _beside(paths, RESTORING) or _beside(paths, RESTORED):
        raise VaultBusyError("A backup is being restored right now.", "Let it finish, then try again.")
    aside = next(reversed(_beside(paths, BEFORE)), None)
    if aside is not None:
        raise VaultError(
            f"There is no vault here, only one that a restore moved aside: {aside}.",
            f"Put it back: {shlex.join(['mv', str(aside), str(place)])}, or restore a backup: "
            "voicecheck vault restore FILE",
        )


def _beside(paths: Paths, state: str) -> list[Path]:
    """Return folders of that state, oldest first; never a link."""
    found = paths.vault_folder.parent.glob(f"{paths.vault_folder.name}.{state}-*")
    return sorted(folder for folder in found if folder.is_dir() and not folder.is_symlink())


def _renamed(folder: Path, state: str, other: str) -> Path:
    return folder.with_name(folder.name.replace(f".{state}-", f".{other}-"))


@contextmanager
def _nobody_at_work(paths: Paths) -> Iterator[None]:
    """Hold the vault that is there, for a restore. Raises VaultBusyError while somebody writes to it, or speaks."""
    if not present(paths.vault_folder):
        yield
        return
    with writer_lock(paths.vault_folder):
        refuse_running(paths.inbox_folder)
        yield


def _take_place(ready: Path, folder: Path) -> Path | None:
    """Move the built vault into place. Return the path of the older one. Raises OSError, with the place as it was."""
    aside = None
    if present(folder):
        aside = _renamed(ready, RESTORED, BEFORE)
        while present(aside):
            aside = aside.with_name(f"{aside.name}-again")
        folder.rename(aside)
    try:
        sync_folder(folder.parent)  # never the second rename without the first
        ready.rename(folder)
    except BaseException:
        if aside is not None and not present(folder):
            aside.rename(folder)
        raise
    sync_folder(folder.parent)
    return aside


def _restored(paths: Paths, contents: Contents | None, aside: Path | None) -> Restored:
    if aside is None:
        return Restored(contents, None, 0, True)
    return Restored(contents, aside, _newer(aside / INBOX, paths.inbox_folder), _same_key(aside, paths))


def _newer(aside: Path, inbox: Path) -> int:
    """Return the number of sealed answers in `aside` that `inbox` lacks, or has only a shorter copy of."""
    there = {safe_name(os.fsencode(path.name)): size_of(path) for path in answers(inbox)}
    return sum(size_of(path) > there.get(safe_name(os.fsencode(path.name)), 0) for path in answers(aside))


def _same_key(aside: Path, paths: Paths) -> bool:
    with suppress(VaultError):
        return KeySlots.load(aside / paths.slots_file.name).public_key == KeySlots.load(paths.slots_file).public_key
    return False


def _discard(folder: Path) -> None:
    """Destroy what was built and is not needed; it may hold what was deleted since."""
    for path in folder.rglob("*") if folder.is_dir() else ():
        with suppress(OSError):
            shred(path, open_existing(path))
    shutil.rmtree(folder, ignore_errors=True)
