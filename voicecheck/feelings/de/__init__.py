"""German: clauses with their verb second or last, whose a feeling is, what denies it, and the Du-form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from voicecheck.feelings.de.clauses import read_clause
from voicecheck.feelings.de.context import read_context
from voicecheck.feelings.de.feeling_here import is_feeling
from voicecheck.feelings.de.time_cues import read_setting
from voicecheck.feelings.frame import Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.language import Context, Language, Test
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.table_language import TableLanguage
from voicecheck.feelings.tokens import Tokens, listed


@dataclass(frozen=True, slots=True)
class German(TableLanguage):
    """German behind the port of a language; what its code does not read is read as in a language of tables."""

    code: str = "de"
    names: Set[str] = field(
        default_factory=lambda: listed(
            """feminine no_person have perfect make make_infinitive subjunctive wanting future finite particle_verbs
            without_to raising stopping gone unreal_opener hopeful wish hard factive_hard any_determiner
            dative_determiner accusative_determiner er_determiner joining clause_opener sure_opener asking_word
            noun_carrier pronoun now event_noun feeling_noun made_thing own_affair stage lived strong_after weak_after"""
        )
    )
    conditions: Mapping[str, Test] = field(default_factory=dict)

    def read_clause(self, reading: Reading) -> Frame:
        # The phrases of danger name their own people and stand in both orders; they are read as windows of words.
        return TableLanguage.read_clause(self, reading) if _is_danger(reading) else read_clause(reading)

    def is_feeling(self, reading: Reading) -> bool:
        return is_feeling(reading)

    def context_reader(self, tokens: Tokens, grammar: Grammar) -> Callable[[Reading], Context]:
        windows = TableLanguage.context_reader(self, tokens, grammar)
        setting = read_setting(tokens, grammar)
        return lambda reading: windows(reading) if _is_danger(reading) else read_context(reading, setting)


def _is_danger(reading: Reading) -> bool:
    return not reading.sense.lemma


LANGUAGE: Language = German()
