"""A recovery key on the page: its words are shown, three are asked back, and only then do they open anything."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import VoicecheckError
from voicecheck.vault.keys.recovery_key import RecoveryKey, new_secret, to_words, whole_word
from voicecheck.vault.recovery_offer import put_off
from voicecheck.web.guard.handles import Asked
from voicecheck.web.pages.keys import PLACE, prepare_change
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

WORDS_TESTED = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """A recovery key that opens nothing yet."""

    secret: bytes = field(repr=False)
    tested: tuple[int, ...]
    """numbers of the words that are asked back, from 1"""
    wrong: tuple[int, ...] = ()
    """numbers of those that were not right the last time"""

    @property
    def words(self) -> tuple[str, ...]:
        return to_words(self.secret)

    def wrong_in(self, fields: dict[str, list[str]]) -> tuple[int, ...]:
        """Return the numbers of the words that were not typed as they were shown."""
        words = self.words
        return tuple(one for one in self.tested if whole_word(first(fields, f"word-{one}")) != words[one - 1])


class RecoveryWords:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._tell = site.tell
        self._papers = Asked[Paper]()
        self._refused = Asked[str]()

    async def ask(self, request: Request) -> Response:
        """Ask whether to make one, and for the passphrase."""
        if self._desk.first.unset:
            return RedirectResponse("/welcome/key", 303)
        refused = self._refused.take(request.query_params.get("told", "")) or ""
        return self._show("recovery_ask.html", "settings", proof=self._desk.proof.wanted_for_keys, refused=refused)

    async def make(self, request: Request) -> Response:
        """Make a recovery key, and lead to its words."""
        fields = await read_form(request)
        try:
            prepare_change(self._desk)
            if self._desk.proof.wanted_for_keys:
                await self._desk.proof.prove(first(fields, "now"), self._tell)
        except VoicecheckError as fault:
            return RedirectResponse(f"{PLACE}/words?told={self._refused.keep(fault.told)}", 303)
        handle = self._papers.keep(Paper(new_secret(), _some_words()))
        return RedirectResponse(f"{PLACE}/words/{handle}", 303)

    async def show(self, request: Request) -> Response:
        """Show the words, to be written on paper or printed."""
        handle, paper = self._paper(request)
        return self._show("recovery_words.html", "settings", handle=handle, paper=paper)

    async def test(self, request: Request) -> Response:
        """Ask three of the words back, without showing any."""
        handle, paper = self._paper(request)
        refused = self._refused.take(request.query_params.get("told", "")) or ""
        return self._show("recovery_test.html", "settings", handle=handle, paper=paper, refused=refused)

    async def check(self, request: Request) -> Response:
        """Let the words open the vault if the three are right; else show all of them once more."""
        (handle, paper), fields = self._paper(request), await read_form(request)
        wrong = paper.wrong_in(fields)
        if wrong:
            self._papers.change(handle, replace(paper, tested=_some_words(), wrong=wrong))
            return RedirectResponse(f"{PLACE}/words/{handle}", 303)
        try:
            prepare_change(self._desk)
            await asyncio.to_thread(self._desk.add_key, RecoveryKey(paper.secret))
        except VoicecheckError as fault:
            return RedirectResponse(f"{PLACE}/words/{handle}/test?told={self._refused.keep(fault.told)}", 303)
        self._papers.take(handle)
        return RedirectResponse(self._desk.telling(PLACE, "recovery"), 303)

    async def leave(self, request: Request) -> Response:
        """Forget the words: they open nothing."""
        self._papers.take(request.path_params["handle"])
        await asyncio.to_thread(put_off, self._desk.paths)
        return RedirectResponse(self._desk.telling(PLACE, "recovery_left"), 303)

    def _paper(self, request: Request) -> tuple[str, Paper]:
        handle = request.path_params["handle"]
        return handle, self._desk.known(self._papers.of(handle))


def _some_words() -> tuple[int, ...]:
    numbers = range(1, 1 + len(to_words(bytes(32))))
    return tuple(sorted(secrets.SystemRandom().sample(numbers, WORDS_TESTED)))
