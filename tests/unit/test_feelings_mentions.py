"""Feeling words are found, and ConText says whose, whether, when."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecheck.domain import EmotionMention, Experiencer, Family
from voicecheck.feelings.mentions import find_mentions, has_lexicon, lexicon_version

DATA = Path(__file__).parent.parent / "data" / "utterances.en.jsonl"


def only(text: str) -> EmotionMention:
    (mention,) = find_mentions(text)
    return mention


def cues(text: str, mention: EmotionMention, kind: str) -> list[str]:
    return [text[c.start : c.end] for c in mention.cues if c.kind == kind]


def test_the_development_set_is_sound() -> None:
    """300 utterances and more, a fifth of them without feelings; every span lies on whole words."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 300
    assert len({row["id"] for row in rows}) == len(rows)
    assert sum(not row["mentions"] for row in rows) >= len(rows) / 5
    for row in rows:
        text, last = row["text"], 0
        for mention in row["mentions"]:
            start, end = mention["start"], mention["end"]
            assert last <= start < end <= len(text), row["id"]
            assert not text[start - 1 : start].isalpha() and not text[end : end + 1].isalpha(), row["id"]
            assert mention["family"] in set(Family) and mention["experiencer"] in set(Experiencer), row["id"]
            last = end


def test_the_development_set_is_tagged_well() -> None:
    """Spans and "felt now" stay above nine in ten on the set that the rules were written with."""
    found = wanted = hit = 0
    for line in DATA.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = {(m["start"], m["end"]) for m in row["mentions"] if m["experiencer"] == "self" and not m["negated"]}
        mine = {(m.start, m.end) for m in find_mentions(row["text"]) if m.experiencer == "self" and not m.negated}
        found, wanted, hit = found + len(mine), wanted + len(spans), hit + len(mine & spans)
    assert 2 * hit / (found + wanted) > 0.9


def test_a_denial_is_seen_and_shown() -> None:
    """ "Wasn't" turns "angry" round, with a curly apostrophe too, and its own span says so."""
    for text in ("I wasn't angry at all", "I wasn’t angry at all"):
        mention = only(text)
        assert mention.negated and not mention.felt_now
        assert cues(text, mention, "negation") == [text.split()[1]]


@pytest.mark.parametrize(
    "text",
    [
        "I'm not angry and not sad.",
        "Not lonely, and not sad either.",
        "I was not afraid and not ashamed, just worn out.",
    ],
)
def test_each_of_two_has_its_own_denial(text: str) -> None:
    """The first "not" does not reach over the second, where it would make a yes of it."""
    first, second = find_mentions(text)[:2]
    assert first.negated and second.negated


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("I'm not unhappy", True),
        ("I can't say I'm sad", True),
        ("I can't say I'm not worried", False),
        ("I've never been happier", False),
        ("I couldn't be more proud", False),
        ("I couldn't help feeling proud", False),
        ("I stopped being angry", True),
        ("without any fear", True),
        ("far from happy", True),
        ("I lost all hope", True),
        ("I can't control my anger", False),
        ("nobody was angry", True),
        ("I'm no longer angry", True),
        ("neither happy", True),
        ("Not really sad", True),
    ],
)
def test_denials_in_many_words(text: str, negated: bool) -> None:
    """Verbs, adverbs, prepositions and pronouns deny; comparisons and doubled denials do not."""
    assert only(text).negated is negated


@pytest.mark.parametrize(
    ("text", "experiencer"),
    [
        ("her mother was furious", "other"),
        ("it scares me", "self"),
        ("that scared him", "other"),
        ("my wife and I were thrilled", "self"),
        ("part of me was relieved", "self"),
        ("she said I was jealous", "unclear"),
        ("you get scared and go quiet", "unclear"),
        ('she said "I\'m so proud of you"', "other"),
        ("he was like I'm furious", "other"),
        ("I told her I was ashamed", "self"),
        ("he pissed me off", "self"),
        ("he lost his temper", "other"),
        ("the fear in her eyes", "other"),
        ("Grateful for today", "self"),
    ],
)
def test_whose_feeling(text: str, experiencer: str) -> None:
    """Subject, object, owner and speaker decide whose feeling it is."""
    assert find_mentions(text)[0].experiencer == experiencer


