"""A reply to a feeling that was given back: understood where it is clear, left alone where it is not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.domain import CorrectionAction, EmotionMention, MentionSource
from voicecheck.feelings.en.occasion import occasion_after
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.nearer import find_sense, load_nearer, nearer_words
from voicecheck.feelings.reply import read_reply
from voicecheck.phrases import load_phrases

PHRASES = load_phrases()
(SAD,) = find_mentions("I felt sad.")
(FINE,) = find_mentions("I am fine.")
OFFERED = ("calm", "tired", "lonely")


def reply(text: str, about: EmotionMention = SAD, offered: tuple[str, ...] = ()):
    return read_reply(text, PHRASES.reply_in(text), about, offered)


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("No, more disappointed.", "disappointed"), ("No, angry.", "angry"), ("More hurt, I think.", "hurt"),
        ("Not really, it was more lonely.", "lonely"), ("Not sad, disappointed.", "disappointed"),
        ("It's closer to ashamed.", "ashamed"), ("Disappointed, I'd say.", "disappointed"),
    ],
)  # fmt: skip
def test_a_better_word_takes_the_place(text: str, lemma: str) -> None:
    """The mention stays where it stands in the text, and bears the person's word."""
    read = reply(text)
    assert read.other and read.correction is not None
    assert read.correction.action is CorrectionAction.CHANGED
    wanted = read.correction.mention
    assert (wanted.lemma, wanted.source, wanted.vague) == (lemma, MentionSource.PERSON, False)
    assert (wanted.start, wanted.end, wanted.text) == (SAD.start, SAD.end, SAD.text)


@pytest.mark.parametrize("text", ["Yes.", "Yeah.", "That's right.", "Exactly.", "Okay."])
def test_yes_makes_the_tag_the_persons_own(text: str) -> None:
    """It is the same feeling, now with the person's word for it."""
    read = reply(text)
    assert read.agrees and read.correction is not None
    assert (read.correction.mention.lemma, read.correction.mention.source) == ("sad", MentionSource.PERSON)


@pytest.mark.parametrize("text", ["No.", "Not really.", "Not quite.", "No, I don't think so.", "Nope."])
def test_no_takes_the_tag_away(text: str) -> None:
    """Without a better word it is no feeling at all."""
    read = reply(text)
    assert read.correction is not None and read.correction.action is CorrectionAction.REMOVED


@pytest.mark.parametrize(
    "text",
    [
        "", "...", "I don't know.", "He said so.", "She was disappointed.", "Well, we had soup.",
        "No, and then we went to the lake and it was so quiet there that I could hear my own breath.",
    ],
)  # fmt: skip
def test_what_is_not_clear_corrects_nothing(text: str) -> None:
    """Silence, another's feeling, or a further story leave the tags as they are."""
    assert reply(text).correction is None


@pytest.mark.parametrize(
    ("text", "lemma"),
    [("Tired.", "tired"), ("The second one.", "tired"), ("The last one, I guess.", "lonely"), ("Calm, I think", "calm"),
     ("Not calm, lonely", "lonely"), ("Actually ashamed.", "ashamed"), ("More like the first", "calm")],
)  # fmt: skip
def test_one_of_three_offered_words(text: str, lemma: str) -> None:
    """By the word, by its place, or by another word that is nearer still."""
    read = reply(text, FINE, OFFERED)
    assert read.correction is not None
    assert read.correction.mention.lemma == lemma
    assert read.correction.mention.text == "fine"


@pytest.mark.parametrize("text", ["Yes.", "No.", "None of them.", "Calm and tired.", ""])
def test_no_choice_is_no_correction(text: str) -> None:
    """ "Yes" to three words says nothing, and neither does "none of them"."""
    assert reply(text, FINE, OFFERED).correction is None


@pytest.mark.parametrize(
    "text",
    ["No.", "Neither.", "None of them.", "Leave it.", "Drop it.", "No, leave it.", "Oh, just leave it, please.",
     "Nah, drop it.", "No thank you.",
     "None of those, really.", "Nothing.", "I don't know.", "Not really.",
     "No no, let's leave it."],
)  # fmt: skip
def test_leaving_it_is_a_good_answer(text: str) -> None:
    """Where words were offered, it closes the matter; nothing is corrected."""
    read = reply(text, FINE, OFFERED)
    assert read.leaves
    assert read.correction is None
    assert not reply(text, FINE).leaves


@pytest.mark.parametrize(
    "text", ["Calm, I think", "Leave it to me and I will drive her home tomorrow.", "Yes.", "", "No, more sad."]
)
def test_a_word_or_a_story_leaves_nothing(text: str) -> None:
    """Only the whole of a reply does."""
    assert not reply(text, FINE, OFFERED).leaves


@given(st.text(max_size=60))
def test_any_reply_is_survived(text: str) -> None:
    """Whatever is heard: a correction of this very mention, or none."""
    read = reply(text)
    assert read.correction is None or read.correction.mention.start == SAD.start


# Nearer words


def test_every_nearer_word_stands_in_the_lexicon() -> None:
    """And is vague itself in no case."""
    table = load_nearer("en")
    assert table is not None
    for lemma in [word for words in (*table.words.values(), *table.quadrants.values()) for word in words]:
        assert find_sense(lemma, "en") is not None, lemma


@pytest.mark.parametrize(
    "text", ["I am fine.", "I feel bad.", "I feel great.", "I feel weird.", "I'm stressed.", "Not bad."]
)
def test_three_words_of_three_families(text: str) -> None:
    """For any vague word, whatever chance decides; never one that was named already."""
    (vague,) = find_mentions(text)
    for seed in range(20):
        offered = nearer_words(vague, [vague], "en", random.Random(seed))
        families = {sense.family for lemma in offered if (sense := find_sense(lemma, "en"))}
        assert len(offered) == len(families) == 3
    named = find_mentions("I am calm and fine.")
    assert all("calm" not in nearer_words(FINE, named, "en", random.Random(seed)) for seed in range(20))


def test_a_language_without_a_list_offers_nothing() -> None:
    """Nothing is guessed."""
    assert nearer_words(FINE, [FINE], "xx", random.Random(1)) == ()


# Occasions


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("I felt overlooked when she went on with the phone.", " when she went on with the phone"),
        ("I felt overlooked when my brother left without me.", " when your brother left without you"),
        ("I was relieved after I was home.", " after you were home"),
        ("I'm nervous about my exam, and so on.", " about your exam"),
        ("I felt lonely because it was quiet.", " because it was quiet"),
        ("I felt guilty because I forgot it.", ""),
        ("I felt lonely when we ate.", ""),
        ("I felt sad when you left.", ""),
        ("I felt sad when she said that I was not welcome.", ""),
        ("I felt sad when she left and then he came.", ""),
        ("I felt sad about that thing with the garden and all of the neighbours over there.", ""),
        ("I felt sad. When she left, it rained.", ""),
        ("I felt sad", ""),
    ],
)
def test_the_occasion_comes_back_turned_or_not_at_all(text: str, occasion: str) -> None:
    """Short, whole, first person turned to second; nothing that would have to be understood."""
    mention = find_mentions(text)[0]
    assert occasion_after(text, mention.end, len(text)) == occasion


def test_an_occasion_never_reaches_the_next_feeling() -> None:
    """What another feeling stands in is not repeated."""
    text = "I was nervous when he was angry."
    nervous, angry = find_mentions(text)
    assert occasion_after(text, nervous.end, angry.start) == ""
