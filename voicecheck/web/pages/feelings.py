"""The page of feelings over time: plain charts of counts, each with a note on how to read it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from voicecheck.clock import Step, periods_back
from voicecheck.diary.trends import Trends, find_trends, themes_of
from voicecheck.domain import Quadrant
from voicecheck.errors import NotFoundError
from voicecheck.feelings.families import USUAL_QUADRANT
from voicecheck.phrases import Phrases
from voicecheck.prompts.packs import load_packs
from voicecheck.web.pages import charts
from voicecheck.web.site.showing import Site

SPANS: dict[str, tuple[Step, int]] = {
    "weeks-12": ("week", 12),
    "weeks-26": ("week", 26),
    "months-12": ("month", 12),
    "months-36": ("month", 36),
    "all": ("month", 0),
}
"""name in the address -> steps of what, and how many back from today; 0 for all, in years where that is long"""
MOST_MONTHS = 60
USUAL = "weeks-12"
NEWEST_WORDS = 8
"""periods whose new words are listed"""


class Feelings:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def over_time(self, request: Request) -> Response:
        span = request.path_params.get("span", USUAL)
        if span not in SPANS:
            raise NotFoundError(self._desk.phrases.page["fault_page"])
        step, count = SPANS[span]
        today = self._desk.today()
        since = periods_back(today, step, count - 1) if count else None
        oldest = self._desk.vault.timeline.first_day() or today
        if not count and (today - oldest).days > MOST_MONTHS * 31:
            step = "year"
        packs = load_packs(self._desk.paths.prompts_folder)
        name = self._desk.settings.checkin.name
        trends = find_trends(self._desk.vault, since, today if count else None, step, themes_of(packs), name)
        return self._show(
            "feelings.html",
            "feelings",
            span=span,
            spans=tuple(SPANS),
            trends=trends,
            **_drawn(trends, self._desk.phrases),
        )


def _drawn(trends: Trends, phrases: Phrases) -> dict[str, Any]:
    names = [phrases.say_date(trends.step, period) for period in trends.periods]
    families = list(trends.families)
    rows = [trends.quadrants[quadrant] for quadrant in Quadrant]
    return {
        "names": names,
        "ticks": charts.ticks(trends.periods, trends.step, phrases),
        "width": charts.WIDTH,
        "quadrant_rows": list(zip(Quadrant, charts.bar_rows(rows, names), strict=True)),
        "family_rows": [
            (family, USUAL_QUADRANT[family], dots)
            for family, dots in zip(
                families, charts.dot_rows([trends.families[one] for one in families], names), strict=True
            )
        ],
        "marks": charts.marks(trends.entries, names),
        "exact_rows": charts.bar_rows([trends.precise, trends.vague], names),
        "vocabulary_line": charts.step_line(trends.vocabulary),
        "newest_words": [(name, words) for name, words in zip(names, trends.new_words, strict=True) if words][
            : -NEWEST_WORDS - 1 : -1
        ],
        "usual_quadrant": USUAL_QUADRANT,
    }
