"""The page of one month or one year: how I have been, in words and one picture; and what the person marks for it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.diary import period_words
from voicecheck.diary.period import Period, look_at, whole_period
from voicecheck.diary.topics import put_topics, read_topics, written_topic
from voicecheck.errors import VoicecheckError
from voicecheck.feelings.families import USUAL_QUADRANT
from voicecheck.phrases import Phrases
from voicecheck.utterance import TopicKind
from voicecheck.web.pages import charts
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

STEPS: tuple[Literal["month", "year"], ...] = ("month", "year")


class Been:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def month(self, request: Request) -> Response:
        return self._page("month", self._desk.today(), notice=self._desk.told(request))

    async def year(self, request: Request) -> Response:
        return self._page("year", self._desk.today(), notice=self._desk.told(request))

    async def of(self, request: Request) -> Response:
        step, day = self._asked(request)
        return self._page(step, day, notice=self._desk.told(request))

    async def mark(self, request: Request) -> Response:
        """Keep people, places and doings as they stand in the form, a line each, and no others."""
        step, day = self._asked(request)
        fields = await read_form(request)
        try:
            topics = tuple(one for kind in TopicKind for one in read_topics(kind, first(fields, kind.value)))
            with self._desk.writing() as vault:
                put_topics(vault, topics)
        except VoicecheckError as fault:  # what was typed stays in the form
            return self._page(step, day, fault=fault, typed=fields)
        place = f"/feelings/{step}/of/{self._desk.handles.of(day.isoformat())}"
        return RedirectResponse(self._desk.telling(place, "settings"), 303)

    def _asked(self, request: Request) -> tuple[Literal["month", "year"], date]:
        """Return the step and the day in the address. Raises HTTPException, NotFoundError."""
        step = next((one for one in STEPS if one == request.path_params["step"]), None)
        try:
            day = date.fromisoformat(self._desk.value_of(request.path_params["handle"]))
        except ValueError as error:  # the handle of an entry
            raise HTTPException(404) from error
        if step is None:
            raise HTTPException(404)
        return step, day

    def _page(
        self,
        step: Literal["month", "year"],
        day: date,
        *,
        fault: VoicecheckError | None = None,
        typed: dict[str, list[str]] | None = None,
        notice: str = "",
    ) -> Response:
        desk, vault = self._desk, self._desk.vault
        since, until = whole_period(day, step)
        period = look_at(vault, since, until, desk.settings.checkin.name)
        oldest, handle, topics = vault.timeline.first_day(), desk.handles.of, vault.topics.list()
        kept = {kind: "\n".join(written_topic(one) for one in topics if one.kind is kind) for kind in TopicKind}
        return self._show(
            "been.html",
            "feelings",
            status=200 if fault is None else 409,
            step=step,
            handle=handle(since.isoformat()),
            title=desk.phrases.say_date(step, since),
            said=period_words.say_entries(period, desk.today(), desk.phrases),
            new_words=period_words.say_new_words(period, desk.phrases),
            questions=[(one.text, period_words.say_question(one, desk.phrases)) for one in period.questions],
            beside=[(one.topic, period_words.say_beside(one, desk.phrases)) for one in period.beside],
            kinds=tuple(TopicKind),
            topics=kept if typed is None else {kind: first(typed, kind.value) for kind in TopicKind},
            marked=bool(topics),
            before=handle((since - timedelta(days=1)).isoformat()) if oldest and oldest < since else "",
            after=handle((until + timedelta(days=1)).isoformat()) if until < desk.today() else "",
            fault=fault,
            notice=notice,
            **drawn(period, desk.phrases),
        )


def drawn(period: Period, phrases: Phrases) -> dict[str, Any]:
    """Return the picture of a period: a row for each feeling, with the same in words, and one for the entries."""
    names = [period_words.name_column(period, column, phrases) for column in period.columns]
    rows = charts.dot_rows([feeling.counts for feeling in period.feelings], names)
    say_when = partial(period_words.say_when, period, phrases=phrases)
    return {
        "period": period,
        "width": charts.WIDTH,
        "rows": [
            (
                period_words.name_family(feeling.family, phrases),
                feeling.quadrant if feeling.family is None else USUAL_QUADRANT[feeling.family],
                dots,
                period_words.say_times(feeling.total, phrases),
                period_words.say_words(feeling, phrases),
                say_when(feeling.counts),
            )
            for feeling, dots in zip(period.feelings, rows, strict=True)
        ],
        "marks": charts.marks(period.entries, names),
        "said_when": say_when(period.entries),
        "ticks": charts.ticks(period.columns, "week" if period.step == "day" else "month", phrases),
    }
