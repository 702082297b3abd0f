"""English: inflection, clauses, subjects, time, mirroring, and the tables of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.clauses import read_clause
from voicecheck.feelings.en.conditions import CONDITIONS
from voicecheck.feelings.en.context import read_context
from voicecheck.feelings.en.inflection import verb_forms, word_forms
from voicecheck.feelings.en.nouns import noun_place
from voicecheck.feelings.en.parts_of_speech import is_feeling
from voicecheck.feelings.en.time_cues import read_setting
from voicecheck.feelings.frame import Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.language import Context, Language, Mirrored, Said, Test
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import Tokens, listed


class English:
    """English behind the port of a language. What only says things back is loaded when something is said back."""

    code = "en"
    conjunction = "and"
    names: Set[str] = listed(
        """her nothing address body group counted place_after as_like linking_noun feeling_noun character_noun
        compound_head gerund bare_link catenative negative_subject portion no_name time_taken denial_end possible
        event_noun made_thing own_affair lived_thing negative_verb raising said_alone opinion factive could_come
        wish transparent make perceived see inverting child stage age service war_place lived lived_at at_life began
        person no_person no_agent habit now pseudo_if pseudo_negation denial gone_after strong_after weak_after"""
    )
    tests: Mapping[str, Test] = {"noun_place": noun_place}
    conditions: Mapping[str, Test] = CONDITIONS

    def verb_forms(self, verb: str) -> frozenset[str]:
        return verb_forms(verb)

    def word_forms(self, lemma: str, kind: str, given: Sequence[str], compares: bool) -> frozenset[str]:
        return word_forms(lemma, kind, given, compares)

    def read_clause(self, reading: Reading) -> Frame:
        return read_clause(reading)

    def is_feeling(self, reading: Reading) -> bool:
        return is_feeling(reading)

    def context_reader(self, tokens: Tokens, grammar: Grammar) -> Callable[[Reading], Context]:
        setting = read_setting(tokens, grammar)
        return lambda reading: read_context(reading, setting)

    def mirror(self, index: int, mentions: Sequence[EmotionMention], text: str) -> Mirrored:
        from voicecheck.feelings.en.mirror import mirror

        return mirror(index, mentions, text)

    def quotable(self, words: str) -> str | None:
        from voicecheck.feelings.en.mirror import quotable

        return quotable(words)

    def turn(self, clause: str) -> str | None:
        from voicecheck.feelings.en.turn import turn

        return turn(clause)

    def clause_around(self, mention: EmotionMention, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        from voicecheck.feelings.en.own_clause import clause_around

        return clause_around(mention, mentions, text)

    def may_stand_behind(self, hard: Said, bright: Said, mention: EmotionMention, text: str) -> bool:
        from voicecheck.feelings.en.events import may_stand_behind

        return may_stand_behind(hard, bright, mention, text)

    def speaks_to(self, sentence: str, first: bool = False) -> bool:
        from voicecheck.feelings.en.turn import speaks_to

        return speaks_to(sentence, first)

    def whole_sentence(self, said: Said, mentions: Sequence[EmotionMention], text: str) -> Said:
        from voicecheck.feelings.en.whole_sentence import whole_sentence

        return whole_sentence(said, mentions, text)

    def event_in(self, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        from voicecheck.feelings.en.events import event_in

        return event_in(mentions, text)

    def tells_of_loss(self, text: str, said_back: Sequence[Said] | None = None) -> bool:
        from voicecheck.feelings.en.events import tells_of_loss

        return tells_of_loss(text, said_back)

    def is_surely_light(self, text: str) -> bool:
        from voicecheck.feelings.en.events import is_surely_light

        return is_surely_light(text)


LANGUAGE: Language = English()
