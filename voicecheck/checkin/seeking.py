"""Replies on the way to a word that is missing, and the word that an earlier moment gets."""

from __future__ import annotations

import random

from voicecheck.checkin.course import About, Line
from voicecheck.checkin.missing_word import CHOICES
from voicecheck.diary.wordless import Moment, give_word
from voicecheck.domain import Correction, CorrectionAction, Entry, Quadrant, Reflection
from voicecheck.feelings.masks import wordless_mention
from voicecheck.feelings.nearer import with_word, words_of
from voicecheck.feelings.reply import Reply, read_side, read_word
from voicecheck.text.folding import main_language
from voicecheck.vault.vault import Vault

MISSING_WORD = (Line.BODY, Line.MOOD, Line.WORDS, Line.WORD_NOW)
"""lines on the way to a word that is missing"""
NUMBERS = ("0", "1", "2", "3")
"""as they are typed in the place of a word"""


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
        self, text: str, no: bool, line: Line, kept: Entry | None, reflection: Reflection
    ) -> tuple[Reply, About | None] | None:
        """Read a reply to `line`; None where it is none of those sought for here.

        `no`: the whole of it says no; `kept` is the answer that it is about.
        """
        if line in CHOICES and text.strip(" .") in NUMBERS:
            return self.choose(int(text.strip(" .")), line, kept, reflection)
        if line not in MISSING_WORD:
            return None
        language = self._language if kept is None else kept.language
        side = read_side(text, mood=line is Line.MOOD, language=language) if line in (Line.BODY, Line.MOOD) else ""
        self._named = None
        if side:
            return Reply(), About(side)
        said = "" if kept is None or line is Line.WORD_NOW else kept.text
        place = wordless_mention(said, language)
        reply = read_word(text, no, place, reflection.offered if line is Line.WORDS else (), language)
        self._named = reply.correction
        return reply, About.NAMED if reply.other else About.LEFT if reply.leaves else None

    def choose(self, place: int, line: Line, kept: Entry | None, reflection: Reflection) -> tuple[Reply, About | None]:
        """Take a number for the reply: the place of what was offered, or 0 for none of it."""
        about = CHOICES[line].get(place)
        language = self._language if kept is None else kept.language
        if about not in (About.NAMED, About.OTHER) or kept is None or place > len(reflection.offered):
            return Reply(leaves=about is About.LEFT), about
        named = line is Line.WORDS
        of = wordless_mention(kept.text, language) if named else kept.mentions[reflection.about or 0]
        meant = with_word(of, reflection.offered[place - 1], main_language(language))
        action = CorrectionAction.ADDED if named else CorrectionAction.CHANGED
        return Reply(None if meant is None else Correction(action, meant), other=True), about

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


def about_of(reply: Reply) -> About | None:
    """Return what a reply says about the feeling; None for nothing."""
    if reply.leaves:
        return About.LEFT
    if reply.correction is None:
        return None
    return About.YES if reply.agrees else About.OTHER if reply.other else About.NO
