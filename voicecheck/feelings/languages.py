"""The registry of languages: the only module that imports a language's package, by its code.

A language is the folder `feelings/<code>/`. Its package holds the object `LANGUAGE`; a folder of tables alone needs
no package, and is read as `TableLanguage`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from voicecheck import feelings
from voicecheck.feelings.grammar import Grammar, read_grammar
from voicecheck.feelings.language import Language
from voicecheck.feelings.table_language import TableLanguage
from voicecheck.feelings.tokens import table_path


@cache
def find_language(code: str) -> Language:
    """The language of a bare code, imported once."""
    if table_path(code, "__init__.py").is_file():
        language: Language = import_module(f"voicecheck.feelings.{code}").LANGUAGE
        return language
    return TableLanguage(code)


def with_words() -> tuple[str, ...]:
    """The codes of the languages whose feeling words are known."""
    folders = [path.parent.name for room in feelings.__path__ for path in Path(room).glob("*/lexicon.tsv")]
    return tuple(sorted(dict.fromkeys(folders)))


@cache
def load_grammar(code: str) -> Grammar:
    """The trigger table of a language, loaded once. Raises UsageError when it is missing or broken."""
    language = find_language(code)
    return read_grammar(code, language.verb_forms, language.names)
