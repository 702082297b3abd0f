"""The reflection: the speaker's own word, in a right sentence, and never a feeling that was not theirs."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_phrases import BANNED
from voicecheck.domain import Cue, EmotionMention, Experiencer, Family, Follow, Quadrant, Reflection
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.reflect import Leave, can_mirror, respond
from voicecheck.phrases import load_phrases

PHRASES = load_phrases()
THANKS = set(PHRASES.spoken["thanks"])
SEEDS = range(12)


def mention(text: str, word: str, **attributes: Any) -> EmotionMention:
    start = text.index(word)
    values: dict[str, Any] = {
        "lemma": word.lower(), "family": Family.SADNESS, "quadrant": Quadrant.UNPLEASANT_LOW, **attributes,
    }  # fmt: skip
    return EmotionMention(start, start + len(word), word, **values)


def reflections(text: str, *mentions: EmotionMention | str) -> list[Reflection]:
    """Every reflection that chance can draw."""
    found = [m if isinstance(m, EmotionMention) else mention(text, m) for m in mentions]
    return [respond(found, text, PHRASES, random.Random(seed)) for seed in SEEDS]


def plain(reflection: Reflection) -> str:
    return reflection.text.replace("“", "").replace("”", "")


@pytest.mark.parametrize(
    ("text", "word", "pattern"),
    [
        ("I felt sad.", "sad", "felt sad"),
        ("Today I felt really sad about it", "sad", "felt sad"),
        ("I was so fed up with all of it", "fed up", "felt fed up"),
        ("I've been lonely", "lonely", "felt lonely"),
        ("That made me angry.", "angry", "felt angry"),
        ("It always makes me feel small", "small", "felt small"),
        ("Felt restless all day.", "restless", "felt restless"),
        ("I’m happy", "happy", "feel happy"),
        ("Right now I feel calm", "calm", "feel calm"),
        ("Tired.", "Tired", "feel tired"),
        ("There was some relief", "relief", "in that|spoke of relief"),
        ("I sat there with a lot of shame", "shame", "in that|spoke of shame"),
        ("Loneliness, mostly.", "Loneliness", "in that|spoke of loneliness"),
    ],
)
def test_frame_fits_the_word(text: str, word: str, pattern: str) -> None:
    """An adjective that was felt comes back as felt, at the same time; a noun as something that was there."""
    for reflection in reflections(text, word):
        assert re.search(pattern, reflection.text)
        assert reflection.mentions == (0,)
        assert "“" not in reflection.text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("It was a sad day", "sad"),
        ("She called me stupid", "stupid"),
        ("I would not say jealousy, exactly", "jealousy"),
    ],
)
def test_every_other_adjective_and_noun_is_quoted(text: str, word: str) -> None:
    """Where no frame surely fits, the word is only quoted, as it was said."""
    for reflection in reflections(text, word):
        assert f"“{word.lower()}”" in reflection.text


@pytest.mark.parametrize(
    "text",
    [
        "I love him.", "My heart sank.", "I was beside myself.", "I worry about her.", "I was a wreck.",
        "I missed her.", "I have had enough.", "I would not say I enjoyed it, hated it more like.",
    ],
)  # fmt: skip
def test_verbs_and_idioms_are_thanked_for(text: str) -> None:
    """ "I miss her" is not answered with a quoted "miss", nor is a broken heart."""
    found = find_mentions(text)
    assert any(can_mirror(one) for one in found)
    assert {respond(found, text, PHRASES, random.Random(seed)).text for seed in SEEDS} <= THANKS


def test_two_feelings_both_come_back() -> None:
    """Two named feelings are both in the sentence, in the order of speech."""
    text = "I was tired and a bit ashamed."
    for reflection in reflections(text, *find_mentions(text)):
        assert re.search(r"tired, and (?:also )?a bit ashamed", reflection.text)
        assert reflection.mentions == (0, 1)
    text = "I felt joy and pride."
    for reflection in reflections(text, *find_mentions(text)):
        assert re.search(r"joy(?: in that)?, and (?:of )?pride", reflection.text)
    text = "It was a sad day. I felt proud of him."
    for reflection in reflections(text, mention(text, "sad"), mention(text, "proud", family=Family.PRIDE)):
        assert "“sad”" in reflection.text and "“proud”" in reflection.text


def test_two_of_one_family_are_one() -> None:
    """ "Angry, and really furious" comes back as the stronger of the two."""
    text = "I was angry, really furious."
    found = [mention(text, "angry"), mention(text, "furious", degree=1)]
    assert {reflection.mentions for reflection in reflections(text, *found)} == {(1,)}


def test_strongest_and_latest_of_many() -> None:
    """Of more than two the very strong one stays, then the one that was found last."""
    text = "I felt tired, then furious, then sad, then relieved."
    found = [
        mention(text, "tired"),
        mention(text, "furious", degree=1, family=Family.ANGER),
        mention(text, "sad"),
        mention(text, "relieved", family=Family.CALM),
    ]
    for reflection in reflections(text, *found):
        assert reflection.mentions == (1, 3)


def test_small_feelings_stay_small() -> None:
    """The speaker's own "a bit" before the word comes back with it."""
    text = "I felt a bit sad"
    found = mention(text, "sad", degree=-1, cues=(Cue(7, 12, "degree"),))
    assert all("felt a bit sad" in r.text for r in reflections(text, found))


