"""Sentences of a text: found with and without punctuation, found again in an earlier text, and taken out."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.diary.sentence_spans import counterpart, cut, find_sentences, match_sentence, repeated, words_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I was sad. She left.", ["I was sad.", "She left."]),
        ("i was sad. she left", ["i was sad.", "she left"]),
        (
            "I saw Dr. Smith today. He said... well, e.g. nothing.",
            ["I saw Dr. Smith today.", "He said... well, e.g. nothing."],
        ),
        (
            "“Go home!” And I went. It was mine and so was I. Then?",
            ["“Go home!”", "And I went.", "It was mine and so was I.", "Then?"],
        ),
        ("One line\nand another\n\nThe answer behind", ["One line", "and another", "The answer behind"]),
        ("今日は疲れた。母が来た。", ["今日は疲れた。", "母が来た。"]),
        ("   ", []),
        ("no marks at all", ["no marks at all"]),
    ],
)
def test_sentences_are_found(text: str, found: list[str]) -> None:
    """At marks, at new lines, and not behind an abbreviation or where a small letter goes on."""
    assert [text[slice(*one)] for one in find_sentences(text)] == found


def test_a_mark_inside_is_no_end() -> None:
    """What goes on behind three dots has no mark at its end, and is divided where the speaker paused."""
    text = "I saw... well nothing. he said e.g. this and i cried"
    assert [text[slice(*one)] for one in find_sentences(text, [text.index("and i")])][-2:] == [
        "he said e.g. this",
        "and i cried",
    ]


def test_without_punctuation_a_pause_divides() -> None:
    """What has a mark at its end is whole, whatever pauses it had; what has none ends where the speaker paused."""
    text = "I was there and it was good. then i went home and i cried"
    pauses = [text.index("and it"), text.index("and i cried")]
    assert [text[slice(*one)] for one in find_sentences(text, pauses)] == [
        "I was there and it was good.",
        "then i went home",
        "and i cried",
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("2", "She left."),
        ("she left", "She left."),
        ("SHE LEFT!", "She left."),
        ("i was sad", "I was sad."),
        ("was", "was"),
        ("left. I", "left. I"),
        ("9", None),
        ("he left", None),
        ("?", None),
    ],
)
def test_a_sentence_is_meant_by_its_words_or_number(wanted: str, found: str | None) -> None:
    """Capitals and punctuation do not matter, words inside a sentence are meant as they stand."""
    text = "I was sad. She left. I was sad."
    where = match_sentence(text, wanted)
    assert (None if where is None else text[slice(*where)]) == found
    if wanted == "i was sad":
        assert where == (21, 31), "the last that has these words"


@pytest.mark.parametrize(
    ("now", "meant", "then", "stood"),
    [
        (
            "We ate. I am cross with Tim. We slept.",
            "I am cross with Tim.",
            "We ate. I hate Tom! We slept.",
            "I hate Tom!",
        ),
        ("We ate. I am cross.", "I am cross.", "We ate. I hate Tom so much", "I hate Tom so much"),
        ("I am cross. We ate.", "I am cross.", "(Well) I hate Tom. We ate.", "(Well) I hate Tom."),
        ("We ate. This is new. We slept.", "This is new.", "We ate. We slept.", ""),
        ("Everything is new.", "Everything is new.", "I said other things", "I said other things"),
    ],
)
def test_what_stood_in_its_place(now: str, meant: str, then: str, stood: str) -> None:
    """Whatever words it had then: all between the neighbours that both texts have."""
    start = now.index(meant)
    assert then[slice(*counterpart(now, (start, start + len(meant)), then))] == stood


def test_the_same_words_elsewhere() -> None:
    """Four words and more anywhere, fewer only where they are a sentence: "yes" in another sentence stays."""
    text = "Yes. he said yes and i hate my brother tom, truly"
    assert [text[slice(*one)] for one in repeated("I hate my brother Tom.", text)] == ["i hate my brother tom,"]
    assert [text[slice(*one)] for one in repeated("Yes!", text)] == ["Yes."]
    assert repeated("...", text) == ()


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("A was. B was. C was.", "B was.", "A was. C was."),
        ("A was. B was.", "B was.", "A was."),
        ("A was. B was.", "A was.", "B was."),
        ("A was. B was.\n\nC was.", "B was.", "A was.\n\nC was."),
        ("A was.\n\nB was.\n\nC was.", "B was.", "A was.\n\nC was."),
        ("今日は。母が来た。", "今日は。", "母が来た。"),
        ("A was.", "A was.", ""),
    ],
)
def test_cut(text: str, gone: str, left: str) -> None:
    """One blank, or the paragraph, stays between what stood on both sides."""
    start = text.index(gone)
    assert cut(text, [(start, start + len(gone))]).text == left


PIECES = st.lists(st.sampled_from(["Aa b.", "so", "and I", "cry!", "\n\n", "  ", "ünd", "x?", "母。"]), max_size=12)


@given(PIECES, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_what_stays_is_found_again(pieces: list[str], ranges: list[tuple[int, int]]) -> None:
    """Every word outside stays, in order, and its place is told; nothing inside a range is left."""
    text = " ".join(pieces)
    inside = [(min(r), min(max(r), len(text))) for r in ranges if min(r) < len(text)]
    left = cut(text, inside)
    stays = [not any(a <= i < b for a, b in inside) for i in range(len(text))]
    assert [c for c, stay in zip(text, stays, strict=True) if stay and not c.isspace()] == [
        c for c in left.text if not c.isspace()
    ]
    for i, stay in enumerate(stays):
        place = left.place(i, i + 1)
        if stay and not text[i].isspace():
            assert place is not None and left.text[place] == text[i]
        elif not stay:
            assert place is None


@given(PIECES)
def test_sentences_hold_every_word(pieces: list[str]) -> None:
    """In order, none twice."""
    text = " ".join(pieces)
    found = find_sentences(text)
    assert words_of(" ".join(text[slice(*one)] for one in found)) == words_of(text)
    assert all(a[1] <= b[0] for a, b in pairwise(found))


@pytest.mark.parametrize("pasted", [".", "). ", '."', "...\t", "?!"])
def test_a_page_of_marks_is_read_in_one_pass(pasted: str) -> None:
    """Sixty thousand of them; it took minutes when each was the beginning of another search."""
    text = pasted * (60_000 // len(pasted))
    began = time.process_time()
    find_sentences(text)
    assert time.process_time() - began < 10


def test_a_number_beyond_all_sentences_means_words() -> None:
    assert match_sentence("I was sad.", "9" * 5000) is None
