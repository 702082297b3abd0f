"""Listening socket on loopback and a process that opens a browser, both made before the network guard.

The kernel filter refuses every new internet socket, and every child inherits it. So the socket is opened first, and on
Linux a process is forked first that holds no key, sees no word, and does nothing but open the page's address once it is
told to. The address holds no secret. Only the standard library is imported here.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
WAITING_CONNECTIONS = 32
"""that the system holds until they are taken, and that are taken at one time"""


@dataclass(frozen=True, slots=True)
class Door:
    """Listening socket on a port that nobody else has, and the pipe to the opener of browsers."""

    listening: socket.socket
    opener: int | None = None
    """descriptor on which one byte makes the forked process open a browser; None where none was forked"""

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

    def show(self) -> bool:
        """Ask for a browser; False if there is none that can be asked."""
        if not _has_screen():
            return False
        if self.opener is not None:
            return os.write(self.opener, b"!") == 1
        return _open_browser(self.address)

    def close(self) -> None:
        self.listening.close()
        if self.opener is not None:
            os.close(self.opener)


def open_door() -> Door | None:
    """Open the socket; None where loopback gives no port."""
    try:
        # With the protocol named, asyncio sends small answers at once (TCP_NODELAY).
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind((LOOPBACK, 0))
        listening.listen(WAITING_CONNECTIONS)
    except OSError:
        return None
    address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
    return Door(listening, _fork_opener(listening, address) if sys.platform.startswith("linux") else None)


def _fork_opener(listening: socket.socket, address: str) -> int:
    """Fork the opener. Return a pipe's writing end; the child ends once it was told to open, or with this process."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(reading)
        return writing
    try:
        os.close(writing)
        listening.close()
        os.setsid()  # a Ctrl-C in the terminal ends the page, not the browser
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        if os.read(reading, 1):
            _open_browser(address)
    finally:
        os._exit(0)


def _open_browser(address: str) -> bool:
    import webbrowser

    with suppress(webbrowser.Error):
        return webbrowser.open(address)
    return False


def _has_screen() -> bool:
    """True if there is a screen: without one only browsers in the terminal would open, and take it over."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
