"""The course of an invitation aloud, from the system's clock to the evening.

1. One at a time, and one an evening: the record of the last one is locked and looked at.
2. Nothing is said where its time has passed, where the evening has had its check-in, or where the room is not free.
3. Voice, microphone and recogniser are made ready; what is missing is a reason for saying nothing, too.
4. Looked at once more, since that took a while, it asks.
5. Yes holds the evening. "Later" is asked again once, after half an hour, by a process anew that holds no model
   while it waits, from step 2 on. Anything else ends it.

Whatever comes of it is noted for `remind status`; what was answered is not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from voicecheck.checkin.invitation import Answered, NoMicrophoneError, UnheardError
from voicecheck.clock import local_date
from voicecheck.errors import AudioError, ModelError, VoicecheckError
from voicecheck.remind.fate import Fate, Ledger, Record
from voicecheck.remind.quiet import Why
from voicecheck.remind.schedule import LATEST, Schedule

AGAIN_AFTER = timedelta(minutes=30)
LOOK_AGAIN_S = 30.0  # wall clock, since a computer may sleep meanwhile


class Asking(Protocol):
    """Voice, microphone and recogniser, ready."""

    def ask(self, *, again: bool) -> Answered:
        """Say the sentence and listen. Raises as `invitation.invite` does."""

    def say_later(self) -> None:
        """Tell that it comes back. Raises AudioError."""

    def hold_evening(self) -> None:
        """Hold the whole evening. Raises VoicecheckError; what was said is safe."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to look and to wait."""

    now: Callable[[], datetime]
    why_quiet: Callable[[], Why | None]
    was_held: Callable[[], bool]
    """this evening has had its check-in"""
    make_ready: Callable[[], AbstractContextManager[Asking]]
    """raises AudioError, ModelError, VoicecheckError for what is missing"""
    wait: Callable[[float], None]
    """for some seconds"""
    running_s: Callable[[], float]
    """a clock that nobody sets"""


class Inviting:
    """One invitation, of one evening."""

    def __init__(self, schedule: Schedule, ways: Ways, ledger: Ledger) -> None:
        self._schedule = schedule
        self._ways = ways
        self._ledger = ledger
        self._day = local_date(ways.now())

    def run(self) -> datetime | None:
        """Invite, if nothing speaks against it. Return when it is to be asked again, if it is."""
        if not self._schedule.due(self._ways.now()):
            return None  # another day, or too early: this is no invitation at all
        if self._said_tonight:
            return None
        if self._schedule.late(self._ways.now()):
            self._note(Fate.LATE)
            return None
        return self._ways.now() + AGAIN_AFTER if self._try(again=False) else None

    def run_again(self, due: datetime) -> None:
        """Wait until it is `due`, and ask once more what was asked this evening already."""
        if self._said_tonight and self._wait_until(due):
            self._try(again=True)

    @property
    def _said_tonight(self) -> bool:
        last = self._ledger.last
        return last is not None and last.day == self._day and last.said

    def _try(self, *, again: bool) -> bool:
        """Ask, if nothing speaks against it. Return True if it is to be asked again."""
        if (fate := self._why_not()) is not None:
            return self._leave(fate, again=again)
        try:
            with self._ways.make_ready() as asking:
                if (fate := self._why_not() or self._passed(again=again)) is not None:
                    return self._leave(fate, again=again)
                self._note(Fate.SAID)
                return self._ask(asking, again=again)
        except ModelError:
            return self._leave(Fate.NO_MODEL, again=again)
        except NoMicrophoneError:
            return self._leave(Fate.NO_MICROPHONE, again=again)
        except AudioError:
            return self._leave(Fate.NO_VOICE, again=again)
        except VoicecheckError:
            return self._leave(Fate.NO_START, again=again)

    def _ask(self, asking: Asking, *, again: bool) -> bool:
        try:
            answered = asking.ask(again=again)
            if answered is Answered.BEGIN:
                asking.hold_evening()
            elif answered is Answered.LATER and not again:
                asking.say_later()
                return True
        except NoMicrophoneError:
            return self._leave(Fate.NO_MICROPHONE, again=again)
        except UnheardError:
            return self._leave(Fate.NO_VOICE, again=again)
        except VoicecheckError:
            self._note(Fate.BROKE_OFF)
        return False

    def _leave(self, fate: Fate, *, again: bool) -> bool:
        """Note why nothing is said. Where it was said half an hour ago, that stands."""
        if not again:
            self._note(fate)
        return False

    def _why_not(self) -> Fate | None:
        if local_date(self._ways.now()) != self._day:
            return Fate.LATE
        if self._ways.was_held():
            return Fate.HELD
        why = self._ways.why_quiet()
        return None if why is None else Fate(why.value)

    def _passed(self, *, again: bool) -> Fate | None:
        """Return LATE if it has become too late while all was made ready, as on a computer that fell asleep."""
        return Fate.LATE if not again and self._schedule.late(self._ways.now()) else None

    def _wait_until(self, due: datetime) -> bool:
        """Wait. False if that time was slept through, or a clock was set meanwhile."""
        begun_s = self._ways.running_s()
        most_s = (AGAIN_AFTER + LATEST).total_seconds()
        while (left := due - self._ways.now()) > timedelta(0):
            if self._ways.running_s() - begun_s > most_s:
                return False
            self._ways.wait(min(LOOK_AGAIN_S, left.total_seconds()))
        return -left <= LATEST

    def _note(self, fate: Fate) -> None:
        self._ledger.note(Record(self._day, f"{self._schedule.at:%H:%M}", fate))
