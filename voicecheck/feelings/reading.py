"""A candidate: one sense of the lexicon at one place of a text, and tests of its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from voicecheck.feelings.frame import Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, Tokens

ENDS = frozenset([SENTENCE_END, QUESTION, COMMA, QUOTE])


@dataclass(slots=True)
class Reading:
    """A candidate: one sense at one place of the text."""

    tokens: Tokens
    grammar: Grammar
    sense: Sense
    start: int
    end: int
    read_clause: Callable[[Reading], Frame] = field(repr=False)
    """the clause reader of its language"""
    slot: tuple[int, int] | None = None
    hit_starts: dict[int, int] | None = None
    noun_too: bool = False
    """the same word may be a noun of feeling"""
    _frame: Frame | None = None

    @property
    def frame(self) -> Frame:
        if self._frame is None:
            self._frame = self.read_clause(self)
        return self._frame

    def word(self, offset: int) -> str:
        """Return the token at `offset` from the start."""
        return self.tokens.at(self.start + offset)

    def after(self, offset: int = 0) -> str:
        return self.tokens.at(self.end + offset)

    def before(self) -> str:
        """Return the nearest word to the left that is no adverb or measure."""
        return self.tokens.at(self.before_index())

    def before_index(self) -> int:
        g, j = self.grammar, self.start - 1
        while j >= 0 and (self.tokens.words[j] in g["adverb"] or self.tokens.words[j] in g["degree"]):
            j -= 1
        return j

    @property
    def goes_on(self) -> bool:
        """True if a content word follows, which the feeling word may describe."""
        word = self.after()
        return word.isalpha() and word not in self.grammar["function"] and word not in self.grammar["adverb"]
