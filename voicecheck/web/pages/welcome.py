"""The first evening in the window: the promise, what opens the vault, and then the first question."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from voicecheck.checkin.wishes import Wishes
from voicecheck.errors import UsageError, VaultError, VoicecheckError
from voicecheck.models.catalog import Weights, installed, load_catalog
from voicecheck.settings.file import change_settings
from voicecheck.speech.voice.choices import VoiceChoice
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.hearing import Hearing
from voicecheck.web.site.showing import Site

EVERY_S = 0.1  # between two levels


class Welcome:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._refused = Asked[str]()

    async def promise(self, request: Request) -> Response:
        if self._desk.has_vault:
            return RedirectResponse("/", 303)
        return self._show("welcome.html", "")

    async def key(self, request: Request) -> Response:
        """Ask for a passphrase: for a vault that is still to be made, or for one whose key is in memory alone."""
        if self._desk.has_vault and not self._desk.first.unset:
            return RedirectResponse("/", 303)
        refused = self._refused.take(request.query_params.get("told", "")) or ""
        return self._show("welcome_key.html", "", refused=refused, made=self._desk.has_vault)

    async def take_key(self, request: Request) -> Response:
        """Make the vault, or give it its passphrase. Every answer leads to another page, as at the unlocking."""
        fields = await read_form(request)
        try:
            if first(fields, "how") == "later":
                await self._later()
            else:
                await self._set(first(fields, "passphrase"), first(fields, "again"))
        except VoicecheckError as fault:
            return RedirectResponse(f"/welcome/key?told={self._refused.keep(fault.told)}", 303)
        return RedirectResponse("/" if self._desk.evening.began else "/welcome/sound", 303)

    # Hearing each other

    async def sound(self, request: Request) -> Response:
        """Show the voices and the microphone, and the button to the first question."""
        if not self._desk.has_vault:
            return RedirectResponse("/welcome", 303)
        check = self._desk.sound_check
        lack = check.lack()
        return self._show(
            "welcome_sound.html",
            "",
            voices=check.voices(),
            chosen=check.chosen(),
            lack=lack,
            model=self._missing_model() if lack else None,
            download=self._desk.jobs.download,
            hearing=True,
        )

    def _missing_model(self) -> Weights | None:
        """Return the model of the settings, where it is one that can be fetched and is not here."""
        known = {one.name: one for one in load_catalog().models}
        wanted = known.get(self._desk.settings.whisper.model)
        return None if wanted is None or installed(wanted, self._desk.paths.models_folder) else wanted

    async def say(self, request: Request) -> Response:
        """Let a voice say its sample; the answer comes when it is over, with the reason where it could not be heard."""
        check, voice = self._desk.sound_check, self._voice(await read_form(request))
        if self._desk.evening.running or voice is None:
            return Response(status_code=409)
        try:
            await asyncio.to_thread(check.say, voice)
        except VoicecheckError as fault:
            return PlainTextResponse(fault.told)
        return Response(status_code=204)

    async def level(self, request: Request) -> Response:
        """Stream the level of the microphone, which closes as soon as nobody looks; 204 where it is open already."""
        hearing = self._desk.jobs.hearing
        if self._desk.evening.running or (hearing is not None and hearing.running):
            return Response(status_code=204)
        hearing = await asyncio.to_thread(self._desk.try_microphone)
        return StreamingResponse(_levels(hearing), media_type="text/event-stream")

    async def begin(self, request: Request) -> Response:
        """Keep the voice, and begin."""
        voice = self._voice(await read_form(request))
        if voice is not None and self._desk.sound_check.voices().index(voice) != self._desk.sound_check.chosen():
            change_settings(self._desk.paths.settings_file, voice.values)
        if self._desk.has_vault:
            self._desk.evening.begin(Wishes(count=self._desk.settings.checkin.count))
        return RedirectResponse("/tonight" if self._desk.has_vault else "/welcome", 303)

    def _voice(self, fields: dict[str, list[str]]) -> VoiceChoice | None:
        voices, place = self._desk.sound_check.voices(), first(fields, "voice")
        known = place.isascii() and place.isdecimal() and len(place) < 4 and int(place) < len(voices)
        return voices[int(place)] if known else None

    # The key

    async def _set(self, typed: str, again: str) -> None:
        key = Passphrase(typed)
        key.prepare()
        if typed != again:
            raise UsageError(self._desk.phrases.page["welcome_differs"], "")
        await asyncio.to_thread(self._desk.first.set, key)
        self._desk.take_first_key()

    async def _later(self) -> None:
        if self._desk.has_vault:
            raise VaultError("There is a vault already.", "Load the page again.")
        await asyncio.to_thread(self._desk.first.put_off)
        self._desk.take_first_key()


async def _levels(hearing: Hearing) -> AsyncIterator[str]:
    """Yield levels as server-sent events while the microphone is open, and at the end why it closed."""
    try:
        yield _level_of(hearing)  # a try may be over before the page looks for the first time
        while hearing.running:
            await asyncio.sleep(EVERY_S)
            yield _level_of(hearing)
        yield f"data: {json.dumps({'over': hearing.fault.told if hearing.fault else ''})}\n\n"
    finally:
        hearing.leave()


def _level_of(hearing: Hearing) -> str:
    return f"data: {json.dumps({'share': hearing.look()})}\n\n"
