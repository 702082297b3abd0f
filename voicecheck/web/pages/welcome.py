"""The first evening in the window: the promise, what opens the vault, and then the first question."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import UsageError, VaultError, VoicecheckError
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site


class Welcome:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._refused = Asked[str]()

    async def promise(self, request: Request) -> Response:
        if self._desk.has_vault:
            return RedirectResponse("/", 303)
        return self._show("welcome.html", "")

    async def key(self, request: Request) -> Response:
        """Ask for a passphrase: for a vault that is still to be made, or for one whose key is in memory alone."""
        if self._desk.has_vault and not self._desk.first.unset:
            return RedirectResponse("/", 303)
        refused = self._refused.take(request.query_params.get("told", "")) or ""
        return self._show("welcome_key.html", "", refused=refused, made=self._desk.has_vault)

    async def take_key(self, request: Request) -> Response:
        """Make the vault, or give it its passphrase. Every answer leads to another page, as at the unlocking."""
        fields = await read_form(request)
        try:
            if first(fields, "how") == "later":
                await self._later()
            else:
                await self._set(first(fields, "passphrase"), first(fields, "again"))
        except VoicecheckError as fault:
            return RedirectResponse(f"/welcome/key?told={self._refused.keep(fault.told)}", 303)
        return RedirectResponse("/", 303)

    async def _set(self, typed: str, again: str) -> None:
        key = Passphrase(typed)
        key.prepare()
        if typed != again:
            raise UsageError(self._desk.phrases.page["welcome_differs"], "")
        await asyncio.to_thread(self._desk.first.set, key)
        self._desk.take_first_key()

    async def _later(self) -> None:
        if self._desk.has_vault:
            raise VaultError("There is a vault already.", "Load the page again.")
        await asyncio.to_thread(self._desk.first.put_off)
        self._desk.take_first_key()
