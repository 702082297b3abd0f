"""The page of voices: hear each, choose one, have it make its sentences ahead."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.checkin.preparing import how_far, sentences_of
from voicecheck.checkin.voice_list import known_voice, list_voices
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.models import catalog
from voicecheck.settings.file import change_settings
from voicecheck.web.site.download import Download
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

PLACE = "/settings/voice"


class Voices:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def page(self, request: Request) -> Response:
        jobs = self._desk.jobs
        rows = await asyncio.to_thread(list_voices, self._desk)
        return self._show(
            "settings_voice.html",
            "settings",
            rows=rows,
            chosen=next((row for row in rows if row.chosen), None),
            silent=self._desk.settings.voice.engine == "none",
            known={one.name for one in catalog.load_catalog().voices},
            download=jobs.download,
            saying=jobs.sampling.running,
            fault=jobs.sampling.fault,
            notice=self._desk.told(request),
        )

    async def sample(self, request: Request) -> Response:
        """Say a sample through the loudspeaker. Nothing is said into an evening."""
        name = first(await read_form(request), "voice")
        if self._desk.evening.running:
            raise UsageError(*self._desk.phrases.page["fault_evening_runs"].split("\n"))
        await asyncio.to_thread(self._desk.jobs.sampling.begin, await asyncio.to_thread(known_voice, name))
        return RedirectResponse(PLACE, 303)

    async def hush(self, request: Request) -> Response:
        await asyncio.to_thread(self._desk.jobs.sampling.stop)
        return RedirectResponse(PLACE, 303)

    async def use(self, request: Request) -> Response:
        """Ask the questions in this voice from the next evening on."""
        name = await asyncio.to_thread(known_voice, first(await read_form(request), "voice"))
        change_settings(self._desk.paths.settings_file, {"voice.engine": "auto", "voice.name": name})
        return RedirectResponse(self._desk.telling(PLACE, "settings"), 303)

    async def prepare(self, request: Request) -> Response:
        """Have the chosen voice make its fixed sentences ahead, in a process of its own."""
        jobs, desk = self._desk.jobs, self._desk
        if jobs.download is not None and jobs.download.running:
            return RedirectResponse(PLACE, 303)
        rows = await asyncio.to_thread(list_voices, desk)
        chosen = next((row.name for row in rows if row.chosen and row.can_speak and row.prepared), None)
        if chosen is None:
            raise VoicecheckError(*desk.phrases.page["fault_no_preparing"].split("\n"))
        settings, sentences = desk.settings.voice, sentences_of(desk)

        def ready() -> tuple[int, int]:
            made = how_far(desk, settings, sentences)
            return (0, 0) if made is None else (made.ready, made.wanted)

        weights = catalog.load_catalog().voice(chosen)
        jobs.download = Download(weights, desk.paths.models_folder, desk.errands.fetcher, ready)
        return RedirectResponse(PLACE, 303)
