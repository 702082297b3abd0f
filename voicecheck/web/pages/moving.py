"""The page of a move to another computer: out in one file, then erased here, or gone on with after all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.clock import now
from voicecheck.errors import UsageError, VaultMovedError, VoicecheckError
from voicecheck.files import size_of
from voicecheck.remind.outside import switch_off
from voicecheck.vault.disk.moved import Moved, read_mark
from voicecheck.vault.keys.kind import Way
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.moving import move_out, proof_here, take_back
from voicecheck.web.pages.carried import Carried
from voicecheck.web.pages.erase import say_erased
from voicecheck.web.site.carrying import MovingOut
from voicecheck.web.site.forms import first, read_form, typed_path

WRITTEN_AND_READ = 2
TYPED = (Way.TYPED, Way.RECOVERY)


class MovingHouse(Carried):
    place = "/settings/move"

    async def page(self, request: Request) -> Response:
        return self._page(notice=self._desk.told(request))

    async def out(self, request: Request) -> Response:
        """Write the file; from then on nothing new is said here."""
        fields, desk = await read_form(request), self._desk
        if not self.running:
            try:
                if not any(kind.way in TYPED for kind in KeySlots.load(desk.paths.slots_file).known_kinds):
                    raise UsageError(*desk.phrases.page["move_no_key"].split("\n"))
                target = _target(first(fields, "folder"))
                self.begin(lambda: MovingOut(target, WRITTEN_AND_READ * size_of(desk.paths.vault_file), self._write))
            except VoicecheckError as fault:
                return self._page(fault, first(fields, "folder"))
        return RedirectResponse(self.place, 303)

    async def done(self, request: Request) -> Response:
        """Erase what was moved out, by what the new computer shows."""
        fields = await read_form(request)
        if self._desk.evening.running or self._desk.jobs.writing:
            return self._page(UsageError(*self._desk.phrases.page["erase_busy"].split("\n")))
        try:
            erased, switched_off = await asyncio.to_thread(self._desk.finish_move, first(fields, "proof"))
        except VoicecheckError as fault:
            return self._page(fault)
        return say_erased(self._site, erased, switched_off)

    async def undo(self, request: Request) -> Response:
        """Go on here after all."""
        if not first(await read_form(request), "sure"):
            return self._page(UsageError(*self._desk.phrases.page["move_undo_unsure"].split("\n")))
        try:
            await asyncio.to_thread(take_back, self._desk.paths)
        except VoicecheckError as fault:
            return self._page(fault)
        return RedirectResponse(self._desk.telling(self.place, "move_undone"), 303)

    def _write(self, target: Path, progress: Callable[[int], None]) -> list[str]:
        desk = self._desk
        move_out(desk.paths, desk.key, target, progress)
        return switch_off(desk.paths, desk.errands.clock, desk.phrases, moved_out=True)

    def _moved(self) -> Moved | None:
        """Return the mark of a vault that was moved out; one that is damaged counts as one of today."""
        try:
            moved = read_mark(self._desk.paths.vault_folder)
        except VaultMovedError:
            return Moved(now(), "", "", whole=True)
        return moved if moved is not None and moved.whole else None

    def _page(self, fault: VoicecheckError | None = None, folder: str = "", notice: str = "") -> Response:
        job = self._desk.jobs.carrying
        over = job if isinstance(job, MovingOut) and not job.running and fault is None else None
        told = fault or (over.fault if over is not None and not over.was_stopped else None)
        return self._show(
            "settings_move.html",
            "settings",
            status=200 if fault is None else 409,
            job=job,
            stopped=over is not None and over.was_stopped,
            moved=None if self.running else self._moved(),
            switched_off=over.switched_off if over is not None else [],
            proof=proof_here(self._desk.paths),
            folder=folder or str(Path.home()),
            fault=told,
            notice=notice,
        )


def _target(typed: str) -> Path:
    """Return the file to be written: in a folder that is there one named by the day."""
    path = typed_path(typed, "folder")
    target = path / f"voicecheck-{now():%Y-%m-%d}.move" if path.is_dir() else path
    if not target.parent.is_dir():
        raise UsageError("There is no such folder.", "Name one that is there, in full.")
    return target
