"""The one page that an icon starts: a locked file says that it runs, another one asks it to come forward.

Both lie in a folder that is the person's alone, so nobody else can ask. A page that is started with --no-browser stands
for itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voicecheck.files import open_private, try_lock

ANSWERS_WITHIN_S = 10.0
"""a page that locks is away for a second or two"""
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Instance:
    """The running page of one vault."""

    folder: Path
    descriptor: int
    """of the file that is locked for as long as it runs"""

    def is_called(self) -> bool:
        """True, once, if the icon was clicked again."""
        try:
            (self.folder / CALL).unlink()
        except OSError:
            return False
        return True

    def close(self) -> None:
        os.close(self.descriptor)


CALL, RUNS = "call", "runs"


def become_instance(folder: Path) -> Instance | None:
    """Return the instance that this process now is; None where another one runs. Raises OSError."""
    descriptor = open_private(folder / RUNS)
    if not try_lock(descriptor):
        os.close(descriptor)
        return None
    with suppress(OSError):
        (folder / CALL).unlink()  # of one that never came
    return Instance(folder, descriptor)


def call_forward(
    folder: Path, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
) -> bool:
    """Ask the page that runs to open itself once more; False if it does not answer. Raises OSError."""
    call = folder / CALL
    os.close(open_private(call))
    ends_at = clock() + ANSWERS_WITHIN_S
    while call.exists():
        if clock() >= ends_at:
            call.unlink(missing_ok=True)
            return False
        sleep(LOOK_EVERY_S)
    return True
