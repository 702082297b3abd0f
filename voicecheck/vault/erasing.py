"""The end of a vault: the key slots first, so that whatever interrupts the rest leaves only what nobody can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voicecheck.errors import VaultError
from voicecheck.paths import Paths, sync_folder
from voicecheck.vault.connection import writer_lock
from voicecheck.vault.files import open_existing, shred, storage_error
from voicecheck.vault.inbox import refuse_running


def erase_vault(paths: Paths) -> int:
    """Overwrite and remove what VoiceCheck keeps; the number of files that are not its own and were left.

    Needs no key. Interrupted, it can be called again. Raises VaultBusyError while somebody speaks or writes.
    """
    folder = paths.vault_folder
    if not folder.is_dir():
        raise VaultError("There is no vault to erase.", "See: voicecheck vault status")
    try:
        with writer_lock(folder):
            refuse_running(paths.inbox_folder)
            _shred_all([paths.slots_file, *folder.glob(f".{paths.slots_file.name}.*")])
            sync_folder(folder)
            _shred_all(_ours(paths))
            (folder / "vault.lock").unlink()
        return _remove_folders(paths)
    except OSError as error:
        raise storage_error(error, "erase all of the vault") from error


def _ours(paths: Paths) -> Iterator[Path]:
    """Database, WAL, shared memory, copies and leftovers, count, drawn questions, sealed answers."""
    yield from paths.vault_folder.glob(f"{paths.vault_file.name}*")
    yield from paths.vault_folder.glob(f".{paths.vault_file.name}*")
    yield from paths.vault_folder.glob("vault.count")
    yield from paths.vault_folder.glob(f"{paths.drawn_file.name}*")
    yield from paths.inbox_folder.glob("*.sealed")


def _shred_all(found: Iterator[Path] | list[Path]) -> None:
    for path in list(found):
        if path.is_symlink():  # what it points to is not ours
            path.unlink()
        elif path.is_file():
            shred(path, open_existing(path))


def _remove_folders(paths: Paths) -> int:
    left = 0
    for folder in (paths.inbox_folder, paths.vault_folder):
        if folder.is_dir():
            strangers = sum(1 for path in folder.iterdir() if path != paths.inbox_folder)
            left += strangers
            if not any(folder.iterdir()):
                folder.rmdir()
    return left
