"""The page for a forgotten passphrase: the words of the recovery key open the vault, and a new passphrase is chosen."""

from __future__ import annotations

import asyncio
import math

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import UsageError, VaultError
from voicecheck.web.guard.handles import Asked
from voicecheck.web.pages.keys import PLACE
from voicecheck.web.pages.unlock import Unlock
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site
from voicecheck.web.site.unlocking import OnPaper

LONGEST = 1000
"""characters of what is typed for the words"""


class Forgotten:
    def __init__(self, site: Site, unlock: Unlock) -> None:
        self._desk = site.desk
        self._show = site.show
        self._unlock = unlock
        self._refused = Asked[tuple[str, str]]()
        """what was typed and why it does not open the vault, for the page behind it: nobody types 24 words twice"""

    async def page(self, request: Request) -> Response:
        desk = self._desk
        if not desk.locked or not desk.has_vault:
            return RedirectResponse("/", 303)
        typed, refused = self._refused.take(request.query_params.get("told", "")) or ("", "")
        return self._show(
            "forgotten.html",
            "",
            by_paper=desk.unlocking.by_paper,
            without_typing=desk.unlocking.without_typing,
            typed=typed,
            refused=refused,
            wait_s=math.ceil(desk.unlocking.attempts.wait_s),
            longest=LONGEST,
        )

    async def recover(self, request: Request) -> Response:
        """Open the vault by the words, and lead to where a new passphrase is chosen."""
        fields, desk = await read_form(request), self._desk
        if not desk.locked or not desk.has_vault:
            return RedirectResponse("/", 303)
        typed = first(fields, "paper")[:LONGEST]
        try:
            found = await asyncio.to_thread(desk.unlocking.by_recovery_key, typed)
            await self._unlock.open(found.data_key)
        except (UsageError, VaultError) as fault:
            return RedirectResponse(f"/forgotten?told={self._refused.keep((typed, fault.told))}", 303)
        desk.recovered = self._told(found)
        return RedirectResponse(PLACE, 303)

    def _told(self, found: OnPaper) -> str:
        """Return the sentence for whom the words let in."""
        tell, places = self._desk.phrases.tell, found.places
        if not places:
            return tell("recovered")
        if len(places) == 1:
            return f"{tell('recovered')} {tell('recovered_one', first=places[0])}"
        return f"{tell('recovered')} {tell('recovered_two', first=places[0], last=places[1])}"
