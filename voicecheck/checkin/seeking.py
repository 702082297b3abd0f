"""Replies on the way to a word that is missing, and the word that an earlier moment gets."""

from __future__ import annotations

import random
from collections.abc import Sequence

from voicecheck.checkin.course import About, Line
from voicecheck.diary.wordless import Moment, give_word
from voicecheck.domain import Correction, Entry, Quadrant
from voicecheck.feelings.masks import wordless_mention
from voicecheck.feelings.nearer import words_of
from voicecheck.feelings.reply import Reply, read_side, read_word
from voicecheck.text.folding import main_language
from voicecheck.vault.vault import Vault

MISSING_WORD = (Line.BODY, Line.MOOD, Line.WORDS, Line.WORD_NOW)
"""lines on the way to a word that is missing"""


class Seeking:
    """Finds the missing word of tonight's answer, or of an earlier `moment`."""

    def __init__(self, vault: Vault | None, moment: Moment | None, language: str, rng: random.Random) -> None:
        self._vault = vault
        self._moment = moment
        self._language = language
        self._rng = rng
        self._named: Correction | None = None
        """the word that the last reply named"""

    def read(
        self, text: str, no: bool, line: Line, kept: Entry | None, offered: Sequence[str]
    ) -> tuple[Reply, About | None]:
        """Read a reply to `line`. `no`: the whole of it says no; `kept` is the answer without a word."""
        language = self._language if kept is None else kept.language
        side = read_side(text, mood=line is Line.MOOD, language=language) if line in (Line.BODY, Line.MOOD) else ""
        self._named = None
        if side:
            return Reply(), About(side)
        said = "" if kept is None or line is Line.WORD_NOW else kept.text
        place = wordless_mention(said, language)
        reply = read_word(text, no, place, offered if line is Line.WORDS else (), language)
        self._named = reply.correction
        return reply, About.NAMED if reply.other else About.LEFT if reply.leaves else None

    def words(self, quadrants: tuple[Quadrant, ...], kept: Entry | None) -> tuple[str, ...]:
        """Choose three words that may be the missing one."""
        return words_of(quadrants, main_language(self._language if kept is None else kept.language), self._rng)

    def mark_asked_about(self) -> None:
        """Record that the word of the earlier moment was asked for: it is asked for once."""
        if self._vault is not None and self._moment is not None:
            self._vault.steps.mark_moment_asked_about(self._moment.day)

    def give_word(self) -> None:
        """Give the earlier moment the word that was named last."""
        if self._vault is not None and self._moment is not None and self._named is not None:
            give_word(self._vault, self._moment, self._named.mention)
