"""A whole page: a template with what every page holds."""

from __future__ import annotations

from typing import Any, Protocol

from starlette.responses import Response

from voicecheck.web.guard.login_code import IdleClock
from voicecheck.web.rendering import Renderer


class Show(Protocol):
    def __call__(self, template: str, here: str, /, status: int = 200, **places: Any) -> Response: ...


def show_on(render: Renderer, idle: IdleClock) -> Show:
    """`here` is the page's name in the list of pages."""

    def show(template: str, here: str, /, status: int = 200, **places: Any) -> Response:
        return render(template, status, here=here, lock_after_s=idle.lock_after_s, **places)

    return show
