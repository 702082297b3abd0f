"""One sitting on the page: what it needs is opened, the loop of every check-in runs, and all of it is closed."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from voicecheck.checkin.awake import staying_awake
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.opening import Opening, Places, Present
from voicecheck.checkin.tonight import Tonight
from voicecheck.errors import ExitCode, VaultBusyError, VaultError
from voicecheck.files import typed_folder
from voicecheck.prompts.packs import load_packs
from voicecheck.vault.create import locked_inbox
from voicecheck.web.site.mending import write_down

if TYPE_CHECKING:
    from voicecheck.checkin.ports import Event
    from voicecheck.speech.microphone import Source
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.vault.inbox.inbox import Inbox
    from voicecheck.vault.vault import Vault
    from voicecheck.web.site.context import Desk
    from voicecheck.web.site.page_screen import PageScreen


class Loading(Protocol):
    """The recogniser of the settings, as they are then."""

    def __call__(self, tell: Callable[[str], None]) -> SpeechRecogniser:
        """Verify and load it; `tell` gets a sentence for the person. Raises ModelError, UsageError."""

    def expect(self) -> None:
        """Check that it can be loaded, before anybody speaks. Raises ModelError, UsageError."""


class PageSitting:
    """Holds sittings with the settings as they are when each begins."""

    def __init__(self, desk: Desk, load: Loading) -> None:
        self._desk = desk
        self._load = load

    def __call__(self, screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
        """Hold one sitting. Raises AudioError, ModelError, UsageError, VaultError; what was said stays."""
        desk = self._desk
        wishes = desk.evening.wishes
        if wishes is None:
            with desk.writing() as opened:
                write_down(desk, opened, screen, lambda: self._load(screen.notice))
            return True
        packs = load_packs(desk.paths.prompts_folder)
        pack = packs.in_language(wishes.pack or desk.settings.checkin.pack, desk.phrases.language)
        tonight = Tonight(desk.paths, packs, pack, None)
        source = None if wishes.typed else self._microphone()
        with staying_awake(desk.phrases.page["awake_why"]), contextlib.ExitStack() as stack:
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
            desk.evening.board.microphone(is_open=False)
            tonight.draw_ahead()
            whole = evening.exit_code is not ExitCode.STOPPED
            if vault is not None:
                vault.steps.note_cut_short(cut_short=not whole)
                if whole:
                    write_down(desk, vault, screen, thread.loaded if thread else lambda: self._load(screen.notice))
                    self._back_up(vault, desk.settings.vault.backup_folder, screen)
            return whole

    def _microphone(self) -> Source:
        """Return the microphone, which the page can close by itself. Raises AudioError, ModelError."""
        from voicecheck.speech.microphone import Microphone

        self._load.expect()
        microphone = Microphone(self._desk.settings.microphone)
        microphone.try_out()
        self._desk.evening.close_microphone = microphone.stop
        return microphone

    def _back_up(self, vault: Vault, named: str, screen: PageScreen) -> None:
        """Write a backup into the folder of the settings; whatever fails is one quiet line."""
        folder = typed_folder(named) if named else None
        if named and folder is None:
            screen.notice(self._desk.phrases.show("backup_folder_away", folder=named))
        if folder is not None:
            try:
                vault.back_up_into(folder)
            except VaultError as error:
                screen.notice(self._desk.phrases.show("backup_folder_failed", reason=error.message))

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
