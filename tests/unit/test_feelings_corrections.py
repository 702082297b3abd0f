"""What the person says about a tag outweighs the lexicon, and goes along to a later text."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from voicecheck.domain import Correction, CorrectionAction, EmotionMention, Family, MentionSource, PrivateWord, Quadrant
from voicecheck.feelings.corrections import apply_corrections, carry_over
from voicecheck.feelings.mentions import find_mentions

TEXT = "I was so sad today, and then a bit tired."


def mention(text: str, word: str, family: Family = Family.SHAME) -> EmotionMention:
    start = text.index(word)
    return EmotionMention(start, start + len(word), word, word, family, Quadrant.UNPLEASANT_LOW)


def correction(action: CorrectionAction, of: EmotionMention) -> Correction:
    return Correction(action, of)


def told(mentions: tuple[EmotionMention, ...]) -> list[tuple[str, Family, MentionSource]]:
    return [(m.text, m.family, m.source) for m in mentions]


def test_removed_added_changed() -> None:
    """A removed tag is gone, an added and a changed one are the person's, and the order is that of speech."""
    found = find_mentions(TEXT)
    said = [
        correction(CorrectionAction.REMOVED, found[0]),
        correction(CorrectionAction.CHANGED, mention(TEXT, "tired", Family.BOREDOM)),
        correction(CorrectionAction.ADDED, mention(TEXT, "today")),
    ]
    assert told(apply_corrections(found, said)) == [
        ("today", Family.SHAME, MentionSource.PERSON),
        ("tired", Family.BOREDOM, MentionSource.PERSON),
    ]


def test_the_later_correction_wins() -> None:
    """Two corrections of one place: the last one counts, in whatever direction."""
    found = find_mentions(TEXT)
    removed = correction(CorrectionAction.REMOVED, found[0])
    changed = correction(CorrectionAction.CHANGED, mention(TEXT, "sad"))
    assert told(apply_corrections(found, [removed, changed]))[0] == ("sad", Family.SHAME, MentionSource.PERSON)
    assert [m.text for m in apply_corrections(found, [changed, removed])] == ["tired"]


def test_a_correction_covers_what_a_later_lexicon_finds_around_it() -> None:
    """A longer phrase that another lexicon finds over a corrected word does not come back."""
    removed = correction(CorrectionAction.REMOVED, mention(TEXT, "sad"))
    assert apply_corrections([mention(TEXT, "so sad today")], [removed]) == ()


def test_corrections_go_along_where_the_words_stand() -> None:
    """Words before it may change and move it; where its own words change, it stays behind."""
    changed = correction(CorrectionAction.CHANGED, mention(TEXT, "tired"))
    for after in ("Well. " + TEXT, TEXT.replace("so sad", "very, very unhappy"), TEXT + " I was tired."):
        (carried,) = carry_over([changed], TEXT, after)
        span = carried.mention
        assert after[span.start : span.end] == "tired"
        assert after[: span.start].endswith("a bit ")
    assert carry_over([changed], TEXT, TEXT.replace("tired", "weary")) == ()
    assert carry_over([changed], TEXT, "") == ()


def test_parts_of_words_and_phrases_go_along() -> None:
    """A phrase of several words is carried whole or not at all, a part of a word with its word."""
    text = "it was a grey-ish fog, really"
    phrase = correction(CorrectionAction.ADDED, mention(text, "grey-ish fog"))
    part = correction(CorrectionAction.ADDED, mention(text, "ish"))
    after = "today it was a grey-ish fog, really"
    assert [after[c.mention.start : c.mention.end] for c in carry_over([phrase, part], text, after)] == [
        "grey-ish fog",
        "ish",
    ]
    assert carry_over([phrase], text, "it was a grey-ish mist, really") == ()


@given(st.text("ab ,\n", max_size=60), st.text("ab ,\n", max_size=60), st.data())
def test_what_is_carried_quotes_the_text(before: str, after: str, data: st.DataObject) -> None:
    """Whatever the two texts, a carried correction covers the same letters as before."""
    start = data.draw(st.integers(0, max(0, len(before) - 1)))
    end = data.draw(st.integers(start, len(before)))
    word = EmotionMention(start, end, before[start:end], "x", Family.JOY, Quadrant.PLEASANT_HIGH)
    for carried in carry_over([Correction(CorrectionAction.ADDED, word)], before, after):
        assert after[carried.mention.start : carried.mention.end] == before[start:end] != ""


def test_a_long_text_is_carried_quickly() -> None:
    """An hour of speech with a change at both ends is compared within a second."""
    words = " ".join(f"and then I was so tired of it all {number}" for number in range(1000))
    began = time.process_time()
    (carried,) = carry_over([correction(CorrectionAction.ADDED, mention(words, "tired"))], words, f"Oh, {words} Yes.")
    assert carried.mention.start == words.index("tired") + 4
    assert time.process_time() - began < 1


OWN = PrivateWord("grey fog", Family.SADNESS, Quadrant.UNPLEASANT_LOW, vague=True)


def test_words_of_ones_own_are_found() -> None:
    """A private word is found in any case, with all that is said around it, and only for whom it is given."""
    (found,) = find_mentions("Honestly I wasn't in that Grey   Fog today", "en", (OWN,))
    assert (found.text, found.lemma, found.family, found.vague) == ("Grey   Fog", "grey fog", Family.SADNESS, True)
    assert found.negated
    assert find_mentions("that grey fog") == ()


def test_words_of_ones_own_come_first() -> None:
    """The person's meaning of a word outweighs the lexicon's, also where the lexicon would block it."""
    own = PrivateWord("happy", Family.GUILT, Quadrant.UNPLEASANT_LOW)
    assert [m.family for m in find_mentions("a happy medium, I'm happy", "en", (own,))] == [Family.GUILT] * 2
