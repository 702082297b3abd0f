"""What the vault's tests keep: one entry with a word that stands nowhere else, and keys that cost nothing to try."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from voicecheck.domain import Cue, EmotionMention, Entry, EntryKind, Family, PromptRef, Quadrant, Turn, TurnKind, new_id
from voicecheck.paths import Paths, find_paths
from voicecheck.utterance import ModelUse, Page, Segment, Word
from voicecheck.vault.create import create_vault
from voicecheck.vault.inbox.inbox import AnswerHeader
from voicecheck.vault.keys.argon2 import Cost
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.passphrase import Passphrase

CHEAP = Cost(passes=1, memory_bytes=8192)
PASSPHRASE = "seven quiet lamps"
CANARY = "quokkaflute"
SPOKEN_AT = datetime(2026, 11, 22, 21, 34, 5, 123000, tzinfo=timezone(timedelta(hours=1)))
PAGE_SAMPLES = 16_000


def make_vault() -> tuple[Paths, DataKey]:
    """A vault in the test's own home."""
    paths = find_paths()
    return paths, create_vault(paths, Passphrase(PASSPHRASE, CHEAP))


def make_entry(text: str = f"I feel {CANARY} and calm.", at: datetime = SPOKEN_AT) -> Entry:
    words = tuple(Word(i * 0.5, i * 0.5 + 0.4, f" {word}", 0.875) for i, word in enumerate(text.split()))
    segment = Segment(0.0, len(words) * 0.5, f" {text}", words)
    turn = Turn(TurnKind.ANSWER, text, (segment,), "", 0, len(words) * 8000, ((9.0, 9.5),))
    calm = text.find("calm")
    mention = EmotionMention(
        calm, calm + 4, "calm", "calm", Family.CALM, Quadrant.PLEASANT_LOW, cues=(Cue(0, 1, "past"),)
    )
    return Entry(
        id=new_id(at),
        session=new_id(at),
        kind=EntryKind.CHECKIN,
        spoken_at=at,
        turns=(turn,),
        prompt=PromptRef("evening.word", "Which word fits this evening?"),
        timezone="Europe/Berlin",
        mentions=(mention,) if calm >= 0 else (),
        reflection=f"You named {CANARY}.",
        model=ModelUse("base", "cpu", "int8"),
        duration_s=len(words) * 0.5,
    )


def header_of(entry: Entry) -> AnswerHeader:
    return AnswerHeader(entry.id, entry.session, entry.kind, entry.spoken_at, entry.prompt, timezone=entry.timezone)


def make_pages(count: int, size: int = 300) -> tuple[Page, ...]:
    return tuple(Page(i * PAGE_SAMPLES, PAGE_SAMPLES, os.urandom(size)) for i in range(count))


def without_ids(entry: Entry) -> Entry:
    """The entry as it was before it was kept."""
    mentions = tuple(replace(m, id=None, start_s=None, end_s=None) for m in entry.mentions)
    return replace(entry, mentions=mentions, has_audio=False)
