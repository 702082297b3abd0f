"""The text of an entry in pieces: nothing lost, words with their moments, and reasons in whole sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diary_samples import TEXTS, diary_entry
from voicecheck.cli.terminal.marks import describe_briefly
from voicecheck.diary.marks import describe
from voicecheck.diary.meaning import Meaning, apply_said, find_words, meaning_of, said_of, unnamed
from voicecheck.domain import Cue, EmotionMention, Experiencer, Family, MentionSource, Quadrant
from voicecheck.feelings.families import USUAL_QUADRANT
from voicecheck.phrases import load_phrases
from voicecheck.text.untrusted import printable
from voicecheck.web.pages.marked_text import Run, mark

PHRASES = load_phrases()


def mention(start: int, end: int, **changes: object) -> EmotionMention:
    base = EmotionMention(start, end, "", "angry", Family.ANGER, Quadrant.UNPLEASANT_HIGH)
    return replace(base, **changes)  # type: ignore[arg-type]


def joined(runs: tuple[Run, ...]) -> str:
    return "".join(piece.text for run in runs for piece in run.pieces)


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_are_the_whole_text(text: str) -> None:
    """Joined, they are what was said; each marked run is one mention, and each word carries its moment."""
    entry = diary_entry(text)
    runs = mark(entry, PHRASES)
    assert joined(runs) == text
    assert [run.mention for run in runs if run.mention] == list(entry.mentions)
    timed = [piece for run in runs for piece in run.pieces if piece.start_s is not None]
    assert [piece.start_s for piece in timed] == sorted(piece.start_s or 0 for piece in timed)
    assert len(timed) >= len(text.split())


@given(
    text=st.text(max_size=60),
    spans=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 20)), max_size=6),
)
def test_no_span_loses_a_letter(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever the mentions say, overlapping or beyond the end, every letter is there once."""
    entry = replace(diary_entry("x"), turns=(), revision=text)
    entry = replace(entry, mentions=tuple(mention(start, start + length + 1) for start, length in spans))
    assert joined(mark(entry, PHRASES)) == printable(text)


def test_what_steers_is_taken_out_and_offsets_stay() -> None:
    """Control characters and marks of direction become blanks, one for one; line ends stay."""
    assert printable("a\x1b[2Jb\u202ec\n\x00d") == "a [2Jb c\n d"


@pytest.mark.parametrize(
    ("changes", "shape"),
    [
        ({}, "felt"),
        ({"negated": True, "past": True}, "denied"),
        ({"experiencer": Experiencer.OTHER, "past": True}, "other"),
        ({"experiencer": Experiencer.UNCLEAR}, "unclear"),
        ({"hypothetical": True}, "imagined"),
        ({"past": True}, "past"),
    ],
)
def test_shape(changes: dict[str, object], shape: str) -> None:
    """How a mark is drawn follows what matters most."""
    assert meaning_of(mention(0, 1, **changes)) == shape


def test_reasons_quote_the_words_that_decided() -> None:
    """Each attribute is told, with the words of its cue."""
    text = "She wasn't angry"
    found = mention(11, 16, negated=True, experiencer=Experiencer.OTHER, cues=(Cue(4, 10, "negation"),))
    told = describe(found, text, PHRASES, "en")
    assert "“angry” is a word for anger." in told
    assert "Unpleasant, with much energy." in told
    assert "You said that it is not so, because of “wasn't”." in told
    assert "It is somebody else's." in told


def test_every_family_quadrant_and_attribute_can_be_told() -> None:
    """No mention is without a reason."""
    for family in Family:
        for quadrant in Quadrant:
            everything = mention(
                0, 1, family=family, quadrant=quadrant, negated=True, hypothetical=True, past=True, vague=True,
                degree=1, source=MentionSource.PERSON,
            )  # fmt: skip
            assert "You set this yourself." in describe(everything, "angry", PHRASES, "en")
    assert "A little." in describe(mention(0, 1, degree=-1), "angry", PHRASES, "en")
    assert "It is unclear whose it is." in describe(
        mention(0, 1, experiencer=Experiencer.UNCLEAR), "angry", PHRASES, "en"
    )


@pytest.mark.parametrize("meaning", Meaning)
def test_what_is_said_is_what_is_meant(meaning: Meaning) -> None:
    """One choice and back; a family that changes brings the quadrant that it usually has, and only then."""
    said = apply_said(mention(0, 1, negated=True, past=True), said_of(Family.SURPRISE, meaning))
    assert meaning_of(said) is meaning
    assert said.quadrant is USUAL_QUADRANT[Family.SURPRISE] is Quadrant.PLEASANT_HIGH
    glad = mention(0, 1, quadrant=Quadrant.PLEASANT_LOW)
    assert apply_said(glad, said_of(Family.ANGER, meaning)).quadrant is Quadrant.PLEASANT_LOW


def test_words_are_found_whole_and_written_as_a_lemma() -> None:
    """Whatever their case and blanks; the lemma has small letters and straight apostrophes, as in the lexicon."""
    text = "I\u2019m  OVER\nthe Moon, overthe moon, over the moon."
    assert find_words(text, "over the  moon") == [(5, 18), (34, 47)]
    assert find_words(text, " ") == find_words(text, "oon") == []
    assert unnamed(text, 0, 18).lemma == "i'm over the moon"
    assert unnamed("Straße", 0, 6).lemma == "straße"


def test_in_brief_everything_is_told_too() -> None:
    """Each attribute has its few words, in the order of the whole sentences."""
    everything = mention(
        0, 1, negated=True, hypothetical=True, past=True, vague=True, degree=1, source=MentionSource.PERSON
    )
    assert describe_briefly(everything, PHRASES) == (
        "anger, not felt, as you said, imagined, back then, a word for many things, strongly, as you marked it"
    )
