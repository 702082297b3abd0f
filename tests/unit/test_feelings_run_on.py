"""Sentences of tired speech: run on without marks, in contempt of oneself, with a preface, a tag, or no point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.feelings.en.tails import without_tail
from voicecheck.feelings.en.turn import turn
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.reflect import FirstForm, respond
from voicecheck.phrases import load_phrases

PHRASES = load_phrases()
TAIL_WORDS = (
    "i",
    "it",
    "do",
    "did",
    "really",
    "like",
    "an",
    "idiot",
    "silly",
    "me",
    ",",
    "think",
    "was",
    "so",
    "the",
    "dog",
)


def answered(text: str) -> str:
    return respond(find_mentions(text), text, PHRASES, FirstForm()).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I cried in the shop like an idiot.", "You cried in the shop."),
        ("I'm scared of the dark, silly me.", "You're scared of the dark."),
        ("i was so happy stupid me", "You were so happy."),
        ("They treated me like an idiot and I'm still hurt.", "They treated you like an idiot and you're still hurt."),
        ("I know it's stupid, but I'm really hurt.", "You feel really hurt."),
        ("It's silly but I miss him.", "You miss him."),
        ("I did something stupid and now I'm ashamed.", "Now you're ashamed."),
        ("I hate my stupid brain.", "Thank you."),
        ("im lonely stupid really im forty six but i want my mum", "You feel lonely."),
        ("I'm probably overreacting but I felt insulted.", "You felt insulted."),
        ("I felt such a fool, I was mortified.", "You felt mortified."),
        ("They made me feel stupid and I'm hurt.", "You feel hurt."),
        ("I shouted at the kids.", "Thank you."),
    ],
)
def test_contempt_of_oneself_is_not_said_back(text: str, said: str) -> None:
    """What speakers call themselves in passing falls away, or the sentence does; what others did stays."""
    assert answered(text) == said


@pytest.mark.parametrize(
    "clause",
    [
        "I sat there like a right fool all evening", "it was stupid of me to go", "I'm such a prat with money",
        "I said something stupid to my boss", "I stupidly lent him money", "I hate my fat legs", "I'm being silly now",
        "I lied to my husband",
    ],
)  # fmt: skip
def test_no_verdict_on_the_speaker(clause: str) -> None:
    """A machine never says it, however the speaker puts it."""
    assert turn(clause) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("im so lonely here nobody speaks english at work", "You're so lonely here."),
        ("im absolutely livid ive got work in the morning", "You feel absolutely livid."),
        ("im dreading easter her parents my parents all in one room", "You're dreading easter."),
        ("im fuming forty quid for parking forty quid", "You're fuming."),
        ("i feel like im drowning a bit work mum the school run", "You feel like you're drowning a bit."),
        ("im chuffed to bits my grandad would of loved it",
         "You're chuffed to bits, and your grandad would have loved it."),
        ("it was humiliating he read it out in front of everybody", "It was humiliating."),
        ("i felt so small i still do", "You felt small."),
        ("my wifes upset with her sister again something about a list", "Thank you."),
        ("won at swimming second place actually not won second", "Thank you."),
        # no sentence of its own begins here
        ("I was bummed we couldn't go.", "You were bummed you couldn't go."),
        ("i was gutted we got to the station and the train had gone", "You felt gutted."),
        ("It hurts that my sons don't speak to each other.", "It hurts that your sons don't speak to each other."),
        ("i hate sundays the quiet gets me", "You hate sundays."),
        ("im bored of this town nothing ever happens here", "You're bored of this town."),
        ("im gutted my mum forgot", "You're gutted your mum forgot."),
        ("i was so angry i could scream", "You were so angry you could scream."),
        ("numb like im watching somebody elses life", "You feel numb."),
        ("i feel like im watching somebody elses life", "You feel like you're watching somebody else's life."),
        ("im content sat here with me feet up", "You're content sat here with your feet up."),
    ],
)  # fmt: skip
def test_sentence_ends_without_a_mark(text: str, said: str) -> None:
    """The next sentence is not run into what was felt."""
    assert answered(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I feel guilty about it, I do.", "You feel guilty about it."),
        ("It broke my heart, it really did.", "It broke your heart."),
        ("I'm at peace with it, I think.", "You're at peace with it."),
        ("I don't even want to say it but I'm jealous of my sister.", "You're jealous of your sister."),
        ("I hate to admit it, but I miss him.", "You miss him."),
        ("I'm scared of getting old, that's the truth.", "You're scared of getting old."),
        ("I'm annoyed, I'm really annoyed.", "You feel really annoyed."),
        # frames and clauses where only a quote or a bare noun came back
        ("not much to say im just exhausted mentally i mean the kids", "You feel exhausted."),
        ("im alright bit down bit tired", "You feel a bit down, and a bit tired."),
        ("I get this dread on Sunday nights.", "You get this dread on Sunday nights."),
        ("It's a funny sort of sadness.", "It's a funny sort of sadness."),
        ("My stomach's in knots about Monday.", "Your stomach's in knots about Monday."),
        ("It's frightening how fast he's going downhill.", "It's frightening how fast he's going downhill."),
        ("It's scary how much it costs.", "Thank you."),
        ("Quite pleased with myself today.", "You're quite pleased with yourself today."),
        ("I know it's nothing, but I stood there in the garden and I was so happy.",
         "You stood there in the garden and you were so happy."),
    ],
)  # fmt: skip
def test_prefaces_and_tags_fall_away(text: str, said: str) -> None:
    """What is left is the feeling, in the speaker's words."""
    assert answered(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I made a stew.", "Thank you."),
        ("I went to the dentist.", "Thank you."),
        ("It rained, so I brought it in again.", "Thank you."),
        ("I didn't dare move for two hours.", "Thank you."),
        ("I went to the hospital to see my brother.", "You went to the hospital to see your brother."),
        ("We lost on penalties.", "You lost on penalties."),
        ("We lost the quiz.", "You lost the quiz."),
        ("I lost my job in May.", "You lost your job in May. Thank you for telling me."),
        ("I didn't dare tell her.", "You didn't dare tell her."),
    ],
)
def test_nothing_turns_on_a_chore(text: str, said: str) -> None:
    """Everyday things get thanks; what weighs comes back."""
    assert answered(text) == said


@given(st.lists(st.sampled_from(TAIL_WORDS)))
def test_tail_is_cut_once_and_leaves_words(lows: list[str]) -> None:
    """What is left has no further end to lose, and is never empty where there were words."""
    left = without_tail(lows)
    assert 0 <= left <= len(lows)
    assert without_tail(lows[:left]) == left
    assert left or all(low == "," for low in lows)
