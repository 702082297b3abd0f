"""Answers that close the door are marked vague, and answers that only look like them are left alone."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.domain import EmotionMention, Family, Follow, MentionSource, PrivateWord, Quadrant
from voicecheck.feelings.masks import (
    LONGEST_MASK_TOKENS,
    _is_mask,
    _phrases_in,
    is_told_about,
    lacks_a_word,
    load_masks,
    wordless_mention,
)
from voicecheck.feelings.meanings import find_meaning
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.nearer import find_sense, load_nearer, words_of
from voicecheck.feelings.reflect import Leave, respond
from voicecheck.feelings.tokens import tokenize
from voicecheck.phrases import load_phrases

PHRASES = load_phrases("en")
LABELLED = Path(__file__).parents[1] / "data" / "masks.en.jsonl"
PLEASANT = (Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW)


def closes_the_door(text: str, mentions: Sequence[EmotionMention]) -> bool:
    """True if the answer is a mask. `mentions` are those found in it."""
    table, tokens = load_masks("en"), tokenize(text, "en")
    assert table is not None
    if len(tokens) > LONGEST_MASK_TOKENS:
        return False
    found = _phrases_in(tokens, mentions, table, "en")
    return bool(found) and _is_mask(tokens, mentions, found, table, "en", ())


@pytest.mark.parametrize(
    "text",
    [
        "Surviving.", "Getting by, you know.", "Busy. Really busy.", "Same old, same old.", "It is what it is.",
        "Can't complain, can I.", "I'm good, thanks. You?", "Just tired.", "My head's full, that's all.",
        "Don't care any more.", "There's no point talking about it.", "Fine.", "Whatever.", "Nothing much.",
        "All good here.", "Could be worse.", "Mustn't grumble.", "I'll live.", "One day at a time.",
        "You know how it is.", "Not too bad, considering.", "Work's busy. Usual stuff.", "im fine just tired",
        "Still here, aren't I?", "I'll be fine.", "Don't worry about me, I'm used to it.",
        "Let's not go there tonight.",
    ],
)  # fmt: skip
def test_a_mask_is_vague(text: str) -> None:
    """Something in it is marked as the speaker's own and vague, and nothing as a feeling that is known."""
    found = find_mentions(text)
    assert closes_the_door(text, found)
    assert any(mention.vague and mention.felt_now for mention in found)
    assert all(mention.vague for mention in found)
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


@pytest.mark.parametrize(
    "text",
    [
        "I'm good, we had a lovely day with the kids.", "I'm fine, but I miss my dad.", "I'm not fine.",
        "I'm not coping.", "Hardly coping.", "My wife is fine.", "Tom's busy these days.", "Mum's surviving.",
        "I'm good at football.", "All good, I got the job!", "It is what it is, but it hurts.",
        "Long day. My mother didn't recognise me.", "I don't care any more what my boss says.",
        "Whatever happens, I am proud of my boy.", "I'll live, but I was scared in that ambulance.",
        "Just tired, I was up with the baby till four.",
        "One day at a time, it's three months since I stopped drinking.",
        "I said to her: okay, skip this one.", "He said it is what it is.", "Just so tired.",
        "No worries.", "I slept in the park.", "",
    ],
)  # fmt: skip
def test_what_tells_something_is_no_mask(text: str) -> None:
    """A nearer word, an own deed, somebody else, a denial, or a thing that it is about: it is meant as it is said."""
    assert not closes_the_door(text, find_mentions(text))


@pytest.mark.parametrize(
    "text", ["I'm good, we took the kids to the canal.", "I'm fine now, I sat in the car and cried."]
)
def test_a_pleasant_word_with_a_story_is_not_questioned(text: str) -> None:
    """Who tells what made the day good is not asked which word would be nearer."""
    found = find_mentions(text)
    assert all(is_told_about(mention, text) for mention in found if mention.vague and mention.felt_now)
    assert respond(found, text, PHRASES, random.Random(1), Leave(nearer=True)).follow is None


def test_an_unpleasant_vague_word_with_a_story_is_still_asked_about() -> None:
    """ "Bad" says that something is there; which feeling it was may be asked."""
    text = "I felt bad because the meeting went on without me."
    assert respond(find_mentions(text), text, PHRASES, random.Random(1), Leave(nearer=True)).follow is Follow.NEARER


