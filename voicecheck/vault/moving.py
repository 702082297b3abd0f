"""A move to another computer: everything in one encrypted file, a proof that it is all there, then the old one erased.

The file is a backup (`backup.py`) with files from beside the vault in it, and with a proof, which only who has opened
the file and read it whole knows. In the old folder `moved.json` stands (`moved.py`), in the new one `arrived.json`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from voicecheck.clock import now
from voicecheck.errors import UsageError, VaultError, VaultMovedError
from voicecheck.files import (
    SHREDDED,
    make_private_folder,
    open_existing,
    read_ordinary,
    shred,
    size_of,
    sync_folder,
    write_atomically,
)
from voicecheck.paths import Paths
from voicecheck.vault.backup import ARRIVED, HOME, Along, Contents, Progress, fit_to_carry, make_backup, remove_parts
from voicecheck.vault.disk.errors import doing, present
from voicecheck.vault.disk.locking import writer_lock
from voicecheck.vault.disk.moved import NAME as MOVED
from voicecheck.vault.disk.moved import UNDO, Moved, read_mark, refuse_moved, remove_mark, write_mark
from voicecheck.vault.erasing import Erased, erase_everything
from voicecheck.vault.inbox.inbox import refuse_running
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.restoring import Restored, restore

SETTINGS = f"{HOME}/settings.toml"
ASIDE = ".before-move"
"""how the name of a file ends whose place was taken by another"""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for another
_GROUP = 4
_MOST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Arrived:
    """Result of a vault's moving in."""

    proof: str
    """to be typed on the old computer"""
    kept: tuple[Path, ...] = ()
    """files that stood here with other content, under the names they have now"""
    restored: Restored | None = None
    """None where it had come in before"""


def move_out(paths: Paths, data_key: DataKey, target: Path, progress: Progress = lambda done: None) -> Contents:
    """Write everything to the new file `target`, read it back, and let nothing more be added to the vault here.

    Raises VaultBusyError while somebody speaks or writes, VaultMovedError, VaultError; then nothing was changed.
    """
    folder = paths.vault_folder
    refuse_moved(folder)
    with doing("move the vault"), writer_lock(folder):
        beside = dict(_lying_beside(paths))
        proof = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(2))
        mark = Moved(now(), str(target.absolute()), _digest(proof), {name: _sha256(beside[name]) for name in beside})
        write_mark(folder, mark)
        try:
            refuse_running(paths.inbox_folder)  # whoever begins to speak from here on sees the mark
            along = Along(beside, proof, lambda: write_mark(folder, replace(mark, whole=True)))
            return make_backup(paths, data_key, target, progress, along)
        except BaseException:
            moved = read_mark(folder)
            if moved is None or not moved.whole or not present(target):  # else the file may be of use to somebody
                remove_mark(folder)
            raise


def move_in(
    file: Path, data_key: DataKey, paths: Paths, found: Contents, progress: Progress = lambda done: None
) -> Arrived:
    """Put everything from the file of a move in its place; `found` is what was read in it. Raises as `restore` does.

    What is there is moved aside, whole. A file that has come in before changes nothing: its proof is told again.
    """
    if not found.proof:
        raise VaultError(f"{file} is a backup, not the file of a move.", "Bring it back: voicecheck vault restore FILE")
    if came_in(paths, found):
        return settle_arrival(paths) or Arrived(found.proof)
    restored = restore(file, data_key, paths, progress, beside=True)
    arrived = settle_arrival(paths) or Arrived(found.proof)
    return replace(arrived, restored=restored)


def came_in(paths: Paths, found: Contents) -> bool:
    """True if the vault that is here came in with this very file."""
    return bool(found.proof) and proof_here(paths) == found.proof


def settle_arrival(paths: Paths) -> Arrived | None:
    """Put what came with a vault beside it; None where nothing waits. Can be called again after any interruption."""
    brought = paths.vault_folder / HOME
    if not present(brought):
        return None
    kept: list[Path] = []
    with doing("put settings and packs in their place"), writer_lock(paths.vault_folder):
        for source in sorted(path for path in brought.rglob("*") if path.is_file()):
            place = _place(paths, source.relative_to(paths.vault_folder).as_posix())
            if place is not None:
                kept += _take_place(source, place)
        shutil.rmtree(brought)
        sync_folder(paths.vault_folder)
    return Arrived(proof_here(paths), tuple(kept))


