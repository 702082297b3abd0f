"""Answers and commands set aside in a sitting: in reach until it ends, and destroyed with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.course import Command
from voicecheck.domain import Turn, TurnKind
from voicecheck.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Parted:
    """A turn that was taken for a command behind an answer."""

    answer: Answer
    turn: Turn


@dataclass(frozen=True, slots=True)
class Guessed:
    """A guess in an answer, in the place of what was heard."""

    answer: Answer


class SetAside:
    """Answers, commands parted from one, and guesses in one, the newest last."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._held: list[Answer | Parted | Guessed] = []

    def put(self, one: Answer | Parted | Guessed) -> None:
        self._held.append(one)

    def has(self, there: Callable[[Answer], bool]) -> bool:
        """True if something is left to take. `there` tells if an answer is, of which a command was parted."""
        return any(not one.heard_nothing if isinstance(one, Answer) else there(one.answer) for one in self._held)

    def guessed_last(self, answer: Answer | None) -> bool:
        """True if the newest is a guess in this answer."""
        newest = self._held[-1] if self._held else None
        return isinstance(newest, Guessed) and newest.answer is answer

    def take(self) -> Answer | Parted | Guessed | None:
        """Take what was set aside last and holds an answer; None where there is nothing, or no words of it yet."""
        while self._held:
            one = self._held.pop()
            if isinstance(one, Parted | Guessed):
                return one
            one.mark_turn(TurnKind.ANSWER)
            if self._phrases.command_in(one.entry().text) == Command.UNDO or one.heard_nothing:
                one.discard()  # "that was my answer" itself, or a pause
            elif one.entry().text:
                return one
            else:
                one.leave()  # its words were never written down: it is found again at the next start
                break
        return None

    def destroy(self) -> None:
        """Destroy what is left."""
        for one in self._held:
            if isinstance(one, Answer):
                one.discard()
        self._held = []
