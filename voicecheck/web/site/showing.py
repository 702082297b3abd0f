"""Render a whole page: a template with the parts that every page has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from starlette.responses import Response
from starlette.routing import Route

from voicecheck.web.guard.login_code import IdleClock
from voicecheck.web.site.context import Desk
from voicecheck.web.site.rendering import Renderer

T = TypeVar("T")
NEVER_S = 30 * 24 * 3600.0
"""a first evening without a passphrase would be gone with a lock"""


class Show(Protocol):
    def __call__(self, template: str, here: str, /, status: int = 200, **places: Any) -> Response: ...


def show_on(render: Renderer, idle: IdleClock, desk: Desk) -> Show:
    """Return a function that renders a page; `here` is the page's name in the list of pages."""

    def show(template: str, here: str, /, status: int = 200, **places: Any) -> Response:
        unset = desk.first.unset
        always = {
            "lock_after_s": idle.lock_after_s if not unset else NEVER_S,
            "listening": desk.evening.running,
            "hears": desk.evening.hears,
            "locked": desk.locked,
            "unset": unset,
            "new": not desk.has_vault,
        }
        places = {"here": here, **always, **places}
        return render(template, status, **places)

    return show


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that handlers are made with."""

    desk: Desk
    show: Show
    part: Renderer
    """for a piece of a page"""
    idle: IdleClock
    tell: Callable[[str], None]
    """hears "locked" and "erased", which end the page"""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the site: its routes, and its pages in the list of pages."""

    routes: Callable[[Site], Sequence[Route]]
    listed: Mapping[str, str]
    """name -> address; the list shows `nav_NAME` of the phrases"""


def section(
    handlers: Callable[[Site], T], routes: Callable[[T], Sequence[Route]], listed: Mapping[str, str] | None = None
) -> Section:
    """The section of these handlers, which are made once for a run of the page."""
    return Section(lambda site: routes(handlers(site)), listed or {})
