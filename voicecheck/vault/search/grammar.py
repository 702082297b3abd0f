"""Parser of the search grammar: typed text to a `Query`. Pure; the same for the command line and the page.

    rain sea            entries that hold both words, in any of their forms, accents and capitals alike
    "by the sea"        these very words one behind the other; "news" is not "new"
    fam*                words that begin so
    rain OR snow        one of them, or both
    -rain, -"the sea"   without them
    feeling:anger       a feeling word of this family; a comma means or; also pleasant, unpleasant, pleasant_low, ...
    felt:self           whose it is: self, other, unclear; felt:now is one's own, not denied, imagined or long past
    is:negated          how it is meant: negated, imagined, past, vague; `-negated` is short for `-is:negated`
    prompt:evening.word the question, by its id or by words in it
    pack:evening        every question of a pack
    speaker:kim         who spoke
    kind:journal        checkin, journal or import
    on:"last week"      days: 2026-10-12, 2026-10, 2026, today, yesterday, monday, october, "2 weeks ago", last-month
    since:2026-10       from its first day on; `until:` up to and with its last
    has:sound           with its sound still kept; has:edit, edited by the person

All terms must hold, and a minus in front of one means: not. `felt:` and `is:` describe each feeling that the query
names, so that `feeling:anger felt:self -negated` asks for one word that is all of it. No message repeats what was
typed: it names the place.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from voicecheck.domain import EntryKind, Experiencer, Family, Quadrant
from voicecheck.errors import UsageError
from voicecheck.text.folding import fold_words
from voicecheck.vault.search.days import DAYS_HINT, read_days

MOST_CHARACTERS = 1000
MOST_TERMS = 50
_DASHES = frozenset("-–—")
_OPENING, _CLOSING = frozenset('"“„«'), frozenset('"”“»')  # a phone's keyboard turns them round


class QueryError(UsageError):
    """A query that cannot be parsed. `column` is the first character at fault, from 1; `length` of them are meant."""

    def __init__(self, column: int, length: int, fault: str, hint: str) -> None:
        super().__init__(f"At character {column} of the search: {fault}.", hint)
        self.column = column
        self.length = length
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Words:
    """A term for words: one in any of its forms, or several that stand one behind the other."""

    text: str = field(repr=False)
    wanted: bool = True
    exact: bool = False
    """these very words, in no other form"""
    beginning: bool = False
    """words that begin so"""
    others: tuple[Words, ...] = field(default=(), repr=False)
    """one of these does as well"""


@dataclass(frozen=True, slots=True)
class Feeling:
    """A term for feelings: any of these families or quadrants."""

    families: frozenset[Family] = frozenset()
    quadrants: frozenset[Quadrant] = frozenset()
    wanted: bool = True


class Trait(StrEnum):
    """A condition on a feeling word besides its family."""

    NOW = "now"
    NEGATED = "negated"
    IMAGINED = "imagined"
    PAST = "past"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True)
class Meant:
    """A condition on the feelings of the query: a trait, or an experiencer, wanted or not."""

    what: Trait | Experiencer
    wanted: bool = True


class Place(StrEnum):
    """A condition on an entry besides its words."""

    PROMPT = "prompt"
    PACK = "pack"
    SPEAKER = "speaker"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Known:
    place: Place
    value: str = field(repr=False)
    """in small letters"""
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query, all of which must hold. An empty one finds every entry."""

    words: tuple[Words, ...] = ()
    feelings: tuple[Feeling, ...] = ()
    meant: tuple[Meant, ...] = ()
    """holds of each of `feelings`, or, where there are none, of some feeling word"""
    known: tuple[Known, ...] = ()
    since: date | None = None
    until: date | None = None
    """the person's days, both included"""
    has_sound: bool | None = None
    edited: bool | None = None

    @property
    def narrowed(self) -> bool:
        """True if the query has a condition besides words."""
        return self != Query(words=tuple(words for words in self.words if words.wanted))

    @property
    def holds_words(self) -> bool:
        """True if the query names words that the text must hold; only then can its results be ranked."""
        return any(words.wanted for words in self.words)


