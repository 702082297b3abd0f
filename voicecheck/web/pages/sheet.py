"""The pages of a sheet to take along: choose sentences, look at it, print it. The vault notes that it was taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.clock import now
from voicecheck.diary import sheet as sheets
from voicecheck.diary.period import look_at
from voicecheck.diary.sheet import LONGEST_NAME, LONGEST_TYPED, MOST_DAYS, MOST_ENTRIES, Sheet
from voicecheck.errors import UsageError
from voicecheck.web.guard.handles import Asked
from voicecheck.web.pages.been import drawn
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

MOST_SENTENCES = 2000
"""fields of the form: what sixty entries have, and more than goes on two pages"""


class OnPaper:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._spans = Asked[tuple[date, date]]()
        self._sheets = Asked[Sheet]()

    async def choose(self, request: Request) -> Response:
        """Show the sentences of a span, to choose from; by default those of the last four weeks."""
        handle = request.path_params.get("handle")
        since, until = sheets.usual_span(self._desk.today())
        if handle is not None:
            since, until = self._desk.known(self._spans.of(handle))
        entries = sheets.offered(self._desk.vault, since, until, self._name)
        return self._show(
            "sheet_choose.html",
            "",
            since=since,
            until=until,
            entries=entries,
            handle=handle or self._spans.keep((since, until)),
            cut=len(entries) >= MOST_ENTRIES,
            longest_typed=LONGEST_TYPED,
            longest_name=LONGEST_NAME,
        )

    async def span(self, request: Request) -> Response:
        """Show another span."""
        fields = await read_form(request)
        try:
            days = date.fromisoformat(first(fields, "since")), date.fromisoformat(first(fields, "until"))
        except ValueError as error:
            raise UsageError(*self._desk.phrases.page["fault_span"].split("\n")) from error
        if not 0 <= (days[1] - days[0]).days < MOST_DAYS:
            raise UsageError(*self._desk.phrases.page["fault_span"].split("\n"))
        return RedirectResponse(f"/sheet/of/{self._spans.keep(days)}", 303)

    async def make(self, request: Request) -> Response:
        """Make a sheet of what was chosen."""
        fields = await read_form(request, MOST_SENTENCES)
        since, until = self._desk.known(self._spans.of(request.path_params["handle"]))
        typed = first(fields, "text").replace("\r\n", "\n").strip()
        if len(typed) > LONGEST_TYPED:
            raise UsageError(*self._desk.phrases.tell("fault_long_typed", count=LONGEST_TYPED).split("\n"))
        sheet = Sheet(
            since,
            until,
            chosen=tuple(fields.get("sentence", ())),
            typed=typed,
            name=" ".join(first(fields, "name").split())[:LONGEST_NAME],
            feelings="feelings" in fields,
        )
        return RedirectResponse(f"/sheet/see/{self._sheets.keep(sheet)}", 303)

    async def see(self, request: Request) -> Response:
        """Show the sheet as it will stand on paper."""
        handle, sheet = self._asked(request)
        quotes = sheets.quotes_on(self._desk.vault, sheet, self._name)
        drawing = drawn(look_at(self._desk.vault, sheet.since, sheet.until, self._name), self._desk.phrases)
        return self._show(
            "sheet.html",
            "",
            handle=handle,
            sheet=sheet,
            quotes=quotes,
            about=[quote for quote in quotes if quote.sign in sheet.about],
            passages=tuple(sheets.passages([quote for quote in quotes if quote.sign not in sheet.about])),
            gone=len(set(sheet.chosen)) - len(quotes),
            long=sheets.is_long(quotes, sheet),
            today=self._desk.today(),
            **drawing,
        )

    async def turn(self, request: Request) -> Response:
        """Put a sentence among those to talk about, or take it from there."""
        handle, sheet = self._asked(request)
        sign = first(await read_form(request), "sentence")
        if sign in sheet.chosen:
            self._sheets.change(handle, sheet.turned(sign))
        return RedirectResponse(f"/sheet/see/{handle}", 303)

    async def take(self, request: Request) -> Response:
        """Note in the vault that the sheet was taken along, once however often it is printed."""
        handle, sheet = self._asked(request)
        if sheet.taken_at is None:
            at = now()
            quotes = sheets.quotes_on(self._desk.vault, sheet, self._name)
            with self._desk.writing() as vault:
                vault.shares.record_sheet({quote.entry_id for quote in quotes}, at)
            self._sheets.change(handle, replace(sheet, taken_at=at))
        return RedirectResponse(f"/sheet/see/{handle}", 303)

    async def leave(self, request: Request) -> Response:
        """Take the note back: the sheet did not go along after all."""
        handle, sheet = self._asked(request)
        if sheet.taken_at is not None:
            with self._desk.writing() as vault:
                vault.shares.take_sheet_back(sheet.taken_at)
            self._sheets.change(handle, replace(sheet, taken_at=None))
        return RedirectResponse(f"/sheet/see/{handle}", 303)

    @property
    def _name(self) -> str:
        return self._desk.settings.checkin.name

    def _asked(self, request: Request) -> tuple[str, Sheet]:
        handle = request.path_params["handle"]
        return handle, self._desk.known(self._sheets.of(handle))
