"""The evening on the page: a button to begin, the events of it as they come, and what can be pressed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Chosen, Decided, Event, Given, ThatWasMe
from voicecheck.errors import UsageError
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

PRESSED: dict[str, Event] = {
    "done": Given(Command.DONE),
    "answer": Given(Command.DONE),
    "next": Given(Command.DONE),
    "leave_it": Given(Command.DONE),
    "pause": Given(Command.PAUSE),
    "go_on": Given(Command.RESUME),
    "skip": Given(Command.SKIP),
    "smaller": Given(Command.STEP_BACK),
    "start_over": Given(Command.START_OVER),
    "delete": Given(Command.DELETE),
    "undo": Given(Command.UNDO),
    "help": Given(Command.HELP_NOW),
    "not_tonight": Given(Command.NOT_TONIGHT),
    "mine": ThatWasMe(),
    "keep": Decided(keep=True),
    "drop": Decided(keep=False),
    **{f"{place}": Chosen(place) for place in range(4)},
}
"""event of each button and key of the page"""
BUTTONS = (
    "answer", "done", "go_on", "pause", "next", "leave_it", "keep", "drop", "skip", "smaller", "start_over", "delete",
    "not_tonight", "help",
)  # fmt: skip
"""in the order in which they stand"""


class OnThePage:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._evening = site.desk.evening
        self._show = site.show

    async def page(self, request: Request) -> Response:
        if not self._evening.began:
            return RedirectResponse("/", 303)
        return self._show("tonight.html", "today", buttons=BUTTONS, here_tonight=True)

    async def begin(self, request: Request) -> Response:
        """Begin, or watch the evening that another tab began: there is never a second one."""
        if not self._desk.has_vault:
            return RedirectResponse("/welcome", 303)
        self._evening.begin()
        return RedirectResponse("/tonight", 303)

    async def events(self, request: Request) -> Response:
        """Stream the evening to a tab; 204, at which a browser asks no more, where enough of them watch."""
        if self._evening.board.full:
            return Response(status_code=204)
        return StreamingResponse(self._evening.board.stream(), media_type="text/event-stream")

    async def do(self, request: Request) -> Response:
        event = PRESSED.get(first(await read_form(request), "what"))
        if event is None:
            raise UsageError("That is no button of this page.", "Load the page again.")
        self._evening.put(event)
        return Response(status_code=204)
