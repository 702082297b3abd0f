"""Feelings in chats and letters of people who ask for support: what is none, and whose it is."""

from __future__ import annotations

import pytest

from tests.unit.test_feelings_whose_when import read
from voicecheck.feelings.mentions import find_mentions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # how another behaves, how somebody might look, what keeps a child busy
        ("My wife has become very distant since March.", []),
        ("My son was withdrawn all through dinner.", []),
        ("I've been so distant with everybody.", [("distant", "s")]),
        ("I don't want to seem needy.", []),
        ("I bet I look clingy to her.", []),
        ("We kept the kids entertained with a card game.", []),
        # the name of an illness
        ("Is this depression?", []),
        ("Could it be anxiety or only too much coffee?", []),
        ("I was diagnosed with anxiety in May.", []),
        ("My therapist says that it's depression.", []),
        ("I'm fairly sure I have depression.", []),
        ("I have OCD, depression and a bad back.", []),
        ("My anxiety is back.", [("anxiety", "s")]),
        ("I told the doctor about my anxiety.", [("anxiety", "s")]),
        # doubts of a fact, too little of a thing
        ("I'm unsure how to bring it up.", []),
        ("She's uncertain whether the train runs.", []),
        ("I feel so unsure of myself.", [("unsure", "s")]),
        ("I earn a bit but not enough to move out.", []),
        ("I'm just not enough.", [("not enough", "s")]),
        # thanks and good wishes
        ("I appreciate hearing that.", []),
        ("I appreciate you listening.", []),
        ("I appreciate my sister more than she knows.", [("appreciate", "s")]),
        ("Wishing you joy and peace.", []),
        ("I don't want pity.", []),
        # a question that is put to another, and a verb with an object
        ("And how are you coping?", []),
        ("Are you still here?", []),
        ("Still here.", [("still here", "s")]),
        ("Should I just beat them at cards?", []),
    ],
)  # fmt: skip
def test_what_is_no_feeling_of_anybody(text: str, found: list[tuple[str, str]]) -> None:
    """Behaviour, illnesses, facts, thanks and questions to another are none; the same words felt are one."""
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He thinks the only reason I ring is because I'm jealous.", [("jealous", "u")]),
        ("She says the trouble is that I'm bitter.", [("bitter", "u")]),
        ("He thinks I'm cold because I'm angry.", [("angry", "u")]),
        ("I think it's because I'm lonely.", [("lonely", "s")]),
        ("She left because I was so angry.", [("angry", "s")]),
    ],
)
def test_a_reason_that_another_thinks_of_is_not_the_speakers(text: str, found: list[tuple[str, str]]) -> None:
    """What somebody takes for the speaker's reason is nobody's word for what they feel."""
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I worry that I'm annoying them.", [("worry", "s"), ("annoy", "oH")]),
        ("I'm scared she's unhappy there.", [("scared", "s"), ("unhappy", "oH")]),
        ("I'm afraid he hates me.", [("afraid", "s"), ("hate", "oH")]),
        ("I'm afraid she's out.", []),
        ("I'm worried how angry he gets.", [("worried", "s"), ("angry", "o")]),
        ("A walk will hopefully make me happy.", [("happy", "sH")]),
        ("I can't eat, due to worries about the move.", [("worry", "s")]),
    ],
)
def test_what_is_feared_is_imagined_and_the_fear_is_felt(text: str, found: list[tuple[str, str]]) -> None:
    """What a fear says of another's feeling is imagined; the fear itself is felt now."""
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("I get mad easily these days.", "mad"),
        ("Everything is closing in on me.", "close in on"),
        ("The walls are closing in.", "close in on"),
        ("I feel like I'm about to explode.", "ready to explode"),
        ("I still crush on him.", "have a crush on"),
        ("I have a huge crush on my neighbour.", "have a crush on"),
        ("I'm praying it works out.", "pray"),
        ("How do I get over this pain?", "pain"),
        ("I was sad and alone the whole weekend.", "alone"),
    ],
)
def test_words_of_people_in_need(text: str, lemma: str) -> None:
    """Idioms and words that people use when they ask for help are found."""
    assert lemma in [mention.lemma for mention in find_mentions(text)]


@pytest.mark.parametrize("text", ["The boiler is about to explode.", "I pray the rosary.", "My back pain is this bad."])
def test_the_same_words_of_things(text: str) -> None:
    """A boiler that explodes, a prayer and a backache are no feelings."""
    assert not find_mentions(text)


@pytest.mark.parametrize(
    ("text", "degree"),
    [("I have severe anxiety.", 1), ("There's quite a bit of fear in me.", 1), ("There's a bit of fear in me.", -1)],
)
def test_a_degree_before_a_noun(text: str, degree: int) -> None:
    """Severe is strong, and quite a bit is more than a bit."""
    assert [mention.degree for mention in find_mentions(text)] == [degree]


@pytest.mark.parametrize(
    ("text", "hypothetical"),
    [
        ("I want to get to a point where I'm calm.", True),
        ("How do I reach a stage where I feel safe?", True),
        ("I got to a point where I'm calm.", False),
        ("I go to a place where I'm calm.", False),
    ],
)
def test_a_place_that_is_longed_for_is_not_there_yet(text: str, hypothetical: bool) -> None:
    assert [mention.hypothetical for mention in find_mentions(text)] == [hypothetical]
