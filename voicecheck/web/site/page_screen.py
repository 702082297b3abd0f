"""The page as the screen of a check-in, behind the port in `checkin/ports.py`."""

from __future__ import annotations

import time
from collections.abc import Callable

from voicecheck.checkin.ports import When
from voicecheck.clock import say_duration
from voicecheck.feelings.meanings import find_meaning
from voicecheck.phrases import Phrases
from voicecheck.web.site.board import Board

LEVEL_EVERY_S = 0.1
QUIETEST_DBFS = -60.0
LOUDEST_DBFS = -10.0
ANSWERING = (
    "done", "pause", "skip", "smaller", "start_over", "delete", "repeat", "meaning", "delete_sentence", "read_last",
    "week_ago", "month_ago", "year_ago", "not_again", "letter", "week_feelings", "spell", "slower", "faster", "what",
)  # fmt: skip
ACTS = {
    "speaking": ("answer", "skip", "smaller"),
    "listening": ANSWERING,
    "thinking": ANSWERING,
    "awaiting": ("yes", "no"),
    "paused": ("go_on", "done"),
    "stored": ("next", "delete", "delete_sentence", "letter"),
    "": ("close",),
}
"""buttons that can be pressed, by state; help and the good night stand beside all of them"""
ALWAYS = ("not_tonight", "help")
TYPED_IN = ("listening", "awaiting")
"""states in which a line is typed, where answers are typed"""
DECIDING = ("keep", "drop")


class PageScreen:
    """Shows the evening to every tab. Called on the evening's thread."""

    def __init__(self, board: Board, phrases: Phrases, clock: Callable[[], float] = time.monotonic) -> None:
        self._board = board
        self._phrases = phrases
        self._clock = clock
        self._level_at = -LEVEL_EVERY_S
        self._state = ""
        self._told: set[str] = set()
        self.asking_keep = False

    def question(self, text: str, number: int, count: int) -> None:
        self._board.post("question", text=text, place=f"{number} / {count}" if count > 1 else "")

    def sentence(self, text: str, private: bool = False) -> None:
        self._board.post("sentence", text=text)

    def offer(self, choices: tuple[str, ...]) -> None:
        """Show what can be chosen, each with its meaning where it has one."""
        meanings = [find_meaning(word, self._phrases.language) or "" for word in choices]
        self._board.post("choices", texts=choices, meanings=meanings)

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        self._board.post("pair", left=left, right=right)

    def state(self, name: str) -> None:
        self.asking_keep, self._state = False, name
        text = self._phrases.show(f"state_{name}") if name else ""
        self._board.post("state", name=name, text=text, acts=(*ACTS.get(name, ()), *ALWAYS))

    def level(self, dbfs: float, seconds: float) -> None:
        now = self._clock()
        if now - self._level_at >= LEVEL_EVERY_S:
            self._level_at = now
            self._board.post("level", share=share_of(dbfs), time=say_duration(seconds))

    def words(self, text: str) -> None:
        self._board.post("words", text=text)

    def notice(self, text: str, private: bool = False, when: When = When.STAYS) -> None:
        """Show it now, also what is meant for after the evening, but nothing of that twice."""
        if when is not When.AFTER or text not in self._told:
            self._told.add(text)
            self._board.post("notice", text=text)

    def set_aside(self, said: str = "") -> None:
        text = self._phrases.tell("evening_request", said=said) if said else self._phrases.tell("evening_set_aside")
        if not said:
            self.words("")
        self._board.post("notice", text=text, act="undo")

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        start, end = say_duration(start_s), say_duration(end_s)
        self._board.post(
            "notice", text=self._phrases.tell("evening_beside", said=said, start=start, end=end), act="mine"
        )

    def guessed(self, heard: str, guess: str) -> None:
        text = self._phrases.tell("evening_guessed", heard=heard, guess=guess)
        self._board.post("notice", text=text, act="undo")

    def nothing_aside(self) -> None:
        self._board.post("withdrawn", act="undo")

    def nothing_beside(self) -> None:
        self._board.post("withdrawn", act="mine")

    def ask_keep(self) -> None:
        self.asking_keep = True
        self._board.post("state", name="deciding", text=self._phrases.tell("evening_keep_or_drop"), acts=DECIDING)

    def ask_line(self) -> None:
        """Ask for what is typed. Behind the good night, and while it is paused, the buttons are enough."""
        if self._state in TYPED_IN:
            self._board.post("line")


def share_of(dbfs: float) -> float:
    """Return a level between the quietest and the loudest that is shown, 0 to 1."""
    share = (dbfs - QUIETEST_DBFS) / (LOUDEST_DBFS - QUIETEST_DBFS)
    return round(max(0.0, min(1.0, share)), 2)
