"""Words of a language that its tables know: those of feelings, of danger, and those by which clauses are read."""

from __future__ import annotations

from functools import cache

from voicecheck.feelings.danger import load_danger
from voicecheck.feelings.languages import load_grammar
from voicecheck.feelings.lexicon import load_table
from voicecheck.text.folding import main_language


@cache
def known_words(language: str) -> frozenset[str]:
    """Return them in small letters; none for a language without tables. Raises VoicecheckError for a broken one."""
    code = main_language(language)
    lexicon, danger = load_table(code), load_danger(code)
    known = frozenset[str]()
    if lexicon is not None:
        known = known.union(lexicon.starting_with, *load_grammar(code).words.values())
    return known if danger is None else known | danger.words
