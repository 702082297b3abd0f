"""A made-up diary of any length: for the review page's tests, its measurements, and the pictures in the docs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import cache

from voicecheck.domain import EmotionMention, Entry, EntryKind, PromptRef, Turn, TurnKind, new_id
from voicecheck.feelings.mentions import find_mentions
from voicecheck.utterance import Segment, Word

ZONE = timezone(timedelta(hours=1))
EVENING = datetime(2026, 11, 22, 21, 34, 5, tzinfo=ZONE)
QUESTIONS = (
    ("one-word", "Which one word comes close to this evening?"),
    ("body", "Where in your body do you notice today, and how does it feel there?"),
    ("small-joy", "What was a small thing today that you were glad about?"),
    ("unsaid", "What did you nearly say today, and then not say?"),
)
TEXTS = (
    "Quiet, I think. I walked home the long way and the streets were wet. I felt calm, and a little bit sad that the "
    "summer is over. Nothing bad happened.",
    "I was angry in the meeting, and I did not say so. My shoulders are still up by my ears. Anna was disappointed, "
    "too, I could see that. It was not her fault.",
    "The soup turned out well and the kids ate all of it. I'm grateful for that. I am tired, but it is a good tired.",
    "I keep thinking about the call tomorrow. I'm afraid that I will freeze again. I wasn't ashamed this time, just "
    "nervous. If it goes wrong I would be lonely with it.",
    "My brother wrote. I had missed him more than I knew. When I read it I was so happy that I laughed out loud on the "
    "bus, and then I felt foolish, and then happy again.",
    "Fine, I guess. Whatever. Work was work. I don't really know what I feel, a bit numb maybe.",
    "I used to be jealous of people who find words for this. Today I was proud that I told her I was hurt. She was "
    "relieved that I said it.",
    "Nothing much. I read on the balcony until it got cold. Content, that is the word. Hopeful, even.",
)


@cache
def mentions_of(text: str) -> tuple[EmotionMention, ...]:
    return find_mentions(text)


def spoken(text: str, pace_s: float = 0.4) -> Segment:
    """The text as one segment, each word as long as the next."""
    words = tuple(Word(i * pace_s, (i + 0.9) * pace_s, f" {word}", 0.9) for i, word in enumerate(text.split()))
    return Segment(0.0, len(words) * pace_s, f" {text}", words)


def make_diary(count: int, *, until: datetime = EVENING, seed: int = 7) -> Iterator[Entry]:
    """`count` entries, newest first, on most evenings, now and then two on one."""
    chance = random.Random(seed)
    at = until
    for _ in range(count):
        text, question = chance.choice(TEXTS), chance.choice(QUESTIONS)
        yield diary_entry(text, at, question)
        at -= timedelta(hours=chance.choice((24, 24, 24, 48, 2)), minutes=chance.randrange(40))


def diary_entry(text: str, at: datetime = EVENING, question: tuple[str, str] | None = QUESTIONS[0]) -> Entry:
    segment = spoken(text)
    identifier = new_id(at)
    return Entry(
        id=identifier,
        session=identifier,
        kind=EntryKind.CHECKIN if question else EntryKind.JOURNAL,
        spoken_at=at,
        turns=(Turn(TurnKind.ANSWER, text, (segment,), "", 0, int(segment.end_s * 16_000)),),
        prompt=PromptRef(*question) if question else None,
        timezone="Europe/Vienna",
        mentions=mentions_of(text),
        reflection="You felt calm, and also sad." if "calm" in text else "Thank you.",
        duration_s=segment.end_s,
    )
