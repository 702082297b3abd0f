"""Landlock, a second kernel sandbox: no TCP connections, and no access to processes outside.

The seccomp filter refuses to make an internet socket; this refuses to connect or bind one that came open, whoever left
it. A process inside may also not trace one outside, write into its memory or take its descriptors, so that it cannot
borrow the network of another program. Threads and children that follow are held too. Nothing about files is changed.

Sources: landlock(7), linux/landlock.h; TCP since Linux 6.7
"""

from __future__ import annotations

import os
import struct
import sys

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same number on every processor
_ASK_VERSION = 1
_FIRST_WITH_TCP = 4
_BIND_TCP, _CONNECT_TCP = 1, 2


def forbid_connections() -> bool:
    """Apply the sandbox; True if the kernel took it. Needs no_new_privs; threads that run already are not held."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    if libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION)) < (
        _FIRST_WITH_TCP
    ):
        return False
    handled = struct.pack("=QQ", 0, _BIND_TCP | _CONNECT_TCP)  # struct landlock_ruleset_attr, and no rule allows any
    ruleset = libc.syscall(ctypes.c_long(_CREATE_RULESET), handled, ctypes.c_size_t(len(handled)), ctypes.c_uint(0))
    if ruleset < 0:
        return False
    try:
        return bool(libc.syscall(ctypes.c_long(_RESTRICT_SELF), ctypes.c_int(ruleset), ctypes.c_uint(0)) == 0)
    finally:
        os.close(ruleset)
