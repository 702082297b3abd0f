"""Replacement of the page's process by a fresh one, at the lock: what it held in memory goes with it.

A key that Python held cannot be wiped. So the process calls exec() on itself: its memory is the kernel's again, while
the listening socket, the browser's session and the pipes to the opener go on. They are named in one line of JSON in a
pipe, whose number stands in the environment; the session's token is in the pipe alone. Only the standard library is
imported here.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import NoReturn

VARIABLE = "VOICECHECK_HANDED_ON"
MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Handed:
    """Everything that outlives a lock."""

    listening: int
    """descriptor"""
    asking: int | None
    answers: int | None
    instance: int | None
    """descriptor of the locked file that says that a page is running"""
    token: str
    cut_short: str
    """why an evening that was running has ended"""
    wrong: int
    """secrets that were wrong, and when the next one is looked at, on the system's clock since its start"""
    free_at: float
    errands: list[int | None]
    """pipes to the two processes from before the network guard: of the reminder, and of what is fetched"""

    @property
    def descriptors(self) -> list[int]:
        kept = (self.listening, self.asking, self.answers, self.instance, *self.errands)
        return [descriptor for descriptor in kept if descriptor is not None]


def can_hand_on() -> bool:
    """True if this system can put a fresh process in the place of a running one."""
    return os.name == "posix"


def hand_on(handed: Handed) -> NoReturn:
    """Start this program anew in this very process."""
    reading, writing = os.pipe()
    os.write(writing, json.dumps(asdict(handed)).encode())
    os.close(writing)
    for descriptor in (reading, *handed.descriptors):
        os.set_inheritable(descriptor, True)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(  # noqa: S606 - the very program that runs
        sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | {VARIABLE: str(reading)}
    )


def take_over() -> Handed | None:
    """Return what the process before this one left; None for a start."""
    reading = os.environ.pop(VARIABLE, "")
    if not reading.isdecimal():
        return None
    with os.fdopen(int(reading), "rb") as pipe:
        handed = Handed(**json.loads(pipe.read(MOST_BYTES)))
    for descriptor in handed.descriptors:
        os.set_inheritable(descriptor, False)  # a voice or a tool that is started gets none of them
    return handed
