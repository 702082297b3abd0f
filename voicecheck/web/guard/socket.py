"""Listening socket on loopback and a process that opens a browser, both made before the network guard.

The kernel filter refuses every new internet socket, and every child inherits it. So the socket is opened first, and on
Linux a process is forked first that opens a browser (`opener`). Behind a lock both are taken over from the process
before. The address holds no secret. Only the standard library is imported here.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from voicecheck.web.guard.handover import Handed
from voicecheck.web.guard.opener import Opener, fork_opener, has_screen, private_folder, take_fault_away

LOOPBACK = "127.0.0.1"
WAITING_CONNECTIONS = 32
"""that the system holds until they are taken, and that are taken at one time"""


@dataclass(frozen=True, slots=True)
class Door:
    """Listening socket on a port that nobody else has, and the opener of browsers."""

    listening: socket.socket
    opener: Opener | None = None
    handed: Handed | None = None
    """left by the process before this one, behind a lock"""

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    @property
    def host(self) -> str:
        """Host header that a browser must send."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/"

    def show(self) -> str | None:
        """Ask for a browser. Return the ticket it comes with, empty for none; None where no browser can be asked."""
        return None if self.opener is None or not has_screen() else self.opener.bring()

    def tell(self, lines: str) -> bool:
        """Show in a browser why the page could not open; False where none can show it."""
        return self.opener is not None and has_screen() and self.opener.tell(lines)

    def close(self) -> None:
        self.listening.close()
        if self.opener is not None:
            self.opener.close()


def open_door(folder: Path | None = None) -> Door | None:
    """Open the socket; None where loopback gives no port. `folder`: for the one-time file, made where it is missing."""
    try:
        # With the protocol named, asyncio sends small answers at once (TCP_NODELAY).
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind((LOOPBACK, 0))
        listening.listen(WAITING_CONNECTIONS)
    except OSError:
        return None
    address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
    private = None if folder is None else private_folder(folder)
    if private is not None:
        take_fault_away(private)
    return Door(listening, fork_opener(listening, address, private))


def door_of(handed: Handed, folder: Path | None = None) -> Door:
    """Return the door of the process before this one."""
    listening = socket.socket(fileno=handed.listening)
    address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
    private = None if folder is None else private_folder(folder)
    return Door(listening, Opener(address, private, handed.asking, handed.answers), handed)
