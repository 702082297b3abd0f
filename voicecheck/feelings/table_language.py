"""A language that has tables and little or no code: clauses are windows of words, as in ConText.

A clause reaches to the next comma, sentence end or joining word (`coordinator`, `subordinator` of `context.toml`). In
it the classes of words decide: `negation` denies, `if_word` and `modal` imagine, the nearest person is whose feeling
it is. That finds less than a reader of the language's own sentences, and needs no more than `context.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from voicecheck.domain import Cue, EmotionMention, Experiencer
from voicecheck.feelings.frame import NOBODY, NONE, OTHER, REACH, SELF, STOPS, THING, YOU, Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.language import Context, Mirrored, Said, Test
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, SENTENCE_END, Tokens

Span = tuple[int, int]
_WHO = {
    "self_subject": SELF, "self_object": SELF, "possessive_self": SELF, "other_subject": OTHER, "other_object": OTHER,
    "possessive_other": OTHER, "person": OTHER, "you": YOU, "possessive_you": YOU, "nobody": NOBODY,
    "thing_subject": THING,
}  # fmt: skip
_KINDS = ("feel", "get", "seem", "remain", "be")
_EXPERIENCERS = {OTHER: Experiencer.OTHER, YOU: Experiencer.UNCLEAR}
_SENTENCE = frozenset((SENTENCE_END, QUESTION))


def as_it_is(word: str) -> frozenset[str]:
    """The forms of a word in a language whose tables write out every form."""
    return frozenset((word,))


@dataclass(frozen=True, slots=True)
class TableLanguage:
    """A language of tables; the fields are what its package may add."""

    code: str
    inflect: Callable[[str], frozenset[str]] = as_it_is
    """all forms of a word"""
    names: Set[str] = frozenset()
    """classes and phrases of `context.toml` that its code reads, beside the common ones"""
    conditions: Mapping[str, Test] = field(default_factory=dict)
    """traits of the lexicon that are no condition of `homonyms.toml`"""
    tests: Mapping[str, Test] = field(default_factory=dict)
    conjunction: str = ""
    """of no use here: nothing is turned round"""

    def verb_forms(self, verb: str) -> frozenset[str]:
        return self.inflect(verb)

    def word_forms(self, lemma: str, kind: str, given: Sequence[str], compares: bool) -> frozenset[str]:
        return frozenset(given) | self.inflect(lemma)

    def read_clause(self, reading: Reading) -> Frame:
        frame, tokens, g = Frame(), reading.tokens, reading.grammar
        first, last = _clause(reading)
        places = [*range(reading.start - 1, first - 1, -1), *range(reading.end, last)]
        for j in places:
            _note(frame, tokens.words[j], j, g)
        frame.fragment = not any(tokens.words[j] not in g["adverb"] for j in range(first, reading.start))
        frame.question = tokens.at(_sentence_end(tokens, reading.end)) == QUESTION
        if reading.slot is not None:
            frame.subject, frame.who = reading.slot[0], _who(tokens.words[reading.slot[0]], g) or OTHER
        return frame

    def is_feeling(self, reading: Reading) -> bool:
        """True everywhere: the lexicon's lines and traits alone decide."""
        return True

    def context_reader(self, tokens: Tokens, grammar: Grammar) -> Callable[[Reading], Context]:
        phrases = grammar.phrase("past")
        ends = ((index, phrases.match_at(tokens, index)) for index in range(len(tokens)))
        past = [(start, end) for start, end in ends if end]
        return lambda reading: _context(reading, past)

    def mirror(self, index: int, mentions: Sequence[EmotionMention], text: str) -> Mirrored:
        """The word in quotation marks, which is right in every language."""
        return Mirrored(self.quotable(mentions[index].text))

    def quotable(self, words: str) -> str:
        return " ".join(words.split()).lower().strip('.,;:!?"“”„«»')

    def turn(self, clause: str) -> None:
        """Nothing: no table says how a language turns a clause round."""

    def clause_around(self, mention: EmotionMention, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        return None

    def may_stand_behind(self, hard: Said, bright: Said, mention: EmotionMention, text: str) -> bool:
        return False

    def speaks_to(self, sentence: str, first: bool = False) -> bool:
        return False

    def tells_of_loss(self, text: str, said_back: Sequence[Said] | None = None) -> bool:
        return False

    def is_surely_light(self, text: str) -> bool:
        """False: no table says what weighs, so nothing is shown unasked."""
        return False

    def whole_sentence(self, said: Said, mentions: Sequence[EmotionMention], text: str) -> Said:
        return said

    def event_in(self, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        return None


def _clause(reading: Reading) -> Span:
    """Tokens of the clause that the candidate stands in."""
    tokens, g = reading.tokens, reading.grammar

    def ends(j: int) -> bool:
        word = tokens.words[j]
        return word == COMMA or word in STOPS or word in g["coordinator"] or word in g["subordinator"]

    first, last = reading.start, reading.end
    while first > max(0, reading.start - REACH) and not ends(first - 1):
        first -= 1
    while last < min(len(tokens), reading.end + REACH) and not ends(last):
        last += 1
    # "if I were sad": the word that opens the clause belongs to it
    opens = first > 0 and (tokens.words[first - 1] in g["subordinator"] or tokens.words[first - 1] in g["if_word"])
    return first - opens, last


def _sentence_end(tokens: Tokens, index: int) -> int:
    while index < len(tokens) and tokens.words[index] not in _SENTENCE:
        index += 1
    return index


def _note(frame: Frame, word: str, j: int, g: Grammar) -> None:
    """Note what the word at `j` says of the clause; the nearest one counts."""
    if word in g["negation"]:
        frame.negations.append((j, j + 1))
    if word in g["if_word"] or word in g["modal"]:
        frame.hypotheticals.append((j, j + 1))
    if word in g["link"] and frame.link < 0:
        frame.link, frame.finite = j, True
        frame.link_kind = next(kind for kind in _KINDS if word in g[kind])
    if word in g["determiner"] and frame.determiner < 0 and j < frame.link:
        frame.determiner = j
    if not frame.tense:
        frame.tense = "past" if word in g["past_form"] else "present" if word in g["present_form"] else ""
    if frame.who == NONE and (who := _who(word, g)):
        frame.subject, frame.who = j, who


def _who(word: str, g: Grammar) -> str:
    return next((who for name, who in _WHO.items() if word in g[name]), NONE)


def _context(reading: Reading, past: Sequence[Span]) -> Context:
    frame, tokens = reading.frame, reading.tokens
    cues = [_cue(tokens, span, "negation") for span in frame.negations]
    cues += [_cue(tokens, span, "hypothetical") for span in frame.hypotheticals]
    experiencer = _EXPERIENCERS.get(frame.who, Experiencer.SELF)
    if experiencer is not Experiencer.SELF:
        cues.append(_cue(tokens, (frame.subject, frame.subject + 1), "experiencer"))
    told = next((span for span in past if _same_sentence(tokens, span, reading)), None)
    degree, measure = _degree(reading)
    for found, kind in ((told, "past"), (measure, "degree")):
        if found is not None:
            cues.append(_cue(tokens, found, kind))
    return Context(
        negated=len(frame.negations) % 2 == 1,
        experiencer=experiencer,
        hypothetical=bool(frame.hypotheticals),
        past=told is not None,
        degree=degree,
        cues=tuple(sorted(set(cues), key=lambda cue: (cue.start, cue.end, cue.kind))),
    )


def _same_sentence(tokens: Tokens, span: Span, reading: Reading) -> bool:
    between = range(min(span[1], reading.end), max(span[0], reading.start))
    return len(between) <= REACH and not any(tokens.words[j] in _SENTENCE for j in between)


def _degree(reading: Reading) -> tuple[int, Span | None]:
    g = reading.grammar
    for j in range(reading.start - 1, max(-1, reading.start - 4), -1):
        word = reading.tokens.words[j]
        if word in g["strong"] or word in g["weak"]:
            return (1 if word in g["strong"] else -1), (j, j + 1)
        if word not in g["adverb"]:
            break
    return 0, None


def _cue(tokens: Tokens, span: Span, kind: str) -> Cue:
    return Cue(tokens.starts[span[0]], tokens.ends[span[1] - 1], kind)
