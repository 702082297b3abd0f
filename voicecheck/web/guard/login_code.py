"""One-time login code, one-time ticket, session cookie, and idle time-out.

The code is shown in the terminal and typed into the page: it works with a browser in a sandbox of its own that may not
read the person's files. The ticket comes by a private file that the browser is told to open (`opener`), so that nobody
has to type anything. No secret stands in an address or an argument. One browser has the session: whoever comes in by a
new ticket has it from then on, and the one before has not.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
CODE_LETTERS = 8  # 39 bits, for five guesses
TRIES = 5
TOKEN_BYTES = 32


def draw_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))


class Keeper:
    """Login: lets one browser in."""

    def __init__(self, port: int, code: str | None = None, token: str | None = None) -> None:
        """`token` is that of a session which goes on behind a lock: its code was used."""
        self._code: str | None = None if token else code or draw_code()
        self._token = token or None
        self._ticket = ""
        self.cookie_name = f"voicecheck_{port}"
        """cookies do not heed ports: the port in the name keeps two pages apart"""
        self.tries_left = TRIES

    @property
    def shown_code(self) -> str:
        """Code in two groups, as a person reads it; empty once it was used."""
        half = CODE_LETTERS // 2
        return f"{self._code[:half]} {self._code[half:]}" if self._code else ""

    @property
    def entered(self) -> bool:
        return self._token is not None

    @property
    def barred(self) -> bool:
        """True after too many wrong codes: nobody comes in any more."""
        return self.tries_left <= 0

    def enter(self, typed: str) -> str | None:
        """Return the token of the cookie for the right code, the first time; None for anything else."""
        if self._code is None or self.barred:
            return None
        plain = "".join(typed.lower().split()).replace("-", "")
        if not _same(plain, self._code):
            self.tries_left -= 1
            return None
        return self._let_in()

    @property
    def token(self) -> str:
        """Token of the session; empty before there is one."""
        return self._token or ""

    @property
    def expecting(self) -> bool:
        """True while a ticket is out that was not used."""
        return bool(self._ticket)

    def expect(self, ticket: str) -> None:
        """Let in who brings this ticket, once; the one before is worth nothing any more. Empty for none."""
        self._ticket = ticket

    def arrive(self, ticket: str) -> str | None:
        """Return the token of the cookie for the ticket that is out, once; None for anything else.

        Guesses are not counted, since any website can send some: a ticket has 256 bits.
        """
        if not self._ticket or self.barred or not _same(ticket, self._ticket):
            return None
        self._ticket = ""
        return self._let_in()

    def _let_in(self) -> str:
        self._code = None
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        return self._token

    def forget(self) -> None:
        """End the session: from now on there are only the login page, at which no code is right, and open files."""
        self._code = self._token = None

    def knows(self, cookie_header: str) -> bool:
        """True if a request's cookies hold the token.

        Only the page's own is read: the browser sends those of every server on this address, in whatever form they are.
        """
        if self._token is None:
            return False
        for cookie in cookie_header.split(";"):
            name, _, value = cookie.partition("=")
            if name.strip() == self.cookie_name and _same(value.strip(), self._token):
                return True
        return False


def _same(given: str, kept: str) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())


def seconds_awake_or_not() -> float:
    """Return seconds on a clock that also counts the time a laptop was closed, where the system has one."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class IdleClock:
    """Clock of the time since the page was last used."""

    def __init__(self, lock_after_s: float, now: Callable[[], float] = seconds_awake_or_not) -> None:
        self.lock_after_s = lock_after_s
        self._now = now
        self._last = now()

    def touch(self) -> None:
        self._last = self._now()

    @property
    def left_s(self) -> float:
        return self._last + self.lock_after_s - self._now()

    @property
    def over(self) -> bool:
        return self.left_s <= 0
