"""The evening on the page: a button to begin, the events of it as they come, and what can be pressed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Chosen, Decided, Event, Given, Replied, ThatWasMe
from voicecheck.diary.editing import LONGEST, clean
from voicecheck.errors import UsageError
from voicecheck.web.site.forms import MOST_DIGITS, first, read_form
from voicecheck.web.site.showing import Site
from voicecheck.web.site.ways import wishes_of

PRESSED: dict[str, Event] = {
    "done": Given(Command.DONE),
    "answer": Given(Command.DONE),
    "next": Given(Command.DONE),
    "close": Given(Command.DONE),
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
    "yes": Replied(yes=True),
    "no": Replied(yes=False),
    "repeat": Given(Command.REPEAT),
    "meaning": Given(Command.MEANING),
    "delete_sentence": Given(Command.DELETE_SENTENCE),
    "read_last": Given(Command.READ_LAST),
    "week_ago": Given(Command.WEEK_AGO),
    "month_ago": Given(Command.MONTH_AGO),
    "year_ago": Given(Command.YEAR_AGO),
    "not_again": Given(Command.NOT_AGAIN),
    "letter": Given(Command.LETTER),
    "week_feelings": Given(Command.WEEK_FEELINGS),
    "slower": Given(Command.SLOWER),
    "faster": Given(Command.FASTER),
    "spell": Given(Command.SPELL),
    "what": Given(Command.HELP),
    "keep": Decided(keep=True),
    "drop": Decided(keep=False),
    **{f"{place}": Chosen(place) for place in range(4)},
}
"""event of each button and key of the page"""
BUTTONS = (
    "answer", "done", "go_on", "pause", "next", "yes", "no", "keep", "drop", "skip", "smaller", "start_over", "delete",
    "close", "not_tonight", "help",
)  # fmt: skip
"""in the order in which they stand"""
MORE = (
    "repeat", "meaning", "delete_sentence", "read_last", "week_ago", "month_ago", "year_ago", "not_again",
    "letter", "week_feelings", "spell", "slower", "faster", "what",
)  # fmt: skip
"""buttons that are folded away; their keys work all the same"""
LOUD = ("answer", "done", "go_on", "yes", "keep", "next", "close")
"""buttons that go on, and look so"""
KEYS = {
    **dict.fromkeys(("answer", "done", "next", "keep", "close"), "Enter"),
    **dict.fromkeys(("pause", "go_on"), "Space"),
    "start_over": "Escape",
    "skip": "s",
    "smaller": "b",
    "help": "h",
    "drop": "d",
    "delete": "x",
    "delete_sentence": "z",
    "not_tonight": "q",
    "undo": "u",
    "mine": "m",
    "yes": "y",
    "no": "n",
    "repeat": "r",
    "meaning": "w",
    "read_last": "a",
    "week_ago": "o",
    "month_ago": "t",
    "year_ago": "e",
    "not_again": "v",
    "letter": "g",
    "week_feelings": "f",
    "slower": "-",
    "faster": "Plus",
    "spell": "l",
    "what": "?",
}
"""keys of the buttons, those of the terminal, by the names that a browser has for them"""
NAMED_KEYS = ("Enter", "Space", "Escape", "Plus")
"""keys that are shown by a word or sign of the phrases, `key_NAME`"""


class OnThePage:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._evening = site.desk.evening
        self._show = site.show

    async def page(self, request: Request) -> Response:
        if not self._evening.began:
            return RedirectResponse("/", 303)
        return self._show(
            "tonight.html",
            "today",
            buttons=BUTTONS,
            more=MORE,
            keys=KEYS,
            named_keys=NAMED_KEYS,
            loud=LOUD,
            longest=LONGEST,
            here_tonight=True,
        )

    async def begin(self, request: Request) -> Response:
        """Begin, or watch the evening that another tab began: there is never a second one."""
        fields = await read_form(request)
        if not self._desk.has_vault:
            return RedirectResponse("/welcome", 303)
        if not self._evening.running:
            wishes = wishes_of(fields, self._desk)
            if wishes is None and self._desk.locked:  # what broke off can be written down, but not kept
                return RedirectResponse("/unlock", 303)
            self._evening.begin(wishes)
        return RedirectResponse("/tonight", 303)

    async def events(self, request: Request) -> Response:
        """Stream the evening to a tab; 204, at which a browser asks no more, where enough of them watch."""
        if self._evening.board.full:
            return Response(status_code=204)
        return StreamingResponse(self._evening.board.stream(), media_type="text/event-stream")

    async def do(self, request: Request) -> Response:
        """Take what was pressed or typed, and the signs of a page: that it shows the evening, or cannot."""
        fields = await read_form(request)
        what = first(fields, "what")
        if what == "here":
            self._evening.board.sign(_number(first(fields, "tab")))
        elif what == "cannot_show":
            self._evening.end("closed")
        elif what == "draft":
            self._evening.draft(_typed(first(fields, "text")), _number(first(fields, "line")))
        elif what in PRESSED:
            self._evening.put(PRESSED[what])
        else:
            raise UsageError("That is no button of this page.", "Load the page again.")
        return Response(status_code=204)


def _number(text: str) -> int:
    """Return a number that the page was given; 0, which is none, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _typed(text: str) -> str:
    """Return the text as it can be kept. Raises UsageError where it is too long for one entry."""
    if len(text) > LONGEST:
        raise UsageError("This text is too long for one entry.", f"Keep it under {LONGEST} characters.")
    return clean(text)
