"""Danger in an answer: to the speaker's own life, or of violence. What is found is told to nobody and kept nowhere.

`<language>/danger.toml` holds what is looked for, by the kinds of the Columbia scale's screener (Posner et al. 2011)
and by kinds of violence; the clause reader says who does it, whether it is denied, imagined, quoted or long past.
Beside it a classifier (`danger_classifier.py`) judges the answer as a whole: it hears what is said in no set words,
and knows an idiom or a film where the table takes it at its word. An answer in a language without a table is not
watched, but for the phrases of the person's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import msgspec

from voicecheck.domain import Danger, DangerOf, Family, Quadrant
from voicecheck.feelings.concepts import Concepts, Matcher, Phrase, word_classes
from voicecheck.feelings.danger_classifier import Judged, Judgement, Known, judge
from voicecheck.feelings.frame import NOBODY, NONE, OTHER, SELF, THING, YOU
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.language import Context
from voicecheck.feelings.languages import find_language, load_grammar
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import POSSESSIVE, QUESTION, SENTENCE_END, Tokens, table_path, tokenize
from voicecheck.text.folding import main_language
from voicecheck.text.tables import TableFile, open_table

_VERB = Sense("", "verb", Family.SADNESS, Quadrant.UNPLEASANT_LOW, frozenset(), (), ())
"""how a match is read: as the verb of its clause"""
_ENDS = frozenset((SENTENCE_END, QUESTION))
DENIED = 0.5
"""of the classifier: below it, what the table found is meant otherwise"""
DOUBTED = 0.6
"""the same for what the table itself calls weaker"""
MAYBE_HARM = 0.4
"""from here on a passage may tell of violence, and nothing is said aloud"""
FAINT = 0.3
"""from here on an event is not said back: of 8 sentences of danger that both missed, 6 are above it"""
POSSIBLE = 0.5
"""from here on an answer is thanked for and not mirrored"""
LIKELY = 0.88
"""from here on the classifier is believed alone; chosen on the sets of `benchmarks/README.md`"""
SURE = 0.93
"""from here on what it finds alone is not called weaker"""
_NONE: frozenset[str] = frozenset()
_SENTENCE = 50
"""tokens at most to each side that belong to one sentence, since recognition may write no full stop"""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Phrases of one kind of danger, and how their clause must read."""

    of: DangerOf
    kind: str
    phrases: tuple[str, ...]
    weaker: bool = False
    who: Literal["self", "other", "any"] = "self"
    """other is a person who does it"""
    past: bool = False
    """counts however long ago"""
    denied: bool = False
    """counts as it stands, whatever denies or imagines it"""
    wished: bool = False
    """counts behind "if", too"""
    plain: bool = False
    """no idiom, whatever idiom its words are part of"""


class _Masks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases that take the meaning of danger away, by the question that they answer."""

    long_over: list[str] = []
    wanted: list[str] = []
    idiom: list[str] = []
    dream: list[str] = []
    play: list[str] = []
    story: list[str] = []
    matter: list[str] = []
    over: list[str] = []
    animals: list[str] = []


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: list[Rule]
    words: dict[str, str] = {}
    concepts: dict[str, list[str]] = {}
    irregular: dict[str, str] = {}
    heard: dict[str, str] = {}
    misheard: dict[str, str] = {}
    spelled: dict[str, str] = {}
    masks: _Masks = _Masks()


@dataclass(frozen=True, slots=True)
class DangerTable:
    concepts: Concepts = field(repr=False)
    starting: Mapping[str, tuple[tuple[Rule, Phrase], ...]] = field(repr=False)
    """first word -> what may begin there"""
    masks: Mapping[str, Mapping[str, tuple[Phrase, ...]]] = field(repr=False)
    """name -> first word -> phrases that take a meaning away"""
    heard: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(repr=False)
    """first word -> words as recognition writes them, and what they are"""
    misheard: Mapping[str, str] = field(default_factory=dict, repr=False)
    """words that are others as well ("dye") -> what they are where danger was found ("die")"""
    spelled: Mapping[str, str] = field(default_factory=dict, repr=False)
    """words that are written in two ways -> the way in which phrases of a person's own are compared"""

    @property
    def words(self) -> frozenset[str]:
        """Return every word that it looks for, wherever that stands in a phrase."""
        return frozenset(self.starting).union(self.misheard, *self.concepts.classes.values())


