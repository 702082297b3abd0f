"""One sitting from the command line: open its dependencies, run it, show its result."""

from __future__ import annotations

import contextlib
import math
import queue
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from voicecheck.checkin.events import Stop
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.opening import Opening, Places, Present
from voicecheck.checkin.patience import refuse_too_long
from voicecheck.checkin.plan import Evening, Plan
from voicecheck.checkin.ports import Event, LinesOver, Mouth, Remark, TypedLine, TypingFailed
from voicecheck.checkin.reader import Reader
from voicecheck.checkin.tonight import Tonight
from voicecheck.checkin.voice import Silent
from voicecheck.checkin.voice_list import say_fault
from voicecheck.cli.app import App, echo_json
from voicecheck.cli.app.notices import echo_whole
from voicecheck.cli.models.recogniser import expect_recogniser, load_recogniser
from voicecheck.cli.prompt import tell_broken
from voicecheck.cli.setup.first_run import FirstRun
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.marks import has_lexicon, no_lexicon
from voicecheck.cli.terminal.reading import SHOWN_OF_ID
from voicecheck.cli.terminal.screen import FullScreen, PlainScreen, TypedScreen, choose_screen
from voicecheck.cli.terminal.stream import StreamScreen
from voicecheck.cli.vault.backups import back_up, tell_backup_due
from voicecheck.cli.vault.unlocking import open_for_tonight, open_vault
from voicecheck.errors import AudioError, ExitCode, VaultError, VoicecheckError
from voicecheck.prompts.packs import load_packs
from voicecheck.settings.schema import Settings
from voicecheck.speech.microphone import FileSource, Microphone, Source
from voicecheck.speech.recognition.live import RecogniserThread
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE
from voicecheck.vault.inbox.inbox import Inbox, Recovered
from voicecheck.vault.vault import Vault

if TYPE_CHECKING:
    from voicecheck.checkin.wishes import Wishes

SittingScreen = PlainScreen | FullScreen | StreamScreen


def show_evening(app: App, evening: Evening, wishes: Wishes, *, told: bool = False) -> None:
    """Print the entries of an evening, as JSON or by id, and the languages without feeling words.

    With `told` those that were heard were named already.
    """
    if wishes.as_json:
        from voicecheck.contract import checkin_json

        echo_json(checkin_json(evening.entries, evening.timings))
    elif not evening.sealed:
        for entry in evening.entries:
            click.echo(app.phrases.show("stored", id=entry.id[:SHOWN_OF_ID]), err=True)
    for language in dict.fromkeys(entry.language for entry in evening.entries if entry.text):
        if not has_lexicon(language) and not (told and language != app.phrases.language):
            click.echo(no_lexicon(language, app.phrases), err=True)


def sit(app: App, wishes: Wishes, recognition: Settings) -> int:
    """Run one evening, show its result and, behind the very first one, the recovery key. Return the exit code."""
    table = Table(app, wishes, recognition)
    try:
        evening = table.hold()
    except VoicecheckError as error:
        if not wishes.no_speak:
            say_fault(app, error)
        raise
    if table.first is not None:
        table.first.finish(evening)
    return evening.exit_code


