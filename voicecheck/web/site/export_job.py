"""An export started from the page: runs in a thread with its own connection; can be watched and stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from voicecheck.clock import now
from voicecheck.diary.export import clear_leftovers, note, note_name, private_file, write_csv, write_json
from voicecheck.errors import NotFoundError, StoppedError, UsageError
from voicecheck.files import make_private_folder
from voicecheck.vault.disk.errors import present
from voicecheck.vault.vault import Vault
from voicecheck.web.site.background import Background

ENDINGS: dict[str, str] = {"json": ".json", "csv": ".csv", "markdown": ""}

STOPPED = StoppedError("The export was stopped, and nothing of it is left.")


@dataclass(frozen=True, slots=True)
class Wanted:
    form: str
    folder: Path
    since: date | None
    until: date | None
    sound: bool


class ExportJob(Background):
    """One export in a thread of its own, with a connection of its own; it can be watched and stopped."""

    def __init__(self, wanted: Wanted, reading: Callable[[], AbstractContextManager[Vault]]) -> None:
        self.path = free_name(wanted.folder, f"voicecheck-{now():%Y-%m-%d}", ENDINGS[wanted.form])
        self.done = 0
        self.total = 0
        self._wanted = wanted
        self._reading = reading
        super().__init__(self._export, "export")

    def _export(self) -> None:
        with self._reading() as vault:
            entry_ids = vault.entries.select(None, self._wanted.since, self._wanted.until)
            self.total = len(entry_ids)
            if not entry_ids:
                raise NotFoundError("Nothing of yours is kept in that time.", "Choose other days, or none.")
            self._write(vault, entry_ids)

    def _write(self, vault: Vault, entry_ids: Sequence[str]) -> None:
        if self._wanted.form == "markdown":
            self._write_notes(vault, entry_ids)
            return
        clear_leftovers(self.path.parent)
        with private_file(self.path) as file:
            if self._wanted.form == "csv":
                write_csv(vault, entry_ids, file, self._step, bom=True)
            else:
                whole = not (self._wanted.since or self._wanted.until)
                write_json(vault, entry_ids, file, now(), sound=self._wanted.sound, whole=whole, progress=self._step)

    def _write_notes(self, vault: Vault, entry_ids: Sequence[str]) -> None:
        """Write one note after another; after a stop those already written stay, each of them whole."""
        make_private_folder(self.path)
        clear_leftovers(self.path)
        for number, entry_id in enumerate(entry_ids, start=1):
            entry = vault.entries.get(entry_id)
            with private_file(self.path / note_name(entry)) as file:
                file.write(note(entry).encode())
            self._step(number)

    def _step(self, done: int) -> None:
        self.done = done
        if self.stopped:
            raise STOPPED


def free_name(folder: Path, name: str, ending: str) -> Path:
    """Return the name, with a number behind it where it is taken."""
    for number in range(1, 1000):
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}{ending}"
        if not present(path):
            return path
    raise UsageError(f"{folder} is full of exports.", "Name another folder.")
