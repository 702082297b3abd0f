"""What the pages share that carry a vault from and to files: the file and its secret, the bar, and the stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from voicecheck.errors import UsageError
from voicecheck.vault.backup import read_slots
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.web.site.carrying import Carrying
from voicecheck.web.site.forms import first, typed_path
from voicecheck.web.site.lying_near import Near, lying_near
from voicecheck.web.site.showing import Site

ENDINGS = (".backup", ".move", ".voicecheck")


class Carried:
    """Base of these pages. One thing is carried at a time, whichever tab began it."""

    place = ""

    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._site = site

    async def stop(self, request: Request) -> Response:
        if self._desk.jobs.carrying is not None:
            await asyncio.to_thread(self._desk.jobs.carrying.stop)
        return RedirectResponse(self.place, 303)

    async def progress(self, request: Request) -> Response:
        job = self._desk.jobs.carrying
        if job is None:
            return JSONResponse({"running": False, "done": 0, "total": 0})
        return JSONResponse({"running": job.running, "done": min(job.done, job.total), "total": job.total})

    @property
    def running(self) -> bool:
        job = self._desk.jobs.carrying
        return job is not None and job.running

    def begin(self, make: Callable[[], Carrying]) -> None:
        """Begin, unless something else is at work here. Raises UsageError."""
        if self._desk.evening.running or self._desk.jobs.writing:
            raise UsageError(*self._desk.phrases.page["restore_busy"].split("\n"))
        self._desk.jobs.carrying = make()

    async def open_file(self, fields: dict[str, list[str]]) -> tuple[Path, DataKey]:
        """Return the file that was named, and its key by what was typed. Raises UsageError, VaultError."""
        file = typed_path(first(fields, "found") or first(fields, "path"), "file")
        slots = await asyncio.to_thread(read_slots, file)
        return file, await asyncio.to_thread(self._desk.unlocking.of_file, slots, first(fields, "passphrase"))

    def near(self) -> list[Near]:
        return [] if self.running else lying_near(ENDINGS)
