"""The plan and the rooms of one sitting, made from the settings: for the terminal and for the page alike."""

from __future__ import annotations

import contextlib
import queue
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicecheck.checkin.by_ear import ALL_WORDS
from voicecheck.checkin.configured import Configured
from voicecheck.checkin.course import Course
from voicecheck.checkin.events import Spoken
from voicecheck.checkin.help_lines import help_aloud, help_lines
from voicecheck.checkin.patience import default_microphone, journal_patience, patience
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.ports import Asking, Event, Mouth, RecogniserFailed, Remark, Screen
from voicecheck.checkin.tonight import Tonight, danger_watch, moment_due, sentence_due
from voicecheck.checkin.voice import Silent, open_mouth, told_silent
from voicecheck.clock import zone_name
from voicecheck.domain import EntryKind, Prompt
from voicecheck.errors import AudioError
from voicecheck.prompts.questions import Fixed
from voicecheck.speech.recognition.live import RecogniserThread
from voicecheck.speech.recognition.waits import Patience

if TYPE_CHECKING:
    from voicecheck.checkin.reader import Reader
    from voicecheck.checkin.wishes import Wishes
    from voicecheck.phrases import Phrases
    from voicecheck.settings.schema import Settings
    from voicecheck.speech.microphone import Source
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.vault.inbox.inbox import Inbox
    from voicecheck.vault.vault import Vault

LATEST_LOAD_S = 2.0  # of waiting for the first sound, after which the recogniser loads beside it
FREE = Prompt(id="journal", text="", pack="")
"""no question: the chime says that it listens"""

Load = Callable[[Callable[[str], None]], "SpeechRecogniser"]
"""loads the recogniser; takes what tells the person a sentence"""


@dataclass(frozen=True, slots=True)
class Present:
    """Ways in which a person can take part in this sitting."""

    replies: bool = True
    """somebody can answer a follow-up: a file or a pipe holds just one answer a question"""
    chooses: bool = True
    """a sentence to take along can be chosen after the evening"""
    types_by_hand: bool = False
    """somebody types the answers on a keyboard"""


@dataclass(frozen=True, slots=True)
class Places:
    """Inbox, vault, questions and sound of one sitting."""

    inbox: Inbox
    vault: Vault | None
    """None while it is locked"""
    questions: Asking
    open_source: Callable[[int], Source | None]
    """the source for the answer n; None for typed answers"""


