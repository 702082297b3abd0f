"""The page that takes in another journal: it looks first, tells what would come, then takes it in.

The file is named by its path and read where it lies. Sent by the browser it would lie on this disk a second time, in
the clear, and years with their pictures are gigabytes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from voicecheck.diary.coming.csv_rows import Columns
from voicecheck.diary.coming.forms import FORMS, Export
from voicecheck.diary.coming.moments import DateOrder, Zone
from voicecheck.diary.coming.report import faults_of, lines_of, untold
from voicecheck.diary.coming.sounds import Sounds, wanted_sounds
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.vault.inbox.bounds import LANGUAGE
from voicecheck.vault.vault import Vault
from voicecheck.web.site.coming_in import STOPPED, ComingIn, Wanted
from voicecheck.web.site.forms import first, read_form, typed_path
from voicecheck.web.site.lying_near import lying_near
from voicecheck.web.site.showing import Site

PLACE = "/settings/import"
COLUMNS = ("date", "time", "text", "title", "tag", "mood", "place", "id", "zone")
ORDERS = ("auto", "day", "month")
AS_USUAL = {
    "form": "dayone",
    "transcribe": "",
    "found": "",
    "path": "",
    "timezone": "",
    "language": "",
    "order": "auto",
} | {f"column_{name}": name if name in ("date", "text") else "" for name in COLUMNS}


class Importing:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def page(self, request: Request) -> Response:
        return self._page()

    async def look(self, request: Request) -> Response:
        """Look at a file; nothing is kept of it."""
        fields = await read_form(request)
        if not self._running():
            try:
                self._begin(self._job(_wanted(fields, self._desk.phrases.language), self._desk.reading))
            except VoicecheckError as fault:
                return self._page(fault, fields)
        return RedirectResponse(PLACE, 303)

    async def take(self, request: Request) -> Response:
        """Take in what was looked at."""
        fields, seen, page = await read_form(request), self._desk.jobs.coming, self._desk.phrases.page
        if self._running():
            return RedirectResponse(PLACE, 303)
        if self._desk.evening.running:
            return self._page(UsageError(*page["import_busy"].split("\n")))
        if seen is None or not seen.dry or first(fields, "asked") != seen.handle:
            return self._page(UsageError(*page["import_look_again"].split("\n")))
        self._begin(self._job(seen.wanted, self._desk.writing, seen))
        return RedirectResponse(PLACE, 303)

    async def stop(self, request: Request) -> Response:
        if self._desk.jobs.coming is not None:
            self._desk.jobs.coming.stop()
        return RedirectResponse(PLACE, 303)

    async def progress(self, request: Request) -> Response:
        job = self._desk.jobs.coming
        if job is None:
            return JSONResponse({"running": False, "done": 0, "total": 0})
        return JSONResponse({"running": job.running, "done": min(job.done, job.total), "total": job.total})

    def _job(
        self, wanted: Wanted, opened: Callable[[], AbstractContextManager[Vault]], seen: ComingIn | None = None
    ) -> ComingIn:
        load, settings = self._desk.load_recogniser, self._desk.settings

        def sounds(progress: Callable[[float], None]) -> Sounds | None:
            if load is None:
                return None
            transcribe, loaded = wanted.transcribe, partial(load, lambda told: None)
            return wanted_sounds(settings, wanted.language, loaded, transcribe=transcribe, progress=progress)

        return ComingIn(wanted, opened, sounds, seen)

    def _begin(self, job: ComingIn) -> None:
        self._desk.jobs.coming = job

    def _lines(self, report: ComingIn, timezone: str) -> list[str]:
        keep = self._desk.settings.vault.keep_audio
        return lines_of(self._desk.phrases, report.tally, dry=report.dry, timezone=timezone, keep_audio=keep)

    def _running(self) -> bool:
        job = self._desk.jobs.coming
        return job is not None and job.running

    def _page(self, fault: VoicecheckError | None = None, fields: dict[str, list[str]] | None = None) -> Response:
        job, sent, phrases = self._desk.jobs.coming, fields or {}, self._desk.phrases
        over = job is not None and not job.running
        report = job if over and fault is None and job is not None else None
        stopped = report is not None and report.fault is STOPPED
        told = fault or (report.fault if report is not None and not stopped else None)
        known = report is not None and (report.fault is None or not report.dry)
        timezone = report.wanted.timezone if report is not None else ""
        endings = frozenset(ending for form in FORMS.values() for ending in form.endings)
        return self._show(
            "settings_import.html",
            "settings",
            status=200 if fault is None else 409,
            job=job,
            report=report if known else None,
            stopped=stopped,
            lines=self._lines(report, timezone) if report and known else [],
            faults=faults_of(phrases, report.tally) if report and known else [],
            untold=untold(report.tally) if report and known else 0,
            forms=tuple(FORMS),
            near=[] if job and job.running else lying_near(endings),
            columns=COLUMNS,
            orders=ORDERS,
            chosen=AS_USUAL
            | {"language": phrases.language}
            | {name: first(sent, name) for name in AS_USUAL if name in sent},
            fault=told,
        )


def _wanted(fields: dict[str, list[str]], language: str) -> Wanted:
    form, order = first(fields, "form"), first(fields, "order")
    spoken, timezone = first(fields, "language").strip(), first(fields, "timezone").strip()
    if form not in FORMS:
        raise UsageError("Say which journal it comes from.", "Choose one of the list.")
    if not LANGUAGE.fullmatch(spoken):
        raise UsageError("That is no code of a language.", "Write it as en or de.")
    path = typed_path(first(fields, "found") or first(fields, "path"), "folder" if form == "markdown" else "file")
    named = {name: first(fields, f"column_{name}").strip() for name in COLUMNS if name != "tag"}
    tags = tuple(filter(None, map(str.strip, first(fields, "column_tag").split(","))))
    usual = {name: one or AS_USUAL[f"column_{name}"] for name, one in named.items()}
    export = Export(path, Zone(timezone), DateOrder(order) if order in ORDERS[1:] else None, Columns(**usual, tag=tags))
    return Wanted(form, export, spoken or language, timezone, first(fields, "transcribe") == "yes")