def take_back(paths: Paths) -> None:
    """Let the vault go on here after all. Raises VaultError where it was not moved out, VaultBusyError."""
    with writer_lock(paths.vault_folder), doing("go on here"):
        if not present(paths.vault_folder / MOVED):
            raise _not_moved()
        with suppress(VaultMovedError):  # of a note that is damaged
            moved = read_mark(paths.vault_folder)
            remove_parts(Path(moved.file if moved else MOVED))
        remove_mark(paths.vault_folder)


def finish_move(paths: Paths, proof: str) -> Erased:
    """Erase the vault that was moved out, and what went along and was not changed since. Can be called again.

    Raises UsageError for another proof than the new computer showed, VaultError where nothing was moved out.
    """
    moved = read_mark(paths.vault_folder)
    if moved is None or not moved.whole:
        raise _not_moved()
    if not hmac.compare_digest(moved.proof, _digest(proof)):
        raise UsageError("That is not what the new computer shows. Nothing was erased.", f"Look again there. {UNDO}")
    remove_parts(Path(moved.file))
    with doing("erase what was moved"):
        for name, digest in moved.beside.items():
            place = _place(paths, name)
            if place is not None and present(place) and _is_ours(place, digest):
                shred(place, open_existing(place))
    return erase_everything(paths)


def _not_moved() -> VaultError:
    return VaultError("This vault was not moved out.", "Move it: voicecheck vault move out FILE")


def _take_place(source: Path, place: Path) -> list[Path]:
    """Move a file to its place; return the new name of another that stood there. Raises OSError."""
    content, kept = source.read_bytes(), list[Path]()
    if size_of(place) and read_ordinary(place, _MOST_BYTES) != content:
        aside = place.with_name(place.name + ASIDE)
        while present(aside):
            aside = aside.with_name(aside.name + "-again")
        place.rename(aside)
        kept.append(aside)
    make_private_folder(place.parent)
    write_atomically(place, content)
    source.unlink()
    return kept


def _lying_beside(paths: Paths) -> Iterator[tuple[str, Path]]:
    """Yield settings, own packs, own help lines and prepared voices, by their names in the file. Raises VaultError."""
    if size_of(paths.settings_file):
        yield SETTINGS, paths.settings_file
    for kind, folder, pattern in _folders(paths):
        for path in sorted(folder.glob(pattern)) if folder.is_dir() else ():
            if not 0 < size_of(path) <= _MOST_BYTES:
                continue
            if not fit_to_carry(path.name):
                raise VaultError(
                    f"A file in {folder} has a name that not every computer takes.", "Give it a plain name, then again."
                )
            yield f"{HOME}/{kind}/{path.name}", path


def _folders(paths: Paths) -> tuple[tuple[str, Path, str], ...]:
    return (
        ("prompts", paths.prompts_folder, "*.toml"),
        ("resources", paths.resources_folder, "*.toml"),
        ("prepared", paths.prepared_folder, "*.zip"),
    )


def _place(paths: Paths, name: str) -> Path | None:
    """Return where a file of this name inside belongs; None for one that is none of ours."""
    if name == SETTINGS:
        return paths.settings_file
    for kind, folder, _ in _folders(paths):
        begin, _, rest = name.rpartition("/")
        if begin == f"{HOME}/{kind}" and fit_to_carry(rest):
            return folder / rest
    return None


def proof_here(paths: Paths) -> str:
    """Return the proof that came with the vault that is here; empty for one that was not moved in."""
    with suppress(FileNotFoundError, msgspec.DecodeError):
        return msgspec.json.decode(read_ordinary(paths.vault_folder / ARRIVED, 1 << 16), type=dict[str, str])["proof"]
    return ""


def _is_ours(place: Path, digest: str) -> bool:
    """True for the very file that went along, and for one whose erasing was interrupted. Raises OSError."""
    content = read_ordinary(place, _MOST_BYTES)
    return not content or content.startswith(SHREDDED) or hashlib.sha256(content).hexdigest() == digest


def _digest(proof: str) -> str:
    """Digest of a proof as a person types it."""
    typed = "".join(letter for letter in proof.lower() if letter.isalnum())
    return hashlib.blake2b(typed.encode(), digest_size=16).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(read_ordinary(path, _MOST_BYTES)).hexdigest()
