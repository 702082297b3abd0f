"""How a text was changed: nothing lost on either side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicecheck.web.pages import changes
from voicecheck.web.pages.changes import Change, changes_between

WORDS = st.lists(st.sampled_from(["I", "was", "sad", "glad", " ", "\n", ".", "ä"]), max_size=30).map("".join)


@given(before=WORDS, after=WORDS)
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    """What is the same and what was taken out is the old text; the same and what was put in is the new one."""
    found = changes_between(before, after)
    assert "".join(one.text for one in found if one.fate != "in") == before
    assert "".join(one.text for one in found if one.fate != "out") == after


def test_a_word_is_changed_as_a_word() -> None:
    """Not letter by letter."""
    assert changes_between("I was sad.", "I was glad.") == (
        Change("same", "I was "), Change("out", "sad"), Change("in", "glad"), Change("same", "."),
    )  # fmt: skip


def test_two_long_texts_take_no_time(monkeypatch: object) -> None:
    """Where comparing would take long, the middle is shown as changed as a whole."""
    many = changes.MOST_COMPARED
    before, after = "begin " + "a b " * many + "end", "begin " + "c d " * many + "end"
    fates = [one.fate for one in changes_between(before, after)]
    assert fates == ["same", "out", "in", "same"]
