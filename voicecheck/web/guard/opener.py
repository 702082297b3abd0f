"""Process that opens the page in a browser, forked before the network guard, and the one-time file it comes in by.

A child of a guarded process could open no connection. So on Linux a process is forked first that holds no key, sees no
word, and does two things: it opens the page's address, or it writes a file with a ticket of its own and opens that.
What the guarded process says to it is one byte, so it can be made to open nothing else. The ticket goes back by a pipe.
A start that fails has a sentence more: it is put, escaped, into a page that may load and run nothing, which is opened.

The file is 0600, in a folder that is the person's alone, holds a form that sends the ticket to the page, and is good
once. The ticket stands in no address and no argument. Only the standard library is imported here.
"""

from __future__ import annotations

import html
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKET_BYTES = 32
ARRIVAL = "/arrive"
BY_FILE, BY_ADDRESS, BY_FAULT = b"f", b"a", b"e"
NO_TICKET = "-"
MOST_OF_FAULT = 3000
"""bytes of a sentence: with its length it goes through a pipe in one piece"""
APP_BROWSERS = ("chromium", "google-chrome", "brave-browser", "microsoft-edge", "vivaldi-stable")
"""beginnings of the desktop names of browsers that open a window of its own for one page"""
ASK_WITHIN_S = 5.0
FAULT = "not-open.html"
"""page about the last start that failed; the next start takes it away"""
_FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark"><title>VoiceCheck</title></head>
<body><form method="post" action="{action}"><input type="hidden" name="ticket" value="{ticket}">
<button>VoiceCheck</button></form><script>document.forms[0].submit()</script></body></html>
"""
_FAULT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark"><title>VoiceCheck</title>
<style>body {{ font: 100%/1.6 system-ui, sans-serif; max-width: 30rem; margin: 12vh auto; padding: 0 1rem; \
overflow-wrap: anywhere }} h1 {{ font-size: 1.6rem; line-height: 1.25 }}</style></head>
<body><main>{text}</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the page. Where no process was forked it is done from here."""

    address: str
    folder: Path | None
    """of the one-time file; None where there is none that is private"""
    asking: int | None = None
    answers: int | None = None

    @property
    def file(self) -> Path | None:
        port = self.address.rstrip("/").rpartition(":")[2]
        return None if self.folder is None else self.folder / f"enter-{port}.html"

    def bring(self) -> str:
        """Open a browser by a one-time file and return its ticket; empty where the address alone was opened."""
        if self.asking is None or self.answers is None:
            ticket = self._write_ticket()
            self._open(ticket)
            return ticket
        if os.write(self.asking, BY_FILE) != 1:
            return ""
        with os.fdopen(self.answers, closefd=False) as answers:
            return answers.readline().strip().replace(NO_TICKET, "")

    def go_by_hand(self) -> None:
        """Open the address alone: the page then asks for the code."""
        if self.asking is None:
            open_browser(self.address)
        else:
            os.write(self.asking, BY_ADDRESS)

    def tell(self, lines: str) -> bool:
        """Show why the page could not open: a title, and a line a sentence. False where no browser shows it."""
        content = lines.encode()[:MOST_OF_FAULT]
        if self.asking is None or self.answers is None:
            return self._tell(content)
        with suppress(OSError):
            os.write(self.asking, BY_FAULT + len(content).to_bytes(2, "big") + content)
            with os.fdopen(self.answers, closefd=False) as answers:
                return answers.readline().strip() != NO_TICKET
        return False

    def take_away(self) -> None:
        """Remove the one-time file."""
        if self.file is not None:
            with suppress(OSError):
                self.file.unlink()

    def close(self) -> None:
        self.take_away()
        for end in (self.asking, self.answers):
            if end is not None:
                os.close(end)

    def serve(self, asked: int, answering: int) -> None:
        """Do what is asked for, until the page's process ends: the forked process."""
        while asking := os.read(asked, 1):
            if asking == BY_FAULT:  # not in a thread: who asks ends at once, and so does this process
                told = self._tell(os.read(asked, int.from_bytes(os.read(asked, 2), "big")))
                os.write(answering, b"told\n" if told else f"{NO_TICKET}\n".encode())
                continue
            ticket = ""
            if asking == BY_FILE:
                ticket = self._write_ticket()
                os.write(answering, f"{ticket or NO_TICKET}\n".encode())
            # Some browsers come back only when they are closed.
            threading.Thread(target=self._open, args=(ticket,), daemon=True).start()

    def _write_ticket(self) -> str:
        ticket = secrets.token_hex(TICKET_BYTES)
        return ticket if self.file is not None and _write_private(self.file, self._form(ticket)) else ""

    def _open(self, ticket: str) -> None:
        open_browser(self.file.as_uri() if ticket and self.file is not None else self.address)

    def _tell(self, content: bytes) -> bool:
        title, *lines = content.decode(errors="ignore").split("\n")
        text = f"<h1>{html.escape(title)}</h1>" + "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
        if self.folder is None or not _write_private(self.folder / FAULT, _FAULT.format(text=text)):
            return False
        return open_browser((self.folder / FAULT).as_uri())

    def _form(self, ticket: str) -> str:
        return _FORM.format(action=self.address.rstrip("/") + ARRIVAL, ticket=ticket)