Judge = Callable[[str, str, Known | None], Judged | None]
"""the classifier's view of a text in a language"""


def has_danger_table(language: str) -> bool:
    return load_danger(main_language(language)) is not None


@dataclass(frozen=True, slots=True)
class DangerRead:
    """The reading of one text for danger."""

    danger: Danger | None = field(default=None, repr=False)
    """the gravest that it tells of; violence goes first, since then nothing may be heard"""
    possible: bool = field(default=False, repr=False)
    """the table or the classifier alone heard some, whatever the two together say: nothing of it is mirrored"""
    faint: bool = field(default=False, repr=False)
    """the classifier heard a trace: what happened is not said back, only a feeling is"""


def find_danger(text: str, language: str = "en") -> Danger | None:
    """Return the gravest danger that the text tells of. Raises as `read_danger` does."""
    return read_danger(text, language).danger


def read_danger(text: str, language: str = "en", known: Known | None = None, judge: Judge = judge) -> DangerRead:
    """Read a text for danger; none is found in a language that is not watched.

    `known`: passages that were judged before. Raises VoicecheckError for a broken table, and as `judge` does.
    """
    code = main_language(language)
    table = load_danger(code)
    if table is None:
        return DangerRead()
    written = tokenize(text, code)
    tokens = _as_heard(written, table)
    said = DangerReader(tokens, table, load_grammar(code)).gravest()
    # What was found in words that sound alike is judged in the words that were meant.
    words = tokens.words if said is None else [table.misheard.get(word, word) for word in tokens.words]
    meant = text if said is None or words == written.words else " ".join(words)
    judged = judge(meant, code, known)
    if judged is None:
        return DangerRead(said, said is not None)
    highest = max((one.score for one in judged.passages), default=0.0)
    return DangerRead(_weighed(said, judged), said is not None or highest >= POSSIBLE, highest >= FAINT)


def _weighed(said: Danger | None, judged: Judged) -> Danger | None:
    """The gravest of what the table found and what the classifier finds in any passage.

    What the table found falls where the classifier is sure that it is meant otherwise. Danger to the speaker's own life
    is the weaker level, and so not heard, where some passage may tell of violence.
    """
    if said is not None and judged.whole:
        doubted = DOUBTED if said.weaker else DENIED
        said = said if any(one.score >= doubted for one in judged.passages) else None
    found = said
    for one in judged.passages:
        if one.score >= LIKELY:
            found = graver(found, Danger(one.of, one.score < SURE, one.kind))
    if found is not None and found.of is DangerOf.LIFE and any(_may_be_harm(one) for one in judged.passages):
        return replace(found, weaker=True)
    return found


def _may_be_harm(judgement: Judgement) -> bool:
    return judgement.of is DangerOf.HARM and judgement.score >= MAYBE_HARM


