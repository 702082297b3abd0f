"""Backups in a folder of the person's choice, old ones thinned, and the age of the newest backup.

A backup that is written by itself is named by the second, `voicecheck-2026-11-30-214501.backup`; others are never
touched. `backed_up.json` in the vault's folder tells, without a key, when the newest backup was made, and where its age
was mentioned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from voicecheck import clock
from voicecheck.errors import VaultError
from voicecheck.files import read_ordinary, write_atomically
from voicecheck.paths import Paths
from voicecheck.vault.backup import PART, make_backup, read_slots
from voicecheck.vault.disk.errors import doing
from voicecheck.vault.disk.parts import remove_leftovers
from voicecheck.vault.keys.data_key import DataKey

NAME = "backed_up.json"
NEWEST_KEPT = 3
OLD_AFTER = timedelta(days=30)
_OURS = re.compile(r"voicecheck-(\d{4}-\d{2})-\d{2}-\d{6}\.backup")

Place = Literal["terminal", "page"]


@dataclass(frozen=True, slots=True)
class NewestBackup:
    """Record of the newest backup."""

    made_at: datetime | None = None
    """None where none is known"""
    told: tuple[str, ...] = ()
    """places at which its age was mentioned"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A backup that is old."""

    days: int | None
    """age of the newest one; None where none is known"""


def back_up_into(paths: Paths, data_key: DataKey, folder: Path) -> Path:
    """Write a backup into `folder`, read it back, and thin the older ones. Return its path. Raises VaultError."""
    target = folder / f"voicecheck-{clock.now():%Y-%m-%d-%H%M%S}.backup"
    remove_leftovers(folder, f".voicecheck-*.backup.*{PART}")
    make_backup(paths, data_key, target)
    note_backup(paths)
    with doing("thin the older backups"):
        ours = [path for path in folder.iterdir() if _OURS.fullmatch(path.name) and path != target]
        for path in to_thin(ours, target):
            if _is_of(path, data_key):
                path.unlink(missing_ok=True)
    return target


def to_thin(older: Sequence[Path], newest: Path) -> list[Path]:
    """Return the backups that may go: neither among the newest three, nor the newest of their month."""
    ordered = [newest, *sorted(older, key=lambda path: path.name, reverse=True)]
    months, gone = set[str](), list[Path]()
    for place, path in enumerate(ordered):
        month = path.name[: len("voicecheck-2026-11")]
        if place >= NEWEST_KEPT and month in months:
            gone.append(path)
        months.add(month)
    return gone


def note_backup(paths: Paths) -> None:
    """Record that a backup was made now. Where that cannot be written, the backup is as good."""
    with suppress(OSError):
        _write(paths, NewestBackup(clock.now()))


def mention_once(paths: Paths, first_day: date | None, place: Place) -> Overdue | None:
    """Return how old the newest backup is, if that is long and was not mentioned at this place before.

    A vault without any is looked at from the day of its first entry on.
    """
    kept = _read(paths)
    if place in kept.told or first_day is None:
        return None
    at = clock.now()
    age = clock.local_date(at) - first_day if kept.made_at is None else at - kept.made_at
    if age <= OLD_AFTER:
        return None
    with suppress(OSError):
        _write(paths, replace(kept, told=(*kept.told, place)))
    return Overdue(None if kept.made_at is None else age.days)


def _is_of(path: Path, data_key: DataKey) -> bool:
    """True for a whole head with this vault's key: another person's backups on the same stick are theirs."""
    with suppress(VaultError):
        return read_slots(path).public_key == data_key.public_key
    return False


def _read(paths: Paths) -> NewestBackup:
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(read_ordinary(paths.vault_folder / NAME, 1 << 16), type=NewestBackup)
    return NewestBackup()


def _write(paths: Paths, record: NewestBackup) -> None:
    write_atomically(paths.vault_folder / NAME, msgspec.json.encode(record))
