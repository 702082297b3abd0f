"""The guessed word of an answer: told, and taken back with one key, with "no", or with "that was my answer"."""

from __future__ import annotations

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.course import About, Command, Line
from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.set_aside import Guessed, SetAside
from voicecheck.domain import ANSWERS, TurnKind
from voicecheck.utterance import Transcript


class Guesses:
    """Offers of one sitting to have back what was heard."""

    def __init__(self, rooms: Rooms, aside: SetAside) -> None:
        self._screen = rooms.screen
        self._aside = aside

    def read(
        self, answer: Answer | None, heard: Transcript, kind: TurnKind, reply: tuple[Line, bool | None, About | None]
    ) -> Command | None:
        """Tell of the guess in the turn just written, or return the command that it is: a "no" right behind a guess.

        `reply` is the line that was said before, yes or no, and what it says about the feeling.
        """
        line, yes, about = reply
        if answer is None:
            return None
        denies = (yes is False or about is About.NO) and line in (Line.QUESTION, Line.CONFIRM)
        if denies and kind is not TurnKind.CONFIRM and self._aside.guessed_last(answer):
            return Command.UNDO
        for guess, said in heard.guesses if kind in ANSWERS else ():
            self._aside.put(Guessed(answer))
            self._screen.guessed(said, guess)
        return None