class DangerReader:
    """Reader of one text for danger."""

    def __init__(self, tokens: Tokens, table: DangerTable, grammar: Grammar) -> None:
        self._tokens = tokens
        self._table = table
        self._grammar = grammar
        self._matcher = Matcher(table.concepts, tokens)
        self._context_of: Callable[[Reading], Context] | None = None
        self._masked: dict[str, list[tuple[int, int]]] = {}

    def gravest(self) -> Danger | None:
        found: Danger | None = None
        for danger in self.all():
            found = graver(found, danger)
            if found is not None and found.of is DangerOf.HARM and not found.weaker:
                break
        return found

    def all(self) -> Iterator[Danger]:
        """Yield every danger that counts, in the order of the text."""
        starting = self._table.starting
        for index, word in enumerate(self._tokens.words):
            for rule, phrase in starting.get(word, ()):
                end = self._matcher.longest(phrase, index)
                if end and self._counts(rule, index, end):
                    yield Danger(rule.of, rule.weaker, rule.kind)

    def _counts(self, rule: Rule, start: int, end: int) -> bool:
        if (not rule.plain and self._covered("idiom", start, end)) or self._near("dream", start, end):
            return False
        if rule.of is DangerOf.HARM and (
            self._near("play", start, end) or self._near("wanted", start, end) or self._of_others(start, end)
        ):
            return False
        if not rule.past and self._masks("long_over"):
            return False
        if rule.weaker and self._near("matter", start, end):
            return False
        if rule.denied:
            return True
        spoken = find_language(self._grammar.language)
        reading = Reading(self._tokens, self._grammar, _VERB, start, end, spoken.read_clause)
        if self._context_of is None:
            self._context_of = spoken.context_reader(self._tokens, self._grammar)
        context, frame = self._context_of(reading), reading.frame
        if context.negated or (frame.question and frame.who != SELF):
            return False
        if not rule.wished and any(self._tokens.at(h[0]) in self._grammar["if_word"] for h in frame.hypotheticals):
            return False
        if not rule.past and (context.past or self._near("over", start, end)):
            return False
        return self._who_fits(rule, reading)

    def _who_fits(self, rule: Rule, reading: Reading) -> bool:
        frame = reading.frame
        if rule.who == "other":
            return self._is_person(reading) and not self._near("animals", reading.start, reading.end)
        if rule.of is DangerOf.LIFE and (frame.reporter_who == OTHER or self._others(reading.start)):
            return False
        if rule.who == "self" and rule.of is DangerOf.HARM:
            return frame.who == SELF or frame.fragment
        if rule.who == "self":
            return frame.who in (SELF, NONE) or (frame.who == THING and not self._noun_of_its_own(frame.subject))
        return True

    def _noun_of_its_own(self, subject: int) -> bool:
        """True if a noun has a determiner ("the excuse has to go"), so is no misread word of the speaker's clause."""
        before, g = self._tokens.at(subject - 1), self._grammar
        return before in g["determiner"] or before in g["possessive_self"] or self._tokens.at(subject) in g["person"]

    def _is_person(self, reading: Reading) -> bool:
        """True if the doer is a person: "he hits me", "dave hit me", and not "it hit me", "the ball hit me"."""
        frame, table = reading.frame, self._table
        if frame.who in (SELF, YOU, NOBODY):
            return False
        subject = self._tokens.at(frame.subject)
        if subject in table.concepts.classes["no_agent"]:
            return False
        if frame.who == THING:
            bare = self._tokens.at(frame.subject - 1) not in self._grammar["determiner"]
            unknown = subject not in self._grammar["function"] and subject not in self._grammar["thing_subject"]
            return bare and unknown and subject.isalpha() and not self._tokens.capital(frame.subject)
        return True

    def _others(self, start: int) -> bool:
        """True for a noun of somebody else: "her suicide attempt", "my brother's overdose"."""
        before = self._tokens.at(start - 1)
        return before == POSSESSIVE or before in self._grammar["possessive_other"]

    def _of_others(self, start: int, end: int) -> bool:
        """True if the text tells of a film, a neighbour, a patient: nothing in it is the speaker's own."""
        g = self._grammar
        own = any(word in g["self_object"] or word in g["possessive_self"] for word in self._tokens.words[start:end])
        return not own and self._near("story", start, end)

    def _covered(self, name: str, start: int, end: int) -> bool:
        """True if a set phrase of that name overlaps the range."""
        return any(first < end and start < last for first, last in self._masks(name))

    def _near(self, name: str, start: int, end: int) -> bool:
        """True if a phrase of that name stands in the same sentence."""
        low, high = self._sentence(start, end)
        return any(first < high and low <= first for first, _ in self._masks(name))

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        words, low, high = self._tokens.words, start, end
        while low > 0 and start - low < _SENTENCE and words[low - 1] not in _ENDS:
            low -= 1
        while high < len(words) and high - end < _SENTENCE and words[high] not in _ENDS:
            high += 1
        return low, high

    def _masks(self, name: str) -> list[tuple[int, int]]:
        """Return the token ranges of phrases of that name; searched once, and only after something was found at all."""
        spans = self._masked.get(name)
        if spans is None:
            spans = self._masked[name] = []
            by_first = self._table.masks.get(name, {})
            for index, word in enumerate(self._tokens.words):
                for phrase in by_first.get(word, ()):
                    end = self._matcher.longest(phrase, index)
                    if end:
                        spans.append((index, end))
        return spans


