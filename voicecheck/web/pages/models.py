"""The page of recognisers: the models with their sizes, one in use; fetched, held, stopped and removed here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from voicecheck.errors import ModelError
from voicecheck.models import catalog
from voicecheck.models.catalog import Presence, Weights
from voicecheck.models.on_disk import remove_weights
from voicecheck.settings.file import change_settings
from voicecheck.web.site.download import Download
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

MODELS, VOICES = "/settings/models", "/settings/voice"
WELCOME = "/welcome/sound"


@dataclass(frozen=True, slots=True)
class Row:
    weights: Weights
    here: Presence
    used: bool


class Models:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def page(self, request: Request) -> Response:
        folder, chosen = self._desk.paths.models_folder, self._desk.settings.whisper.model
        models = catalog.load_catalog().models
        rows = [Row(one, catalog.presence(one, folder), one.name == chosen) for one in models]
        return self._show(
            "settings_models.html",
            "settings",
            rows=rows,
            own=chosen if chosen not in {one.name for one in models} else "",
            download=self._desk.jobs.download,
            notice=self._desk.told(request),
        )

    async def fetch(self, request: Request) -> Response:
        """Fetch a model or a voice of the catalogue; while another is on its way that one is shown."""
        fields = await read_form(request)
        weights = _named(first(fields, "name"))
        if not self._running():
            folder, fetcher = self._desk.paths.models_folder, self._desk.errands.fetcher
            self._desk.jobs.download = Download(weights, folder, fetcher)
        return RedirectResponse(_place(weights, fields), 303)

    async def progress(self, request: Request) -> Response:
        job = self._desk.jobs.download
        done, total = await asyncio.to_thread(job.how_far) if job is not None else (0, 0)
        return JSONResponse({"running": self._running(), "done": done, "total": total})

    async def steer(self, request: Request) -> Response:
        """Hold the download, let it go on, or stop it."""
        fields, job = await read_form(request), self._desk.jobs.download
        what = first(fields, "what")
        if job is None:
            return RedirectResponse(MODELS, 303)
        if what == "stop":
            job.stop()
            await asyncio.to_thread(job.join)
        else:
            job.pause(paused=what == "pause")
        return RedirectResponse(_place(job.weights, fields), 303)

    async def use(self, request: Request) -> Response:
        """Write down with this model from the next evening on."""
        weights = _named(first(await read_form(request), "name"))
        if weights.kind != "whisper" or not catalog.installed(weights, self._desk.paths.models_folder):
            raise ModelError(*self._desk.phrases.page["fault_model_not_here"].split("\n"))
        change_settings(self._desk.paths.settings_file, {"whisper.model": weights.name})
        return RedirectResponse(self._desk.telling(MODELS, "settings"), 303)

    async def remove(self, request: Request) -> Response:
        """Remove a model or voice that nothing uses."""
        weights, settings = _named(first(await read_form(request), "name")), self._desk.settings
        if weights.name in (settings.whisper.model, settings.voice.name):
            raise ModelError(*self._desk.phrases.page["fault_model_used"].split("\n"))
        await asyncio.to_thread(remove_weights, weights, self._desk.paths.models_folder)
        return RedirectResponse(self._desk.telling(_place(weights), "removed"), 303)

    def _running(self) -> bool:
        job = self._desk.jobs.download
        return job is not None and job.running


def _named(name: str) -> Weights:
    """Return the model or voice of this name. Raises ModelError."""
    return catalog.load_catalog().named(name)


def _place(weights: Weights, fields: Mapping[str, list[str]] = MappingProxyType({})) -> str:
    """Return the page that shows it: the first evening's for who came from there."""
    if first(fields, "to") == "welcome":
        return WELCOME
    return MODELS if weights.kind == "whisper" else VOICES