class Opening:
    """Makes the dependencies of one sitting, around its queue of `events`. `stack` closes all of it in order."""

    def __init__(
        self, app: Configured, wishes: Wishes, events: queue.SimpleQueue[Event], stack: contextlib.ExitStack
    ) -> None:
        self.events = events
        self._app = app
        self._wishes = wishes
        self._stack = stack
        self._sounding = threading.Event()
        """the first question can be heard, or nothing will be"""

    def recogniser(self, load: Load) -> RecogniserThread:
        """Load the recogniser while the question is spoken, and not before: on two cores both would be late."""

        def load_later() -> SpeechRecogniser:
            self._sounding.wait(LATEST_LOAD_S)
            return load(lambda text: self.events.put(Remark(text)))

        thread = RecogniserThread(
            load_later,
            on_written=self.events.put,
            on_failed=lambda error: self.events.put(RecogniserFailed(error)),
        )
        self._stack.callback(thread.stop)
        self._stack.callback(self._sounding.set)
        return thread

    def questions(self, tonight: Tonight, vault: Vault | None) -> Asking:
        if self._wishes.journal:
            return Fixed(FREE)
        return tonight.questions(vault, opened=self._wishes.count > 1 and not self._wishes.speakers)

    def mouth(self, screen: Screen, stage: contextlib.ExitStack, *, silent: bool = False) -> Mouth:
        """Return the voice, closed with `stage`; a silent one where none is wanted."""
        from voicecheck.speech.voice.speaker import Callbacks

        if silent or self._mute:
            self._sounding.set()
            return Silent(self._spoken)
        callbacks = Callbacks(self._spoken, told_silent(self._app, screen), self._sounding.set, self.events.put)
        return open_mouth(self._app, stage, callbacks, live=self._live)

    def mouth_beside(
        self, reader: Reader, screen: Screen, stage: contextlib.ExitStack, *, silent: bool = False
    ) -> Mouth:
        """Return the voice that waits for a screen reader; where no voice is wanted, the tones alone are left."""
        from voicecheck.speech.voice.speaker import Callbacks

        told = told_silent(self._app, screen)

        def fall_silent(error: AudioError) -> None:
            reader.fall_silent()
            if not self._mute:
                told(error)

        if self._mute:
            self._sounding.set()
        callbacks = Callbacks(reader.spoken, fall_silent, self._sounding.set, self.events.put)
        mouth = open_mouth(self._app, stage, callbacks, live=self._live and not self._mute)
        reader.use(mouth, self._spoken, voiceless=silent or self._mute)
        return reader

    def _spoken(self) -> None:
        self.events.put(Spoken())

    @property
    def _mute(self) -> bool:
        return self._wishes.no_speak or self._app.settings.voice.engine == "none"

    @property
    def _live(self) -> bool:
        return self._by_ear or self._aloud in ALL_WORDS or bool(self._wishes.speakers)

    def rooms(
        self,
        mouth: Mouth,
        screen: Screen,
        thread: RecogniserThread | None,
        places: Places,
        reader: Reader | None = None,
    ) -> Rooms:
        from voicecheck.clock import now
        from voicecheck.speech.headphones import on_headphones

        detector = None
        if thread is not None:
            from voicecheck.speech.recognition.vad import VoiceDetector

            detector = VoiceDetector()
        talkover = None
        if detector is not None and not self._wishes.answers and self._app.settings.listening.while_speaking:
            from voicecheck.speech.echo import Talkover, can_cancel
            from voicecheck.speech.voice.coupling import known_coupling

            if can_cancel():
                coupling = known_coupling(self._app.settings.loudspeaker, self._app.settings.microphone)
                talkover = Talkover(detector.another(), coupling=coupling)
        return Rooms(
            mouth=mouth,
            screen=screen,
            questions=places.questions,
            open_source=places.open_source,
            detector=detector,
            recogniser=thread,
            inbox=places.inbox,
            vault=places.vault,
            phrases=self._phrases,
            rng=random.SystemRandom(),
            now=now,
            other_source=default_microphone,
            talkover=talkover,
            on_headphones=lambda: on_headphones(self._app.settings.loudspeaker.device),
            reader=reader,
        )

    @property
    def _phrases(self) -> Phrases:
        """Return the phrases; those for who sees no screen where everything is said."""
        phrases = self._app.phrases
        return phrases.by_ear() if self._by_ear else phrases

    @property
    def _by_ear(self) -> bool:
        return self._wishes.unseen or self._app.settings.checkin.aloud == "everything"

    @property
    def _aloud(self) -> str:
        """Return what is spoken; where no screen is, even "nothing" means the questions."""
        aloud = self._app.settings.checkin.aloud
        return "questions" if self._by_ear and aloud == "nothing" else aloud

    def plan(
        self, recognition: Settings, vault: Vault | None, present: Present, tell: Callable[[str], None],
        *, can_be_said_back: bool,
    ) -> Plan:  # fmt: skip
        """Return the plan. `recognition`: the settings with what overrides them; `tell` hears of broken files."""
        wishes, settings = self._wishes, self._app.settings
        listening, watch = settings.listening, danger_watch(self._app, tell)
        follows = present.replies and not wishes.journal
        alone = follows and not wishes.speakers and not wishes.unseen  # nobody looked at whose yes that was
        moment = moment_due(self._app, vault, watch) if alone else None
        course = self._course(
            say_back=bool(wishes.speakers) and can_be_said_back,
            follow_ups=follows,
            # the week from which a sentence is chosen is on the screen
            offer_sentence=present.chooses and not self._by_ear and sentence_due(vault) and moment is None,
            word_now=moment is not None,
        )
        return Plan(
            kind=EntryKind.JOURNAL if wishes.journal else EntryKind.CHECKIN,
            owner=settings.checkin.name,
            language=recognition.whisper.language,
            timezone=zone_name(),
            keep_audio=settings.vault.keep_audio,
            aloud=self._aloud,
            patience=journal_patience(listening) if wishes.journal else patience(listening),
            quick_patience=Patience(short_s=listening.yes_no_patience_s, long_s=listening.yes_no_patience_s),
            closing="closing_journal" if wishes.journal else "closing",
            course=course,
            speakers=wishes.speakers,
            typed_by_hand=present.types_by_hand,
            watch=watch,
            moment=moment,
            looks_back=not wishes.unseen,
            help_lines=help_lines(self._app),
            help_aloud=help_aloud(self._app),
            pre_roll_s=settings.microphone.pre_roll_s,
            lockstep=bool(wishes.answers) and not wishes.realtime,
        )

    def _course(self, *, say_back: bool, follow_ups: bool, offer_sentence: bool, word_now: bool) -> Course:
        """Return the course of the evening, with the waits of the settings."""
        wishes, listening = self._wishes, self._app.settings.listening
        return Course(
            wishes.count,
            listening.nudge_after_s,
            listening.repeat_after_s,
            listening.give_up_after_s,
            # Behind a file nobody waits for the next question, and what goes on after a long pause belongs to it.
            listening.linger_s + (listening.patience_long_s if wishes.answers else 0.0),
            confirm_wait_s=listening.reply_wait_s,
            follow_wait_s=listening.follow_wait_s,
            follow_ups=follow_ups,
            confirms=not self._by_ear or self._aloud in ALL_WORDS,
            speakers=max(1, len(wishes.speakers)),
            say_back=say_back,
            offer_sentence=offer_sentence,
            word_now=word_now,
            by_ear=self._by_ear,
            next_soon=listening.ends_by == "words" and not (wishes.journal or wishes.answers),
        )