@pytest.mark.parametrize(
    ("text", "imagined"),
    [
        ("I'd be proud", True),
        ("I wish I was happier", True),
        ("if I get nervous I leave", True),
        ("am I angry?", True),
        ("why am I so angry?", False),
        ("I want to be happy", True),
        ("I started to feel sad", False),
        ("it's nice to feel loved", False),
        ("if I'm honest I felt sad", False),
        ("I'm scared he'll leave", False),
    ],
)
def test_what_is_only_imagined(text: str, imagined: bool) -> None:
    """Wishes, conditions, plans and questions are imagined; a question that takes it for granted is not."""
    assert only(text).hypothetical is imagined


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("when I was a kid I was scared of dogs", True),
        ("I used to be so anxious", True),
        ("back then we were happy", True),
        ("my ex was always jealous", True),
        ("I was furious this morning", False),
        ("when I think about my childhood I feel sad", False),
    ],
)
def test_what_is_long_past(text: str, past: bool) -> None:
    """Childhood, a former marriage and "used to" are past; the past tense of today is not."""
    assert find_mentions(text)[0].past is past


@pytest.mark.parametrize(
    "text",
    [
        "We found a happy medium with the landlord.", "a mad scientist", "I'm dying to see that film", "I'm afraid not",
        "Sorry to bother you", "I'd love to come on Saturday", "a sad song on the radio", "Joy came round for tea",
        "I hurt my knee", "the battery was low", "a blue car", "I moved house", "I touched the wall",
        "the shock absorber is broken", "a surprise party", "Pleased to meet you", "what a shame they closed",
        "he pleaded guilty to speeding", "I was alone in the lift",
        "the grief counsellor gave us a leaflet", "no worries", "I missed her graduation",
    ],
)  # fmt: skip
def test_other_senses_are_left_alone(text: str) -> None:
    """Fixed phrases, courtesy, names, trades and bodies use the same words and name no feeling."""
    assert find_mentions(text) == ()


def test_degree_and_vague_words() -> None:
    """ "A bit" is -1, "so" +1, and "fine" is marked as a word for many things."""
    assert only("I'm a bit sad").degree == -1
    assert only("I'm so sad").degree == 1
    assert only("I'm fine").vague


def test_fillers_and_stammers_do_not_break_a_match() -> None:
    """Spans stay those of the text as it was spoken."""
    text = "I I was, um, I mean, over the, uh, moon"
    mention = only(text)
    assert mention.lemma == "over the moon"
    assert text[mention.start : mention.end] == "over the, uh, moon"


def test_the_longest_idiom_wins_and_nothing_overlaps() -> None:
    """ "Sick and tired of" is one mention, not two."""
    assert only("I'm sick and tired of it").lemma == "sick and tired of"


def test_languages() -> None:
    """English has a lexicon under any region; another language gives nothing and no error."""
    assert has_lexicon("en") and has_lexicon("en-GB") and not has_lexicon("fr")
    assert lexicon_version() and lexicon_version("fr") is None
    assert find_mentions("Je suis sad", "fr") == ()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n\n", "😀", "😀" * 5000, "👩‍👩‍👧 I'm sad 🥲", "أنا حزين I am sad",
        "\u202eI am sad\u202c", "\u2066sad\u2069",
        "I\x00am\x07sad\x1b[2J", "\ufeffI am sad", "ｓａｄ", "s\u0301ad", "I am ѕad", "我很难过，I am sad。",
        "\ud800 sad",
        "i" * 100_000, "'" * 10_000, "’s" * 10_000, '"' * 10_000, "?!.…" * 10_000, "-" * 10_000, "I'm " * 10_000,
        "not " * 10_000, "sad, " * 5000, "he said that she said that " * 2000, "so " * 10_000 + "sad",
    ],
)  # fmt: skip
def test_odd_text_is_survived(text: str) -> None:
    """Empty, emoji, right to left, control characters, mixed scripts, lone surrogates, endless repetition: no error."""
    for mention in find_mentions(text):
        assert text[mention.start : mention.end] == mention.text != ""


def test_offsets_are_code_points_beside_odd_signs() -> None:
    """Emoji, marks of direction and control characters count one each, as in Python and as the contract says."""
    for before in ("😀 ", "\u202e", "أنا حزين ", "\x1b[2J ", "👩‍👩‍👧 "):
        text = f"{before}I am so sad today"
        (mention,) = find_mentions(text)
        assert mention.start == len(before) + len("I am so ")


PIECES = [*"\u202eאب😀\x00\n\"“”’'.,?! ", "not ", "I ", "was ", "sad ", "heart ", "sank ", "if ", "she said "]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text())
def test_any_text_is_survived(text: str) -> None:
    """Whatever the text, mentions are in order, do not overlap, and quote it."""
    last = 0
    for mention in find_mentions(text):
        assert last <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        assert all(0 <= c.start < c.end <= len(text) for c in mention.cues)
        last = mention.end


