"""The pages for looking back: today, the timeline, the calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.domain import Family, Quadrant
from voicecheck.vault.backup_folder import mention_once
from voicecheck.vault.recovery_offer import is_due
from voicecheck.vault.store.timeline import Glance, Sieve
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.coming_back import OnThisDay, letters_of_today
from voicecheck.web.site.forms import first, number_of, read_form
from voicecheck.web.site.showing import Site
from voicecheck.web.site.ways import ways_of

AT_ONCE = 40
"""entries that are sent at once; the rest follows when the end comes into sight"""


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the calendar."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    """seven a week, Monday first; None outside the month"""


@dataclass(frozen=True, slots=True)
class Cell:
    date: date
    entries: int
    felt: tuple[Quadrant, ...]
    handle: str


class Looking:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._part = site.part
        self._show = site.show
        self._sieves = Asked[Sieve]()
        self._on_this_day = OnThisDay(site.desk)

    async def today(self, request: Request) -> Response:
        """Show the button that begins, also while the vault is locked, and with an open vault the last entry."""
        desk = self._desk
        if not desk.has_vault:
            return RedirectResponse("/welcome", 303)
        last = [] if desk.locked else desk.vault.timeline.glances(limit=1)
        letters = () if desk.locked else letters_of_today(desk)
        remembered = None if desk.locked else self._on_this_day.today()
        return self._show(
            "today.html",
            "today",
            days=self._by_day(last),
            question=None if desk.locked else desk.next_question(),
            waiting=desk.waiting,
            letters=[(one.written, desk.handles.of(one.entry_id)) for one in letters],
            remembered=remembered,
            remembered_handle=desk.handles.of(remembered.entry.id) if remembered else "",
            today=desk.today(),
            ways=ways_of(desk),
            cut_short=desk.evening.cut_short or (not desk.locked and desk.vault.steps.cut_short),
            recovery_due=bool(last) and not desk.evening.running and is_due(desk.paths),
            recovered=desk.recovered,
            notice=desk.told(request),
            lost=desk.phrases.show("changes_lost", count=desk.found.lost_commits) if desk.found.lost_commits else "",
            backup=None if desk.locked else mention_once(desk.paths, desk.vault.timeline.first_day(), "page"),
        )

    async def not_again(self, request: Request) -> Response:
        """Never show an entry unasked again."""
        entry_id = self._desk.value_of(request.path_params["handle"])
        with self._desk.writing() as vault:
            vault.unasked.leave_out(entry_id)
        return RedirectResponse("/", 303)

    async def timeline(self, request: Request) -> Response:
        handle, sieve = self._sieve(request)
        glances = self._desk.vault.timeline.glances(sieve, limit=AT_ONCE)
        return self._show(
            "timeline.html",
            "timeline",
            days=self._by_day(glances),
            more=_more(glances),
            sieve=sieve,
            handle=handle,
            families=tuple(Family),
            notice=self._desk.told(request),
            speakers=self._desk.vault.timeline.speakers(),
        )

    async def timeline_more(self, request: Request) -> Response:
        """Show the next entries; alone where the page asks for them, as a whole page where a person does."""
        before, (handle, sieve) = number_of(request.path_params["number"]), self._sieve(request)
        glances = self._desk.vault.timeline.glances(sieve, before=before, limit=AT_ONCE)
        places: dict[str, Any] = {"days": self._by_day(glances), "more": _more(glances), "handle": handle}
        if request.headers.get("sec-fetch-dest") == "empty":
            return self._part("entries.html", **places)
        return self._show("more.html", "timeline", **places)

    async def set_sieve(self, request: Request) -> Response:
        fields = await read_form(request)
        known = {family.value for family in Family}
        sieve = Sieve(
            families=tuple(Family(name) for name in fields.get("family", []) if name in known),
            since=_date(first(fields, "since")),
            until=_date(first(fields, "until")),
            with_sound="with_sound" in fields,
            speaker=first(fields, "speaker"),
        )
        return RedirectResponse("/timeline" if sieve == Sieve() else f"/timeline/of/{self._sieves.keep(sieve)}", 303)

    def _sieve(self, request: Request) -> tuple[str | None, Sieve]:
        """Return the filter of this page, with its handle; the address tells nothing of it."""
        handle = request.path_params.get("handle")
        return handle, Sieve() if handle is None else self._desk.known(self._sieves.of(handle))

    async def calendar(self, request: Request) -> Response:
        today = self._desk.today()
        first_day = self._desk.vault.timeline.first_day() or today
        year = number_of(request.path_params.get("year", f"{today.year}"))
        year = min(max(year, first_day.year), today.year)
        return self._show(
            "calendar.html",
            "calendar",
            year=year,
            months=self._months(year),
            earlier=year - 1 if first_day.year < year else None,
            later=year + 1 if year < today.year else None,
        )

    async def day(self, request: Request) -> Response:
        day = _date(self._desk.value_of(request.path_params["handle"]))
        glances = self._desk.vault.timeline.glances(Sieve(since=day, until=day), limit=1000)
        return self._show("day.html", "calendar", days=self._by_day(glances), day=day, handle=self._handle(day))

    async def week(self, request: Request) -> Response:
        """Show a week's entries with all of their words, as it can be read in one go, or printed."""
        day = _date(self._desk.value_of(request.path_params["handle"]))
        if day is None:
            raise HTTPException(404)
        monday = day - timedelta(days=day.weekday())
        sunday, vault = monday + timedelta(days=6), self._desk.vault
        kept = sorted(map(vault.entries.get, vault.entries.select(None, monday, sunday)), key=lambda one: one.spoken_at)
        handle = self._desk.handles.of
        days = groupby(kept, key=lambda one: one.local_date)
        return self._show(
            "week.html",
            "calendar",
            monday=monday,
            sunday=sunday,
            days=[(day, [(one, handle(one.id)) for one in entries]) for day, entries in days],
            before=self._handle(monday - timedelta(days=7)),
            after=self._handle(monday + timedelta(days=7)) if sunday < self._desk.today() else "",
        )

    def _handle(self, day: date | None) -> str:
        return "" if day is None else self._desk.handles.of(day.isoformat())

    def _by_day(self, glances: Sequence[Glance]) -> list[tuple[date, str, list[tuple[Glance, str]]]]:
        """Return each day, its handle, and its entries with theirs."""
        handle = self._desk.handles.of
        return [
            (day, handle(day.isoformat()), [(one, handle(one.id)) for one in group])
            for day, group in groupby(glances, key=lambda one: one.local_date)
        ]

    def _months(self, year: int) -> list[Month]:
        """Return the months of a year up to this one, newest first."""
        name = self._desk.settings.checkin.name
        said_on = self._desk.vault.timeline.days(date(year, 1, 1), date(year + 1, 1, 1), name)
        days = {day.date: day for day in said_on}
        leaves: dict[int, list[list[Cell | None]]] = defaultdict(list)
        day, end = date(year, 1, 1), min(date(year, 12, 31), self._desk.today())
        while day <= end:
            weeks = leaves[day.month]
            if not weeks or day.weekday() == 0:
                weeks.append([None] * 7)
            said = days.get(day)
            weeks[-1][day.weekday()] = Cell(
                day,
                said.entries if said else 0,
                said.felt if said else (),
                self._desk.handles.of(day.isoformat()) if said else "",
            )
            day += timedelta(days=1)
        return [
            Month(self._desk.phrases.month(date(year, m, 1)), tuple(map(tuple, leaves[m])))
            for m in sorted(leaves, reverse=True)
        ]


def _more(glances: Sequence[Glance]) -> int | None:
    """Return the number of the entry from which on there may be more; None at the end."""
    return glances[-1].number if len(glances) == AT_ONCE else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
