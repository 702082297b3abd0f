"""An import from another journal, started from the page: looks or takes in, in a thread; can be watched and stopped."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from voicecheck.diary.coming.foreign import Found
from voicecheck.diary.coming.forms import FORMS, Export
from voicecheck.diary.coming.keeping import Tally, look, take_in
from voicecheck.diary.coming.sounds import Sounds
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
    transcribe: bool = False
    """sounds come along, and are written down"""


class ComingIn(Background):
    """One look at an export, or its taking in."""

    def __init__(
        self,
        wanted: Wanted,
        opened: Callable[[], AbstractContextManager[Vault]],
        sounds: Callable[[Callable[[float], None]], Sounds | None],
        seen: ComingIn | None = None,
    ) -> None:
        """`seen` is the look before; None for a look. `opened` gives the vault, to be written where there was one.

        `sounds` gives the way in for sounds, and is handed what is told the seconds that are done.
        """
        self.wanted = wanted
        self.dry = seen is None
        self.handle = secrets.token_hex(9)
        self.tally = Tally()
        self.done = 0
        self.total = 0 if seen is None else seen.tally.seen
        self._opened = opened
        self._sounds = sounds(self._go_on)
        self._read = FORMS[wanted.form].reader(wanted.export)
        super().__init__(self._come, "import")

    def _come(self) -> None:
        with self._opened() as vault:
            if self.dry:
                self.tally = look(self._reader, vault, self._sounds)
            else:
                take_in(vault, self._reader, self.tally, language=self.wanted.language, sounds=self._sounds)

    def _reader(self) -> Iterator[Found]:
        for found in self._read():
            self._go_on()
            self.done += 1
            yield found

    def _go_on(self, seconds: float = 0.0) -> None:
        if self.stopped:
            raise STOPPED
