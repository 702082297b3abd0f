"""Whose a feeling is, when it was felt, and what is none: kinds that people's own words showed."""

from __future__ import annotations

import pytest

from voicecheck.feelings.mentions import find_mentions


def read(text: str) -> list[tuple[str, str]]:
    """Each feeling with its owner's first letter and N, H, P where it is denied, imagined or past."""
    return [
        (m.lemma, str(m.experiencer)[0] + "N" * m.negated + "H" * m.hypothetical + "P" * m.past)
        for m in find_mentions(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # by what they do, where they belong, and by initials
        ("Two of the other testers are really upset about it.", [("upset", "o")]),
        ("The protesters are angry.", [("angry", "o")]),
        ("the other mums look so happy", [("happy", "o")]),
        ("The committee was unhappy.", [("unhappy", "o")]),
        ("AJ was upset all evening.", [("upset", "o")]),
        ("MY DAD IS ANGRY", [("angry", "o")]),
        ("The letters were upsetting.", [("upsetting", "s")]),
        ("TV was boring.", [("boring", "s")]),
        ("My stomach was upset.", []),
        # "me" of another clause
        ("They hate me and my brother is ashamed of me.", [("hate", "o"), ("ashamed", "o")]),
        ("Me and my brother are ashamed.", [("ashamed", "s")]),
        # moved or wanted, without an article
        ("That would make anyone angry.", [("angry", "oH")]),
        ("I want people to be proud of me.", [("proud", "oH")]),
        ("I just want kids to be happy.", [("happy", "oH")]),
        ("It gave her anxiety.", [("anxiety", "o")]),
        ("It gives us hope.", [("hope", "s")]),
        # in somebody, and somebody's struggle
        ("There's so much anger in him.", [("anger", "o")]),
        ("There's so much anger in me.", [("anger", "s")]),
        ("My brother struggles with depression.", [("depression", "o")]),
        ("there are so many lonely people", [("lonely", "o")]),
        ("It's hard to see him so sad.", [("sad", "o")]),
        ("I know how worried they are.", [("worried", "o")]),
        ("She gave me a look of disgust.", [("disgust", "o")]),
        ("I gave him a look of disgust.", [("disgust", "s")]),
        ("Kids these days are anxious.", [("anxious", "o")]),
        ("We as a family were devastated.", [("devastated", "s")]),
        ("Hardly anyone was happy.", [("happy", "oN")]),
        ("The poor thing was scared.", [("scared", "o")]),
        # who is spoken to
        ("You deserve to be happy.", [("happy", "oH")]),
        ("I'd love to watch you become proud of it.", [("proud", "oH")]),
        ("You deserve peace.", [("peace", "oH")]),
        ("You know when you feel ashamed?", [("ashamed", "u")]),
        ("Mum could tell I was lonely.", [("lonely", "s")]),
        ("She'd love that.", [("love", "oH")]),
        ("That could upset her.", [("upset", "oH")]),
    ],
)  # fmt: skip
def test_whose_it_is(text: str, found: list[tuple[str, str]]) -> None:
    """A feeling of others is theirs, however they are named, and one of the speaker's stays the speaker's."""
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we were happy once", [("happy", "sP")]),
        ("Once I was home I was happy.", [("happy", "s")]),
        ("I called once and I was happy.", [("happy", "s")]),
        ("We were so happy then.", [("happy", "sP")]),
        ("I was happy then I was sad.", [("happy", "s"), ("sad", "s")]),
        ("before she got ill we were happy", [("happy", "sP")]),
        ("I was angry for a long time.", [("angry", "sP")]),
        ("I was on hold for a long time and I was angry.", [("angry", "s")]),
        ("I remember being scared of my dad.", [("scared", "sP")]),
        ("I remember him being so proud.", [("proud", "oP")]),
        ("I had always loved the sea.", [("love", "sP")]),
        ("I've always loved the sea.", [("love", "s")]),
        ("My mum never loved me.", [("love", "oNP")]),
        ("I was such an angry teenager.", [("angry", "sP")]),
        ("That was the happiest time of my life.", [("happy", "sP")]),
        ("I went through a phase where I hated everyone.", [("hate", "sP")]),
        ("during covid I was so lonely", [("lonely", "sP")]),
        ("I miss how happy we were.", [("miss", "s"), ("happy", "sP")]),
        # said now, of what was then
        ("So glad I left years ago.", [("glad", "s")]),
        ("Proud of what we did back then.", [("proud", "s")]),
        ("I'll always love her.", [("love", "s")]),
        ("I'll miss her.", [("miss", "sH")]),
        ("I couldn't be more proud.", [("proud", "s")]),
        ("I pray for peace.", [("peace", "sH")]),
        ("I don't like being angry.", [("angry", "s")]),
        ("I'm not saying I'm angry.", [("angry", "sN")]),
        ("I've never enjoyed anything like that.", [("enjoy", "s")]),
        ("I never enjoyed school like that.", [("enjoy", "sN")]),
    ],
)  # fmt: skip
def test_when_it_was_felt(text: str, found: list[tuple[str, str]]) -> None:
    """What belongs to a time that is over is past; what is felt now about that time is not."""
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it's all good, glad it's over", [("glad", "s")]),
        ("Disgusting, what he did.", [("disgusting", "s")]),
        ("How embarrassing!", [("embarrassing", "s")]),
        ("How embarrassing is it?", []),
        ("The silence hurts.", [("hurt", "s")]),
        ("The knee hurts.", []),
        ("it doesn't bother me", [("bother", "sN")]),
        ("I'm afraid that people hate me.", [("afraid", "s"), ("hate", "oH")]),
        ("It was a nice surprise.", [("surprise", "s")]),
        ("What a shock.", [("shock", "s")]),
        ("He's a disappointment.", []),
        ("That led to some embarrassing moments.", [("embarrassing", "s")]),
        ("I'm broken.", [("broken", "s")]),
        ("The phone is broken.", []),
        ("I haaaate it", [("hate", "s")]),
        ("I'm so suprised", [("surprised", "s")]),
        ("It was a scary story.", []),
        ("Good morning.", []),
        ("Order the cheapest food and enjoy the view.", []),
        ("I sit outside and enjoy the view.", [("enjoy", "s")]),
        ("Oh I'm sorry. I misheard.", []),
        ("I'm so sorry.", [("sorry", "s")]),
        ("We talked about depression in class.", []),
        ("It's weird he texted her.", []),
    ],
)  # fmt: skip
def test_what_is_a_feeling(text: str, found: list[tuple[str, str]]) -> None:
    """Feelings said in half a sentence or misspelt are found; greetings, apologies and topics are none."""
    assert [one for one in read(text) if one[0] not in ("it's all good",)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The government is shut down.", ()),
        ("They are locked down again.", ()),
        ("He's in a better place now.", ()),
        ("I'm in a better place these days.", ("in a better place",)),
        ("I thought I was missing something.", ()),
        ("I am so down today.", ("down",)),
    ],
)
def test_words_beside_a_feeling_that_is_none(text: str, found: tuple[str, ...]) -> None:
    """What was shut is not down, whoever died is not calm, and who overlooks something does not miss anybody."""
    assert tuple(mention.text for mention in find_mentions(text)) == found