def test_the_article_of_a_small_degree_stays_with_it() -> None:
    """ "A bit sad" is not said back as "bit sad", and "so sad" not as "so you felt so sad"."""
    for text, part in (("I felt a bit sad.", "a bit sad"), ("I was so sad.", "felt sad")):
        found = find_mentions(text)
        assert all(part in respond(found, text, PHRASES, random.Random(seed)).text for seed in SEEDS)


@pytest.mark.parametrize(
    "attributes",
    [
        {"negated": True},
        {"experiencer": Experiencer.OTHER},
        {"experiencer": Experiencer.UNCLEAR},
        {"hypothetical": True},
        {"past": True},
        {"vague": True},
    ],
)
def test_only_what_was_felt_is_mirrored(attributes: dict[str, Any]) -> None:
    """What was denied, someone else's, imagined, long past or vague gets thanks that invent nothing."""
    text = "I felt angry."
    for reflection in reflections(text, mention(text, "angry", **attributes)):
        assert reflection.text in THANKS
        assert reflection.mentions == ()
        assert not reflection.holds_words


def test_nothing_named_gets_thanks() -> None:
    """An answer without a feeling word is thanked for, whatever it says."""
    assert {r.text for r in reflections("We had soup.")} <= THANKS
    assert {r.text for r in reflections("")} <= THANKS


def test_what_was_taken_back_is_not_mirrored() -> None:
    """ "I was angry. No, not angry" is not answered with anger; that someone else was not angry changes nothing."""
    text = "I was angry. No, not angry, he was calm"
    first = mention(text, "angry")
    back = EmotionMention(21, 26, "angry", "angry", Family.ANGER, Quadrant.UNPLEASANT_HIGH, negated=True)
    assert {r.text for r in reflections(text, first, back)} <= THANKS
    other = EmotionMention(21, 26, "angry", "angry", Family.ANGER, Quadrant.UNPLEASANT_HIGH, True, Experiencer.OTHER)
    assert all("angry" in r.text for r in reflections(text, first, other))


def test_one_feeling_twice_comes_back_once() -> None:
    """ "Sad" and "sadness" make one reflection, not "sad and sadness"."""
    text = "I felt sad. There was a sadness"
    for reflection in reflections(text, mention(text, "sad"), mention(text, "sadness")):
        assert len(reflection.mentions) == 1


