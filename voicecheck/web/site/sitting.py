"""One sitting on the page: what it needs is opened, the loop of every check-in runs, and all of it is closed."""

from __future__ import annotations

import contextlib
import queue
from typing import TYPE_CHECKING

from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.opening import Load, Opening, Places, Present
from voicecheck.checkin.tonight import Tonight
from voicecheck.checkin.wishes import Wishes
from voicecheck.errors import ExitCode, VaultBusyError
from voicecheck.prompts.packs import load_packs
from voicecheck.speech.engines import chosen_engine
from voicecheck.vault.create import locked_inbox
from voicecheck.web.site.mending import write_down

if TYPE_CHECKING:
    from voicecheck.checkin.ports import Event
    from voicecheck.speech.microphone import Source
    from voicecheck.vault.inbox.inbox import Inbox
    from voicecheck.vault.vault import Vault
    from voicecheck.web.site.context import Desk
    from voicecheck.web.site.page_screen import PageScreen


class PageSitting:
    """Holds sittings with the settings as they are when each begins."""

    def __init__(self, desk: Desk, load: Load) -> None:
        self._desk = desk
        self._load = load

    def __call__(self, screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
        """Hold one sitting. Raises AudioError, ModelError, UsageError, VaultError; what was said stays."""
        desk = self._desk
        wishes = desk.evening.wishes
        if wishes is None:
            with desk.writing() as vault:
                write_down(desk, vault, screen, lambda: self._load(screen.notice))
            return True
        packs = load_packs(desk.paths.prompts_folder)
        pack = packs.in_language(wishes.pack or desk.settings.checkin.pack, desk.phrases.language)
        tonight = Tonight(desk.paths, packs, pack, None)
        source = self._source(wishes)
        with contextlib.ExitStack() as stack:
            opening = Opening(desk, wishes, events, stack)
            thread = None if wishes.typed else opening.recogniser(self._load)
            inbox, vault = self._open_vault(screen, stack)
            places = Places(inbox, vault, opening.questions(tonight, vault), lambda answer: source)
            with contextlib.ExitStack() as stage:
                rooms = opening.rooms(opening.mouth(screen, stage), screen, thread, places)
                present = Present(chooses=False, types_by_hand=wishes.typed)  # the terminal finds a sentence to take
                back = tonight.can_be_said_back
                plan = opening.plan(desk.settings, vault, present, screen.notice, can_be_said_back=back)
                evening = Checkin(plan, rooms, events).run()
            desk.evening.board.microphone(open=False)
            tonight.draw_ahead()
            whole = evening.exit_code is not ExitCode.STOPPED
            if vault is not None:
                vault.steps.note_cut_short(cut_short=not whole)
                if whole:
                    write_down(desk, vault, screen, thread.loaded if thread else lambda: self._load(screen.notice))
            return whole

    def _source(self, wishes: Wishes) -> Source | None:
        """Return the microphone; None for typed answers. Raises AudioError, ModelError before a word is said."""
        from voicecheck.speech.microphone import Microphone

        if wishes.typed:
            return None
        settings = self._desk.settings
        chosen_engine(settings).expect(settings, self._desk.paths.models_folder)
        microphone = Microphone(settings.microphone)
        microphone.try_out()
        return microphone

    def _open_vault(self, screen: PageScreen, stack: contextlib.ExitStack) -> tuple[Inbox, Vault | None]:
        """Open the vault for writing; only its inbox while another process writes."""
        try:
            vault = stack.enter_context(self._desk.writing())
        except VaultBusyError:
            screen.notice(self._desk.phrases.tell("evening_busy"))
            return locked_inbox(self._desk.paths), None
        return vault.inbox, vault
