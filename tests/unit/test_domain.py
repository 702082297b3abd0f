"""The nouns: ids that sort by time, the person's day, and reprs that print no diary."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck import utterance
from voicecheck.clock import local_date
from voicecheck.domain import (
    EmotionMention,
    Entry,
    EntryKind,
    Experiencer,
    Family,
    Quadrant,
    Reflection,
    Turn,
    TurnKind,
    new_id,
)
from voicecheck.utterance import AudioBlock, Page, Segment, Stretch, Transcript, Word

SECRET = "heartbroken"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = timezone(timedelta(hours=1))


def entry(*turns: Turn, revision: str | None = None) -> Entry:
    return Entry("e", "s", EntryKind.CHECKIN, NOON, turns, revision=revision, reflection=SECRET)


def mention(**attributes: object) -> EmotionMention:
    return EmotionMention(0, 11, SECRET, SECRET, Family.SADNESS, Quadrant.UNPLEASANT_LOW, **attributes)  # type: ignore[arg-type]


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_ids_are_uuid7(at: datetime) -> None:
    """Version and variant are those of RFC 9562, and the first 48 bits are the milliseconds."""
    value = uuid.UUID(new_id(at))
    assert (value.version, value.variant) == (7, uuid.RFC_4122)
    assert value.int >> 80 == int(at.timestamp() * 1000)


def test_ids_sort_by_time() -> None:
    """Ids of later moments sort behind, as text, and none comes twice."""
    ids = [new_id(NOON + timedelta(milliseconds=n)) for n in range(200)]
    assert ids == sorted(ids)
    assert len({new_id(NOON) for _ in range(1000)}) == 1000


def test_random_bits_of_an_id_vary() -> None:
    """All 74 random bits are used: over many ids each is seen as 0 and as 1."""
    values = [uuid.UUID(new_id(NOON)).int for _ in range(400)]
    ones, zeros = 0, 0
    for value in values:
        ones |= value
        zeros |= ~value
    random_bits = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)
    assert ones & zeros & random_bits == random_bits


@pytest.mark.parametrize(
    ("spoken_at", "day"),
    [
        (datetime(2026, 11, 22, 3, 59, 59, tzinfo=BERLIN), date(2026, 11, 21)),
        (datetime(2026, 11, 22, 4, 0, tzinfo=BERLIN), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 59, tzinfo=BERLIN), date(2026, 11, 22)),
        (datetime(2026, 1, 1, 1, 0, tzinfo=BERLIN), date(2025, 12, 31)),
    ],
)
def test_day_ends_at_four(spoken_at: datetime, day: date) -> None:
    """What is said at 03:59 of the person's own clock belongs to the day before, at 04:00 to the new one."""
    assert local_date(spoken_at) == day
    assert Entry("e", "s", EntryKind.CHECKIN, spoken_at).local_date == day


def test_constants_are_derived() -> None:
    """A block is exactly one VAD window of 32 ms."""
    assert utterance.BLOCK_S * 1000 == 32


def test_reprs_hide_what_was_said() -> None:
    """No repr of anything that carries words, sound or sealed bytes prints them."""
    word = Word(0.0, 1.0, SECRET)
    segment = Segment(0.0, 1.0, SECRET, (word,))
    turn = Turn(TurnKind.ANSWER, SECRET, (segment,))
    shown = [
        word, segment, Transcript((segment,)), turn, entry(turn, revision=SECRET), mention(), Reflection(SECRET),
        Page(0, 1, SECRET.encode()), AudioBlock(0, SECRET),  # type: ignore[arg-type]
        Entry("e", "s", EntryKind.CHECKIN, NOON, mentions=(mention(),)),
    ]  # fmt: skip
    for value in shown:
        assert SECRET not in repr(value), type(value).__name__


def test_text_joins_answers_only() -> None:
    """An entry's text is its answers and follow-up answers, a blank line between, and no command."""
    said = [
        (TurnKind.ANSWER, "One."), (TurnKind.COMMAND, "I'm done"), (TurnKind.CONFIRM, "Yes."), (TurnKind.ANSWER, ""),
        (TurnKind.CORRECTION, "No."), (TurnKind.FOLLOWUP, "Two."),
    ]  # fmt: skip
    turns = [Turn(kind, text, (Segment(0, 1, text),)) for kind, text in said]
    assert entry(*turns).text == "One.\n\nTwo."
    assert [s.text for s in entry(*turns).segments] == ["One.", "", "Two."]


def test_revision_takes_the_place_of_what_was_heard() -> None:
    """The newest edit is the text, also when the person emptied it."""
    turn = Turn(TurnKind.ANSWER, "heard")
    assert entry(turn, revision="edited").text == "edited"
    assert entry(turn, revision="").text == ""


def test_transcript_text_joins_segments() -> None:
    """Whisper's leading blanks and empty segments leave no double spaces."""
    segments = tuple(Segment(0, 1, text) for text in (" I was", " ", "tired. "))
    assert Transcript(segments).text == "I was tired."


@pytest.mark.parametrize(
    "attributes", [{"negated": True}, {"experiencer": Experiencer.OTHER}, {"hypothetical": True}, {"past": True}]
)
def test_felt_now(attributes: dict[str, object]) -> None:
    """Only the speaker's own feeling, not denied, imagined or long past, counts as felt now."""
    assert mention().felt_now
    assert not mention(**attributes).felt_now


def test_seconds_of_a_stretch() -> None:
    """Seconds are derived from samples at 16 kHz."""
    stretch = Stretch(16_000, 48_000, 8_000)
    assert (stretch.duration_s, stretch.voiced_s) == (2.0, 0.5)


def test_vocabulary_of_the_contract() -> None:
    """Families and quadrants are the published ones, no more and no fewer."""
    families = (
        "joy love pride gratitude calm hope surprise sadness loneliness grief shame guilt fear anxiety anger disgust"
        " envy confusion boredom tiredness"
    )
    assert " ".join(Family) == families
    assert re.fullmatch(r"((un)?pleasant_(high|low) ?){4}", " ".join(Quadrant))
