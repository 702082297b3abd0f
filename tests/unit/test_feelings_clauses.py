"""The clause reader: a walk to the left, with its rules in a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.domain import Family, Quadrant
from voicecheck.feelings.en import clauses
from voicecheck.feelings.en.view import View, view_of
from voicecheck.feelings.en.walk import Walk
from voicecheck.feelings.frame import NOBODY, NONE, OTHER, REACH, SELF, THING, YOU
from voicecheck.feelings.languages import load_grammar
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import Tokens, tokenize

GRAMMAR = load_grammar("en")
CLOSED = sorted(
    frozenset().union(
        *(GRAMMAR[name] for name in ("auxiliary", "link", "negation", "nominative", "objective", "subordinator")),
        *(GRAMMAR[name] for name in ("coordinator", "if_word", "say", "wish", "preposition", "determiner", "you")),
        ("to", "that", "like", "who", "her", "it", "nobody", ",", ".", "?", '"', "sister", "Sarah", "table", "proud"),
    )
)


def reading(tokens: Tokens, start: int, kind: str = "adj") -> Reading:
    sense = Sense("sad", kind, Family.SADNESS, Quadrant.UNPLEASANT_LOW, frozenset(), (), ())
    return Reading(tokens, GRAMMAR, sense, start, start + 1, clauses.read_clause)


@pytest.fixture
def fresh_rules() -> Iterator[None]:
    clauses.rules_of.cache_clear()
    yield
    clauses.rules_of.cache_clear()


def test_a_rule_is_a_function_and_a_row(monkeypatch: pytest.MonkeyPatch, fresh_rules: None) -> None:
    """A row put above the others takes in its word, and what it leaves goes to the next rule."""
    seen = []

    def allegedly(view: View, walk: Walk, j: int) -> int | None:
        seen.append(view.words[j])
        if view.words[j] != "allegedly":
            return None
        walk.suppose(j)
        return j

    monkeypatch.setattr(clauses, "RULES", (("allegedly @modal", allegedly), *clauses.RULES))
    frame = clauses.read_clause(reading(tokenize("She would be allegedly sad."), 4))
    assert seen == ["allegedly", "would"]
    assert sorted(frame.hypotheticals) == [(1, 2), (3, 4)]
    assert (frame.who, frame.link_kind) == (OTHER, "be")


def test_a_rule_names_no_class_that_is_not_there(monkeypatch: pytest.MonkeyPatch, fresh_rules: None) -> None:
    monkeypatch.setattr(clauses, "RULES", (("@unheard_of", lambda view, walk, j: None), *clauses.RULES))
    with pytest.raises(KeyError, match="unheard_of"):
        clauses.rules_of(GRAMMAR)


def test_the_view_does_not_change() -> None:
    """The rules of one walk see the same text; every field that may change is in the walk."""
    view = view_of(tokenize("I am sad."), GRAMMAR, {}, 2, 3, noun_like=False)
    for name in (field.name for field in fields(view)):
        with pytest.raises(FrozenInstanceError):
            setattr(view, name, None)
    assert "sad" not in repr(view)


@given(st.lists(st.sampled_from(CLOSED), min_size=1, max_size=60), st.sampled_from(("adj", "noun", "verb", "cause")))
def test_a_walk_stays_within_its_reach(words: list[str], kind: str) -> None:
    """Whatever the words, it ends, notes places left of the feeling alone, and says the same a second time."""
    tokens = tokenize(" ".join([*words, "sad"]))
    start = len(tokens) - 1
    frame = clauses.read_clause(reading(tokens, start, kind))
    noted = [frame.link, frame.determiner, frame.preposition, frame.verb, frame.subject, frame.used_to]
    assert all(j == -1 or start - REACH - 2 <= j < start for j in noted)
    assert all(start - REACH - 5 <= first < last <= start for first, last in frame.negations)
    assert frame.who in (SELF, OTHER, YOU, THING, NOBODY, NONE)
    assert clauses.read_clause(reading(tokens, start, kind)) == frame
