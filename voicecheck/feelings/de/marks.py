"""Marks of a German word: the classes of `context.toml` that the clause reader asks for, as bits of one number."""

from __future__ import annotations

from functools import lru_cache

from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.tokens import listed

FINITE, NOMINATIVE, OBJECT, NEGATION, PREPOSITION, DETERMINER, OPENER, JOINING, RELATIVE, PERSON, SMALL, PAST = (
    1 << place for place in range(12)
)
NOMINATIVES = listed("ich du er wir man niemand jemand")
OBJECTS = listed("mich mir uns dich dir euch ihn ihm ihnen sich")
EITHER = listed("sie es das ihr")
"""subject or object, as the rest of the clause has it"""
_CLASSES = {
    "finite": FINITE, "past_form": FINITE | PAST, "negation": NEGATION, "preposition": PREPOSITION | SMALL,
    "any_determiner": DETERMINER | SMALL, "clause_opener": OPENER | SMALL, "joining": JOINING | SMALL,
    "relative": RELATIVE | SMALL, "person": PERSON, "adverb": SMALL, "function": SMALL, "strong": SMALL, "weak": SMALL,
    "why_word": SMALL, "asking_word": SMALL,
}  # fmt: skip


@lru_cache(maxsize=4)
def marks_of(grammar: Grammar) -> dict[str, int]:
    """Every word that stands in a class of the reader, with its bits."""
    marks: dict[str, int] = {}
    for name, bits in _CLASSES.items():
        for word in grammar[name]:
            marks[word] = marks.get(word, 0) | bits
    for words, bits in ((NOMINATIVES, NOMINATIVE | SMALL), (OBJECTS, OBJECT | SMALL), (EITHER, SMALL)):
        for word in words:
            marks[word] = marks.get(word, 0) | bits
    return marks