def fork_opener(listening: socket.socket, address: str, folder: Path | None) -> Opener:
    """Fork the opener on Linux. The child ends with this process, since its end of the pipe is closed then."""
    if not sys.platform.startswith("linux"):
        return Opener(address, folder)
    asked, asking = os.pipe()
    answers, answering = os.pipe()
    if os.fork():
        os.close(asked)
        os.close(answering)
        return Opener(address, folder, asking, answers)
    try:
        os.close(asking)
        os.close(answers)
        listening.close()
        os.setsid()  # a Ctrl-C in the terminal ends the page, not the browser
        os.umask(0o077)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        Opener(address, folder).serve(asked, answering)
    finally:
        os._exit(0)


def private_folder(folder: Path) -> Path | None:
    """Make a folder that is the person's alone. Return it; None where it is somebody else's, a link, or no folder."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.lstat()
        if not stat.S_ISDIR(state.st_mode) or (hasattr(os, "getuid") and state.st_uid != os.getuid()):
            return None
        folder.chmod(0o700)
    except OSError:
        return None
    return folder


def take_fault_away(folder: Path) -> None:
    """Remove the page about an earlier start that failed."""
    with suppress(OSError):
        (folder / FAULT).unlink()


def open_browser(place: str) -> bool:
    """Open an address or a file in the person's browser, in a window of its own where the browser can do that."""
    import webbrowser

    program = None if os.environ.get("BROWSER") else _app_browser()
    if program is not None:
        with suppress(OSError):
            subprocess.Popen(
                [program, f"--app={place}"], start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            return True
    with suppress(webbrowser.Error):
        return webbrowser.open(place)
    return False


def has_screen() -> bool:
    """True if there is a screen: without one only browsers in the terminal would open, and take it over."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _app_browser() -> str | None:
    """Return the program of the person's usual browser, if it knows windows of their own."""
    asker = shutil.which("xdg-settings")
    if asker is None:
        return None
    try:
        asked = subprocess.run(
            [asker, "get", "default-web-browser"],
            capture_output=True, text=True, errors="replace", check=False, timeout=ASK_WITHIN_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    usual = asked.stdout.strip().removesuffix(".desktop").lower()
    name = next((name for name in APP_BROWSERS if usual.startswith(name)), None)
    if name is None:
        return None
    return shutil.which(usual) or shutil.which(name)


def _write_private(path: Path, content: str) -> bool:
    """Write a new file, 0600, in the place of one that an earlier run left."""
    try:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError:
        return False
    return True
