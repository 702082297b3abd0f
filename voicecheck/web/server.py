"""The server of the page, from the first request to the lock or the end.

To lock is to end the process: a key that Python held cannot be wiped. `guard/handover.py` then puts a fresh one in its
place, on which an evening can be spoken, and which asks for the passphrase anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Literal, TypeAlias

import uvicorn

from voicecheck.signals import calling
from voicecheck.web.app import make_app
from voicecheck.web.guard.gate import Bounds, Gate
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.peers import Owners
from voicecheck.web.guard.presence import Presence
from voicecheck.web.guard.socket import WAITING_CONNECTIONS, Door
from voicecheck.web.site.context import Desk

LOOK_EVERY_S = 0.25
FINISH_WITHIN_S = 1
LAST_FILES_S = 0.4
"""after the page that says goodbye: the browser was told to forget its style, and asks for it once more"""

End: TypeAlias = Literal["idle", "locked", "barred", "erased", "stopped", "left"]
"""left: the last page was closed for a while"""


class Page:
    """Server that runs until it is idle, locked or stopped."""

    def __init__(
        self,
        desk: Desk,
        door: Door,
        keeper: Keeper,
        idle: IdleClock,
        tell: Callable[[str], None],
        bounds: Bounds = Bounds(),
        look: Callable[[], None] = lambda: None,
    ) -> None:
        """`look` is called four times a second."""
        self._idle = idle
        self._desk = desk
        self._keeper = keeper
        self._evening = desk.evening
        self._presence = Presence()
        self._look = look
        self._tell = tell
        self._end: End = "stopped"
        self._owners = Owners()
        self.gate = Gate(self._owners.are_ours, bounds)
        app = make_app(desk, door.host, keeper, idle, self._hear, self._owners.are_ours, self._presence)
        self._listening = door.listening.dup()  # the server closes its own, and behind a lock it is needed once more
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=self.gate.protocol(),  # type: ignore[arg-type]  # called as a class is
                ws="none",
                loop="asyncio",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=FINISH_WITHIN_S,
                timeout_keep_alive=bounds.idle_s,
                h11_max_incomplete_event_size=bounds.head_bytes,
                backlog=WAITING_CONNECTIONS,
            )
        )

    def serve(self) -> End:
        """Run until the page ends and return the reason: "stopped" after a signal, once open requests are answered."""
        for name in ("uvicorn.error", "uvicorn.access", "uvicorn.asgi", "asyncio"):
            logging.getLogger(name).disabled = True  # they would write of requests, and of what was in them
        try:
            with calling(lambda: self._stop("stopped")):
                asyncio.run(self._serve())
                self._evening.join()
        finally:
            self._owners.close()
        return self._end

    async def _serve(self) -> None:
        watching = asyncio.create_task(self._watch())
        await self._server.serve(sockets=[self._listening])
        watching.cancel()

    async def _watch(self) -> None:
        while not self._server.should_exit:
            self._look()
            if self._evening.running:
                self._idle.touch()  # nobody who speaks is locked out
                self._evening.look()
            elif self._presence.left:
                self._stop("left")
            if self._idle.over:
                self._lock_idle()
            await asyncio.sleep(LOOK_EVERY_S)

    def _lock_idle(self) -> None:
        """Lock a page that nobody used; one that knows nothing, as its vault is locked already, goes on."""
        knows_nothing = self._desk.locked and not self._evening.began
        if self._keeper.entered and (knows_nothing or self._desk.first.unset):
            self._idle.touch()
        else:
            self._stop("idle")

    def _hear(self, what: str) -> None:
        match what:
            case "locked":
                self._desk.lock()
                self._stop(what)  # the process that comes gives the files of the page that says goodbye
            case "barred" | "erased":
                self._keeper.forget()
                self._stop(what, LAST_FILES_S)
            case _:
                self._tell(what)

    def _stop(self, end: End, after_s: float = 0.0) -> None:
        """End what runs now, and the server at once or a moment later."""
        self._end = end
        self._evening.end("locked")
        self._evening.board.close()
        if after_s:
            asyncio.get_running_loop().call_later(after_s, self._exit)
        else:
            self._exit()

    def _exit(self) -> None:
        self._server.should_exit = True
