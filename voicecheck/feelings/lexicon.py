"""The table of feeling words: headwords with all their forms, idioms as patterns, and what blocks a reading.

`lexicon.tsv` of a language has a header and then one headword a line. Its columns, besides family and quadrant:

kind        adj, noun, verb (its subject feels), cause (its object feels) or thing (an adjective said of what is felt)
traits      conditions by name, in `homonyms.toml` or the language's `conditions`; `vague` is a masking word, `er`
            compares with -er and -est
not_before  words or phrases that take the feeling away when they follow ("happy" before "medium")
not_after   the same, when they come before
forms       further forms of a word, all forms of an irregular verb, or the pattern of a set phrase
source      the lists in which the word was found, or own

Lines that begin with # are none of a word: `# version`, and `# inflection`, by which forms that are regular need not be
written, since the language's code makes them. Without that line every form is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from voicecheck.domain import Family, PrivateWord, Quadrant
from voicecheck.errors import UsageError
from voicecheck.feelings.homonyms import load_homonyms
from voicecheck.feelings.language import Language
from voicecheck.feelings.languages import find_language
from voicecheck.feelings.patterns import Element, compile_pattern
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import Tokens, table_path, tokenize
from voicecheck.text.tables import TableFile, open_table, unknown

OWN = "own words"
"""the source of a person's own word"""
LONGEST_OWN_WORD = 60
KINDS = frozenset({"adj", "noun", "verb", "cause", "thing"})
PLAIN_TRAITS = frozenset({"vague", "er", "span1", "span2", "span3"})
"""traits that are no conditions: "span1" takes the first word of a phrase alone for the feeling"""

_FAMILIES = {family.value: family for family in Family}
_QUADRANTS = {quadrant.value: quadrant for quadrant in Quadrant}


@dataclass(frozen=True, slots=True)
class Lexicon:
    version: str
    senses: tuple[Sense, ...] = field(repr=False)
    starting_with: dict[str, tuple[Sense, ...]] = field(repr=False)
    """first word in any form -> senses, longest pattern first"""
    nouns: frozenset[str] = field(default=frozenset(), repr=False)
    """the forms of those that are nouns"""


def load_lexicon(language: str, words: tuple[PrivateWord, ...] = ()) -> Lexicon | None:
    """Load the table of a language, once, with the person's own words; None where there is none.

    Raises UsageError for a broken line.
    """
    return _with_own_words(language, words) if words else load_table(language)


@cache
def load_table(language: str) -> Lexicon | None:
    file = table_path(language, "lexicon.tsv")
    if not file.is_file():
        return None
    return read_lexicon(open_table(file), language)


@lru_cache(maxsize=4)
def _with_own_words(language: str, words: tuple[PrivateWord, ...]) -> Lexicon | None:
    table = load_table(language)
    return None if table is None else with_words(table, words, language)


def read_lexicon(table: TableFile, language: str) -> Lexicon:
    senses: list[Sense] = []
    starting: dict[str, list[Sense]] = {}
    version = "0"
    inflects: Language | None = None
    traits = PLAIN_TRAITS | set(find_language(language).conditions) | set(load_homonyms(language))
    for number, line in enumerate(table.text.splitlines(), start=1):
        cells = line.split("\t")
        if number == 1 or line.startswith("#"):
            version = cells[1] if cells[0] == "# version" else version
            inflects = find_language(language) if cells[0] == "# inflection" else inflects
            continue
        if len(cells) != len(_Row._fields):
            raise table.fault(number, f"there are {len(cells)} cells, and not {len(_Row._fields)}")
        try:
            sense, firsts = _read_row(_Row(*cells), inflects)
        except KeyError as error:
            raise table.fault(number, f"nothing is called {error.args[0]}") from error
        except ValueError as error:
            raise table.fault(number, str(error)) from error
        for trait in sense.traits - traits:
            raise table.fault(number, unknown(trait, "traits", sorted(traits)))
        senses.append(sense)
        for first in firsts:
            starting.setdefault(first, []).append(sense)
    return Lexicon(f"{language}-{version}", tuple(senses), _ordered(starting), _nouns(starting))


def _ordered(starting: dict[str, list[Sense]]) -> dict[str, tuple[Sense, ...]]:
    return {word: tuple(sorted(found, key=_longest_first)) for word, found in starting.items()}


def _nouns(starting: dict[str, list[Sense]]) -> frozenset[str]:
    return frozenset(
        word for word, found in starting.items() if any(s.kind == "noun" and s.pattern is None for s in found)
    )