def parse_query(text: str, today: date) -> Query:
    """Read a query; `today` is the person's day, for "yesterday" and "last week". Raises QueryError."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(MOST_CHARACTERS + 1, len(text) - MOST_CHARACTERS, "it is too long", "Use fewer words.")
    reading = _Reading(today)
    joining: _Term | None = None
    for number, term in enumerate(_terms(text)):
        if number == MOST_TERMS:
            raise QueryError(term.column, term.length, "these are too many words", f"Use {MOST_TERMS} at most.")
        if term.joins and joining is None:
            joining = term
        elif joining is None:
            reading.take(term)
        else:
            reading.take_other(term, joining)
            joining = None
    if joining is not None:
        raise _no_two_words(joining)
    return reading.query


# Terms


@dataclass(frozen=True, slots=True)
class _Term:
    column: int
    """of its first character, the minus not counted; from 1"""
    length: int
    wanted: bool
    name: str
    """text before the colon, in small letters; empty for words"""
    value: str = field(repr=False)
    value_column: int = 0
    quoted: bool = False

    @property
    def joins(self) -> bool:
        """True if this term is the OR between two words."""
        return self.value == "OR" and self.wanted and not (self.name or self.quoted)


def _terms(text: str) -> Iterator[_Term]:
    at = 0
    while at < len(text):
        if text[at].isspace() or (text[at] in _DASHES and not text[at + 1 : at + 2].strip()):
            at += 1
            continue
        wanted = text[at] != "-"
        begin = at if wanted else at + 1
        named = re.compile(r"([^\W\d_]+):").match(text, begin)
        value_at = named.end() if named else begin
        value, at, quoted = _value(text, value_at)
        name = named[1].casefold() if named else ""
        yield _Term(begin + 1, at - begin, wanted, name, value, value_at + 1 + quoted, quoted)


def _value(text: str, at: int) -> tuple[str, int, bool]:
    """Read the value at `at`. Return it, the index behind it, and True if it was in quotation marks."""
    if text[at : at + 1] not in _OPENING:
        end = at
        while end < len(text) and not text[end].isspace():
            end += 1
        return text[at:end], end, False
    end = next((n for n in range(at + 1, len(text)) if text[n] in _CLOSING), -1)
    if end < 0:
        raise QueryError(at + 1, 1, "this quotation mark is never closed", 'Put a " behind the last word.')
    return text[at + 1 : end], end + 1, True


class _Reading:
    """Parser state: gathers terms into a query."""

    def __init__(self, today: date) -> None:
        self.query = Query()
        self._today = today
        self._last_was_word = False

    def take(self, term: _Term) -> None:
        self._last_was_word = not term.name
        if not term.name:
            self._take_words(term)
        elif term.name not in _FIELDS:
            raise QueryError(
                term.column,
                len(term.name) + 1,
                "there is no such filter",
                _did_you_mean(term.name, _FIELDS, ":") + ' To look for these very words, put them in "quotes".',
            )
        elif not term.value.strip():
            raise QueryError(term.value_column, 1, "something is missing behind the colon", _EXAMPLES[term.name])
        elif term.name in ("since", "until", "on"):
            self._take_days(term)
        else:
            self._take_filter(term)

    def take_other(self, term: _Term, joining: _Term) -> None:
        """Take the word behind an OR."""
        words = self.query.words if self._last_was_word else ()
        if not words or term.name or not (term.wanted and words[-1].wanted):
            raise _no_two_words(joining)
        self.query = replace(self.query, words=())
        self._take_words(term)
        either = replace(words[-1], others=(*words[-1].others, *self.query.words))
        self.query = replace(self.query, words=(*words[:-1], either))

    def _take_words(self, term: _Term) -> None:
        if term.value.casefold() == "negated" and not term.quoted:
            self._mean(Trait.NEGATED, term)
        elif fold_words(term.value):
            beginning = term.value.endswith("*") and not term.quoted
            words = Words(term.value, term.wanted, exact=term.quoted, beginning=beginning)
            self.query = replace(self.query, words=(*self.query.words, words))
        else:
            raise QueryError(term.column, max(1, term.length), "there is no word here", "Use letters or digits.")

    def _take_filter(self, term: _Term) -> None:
        value = term.value.strip().casefold()
        if term.name == "feeling":
            self.query = replace(self.query, feelings=(*self.query.feelings, _feeling(term)))
        elif term.name == "felt":
            whose: dict[str, Trait | Experiencer] = {one.value: one for one in Experiencer} | {"now": Trait.NOW}
            self._mean(whose[_one_of(term, whose)], term)
        elif term.name == "is":
            how = [one.value for one in Trait if one is not Trait.NOW]
            self._mean(Trait(_one_of(term, how)), term)
        elif term.name == "has":
            if _one_of(term, ("sound", "edit")) == "sound":
                self.query = replace(self.query, has_sound=_agreed(self.query.has_sound, term))
            else:
                self.query = replace(self.query, edited=_agreed(self.query.edited, term))
        else:
            if term.name == Place.KIND:
                _one_of(term, [kind.value for kind in EntryKind])
            self.query = replace(self.query, known=(*self.query.known, Known(Place(term.name), value, term.wanted)))

    def _mean(self, what: Trait | Experiencer, term: _Term) -> None:
        self.query = replace(self.query, meant=(*self.query.meant, Meant(what, term.wanted)))

    def _take_days(self, term: _Term) -> None:
        if not term.wanted:
            raise QueryError(term.column, term.length, "days cannot be left out", "Use since: and until: instead.")
        days = read_days(term.value, self._today)
        if days is None:
            raise QueryError(term.value_column, max(1, len(term.value)), "this is no day or time", DAYS_HINT)
        if term.name != "until":
            self.query = replace(self.query, since=max(days[0], self.query.since or days[0]))
        if term.name != "since":
            self.query = replace(self.query, until=min(days[1], self.query.until or days[1]))


_EXAMPLES = {
    "feeling": "As in feeling:anger.",
    "felt": "As in felt:self.",
    "is": "As in is:negated.",
    "prompt": "As in prompt:evening.word.",
    "pack": "As in pack:evening.",
    "speaker": "As in speaker:kim.",
    "kind": "As in kind:journal.",
    "since": "As in since:2026-10.",
    "until": "As in until:yesterday.",
    "on": "As in on:last-week.",
    "has": "As in has:sound.",
}
_FIELDS = tuple(_EXAMPLES)
_WIDE = {
    "pleasant": frozenset({Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW}),
    "unpleasant": frozenset({Quadrant.UNPLEASANT_HIGH, Quadrant.UNPLEASANT_LOW}),
} | {one.value: frozenset({one}) for one in Quadrant}


def _no_two_words(joining: _Term) -> QueryError:
    hint = "As in: rain OR snow. Feelings are joined by a comma: feeling:joy,hope. For the word itself: or"
    return QueryError(joining.column, joining.length, "OR stands between two words", hint)


def _feeling(term: _Term) -> Feeling:
    families: set[Family] = set()
    quadrants: set[Quadrant] = set()
    names = (*(family.value for family in Family), *_WIDE)
    column = term.value_column
    for part in term.value.split(","):
        name = part.strip().casefold()
        if name in _WIDE:
            quadrants |= _WIDE[name]
        elif name in names:
            families.add(Family(name))
        else:
            raise QueryError(column, max(1, len(part)), "there is no feeling of this name", _did_you_mean(name, names))
        column += len(part) + 1
    return Feeling(frozenset(families), frozenset(quadrants), term.wanted)


def _one_of(term: _Term, names: Iterable[str]) -> str:
    known = tuple(names)
    value = term.value.strip().casefold()
    if value not in known:
        raise QueryError(
            term.value_column, len(term.value), f"{term.name}: knows no such value", _did_you_mean(value, known)
        )
    return value


def _agreed(before: bool | None, term: _Term) -> bool:
    if before is not None and before is not term.wanted:
        raise QueryError(term.column, term.length, "this and its opposite cannot both hold", "Take one of them out.")
    return term.wanted


def _did_you_mean(name: str, known: Iterable[str], ending: str = "") -> str:
    names = tuple(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean {near[0]}{ending}?"
    return f"Known here: {', '.join(one + ending for one in names)}."
