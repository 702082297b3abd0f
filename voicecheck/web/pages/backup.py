"""The page of backups: the whole vault as one encrypted file, written where the person says, and read back."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.files import size_of, typed_folder
from voicecheck.vault.backup import backup_file
from voicecheck.web.site.copying import Copying
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

PLACE = "/settings/backup"
WRITTEN_AND_READ = 2
"""each byte is told once as it is written, and once as it is read back"""


class BackingUp:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def page(self, request: Request) -> Response:
        return self._page()

    async def begin(self, request: Request) -> Response:
        fields = await read_form(request)
        if not self._running():
            try:
                target = backup_file(_folder(first(fields, "folder")))
            except VoicecheckError as fault:
                return self._page(fault, first(fields, "folder"))
            total = WRITTEN_AND_READ * size_of(self._desk.paths.vault_file)
            self._desk.jobs.copying = Copying(target, total, self._desk.back_up)
        return RedirectResponse(PLACE, 303)

    async def stop(self, request: Request) -> Response:
        if self._desk.jobs.copying is not None:
            self._desk.jobs.copying.stop()
        return RedirectResponse(PLACE, 303)

    async def progress(self, request: Request) -> Response:
        job = self._desk.jobs.copying
        if job is None:
            return JSONResponse({"running": False, "done": 0, "total": 0})
        return JSONResponse({"running": job.running, "done": min(job.done, job.total), "total": job.total})

    def _running(self) -> bool:
        job = self._desk.jobs.copying
        return job is not None and job.running

    def _page(self, fault: VoicecheckError | None = None, folder: str = "") -> Response:
        job = self._desk.jobs.copying
        told = fault or (job.fault if job is not None and not job.running else None)
        return self._show(
            "settings_backup.html",
            "settings",
            status=200 if fault is None else 409,
            job=job,
            folder=folder or str(Path.home()),
            fault=told,
        )


def _folder(typed: str) -> Path:
    folder = typed_folder(typed.strip() or "~")
    if folder is None or not folder.is_absolute():
        raise UsageError("There is no such folder.", "Name one that is there, in full.")
    return folder
