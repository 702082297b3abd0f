"""Rules for words with many senses ("down", "lost", "miss"): where each of them is a feeling. They stand in a table.

How a rule is written is explained at the top of `en/homonyms.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import msgspec

from voicecheck.feelings.language import Test
from voicecheck.feelings.languages import find_language, load_grammar
from voicecheck.feelings.reading import ENDS, Reading
from voicecheck.feelings.tokens import table_path
from voicecheck.text.tables import TableFile, open_table

_TEST = re.compile(r"(?P<no>!?)(?P<name>[a-z_]+?)(?P<place>[2-9]?)(?:(?P<sign>!?=)(?P<choices>\S+))?")

_WORDS: dict[str, Callable[[Reading, int], str]] = {
    "after": lambda r, place: r.after(place - 1),
    "prev": lambda r, place: r.word(-place),
    "before": lambda r, _: r.before(),
    "word": lambda r, _: r.word(0),
    "lemma": lambda r, _: r.sense.lemma,
    "link": lambda r, _: r.frame.link_kind or "none",
    "who": lambda r, _: r.frame.who or "none",
    "tense": lambda r, _: r.frame.tense or "none",
    "subject": lambda r, _: r.tokens.at(r.frame.subject),
    "slot": lambda r, _: "" if r.slot is None else r.tokens.at(r.slot[1] - 1),
}
"""the word that a test with choices looks at, by its name"""
_FLAGS: dict[str, Test] = {
    "linked": lambda r: r.frame.link >= 0,
    "goes_on": lambda r: r.goes_on,
    "determiner": lambda r: r.frame.determiner >= 0,
    "fragment": lambda r: r.frame.fragment,
    "has_subject": lambda r: r.frame.subject >= 0,
    "has_slot": lambda r: r.slot is not None,
    "capital": lambda r: r.tokens.capital(r.start),
    "opens": lambda r: r.tokens.opens_sentence(r.start),
    "first": lambda r: r.start == 0,
}


@dataclass(frozen=True, slots=True)
class Rule:
    feeling: bool
    tests: tuple[Test, ...]


Condition = tuple[Rule, ...]


def holds(condition: Condition, reading: Reading) -> bool:
    """Return the decision of the first rule whose tests all hold; False where none does."""
    for rule in condition:
        if all(test(reading) for test in rule.tests):
            return rule.feeling
    return False


def is_blocked(reading: Reading) -> bool:
    """True if words of the lexicon's line stand beside it that take the feeling away."""
    tokens, sense = reading.tokens, reading.sense
    for phrase in sense.not_before:
        if all(_is_word(tokens.at(reading.end + k), word) for k, word in enumerate(phrase)):
            return True
    for phrase in sense.not_after:
        first = reading.start - len(phrase)
        if all(tokens.at(first + k) == word for k, word in enumerate(phrase)):
            return True
    return False


def _is_word(found: str, wanted: str) -> bool:
    """True if the token is the word; `<end>` in the table stands for the end of a clause."""
    return found in ENDS if wanted == "<end>" else found == wanted


def traits_hold(reading: Reading, conditions: Mapping[str, Test]) -> bool:
    """True if every trait of the sense holds: a condition of the language's code, or one of its table of homonyms.

    A trait that is neither always holds.
    """
    homonyms = load_homonyms(reading.grammar.language)
    for trait in reading.sense.traits:
        if trait in conditions:
            if not conditions[trait](reading):
                return False
        elif trait in homonyms and not holds(homonyms[trait], reading):
            return False
    return True


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: dict[str, str] = {}
    conditions: dict[str, list[str]] = {}


@cache
def load_homonyms(language: str) -> dict[str, Condition]:
    """Load conditions by name; none for a language without a table. Raises UsageError for a broken one."""
    path = table_path(language, "homonyms.toml")
    if not path.is_file():
        return {}
    return read_homonyms(open_table(path), load_grammar(language).words, find_language(language).tests)


def read_homonyms(
    file: TableFile, classes: Mapping[str, frozenset[str]], tests: Mapping[str, Test]
) -> dict[str, Condition]:
    """`tests` are the language's own. Raises UsageError for a name that nobody knows, and for what is no rule."""
    table, flags = file.convert(_Table), _FLAGS | dict(tests)
    lists = {**classes, **{name: frozenset(cell.split()) for name, cell in table.words.items()}}
    conditions: dict[str, Condition] = {}
    for name, rules in table.conditions.items():
        with file.at("conditions", name):
            conditions[name] = tuple(_read_rule(rule, lists, flags) for rule in rules)
    return conditions


def _read_rule(rule: str, lists: dict[str, frozenset[str]], flags: Mapping[str, Test]) -> Rule:
    verdict, *tests = rule.split() or [""]
    if verdict not in ("yes", "no"):
        raise ValueError(f"a rule says yes or no: {rule}")
    return Rule(verdict == "yes", tuple(_read_test(test, lists, flags) for test in tests))


def _read_test(test: str, lists: dict[str, frozenset[str]], flags: Mapping[str, Test]) -> Test:
    match = _TEST.fullmatch(test)
    if match is None or (match["no"] and match["sign"]):
        raise ValueError(f"no test: {test}")
    if match["sign"] is None:
        flag, wanted = flags[match["name"]], not match["no"]
        return lambda reading: flag(reading) is wanted
    look, place = _WORDS[match["name"]], int(match["place"] or 1)
    words, endings = _read_choices(match["choices"], lists)
    among = match["sign"] == "="

    def found(reading: Reading) -> bool:
        word = look(reading, place)
        return (word in words or (bool(endings) and word.endswith(endings))) is among

    return found


def _read_choices(choices: str, lists: dict[str, frozenset[str]]) -> tuple[frozenset[str], tuple[str, ...]]:
    words: set[str] = set()
    endings = []
    for choice in choices.split("|"):
        if choice.startswith("@"):
            words |= lists[choice[1:]]
        elif choice == "<end>":
            words |= ENDS
        elif choice.startswith("*"):
            endings.append(choice[1:])
        else:
            words.add(choice)
    return frozenset(words), tuple(endings)
