"""Kinds of clauses in spoken talk: who feels it, what is only imagined, and what lies in a finished past."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voicecheck.contract import mention_json
from voicecheck.domain import EmotionMention
from voicecheck.feelings.languages import load_grammar
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.patterns import compile_pattern, match_pattern
from voicecheck.feelings.tokens import tokenize

DATA = Path(__file__).parent.parent / "data" / "clauses.en.jsonl"
FLOORS = {"other": 0.97, "hypothetical": 0.96, "past": 0.95, "negated": 0.95}


def only(text: str) -> EmotionMention:
    (mention,) = find_mentions(text)
    return mention


@pytest.mark.parametrize(
    "text",
    [
        "I feel like my husband resents me.",
        "It seems like my kids are scared of me.",
        "I feel as if my boss hates me.",
        "He acts like his mother is afraid of him",
        "sometimes it feels like Sarah is jealous",
        "It's as if the whole team resents me.",
        "It feels as though my wife hates me",
        "My in-laws hate me.",
        "my in laws are proud of us",
        "All of the women I worked with were frustrated.",
        "everyone I know is lonely",
        "the people that I work with are stressed",
        "the girl he married is jealous",
        "The man I buy my bread from is cheerful",
        "my mum I think is angry",
        "someone else was angry",
        "Everyone else is happy",
        "The lady upstairs is angry about the noise.",
        "The man next door is jealous",
        "the guy sitting next to me was furious",
        "a friend called Joe was sad",
        "I left my partner feeling unloved",
        "it made my kids feel safe",
        "I saw my dad getting angry",
    ],
)
def test_another_persons_feeling(text: str) -> None:
    """A clause may begin behind "like"; the head of a phrase is its noun or its pronoun, whatever tells which one."""
    mention = only(text)
    assert mention.experiencer == "other" and not (mention.negated or mention.hypothetical)


@pytest.mark.parametrize(
    "text", ["people like my dad are sad", "a few folks who are still unhappy", "my upstairs neighbour is angry"]
)
def test_phrases_that_begin_no_clause(text: str) -> None:
    assert only(text).experiencer == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Just be happy.",
        "Friends say just order something and enjoy it.",
        "My sister told me, just be happy you have a job.",
        "They told me just be grateful",
        "People say get over it and be happy",
        "Make sure you enjoy it",
        "Make sure to be happy",
        "Go home and be happy",
        "Now don't be sad",
    ],
)
def test_a_request_is_nobodys_feeling_yet(text: str) -> None:
    """What somebody is told to feel is imagined, and not the speaker's own word."""
    mention = only(text)
    assert mention.experiencer == "unclear" and mention.hypothetical


@pytest.mark.parametrize(
    "text",
    [
        "it could make me angry", "it could make my wife feel sad", "I bring it in case I get anxious",
        "in case my wife is angry I bought flowers", "leave in case Sarah gets upset",
        "What if I get there and I'm too nervous to speak?", "if I go and I'm sad, what then?",
        "I'm keeping it from him so that he doesn't get worried.", "I walk so I don't get anxious",
        "Do the kids feel safe with him, that's what I keep asking", "Does my wife hate me",
        "Is my wife angry I ask myself", "why would I be angry?", "how would I not be nervous?",
        "if anyone else is scared tell me", "is anyone else tired",
    ],
)  # fmt: skip
def test_what_is_only_imagined(text: str) -> None:
    assert only(text).hypothetical


@pytest.mark.parametrize(
    "text",
    [
        "Not knowing makes me anxious", "Not being invited made me sad", "Not sleeping has made me miserable",
        "I never knew I could be that happy", "I never thought I could be so angry",
        "I didn't know I could feel this sad", "who knew I could be this lonely",
        "I never knew it was possible to be this lonely", "In any case, I'm sad", "why do I feel so sad?",
        "it was such a long day so that was exhausting", "I couldn't help feeling proud",
        "people say it's over and I'm sad",
    ],
)  # fmt: skip
def test_what_is_felt_all_the_same(text: str) -> None:
    """ "Not" before a gerund denies the gerund; what went beyond all that was thought possible is felt."""
    assert only(text).felt_now


@pytest.mark.parametrize("text", ["it's not as if I was scared", "not one of us was scared", "it didn't make me sad"])
def test_what_is_denied(text: str) -> None:
    mention = only(text)
    assert mention.negated and not mention.hypothetical


