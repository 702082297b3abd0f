"""The state of one walk through a clause, and the notes that its rules make in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicecheck.feelings.en.view import View, in_phrase, skip_adverbs
from voicecheck.feelings.frame import Frame
from voicecheck.feelings.tokens import COMMA, SENTENCE_END

DONE = -1
"""answer of a rule that has completed the frame: nothing further left is looked at"""


@dataclass(slots=True)
class Walk:
    """State of one walk: all that a rule may change."""

    frame: Frame
    """the result so far"""
    base: bool
    """"to" may come next"""
    open: bool = True
    """a negation further left still reaches the feeling"""
    loose: bool = False
    """a predicate was passed: only a subject is still looked for"""
    impersonal: bool = False
    """an infinitive was passed, so that "it" is nobody"""
    person: int = -1
    """somebody at the clause's start, the subject if no pronoun comes"""

    @property
    def settled(self) -> bool:
        """True if the finite verb is found: what stands left of it is its subject."""
        return self.frame.finite and not self.loose

    @property
    def bare(self) -> bool:
        """True if neither a verb nor a content word was passed."""
        return self.frame.verb < 0 and self.frame.link < 0

    def suppose(self, j: int) -> None:
        """Note that the word at `j` makes it imagined."""
        self.frame.hypotheticals.append((j, j + 1))

    def take(self, subject: int, who: str) -> None:
        """Note the subject and the person it names."""
        self.frame.subject, self.frame.who = subject, who


Rule = Callable[[View, Walk, int], int | None]
"""Takes in the token at an index. Returns the leftmost token that it took, DONE, or None: ask the next rule."""


def deny(view: View, walk: Walk, j: int) -> int:
    """Note that the word at `j` denies it, where a negation still reaches the feeling; return `j`."""
    at = view.tokens.at
    interjection = at(j) == "no" and at(j + 1) in (COMMA, SENTENCE_END)
    if walk.open and not interjection and not in_phrase(view, "pseudo_negation", j):
        walk.frame.negations.append((j, j + 1))
    return j


def note_tense(view: View, walk: Walk, j: int) -> None:
    """Note the tense of the verb at `j`, if none is noted yet."""
    word, g, frame = view.words[j], view.g, walk.frame
    if frame.tense or walk.loose:
        return
    if word in g["past_form"]:
        frame.tense = "past"
    elif word in g["present_form"]:
        before = view.tokens.at(skip_adverbs(view, j - 1)) if word == "have" else ""
        if before not in g["modal"] and before not in ("'d", "could"):
            frame.tense = "present"