@cache
def load_danger(language: str) -> DangerTable | None:
    """Load the table of a language, once; None where there is none. Raises UsageError for a broken one."""
    path = table_path(language, "danger.toml")
    return _read_table(open_table(path), load_grammar(language)) if path.is_file() else None


@cache
def alarming_words(language: str) -> frozenset[str]:
    """Return the words that tell of danger by themselves, and those that are heard for others: "dye" for "die"."""
    code = main_language(language)
    table = load_danger(code)
    if table is None:
        return frozenset()
    said = ((word, _as_heard(tokenize(word, code), table)) for word in table.starting)
    alone = (w for w, one in said if DangerReader(one, table, load_grammar(code)).gravest() is not None)
    return frozenset(alone).union(table.misheard, table.misheard.values())


def _read_table(file: TableFile, grammar: Grammar) -> DangerTable:
    table = file.convert(_Table)
    concepts = _read_concepts(file, table, grammar)
    starting: dict[str, list[tuple[Rule, Phrase]]] = {}
    for number, rule in enumerate(table.rule):
        with file.at("rule", str(number), "phrases"):
            phrases = [concepts.read(source) for source in rule.phrases]
        for phrase in phrases:
            for word in phrase.firsts:
                starting.setdefault(word, []).append((rule, phrase))
    masks = {}
    for name, sources in msgspec.structs.asdict(table.masks).items():
        with file.at("masks", name):
            masks[name] = concepts.by_first(sources)
    heard: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for written, meant in table.heard.items():
        with file.at("heard", written):
            words = tuple(written.split())
            heard.setdefault(words[0], []).append((words, meant))
    return DangerTable(
        concepts,
        {word: tuple(found) for word, found in starting.items()},
        masks,
        {word: tuple(sorted(found, key=lambda pair: -len(pair[0]))) for word, found in heard.items()},
        table.misheard,
        table.spelled,
    )


def _read_concepts(file: TableFile, table: _Table, grammar: Grammar) -> Concepts:
    irregular = {verb: frozenset((verb, *line.split())) for verb, line in table.irregular.items()}
    regular = find_language(grammar.language).verb_forms

    def verb_forms(verb: str) -> frozenset[str]:
        return irregular.get(verb) or regular(verb)

    with file.at("words"):
        classes = {"loose": _NONE, "no_agent": _NONE} | word_classes(table.words, grammar.words, verb_forms)
    concepts = Concepts(classes, verb_forms, classes["loose"], grammar["negation"])
    for name, sources in table.concepts.items():
        with file.at("concepts", name):
            concepts.define(name, sources)
    return concepts


def _as_heard(tokens: Tokens, table: DangerTable) -> Tokens:
    """Join words that were split ("my self"), and correct words that sound alike."""
    result = Tokens(tokens.text, spelling=tokens.spelling)
    index, words = 0, tokens.words
    while index < len(words):
        width, meant = 1, words[index]
        for written, instead in table.heard.get(meant, ()):
            if tuple(words[index : index + len(written)]) == written:
                width, meant = len(written), instead
                break
        for part in meant.split():
            result.words.append(part)
            result.starts.append(tokens.starts[index])
            result.ends.append(tokens.ends[index + width - 1])
        index += width
    return result


def graver(one: Danger | None, other: Danger | None) -> Danger | None:
    """The graver of two; violence goes first, since then nothing may be heard."""
    found = [danger for danger in (one, other) if danger is not None]
    return min(found, key=lambda danger: (danger.of is not DangerOf.HARM, danger.weaker), default=None)
