"""The settings page: a form for the ones that matter, and one for names, which are kept in the vault.

The rest of the file stays as the person wrote it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.clock import now
from voicecheck.diary.own_names import read_name, written_name
from voicecheck.errors import UsageError, VaultBusyError
from voicecheck.prompts.packs import load_packs
from voicecheck.settings.file import change_settings
from voicecheck.settings.schema import value_of
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

CHOICES = {
    "keep_audio": "vault.keep_audio",
    "lock_after_min": "review.lock_after_min",
    "pack": "checkin.pack",
    "aloud": "checkin.aloud",
    "engine": "voice.engine",
    "rate": "voice.rate",
}
"""field of the form -> key in the file"""
NUMBERS = frozenset(("lock_after_min", "rate"))


class Choosing:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._idle = site.idle

    async def form(self, request: Request) -> Response:
        return self._page(notice=self._desk.told(request))

    async def keep(self, request: Request) -> Response:
        """Keep all choices in one step, or none of them."""
        fields = await read_form(request)
        try:
            changed = {
                key: _number(first(fields, name)) if name in NUMBERS else first(fields, name)
                for name, key in CHOICES.items()
                if name in fields
            }
            change_settings(self._desk.paths.settings_file, changed)
        except UsageError as fault:
            return self._page(fault, fields)
        settings = self._desk.settings
        self._idle.lock_after_s = settings.review.lock_after_min * 60
        notice = "settings"
        try:
            with self._desk.writing() as vault:
                vault.recordings.remove_due(settings.vault.keep_audio, now())
        except VaultBusyError:
            notice = "settings_later"
        return RedirectResponse(self._desk.telling("/settings", notice), 303)

    async def keep_names(self, request: Request) -> Response:
        """Keep the names as they stand in the form, a line each, and no others."""
        fields = await read_form(request)
        try:
            names = tuple(read_name(line) for line in first(fields, "names").splitlines() if line.strip())
        except UsageError as fault:
            return self._page(fault, fields)
        with self._desk.writing() as vault:
            vault.names.put(names)
        return RedirectResponse(self._desk.telling("/settings", "settings"), 303)

    def _page(
        self, fault: UsageError | None = None, fields: dict[str, list[str]] | None = None, notice: str = ""
    ) -> Response:
        """Render the form as the settings are, or as the person has just filled it in."""
        settings, sent = self._desk.settings, fields or {}
        chosen = {name: value_of(settings, key) for name, key in CHOICES.items()}
        chosen["lock_after_min"] = round(settings.review.lock_after_min, 2)
        kept = "\n".join(written_name(one) for one in self._desk.vault.names.list())
        return self._show(
            "settings.html",
            "settings",
            status=200 if fault is None else 409,
            chosen=chosen | {name: first(sent, name) for name in CHOICES if name in sent},
            packs=load_packs(self._desk.paths.prompts_folder).packs,
            path=self._desk.paths.settings_file,
            names=first(sent, "names") or kept,
            fault=fault,
            notice=notice,
        )


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise UsageError("A number was expected.", "Write it as 10 or 1.5.") from error
