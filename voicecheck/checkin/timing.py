"""Measure the wait after each answer: from the decision that it has ended to what is kept and shown."""

from __future__ import annotations

import time
from dataclasses import replace

from voicecheck.checkin.answer import Answer
from voicecheck.contract import EntryTiming
from voicecheck.domain import Entry


class Timing:
    """The clock of one sitting."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._decided_at = 0.0
        self._newest: EntryTiming | None = None
        self._of: dict[str, EntryTiming] = {}

    @property
    def elapsed_s(self) -> float:
        """Since the sitting began."""
        return time.monotonic() - self._began

    def turn_ended(self) -> None:
        self._decided_at = time.monotonic()

    def kept(self, answer: Answer, *, anew: bool) -> None:
        """The answer is durable; `anew` where it is not a mere reply that came in addition."""
        tail_s = time.monotonic() - self._decided_at
        if anew or self._newest is None:
            self._newest = EntryTiming(answer.duration_s, answer.endpoint_s, tail_s, tail_s)

    def reflected(self) -> None:
        """The first sound or sight of the reflection."""
        if self._newest is not None:
            self._newest = replace(self._newest, reflection_s=time.monotonic() - self._decided_at)

    def close(self, entry: Entry, *, restored: bool = False) -> None:
        """The entry is complete; nobody waited for one that was taken for a command."""
        newest = None if restored else self._newest
        self._of[entry.id] = newest or EntryTiming(entry.duration_s, 0.0, 0.0, 0.0)

    def of(self, entries: tuple[Entry, ...]) -> tuple[EntryTiming, ...]:
        return tuple(self._of[entry.id] for entry in entries)