def with_words(lexicon: Lexicon, words: tuple[PrivateWord, ...], language: str) -> Lexicon:
    """Return the lexicon with a person's own words: first among phrases of one length, and never blocked."""
    starting = {word: list(senses) for word, senses in lexicon.starting_with.items()}
    own = []
    for word in words:
        parts = phrase_words(word.word, language)
        if not parts:
            continue
        pattern = tuple(Element(frozenset([part])) for part in parts)
        traits = frozenset(["vague"]) if word.vague else frozenset[str]()
        sense = Sense(word.word, "adj", word.family, word.quadrant, traits, (), (), pattern, OWN)
        own.append(sense)
        starting.setdefault(parts[0], []).append(sense)
    return Lexicon(lexicon.version, (*lexicon.senses, *own), _ordered(starting), lexicon.nouns)


@cache
def feeling_words(language: str) -> frozenset[str]:
    """Return every word, in any form, that is a feeling by itself; none where the language has no table."""
    table = load_table(language)
    starting = {} if table is None else table.starting_with
    return frozenset(word for word, senses in starting.items() if any(sense.pattern is None for sense in senses))


def clear_feelings(language: str) -> frozenset[str]:
    """Return those of `feeling_words` that name one feeling where they stand alone, and are no vague word for many."""
    table = load_table(language)
    starting = {} if table is None else table.starting_with
    alone = {word: [sense for sense in senses if sense.pattern is None] for word, senses in starting.items()}
    return frozenset(
        word
        for word, senses in alone.items()
        if any(sense.kind in ("adj", "noun") for sense in senses) and not any(sense.vague for sense in senses)
    )


def goes_on_otherwise(tokens: Tokens, index: int, language: str) -> bool:
    """True if words follow that take every feeling from the word at `index`: the "good" of "good morning"."""
    table = load_table(language)
    senses = () if table is None else table.starting_with.get(tokens.at(index), ())
    return any(
        all(tokens.at(index + 1 + k) == word for k, word in enumerate(phrase))
        for sense in senses
        for phrase in sense.not_before
    )


def phrase_words(phrase: str, language: str = "en") -> tuple[str, ...]:
    """Return the words of a phrase as they are looked for in a text; empty where it has none, or only signs."""
    words = tuple(tokenize(phrase, language).words)
    return words if all(word[0].isalpha() or word == "'s" for word in words) else ()


def as_lemma(words: str) -> str:
    """Words as a lemma is written: in small letters, with straight apostrophes and single spaces."""
    return " ".join(words.replace("’", "'").lower().split())


def clean_word(typed: str) -> str:
    """Return a word of one's own as it is kept: in small letters, with single spaces.

    Raises UsageError for what can never be found in a text.
    """
    word = as_lemma(typed)
    if not phrase_words(word) or len(word) > LONGEST_OWN_WORD:
        raise UsageError("This is no word that can be found.", f"Letters, up to {LONGEST_OWN_WORD} of them.")
    return word


def _longest_first(sense: Sense) -> tuple[int, int]:
    """Sort key: set phrases by length, then the word alone, with what needs an object first."""
    if sense.pattern:
        return -len(sense.pattern), -1 if sense.source == OWN else 0
    return 0, _ORDER[sense.kind]


_ORDER = {"cause": 0, "verb": 1, "adj": 2, "noun": 3, "thing": 4}


class _Row(NamedTuple):
    """The cells of one line, as in the table."""

    lemma: str
    kind: str
    family: str
    quadrant: str
    traits: str
    not_before: str
    not_after: str
    forms: str
    source: str


def _read_row(row: _Row, inflects: Language | None) -> tuple[Sense, frozenset[str]]:
    """Return the sense of one line, and the words at which it may begin."""
    if row.kind not in KINDS:
        raise ValueError(f"unknown kind {row.kind}")
    phrase = " " in row.forms and "," not in row.forms
    pattern = compile_pattern(row.forms, inflects.verb_forms if inflects else _as_it_is) if phrase else None
    sense = Sense(
        lemma=row.lemma,
        kind=row.kind,
        family=_FAMILIES[row.family],
        quadrant=_QUADRANTS[row.quadrant],
        traits=frozenset(row.traits.split(",")) if row.traits else frozenset(),
        not_before=_phrases(row.not_before),
        not_after=_phrases(row.not_after),
        pattern=pattern,
        source=row.source,
    )
    if pattern is None:
        given = [form.strip() for form in row.forms.split(",") if form.strip()]
        if inflects is None:
            return sense, frozenset([row.lemma, *given])
        return sense, inflects.word_forms(row.lemma, row.kind, given, "er" in row.traits)
    firsts: set[str] = set()
    for element in pattern:
        firsts |= element.words
        if not element.optional:
            break
    return sense, frozenset(firsts)


def _phrases(cell: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in cell.split(",")) if cell else ()


def _as_it_is(word: str) -> frozenset[str]:
    """Return the one form: in a table that inflects nothing every form is written out."""
    return frozenset([word])
