"""Words of a text found again in another: exactly where the texts are short, in any case soon."""

from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from voicecheck.text.alignment import MOST_COMPARED, _around_single_words, align

TEXT = st.lists(st.sampled_from("abcdefghij"), max_size=30)


@given(TEXT, TEXT)
def test_runs_hold_the_same_words_and_go_forward(old: list[str], new: list[str]) -> None:
    end_old = end_new = 0
    for i, j, size in _around_single_words(old, new):
        assert i >= end_old and j >= end_new and size > 0
        assert old[i : i + size] == new[j : j + size]
        end_old, end_new = i + size, j + size


def test_a_long_text_keeps_the_places_of_what_was_not_changed() -> None:
    """A day of talk with a word changed in every hundred: corrections of its marks go along."""
    words = [f"w{number * number % 9_973}x{number % 7}" for number in range(MOST_COMPARED)]
    changed = [f"new{number}" if number % 100 == 0 else word for number, word in enumerate(words)]
    before, after = " ".join(words), " ".join(changed)
    place = align(before, after)
    at, found = 0, 0
    for word in words:
        found += place(at, at + len(word)) is not None
        at += len(word) + 1
    assert found > 0.95 * len(words)


def test_a_text_that_has_nothing_to_do_with_its_sound_holds_nobody_up() -> None:
    """As a stranger may seal it: words without end, and others at the times of its sound. It took minutes."""
    draw = random.Random(1)
    heard, text = (" ".join(f"w{draw.randrange(200)}" for _ in range(100_000)) for _ in range(2))
    began = time.process_time()
    align(heard, text)
    assert time.process_time() - began < 20
