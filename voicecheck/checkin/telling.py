"""Saying of one sitting: each line with its words, on the screen and aloud, and behind the notices that wait."""

from __future__ import annotations

import queue
from dataclasses import replace
from typing import Literal

from voicecheck.checkin import events
from voicecheck.checkin.actions import Lookable, Show
from voicecheck.checkin.course import GOODBYES, REFLECTIONS, Line, Phase
from voicecheck.checkin.delivery import Delivery
from voicecheck.checkin.input import Ear
from voicecheck.checkin.looking_back import LookingBack
from voicecheck.checkin.notices import Notices
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.ports import Event
from voicecheck.checkin.session import SittingEntries
from voicecheck.checkin.state import State
from voicecheck.checkin.timing import Timing
from voicecheck.checkin.wording import Saying
from voicecheck.domain import Prompt, Reflection
from voicecheck.utterance import BLOCK_S

WAITS_S = 3.0  # in silence, before it says that it is at work
TAKEN_BACK = (Line.SENTENCE_CONFIRM, Line.ONE_SENTENCE_CONFIRM)
"""questions about the last sentence of what was said"""


class Telling:
    def __init__(
        self, plan: Plan, rooms: Rooms, entries: SittingEntries, notices: Notices, ear: Ear, timing: Timing
    ) -> None:
        self._course = plan.course
        self._rooms = rooms
        self._entries = entries
        self._notices = notices
        self._ear = ear
        self._timing = timing
        self._saying = Saying(rooms, plan)
        self._looking = LookingBack(plan, rooms, entries)
        self._delivery = Delivery(rooms, notices.waiting)
        self.listening = False
        """a turn is open, and what is heard belongs to it"""
        self._waited_s = 0.0
        """since it stopped listening"""
        self._announced = False
        """a tone of the last sentence has told that it listens next"""

    @property
    def prompt(self) -> Prompt:
        """Return the question that was asked last, as it was said."""
        return self._saying.prompt

    @property
    def aloud(self) -> bool:
        """True while something is said that the microphone would hear as an answer."""
        return self._delivery.aloud

    def name(self, question: int, speaker: int) -> str:
        """Return the name of the speaker whose turn it is."""
        return self._saying.name(question, speaker)

    def act(self, action: Literal[Show.HUSH, Show.GIVE_WAY, Show.NUDGE]) -> None:
        """End what is being said, or play a soft sound."""
        self._delivery.act(action)

    def listen(self) -> None:
        """Begin to listen, with a soft tone for who sees no screen where no sentence and its chime led to it."""
        self.listening = True
        if self._marks and not self._announced:
            self._rooms.mouth.nudge()
        self._announced = False

    def stop_listening(self) -> None:
        """Listen no more, with falling tones for who sees no screen."""
        if self.listening and self._marks:
            self._rooms.mouth.close_tone()
        self.listening, self._waited_s = False, 0.0

    def has_waited(self) -> bool:
        """True once, when a block more of waiting for words makes it so long that who sees no screen is to be told."""
        before, self._waited_s = self._waited_s, self._waited_s + BLOCK_S
        return self._marks and before < WAITS_S <= self._waited_s

    @property
    def _marks(self) -> bool:
        """True where tones alone tell that it listens; beside a screen reader there are others."""
        return self._course.by_ear and self._rooms.reader is None

    def prepare(self, reflection: Reflection | None) -> None:
        """Make the sound of what would answer the words so far, where it would be spoken."""
        self._delivery.prepare("" if reflection is None else self._saying.ahead(reflection))

    def say(self, line: Line, question: int, speaker: int, state: State) -> None:
        """Show a line and say it, with the notices that wait in front of it; a question opens its source."""
        entries, count = self._entries, self._course.count + state.extra
        self._saying.muted = self._ear.muted
        sentence = self._sentence_for(line)
        utterance = self._saying.utter(line, question, speaker, entries.reflection, entries.replied, sentence)
        self._notices.tell_before(line, question + 1, count, len(entries.entries))
        utterance = self._delivery.with_notices(utterance, last=line in GOODBYES)
        if self._course.by_ear and state.phase is Phase.ASKING:
            utterance = replace(utterance, chime=True)  # nobody sees that it listens
        self._delivery.show(utterance, question + 1, count)
        if line is Line.WORD_NOW:
            entries.seeking.mark_asked_about()
        if line in REFLECTIONS:
            self._timing.reflected()
        if line is Line.SIDE_BY_SIDE:
            self._delivery.show_side_by_side(entries.entries)
        self._ear.begin_sentence(utterance.aloud, state.asks_for)
        self._delivery.say(utterance)
        lingers = state.phase is Phase.REPLYING and state.question.kept
        if self._course.by_ear and lingers and not utterance.soft:
            self._delivery.act(Show.NUDGE)  # it listens on for a moment
        self._announced = utterance.chime or lingers
        if line is not Line.READ:
            self._looking.said = utterance.aloud
        if utterance.as_question:
            self._ear.open(question * self._course.speakers + speaker)

    def look_up(self, command: Lookable) -> None:
        """Find what a command asks to hear; the line that follows says it."""
        self._looking.look_up(command)

    def _sentence_for(self, line: Line) -> str:
        """Return the words of a line that are neither of the phrases nor of the reflection."""
        if line is Line.READ:
            return self._looking.text
        return self._entries.last_sentence if line in TAKEN_BACK else self._entries.explanation

    def say_rest(self, arrivals: queue.SimpleQueue[Event]) -> None:
        """Say what nobody could be told before the evening was over, and wait for its end."""
        if self._delivery.say_rest():
            while not isinstance(arrivals.get(), events.Spoken | events.Stop):
                pass
