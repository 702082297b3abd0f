"""The search page: the grammar of the command line, with errors that point at their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.diary.none_found import none_found
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import printable
from voicecheck.vault.search.grammar import QueryError, parse_query
from voicecheck.vault.search.sql import Found
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.forms import first, number_of, read_form
from voicecheck.web.site.showing import Site

AT_ONCE = 20
MOST_LETTERS = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search; kept here and not in an address, which a browser would write down."""

    text: str = field(default="", repr=False)
    newest: bool = False


class Searching:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._asked = Asked[Wanted]()

    async def ask(self, request: Request) -> Response:
        fields = await read_form(request)
        wanted = Wanted(first(fields, "query").strip(), first(fields, "order") == "newest")
        if len(wanted.text) > MOST_LETTERS:
            raise UsageError(*self._desk.phrases.page["fault_long_search"].split("\n"))
        return RedirectResponse(f"/search/of/{self._asked.keep(wanted)}" if wanted.text else "/search", 303)

    async def results(self, request: Request) -> Response:
        """Show the best or the newest first, twenty at a time."""
        handle, offset = request.path_params.get("handle"), number_of(request.path_params.get("offset", "0"))
        asked = Wanted() if handle is None else self._desk.known(self._asked.of(handle))
        count = 0
        fault: _Fault | None = None
        found: tuple[Found, ...] = ()
        nothing: list[str] = []
        try:
            query = parse_query(asked.text, self._desk.today())
        except QueryError as error:
            fault = _Fault(error, asked.text)
        else:
            if asked.text:
                search = self._desk.vault.search
                found = search.find(query, newest=asked.newest, limit=AT_ONCE, offset=offset)
                count = search.count(query)
                nothing = [] if count else none_found(self._desk.phrases, query, search.alone(query))
        return self._show(
            "search.html",
            "search",
            asked=asked,
            handle=handle,
            fault=fault,
            found=[(one, self._desk.handles.of(one.entry_id), _parts(one)) for one in found],
            count=count,
            nothing=nothing,
            first=offset + 1,
            last=offset + len(found),
            earlier=max(offset - AT_ONCE, 0) if offset else None,
            later=offset + AT_ONCE if offset + AT_ONCE < count else None,
        )


class _Fault:
    """A query in three parts, the wrong one in the middle."""

    def __init__(self, error: QueryError, text: str) -> None:
        begin, end = error.column - 1, error.column - 1 + max(error.length, 1)
        self.before, self.wrong, self.after = text[:begin], text[begin:end], text[end:]
        self.message = error.message
        self.hint = error.hint


def _parts(found: Found) -> list[tuple[str, bool]]:
    """Return the snippet in parts, each with True if it was searched for."""
    text, cursor, parts = printable(found.snippet), 0, []
    for start, end in found.spans:
        parts += [(text[cursor:start], False), (text[start:end], True)]
        cursor = end
    return [*parts, (text[cursor:], False)]
