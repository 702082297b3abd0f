"""What is written short is said as a person says it, and divides no sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.speech.voice.sentences import split_sentences
from voicecheck.speech.voice.spoken_form import spoken_form


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("You saw Dr. Smith at St. John's.", "You saw Doctor Smith at Saint John's."),
        ("You live on Main St. now.", "You live on Main Street now."),
        ("Mr. Brown, Mrs Lee and Ms. Ray", "Mister Brown, Missus Lee and Miz Ray"),
        ("e.g. nothing, i.e. me vs. him", "for example nothing, that is me versus him"),
        ("You woke at 7:30, at 3:05 pm, at 10:00.", "You woke at 7 30, at 3 oh 5 P M, at 10 o'clock."),
        ("from 22:15 to 0:20", "from 10 15 P M to 12 20 A M"),
        ("at 7.30 pm, at 10 p.m. as ever, at 6am.", "at 7 30 P M, at 10 P M as ever, at 6 A M."),
        ("in 2026, since 1999, in 2005 and in 1905", "in 20 26, since 19 99, in 2005 and in 19 oh 5"),
        ("the 1990s", "the 19 nineties"),
        ("You paid $5.50, $1, £1,200.", "You paid 5 dollars 50, 1 dollar, 1,200 pounds."),
        ("1/2 of it, 24/7, and/or", "a half of it, 24 7, and or"),
        ("`code` and *so* _sad_ ~5", "code and so sad about 5"),
        ("On Feb. 3, No. 5, me & you", "On February 3, number 5, me and you"),
        ("3kg, 5 km, 20 °C, 9-5", "3 kilos, 5 kilometres, 20 degrees, 9 to 5"),
        (
            "It was 3.5, 10:300, 555-1234, ten-year-old. No. I am.",
            "It was 3.5, 10:300, 555-1234, ten-year-old. No. I am.",
        ),
        ("How was today? Tell me.", "How was today? Tell me."),
    ],
)
def test_spoken_form(written: str, said: str) -> None:
    """Titles, signs, times, years, amounts; and nothing is changed that is said as it is written."""
    assert spoken_form(written) == said


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("You saw Dr. Smith today. Was it good?", ["You saw Dr. Smith today.", "Was it good?"]),
        ("You went to St. John with J. Lee. And then?", ["You went to St. John with J. Lee.", "And then?"]),
        ("You named it, e.g. Grief. Is that so?", ["You named it, e.g. Grief.", "Is that so?"]),
    ],
)
def test_an_abbreviation_divides_no_sentence(text: str, parts: list[str]) -> None:
    """Behind "Dr." nobody pauses."""
    assert split_sentences(text) == parts


@given(st.text(alphabet="aA1 0:.,/-$`*StDr\n", max_size=60))
def test_any_text_can_be_said(text: str) -> None:
    """Nothing is left of signs that would be read out, and saying it twice changes nothing that matters."""
    said = spoken_form(text)
    assert "`" not in said and "*" not in said
    assert said == " ".join(said.split())


@pytest.mark.parametrize("pasted", ["1:", "St ", "$1,", "`", "1-", "1/2", "Dr. "])
def test_a_page_of_signs_is_read_in_one_pass(pasted: str) -> None:
    """Sixty thousand letters of them."""
    began = time.process_time()
    spoken_form(pasted * (60_000 // len(pasted)))
    assert time.process_time() - began < 5