def test_the_occasion_comes_back_with_the_feeling() -> None:
    """In the speaker's words, turned to "you"; behind a noun or a quoted word it is left out."""
    text = "I felt overlooked when my brother left without me."
    assert all("overlooked when your brother left without you" in r.text for r in reflections(text, "overlooked"))
    text = "There was some relief when it was over."
    assert all("over" not in r.text for r in reflections(text, "relief"))


def test_a_vague_word_gets_three_nearer_ones_once() -> None:
    """Where it may still be offered, and nothing nearer was named; else plain thanks."""
    text = "I was fine."
    vague = mention(text, "fine", vague=True, family=Family.CALM, quadrant=Quadrant.PLEASANT_LOW)
    for seed in SEEDS:
        offered = respond([vague], text, PHRASES, random.Random(seed), Leave(nearer=True))
        assert offered.follow is Follow.NEARER and offered.about == 0
        assert offered.text == "" and not offered.holds_words  # nothing is said that is not shown
        assert {"calm", "satisfied", "relieved"} & set(offered.offered)
        assert all(word in offered.question for word in ("fine", *offered.offered))
        assert respond([vague], text, PHRASES, random.Random(seed)).follow is None
    named = [vague, mention("I was fine. I was sad.", "sad")]
    assert respond(named, "I was fine. I was sad.", PHRASES, random.Random(1), Leave(nearer=True)).follow is None


def test_it_asks_whether_it_was_right_when_it_is_unsure() -> None:
    """A word that Whisper was not sure of is asked about, where that may be asked; else it is not repeated at all."""
    text = "I felt sad."
    one, unsure = mention(text, "sad"), frozenset({0})
    for seed in SEEDS:
        asked = respond([one], text, PHRASES, random.Random(seed), Leave(confirm=True, unsure=unsure))
        assert asked.follow is Follow.CONFIRM and asked.about == 0
        assert asked.question in PHRASES.spoken["confirm"] and "sad" in asked.text
        silent = respond([one], text, PHRASES, random.Random(seed), Leave(unsure=unsure))
        assert silent.text in THANKS
        sure = respond([one], text, PHRASES, random.Random(seed), Leave(confirm=True))
        assert sure.follow is None


def test_sometimes_it_only_thanks() -> None:
    """As often as it is told to, and it varies what it says."""
    text = "I felt sad."
    drawn = [
        respond([mention(text, "sad")], text, PHRASES, random.Random(s), Leave(only_thanks=0.15)) for s in range(400)
    ]
    thanked = sum(1 for reflection in drawn if not reflection.holds_words)
    assert 30 <= thanked <= 90
    assert len({reflection.text for reflection in drawn}) >= 8


WORDS = ("sad", "angry", "joy", "lonely", "relief", "crying", "love", "over the moon", "my heart sank", "fine")
LEADS = ("I felt ", "I was so ", "She was ", "with ", "", "I ", "it made me ", "and ", "I’m ", "No. ", "ünd ")


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, tuple[EmotionMention, ...]]:
    text, found = "", []
    for _ in range(draw(st.integers(0, 6))):
        text += draw(st.sampled_from(LEADS))
        word = draw(st.sampled_from(WORDS))
        word = word.capitalize() if draw(st.booleans()) else word
        found.append(
            EmotionMention(
                len(text), len(text) + len(word), word, word.lower(), draw(st.sampled_from(Family)),
                Quadrant.UNPLEASANT_LOW, draw(st.booleans()), draw(st.sampled_from(Experiencer)), draw(st.booleans()),
                draw(st.booleans()), draw(st.booleans()), draw(st.integers(-1, 1)),
            )
        )  # fmt: skip
        text += word + draw(st.sampled_from([". ", " and ", ", ", " "]))
    return text, tuple(found)


