"""Record of the last invitation aloud: when it was to come, and if it was said or why not.

One small file, locked while an invitation is on its way, so that there are never two at once. It holds nothing of what
was answered.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from voicecheck.files import Owned, open_private, read_opened, read_ordinary, try_lock, write_all
from voicecheck.phrases import Phrases

MOST_BYTES = 1000


class Fate(StrEnum):
    """Outcome of an invitation. The first five are those of `quiet.Why`."""

    UNKNOWN = "unknown"
    PLAYING = "playing"
    RECORDING = "recording"
    UNDISTURBED = "undisturbed"
    LID = "lid"
    LATE = "late"
    """its time had passed, as on a computer that woke up"""
    HELD = "held"
    """the evening had had its check-in"""
    NO_VOICE = "no_voice"
    """no voice or no loudspeaker"""
    NO_MICROPHONE = "no_microphone"
    NO_MODEL = "no_model"
    NO_START = "no_start"
    """anything else was missing or broken"""
    SAID = "said"
    BROKE_OFF = "broke_off"
    """it was said, and then voice, microphone or recogniser failed"""


class Record(msgspec.Struct, frozen=True):
    """The file's content. Keys may be added."""

    day: date
    """the person's, which ends at 04:00"""
    at: str
    """as 21:30"""
    fate: Fate

    @property
    def said(self) -> bool:
        return self.fate in (Fate.SAID, Fate.BROKE_OFF)


class Ledger:
    """The open and locked file, for as long as an invitation is on its way."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def last(self) -> Record | None:
        return _parsed(read_opened(self._descriptor, MOST_BYTES))

    def note(self, record: Record) -> None:
        """Write the record down durably. Raises OSError."""
        write_all(self._descriptor, msgspec.json.encode(record), 0)
        os.fsync(self._descriptor)


@contextmanager
def locked_ledger(path: Path) -> Iterator[Ledger | None]:
    """Open the record for one invitation; None while another one is on its way. Raises OSError."""
    with Owned(open_private(path)) as file:
        yield Ledger(file.descriptor) if try_lock(file.descriptor) else None


def last_invitation(path: Path) -> Record | None:
    """Return the last record; None where there is none, or none that can be read."""
    try:
        return _parsed(read_ordinary(path, MOST_BYTES))
    except OSError:
        return None


def told_fate(phrases: Phrases, record: Record, today: date) -> str:
    """Return the one line about it, as "Yesterday 21:30: nothing was said, since another program was playing."."""
    ago = {timedelta(0): "invite_today", timedelta(days=1): "invite_yesterday"}.get(today - record.day)
    day = phrases.write(ago) if ago else phrases.say_date("whole", datetime.combine(record.day, datetime.min.time()))
    what = told_reason(phrases, record.fate)
    what = what if record.said else phrases.write("invite_not_said", why=what)
    return phrases.write("invite_was", day=day, time=record.at, what=what)


def told_reason(phrases: Phrases, fate: Fate) -> str:
    return phrases.write(f"invite_{fate.value}")


def _parsed(content: bytes) -> Record | None:
    try:
        return msgspec.json.decode(content, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError):  # empty as yet, cut off, or written by somebody else
        return None
