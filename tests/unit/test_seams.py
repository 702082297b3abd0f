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
    ],
)
def test_word_at_a_cut_stands_there_once(
    left: list[tuple[str, float, float]], right: list[tuple[str, float, float]], text: str
) -> None:
    """Both stretches hear the words around the cut, one of them perhaps only a part of a word."""
    assert text_of(join(spoken(*left), spoken(*right), 10.0)) == text


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