def test_a_word_of_ones_own_is_no_mask() -> None:
    """Who said that "busy" is a feeling of theirs is taken at their word."""
    own = PrivateWord("busy", Family.JOY, Quadrant.PLEASANT_HIGH)
    (mention,) = find_mentions("Busy.", words=(own,))
    assert (mention.family, mention.vague, mention.source) == (Family.JOY, False, MentionSource.LEXICON)


@pytest.mark.parametrize(
    "text", ["I don't know.", "Nothing.", "No idea what I feel.", "I don't feel anything.", "Hard to say.", "Dunno."]
)
def test_a_missing_word_is_told_apart(text: str) -> None:
    """Nothing is marked in it."""
    assert lacks_a_word(text, find_mentions(text))
    assert find_mentions(text) == ()


@pytest.mark.parametrize(
    "text", ["I don't know, I'm sad.", "Nothing works since she left.", "I know.", "", "I don't know my neighbours."]
)
def test_a_word_that_is_there_is_not_missing(text: str) -> None:
    """A feeling, or something told, beside it."""
    assert not lacks_a_word(text, find_mentions(text))


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["fine", "I", "don't", "know", "\u202e", "busy", "…", "?", "’", "😀"])).map(" ".join)
)
def test_any_answer_is_survived(text: str) -> None:
    """Every mark has its place in the text, whatever was heard."""
    found = find_mentions(text)
    assert all(text[one.start : one.end] == one.text for one in (*found, wordless_mention(text)))
    assert not (lacks_a_word(text, found) and closes_the_door(text, found) and any(one.own for one in found))


def test_a_long_answer_is_not_looked_into() -> None:
    """A megabyte of it costs no more than finding its words."""
    text = "fine busy " * 100_000
    assert not closes_the_door(text, ())
    assert not lacks_a_word("I don't know " * 1000, ())


def test_the_labelled_answers() -> None:
    """Of 45 evasions at least 40 are vague; of 45 sincere answers at most 3 are questioned."""
    answers = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    vague = questioned = 0
    for answer in answers:
        found = find_mentions(answer["text"])
        if answer["mask"]:
            vague += any(mention.vague for mention in found)
        else:
            asked = respond(found, answer["text"], PHRASES, random.Random(1), Leave(nearer=True)).follow
            questioned += asked is Follow.NEARER or lacks_a_word(answer["text"], found)
    assert vague >= 40
    assert questioned <= 3


@pytest.mark.parametrize("kind", range(len(load_masks("en").kinds)))  # type: ignore[union-attr]
def test_three_words_of_both_sides_are_offered(kind: int) -> None:
    """Behind a mask of any kind, at least one pleasant and one unpleasant."""
    table = load_masks("en")
    assert table is not None
    text = {
        "calm": "I'm good.",
        "anxiety": "Busy.",
        "boredom": "Same old.",
        "sadness": "Whatever.",
        "tiredness": "Surviving.",
    }[table.kinds[kind].family.value]
    for seed in range(20):
        offered = respond(find_mentions(text), text, PHRASES, random.Random(seed), Leave(nearer=True)).offered
        sides = [sense.quadrant in PLEASANT for lemma in offered if (sense := find_sense(lemma, "en"))]
        assert len(sides) == 3 and any(sides) and not all(sides)


def test_every_list_of_nearer_words_has_both_sides() -> None:
    """Whatever the vague word was."""
    table = load_nearer("en")
    assert table is not None
    for word in table.words:
        text = f"I felt {word}."
        for mention in find_mentions(text):
            offered = respond([mention], text, PHRASES, random.Random(1), Leave(nearer=True)).offered
            sides = [sense.quadrant in PLEASANT for lemma in offered if (sense := find_sense(lemma, "en"))]
            assert not offered or (any(sides) and not all(sides))


@pytest.mark.parametrize("quadrant", list(Quadrant))
def test_three_words_of_each_corner(quadrant: Quadrant) -> None:
    """Each of that corner, of another family, and with a meaning."""
    for seed in range(20):
        senses = [find_sense(lemma, "en") for lemma in words_of((quadrant,), "en", random.Random(seed))]
        assert len({sense.family for sense in senses if sense}) == 3
        assert all(sense and sense.quadrant is quadrant and find_meaning(sense.lemma, "en") for sense in senses)
