"""The frame around a feeling word: the result of reading its clause."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecheck.feelings.tokens import QUESTION, QUOTE, SENTENCE_END

SELF, OTHER, YOU, THING, NOBODY, NONE = "self", "other", "you", "thing", "nobody", ""
REACH = 40
"""tokens that are looked at to the left, so that time stays linear whatever the text"""
STOPS = frozenset([SENTENCE_END, QUESTION, QUOTE])


@dataclass(slots=True)
class Frame:
    """Findings of the clause reader left of a feeling word. Indices are of tokens, -1 where there is none."""

    link: int = -1
    link_kind: str = ""
    """be, feel, get, seem or remain"""
    determiner: int = -1
    preposition: int = -1
    verb: int = -1
    """the content word nearest to the left"""
    subject: int = -1
    who: str = NONE
    """experiencer: one of SELF ... NONE"""
    finite: bool = False
    """the verb has a tense"""
    tense: str = ""
    """present or past"""
    fragment: bool = False
    """nothing but adverbs between the sentence's start and the word"""
    question: bool = False
    reporter: int = -1
    """whoever says or thinks it, as in "he said that ..." """
    reporter_who: str = NONE
    reported_by: int = -1
    """the verb of saying or thinking"""
    direct: bool = False
    """the report is in the speaker's own words ("he was like I'm so tired")"""
    used_to: int = -1
    negations: list[tuple[int, int]] = field(default_factory=list)
    hypotheticals: list[tuple[int, int]] = field(default_factory=list)
