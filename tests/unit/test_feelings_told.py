"""The sentence that comes back around a feeling, and what was told where no feeling was named."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_feelings_turn import FIRST_PERSON, WRONG_VERB
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.reflect import FirstForm, respond
from voicecheck.phrases import load_phrases

PHRASES = load_phrases()
LOSS = " Thank you for telling me."


def answered(text: str) -> str:
    return respond(find_mentions(text), text, PHRASES, FirstForm()).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # what it came with stands in the same sentence
        ("He lied to my face and I saw red.", "He lied to your face and you saw red."),
        ("My partner came home late again and didn't ring, and I was livid.",
         "Your partner came home late again and didn't ring, and you were livid."),
        ("I'm worried sick about my son, he's not eating.", "You're worried sick about your son, he's not eating."),
        ("I'm so angry with my sister I could scream.", "You're so angry with your sister you could scream."),
        ("bills are piling up and i feel like im drowning", "Bills are piling up and you feel like you're drowning."),
        ("My daughter moved out on Saturday and the house is so quiet.",
         "Your daughter moved out on Saturday and the house is so quiet." + LOSS),
        ("Part of me is disgusted.", "Part of you is disgusted."),
        ("It bothers me that they never ask how I am.", "It bothers you that they never ask how you are."),
        ("All I feel is tired.", "All you feel is tired."),
        ("There's a lot of sadness in this house.", "There's a lot of sadness in this house."),
        ("I'm excited and a bit trapped at the same time.", "You're excited and a bit trapped at the same time."),
        ("I'm not as scared as I was.", "You're not as scared as you were."),
        ("I'm trying to stay hopeful but it's hard.", "You're trying to stay hopeful but it's hard."),
        ("My knee is gone again, gutted.", "You feel gutted."),
        # nothing is run together, half a pair is not left out, a body's mishap is not repeated
        ("im annoyed at myself i ate the whole packet", "You're annoyed at yourself."),
        ("It's exhausting, I get home and I just sit in the car for ten long minutes every day.", "It's exhausting."),
        ("I've got a cat, a garden and a locked door, and all in all I've never been calmer.",
         "You've never been calmer."),
        ("It was a scary moment, I won't lie.", "It was a scary moment."),
        ("I broke up with him and I feel awful.", "You broke up with him and you feel awful." + LOSS),
        ("had a good cry and now im a bit calmer so", "You had a good cry and now you're a bit calmer."),
        ("i miss my dog so much its only a dog", "You miss your dog so much."),
        ("yeah im alright bit down bit tired the usual", "You feel a bit down, and a bit tired."),
        ("I wet myself at the shops and I was mortified.", "You felt mortified."),
        ("i dont know im just so overwhelmed with everything mum is ill",
         "You're just so overwhelmed with everything."),
        ("ive been really low this week cant be bothered with anything", "You've been really low this week."),
        ("What upset me most was that he didn't even say goodbye.",
         "What upset you most was that he didn't even say goodbye."),
        ("Had a panic attack in Tesco, had to leave my trolley.", "You had a panic attack in Tesco."),
    ],
)  # fmt: skip
def test_a_feeling_comes_back_with_what_it_came_with(text: str, said: str) -> None:
    """The speaker's own sentence, as long as it is short and of one piece."""
    assert answered(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Uncle Bob died.", "Your uncle Bob died." + LOSS),
        ("Sarah died two years ago today.", "Sarah died two years ago today." + LOSS),
        ("Granny's funeral was today.", "Your granny's funeral was today." + LOSS),
        ("Mum and I had a fight about the care home.", "You and your mum had a fight about the care home." + LOSS),
        ("Joe and I broke up.", "You and Joe broke up." + LOSS),
        ("Me and my brother had a massive falling out.", "You and your brother had a massive falling out." + LOSS),
        ("My little brother's gone back to prison.", "Your little brother's gone back to prison."),
        ("My wife's pregnant!", "Your wife's pregnant."),
        ("He finally said sorry after all these years.", "He finally said sorry after all these years."),
        ("Nobody called on my birthday.", "Nobody called on your birthday."),
        ("I met my birth mother.", "You met your birth mother."),
        ("Finally handed my notice in.", "You finally handed your notice in."),
        ("Still can't go into his room.", "You still can't go into his room."),
        ("They've offered me the job.", "They've offered you the job."),
        ("The kids made me breakfast in bed.", "The kids made you breakfast in bed."),
        ("Somebody keyed my car.", "Somebody keyed your car."),
        ("I had to fire somebody today.", "You had to fire somebody today."),
        ("I lost my wallet on the train and somebody handed it in.",
         "You lost your wallet on the train and somebody handed it in."),
        ("My son said his first word today and I bawled my eyes out.",
         "Your son said his first word today and you bawled your eyes out."),
        ("I planted the bulbs we bought together before she died.",
         "You planted the bulbs you bought together before she died."),
        # nothing of every day, no mask, nothing that others said, no bright half
        ("I watched telly and went to bed.", "Thank you."),
        ("He isn't in love with me any more.", "Thank you."),
        ("It doesn't bother me anymore.", "Thank you."),
        ("so we never ever told the neighbours he was in prison", "Thank you for telling me."),
        ("Battery died on the way.", "Thank you."),
        ("I'm over it, honestly, I just don't care any more.", "Thank you."),
        ("She told me she's not sure she loves me.", "Thank you."),
        ("We had a nice day at the sea but then dad started on at me again.", "Thank you."),
    ],
)  # fmt: skip
def test_what_was_told_comes_back(text: str, said: str) -> None:
    """An event, with whom it happened; thanks where nothing stands out."""
    assert answered(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "I gave my watch to my nephew today.",
        "I cancelled everything for next month.",
        "I drove out to the reservoir and sat there till dark.",
        "I stopped taking my medication on Sunday.",
        "I wrote to everyone tonight.",
        "I stood on the balcony for ages.",
        "I've found a home for the dog so that's done.",
        "I left the kids on their own all night.",
        "My uncle made me promise not to tell.",
        "She showed me her back today, covered in welts.",
        "He lifted his jumper at my table, and her partner uses his fists.",
        "My best friend took her own life and I planned the party.",
    ],
)
def test_what_may_be_leave_taking_or_harm_is_told_by_nobody(text: str) -> None:
    """The mirror of last resort keeps silent where a word of harm, of a secret or of parting stands in the answer."""
    assert answered(text) in {*PHRASES.spoken["thanks"], *PHRASES.spoken["thanks_for_loss"]}


