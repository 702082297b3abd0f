"""Keep the computer from falling asleep while an evening runs (systemd's logind); elsewhere nothing happens."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

COMMAND = ("systemd-inhibit", "--what=idle:sleep", "--mode=block", "--who=VoiceCheck")
"""a closed lid sends the computer to sleep all the same: logind heeds this for the lid only where it is told to"""
HOLDING = "cat"
"""ends when its standard input does, and so with this process, however that ends"""
ENDS_WITHIN_S = 2.0


@contextmanager
def staying_awake(why: str) -> Iterator[None]:
    """Hold off sleep inside; `why` is what the system shows to whoever asks what keeps it awake."""
    holder = _hold(why)
    try:
        yield
    finally:
        if holder is not None:
            _let_go(holder)


def _hold(why: str) -> subprocess.Popen[bytes] | None:
    if not sys.platform.startswith("linux") or shutil.which(COMMAND[0]) is None:
        return None
    silent = subprocess.DEVNULL
    try:
        return subprocess.Popen(
            [*COMMAND, f"--why={why}", HOLDING], stdin=subprocess.PIPE, stdout=silent, stderr=silent
        )
    except OSError:
        return None


def _let_go(holder: subprocess.Popen[bytes]) -> None:
    assert holder.stdin is not None
    holder.stdin.close()
    try:
        holder.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        holder.kill()
        holder.wait()
