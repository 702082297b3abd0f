"""The page that asks for the passphrase, in the place of every page that shows what is kept."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import VaultError
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.forms import first, read_form, typed_in
from voicecheck.web.site.showing import Site
from voicecheck.web.site.unlocking import take_in

PAGE = re.compile(r"/[a-z]*")
"""a page of the list of pages: no other address may be asked for"""
Endpoint = Callable[[Request], Awaitable[Response]]


class Unlock:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._refused = Asked[tuple[str, str]]()
        """the page that was wanted and the reason, for the page behind a wrong passphrase"""

    def behind(self, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint for an open vault; while it is locked the passphrase is asked for in its place."""

        async def asking(request: Request) -> Response:
            if not self._desk.locked:
                return await endpoint(request)
            if not self._desk.has_vault:
                return RedirectResponse("/welcome", 303)
            if request.method == "POST":
                await read_form(request)
                return self._page("/", typed=typed_in(request))
            return self._page(request.url.path)

        return asking

    async def page(self, request: Request) -> Response:
        if not self._desk.locked or not self._desk.has_vault:
            return RedirectResponse("/", 303)
        to, refused = self._refused.take(request.query_params.get("told", "")) or ("/", "")
        return self._page(to, 200, refused=refused)

    async def unlock(self, request: Request) -> Response:
        """Open the vault by what was typed. The key is stretched in a thread, so that an evening goes on meanwhile.

        Every answer leads to another page: a browser that comes back to this one must not send the passphrase again.
        """
        fields = await read_form(request)
        to = first(fields, "to")
        if self._desk.locked:
            unlocking = self._desk.unlocking
            try:
                if first(fields, "how") == "found":
                    await self.open(await asyncio.to_thread(unlocking.by_found_key))
                else:
                    await self.open(await asyncio.to_thread(unlocking.by_secret, first(fields, "passphrase")))
                    self._desk.opened_by_passphrase = True
            except VaultError as fault:
                return RedirectResponse(f"/unlock?told={self._refused.keep((to, fault.told))}", 303)
        return RedirectResponse(_page_of(to), 303)

    async def open(self, key: DataKey) -> None:
        """Open the vault, and take in what was said while it was locked. Raises VaultError."""
        desk = self._desk
        desk.found = await asyncio.to_thread(take_in, desk.paths, key, desk.settings.vault.keep_audio)
        if desk.locked:  # another tab may have been quicker
            desk.unlock(key)

    def _page(self, to: str, status: int = 403, *, refused: str = "", typed: str = "") -> Response:
        unlocking = self._desk.unlocking
        return self._show(
            "unlock.html",
            "",
            status,
            to=_page_of(to),
            refused=refused,
            typed=typed,
            wait_s=math.ceil(unlocking.attempts.wait_s),
            by_typing=unlocking.by_typing,
            without_typing=unlocking.without_typing,
        )


def _page_of(to: str) -> str:
    return to if PAGE.fullmatch(to) else "/"
