"""Render templates to pages. Everything is escaped; sentences come from the phrases, never from a template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from voicecheck.clock import say_duration
from voicecheck.diary.wordless import is_wordless_glance
from voicecheck.domain import Quadrant
from voicecheck.phrases import Phrases
from voicecheck.text.untrusted import printable

FOLDER = Path(__file__).parents[1]
TEMPLATES = (FOLDER / "templates",)
CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Renderer:
    def __init__(self, phrases: Phrases, listed: Mapping[str, str]) -> None:
        """`listed` are the pages in the list of pages: name -> address."""
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            tell=phrases.tell, language=phrases.language, quadrants=tuple(Quadrant), listed=listed
        )
        self._environment.filters.update(printable=printable, clock=say_clock, duration=say_duration)
        self._environment.tests["wordless"] = is_wordless_glance
        self._environment.filters["day"] = partial(phrases.say_date, "day")

    def __call__(self, template: str, /, status: int = 200, **places: Any) -> HTMLResponse:
        return HTMLResponse(self._environment.get_template(template).render(**places), status)


def say_clock(at: datetime) -> str:
    return f"{at:%H:%M}"


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """Return name to content and type, read once: nothing a request says is ever made into a path."""
    folder = FOLDER / "static"
    return {
        path.name: (path.read_bytes(), CONTENT_TYPES[path.suffix])
        for path in folder.iterdir()
        if path.suffix in CONTENT_TYPES
    }
