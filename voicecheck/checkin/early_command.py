"""Decide a spoken command while the silence behind it is still short, so that nobody waits for what they asked for."""

from __future__ import annotations

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.course import Command
from voicecheck.checkin.trailing import find_trailing
from voicecheck.domain import TurnKind
from voicecheck.phrases import Phrases
from voicecheck.text.folding import spoken_words
from voicecheck.utterance import ModelUse, Transcript

ALONE_S, BEHIND_S = 0.8, 1.2
"""silence behind a command that was all that was said; behind one that may yet be part of an answer: a single word, or
the end of what was told"""
IN = (TurnKind.ANSWER, TurnKind.FOLLOWUP, TurnKind.CORRECTION, TurnKind.COMMAND)
"""turns in which a command is one at once; a yes or no may still be taken back"""


class EarlyCommand:
    """Reads the words of the open turn once, as soon as they are there and it is quiet."""

    def __init__(self, phrases: Phrases, *, live: bool = True) -> None:
        """Nobody waits where the sound comes from a file, which is not `live`: it is heard to its end."""
        self._phrases = phrases
        self._live = live
        self._read: tuple[Answer, int | None] | None = None
        """the answer whose words were read last, and its last voice then"""
        self._after_s: float | None = None

    def is_due(self, answer: Answer, kind: TurnKind, model: ModelUse | None) -> bool:
        """True once the turn ends with a command, and it has been quiet behind it for long enough."""
        if not self._live or answer.quiet_s < ALONE_S or kind not in IN or not answer.is_written:
            return False
        read = (answer, answer.last_voice)
        if read != self._read:
            self._read, self._after_s = read, self._wait_s(answer.heard(model), kind)
        return self._after_s is not None and answer.quiet_s >= self._after_s

    def _wait_s(self, heard: Transcript, kind: TurnKind) -> float | None:
        """Return the silence after which the command in these words is one; None where there is none.

        Words that only sound like a command, or may well begin an answer ("not today"), have all the time of one.
        """
        if self._phrases.command_in(heard.text) is not None:
            plain = self._phrases.command_behind(heard.text) not in (None, Command.MEANING)
            one_word = len(spoken_words(heard.text)) == 1
            return None if not plain else BEHIND_S if one_word else ALONE_S
        behind = None if kind is TurnKind.COMMAND else find_trailing(heard, self._phrases)
        return None if behind is None else BEHIND_S
