"""The forms of an entry that are about time: another date, and a letter that opens on a day to come."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.clock import now
from voicecheck.diary.dating import put_date_right, read_date
from voicecheck.diary.letters import opening_day, put_away
from voicecheck.domain import Entry
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site


class EntryTimes:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk

    async def put_date_right(self, request: Request) -> Response:
        """Give the entry the date and time of the form."""
        fields = await read_form(request)
        entry = self._entry(request)
        spoken_at = read_date(f"{first(fields, 'day')} {first(fields, 'time')}", entry)
        with self._desk.writing() as vault:
            put_date_right(vault, entry, spoken_at.replace(second=0), now())
        return RedirectResponse(f"/entry/{self._desk.handles.of(entry.id)}", 303)

    async def put_away(self, request: Request) -> Response:
        """Make the entry a letter that opens on the day of the form."""
        fields = await read_form(request)
        entry = self._entry(request)
        opens_on = opening_day(first(fields, "day") or first(fields, "span"), self._desk.today())
        with self._desk.writing() as vault:
            put_away(vault, entry.id, opens_on, self._desk.settings.vault.keep_audio)
        return RedirectResponse(self._desk.telling("/timeline", "letter"), 303)

    def _entry(self, request: Request) -> Entry:
        return self._desk.vault.entries.get(self._desk.value_of(request.path_params["handle"]))
