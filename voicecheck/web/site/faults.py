"""Error pages. They hold no word of an entry, but may repeat the person's latest input."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import NotFoundError, VaultBusyError, VoicecheckError
from voicecheck.phrases import Phrases
from voicecheck.web.site.forms import typed_in
from voicecheck.web.site.rendering import Renderer


class Faults:
    """Handlers of errors: one sentence, and the way on."""

    def __init__(self, render: Renderer, phrases: Phrases) -> None:
        self._render = render
        self._phrases = phrases

    async def told(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, VoicecheckError)
        status = 404 if isinstance(error, NotFoundError) else 409 if isinstance(error, VaultBusyError) else 400
        return self._page(request, status, error.message, error.hint)

    async def missing(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405 and request.method == "GET":  # somebody loaded the address of a button again
            return RedirectResponse("/", 303)
        return self._page(request, error.status_code, self._phrases.page["fault_page"])

    async def ours(self, request: Request, error: Exception) -> Response:
        """Answer a fault of the program: what stands in the terminal is all there is to say."""
        message, hint = self._phrases.page["fault_ours"].split("\n")
        return self._page(request, 500, message, hint)

    def _page(self, request: Request, status: int, message: str, hint: str = "") -> Response:
        """Return the error page, with what the person typed, so that it is not lost."""
        return self._render("fault.html", status, message=message, hint=hint, typed=typed_in(request))
