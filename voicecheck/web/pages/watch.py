"""The page of the watched folder: voice memos that land there come in by themselves; on and off."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.diary.watched import Watched
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.remind import watching
from voicecheck.web.site.forms import first, read_form, typed_path
from voicecheck.web.site.showing import Site

PLACE = "/settings/watch"
THEN = ("move", "erase")


class Watching:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def page(self, request: Request) -> Response:
        return await self._page(notice=self._desk.told(request))

    async def keep(self, request: Request) -> Response:
        """Watch this folder, in the place of another. Files that lie there already are asked about first."""
        fields = await read_form(request)
        try:
            watched = _watched(fields)
            watching.check_watched(watched, self._desk.paths.vault_folder)
            lying = watching.lying_in(watched.folder)
            if lying and first(fields, "lying") != str(len(lying)):
                return await self._page(fields=fields, lying=len(lying))
            await asyncio.to_thread(watching.switch_on, watched, self._desk.errands.clock)
        except VoicecheckError as fault:
            return await self._page(fault, fields)
        return RedirectResponse(self._desk.telling(PLACE, "settings"), 303)

    async def off(self, request: Request) -> Response:
        gone = await asyncio.to_thread(watching.switch_off, self._desk.errands.clock)
        if gone.kept:
            return await self._page(gone.kept[0])
        return RedirectResponse(self._desk.telling(PLACE, "watch_off"), 303)

    def _look(self) -> tuple[watching.FoundWatch | None, list[str]]:
        """Return what is watched now, and the sentences on it."""
        found = watching.find_watch(self._desk.errands.clock)
        if found is None:
            return None, []
        return found, watching.lines_of(self._desk.phrases, found, watching.lying_in(found.watched.folder))

    async def _page(
        self,
        fault: VoicecheckError | None = None,
        fields: dict[str, list[str]] | None = None,
        notice: str = "",
        lying: int = 0,
    ) -> Response:
        found: watching.FoundWatch | None = None
        lines: list[str] = []
        try:
            found, lines = await asyncio.to_thread(self._look)
        except VoicecheckError as error:
            fault = fault or error
        now, sent = found.watched if found else None, fields or {}
        then = first(sent, "then") or ("erase" if now and now.move_to is None else "move")
        return self._show(
            "settings_watch.html",
            "settings",
            status=200 if fault is None else 409,
            lines=lines,
            folder=first(sent, "folder") or (str(now.folder) if now else ""),
            then=then,
            target=first(sent, "target") or (str(now.move_to) if now and now.move_to else ""),
            lying=lying,
            fault=fault,
            notice=notice,
        )


def _watched(fields: dict[str, list[str]]) -> Watched:
    then = first(fields, "then")
    if then not in THEN:
        raise UsageError("Say what becomes of a memo's file once it is sealed.", "Choose one of the two.")
    return Watched(_path(fields, "folder"), _path(fields, "target") if then == "move" else None)


def _path(fields: dict[str, list[str]], name: str) -> Path:
    return typed_path(first(fields, name), "folder")
