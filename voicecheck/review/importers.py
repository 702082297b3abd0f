"""Entries from files: what `entry export` wrote as JSON, and voice memos."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from voicecheck.domain import PrivateWord
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.review.export import SCHEMA
from voicecheck.vault.archive import Archived, Restored
from voicecheck.vault.steps import Step
from voicecheck.vault.vault import Vault

BATCH = 50
"""entries in one transaction: stop between two, and the next import goes on there"""
_FAMILY = SCHEMA.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import of JSON."""

    new: int = 0
    same: int = 0
    """they were there already"""
    other: int = 0
    """they were there already and differ: what the vault has stays"""
    words: int = 0
    """feeling words of one's own that were not known"""

    def __add__(self, more: Imported) -> Imported:
        return Imported(self.new + more.new, self.same + more.same, self.other + more.other, self.words + more.words)


class ExportFile(msgspec.Struct, frozen=True):
    schema: str
    entries: list[msgspec.Raw]
    words: tuple[PrivateWord, ...] = ()
    asked: tuple[Step, ...] = ()


def read_export(path: Path) -> ExportFile:
    """Raises UsageError for what is no export, or one of a later version; no message repeats what the file holds."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=ExportFile)
    except OSError as error:
        raise VoicecheckError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except msgspec.DecodeError as error:
        raise _no_export(path, error) from error
    family, _, version = file.schema.partition("/")
    if family != _FAMILY:
        raise _no_export(path)
    if file.schema != SCHEMA:
        raise UsageError(f"{path} was written by another VoiceCheck, with export format {_digits(version)}.",
                         "Update VoiceCheck, then try again.")  # fmt: skip
    return file


def import_json(
    vault: Vault, path: Path, *, sound: bool = True, progress: Callable[[int, int], None] = lambda done, total: None
) -> Imported:
    """Take in every entry of an export that is not there already. Interrupted, it goes on where it stopped.

    `progress` is told how many of how many are done. Raises UsageError, VaultError.
    """
    file = read_export(path)
    count: Counter[Restored] = Counter()
    remaining = _archived(path, file)
    while batch := tuple(islice(remaining, BATCH)):
        count.update(vault.archive.restore(batch, sound=sound))
        progress(count.total(), len(file.entries))
    vault.steps.restore(file.asked)
    known = {word.word for word in vault.words.list()}
    unknown = [word for word in file.words if word.word not in known]
    for word in unknown:
        vault.words.add(word)
    return Imported(count[Restored.NEW], count[Restored.SAME], count[Restored.OTHER], len(unknown))


def _archived(path: Path, file: ExportFile) -> Iterator[Archived]:
    for number, raw in enumerate(file.entries, start=1):
        try:
            yield msgspec.json.decode(raw, type=Archived)
        except msgspec.DecodeError as error:
            raise _no_export(path, error, f"entry {number}, ") from error


def _no_export(path: Path, error: msgspec.DecodeError | None = None, where: str = "") -> UsageError:
    """The place is told, and not msgspec's sentence, which may quote what stands there."""
    place = re.search(r"at `(\$[\w.\[\]]*)`", str(error or ""))
    told = f" ({where}{place[1]})" if place else ""
    return UsageError(f"{path} is no export of VoiceCheck, or it is damaged{told}.",
                      "Give a file that `voicecheck entry export --format json` wrote.")  # fmt: skip


def _digits(version: str) -> str:
    return version if version.isdecimal() and len(version) < 6 else "of an unknown number"
