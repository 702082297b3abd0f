"""Clause reader: from a feeling word leftwards to its verb, auxiliaries, subject, and the clause around it.

No parser: closed classes of words and the order of English are enough for spoken sentences. From the feeling word the
walk goes left through adverbs and coordinated feelings to the verb, through the auxiliaries to the subject, and on to
the clause above ("I don't think that ..."). Whatever turns the meaning on the way is noted by token index.

Three things meet in it: a `View`, which is the text and never changes; a `Walk`, which is all that does; and the table
below, which says which rule may take in which words.
"""

from __future__ import annotations

from functools import cache

from voicecheck.feelings.en.phrases import (
    denying_phrase,
    joined_feeling,
    joining_clause,
    joining_word,
    moved_person,
    moved_pronoun,
    negative_word,
    object_pronoun,
    other_word,
)
from voicecheck.feelings.en.requests import make_sure, read_opening, request_told
from voicecheck.feelings.en.subjects import noun_subject, pronoun_with_else, settle_person, subject_pronoun
from voicecheck.feelings.en.verbs import auxiliary, infinitive, linking_verb
from voicecheck.feelings.en.view import View, view_of
from voicecheck.feelings.en.walk import Rule, Walk
from voicecheck.feelings.frame import STOPS, Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.reading import ENDS, Reading

ANY = "*"
RULES: tuple[tuple[str, Rule], ...] = (
    ("@denial_end", denying_phrase),
    (ANY, joined_feeling),
    ("@negation", negative_word),
    ("@link", linking_verb),
    ("to", infinitive),
    ("@auxiliary", auxiliary),
    ("@say @objective", request_told),
    ("sure", make_sure),
    (", @coordinator", joining_word),
    ("@other_subject", moved_pronoun),
    ("@nominative you it", subject_pronoun),
    ("@objective @you it her", object_pronoun),
    ("else", pronoun_with_else),
    ("@subordinator", joining_clause),
    (ANY, moved_person),
    (ANY, noun_subject),
    (ANY, other_word),
)
"""Words and the rule that may take them in, in order of precedence: the next one is asked where a rule answers None.
`@name` is a class of `context.toml`."""


@cache
def rules_of(grammar: Grammar) -> dict[str, tuple[Rule, ...]]:
    """The rules for each word that the table names, and under ANY those for every other word."""
    rows = [
        (frozenset(words for cell in cells.split() for words in _named(cell, grammar)), rule) for cells, rule in RULES
    ]
    known = frozenset[str]().union(*(words for words, _ in rows))
    return {word: tuple(rule for words, rule in rows if word in words or ANY in words) for word in known}


def _named(cell: str, grammar: Grammar) -> frozenset[str]:
    return grammar.words[cell[1:]] if cell.startswith("@") else frozenset((cell,))


def read_clause(reading: Reading) -> Frame:
    """The frame of the feeling; an adjective behind "how" is read in the place that it was moved from."""
    fronted = _fronted(reading)
    if fronted >= 0:  # "how proud he would be" is read as "he would be proud"
        frame = _read(reading, fronted, fronted, finite=False, base=False)
        how = reading.before_index()
        if reading.tokens.at(how - 1) in ("imagine", "wonder"):
            frame.hypotheticals.append((how - 1, how))
        return frame
    verbal = reading.sense.kind in ("verb", "cause")
    first = reading.word(0)
    finite = verbal and not first.endswith("ing")
    base = verbal and not first.endswith(("ing", "ed"))
    return _read(reading, reading.start, reading.end, finite=finite, base=base)


def _fronted(reading: Reading) -> int:
    """Return the token after the verb of "how proud he is"; -1 where the word stands in its own place."""
    g, tokens = reading.grammar, reading.tokens
    if reading.sense.kind != "adj" or reading.before() != "how":
        return -1
    for k in range(reading.end, reading.end + 7):
        word = tokens.at(k)
        if word in ENDS:
            break
        if word in g["link"] and k > reading.end and tokens.at(k + 1) not in g["link"]:
            return k + 1
    return -1


def _read(reading: Reading, start: int, end: int, *, finite: bool, base: bool) -> Frame:
    """Walk left from the feeling at tokens `start` to `end`.

    `finite`: the feeling is itself a finite verb. `base`: it may follow "to".
    """
    noun_like = reading.sense.kind == "noun"
    view = view_of(reading.tokens, reading.grammar, reading.hit_starts or {}, start, end, noun_like=noun_like)
    walk = Walk(Frame(finite=finite), base)
    _go_left(view, walk)
    return walk.frame


def _go_left(view: View, walk: Walk) -> None:
    """Let the rules take in one word after the other, until one of them is done or the sentence begins."""
    words, frame, floor, rules = view.words, walk.frame, view.floor, rules_of(view.grammar)
    others = rules[ANY]
    j = view.start - 1
    while j >= floor and words[j] not in STOPS:
        for rule in rules.get(words[j], others):
            taken = rule(view, walk, j)
            if taken is not None:
                break
        else:
            taken = j
        if taken < 0:
            return
        j = taken - 1
    if frame.subject < 0:
        frame.fragment = frame.verb < 0
        read_opening(view, walk, j + 1)
    settle_person(walk)