PAST = """
My first two years at the factory I was miserable.
The year Dad died I was angry at everyone.
My ex made me feel worthless.
I was jealous of her for about six years.
My first boss terrified me.
At my old school I felt so alone.
The summer after graduation I was sad.
During my apprenticeship I dreaded going in.
Through the whole of high school I hated my body.
There was a period where I was really depressed.
That first winter in Canada I was so lonely.
Right after the twins were born I was overwhelmed, but it's okay now.
My grandad used to sing to us and we'd be so happy.
Years back I felt really proud of what we did.
Before I came out I was scared.
When I was drinking I felt ashamed every morning.
When I worked nights I was always tired.
When my kids were small I was always worried.
When I was married to Tom I was afraid of the weekends.
In the 90s we were so happy.
When I was in Vietnam I was scared every night.
When I was forty five I was heartbroken.
After we split up I was devastated.
Until I got sober I was ashamed of everything.
"""
STORY = """
Today I was upset because the boiler broke.
I was so nervous this morning before the call.
We had a row last night and I felt guilty after.
I'm still angry about what happened when I was a kid.
I haven't been this happy for years.
After school I was tired.
I was at work and I felt so alone.
As a kid I never spoke. Yesterday I had to. I was scared.
Our first evening in the flat and I was so happy.
My old boss is proud of me.
Before I left the house I was nervous.
"""


@pytest.mark.parametrize(
    ("text", "past"),
    [(text, True) for text in PAST.strip().split("\n")] + [(text, False) for text in STORY.strip().split("\n")],
)
def test_a_finished_past(text: str, past: bool) -> None:
    """Times of life, ages, places that were left, and years that are over; not the past tense of today's story."""
    assert only(text).past is past


def test_attributes_of_plain_talk_stay_above_their_floors() -> None:
    """On 439 plain sentences; the rules were mended with them, so on others they will do less well."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 400
    wanted: dict[str, set[tuple[str, int]]] = {name: set() for name in FLOORS}
    found: dict[str, set[tuple[str, int]]] = {name: set() for name in FLOORS}
    for row in rows:
        tagged = [mention_json(mention) for mention in find_mentions(row["text"])]
        for marks, into in ((row["mentions"], wanted), (tagged, found)):
            for mark in marks:
                for name, places in into.items():
                    if mark["experiencer"] == "other" if name == "other" else mark[name]:
                        places.add((row["id"], mark["start"]))
    f1 = {name: 2 * len(wanted[name] & found[name]) / (len(wanted[name]) + len(found[name])) for name in FLOORS}
    assert {name: value for name, value in f1.items() if value < FLOORS[name]} == {}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("The people who raised me were always angry.", "other"),
        ("I hate seeing my mom so sad", "other"),
        ("Mr. Patel is grieving", "other"),
        ("Two of my cousins are devastated", "other"),
        ("the whole town was devastated", "other"),
        ("I worried about him with his issues with depression", "other"),
        ("I'm married to a man who's angry all day", "other"),
        ("I'm the one who's angry, not her.", "self"),
        ("If he says sorry I'll be happy", "self"),
        ("it makes my tummy sick", "self"),
        ("he saw my blind rage", "self"),
        ("Let yourself be angry", "unclear"),
        ("Try not to be sad", "unclear"),
    ],
)
def test_whose_it_is(text: str, who: str) -> None:
    assert find_mentions(text)[-1].experiencer == who


@pytest.mark.parametrize(
    "text",
    [
        "it took me way too long to spot", "I was scrolling down and I screamed", "you haven't missed anything",
        "I walked past and missed it", "I wear my mute button out", "Shame I don't live there", "Chill out man",
        "men are guilty until proven innocent", "about the tone, not the content", "sending you love",
        "I drew happy little trees",
    ],
)  # fmt: skip
def test_words_of_comments_that_name_no_feeling(text: str) -> None:
    assert find_mentions(text) == ()


def test_a_full_stop_behind_a_title_ends_no_sentence() -> None:
    assert only("I told Mrs. Jones that I was sad").felt_now


def test_a_class_may_stand_among_words_in_a_pattern() -> None:
    """`<child>/alive` is any word of the class, or "alive"; by the second word most patterns are left out at once."""
    classes = {"child": frozenset(("little", "small"))}
    pattern = compile_pattern("was (still) <child>/alive", lambda verb: frozenset((verb,)), classes)
    phrases = load_grammar("en").phrase("past")
    for text, found in (("was alive", True), ("was still small", True), ("was here", False)):
        assert (match_pattern(tokenize(text), 0, pattern) is not None) is found
    assert phrases.match_at(tokenize("as a little kid"), 0) == 4
    assert phrases.match_at(tokenize("as a rule"), 0) == 0
