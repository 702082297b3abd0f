"""Feelings over weeks and months: every day in its period, no gap, nothing counted that was not felt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from tests.vault_samples import SPOKEN_AT, make_entry, make_vault
from voicecheck.clock import period_of
from voicecheck.diary.trends import find_trends, themes_of
from voicecheck.domain import EmotionMention, Experiencer, Family, Prompt, PromptRef, Quadrant
from voicecheck.vault.vault import Vault

CALM = make_entry().mentions[0]


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def keep(vault: Vault, at: datetime, *mentions: EmotionMention, prompt: str | None = None) -> None:
    question = None if prompt is None else PromptRef(prompt, "How?")
    vault.entries.add(replace(make_entry(at=at), mentions=mentions, prompt=question))


def test_weeks(vault: Vault) -> None:
    """A row a family, the most named first; weeks begin on Monday, those without an entry are there too."""
    fear = replace(CALM, family=Family.FEAR, quadrant=Quadrant.UNPLEASANT_HIGH, lemma="afraid", vague=True)
    keep(vault, SPOKEN_AT, CALM, CALM)  # Sunday, 22 November 2026
    keep(vault, SPOKEN_AT.replace(day=23, hour=2), CALM)  # still Sunday's evening
    keep(vault, SPOKEN_AT + timedelta(days=16), fear, replace(CALM, negated=True))
    trends = find_trends(vault)
    assert trends.periods == (date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7))
    assert trends.entries == (2, 0, 0, 1)
    assert list(trends.families.items()) == [(Family.CALM, (3, 0, 0, 0)), (Family.FEAR, (0, 0, 0, 1))]
    assert trends.quadrants[Quadrant.UNPLEASANT_HIGH] == (0, 0, 0, 1)
    assert trends.quadrants[Quadrant.PLEASANT_HIGH] == (0, 0, 0, 0)
    assert (trends.precise, trends.vague) == ((3, 0, 0, 0), (0, 0, 0, 1))
    assert trends.named == 4


def test_months_and_range(vault: Vault) -> None:
    """Both ends of the range are whole periods, and what lies outside is left out, also of the words known before."""
    for month in (8, 9, 11):
        keep(vault, SPOKEN_AT.replace(month=month), replace(CALM, lemma=f"word{month}"))
    trends = find_trends(vault, date(2026, 9, 30), date(2026, 10, 1), "month")
    assert trends.periods == (date(2026, 9, 1), date(2026, 10, 1))
    assert trends.families == {Family.CALM: (1, 0)}
    assert (trends.known_before, trends.new_words, trends.vocabulary) == (1, (("word9",), ()), (2, 2))
    assert "word9" not in repr(trends)


def test_words_count_once(vault: Vault) -> None:
    """A word is new when it is first named as one's own; another's feeling is no word of one's own."""
    other = replace(CALM, lemma="cross", experiencer=Experiencer.OTHER)
    keep(vault, SPOKEN_AT, CALM, other)
    keep(vault, SPOKEN_AT + timedelta(days=7), CALM, replace(CALM, lemma="cross", past=True))
    trends = find_trends(vault)
    assert trends.new_words == (("calm",), ("cross",))
    assert trends.vocabulary == (1, 2)


def test_themes(vault: Vault) -> None:
    """What came with which theme; a question that no pack knows any more counts with its pack."""
    joy = replace(CALM, family=Family.JOY)
    keep(vault, SPOKEN_AT, CALM, joy, joy, prompt="evening.word")
    keep(vault, SPOKEN_AT, CALM, prompt="old.gone")
    keep(vault, SPOKEN_AT, CALM)
    themes = themes_of([Prompt("evening.word", "?", "evening", theme="rest"), Prompt("evening.plain", "?", "evening")])
    assert themes == {"evening.word": "rest"}
    found = find_trends(vault, themes=themes).themes
    assert list(found) == ["rest", "old"]
    assert list(found["rest"].items()) == [(Family.JOY, 2), (Family.CALM, 1)]


def test_nothing_yet(vault: Vault) -> None:
    """An empty vault has no periods, and a range in it has nothing but zeros."""
    assert find_trends(vault).periods == ()
    trends = find_trends(vault, date(2026, 1, 1), date(2026, 1, 7))
    assert (trends.entries, trends.families, trends.vocabulary) == ((0, 0), {}, (0, 0))


@pytest.mark.parametrize(("day", "week", "month"), [(date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 1))])
def test_periods(day: date, week: date, month: date) -> None:
    """A week may begin in the year before."""
    assert (period_of(day, "week"), period_of(day, "month")) == (week, month)


def test_years(vault: Vault) -> None:
    """A long time is read in years, without gaps."""
    keep(vault, SPOKEN_AT, CALM)
    keep(vault, SPOKEN_AT - timedelta(days=800), CALM, CALM)
    trends = find_trends(vault, step="year")
    assert trends.periods == (date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1))
    assert trends.families == {Family.CALM: (2, 0, 1)}


def test_only_the_owner_counts(vault: Vault) -> None:
    """Who answered beside the owner is in no count; the owner's name counts in any capitals, and so does no name."""
    fear = replace(CALM, family=Family.FEAR, quadrant=Quadrant.UNPLEASANT_HIGH, lemma="afraid")
    for day, (speaker, mention) in enumerate([("Anna", fear), ("Anna", CALM), ("", CALM), ("me", CALM), ("SAM", CALM)]):
        at = SPOKEN_AT + timedelta(days=day)
        entry = make_entry(at=at)
        prompt = PromptRef("evening.word", "How?")
        vault.entries.add(replace(entry, mentions=(mention,), prompt=prompt, speaker=speaker))
    found = find_trends(vault, step="year", name=" Sam ")
    assert (found.entries, found.families, found.precise) == ((3,), {Family.CALM: (3,)}, (3,))
    assert (found.new_words, found.themes) == ((("calm",),), {"evening": {Family.CALM: 3}})
    (first,) = vault.tallies.first_named(vault.tallies.others("Sam"))
    assert first.day == (SPOKEN_AT + timedelta(days=2)).date()
    assert find_trends(vault, step="year").entries == (2,)
    days = vault.timeline.days(date(2026, 1, 1), date(2027, 1, 1), "Sam")
    assert [(day.entries, len(day.felt)) for day in days] == [(1, 0), (1, 0), (1, 1), (1, 1), (1, 1)]
    assert len(list(vault.tallies.texts(others=vault.tallies.others("Sam")))) == 3


def test_own_feelings_are_the_same_in_the_vault_and_in_memory(vault: Vault) -> None:
    """However a word was meant, SQL counts it as the speaker's own, or as felt now, where the mention says so."""
    flags = product(Experiencer, (False, True), (False, True), (False, True))
    mentions = [
        replace(CALM, lemma=f"word{n}", experiencer=whose, negated=negated, hypothetical=imagined, past=past)
        for n, (whose, negated, imagined, past) in enumerate(flags)
    ]
    for mention in mentions:
        keep(vault, SPOKEN_AT, mention)
    assert {first.lemma for first in vault.tallies.first_named()} == {m.lemma for m in mentions if m.own}
    assert sum(felt.count for felt in vault.tallies.felt()) == sum(m.felt_now for m in mentions) == 1
