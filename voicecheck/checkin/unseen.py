"""An evening without a screen: everything is by ear, and a tone marks each opening and closing of the microphone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.ports import Mouth, Unseen, When
from voicecheck.phrases import Phrases
from voicecheck.speech.microphone import Post, RawSound, Source
from voicecheck.utterance import AudioBlock

_NUMBER = re.compile(r"\d(?:[\d -]*\d)?")


class NoScreen:
    """A screen that nobody sees: holds what is to be said, until the next sentence takes it along."""

    asking_keep = False

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._soon: list[str] = []
        self._slowly: list[str] = []

    def notice(self, text: str, private: bool = False, when: When = When.STAYS, unseen: Unseen = Unseen.PAGE) -> None:
        if unseen is Unseen.SAID:
            self._soon.append(text)
        elif unseen is Unseen.SLOWLY:
            self._slowly.append(f"{digit_by_digit(text).rstrip('.')}.")

    def unsaid(self) -> str:
        slowly, soon = list(dict.fromkeys(self._slowly)), list(dict.fromkeys(self._soon))
        self._slowly.clear()
        self._soon.clear()
        twice = [*slowly, self._phrases.say("once_more"), *slowly] if slowly else []
        return " ".join([*soon, *twice])

    def question(self, text: str, number: int, count: int) -> None:
        """Show nothing: it is said."""

    def sentence(self, text: str, private: bool = False) -> None:
        """Show nothing: what may be heard of it is said, the rest stands on the page."""

    def offer(self, choices: tuple[str, ...]) -> None:
        """Show nothing: the sentence names them."""

    def state(self, name: str) -> None:
        """Show nothing: tones tell whose turn it is."""

    def level(self, dbfs: float, seconds: float) -> None:
        """Show nothing."""

    def words(self, text: str) -> None:
        """Show nothing: the page has them."""

    def set_aside(self, said: str = "") -> None:
        """Show nothing: "that was my answer" is understood, and the command itself was answered aloud."""

    def guessed(self, heard: str, guess: str) -> None:
        """Show nothing: "no" and "that was my answer" are understood, and the page has the entry."""

    def nothing_aside(self) -> None:
        """Do nothing, as `set_aside`."""

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        """Show nothing: the page asks whose words they are."""

    def nothing_beside(self) -> None:
        """Do nothing, as `beside`."""

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        """Show nothing: an invitation is for one person."""

    def ask_keep(self) -> None:
        """Ask nothing: nobody presses Ctrl-C here."""

    def ask_line(self) -> None:
        """Ask for nothing: nobody types here."""


def digit_by_digit(text: str) -> str:
    """Return the text with its numbers as one says them to somebody who writes them down: 9, 8, 8."""
    return _NUMBER.sub(lambda found: ", ".join(re.sub(r"[ -]", "", found[0])), text)


class MarkedSource:
    """A microphone whose opening and closing can be heard."""

    live = True

    def __init__(self, source: Source, mouth: Mouth) -> None:
        self._source = source
        self._mouth = mouth
        self._open = False
        self.name = source.name
        self.over = False

    def start(self, post: Post) -> None:
        self._mouth.open_tone()
        self._source.start(post)
        self._open = True

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]:
        return self._source.blocks(raw)

    def consumed(self) -> None:
        self._source.consumed()

    def stop(self) -> None:
        self._source.stop()
        if self._open:
            self._open = False
            self._mouth.close_tone()


def marked(rooms: Rooms) -> Rooms:
    """Return the rooms with every microphone of theirs marked by tones."""
    first: dict[int, MarkedSource] = {}

    def mark(source: Source | None) -> Source | None:
        if source is None:
            return None
        return first.setdefault(id(source), MarkedSource(source, rooms.mouth))

    return replace(
        rooms,
        open_source=lambda number: mark(rooms.open_source(number)),
        other_source=lambda: mark(rooms.other_source()),
    )