class Table:
    """Build the dependencies of one evening, and close them in order."""

    def __init__(self, app: App, wishes: Wishes, recognition: Settings) -> None:
        self._app = app
        self._wishes = wishes
        self._recognition = recognition
        """the settings, with what the command line says of recognition"""
        self._stack = contextlib.ExitStack()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._opening = Opening(app, wishes, self._events, self._stack)
        self._stage = contextlib.ExitStack()
        """the screen, the keys and the voice: gone before anything else is asked"""
        self._typed = wishes.typed
        self.first: FirstRun | None = None
        """set on the very first evening"""

    def hold(self) -> Evening:
        """Run the whole evening. What can be wrong is found before the first word is said."""
        packs = load_packs(self._app.paths.prompts_folder)
        tell_broken(packs)
        pack = packs.in_language(self._wishes.pack or self._app.settings.checkin.pack, self._app.phrases.language)
        asked_for = packs.find(self._wishes.prompt) if self._wishes.prompt else None
        open_source = self._sources()
        with self._stack:
            thread = self._start_recogniser()
            inbox, vault, waiting = self._open_vault()
            if self.first is not None and self.first.other_microphone:
                open_source = self._sources()
            tonight = Tonight(self._app.paths, packs, pack, asked_for)
            places = Places(inbox, vault, self._opening.questions(tonight, vault), open_source)
            with self._stage:
                screen = self._screen()
                reader = screen.reader if isinstance(screen, StreamScreen) else None
                rooms = self._opening.rooms(self._mouth(screen, reader), screen, thread, places, reader)
                self._watch_signals()
                plan = self._plan(vault, tonight)
                evening = Checkin(plan, rooms, self._events).run()
                if isinstance(screen, TypedScreen):
                    screen.may_wait = evening.exit_code is ExitCode.DONE
                elif isinstance(screen, FullScreen):
                    screen.unheard = isinstance(rooms.mouth, Silent) and evening.exit_code is ExitCode.DONE
            show_evening(self._app, evening, self._wishes, told=plan.language == ANY_LANGUAGE)
            for fault in plan.watch.faults:
                self._app.tell(f"{fault.message} {fault.hint}")
            tonight.draw_ahead()
            if vault is not None:
                self._recover(waiting, vault, thread)
                if plan.course.offer_sentence:
                    vault.steps.mark_sentence_offered(rooms.now())
            if evening.sentence:
                self._take_sentence(vault)
            if vault is not None:
                back_up(self._app, vault)
                tell_backup_due(self._app, vault)
        return evening

    # Sound

    def _sources(self) -> Callable[[int], Source | None]:
        if self._wishes.answers:
            for path in self._wishes.answers:
                refuse_too_long(path, self._longest_s())
            files = [FileSource(path, realtime=self._wishes.realtime) for path in self._wishes.answers]
            return lambda answer: files[min(answer, len(files) - 1)]
        if not self._typed:
            try:
                microphone = Microphone(self._app.settings.microphone)
                microphone.try_out()
                return lambda answer: microphone
            except AudioError as error:
                self._offer_typing(error)
        return lambda answer: None

    def _offer_typing(self, error: AudioError) -> None:
        if not self._app.interactive:
            raise AudioError(error.message, "Type the answer with --typed, or give a sound file with --answer.")
        click.echo(self._app.phrases.show("no_microphone", reason=error.message), err=True)
        if not confirm(self._app.phrases, self._app.phrases.show("offer_typing"), default=True):
            raise error
        self._typed = True

    # Words

    def _start_recogniser(self) -> RecogniserThread | None:
        if self._typed:
            return None
        models = self._app.paths.models_folder
        expect_recogniser(self._recognition, models)
        return self._opening.recogniser(lambda tell: load_recogniser(self._recognition, models, tell))

    # Vault

    def _open_vault(self) -> tuple[Inbox, Vault | None, tuple[Recovered, ...]]:
        """Open the inbox and, where it can be, the vault; on the very first evening the vault is made."""
        found = open_for_tonight(self._app, self._wishes.key_file, self._stack)
        if found is not None:
            return found
        if not self._app.interactive:
            raise VaultError(
                "There is no vault yet.", "Make one: voicecheck vault create, or name a key file with --key-file."
            )
        self.first = self._first_run()
        vault = Vault.open(self._app.paths, self.first.begin())
        self._stack.callback(vault.close)
        return vault.inbox, vault, ()

    def _first_run(self) -> FirstRun:
        from voicecheck.cli.setup.first_run import FirstRun

        wishes = self._wishes
        person = not (wishes.answers or wishes.as_json)
        return FirstRun(self._app, person=person, speaks=not wishes.no_speak, hears=not self._typed)

    def _recover(self, waiting: tuple[Recovered, ...], vault: Vault, thread: RecogniserThread | None) -> None:
        """Ask about answers that an earlier evening left unfinished: after this one, while nobody waits.

        A person is asked what to do with each; without one they are kept, and can be deleted.
        """
        from voicecheck.cli.vault.recovering import keep, parted, settle

        load = None if thread is None else thread.loaded
        if self._app.interactive:
            settle(self._app, vault, waiting, load)
            return
        memos, answers = parted(waiting)
        settle(self._app, vault, memos, load)
        for recovered in answers:
            keep(self._app, vault, recovered, load)

    def _take_sentence(self, vault: Vault | None) -> None:
        """Offer one entry of the week and one sentence of it, once the person said yes."""
        from voicecheck.cli.entry.sharing import choose_and_take_along

        if vault is not None:
            choose_and_take_along(self._app, vault)
            return
        with open_vault(self._app, self._wishes.key_file) as opened:
            choose_and_take_along(self._app, opened)

    # The sitting

    def _plan(self, vault: Vault | None, tonight: Tonight) -> Plan:
        from voicecheck.cli.terminal.keyboard import typed_by_hand

        present = Present(self._can_reply(), self._can_choose(), self._typed and typed_by_hand())
        back = tonight.can_be_said_back
        return self._opening.plan(self._recognition, vault, present, self._app.tell, can_be_said_back=back)

    def _can_reply(self) -> bool:
        """True if a person can answer a follow-up: a file or a pipe holds just one answer a question."""
        from voicecheck.cli.terminal.keyboard import typed_by_hand

        return not self._wishes.answers and (not self._typed or typed_by_hand())

    def _can_choose(self) -> bool:
        """True if a sentence to take along can be chosen after the evening."""
        wishes = self._wishes
        return self._app.interactive and not (wishes.journal or wishes.speakers or wishes.answers or wishes.as_json)

    def _longest_s(self) -> float:
        listening = self._app.settings.listening
        return listening.longest_journal_s if self._wishes.journal else listening.longest_answer_s

    def _mouth(self, screen: SittingScreen, reader: Reader | None) -> Mouth:
        silent = self.first is not None and self.first.silent
        if reader is None:
            return self._opening.mouth(screen, self._stage, silent=silent)
        return self._opening.mouth_beside(reader, screen, self._stage, silent=silent)

    def _choose_screen(self) -> SittingScreen:
        app = self._app
        if not (app.plain and app.interactive):
            return choose_screen(app.phrases, app.notices, interactive=app.interactive, typed=self._typed)
        if self._typed:  # whatever is read is read into no answer
            reader = Reader(echo_whole, math.inf, "")
        else:
            pace, your_turn = app.settings.program.reader_wpm, app.phrases.show("plain_your_turn")
            reader = Reader(echo_whole, pace, your_turn, words_elsewhere=lambda: app.words_told)
        return StreamScreen(app.phrases, reader, typed=self._typed, told_file=app.paths.tones_told_file)

    def _screen(self) -> SittingScreen:
        """Return the screen: on a terminal one of its own, with keys or lines to type on; plain where nobody looks."""
        from voicecheck.cli.terminal.keyboard import keys, read_lines, typed_by_hand, undisturbed

        app, screen = self._app, self._choose_screen()
        self._stage.enter_context(screen)
        if self._typed:
            self._stage.enter_context(undisturbed())
            stop = read_lines(
                lambda text: self._events.put(TypedLine(text)),
                lambda: self._events.put(LinesOver()),
                lambda bad: self._events.put(Remark(bad.told) if typed_by_hand() else TypingFailed(bad)),
                questions=self._wishes.count * max(1, len(self._wishes.speakers)),
            )
            self._stage.callback(stop)
        elif app.interactive:
            self._stage.enter_context(keys(lambda key: self._press(key, screen)))
        return screen

    def _press(self, key: str, screen: SittingScreen) -> None:
        from voicecheck.cli.terminal.keyboard import event_of

        if isinstance(screen, StreamScreen):
            for one in screen.press(key):
                self._events.put(one)
            return
        event = event_of(key, asking_keep=screen.asking_keep)
        if event is not None:
            self._events.put(event)

    def _watch_signals(self) -> None:
        may_ask = self._app.interactive and not self._typed
        asked = {signal.SIGINT: may_ask, signal.SIGTERM: False}
        if hasattr(signal, "SIGHUP"):
            asked[signal.SIGHUP] = False
        for number, ask in asked.items():
            before = signal.signal(number, lambda *_, ask=ask: self._events.put(Stop(may_ask=ask)))
            self._stage.callback(signal.signal, number, before)
