"""One sitting on the page: what it needs is opened, the loop of every check-in runs, and all of it is closed."""

from __future__ import annotations

import contextlib
import queue
from typing import TYPE_CHECKING

from voicecheck.checkin.awake import staying_awake
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.opening import Load, Opening, Places, Present
from voicecheck.checkin.tonight import Tonight
from voicecheck.checkin.wishes import Wishes
from voicecheck.errors import ExitCode, VaultBusyError
from voicecheck.prompts.packs import load_packs
from voicecheck.vault.create import locked_inbox

if TYPE_CHECKING:
    from voicecheck.checkin.ports import Event
    from voicecheck.vault.inbox.inbox import Inbox
    from voicecheck.vault.vault import Vault
    from voicecheck.web.site.context import Desk
    from voicecheck.web.site.page_screen import PageScreen

PRESENT = Present(chooses=False)
"""the page's person answers by voice; a sentence to take along is chosen in the terminal"""


class PageSitting:
    """Holds sittings with the settings as they are when each begins."""

    def __init__(self, desk: Desk, load: Load) -> None:
        self._desk = desk
        self._load = load

    def __call__(self, screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
        """Hold one sitting. Raises AudioError, ModelError, UsageError, VaultError; what was said stays."""
        from voicecheck.speech.microphone import Microphone

        desk = self._desk
        settings = desk.settings
        wishes = Wishes(count=settings.checkin.count)
        packs = load_packs(desk.paths.prompts_folder)
        tonight = Tonight(desk.paths, packs, packs.in_language(settings.checkin.pack, desk.phrases.language), None)
        microphone = Microphone(settings.microphone)
        microphone.try_out()
        with staying_awake(desk.phrases.page["awake_why"]), contextlib.ExitStack() as stack:
            opening = Opening(desk, wishes, events, stack)
            thread = opening.recogniser(self._load)
            inbox, vault = self._open_vault(screen, stack)
            places = Places(inbox, vault, opening.questions(tonight, vault), lambda answer: microphone)
            with contextlib.ExitStack() as stage:
                rooms = opening.rooms(opening.mouth(screen, stage), screen, thread, places)
                back = tonight.can_be_said_back
                plan = opening.plan(settings, vault, PRESENT, screen.notice, can_be_said_back=back)
                evening = Checkin(plan, rooms, events).run()
            tonight.draw_ahead()
            whole = evening.exit_code is not ExitCode.STOPPED
            if vault is not None:
                vault.steps.note_cut_short(cut_short=not whole)
            return whole

    def _open_vault(self, screen: PageScreen, stack: contextlib.ExitStack) -> tuple[Inbox, Vault | None]:
        """Open the vault for writing; only its inbox while it is locked, or another process writes."""
        if self._desk.locked:
            screen.notice(self._desk.phrases.tell("evening_sealed"))
            return locked_inbox(self._desk.paths), None
        try:
            vault = stack.enter_context(self._desk.writing())
        except VaultBusyError:
            screen.notice(self._desk.phrases.tell("evening_busy"))
            return locked_inbox(self._desk.paths), None
        return vault.inbox, vault
