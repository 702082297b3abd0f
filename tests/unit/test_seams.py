"""Words where two stretches meet: each stands there once, whole, and in its order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.speech.recognition.seams import OVERLAP_S, between, join
from voicecheck.utterance import Segment, Word


def spoken(*words: tuple[str, float, float]) -> list[Segment]:
    """One segment of words with their times; none where there are no words."""
    timed = tuple(Word(start, end, f" {text}") for text, start, end in words)
    return [Segment(timed[0].start_s, timed[-1].end_s, "".join(w.text for w in timed).strip(), timed)] if timed else []


def text_of(segments: list[Segment]) -> str:
    return " ".join(segment.text for segment in segments)


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        (
            [("proud", 9.0, 9.4), ("of", 9.4, 9.5), ("myself", 9.5, 10.2), ("No", 10.4, 10.6)],
            [("myself", 9.5, 10.1), ("No", 10.3, 10.6), ("wait", 10.7, 11.0)],
            "proud of myself No wait",
        ),
        (
            [("proud", 9.0, 9.4), ("of", 9.4, 9.5), ("myself.", 9.5, 10.1)],
            [("self", 9.7, 10.1), ("no", 10.3, 10.6)],
            "proud of myself. no",
        ),
        (
            [("slabs", 9.0, 9.3), ("of", 9.4, 9.6), ("blue.", 9.8, 10.4)],
            [("Of", 9.4, 9.6), ("blue", 9.8, 10.2), ("cheese", 10.2, 10.6)],
            "slabs of blue cheese",
        ),
        ([("I", 9.2, 9.4), ("rem", 9.7, 10.3)], [("remember", 9.6, 10.2), ("it", 10.3, 10.5)], "I remember it"),
        ([("very", 9.2, 9.5), ("very", 9.6, 9.9)], [("very", 10.1, 10.4), ("sad", 10.5, 10.8)], "very very very sad"),
        ([("he", 9.3, 9.6), ("want", 9.7, 10.2)], [("haunted", 9.7, 10.4), ("me", 10.5, 10.8)], "he haunted me"),
        ([], [("alone", 9.9, 10.4)], "alone"),
        ([("y", 8.5, 8.6), ("all.", 8.6, 8.84)], [("is", 8.55, 10.13), ("going", 10.13, 10.4)], "y all. is going"),
        ([("know", 9.8, 9.98), ("her.", 9.98, 10.6)], [("Er", 10.0, 10.5)], "know her."),
        (
            [("hardly", 9.3, 9.6), ("know", 9.6, 9.9), ("her.", 9.9, 10.6)],
            [("Hardly", 9.3, 9.6), ("know", 9.6, 9.9)],
            "hardly know her.",
        ),
        (
            [("bad", 8.9, 9.3), ("aligner.", 9.35, 10.2)],
            [("a", 9.2, 9.6), ("line", 9.6, 9.85), ("there,", 9.88, 10.15), ("but", 10.6, 10.9)],
            "bad aligner. but",
        ),
        (
            [("bad", 9.4, 9.7), ("aligner.", 9.72, 10.6)],
            [("a", 9.7, 10.06), ("liner,", 10.06, 10.5), ("but", 10.9, 11.1)],
            "bad aligner. but",
        ),
        (
            [("his", 9.2, 9.4), ("friend", 9.45, 9.75), ("say", 9.75, 10.0)],
            [("His", 9.2, 9.4), ("friends", 9.45, 9.75), ("say", 9.75, 10.1), ("he", 10.1, 10.3)],
            "his friends say he",
        ),
        (
            [("friend", 9.4, 9.7), ("say", 9.7, 9.9), ("he", 9.9, 10.0), ("is", 10.0, 10.1), ("looking", 10.1, 10.4)],
            [
                ("His", 9.2, 9.35),
                ("friends", 9.4, 9.7),
                ("say", 9.7, 9.9),
                ("he's", 9.9, 10.1),
                ("looking", 10.1, 10.4),
            ],
            "friends say he's looking",
        ),
    ],
)
def test_word_at_a_cut_stands_there_once(
    left: list[tuple[str, float, float]], right: list[tuple[str, float, float]], text: str
) -> None:
    """Both stretches hear the words around the cut, one of them perhaps only a part of a word."""
    assert text_of(join(spoken(*left), spoken(*right), 10.0)) == text


def test_rest_of_a_word_that_the_left_side_heard_whole_is_no_word() -> None:
    """What the right side makes of the last sound of a word is dropped where it doubts it itself, and only there."""
    edge = 10.0 - OVERLAP_S
    left = spoken(("more", edge - 0.5, edge - 0.2), ("words", edge - 0.2, edge))
    rest, sure = Word(edge, edge + 0.22, " it,", 0.24), Word(edge, edge + 0.22, " it,", 0.8)
    behind = Word(10.1, 10.4, " and", 0.6)
    for word, text in ((rest, "more words and"), (sure, "more words it, and")):
        right = [Segment(edge, 10.4, f"{word.text}{behind.text}".strip(), (word, behind))]
        assert text_of(join(left, right, 10.0)) == text


def test_doubtful_word_behind_a_gap_is_kept() -> None:
    """It is the only one that was heard there, and may have been said."""
    right = [Segment(9.2, 10.2, "What your", (Word(9.2, 10.15, " What", 0.4), Word(10.15, 10.4, " your", 0.9)))]
    assert text_of(join(spoken(("not", 8.3, 8.8)), right, 10.0)) == "not What your"
    right = [Segment(9.2, 10.2, "it your", (Word(9.2, 9.4, " it", 0.4), Word(10.15, 10.4, " your", 0.9)))]
    assert text_of(join(spoken(("not", 8.3, 8.8)), right, 10.0)) == "not it your"


WORDS = st.lists(st.sampled_from(["no", "wait", "myself", "I", "was", "so", "proud", "sad"]), min_size=2, max_size=30)


@given(WORDS, st.floats(0.5, 8.0), st.floats(-0.1, 0.1))
def test_a_text_that_was_cut_anywhere_is_whole_again(words: list[str], cut_s: float, error_s: float) -> None:
    """Whatever is said, and said again: each side hears what begins and ends in its sound, and no word comes twice."""
    timed = [(word, 0.35 * i, 0.35 * i + 0.3) for i, word in enumerate(words)]
    left = [w for w in timed if w[2] <= cut_s + OVERLAP_S]
    right = [(w, a + error_s, b + error_s) for w, a, b in timed if a >= cut_s - OVERLAP_S]
    assert text_of(join(spoken(*left), spoken(*right), cut_s)) == " ".join(words)


def test_a_phrase_that_was_passed_over_brings_no_part_of_the_word_before_it() -> None:
    """Written down by itself, its sound begins in the middle of that word: "myself. self. No, wait"."""
    before, behind = spoken(("of", 0.0, 0.2), ("myself.", 0.3, 1.0)), spoken(("Never", 3.0, 3.4))
    found = spoken(("self.", 0.8, 1.2), ("No,", 1.4, 1.7), ("wait.", 1.8, 2.3), ("nev", 2.8, 3.1))
    assert text_of(between(before, found, behind, 1.25, 2.8)) == "No, wait."


def test_an_engine_that_times_no_words() -> None:
    """Its words are taken as spread evenly over their segment."""
    left, right = [Segment(8.0, 10.8, "so I went home and")], [Segment(9.2, 12.0, "home and slept well")]
    assert text_of(join(left, right, 10.0)) == "so I went home and slept well"
