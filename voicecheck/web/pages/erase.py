"""The page that erases everything: it asks for a word, then for the word once more with the passphrase."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from voicecheck.errors import UsageError, VaultLockedError, VoicecheckError
from voicecheck.vault.erasing import Erased
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site


class Erasing:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._site = site
        self._tell: Callable[[str], None] = site.tell
        self._asked = Asked[bool]()
        """handles of forms whose word was typed once"""

    async def page(self, request: Request) -> Response:
        return self._page()

    async def ask(self, request: Request) -> Response:
        """Ask the second time, for who has typed the word."""
        if not self._is_word(first(await read_form(request), "word")):
            return self._page(UsageError(*self._desk.phrases.page["erase_not_the_word"].split("\n")))
        return self._page(handle=self._asked.keep(True))

    async def sure(self, request: Request) -> Response:
        """Erase, for who has typed the word twice and the passphrase; five wrong ones lock the page."""
        fields, page = await read_form(request), self._desk.phrases.page
        if self._desk.evening.running or self._desk.jobs.writing:
            return self._page(UsageError(*page["erase_busy"].split("\n")))
        if not self._asked.take(first(fields, "asked")) or not self._is_word(first(fields, "word")):
            return self._page(UsageError(*page["erase_not_the_word"].split("\n")))
        try:
            await self._desk.proof.prove(first(fields, "passphrase"), self._tell)
        except VaultLockedError as fault:
            return self._page(fault, handle=self._asked.keep(True))
        self._desk.jobs.stop()
        try:
            erased, switched_off = await asyncio.to_thread(self._desk.erase)
        except VoicecheckError as fault:
            return self._page(fault)
        return say_erased(self._site, erased, switched_off)

    def _is_word(self, typed: str) -> bool:
        return typed.strip().casefold() == self._desk.phrases.page["erase_word"].casefold()

    def _page(self, fault: VoicecheckError | None = None, handle: str = "") -> Response:
        return self._show(
            "settings_erase.html",
            "settings",
            status=200 if fault is None else 409,
            asked=handle,
            passphrase=self._desk.proof.has_passphrase,
            folder=self._desk.paths.vault_folder,
            word=self._desk.phrases.page["erase_word"],
            fault=fault,
        )


def say_erased(site: Site, erased: Erased, switched_off: list[str]) -> Response:
    """Return the last page of a vault that is erased, and end the page behind it."""
    site.tell("erased")
    show = site.desk.phrases.show
    kept = [show("key_kept_elsewhere", fault=fault.message) for fault in erased.kept_elsewhere]
    answer = site.part("erased.html", left=erased.left, lines=[*kept, *switched_off])
    answer.headers["clear-site-data"] = '"cache", "cookies", "storage"'
    return answer
