"""German: clauses with their verb second or last, whose a feeling is, what denies it, and the Du-form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from voicecheck.domain import EmotionMention
from voicecheck.feelings.de.clauses import read_clause
from voicecheck.feelings.de.context import read_context
from voicecheck.feelings.de.feeling_here import is_feeling
from voicecheck.feelings.de.losses import event_in, tells_of_loss
from voicecheck.feelings.de.mirror import mirror, quotable
from voicecheck.feelings.de.own_clause import clause_around, speaks_to
from voicecheck.feelings.de.time_cues import read_setting
from voicecheck.feelings.de.turn import turn
from voicecheck.feelings.frame import Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.language import Context, Language, Mirrored, Said, Test
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.table_language import TableLanguage
from voicecheck.feelings.tokens import Tokens, listed

_NAMES = listed(
    """feminine no_person have perfect make subjunctive wanting future finite particle_verbs without_to raising
    stopping gone
    unreal_opener hopeful wish hard any_determiner dative_determiner accusative_determiner er_determiner joining
    clause_opener sure_opener asking_word noun_carrier pronoun now event_noun feeling_noun made_thing own_affair stage
    lived strong_after weak_after"""
)


class German:
    """German behind the port of a language."""

    code = "de"
    names: Set[str] = _NAMES
    tests: Mapping[str, Test] = {}
    conditions: Mapping[str, Test] = {}
    conjunction = "und"
    _windows = TableLanguage("de")
    """reads what tells of danger: those phrases name their own people, and stand in either order of words"""

    def verb_forms(self, verb: str) -> frozenset[str]:
        return self._windows.verb_forms(verb)

    def word_forms(self, lemma: str, kind: str, given: Sequence[str], compares: bool) -> frozenset[str]:
        return self._windows.word_forms(lemma, kind, given, compares)

    def read_clause(self, reading: Reading) -> Frame:
        return self._windows.read_clause(reading) if _is_danger(reading) else read_clause(reading)

    def is_feeling(self, reading: Reading) -> bool:
        return is_feeling(reading)

    def context_reader(self, tokens: Tokens, grammar: Grammar) -> Callable[[Reading], Context]:
        windows, setting = self._windows.context_reader(tokens, grammar), read_setting(tokens, grammar)
        return lambda reading: windows(reading) if _is_danger(reading) else read_context(reading, setting)

    def mirror(self, index: int, mentions: Sequence[EmotionMention], text: str) -> Mirrored:
        return mirror(index, mentions, text)

    def quotable(self, words: str) -> str | None:
        return quotable(words)

    def turn(self, clause: str) -> str | None:
        return turn(clause)

    def clause_around(self, mention: EmotionMention, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        return clause_around(mention, mentions, text)

    def whole_sentence(self, said: Said, mentions: Sequence[EmotionMention], text: str) -> Said:
        return said

    def event_in(self, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        return event_in(mentions, text)

    def tells_of_loss(self, text: str, said_back: Sequence[Said] | None = None) -> bool:
        return tells_of_loss(text, said_back)

    def is_surely_light(self, text: str) -> bool:
        """False: so far no table says what weighs nothing, so nothing is shown unasked."""
        return False

    def may_stand_behind(self, hard: Said, bright: Said, mention: EmotionMention, text: str) -> bool:
        """False: nothing bright is said behind what was heavy."""
        return False

    def speaks_to(self, sentence: str, first: bool = False) -> bool:
        return speaks_to(sentence, first)


def _is_danger(reading: Reading) -> bool:
    return not reading.sense.lemma


LANGUAGE: Language = German()
