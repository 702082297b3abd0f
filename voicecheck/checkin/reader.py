"""A screen reader in a sitting: lines are printed while nobody listens, and get time to be read before it goes on.

Each thing is told once: the voice says it, or it is printed for the reader, never both. A reader talks for as long as
it likes and tells nobody when it has ended, so that is reckoned from the number of words; a key ends the waiting.
Sound that comes meanwhile is the reader's, and no answer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecheck.checkin.ports import Mouth

BEFORE_IT_READS_S = 0.7  # from a line on the terminal to its first word from a reader
KEY_ECHO_S = 0.9  # in which a reader says the name of a key that was pressed

Later = Callable[[float, Callable[[], None]], object]
"""calls a function once, after so many seconds"""


def after(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


class Reader:
    """Lines for a screen reader, and the mouth of the sitting that waits until they are read."""

    def __init__(
        self,
        echo: Callable[[str], None],
        words_per_minute: float,
        your_turn: str,
        clock: Callable[[], float] = time.monotonic,
        later: Later = after,
        *,
        words_elsewhere: Callable[[], int] = lambda: 0,
    ) -> None:
        """`words_elsewhere` tells how many words were printed so far by what is no part of the sitting."""
        self._words_elsewhere = words_elsewhere
        self._counted = 0
        self._echo = echo
        self._your_turn = your_turn
        """line in the place of the chime, where that cannot be heard; empty where nothing is heard at all"""
        self._s_per_word = 60.0 / words_per_minute
        self._clock = clock
        self._later = later
        self._due: list[str] = []
        self._before = self._sentence = ""
        """what the program says now, and what stands before it where it is printed"""
        self._reads_until = self._names_key_until = 0.0
        self._lock = threading.RLock()
        self._mouth: Mouth | None = None
        self._post: Callable[[], None] = lambda: None
        self._waiting: list[tuple[str, bool]] = []
        """to be said once all is read"""
        self._in_voice: deque[str] = deque()
        """given to the voice, and not over yet"""
        self.voiceless = self._toneless = False
        """nothing is said, so all of it is printed; not even the tones are heard"""

    def use(self, mouth: Mouth, post_spoken: Callable[[], None], *, voiceless: bool) -> None:
        """Say with this mouth, whose callbacks are `spoken` and `fall_silent`; tones alone where it is voiceless."""
        self._mouth, self._post, self.voiceless = mouth, post_spoken, voiceless

    # Lines

    @property
    def reading(self) -> bool:
        """True while the reader may be talking: nobody is listened to."""
        return self._left_s > 0

    @property
    def _left_s(self) -> float:
        return max(self._reads_until, self._names_key_until) - self._clock()

    def key_pressed(self) -> None:
        """Note that the reader says the name of a key."""
        self._names_key_until = self._clock() + KEY_ECHO_S

    def line(self, text: str) -> None:
        """Print a line as soon as nobody listens, behind those that wait."""
        with self._lock:
            self._due.append(text)

    def withdraw(self, text: str) -> None:
        """Take back a line, if it was not printed yet."""
        with self._lock:
            self._due = [line for line in self._due if line != text]

    def sentence(self, text: str, before: str = "") -> None:
        """Note what the program says next. It is printed, behind `before`, unless the voice says it."""
        with self._lock:
            self._sentence, self._before = text, before

    def print_now(self) -> None:
        """Print what waits: nobody is listened to, or the person asked for it."""
        with self._lock:
            lines, self._due = self._due, []
            begins = max(self._clock(), self._reads_until)
            elsewhere = self._words_elsewhere()
            words = sum(len(line.split()) for line in lines) + elsewhere - self._counted
            self._counted = elsewhere
            if words:
                self._reads_until = begins + BEFORE_IT_READS_S + words * self._s_per_word
            for line in lines:
                self._echo(line)

    # The mouth

    def say(self, text: str, *, chime: bool = False) -> None:
        with self._lock:
            aloud = "" if self.voiceless else text
            shown, before, self._sentence, self._before = self._sentence, self._before, "", ""
            if not aloud or not shown.startswith(aloud):
                self._due += [before + shown] if shown else []
            elif rest := shown.removeprefix(aloud).strip():
                self._due.append(rest)
            if chime and self._toneless and self._your_turn:
                self._due.append(self._your_turn)
            self._waiting.append((aloud, chime))
            self.print_now()
            self._go_on()

    def prepare(self, text: str) -> None:
        if not self.voiceless and self._mouth is not None:
            self._mouth.prepare(text)

    def nudge(self) -> None:
        if self._mouth is not None:
            self._mouth.nudge()

    def open_tone(self) -> None:
        if self._mouth is not None:
            self._mouth.open_tone()

    def close_tone(self) -> None:
        if self._mouth is not None:
            self._mouth.close_tone()

    def hush(self) -> None:
        """Wait for the reader no longer, and end what is being said."""
        with self._lock:
            self._reads_until = self._clock()
            self._waiting = [("", chime) for _, chime in self._waiting]
            self._go_on()
            if self._mouth is not None:
                self._mouth.hush()

    def give_way(self) -> None:
        """End what is being said for somebody who talks; the reader's own voice is nobody."""
        if not self._waiting and self._mouth is not None:
            self._mouth.give_way()

    def _go_on(self) -> None:
        with self._lock:
            if self._left_s > 0 and self._waiting:
                self._later(self._left_s, self._go_on)
                return
            waiting, self._waiting = self._waiting, []
            for text, chime in waiting:
                self._in_voice.append(text)
                if self._mouth is not None:
                    self._mouth.say(text, chime=chime)

    # Callbacks of the speaker

    def fall_silent(self) -> None:
        """Note that neither voice nor tones can be heard from here on."""
        self.voiceless = self._toneless = True

    def spoken(self) -> None:
        """Pass on that a sentence is over; one that could not be heard is printed first, and read."""
        with self._lock:
            text = self._in_voice.popleft() if self._in_voice else ""
            if text and self.voiceless:
                self._due.append(text)
                self.print_now()
                self._later(max(0.0, self._left_s), self._post)
            else:
                self._post()
