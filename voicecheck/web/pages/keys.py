"""The page of what opens the vault: the passphrase, the login keychain, and taking a key out.

Whatever is sent, the answer leads to another page: no browser that comes back sends a passphrase again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.vault.keys.keychain import KEYCHAIN, KeychainKey, find_keychain
from voicecheck.vault.keys.kinds import kind_of
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RECOVERY
from voicecheck.vault.keys.slot import Slot
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.recovery_offer import put_off
from voicecheck.web.guard.handles import Asked
from voicecheck.web.site.context import Desk
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

PLACE = "/settings/keys"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key, as the page lists it."""

    kind: str
    """by its name, for a sentence of its own; empty for one that only a later VoiceCheck knows"""
    handle: str


class Keys:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._tell = site.tell
        self._refused = Asked[str]()

    async def page(self, request: Request) -> Response:
        if self._desk.first.unset:  # there is one place to choose the first passphrase
            return RedirectResponse("/welcome/key", 303)
        slots, told = KeySlots.load(self._desk.paths.slots_file), request.query_params.get("told", "")
        kinds = slots.known_kinds
        return self._show(
            "settings_keys.html",
            "settings",
            rows=[self._row(slot) for slot in slots.slots],
            has_passphrase=self._desk.proof.has_passphrase,
            has_words=RECOVERY in kinds,
            has_login=KEYCHAIN in kinds,
            proof=self._desk.proof.wanted_for_keys,
            recovered=self._desk.recovered,
            refused=self._refused.take(told) or "",
            notice=self._desk.told(request),
        )

    async def choose_passphrase(self, request: Request) -> Response:
        """Open the vault with a new passphrase, in the place of the one before."""
        fields, desk = await read_form(request), self._desk
        key = Passphrase(first(fields, "passphrase"))
        try:
            prepare_change(desk)
            key.prepare()
            if key.typed != first(fields, "again"):
                raise UsageError(desk.phrases.page["welcome_differs"], "")
            await self._prove(fields)
            await asyncio.to_thread(desk.add_key, key)
        except VoicecheckError as fault:
            return self._back(fault)
        desk.opened_by_passphrase, desk.recovered = True, ""
        return RedirectResponse(desk.telling(PLACE, "passphrase"), 303)

    async def use_login(self, request: Request) -> Response:
        """Let the login keychain open the vault, too."""
        fields = await read_form(request)
        try:
            prepare_change(self._desk)
            await self._prove(fields)
            await asyncio.to_thread(lambda: self._desk.add_key(KeychainKey(find_keychain())))
        except VoicecheckError as fault:
            return self._back(fault)
        return RedirectResponse(self._desk.telling(PLACE, "login"), 303)

    async def without(self, request: Request) -> Response:
        """Ask whether a key shall open the vault no more."""
        slot = self._slot(request)
        refused = self._refused.take(request.query_params.get("told", "")) or ""
        return self._show(
            "settings_key_out.html",
            "settings",
            row=self._row(slot),
            proof=self._desk.proof.wanted_for_keys,
            refused=refused,
        )

    async def take_out(self, request: Request) -> Response:
        slot, fields = self._slot(request), await read_form(request)
        try:
            prepare_change(self._desk)
            await self._prove(fields)
            kept = await asyncio.to_thread(self._desk.remove_key, slot)
        except VoicecheckError as fault:
            told = self._refused.keep(fault.told)
            return RedirectResponse(f"{PLACE}/without/{request.path_params['handle']}?told={told}", 303)
        if kept:
            return self._back(kept[0])
        return RedirectResponse(self._desk.telling(PLACE, "key_out"), 303)

    async def later(self, request: Request) -> Response:
        """Offer no recovery key for a while."""
        await asyncio.to_thread(put_off, self._desk.paths)
        return RedirectResponse(self._desk.telling("/", "recovery_later"), 303)

    async def _prove(self, fields: dict[str, list[str]]) -> None:
        if self._desk.proof.wanted_for_keys:
            await self._desk.proof.prove(first(fields, "now"), self._tell)

    def _back(self, fault: VoicecheckError) -> Response:
        return RedirectResponse(f"{PLACE}?told={self._refused.keep(fault.told)}", 303)

    def _row(self, slot: Slot) -> KeyRow:
        kind = kind_of(slot)
        return KeyRow("" if kind is None else kind.name, self._desk.handles.of(_name(slot)))

    def _slot(self, request: Request) -> Slot:
        """Return the key that the address means. Raises NotFoundError where it is no longer there."""
        meant = self._desk.value_of(request.path_params["handle"])
        slots = KeySlots.load(self._desk.paths.slots_file).slots
        return self._desk.known(next((slot for slot in slots if _name(slot) == meant), None))


def _name(slot: Slot) -> str:
    return f"key {slot.salt.hex()}"


def prepare_change(desk: Desk) -> None:
    """Raise UsageError where no key can be changed now: an evening runs, or the vault has no lasting key yet."""
    if desk.evening.running:
        raise UsageError(*desk.phrases.page["keys_evening_runs"].split("\n"))
    if desk.first.unset:
        raise UsageError(*desk.phrases.page["keys_unset"].split("\n"))
