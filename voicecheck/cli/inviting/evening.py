"""A sitting that an invitation aloud began: no terminal, no key and no screen; a signal ends it orderly."""

from __future__ import annotations

import contextlib
import queue
import signal
from typing import TYPE_CHECKING

from voicecheck.checkin.awake import staying_awake
from voicecheck.checkin.events import Spoken, Stop
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.opening import Opening, Places, Present
from voicecheck.checkin.tonight import Tonight
from voicecheck.checkin.unseen import NoScreen
from voicecheck.checkin.wishes import Wishes
from voicecheck.cli.vault.unlocking import open_for_tonight
from voicecheck.errors import ExitCode, VaultError, VoicecheckError
from voicecheck.prompts.packs import load_packs
from voicecheck.speech.microphone import Microphone

if TYPE_CHECKING:
    from voicecheck.checkin.plan import Plan, Rooms
    from voicecheck.checkin.ports import Event, Mouth
    from voicecheck.cli.app import App
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser

SAID_WITHIN_S = 60.0


def hold_unseen(app: App, recogniser: SpeechRecogniser) -> None:
    """Hold one evening by ear. Raises VoicecheckError, told aloud before; what was said stays."""
    settings = app.settings
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    packs = load_packs(app.paths.prompts_folder)
    tonight = Tonight(app.paths, packs, packs.in_language(settings.checkin.pack, app.phrases.language), None)
    microphone, screen = Microphone(settings.microphone), NoScreen()
    with staying_awake(app.phrases.page["awake_why"]), contextlib.ExitStack() as stack:
        opening = Opening(app, Wishes(count=settings.checkin.count, unseen=True), events, stack)
        thread = opening.recogniser(lambda tell: recogniser)
        found = open_for_tonight(app, None, stack)
        if found is None:
            raise VaultError("There is no vault yet.", "Make one: voicecheck vault create")
        inbox, vault, _ = found  # answers that broke off are asked about where somebody looks
        places = Places(inbox, vault, opening.questions(tonight, vault), lambda answer: microphone)
        with contextlib.ExitStack() as stage:
            mouth = opening.mouth(screen, stage)
            rooms = opening.rooms(mouth, screen, thread, places)
            back = tonight.can_be_said_back
            plan = opening.plan(settings, vault, Present(), app.tell, can_be_said_back=back)
            _watch_signals(events, stage)
            _say_out(mouth, events, app.phrases.say("invite_begin"))  # and the voice is loaded before the first tone
            _run(plan, rooms, events)
        tonight.draw_ahead()


def _run(plan: Plan, rooms: Rooms, events: queue.SimpleQueue[Event]) -> None:
    """Run the loop, and say to the end if it broke off."""
    try:
        evening = Checkin(plan, rooms, events).run()
    except VoicecheckError as error:
        _say_out(rooms.mouth, events, f"{error.message} {rooms.phrases.say('broke_off')}")
        raise
    over = evening.exit_code in (ExitCode.DONE, ExitCode.STOPPED)
    _say_out(rooms.mouth, events, "" if over else rooms.phrases.say("broke_off"))


def _say_out(mouth: Mouth, events: queue.SimpleQueue[Event], text: str) -> None:
    """Say a text to its end, and what was to be played before it. Whatever else arrives is for nobody any more."""
    with contextlib.suppress(queue.Empty):
        while True:
            events.get_nowait()
    mouth.say(text)
    with contextlib.suppress(queue.Empty):
        while not isinstance(events.get(timeout=SAID_WITHIN_S), Spoken):
            pass


def _watch_signals(events: queue.SimpleQueue[Event], stage: contextlib.ExitStack) -> None:
    for number in {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}:
        before = signal.signal(number, lambda *_: events.put(Stop(may_ask=False)))
        stage.callback(signal.signal, number, before)