WHO = ("I", "My brother and I", "Mum and I", "We", "My boss", "She", "The kids", "Uncle Bob", "Nobody", "Joe and I")
DID = (
    "lost the dog", "sold my car to my neighbour", "forgot our anniversary", "was angry at me", "were so proud of us",
    "had to leave my own party", "didn't even say hello to me", "made me breakfast", "is moving to Canada",
    "got broken into last night", "miss him", "had a row about my mum", "died in May",
)  # fmt: skip
JOINT = (" and ", ", and ", " but ", ", ", " so ", " because ", ". ", " ", " and then ")


@given(st.lists(st.tuples(st.sampled_from(WHO), st.sampled_from(DID), st.sampled_from(JOINT)), min_size=1, max_size=4))
def test_any_sentence_comes_back_whole_or_in_part(told: list[tuple[str, str, str]]) -> None:
    """No first person is left, the verbs agree, it is short, and every word of it was said by the speaker."""
    text = "".join(f"{who} {did}{joint}" for who, did, joint in told)
    reflection = respond(find_mentions(text), text, PHRASES, FirstForm())
    said = reflection.text.removesuffix(LOSS)
    if not reflection.holds_words:
        return
    assert not FIRST_PERSON.search(re.sub(r"“[^”]*”", "", said)), (text, said)
    assert not WRONG_VERB.search(said), (text, said)
    assert len(said.split()) <= 14, said
    spoken = {
        *re.findall(r"[\w']+", text.lower()),
        "you",
        "your",
        "you're",
        "are",
        "were",
        "felt",
        "feel",
        "said",
        "and",
        "yours",
    }
    assert set(re.findall(r"[\w']+", said.lower())) <= spoken, (text, said)
