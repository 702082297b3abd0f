"""An import from another journal, started from the page: looks or takes in, in a thread; can be watched and stopped."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from voicecheck.diary.coming.foreign import Found
from voicecheck.diary.coming.forms import FORMS, Export
from voicecheck.diary.coming.keeping import Tally, look, take_in
from voicecheck.errors import StoppedError
from voicecheck.vault.vault import Vault
from voicecheck.web.site.background import Background

STOPPED = StoppedError("It was stopped.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One export, and what holds for its entries."""

    form: str
    export: Export
    language: str
    timezone: str
    """as it was typed"""


class ComingIn(Background):
    """One look at an export, or its taking in."""

    def __init__(
        self, wanted: Wanted, opened: Callable[[], AbstractContextManager[Vault]], seen: ComingIn | None = None
    ) -> None:
        """`seen` is the look before; None for a look. `opened` gives the vault, to be written where there was one."""
        self.wanted = wanted
        self.dry = seen is None
        self.handle = secrets.token_hex(9)
        self.tally = Tally()
        self.done = 0
        self.total = 0 if seen is None else seen.tally.seen
        self._opened = opened
        self._read = FORMS[wanted.form].reader(wanted.export)
        super().__init__(self._come, "import")

    def _come(self) -> None:
        with self._opened() as vault:
            if self.dry:
                self.tally = look(self._reader, vault)
            else:
                take_in(vault, self._reader, self.tally, language=self.wanted.language)

    def _reader(self) -> Iterator[Found]:
        for found in self._read():
            if self.stopped:
                raise STOPPED
            self.done += 1
            yield found
