"""The login page: takes the code, gives the session cookie, and locks the page again."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.middleware import Message, Receive, Send
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.rendering import Renderer


class Entrance:
    def __init__(
        self,
        render: Renderer,
        keeper: Keeper,
        idle: IdleClock,
        tell: Callable[[str], None],
        may_lock: Callable[[], bool],
    ) -> None:
        """`may_lock`: False while the vault would be lost by that, as its only key is in memory."""
        self._render = render
        self._keeper = keeper
        self._idle = idle
        self._tell = tell
        self._may_lock = may_lock

    async def door(self, scope: Message, receive: Receive, send: Send) -> None:
        """Show the login page, to anybody without a session, whatever they asked for."""
        await self._page(wrong=False)(scope, receive, send)

    async def enter(self, request: Request) -> Response:
        """Give the cookie for the right code, once. Nothing else says more than that it was wrong."""
        token = self._keeper.enter(first(await read_form(request), "code"))
        if token is None:
            if self._keeper.barred:
                self._tell("barred")
            return self._page(wrong=True)
        self._tell("entered")
        # Every request since the door came from this page itself, so that the strict cookie goes with the redirect.
        return self._with_session(RedirectResponse("/", 303), token)

    async def arrive(self, request: Request) -> Response:
        """Give the cookie for the ticket of the one-time file; anything else gets the door.

        The file is another place than this page, so a redirect would go without the strict cookie: the page that comes
        in between goes on by itself, and from here.
        """
        token = self._keeper.arrive(first(await read_form(request), "ticket"))
        if token is None:
            return self._page(wrong=False)
        self._tell("arrived")
        return self._with_session(self._render("arrived.html"), token)

    async def sign(self, request: Request) -> Response:
        """Answer the sign that a page is open."""
        return Response(status_code=204)

    def _with_session(self, response: Response, token: str) -> Response:
        self._idle.touch()
        response.set_cookie(self._keeper.cookie_name, token, httponly=True, samesite="strict", path="/")
        return response

    async def stay(self, request: Request) -> Response:
        """Note that the person still reads or listens. Answers how long the page stays open, in seconds."""
        return JSONResponse({"left_s": self._idle.left_s})

    async def lock(self, request: Request) -> Response:
        """Lock the vault: the process is replaced by a fresh one right after this answer, and the session goes on."""
        if not self._may_lock():
            return RedirectResponse("/welcome/key", 303)
        self._tell("locked")
        response = self._render("locked.html")
        response.headers["clear-site-data"] = '"cache", "storage"'
        return response

    def _page(self, *, wrong: bool) -> Response:
        return self._render(
            "door.html", 401, wrong=wrong, used=self._keeper.entered, tries_left=self._keeper.tries_left
        )
