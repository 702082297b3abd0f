"""Entries in passing: lists and calendars from the vault, newest first, narrowed, and never read whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from tests.diary_samples import EVENING, diary_entry, make_diary
from tests.vault_samples import make_pages, make_vault
from voicecheck.cli.terminal.reading import when
from voicecheck.diary.export import note
from voicecheck.domain import VAGUE, EmotionMention, Family, Quadrant
from voicecheck.phrases import load_phrases
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.store.timeline import OPENING_LETTERS, Sieve
from voicecheck.vault.vault import Vault

CALM = "I felt calm, calm and very calm. I was angry once. She was sad."
GLAD = "I'm so happy. " + "The long way home. " * 30


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        yield vault


def test_newest_first_page_by_page(vault: Vault) -> None:
    """Pages join to the whole list, without a gap or a double, whatever their length."""
    vault.entries.add_all(make_diary(23))
    whole = vault.timeline.glances(limit=100)
    assert [one.id for one in whole] == [entry.id for entry in vault.entries.list()]
    paged, before = [], None
    while page := vault.timeline.glances(before=before, limit=5):
        paged += page
        before = page[-1].number
    assert tuple(paged) == whole


def test_a_glance_holds_the_beginning_and_what_was_felt(vault: Vault) -> None:
    """The first letters, whether there is more, and the speaker's own feelings of now, the most named first."""
    vault.entries.add(diary_entry(CALM, EVENING))
    vault.entries.add(diary_entry(GLAD, EVENING - timedelta(days=1), None), make_pages(1))
    calm, glad = vault.timeline.glances()
    assert (calm.opening, calm.cut, calm.question) == (CALM, False, "Which one word comes close to this evening?")
    assert [(felt.family, felt.count) for felt in calm.felt] == [(Family.CALM, 3), (Family.ANGER, 1)]
    assert (len(glad.opening), glad.cut, glad.question) == (OPENING_LETTERS, True, "")
    assert (calm.has_audio, glad.has_audio) == (False, True)
    assert calm.spoken_at == EVENING
    assert "happy" not in repr(glad)


@pytest.mark.parametrize(
    ("sieve", "found"),
    [
        (Sieve(), ["joy", "calm"]),
        (Sieve(families=(Family.ANGER, Family.PRIDE)), ["calm"]),
        (Sieve(families=(Family.SADNESS,)), []),
        (Sieve(with_sound=True), ["joy"]),
        (Sieve(speaker="Sam"), ["joy"]),
        (Sieve(since=date(2026, 11, 22)), ["joy"]),
        (Sieve(until=date(2026, 11, 21)), ["calm"]),
        (Sieve(since=date(2026, 11, 21), until=date(2026, 11, 22)), ["joy", "calm"]),
    ],
)
def test_a_sieve_narrows(vault: Vault, sieve: Sieve, found: list[str]) -> None:
    """By feeling felt now (not somebody else's), by day, by speaker, by sound."""
    vault.entries.add(diary_entry(CALM, EVENING - timedelta(days=1)))
    vault.entries.add(replace(diary_entry(GLAD, EVENING), speaker="Sam"), make_pages(1))
    assert [one.felt[0].family.value for one in vault.timeline.glances(sieve)] == found
    assert vault.timeline.speakers() == ("Sam",)


def test_days_of_a_year(vault: Vault) -> None:
    """Each day on which something was said, with the quadrants felt, the most often named first."""
    vault.entries.add(diary_entry(CALM, EVENING))
    vault.entries.add(diary_entry("Nothing.", EVENING - timedelta(hours=1)))
    vault.entries.add(diary_entry("Nothing.", EVENING - timedelta(days=3)))
    vault.entries.add(diary_entry(CALM, EVENING - timedelta(days=400)))
    quiet, full = vault.timeline.days(date(2026, 1, 1), date(2027, 1, 1))
    assert (quiet.date, quiet.entries, quiet.felt) == (date(2026, 11, 19), 1, ())
    assert (full.entries, full.felt) == (2, (Quadrant.PLEASANT_LOW, Quadrant.UNPLEASANT_HIGH))
    assert vault.timeline.first_day() == date(2025, 10, 18)


def test_neighbours(vault: Vault) -> None:
    """The one before and the one after, none at the ends."""
    vault.entries.add_all(make_diary(3))
    new, middle, old = (one.id for one in vault.timeline.glances())
    assert vault.timeline.neighbours(middle) == (old, new)
    assert vault.timeline.neighbours(new) == (middle, None)
    assert vault.timeline.neighbours(old) == (None, middle)


def test_an_empty_vault(vault: Vault) -> None:
    """Nothing is kept, and nothing is shown."""
    assert (vault.timeline.glances(), vault.timeline.first_day(), vault.timeline.speakers()) == ((), None, ())


def test_a_mention_that_was_replaced_does_not_count(vault: Vault) -> None:
    """Only mentions of the newest revision are felt."""
    entry = diary_entry(CALM, EVENING)
    vault.entries.add(replace(entry, mentions=tuple(m for m in entry.mentions if isinstance(m, EmotionMention))[:1]))
    vault._database.execute("UPDATE mentions SET newest = 0")
    assert vault.timeline.glances()[0].felt == ()


def test_the_first_day_is_the_smallest_day(vault: Vault) -> None:
    """Who flew east over the date line wrote a later day first, and an earlier one after it."""
    apia, honolulu = timezone(timedelta(hours=13)), timezone(timedelta(hours=-10))
    vault.entries.add(diary_entry(CALM, datetime(2026, 11, 22, 12, tzinfo=apia)))
    vault.entries.add(diary_entry(CALM, datetime(2026, 11, 21, 21, tzinfo=honolulu)))
    assert vault.timeline.first_day() == date(2026, 11, 21)


def test_the_day_ends_at_four_wherever_it_is_shown(vault: Vault) -> None:
    """In lists, in a search and on the timeline alike."""
    late = vault.entries.add(diary_entry(CALM, datetime(2026, 11, 23, 1, 30, tzinfo=EVENING.tzinfo)))
    (found,) = vault.search.find(parse_query("on:2026-11-22", date(2026, 11, 25)))
    assert found.local_date == vault.timeline.glances()[0].local_date == date(2026, 11, 22)
    assert when(late.spoken_at, load_phrases()) == "Sun 2026-11-22 01:30"


def test_an_answer_that_closes_the_door_has_no_family(vault: Vault) -> None:
    """Nobody can tell the feeling behind "it is what it is": in a list it is vague, and so it is in a note."""
    entry = diary_entry("It is what it is.", EVENING)
    vault.entries.add(entry)
    (glance,) = vault.timeline.glances()
    assert [(felt.family, felt.count) for felt in glance.felt] == [(None, 1)]
    assert vault.entries.list()[0].felt == (VAGUE,) == entry.felt
    assert "feelings: [vague]" in note(entry)