def test_time_grows_with_length_only() -> None:
    """Ten times the text takes about ten times as long, without any sentence end too."""
    for piece in ("I was not so sad and ", 'he said "I was angry ', "a a a a ", "not ", "sad, sad or ", "my heart "):
        short, long = piece * 100, piece * 1000
        find_mentions(short)
        assert min(_seconds(long) for _ in range(3)) < 30 * max(min(_seconds(short) for _ in range(3)), 1e-3)


def test_a_megabyte() -> None:
    """A million characters, whatever they are, take seconds; a hundred thousand that repeat one word do too."""
    rows = [json.loads(line)["text"] for line in DATA.read_text(encoding="utf-8").splitlines()]
    once = ". ".join(rows)
    for text in ((once * 20)[:1_000_000], "\x00" * 1_000_000, "no, " * 25_000, "if " * 30_000 + "sad"):
        assert _seconds(text) < 60


def _seconds(text: str) -> float:
    """Of this process's own time: what else the machine does does not count."""
    began = time.process_time()
    find_mentions(text)
    return time.process_time() - began


@pytest.mark.parametrize(
    "text",
    [
        "I shouldn't have said that, I'm ashamed.",
        "I shouldn't have said this, I feel guilty.",
        "I couldn't tell her that, I was ashamed.",
        "I wouldn't say it, I'm ashamed.",
        "I can't say anything, I'm scared.",
        "I wouldn't say so, I'm calm.",
        "I wouldn't say, I'm ashamed.",
        "I couldn't say no, I felt guilty.",
        "I'd never say, I'm proud.",
        "I didn't go, I was too scared.",
        "I can't believe it, I'm so happy.",
        "He didn't call. I'm hurt.",
        "I didn't think. I'm angry.",
        "Don't worry, I'm happy.",
        "I don't know, I'm just so angry.",
        "I don't think so, I'm angry.",
        "I haven't slept and I'm exhausted.",
        "Nobody came, so I was sad.",
        "It never works, it makes me angry.",
        "She won't listen, which makes me angry.",
    ],
)
def test_a_clause_behind_a_comma_is_not_what_was_not_said(text: str) -> None:
    """What was not said stands before the comma; the clause behind it has a subject of its own and is not denied."""
    assert not only(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "I wouldn't say I'm ashamed.",
        "I wouldn't say that I'm sad.",
        "I wouldn't say, honestly, that I'm sad.",
        "I don't think I'm angry.",
        "I don't think, that I'm sad.",
        "I don't believe I'm angry.",
        "I can't say I'm happy.",
        "It's not that I'm angry.",
        "I don't, you know, feel angry.",
    ],
)
def test_what_is_not_said_or_thought_stays_denied(text: str) -> None:
    """Where the clause is what was not said or thought, it is denied; a comma with "that" behind it changes nothing."""
    assert only(text).negated


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("Around half past two felt lonely.", "self"),
        ("Woke at half six, sad.", "self"),
        ("I was angry for half an hour.", "self"),
        ("Half asleep and anxious, I lay there.", "self"),
        ("I half felt guilty.", "self"),
        ("Half of me was scared.", "self"),
        ("Half of us were scared.", "self"),
        ("Half of them were scared.", "other"),
        ("Half the team was angry.", "other"),
        ("Half of my friends were angry.", "other"),
        ("One of my friends was angry.", "other"),
        ("All of the team was angry.", "other"),
        ("My other half was angry.", "other"),
        ("My better half is scared.", "other"),
        ("It makes my other half happy.", "other"),
        ("Oh man, so tired.", "self"),
        ("Man, so tired.", "self"),
        ("My old man was angry.", "other"),
        ("In other words, angry.", "self"),
        ("Other than that, happy.", "self"),
        ("Every other day, sad again.", "self"),
        ("The other was angry.", "other"),
        ("In the last couple of days, lonely.", "self"),
        ("A couple of friends were angry.", "other"),
        ("On the coach felt lonely.", "self"),
        ("At the doctors, scared.", "self"),
        ("My mum, so tired, went home.", "other"),
    ],
)
def test_words_for_somebody_that_may_be_a_time_an_amount_or_an_exclamation(text: str, whose: str) -> None:
    """ "Half past two", "other words" and "oh man" are nobody; "my other half" and "half the team" are."""
    assert only(text).experiencer == whose


def test_half_of_a_thing_feels_nothing() -> None:
    """ "Half of the day was sad" says how the day was, as "the day was sad" does."""
    assert find_mentions("Half of the day was sad.") == find_mentions("The day was sad.") == ()
