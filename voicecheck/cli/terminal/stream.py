"""Screen of a check-in for whoever sees none: plain lines, each once, printed while nobody listens.

No alternate screen, no cursor moves, no colours. States are tones, whose meaning is told on the first evening. Words
that are heard are printed only on request; while an answer is open, the request pauses it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Given
from voicecheck.checkin.ports import Unseen, When
from voicecheck.checkin.reader import Reader
from voicecheck.cli.terminal.keyboard import event_of, typed_by_hand
from voicecheck.cli.terminal.screen import KEYS, TYPING, beside_text, set_aside_text
from voicecheck.files import write_atomically

if TYPE_CHECKING:
    from voicecheck.checkin.ports import Event
    from voicecheck.phrases import Phrases

WORDS, KEYS_NOW, HELP = "w", "k", "h"
"""keys of this screen: the words so far, the keys that work now, and where help can be found"""
BESIDE = ("u", "m")
"""keys that leave an answer open: what the person says meanwhile counts"""
OPEN = ("listening", "thinking")
"""states in which an answer is open, and whatever is printed would be read into it"""


class StreamScreen:
    """Plain lines for a screen reader or a braille line. With `typed` nothing listens, and lines come at once."""

    def __init__(self, phrases: Phrases, reader: Reader, *, typed: bool, told_file: Path | None = None) -> None:
        self._phrases = phrases
        self.reader = reader
        self._typed = typed
        self._told_file = told_file
        """exists once the meaning of the tones was told; None where it need not be"""
        self._state = self._question = self._words = ""
        self._requested = False
        """what comes next was asked for with a key, so it is printed at once"""
        self._told: set[str] = set()
        self._aside: list[str] = []
        self._beside: list[str] = []
        self._later: list[str] = []
        """lines for the end of the evening"""
        self.asking_keep = False

    def __enter__(self) -> StreamScreen:
        if self._told_file is not None and not self._typed and not self._told_file.exists():
            self._line(self._phrases.show("plain_evening"))
            self._told_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._told_file, b"")
        return self

    def __exit__(self, *exception: object) -> None:
        for text in dict.fromkeys((*self._later, self._phrases.show("help_afterwards"))):
            self._once(text)
        self.reader.print_now()

    def question(self, text: str, number: int, count: int) -> None:
        """Print the number with a question that is not said; one that comes again says so."""
        before = self._phrases.show("plain_question", number=number, count=count) if count > 1 else ""
        if text == self._question:
            before = self._phrases.show("plain_again")
        self._question, self._words = text, ""
        self.reader.sentence(text, f"{before} " if before else "")

    def sentence(self, text: str, private: bool = False) -> None:
        self._requested = False
        self.reader.sentence(text)

    def offer(self, choices: tuple[str, ...]) -> None:
        """Do nothing: the sentence names them, and their keys."""

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        for name, text in (left, right):
            self._line(f"{name}: {text}")

    def state(self, name: str) -> None:
        if name == "writing" and self._state != name:
            self.reader.close_tone()
        self._state, self.asking_keep, self._requested = name, False, False

    def level(self, dbfs: float, seconds: float) -> None:
        """Print nothing: the tones say that it listens."""

    def words(self, text: str) -> None:
        """Keep the words for whoever asks for them."""
        self._words = text

    def notice(self, text: str, private: bool = False, when: When = When.STAYS, unseen: Unseen = Unseen.PAGE) -> None:
        if when is When.AFTER:
            self._later.append(text)
        elif when is not When.SEEN:
            if self._requested:
                self._line(text)
            else:
                self._once(text)

    def unsaid(self) -> str:
        return ""

    def set_aside(self, said: str = "") -> None:
        way = "key" if not self._typed else "typed" if typed_by_hand() else "alone"
        self._aside.append(set_aside_text(self._phrases, way, said))
        self._once(self._aside[-1])

    def guessed(self, heard: str, guess: str) -> None:
        name = "guessed_alone" if self._typed else "guessed"
        self._aside.append(self._phrases.show(name, heard=heard, guess=guess))
        self._once(self._aside[-1])

    def nothing_aside(self) -> None:
        self._withdraw(self._aside)

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        self._beside.append(beside_text(self._phrases, said, start_s, end_s, keys=not self._typed))
        self._once(self._beside[-1])

    def nothing_beside(self) -> None:
        self._withdraw(self._beside)

    def ask_keep(self) -> None:
        self.asking_keep = True
        self._requested = True
        self._line(self._phrases.show("keys_keep_or_drop"))

    def ask_line(self) -> None:
        """Tell once for each kind of turn how a typed one ends."""
        self._once(self._phrases.show(TYPING.get(self._state, "keys_typing") if typed_by_hand() else "typing"))

    # Keys

    def press(self, key: str) -> tuple[Event, ...]:
        """Return the events of a key. What it asks for is printed at once; an open answer is paused for that."""
        if key not in BESIDE:
            self.reader.key_pressed()
        asked = {WORDS: self._show_words, KEYS_NOW: self._show_keys, HELP: None}
        if self.asking_keep or key not in asked:
            event = event_of(key, asking_keep=self.asking_keep)
            return () if event is None else (event,)
        pausing: tuple[Event, ...] = (Given(Command.PAUSE),) if self._state in OPEN else ()
        self._requested = not pausing
        show: Callable[[], None] | None = asked[key]
        if show is None:
            return (*pausing, Given(Command.HELP_NOW))
        show()
        return pausing

    def _show_words(self) -> None:
        self._line(self._words or self._phrases.show("plain_no_words"))

    def _show_keys(self) -> None:
        state = self._phrases.show(KEYS[self._state]) if self._state in KEYS else ""
        self._line(", ".join(filter(None, (state, self._phrases.show("plain_keys")))))

    # Lines

    def _once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._line(text)

    def _line(self, text: str) -> None:
        self.reader.line(text)
        if self._typed or self._requested:
            self.reader.print_now()

    def _withdraw(self, offers: list[str]) -> None:
        for text in offers:
            self.reader.withdraw(text)
        offers.clear()
