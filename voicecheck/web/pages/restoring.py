"""The page that brings a backup back and that checks what is whole: looked at first, then put in its place."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.web.pages.carried import Carried
from voicecheck.web.site.carrying import Looking, Putting, Verifying
from voicecheck.web.site.forms import first, read_form


class Restoring(Carried):
    place = "/settings/restore"

    async def page(self, request: Request) -> Response:
        return self._page()

    async def look(self, request: Request) -> Response:
        """Read a backup whole. What was typed to open it is shown nowhere."""
        fields = await read_form(request)
        if not self.running:
            try:
                file, key = await self.open_file(fields)
                self.begin(lambda: Looking(file, key, self._desk.paths))
            except VoicecheckError as fault:
                return self._page(fault, fields)
        return RedirectResponse(self.place, 303)

    async def put(self, request: Request) -> Response:
        """Put in its place what was looked at."""
        fields, seen, desk = await read_form(request), self._desk.jobs.carrying, self._desk
        if self.running:
            return RedirectResponse(self.place, 303)
        try:
            if not isinstance(seen, Looking) or not seen.found or first(fields, "asked") != seen.handle:
                raise UsageError(*desk.phrases.page["restore_look_again"].split("\n"))
            self.begin(lambda: Putting(seen, desk.paths, desk.go_on_with))
        except VoicecheckError as fault:
            return self._page(fault)
        return RedirectResponse(self.place, 303)

    async def check(self, request: Request) -> Response:
        """Look at all that is kept here."""
        if not self.running:
            try:
                self.begin(lambda: Verifying(self._desk.paths, self._desk.key))
            except VoicecheckError as fault:
                return self._page(fault)
        return RedirectResponse(self.place, 303)

    def _page(self, fault: VoicecheckError | None = None, fields: dict[str, list[str]] | None = None) -> Response:
        job, sent = self._desk.jobs.carrying, fields or {}
        over = job if job is not None and not job.running and fault is None else None
        told = fault or (over.fault if over is not None and not over.was_stopped else None)
        good = over is not None and over.fault is None
        return self._show(
            "settings_restore.html",
            "settings",
            status=200 if fault is None else 409,
            job=job,
            stopped=over is not None and over.was_stopped,
            looked=over if good and isinstance(over, Looking) else None,
            put=over if good and isinstance(over, Putting) else None,
            verified=over if good and isinstance(over, Verifying) else None,
            inbox=self._desk.paths.inbox_folder,
            near=self.near(),
            path=first(sent, "path"),
            found=first(sent, "found"),
            fault=told,
        )
