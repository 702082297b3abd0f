"""The page of microphone and loudspeaker: choose each by name, and see that it hears you."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from voicecheck.errors import AudioError, UsageError
from voicecheck.settings.file import change_settings
from voicecheck.speech.devices import Device, list_devices, place_of
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.hearing import Hearing
from voicecheck.web.site.page_screen import QUIETEST_DBFS
from voicecheck.web.site.showing import Site

PLACE = "/settings/microphone"
HEARD_FROM_DBFS = -42.0
"""below it a voice is too far away, or the level is turned down"""


class Devices:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show

    async def page(self, request: Request) -> Response:
        settings, hearing = self._desk.settings, self._desk.jobs.hearing
        try:
            inputs, outputs = await asyncio.to_thread(_both)
            fault = hearing.fault if hearing is not None else None
        except AudioError as error:
            inputs, outputs, fault = (), (), error
        return self._show(
            "settings_microphone.html",
            "settings",
            inputs=inputs,
            outputs=outputs,
            microphone=_chosen(settings.microphone.device, inputs),
            loudspeaker=_chosen(settings.loudspeaker.device, outputs),
            trying=hearing is not None and hearing.running,
            heard=_heard(hearing),
            fault=fault,
            notice=self._desk.told(request),
        )

    async def keep(self, request: Request) -> Response:
        fields = await read_form(request)
        chosen = {f"{name}.device": first(fields, name) for name in ("microphone", "loudspeaker") if name in fields}
        change_settings(self._desk.paths.settings_file, chosen)
        return RedirectResponse(self._desk.telling(PLACE, "settings"), 303)

    async def listen(self, request: Request) -> Response:
        """Open the microphone for some seconds. Nothing of it is kept, and no word is written down."""
        if self._desk.evening.running:
            raise UsageError(*self._desk.phrases.page["fault_evening_runs"].split("\n"))
        await asyncio.to_thread(self._desk.try_microphone)
        return RedirectResponse(PLACE, 303)

    async def stop(self, request: Request) -> Response:
        if self._desk.jobs.hearing is not None:
            await asyncio.to_thread(self._desk.jobs.hearing.stop)
        return RedirectResponse(PLACE, 303)

    async def level(self, request: Request) -> Response:
        hearing = self._desk.jobs.hearing
        if hearing is None:
            return JSONResponse({"running": False, "share": 0})
        return JSONResponse({"running": hearing.running, "share": hearing.look()})


def _both() -> tuple[tuple[Device, ...], tuple[Device, ...]]:
    return list_devices("input"), list_devices("output")


def _chosen(wanted: str, found: tuple[Device, ...]) -> str:
    """Return the whole name of the device that the settings mean; their own text where it is not here."""
    names = [one.name for one in found]
    place = place_of(wanted, names) if wanted else None
    return wanted if place is None else names[place]


def _heard(hearing: Hearing | None) -> str:
    """Return what the try that is over came to: a name behind `microphone_`; empty where there was none."""
    if hearing is None or hearing.running or hearing.fault is not None:
        return ""
    if hearing.loudest_dbfs >= HEARD_FROM_DBFS:
        return "heard"
    return "faint" if hearing.loudest_dbfs > QUIETEST_DBFS else "silent"