@given(answers(), st.integers(0, 2**16))
def test_any_answer_gets_one_short_honest_sentence(answer: tuple[str, tuple[EmotionMention, ...]], seed: int) -> None:
    """Over any answer: at most two words come back, each named and felt by the speaker, and nothing banned is said."""
    text, found = answer
    reflection = respond(found, text, PHRASES, random.Random(seed))
    assert len(reflection.mentions) <= 2
    assert all(can_mirror(found[i]) for i in reflection.mentions)
    assert all(found[i].text.lower() in plain(reflection) for i in reflection.mentions)
    assert reflection.holds_words or reflection.text in THANKS
    assert len(reflection.text.split()) <= 20
    assert [p for p in BANNED if re.search(p, reflection.text, re.IGNORECASE)] == []


# Ten thousand answers, made of what people say

PIECES = (
    "I was {f}", "I felt {f} when {who} {did}", "{who} was {f}", "I wasn't {f} at all", "I thought I would be {f}",
    "I'm {f} about {thing}", "it made me {f}", "{who} said {who} was {f}", "there was some {n} in it",
    "I just felt {n}",
    "as a child I was often {f}", "I am {v}", "it was {v}", "we talked about {thing}", "I said nothing",
    "because of that I was {f} and {f}", "I don't know if {who} is {f}", "if {who} {did} I would be {f}",
    "I kind of felt {f} after {who} {did}", "honestly {f}", "{n}, mostly",
)  # fmt: skip
FILL = {
    "f": ("sad", "angry", "lonely", "proud", "ashamed", "relieved", "overlooked", "tired", "nervous", "guilty"),
    "n": ("relief", "shame", "anger", "joy", "sadness", "fear", "envy"),
    "v": ("fine", "okay", "weird", "stressed", "not bad", "whatever"),
    "who": ("my sister", "she", "he", "my boss", "my father", "the neighbour"),
    "did": ("left", "called", "went on with the phone", "came home late", "forgot my birthday"),
    "thing": ("the money", "my exam", "the garden", "tomorrow"),
}  # fmt: skip


def made_up_answer(rng: random.Random) -> str:
    parts = []
    for _ in range(rng.randint(1, 5)):
        piece = rng.choice(PIECES)
        while "{" in piece:
            name = piece[piece.index("{") + 1 : piece.index("}")]
            piece = piece.replace("{" + name + "}", rng.choice(FILL[name]), 1)
        parts.append(piece)
    return (rng.choice((". ", ", and ", ". And ", " but ")).join(parts) + ".").capitalize()


def test_ten_thousand_answers_get_nothing_that_is_banned() -> None:
    """No advice, praise, diagnosis, interpretation or pressure; one sentence or two, and every feeling in it is one
    that the speaker named as their own, felt now.
    """
    rng = random.Random(7)
    for number in range(10_000):
        text = made_up_answer(rng)
        found = find_mentions(text)
        leave = Leave(confirm=number % 2 == 0, nearer=number % 3 == 0, only_thanks=0.15)
        reflection = respond(found, text, PHRASES, rng, leave)
        said = f"{reflection.text} {reflection.question}".strip()
        assert [p for p in BANNED if re.search(p, said, re.IGNORECASE)] == [], said
        assert said.count("?") <= 1 and len(said.split()) <= 34
        given = {found[i].text.lower() for i in reflection.mentions}
        offered = (
            {*reflection.offered, *(found[reflection.about].text.lower(),)} if reflection.about is not None else set()
        )
        for heard in find_mentions(reflection.text):
            word = heard.text.lower()
            assert any(word in one or one in word for one in given | offered), said
        assert all(can_mirror(found[i]) for i in reflection.mentions)


def test_every_template_keeps_to_the_tone() -> None:
    """Each frame with any of its words."""
    forms = [form for forms in PHRASES.reflections.values() for form in forms]
    words = {"word": "sad when she left", "first": "sad", "second": "tired", "third": "calm"}
    for form in forms:
        said = form.format(**words)
        assert [p for p in BANNED if re.search(p, said, re.IGNORECASE)] == []
        assert said.count("?") <= 1
