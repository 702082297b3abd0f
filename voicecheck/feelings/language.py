"""The port of a language: what the engine asks about words, clauses and sentences.

Tables say most of it (`lexicon.tsv`, `context.toml` and the rest of the language's folder). What tables cannot say is
code behind this protocol: `en/__init__.py` is English, `table_language.py` a language that has tables alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from voicecheck.domain import Cue, EmotionMention, Experiencer
from voicecheck.feelings.frame import Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Context:
    """The attributes of a feeling after ConText (Harkema et al. 2009), with the words that decided them."""

    negated: bool = False
    experiencer: Experiencer = Experiencer.SELF
    hypothetical: bool = False
    past: bool = False
    degree: int = 0
    cues: tuple[Cue, ...] = ()


class MirrorForm(Enum):
    """How a word can be said back; the values are the names of the reflections in the phrase files."""

    ADJECTIVE_PAST = "adjective_past"
    ADJECTIVE_NOW = "adjective_now"
    NOUN = "noun"
    THING_NOW = "thing_now"
    """a thing's effect as an adjective: "exhausting" """
    THING_PAST = "thing_past"
    THING_VERB = "thing_verb"
    """the same as a verb: "scares" """
    QUOTED = "quoted"
    UNSAID = "unsaid"
    """not said back at all: a question, somebody else's verdict, contempt of oneself"""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A feeling word as it is said back."""

    word: str = field(repr=False)
    """with the speaker's own measure before it, as "a bit sad" """
    form: MirrorForm = MirrorForm.QUOTED
    occasion: str = field(default="", repr=False)
    """the words beside it, turned to "you", as " when she left"; never for a quoted word or a noun"""


@dataclass(frozen=True, slots=True)
class Said:
    """A clause of the speaker in the second person, as a whole sentence."""

    sentence: str = field(repr=False)
    start: int
    """first character of the clause in the text"""
    end: int
    heavy: bool = False
    """it tells of a loss or of something hard"""
    loss: bool = False
    """it tells of a death, a grave illness, a parting or a lost work"""
    name: bool = False
    """it begins with a name, which keeps its capital inside a sentence"""


Test = Callable[[Reading], bool]
"""a condition of one candidate"""


class Language(Protocol):
    """One language. An object without state; every text is passed in."""

    @property
    def code(self) -> str:
        """The two or three small letters by which Whisper names it, and the name of its folder."""

    @property
    def conjunction(self) -> str:
        """The word that joins two clauses that are said back in one sentence."""

    @property
    def names(self) -> Set[str]:
        """Classes and phrases of `context.toml` that its code reads, beside those that every language has."""

    @property
    def tests(self) -> Mapping[str, Test]:
        """Tests without a sign that `homonyms.toml` may use beside the common ones."""

    @property
    def conditions(self) -> Mapping[str, Test]:
        """Traits of the lexicon whose condition is code, and not a rule of `homonyms.toml`. They are tested last."""

    def verb_forms(self, verb: str) -> frozenset[str]:
        """All forms of a verb that a table writes as `=verb`."""

    def word_forms(self, lemma: str, kind: str, given: Sequence[str], compares: bool) -> frozenset[str]:
        """All forms of a headword in a lexicon that says `# inflection`; `given` are those that the line writes."""

    def read_clause(self, reading: Reading) -> Frame:
        """Read the frame of a candidate: verb, subject, what denies it and what makes it imagined."""

    def is_feeling(self, reading: Reading) -> bool:
        """True if the candidate may name a feeling where it stands, apart from its traits and what its line forbids."""

    def context_reader(self, tokens: Tokens, grammar: Grammar) -> Callable[[Reading], Context]:
        """A function that gives the context of each feeling of this one text."""

    def mirror(self, index: int, mentions: Sequence[EmotionMention], text: str) -> Mirrored:
        """Return the form in which the mention at `index` is said back."""

    def quotable(self, words: str) -> str | None:
        """The words as they stand inside a sentence; None for those that are wrong there ("beside myself")."""

    def turn(self, clause: str) -> str | None:
        """One clause of the speaker in the second person, as a sentence; None where that is not safe."""

    def clause_around(self, mention: EmotionMention, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        """The speaker's clause around one feeling, turned round; `mentions` are all of the text."""

    def whole_sentence(self, said: Said, mentions: Sequence[EmotionMention], text: str) -> Said:
        """The clause with as much of its sentence as can be said back with it; the clause itself where nothing can."""

    def event_in(self, mentions: Sequence[EmotionMention], text: str) -> Said | None:
        """An event that happened to the speaker, turned round; None where nothing stands out."""

    def tells_of_loss(self, text: str, said_back: Sequence[Said] | None = None) -> bool:
        """True if a loss is told, also one that cannot be said back, or weighs outside of the clauses that are."""

    def is_surely_light(self, text: str) -> bool:
        """True if nothing in the text may be heavy; False wherever that is not known."""

    def may_stand_behind(self, hard: Said, bright: Said, mention: EmotionMention, text: str) -> bool:
        """True if a bright clause may be said behind what was heavy, and nobody could take it for gladness of that."""

    def speaks_to(self, sentence: str, first: bool = False) -> bool:
        """True if a sentence speaks to the person; with `first`, already in its first word."""
