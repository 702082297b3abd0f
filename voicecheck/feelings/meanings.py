"""The meaning of a feeling word in plain words: `meanings.tsv` of a language, loaded when one is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from voicecheck.domain import EmotionMention, Family
from voicecheck.feelings.lexicon import as_lemma, load_table
from voicecheck.feelings.tokens import table_path
from voicecheck.text.folding import main_language
from voicecheck.text.tables import open_table


@cache
def load_meanings(language: str) -> Mapping[str, str]:
    """Headword -> a clause that can stand behind "means that"; empty for a language without the table.

    Raises UsageError for a broken line.
    """
    path = table_path(language, "meanings.tsv")
    if not path.is_file():
        return {}
    file, table = open_table(path), dict[str, str]()
    for number, line in file.lines():
        words, _, meaning = line.partition("\t")
        if not meaning:
            raise file.fault(number, "there is no tab, or nothing behind it")
        table.update((word.strip(), meaning) for word in words.split(","))
    return table


def find_meaning(word: str, language: str) -> str | None:
    """Return the meaning of a headword, or of one of its forms; None for a word that has none."""
    code, word = main_language(language), as_lemma(word)
    table, lexicon = load_meanings(code), load_table(code)
    if word in table or lexicon is None:
        return table.get(word)
    lemmas = [sense.lemma for sense in lexicon.starting_with.get(word, ()) if sense.pattern is None]
    return next((table[lemma] for lemma in lemmas if lemma in table), None)


def meaning_of_mention(mention: EmotionMention, language: str) -> str | None:
    """Return the meaning of the word of a mention; None where it means another feeling to the person."""
    usual = (mention.lemma, mention.family) in _families(main_language(language))
    return find_meaning(mention.lemma, language) if usual else None


@cache
def _families(language: str) -> frozenset[tuple[str, Family]]:
    lexicon = load_table(language)
    return frozenset(() if lexicon is None else ((sense.lemma, sense.family) for sense in lexicon.senses))
