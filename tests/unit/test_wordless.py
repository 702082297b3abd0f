"""Moments without a word in the vault: which one is asked about some days later, and the word that it gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.vault_samples import SPOKEN_AT, make_entry, make_vault
from voicecheck.clock import local_date
from voicecheck.diary.wordless import FROM_DAYS, TO_DAYS, Moment, give_word, is_wordless, moment_to_ask_about
from voicecheck.domain import Entry, EntryKind, MentionSource
from voicecheck.feelings.danger_watch import NOT_WATCHED, Watch
from voicecheck.feelings.mentions import find_mentions
from voicecheck.vault.vault import Vault

TODAY = local_date(SPOKEN_AT)


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def said(text: str, days_ago: int) -> Entry:
    return make_entry(text, at=SPOKEN_AT - timedelta(days=days_ago))


@pytest.mark.parametrize(
    ("days_ago", "asked"),
    [(0, False), (FROM_DAYS - 1, False), (FROM_DAYS, True), (TO_DAYS, True), (TO_DAYS + 1, False)],
)
def test_it_is_asked_about_some_days_later(vault: Vault, days_ago: int, asked: bool) -> None:
    """Not the next evening, and not after two weeks."""
    entry = vault.entries.add(said("I don't know.", days_ago))
    moment = moment_to_ask_about(vault, TODAY, NOT_WATCHED)
    assert moment == (Moment(entry.id, entry.local_date, days_ago) if asked else None)


def test_it_is_asked_about_once(vault: Vault) -> None:
    """The newest alone; what lies before it is never asked about, and what comes later is, in its time."""
    vault.entries.add(said("Nothing.", 6))
    newest = vault.entries.add(said("No idea.", 4))
    moment = moment_to_ask_about(vault, TODAY, NOT_WATCHED)
    assert moment is not None and moment.entry_id == newest.id
    vault.steps.mark_moment_asked_about(newest.local_date)
    assert moment_to_ask_about(vault, TODAY, NOT_WATCHED) is None
    later = vault.entries.add(said("Hard to say.", 2))
    moment = moment_to_ask_about(vault, TODAY, NOT_WATCHED)
    assert moment is not None and moment.entry_id == later.id


def test_an_evening_with_something_heavy_is_left_alone(vault: Vault) -> None:
    """Also where the heavy words stand in another answer of it."""
    one = vault.entries.add(said("I don't know.", 3))
    assert moment_to_ask_about(vault, TODAY, Watch()) is not None
    other = said("I want to kill myself.", 3)
    vault.entries.add(replace(other, session=one.session))
    assert moment_to_ask_about(vault, TODAY, Watch()) is None


@pytest.mark.parametrize("change", [{"kind": EntryKind.JOURNAL}, {"kind": EntryKind.IMPORT}, {"speaker": "Sam"}])
def test_only_own_answers_of_an_evening_count(vault: Vault, change: dict[str, object]) -> None:
    """No journal, nothing imported, nobody else's."""
    vault.entries.add(replace(said("I don't know.", 3), **change))  # type: ignore[arg-type]
    assert moment_to_ask_about(vault, TODAY, NOT_WATCHED) is None


def test_the_word_that_is_named_is_kept_as_the_persons(vault: Vault) -> None:
    """The moment has a word from then on, and gets no second one."""
    entry = vault.entries.add(said("I don't know, really.", 3))
    moment = Moment(entry.id, entry.local_date, 3)
    (ashamed,) = find_mentions("I was ashamed.")
    kept = give_word(vault, moment, ashamed)
    assert kept is not None
    (mention,) = vault.entries.get(entry.id).mentions
    assert (mention.lemma, mention.source) == ("ashamed", MentionSource.PERSON)
    assert mention.text == entry.text[mention.start : mention.end]
    assert not is_wordless(vault.entries.get(entry.id))
    assert give_word(vault, moment, ashamed) is None
    vault.entries.delete(entry.id)
    assert give_word(vault, moment, ashamed) is None
