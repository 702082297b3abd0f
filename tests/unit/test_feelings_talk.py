"""Feelings in spoken talk: said of things, behind idioms, in habits of the past, and what is only politeness."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from voicecheck.contract import mention_json
from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.mirror import mirror
from voicecheck.feelings.language import MirrorForm
from voicecheck.feelings.mentions import find_mentions

DATA = Path(__file__).parent.parent / "data" / "talk.en.jsonl"
Mention = dict[str, Any]
Kind = Callable[[Mention], bool]

KINDS: dict[str, Kind] = {
    "span": lambda m: True,
    "felt now": lambda m: (
        m["experiencer"] == "self" and not (m["negated"] or m["hypothetical"] or m["past"])
    ),
    "negated": lambda m: m["negated"],
    "other": lambda m: m["experiencer"] == "other",
    "hypothetical": lambda m: m["hypothetical"],
    "past": lambda m: m["past"],
}  # fmt: skip


@dataclass
class Counted:
    found: int = 0
    wanted: int = 0
    both: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.found + self.wanted)


def only(text: str) -> EmotionMention:
    (mention,) = find_mentions(text)
    return mention


def cues(text: str, mention: EmotionMention, kind: str) -> list[str]:
    return [text[c.start : c.end] for c in mention.cues if c.kind == kind]


def spans(mentions: Sequence[Mention], kind: Kind) -> set[tuple[int, int, str]]:
    return {(m["start"], m["end"], m["family"]) for m in mentions if kind(m)}


def test_spoken_talk_is_tagged_well() -> None:
    """Each attribute stays above its floor on utterances in the manner of interviews, telephone talk and letters."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 120 and len({row["id"] for row in rows}) == len(rows)
    counts = {name: Counted() for name in KINDS}
    for row in rows:
        found = [mention_json(m) for m in find_mentions(row["text"])]
        for name, kind in KINDS.items():
            mine, theirs, count = spans(found, kind), spans(row["mentions"], kind), counts[name]
            count.found, count.wanted, count.both = (
                count.found + len(mine), count.wanted + len(theirs), count.both + len(mine & theirs)
            )  # fmt: skip
    assert {name: count.f1 for name, count in counts.items() if count.f1 < 0.95} == {}


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("It's exhausting", "It"),
        ("That was humiliating.", "That"),
        ("Work is stressful", "Work"),
        ("The whole thing was pretty scary", "thing"),
        ("Being a parent is exhausting", "parent"),
        ("Not knowing is terrifying", "knowing"),
        ("I find it draining", "it"),
        ("We had a scary moment", "moment"),
        ("it feels overwhelming", "it"),
        ("his death was devastating", "death"),
        ("Really frustrating.", "frustrating"),
        ("its so stressful", "its"),
    ],
)
def test_a_feeling_said_of_a_thing_is_the_speakers(text: str, thing: str) -> None:
    """A predicate on a thing, a day or a deed is the speaker's own feeling now, and the cue names the thing."""
    mention = only(text)
    assert mention.felt_now and cues(text, mention, "implied") == [thing]


@pytest.mark.parametrize(
    "text",
    [
        "Her job is stressful", "It's a boring font", "a scary film, they say", "My mom says it's scary",
        "She's annoying",
        "She finds it exhausting", "It must be exhausting for her", "That must have been scary",
        "That was upsetting to him",
        "That sounds frustrating",
        "It's scary how much it costs", "That talk was boring", "My knee is painful", "I work in stressful situations",
        "the film was creepy", "It's a tense situation at the plant", "a song about touching it",
        'the word "annoying" is long',
    ],
)  # fmt: skip
def test_what_only_others_meet_is_no_feeling(text: str) -> None:
    """Judgements of quality, other people's lives and what a person is like stay unmarked."""
    assert find_mentions(text) == ()


@pytest.mark.parametrize(
    ("text", "negated", "imagined", "past"),
    [
        ("It isn't scary", True, False, False),
        ("I don't find it boring", True, False, False),
        ("It would be humiliating", False, True, False),
        ("Is it scary out there?", False, True, False),
        ("It was scary when I was a kid", False, False, True),
        ("It got to be stressful", False, False, False),
        ("Pretending to be somebody else is tiring", False, False, False),
    ],
)
def test_context_of_a_feeling_said_of_a_thing(text: str, negated: bool, imagined: bool, past: bool) -> None:
    """It is denied, imagined and placed in the past like any other."""
    mention = only(text)
    assert (mention.negated, mention.hypothetical, mention.past) == (negated, imagined, past)


