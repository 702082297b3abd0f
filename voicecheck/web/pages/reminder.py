"""The page of the reminder: its time and days, on and off."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.clock import local_date, now
from voicecheck.errors import VoicecheckError
from voicecheck.remind.reminder import (
    Found,
    find_reminder,
    last_of,
    lines_of,
    notes_on,
    obstacles,
    set_reminder,
    take_off,
)
from voicecheck.remind.schedule import WEEK, Schedule, read_schedule
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

PLACE = "/settings/reminder"
USUAL = "21:00"


class Reminding:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def page(self, request: Request) -> Response:
        return await self._page(notice=self._desk.told(request))

    async def keep(self, request: Request) -> Response:
        """Set it, in the place of an older one."""
        fields = await read_form(request)
        try:
            schedule = read_schedule(first(fields, "at"), ",".join(fields.get("day", [])))
            aloud = bool(first(fields, "aloud"))
            schedule = replace(schedule, aloud=aloud, lid_closed=aloud and bool(first(fields, "lid")))
            await asyncio.to_thread(set_reminder, schedule, self._desk.errands.clock)
        except VoicecheckError as fault:
            return await self._page(fault, fields)
        return RedirectResponse(self._desk.telling(PLACE, "settings"), 303)

    async def off(self, request: Request) -> Response:
        gone = await asyncio.to_thread(take_off, self._desk.errands.clock)
        if gone.kept:
            return await self._page(gone.kept[0])
        return RedirectResponse(self._desk.telling(PLACE, "reminder_off"), 303)

    def _lines(self, schedule: Schedule) -> list[str]:
        phrases, invited = self._desk.phrases, self._desk.paths.invitation_file
        return [*lines_of(phrases, schedule, now()), *last_of(phrases, schedule, invited, local_date(now()))]

    def _notes(self, found: Found | None) -> list[str]:
        phrases = self._desk.phrases
        if found is None:
            return obstacles(phrases)
        return notes_on(phrases, found.schedule, self._desk.settings.invitation.word)

    async def _page(
        self, fault: VoicecheckError | None = None, fields: dict[str, list[str]] | None = None, notice: str = ""
    ) -> Response:
        found: Found | None = None
        try:
            found = await asyncio.to_thread(find_reminder, self._desk.errands.clock)
        except VoicecheckError as error:
            fault = fault or error
        phrases, sent = self._desk.phrases, fields or {}
        days = found.schedule.days if found else tuple(range(7))
        return self._show(
            "settings_reminder.html",
            "settings",
            status=200 if fault is None else 409,
            is_set=found is not None,
            lines=self._lines(found.schedule) if found else [],
            notes=await asyncio.to_thread(self._notes, found),
            invitation=phrases.spoken["invite"][0],
            aloud=bool(sent.get("aloud")) if sent else found is not None and found.schedule.aloud,
            lid=bool(sent.get("lid")) if sent else found is not None and found.schedule.lid_closed,
            at=first(sent, "at") or (f"{found.schedule.at:%H:%M}" if found else USUAL),
            days=sent.get("day") or [WEEK[day] for day in days],
            week=list(zip(WEEK, phrases.dates["weekdays"].split(), strict=True)),
            fault=fault,
            notice=notice,
        )
