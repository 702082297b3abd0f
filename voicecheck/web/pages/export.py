"""The export page: a file or a folder of notes, written by this program and not downloaded.

What a browser downloads is readable for every user of the computer, passes through files of its own, and stands in its
list of downloads. Written here it is 0600 from its first byte, and appears under its name once it is whole.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.files import typed_folder
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.export_job import ENDINGS, ExportJob, Wanted
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

AS_USUAL = {"form": "markdown", "since": "", "until": "", "sound": ""}


class Exporting:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._ends = Asked[ExportJob]()
        """exports whose end is still to be told, each to the tab that began or stopped it"""

    async def page(self, request: Request) -> Response:
        handle = request.query_params.get("told", "")
        job = self._ends.of(handle)
        if job is not None and job.running:
            return self._page(job, place=f"/export?told={handle}")
        self._ends.take(handle)
        return self._page(job or self._running())

    async def begin(self, request: Request) -> Response:
        if self._running() is not None:
            return RedirectResponse("/export", 303)
        fields = await read_form(request)
        try:
            self._desk.jobs.export = ExportJob(_wanted(fields), self._desk.reading)
        except VoicecheckError as fault:
            return self._page(fault=fault, fields=fields)
        return self._tell(self._desk.jobs.export)

    async def stop(self, request: Request) -> Response:
        job = self._running()
        if job is None:
            return RedirectResponse("/export", 303)
        job.stop()
        return self._tell(job)

    async def progress(self, request: Request) -> Response:
        job = self._desk.jobs.export
        if job is None:
            return JSONResponse({"running": False, "done": 0, "total": 0})
        return JSONResponse({"running": job.running, "done": job.done, "total": job.total})

    def _running(self) -> ExportJob | None:
        """Return the export that runs, whichever tab began it: any can watch it, and stop it."""
        job = self._desk.jobs.export
        return job if job is not None and job.running else None

    def _tell(self, job: ExportJob) -> Response:
        """Send the tab to the page that tells it the end of this export, once."""
        return RedirectResponse(f"/export?told={self._ends.keep(job)}", 303)

    def _page(
        self,
        job: ExportJob | None = None,
        *,
        place: str = "/export",
        fault: VoicecheckError | None = None,
        fields: dict[str, list[str]] | None = None,
    ) -> Response:
        sent = fields or {}
        return self._show(
            "export.html",
            "export",
            status=200 if fault is None else 409,
            job=job,
            place=place,
            fault=fault or (job.fault if job is not None else None),
            chosen=AS_USUAL | {"folder": Path.home()} | {name: first(sent, name) for name in sent},
        )


def _wanted(fields: dict[str, list[str]]) -> Wanted:
    form, folder = first(fields, "form"), typed_folder(first(fields, "folder").strip() or "~")
    if form not in ENDINGS:
        raise UsageError("This is no form to export in.", "Load the page again.")
    if folder is None or not folder.is_absolute():
        raise UsageError("There is no such folder.", "Name one that is there, in full.")
    return Wanted(form, folder, _day(first(fields, "since")), _day(first(fields, "until")), "sound" in fields)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("This is no day.", "Write it as 2026-11-22.") from error