def test_a_feeling_said_of_a_thing_stays_with_the_thing() -> None:
    """ "Exhausting." is no "You're exhausting"."""
    text = "Exhausting."
    assert mirror(0, find_mentions(text), text).form is MirrorForm.THING_NOW


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("It hurts so bad", "hurt"), ("it's eating me up", "eat up"), ("it ate at me", "eat at"),
        ("I can't cope anymore", "can't cope"), ("I've been up and down", "up and down"), ("I'm stuck", "stuck"),
        ("it's been a roller coaster", "roller coaster"), ("it caught me off guard", "catch off guard"),
        ("I'm cooped up in here", "cooped up"), ("I have no motivation", "no motivation"),
        ("I feel for the families", "feel for"), ("I feel so bad for her", "feel bad for"), ("I'm so lucky", "lucky"),
        ("It's been hard on me", "hard on"), ("I've got a lot on my plate", "a lot on plate"),
        ("that cheered me up", "cheer up"), ("my feelings got hurt", "hurt feelings"),
        ("it threw me off", "throw off"), ("I don't fit in here", "not fit in"), ("It's all too much", "all too much"),
    ],
)  # fmt: skip
def test_spoken_words_and_idioms(text: str, lemma: str) -> None:
    """Words that people use and lists of feelings lack."""
    mention = only(text)
    assert mention.lemma == lemma and mention.felt_now


@pytest.mark.parametrize(
    "text",
    [
        "hope you have a good day", "I hope you're doing okay", "Glad to meet you", "Happy to meet you",
        "hope to see you soon",
        "hope that helps", "I was late, sorry.", "I missed the bus", "I missed my stop", "we missed two episodes",
        "I missed the beginning of the film", "I don't want to miss the game", "it hurts when I walk", "my back hurts",
        "nobody got hurt", "feel for the light switch", "I walked up and down the stairs", "he's lucky",
        "he was hard on me", "she threw me off the horse", "we went on the roller coaster", "I'm stuck in traffic",
    ],
)  # fmt: skip
def test_courtesy_and_other_senses(text: str) -> None:
    """Good wishes, buses, backs and staircases name no feeling."""
    assert find_mentions(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "I was, I don't know, like, sad about it",
        "I don't know, kind of angry",
        "I'm barely keeping my head above water",
        "I can't shake this feeling of dread",
        "I can't get rid of this fear",
    ],
)
def test_what_denies_nothing(text: str) -> None:
    """ "I don't know" fills a pause, "barely" belongs to its idiom, and what one cannot shake is still felt."""
    assert only(text).felt_now


@pytest.mark.parametrize(
    "text",
    [
        "I slept without worrying",
        "a total lack of confidence",
        "there was a lack of joy",
        "I lost all motivation",
        "I don't know that I'm angry",
        "not taking any nonsense, not being afraid",
    ],
)
def test_a_lack_denies(text: str) -> None:
    assert only(text).negated


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("I worry greatly", 1),
        ("my anxiety was through the roof", 1),
        ("I miss her like crazy", 1),
        ("it hurts so bad", 1),
        ("he gets a bit on my nerves", -1),
        ("it got a little under my skin", -1),
    ],
)
def test_degree_behind_and_inside(text: str, degree: int) -> None:
    """How strong it is may stand behind the word, or inside the idiom."""
    assert only(text).degree == degree


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("at fifteen I was ashamed of our house", True),
        ("I remember how scared I was", True),
        ("I remember feeling so alone", True),
        ("every Christmas we'd get so excited", True),
        ("he would get angry whenever we were late", True),
        ("in 1998 I was so happy", True),
        ("in fifth grade I was embarrassed", True),
        ("I was sixteen and I was angry", True),
        ("I was a nervous child", True),
        ("I couldn't remember the number, I was embarrassed", False),
        ("I'd be happy every day if I had that", False),
        ("I was happy at school today", False),
    ],
)
def test_more_that_is_long_past(text: str, past: bool) -> None:
    """Ages, grades and years, what is remembered, and the habit that a "would" tells of."""
    assert only(text).past is past


@pytest.mark.parametrize(
    ("text", "imagined"),
    [
        ("there's no reason to be embarrassed", True),
        ("I have to be happy with it", True),
        ("you don't need to be scared", True),
        ("I could be happier", True),
        ("I can't imagine how scared they were", False),
        ("I can't imagine being that bored", True),
        ("I need some peace", True),
        ("I'm looking for happiness", True),
        ("I act happy around them", True),
        ("how can I be happy", True),
        ("I'm not sure I'm happy", True),
        ("does anyone else feel lonely?", True),
        ("I'd call it anger", False),
        ("I managed to stay calm", False),
        ("am I the only one who feels lonely?", False),
    ],
)
def test_more_that_is_only_imagined(text: str, imagined: bool) -> None:
    """Duties, missing reasons and what is sought are imagined; what nobody can imagine was so."""
    assert only(text).hypothetical is imagined


@pytest.mark.parametrize(
    "text",
    [
        "the elderly are lonely", "veterans feel alone",
        "I feel like my husband resents me", "it seems like my kids hate me",
        "I feel like my wife is ashamed of me", "a lot of pilots hated it", "this sub adores him",
        "it makes my daughter uncomfortable",
    ],
)  # fmt: skip
def test_what_others_feel_is_not_pinned_on_the_speaker(text: str) -> None:
    """Neither "I feel like" nor a noun that no list of persons knows makes another's feeling the speaker's own."""
    assert only(text).experiencer == "other"


