"""Find the owner of the process at the other end of a loopback connection, by asking the Linux kernel.

Loopback is shared by every user of a computer, and cookies do not heed ports: a server of another user that the person
opens in the same browser is sent this page's cookie. With it nothing can be read from here all the same, because the
connection belongs to somebody else. The kernel is asked for exactly this connection, over a socket that is opened
before the first one comes, so that nobody can keep the question from being asked; what it does not answer with yes is
refused. Other systems cannot be asked, and there the cookie has to be enough.

Source: sock_diag(7), linux/inet_diag.h, linux/netlink.h
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from itertools import count
from typing import TypeAlias

from voicecheck.errors import VoicecheckError

End: TypeAlias = tuple[str, int]
"""address and port"""

ROOT = 0
"""may read everything anyway; on Windows the way into a Linux subsystem belongs to it"""
ANSWER_WITHIN_S = 1.0
_ANSWER_BYTES = 8192
_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY, _NLMSG_ERROR, _NLM_F_REQUEST = 4, 20, 2, 1
_ESTABLISHED, _ANY_STATE = 1, 0xFFFFFFFF
_HEAD = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_ASKED = struct.Struct("=BBBxI")  # inet_diag_req_v2: family, protocol, extensions, states; the ends follow
_ENDS = struct.Struct("!HH16s16s")  # inet_diag_sockid: both ports and both addresses, in the network's order
_UNTIED = struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)  # any interface, no cookie
_TOLD = struct.Struct("=BBxx36s12x3I2I")  # inet_diag_msg: family, state, ends, ..., timer and queues, user, inode


class Owners:
    """Connection to the kernel, open as long as the page is. Raises VoicecheckError where Linux does not answer."""

    def __init__(self) -> None:
        self._kernel: socket.socket | None = None
        self._numbers = count(1)
        if not sys.platform.startswith("linux"):
            return
        try:
            self._kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_SOCK_DIAG)
            self._kernel.settimeout(ANSWER_WITHIN_S)
            known = self._ask(("127.0.0.1", 0), ("127.0.0.1", 0))  # there is none: the kernel says so where it can
        except OSError as error:
            self.close()
            raise _UNTOLD from error
        if known != errno.ENOENT:
            self.close()
            raise _UNTOLD

    def are_ours(self, peer: End, here: End) -> bool:
        """True if the socket that is bound to `peer` and connected to `here` is the person's own or root's."""
        if not sys.platform.startswith("linux"):
            return True
        try:
            answer = self._ask(peer, here)
        except OSError:
            return False
        return isinstance(answer, bytes) and owner_of(answer, peer, here) in (os.getuid(), ROOT)

    def close(self) -> None:
        if self._kernel is not None:
            self._kernel.close()

    def _ask(self, peer: End, here: End) -> bytes | int:
        """Return the kernel's record of this connection, or the number of its error. Raises OSError."""
        if self._kernel is None:
            return errno.EBADF
        number = next(self._numbers) & 0xFFFFFFFF
        asked = _ASKED.pack(socket.AF_INET, socket.IPPROTO_TCP, 0, _ANY_STATE) + _ends(peer, here) + _UNTIED
        head = _HEAD.pack(_HEAD.size + len(asked), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, number, 0)
        self._kernel.send(head + asked)
        while True:  # an answer that came too late for an earlier question is passed over
            answer = self._kernel.recv(_ANSWER_BYTES)
            _, kind, _, answered, _ = _HEAD.unpack_from(answer)
            if answered == number:
                break
        if kind == _NLMSG_ERROR:
            return -int(struct.unpack_from("=i", answer, _HEAD.size)[0])
        return answer[_HEAD.size :] if kind == _SOCK_DIAG_BY_FAMILY else errno.EPROTO


_UNTOLD = VoicecheckError(
    "The page stays closed, because this computer does not say whose a connection is.",
    "Look back in the terminal instead: voicecheck entry list",
)


def nobody(peer: End, here: End) -> bool:
    """Refuse every connection, where the kernel cannot be asked."""
    return False


def owner_of(told: bytes, peer: End, here: End) -> int | None:
    """Return the user of an established connection from `peer` to `here`, both compared whole; None for anything else.

    `told` is an inet_diag_msg: where no such connection stands, the kernel tells of who listens at that port.
    """
    if len(told) < _TOLD.size:
        return None
    family, state, ends, _, _, _, owner, _ = _TOLD.unpack_from(told)
    fits = (family, state, ends) == (socket.AF_INET, _ESTABLISHED, _ends(peer, here))
    return int(owner) if fits else None


def _ends(peer: End, here: End) -> bytes:
    """Pack both ends. Raises OSError for what is no IPv4 address."""
    return _ENDS.pack(peer[1], here[1], socket.inet_aton(peer[0]), socket.inet_aton(here[0]))
