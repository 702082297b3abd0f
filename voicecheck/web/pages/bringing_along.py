"""The first page's way for who has VoiceCheck elsewhere: a move or a backup is read, and put where nothing is yet."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.vault.restoring import refuse_beside
from voicecheck.web.pages.carried import Carried
from voicecheck.web.site.carrying import BringingIn
from voicecheck.web.site.forms import first, read_form


class BringingAlong(Carried):
    place = "/welcome/bring"

    async def page(self, request: Request) -> Response:
        if self._desk.has_vault and not isinstance(self._desk.jobs.carrying, BringingIn):
            return RedirectResponse("/", 303)
        return self._page()

    async def bring(self, request: Request) -> Response:
        """Read the file whole, and put all of it here. What was typed to open it is shown nowhere."""
        fields, desk = await read_form(request), self._desk
        if self.running:
            return RedirectResponse(self.place, 303)
        try:
            if desk.has_vault:
                raise UsageError(*desk.phrases.page["bring_here"].split("\n"))
            refuse_beside(desk.paths)
            file, key = await self.open_file(fields)
            self.begin(lambda: BringingIn(file, key, desk.paths, desk.go_on_with))
        except VoicecheckError as fault:
            return self._page(fault, fields)
        return RedirectResponse(self.place, 303)

    def _page(self, fault: VoicecheckError | None = None, fields: dict[str, list[str]] | None = None) -> Response:
        job, sent = self._desk.jobs.carrying, fields or {}
        over = job if isinstance(job, BringingIn) and not job.running and fault is None else None
        return self._show(
            "welcome_bring.html",
            "",
            status=200 if fault is None else 409,
            job=job,
            brought=over if over is not None and over.found else None,
            stopped=over is not None and over.was_stopped,
            near=self.near(),
            path=first(sent, "path"),
            found=first(sent, "found"),
            fault=fault or (over.fault if over is not None and not over.was_stopped else None),
        )
