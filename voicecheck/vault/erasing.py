"""Erase a vault: the key slots first, so that after an interruption what is left cannot be read by anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from voicecheck.errors import VaultError
from voicecheck.files import open_existing, shred, size_of, sync_folder
from voicecheck.paths import Paths
from voicecheck.vault.backup import ARRIVED, HOME
from voicecheck.vault.backup_folder import NAME as BACKED_UP
from voicecheck.vault.disk.errors import doing
from voicecheck.vault.disk.locking import writer_lock
from voicecheck.vault.disk.moved import NAME as MOVED
from voicecheck.vault.inbox.inbox import PARTS, SUFFIX, refuse_running
from voicecheck.vault.inbox.sealed_file import MOST_FILE_BYTES
from voicecheck.vault.keys.kinds import forget_elsewhere
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.recovery_offer import NAME as PUT_OFF


@dataclass(frozen=True, slots=True)
class Erased:
    left: int
    """files in the folder that are not of the vault"""
    kept_elsewhere: tuple[VaultError, ...]
    """why a key in another place, as a login keychain, could not be forgotten; it opens nothing any more"""


def erase_everything(paths: Paths) -> Erased:
    """Erase the vault, then what is kept elsewhere of its keys. Raises as `erase_vault` does."""
    try:
        slots = KeySlots.load(paths.slots_file).slots
    except VaultError:  # what is damaged can be erased all the same
        slots = ()
    left = erase_vault(paths)
    return Erased(left, forget_elsewhere(slots))


def erase_vault(paths: Paths) -> int:
    """Overwrite and remove what VoiceCheck keeps. Return the number of other files, which were left.

    A link is removed and never followed, be it of a file, of the inbox or of a vault beside. Vaults that a restore
    moved aside go too. Needs no key. Interrupted, it can be called again. Raises VaultBusyError while somebody speaks
    or writes, VaultError for a vault that is itself a link.
    """
    if paths.vault_folder.is_symlink():
        raise VaultError(
            f"The vault's folder is a link to {paths.vault_folder.resolve()}. Nothing was erased.",
            "Name the folder itself: VOICECHECK_HOME=FOLDER voicecheck vault erase",
        )
    with doing("erase all of the vault"):
        vaults = [replace(paths, vault_folder=folder) for folder in _folders(paths)]
        if not vaults:
            raise VaultError("There is no vault to erase.", "See: voicecheck vault status")
        with ExitStack() as stack:
            for vault in vaults:
                _remove_link(vault.vault_folder / "vault.lock")
                stack.enter_context(writer_lock(vault.vault_folder))
                if not vault.inbox_folder.is_symlink():
                    refuse_running(vault.inbox_folder)
            for vault in vaults:
                _shred_all([vault.slots_file, *vault.vault_folder.glob(f".{vault.slots_file.name}.*")])
                sync_folder(vault.vault_folder)
            for vault in vaults:
                _shred_all(_ours(vault))
                (vault.vault_folder / "vault.lock").unlink()
        return sum(map(_remove_folders, vaults))


def _folders(paths: Paths) -> list[Path]:
    name = paths.vault_folder.name
    beside = [paths.vault_folder.parent.glob(f"{name}.{reason}-*") for reason in ("before", "restoring", "restored")]
    found = [paths.vault_folder, *chain(*beside)]
    for folder in found:
        _remove_link(folder)
    return [folder for folder in found if folder.is_dir()]


def _remove_link(path: Path) -> None:
    if path.is_symlink():
        path.unlink()


def _ours(paths: Paths) -> Iterator[Path]:
    """Yield database, WAL, shared memory, leftovers, count, drawn questions, an invitation's fate, sealed answers."""
    kept, drawn, invited = paths.vault_file.name, paths.drawn_file.name, paths.invitation_file.name
    count = ("vault.count", ".vault.count.*")
    for names in (f"{kept}*", f".{kept}*", *count, f".{drawn}.*", f"{drawn}*", invited):
        yield from paths.vault_folder.glob(names)
    if paths.inbox_folder.is_symlink():
        yield paths.inbox_folder
    else:
        yield from paths.inbox_folder.glob("*.sealed")
        yield from paths.inbox_folder.glob(PARTS)
    yield from _brought(paths)
    for name in (BACKED_UP, PUT_OFF, ARRIVED, MOVED):  # this last: a move is ended once more where it was killed
        yield from paths.vault_folder.glob(f".{name}.*")
        yield from paths.vault_folder.glob(name)


def _brought(paths: Paths) -> list[Path]:
    """Return files and folders that came with a vault and wait for their place, the innermost first."""
    folder = paths.vault_folder / HOME
    return [folder] if folder.is_symlink() else [*sorted(folder.rglob("*"), reverse=True), folder]


def _shred_all(found: Iterator[Path] | list[Path]) -> None:
    for path in list(found):
        never_ours = path.suffix == SUFFIX and size_of(path) > MOST_FILE_BYTES  # all holes, perhaps
        if path.is_symlink() or never_ours:  # what a link points to is not ours
            path.unlink()
        elif path.is_file():
            shred(path, open_existing(path))


def _remove_folders(paths: Paths) -> int:
    left = 0
    for folder in (*_brought(paths), paths.inbox_folder, paths.vault_folder):
        if folder.is_dir():
            strangers = sum(1 for path in folder.iterdir() if path != paths.inbox_folder)
            left += strangers
            if not any(folder.iterdir()):
                folder.rmdir()
    return left
