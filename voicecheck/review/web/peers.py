"""Whose process is at the other end of a connection on loopback, as Linux tells it.

Loopback is shared by every user of a computer, and cookies do not heed ports: a server of another user that the person
opens in the same browser is sent this page's cookie. With it nothing can be read from here all the same, because the
connection belongs to somebody else. Where the system does not tell (no /proc), the cookie has to be enough.

Source: https://docs.kernel.org/networking/proc_net_tcp.html
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

CONNECTIONS = Path("/proc/net/tcp")
ESTABLISHED = "01"
_LOOPBACK = "0100007F"  # 127.0.0.1, the bytes turned round as on every machine that has the kernel filter
_LOCAL, _REMOTE, _STATE, _UID = 1, 2, 3, 7
ROOT = 0
"""may read everything anyway; on Windows the way into a Linux subsystem belongs to it"""


def is_ours(peer_port: int, port: int) -> bool:
    """Whether the person's own process, or root's, holds the other end; True also where nobody can tell."""
    try:
        lines = CONNECTIONS.read_text(encoding="ascii").splitlines()
    except OSError:
        return True
    return owner_of(lines, peer_port, port) in (os.getuid(), ROOT)


def owner_of(lines: Iterable[str], peer_port: int, port: int) -> int | None:
    """The user of the socket that is bound to `peer_port` and connected to `port`; None where there is none."""
    ends = (f"{_LOOPBACK}:{peer_port:04X}", f"{_LOOPBACK}:{port:04X}")
    for line in lines:
        fields = line.split()
        if len(fields) > _UID and (fields[_LOCAL], fields[_REMOTE]) == ends and fields[_STATE] == ESTABLISHED:
            return int(fields[_UID])
    return None
