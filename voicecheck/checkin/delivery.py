"""Delivery of what the program says: onto the screen, aloud, and with which tone. `wording` finds the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, assert_never

from voicecheck.checkin.actions import Show
from voicecheck.checkin.by_ear import Waiting
from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.wording import Utterance
from voicecheck.domain import Entry


class Delivery:
    """Shows and says the lines of one sitting."""

    def __init__(self, rooms: Rooms, waiting: Waiting) -> None:
        self._waiting = waiting
        self._screen = rooms.screen
        self._mouth = rooms.mouth
        self.aloud = False
        """True while something is said that the microphone would hear as an answer"""

    def prepare(self, words: str) -> None:
        """Make the sound of what may be said next, if any of it would be spoken."""
        if words:
            self._mouth.prepare(words)

    def show(self, utterance: Utterance, number: int, count: int) -> None:
        """Show the words; a question with its number, of so many."""
        if utterance.as_question:
            self._screen.state("speaking")
            self._screen.question(utterance.shown, number, count)
        else:
            self._screen.sentence(utterance.shown, private=utterance.private)
        if utterance.choices:
            self._screen.offer(utterance.choices)

    def show_side_by_side(self, entries: Sequence[Entry]) -> None:
        """Show the last two entries side by side: what one told, and how the other said it back."""
        if len(entries) > 1:
            told, back = entries[-2:]
            self._screen.side_by_side((told.speaker, told.text), (back.speaker, back.text))

    def act(self, action: Literal[Show.HUSH, Show.GIVE_WAY, Show.NUDGE]) -> None:
        """End what is being said, or play a soft sound."""
        match action:
            case Show.HUSH:
                self._mouth.hush()
            case Show.GIVE_WAY:
                self._waiting.interrupted()
                self._mouth.give_way()
            case Show.NUDGE:
                self._mouth.nudge()
            case _:
                assert_never(action)

    def with_notices(self, utterance: Utterance, *, last: bool) -> Utterance:
        """Return the words with the notices that wait to be said around them; `last`: with all of them."""
        parts = (self._waiting.take(last=last), utterance.aloud, self._waiting.take_behind())
        return replace(utterance, aloud=" ".join(filter(None, parts)))

    def say_rest(self) -> bool:
        """Say what nobody could be told before the evening was over. False where nothing is left."""
        rest = f"{self._waiting.take(last=True)} {self._waiting.take_behind()}".strip()
        if rest:
            self._mouth.say(rest)
        return bool(rest)

    def say(self, utterance: Utterance) -> None:
        """Say aloud what is spoken of it, with its tone."""
        if utterance.soft:
            self._mouth.nudge()
        self.aloud = bool(utterance.aloud) and not utterance.chime
        self._mouth.say(utterance.aloud, chime=utterance.chime)