@pytest.mark.parametrize(
    ("clean", "heard"),
    [
        ("It's been real lonely.", "its been real lonely"),
        ("Everybody's tired of it.", "everybodys tired of it"),
        ("Nobody's happy.", "nobodys happy"),
        ("It's terrifying, you never know.", "its terrifying you never know"),
        ("It's exhausting.", "its exhausting"),
        ("We'd all be so scared.", "wed all be so scared"),
    ],
)
def test_what_lost_its_signs_is_understood_alike(clean: str, heard: str) -> None:
    """Recognition may leave out capitals, apostrophes and full stops."""
    first, second = only(clean), only(heard)
    assert (first.lemma, first.experiencer, first.negated, first.hypothetical) == (
        second.lemma, second.experiencer, second.negated, second.hypothetical
    )  # fmt: skip


def test_whose_its_is() -> None:
    """ "Its" stays an owner where no contraction can be meant."""
    assert find_mentions("the dog hurt its leg") == ()


def _read(text: str) -> list[tuple[str, str]]:
    """Each feeling with its owner's first letter and N, H, P where it is denied, imagined or past."""
    return [
        (
            mention.lemma,
            str(mention.experiencer)[0] + "N" * mention.negated + "H" * mention.hypothetical + "P" * mention.past,
        )
        for mention in find_mentions(text)
    ]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        # said twice, or with an aside while the word is looked for
        ("it's it's frustrating it's so frustrating on the phone", [("frustrating", "s"), ("frustrating", "s")]),
        ("He was, what's the word, bitter.", [("bitter", "o")]),
        ("I just want to be, I don't know, just content.", [("content", "sH")]),
        ("and she's like oh I'm not mad I'm not mad", [("mad", "oN"), ("mad", "oN")]),
        # what is said of the speaker, and who is spoken to
        ("You think I'm angry. I'm not angry.", [("angry", "u"), ("angry", "sN")]),
        ("You'd think I'd be happy.", [("happy", "sH")]),
        ("He says I'm lazy and that I'm always angry.", [("angry", "u")]),
        ("Are you nervous about it?", [("nervous", "oH")]),
        ("You used to be pleased to see me.", [("pleased", "oP")]),
        ("You feel helpless, as a parent.", [("helpless", "u")]),
        ("That would annoy anyone.", [("annoy", "oH")]),
        # denied and imagined
        ("It's not exactly that I'm bored.", [("bored", "sN")]),
        ("If it doesn't come, then I'm furious.", [("furious", "sH")]),
        ("If I were braver I'd tell her I'm lonely.", [("lonely", "s")]),
        ("Suppose she had said yes, I'd have been miserable.", [("miserable", "sH")]),
        ("I'd have been annoyed a few years ago.", [("annoyed", "sHP")]),
        # times of a life
        ("When our Tom was born I was terrified.", [("terrified", "sP")]),
        ("I was what, twenty-six, and I was furious.", [("furious", "sP")]),
        ("We were all scared, back in eighty-one.", [("scared", "sP")]),
        ("He was always angry about something.", [("angry", "oP")]),
        ("I hated being pregnant.", [("hate", "sP")]),
        ("My grandad came back from the war and he was bitter.", [("bitter", "oP")]),
        ("Can't wait to be at college again.", [("can't wait", "s")]),
        # a feeling without "feel", and none of one
        ("I'm not sad, I'm empty.", [("sad", "sN"), ("empty", "s")]),
        ("The fridge is empty.", []),
        ("It was in that horrible little flat.", []),
        ("I'm afraid that if I rest, I won't get up.", [("afraid", "s")]),
        ("I'm afraid that we're closed.", []),
        ("I wasn't hurt in the crash, only the bumper.", []),
        ("I don't want to insult him.", []),
        ("He insulted me.", [("insult", "s")]),
        ("Thanks. Appreciate that advice.", []),
        ("I appreciate my sister so much.", [("appreciate", "s")]),
        ("I'm so scared tears are running down.", [("scared", "s")]),
        ("What gets to me is the noise.", [("get to", "s")]),
        ("I queued all day only to be disappointed.", [("disappointed", "s")]),
        ("I want only to be happy.", [("happy", "sH")]),
        ("Im not 😀 Glad it went well.", [("glad", "s")]),
        ("I'm happy to listen.", []),
        ("I'm sorry that happened.", []),
        ("I'm sorry I shouted at her.", [("sorry", "s")]),
        ("We can talk later, don't worry, it's late.", []),
    ],
)  # fmt: skip
def test_kinds_of_real_talk(text: str, read: list[tuple[str, str]]) -> None:
    """Kinds that real talk showed: each is read by whose it is, and as denied, imagined or past."""
    assert _read(text) == read
