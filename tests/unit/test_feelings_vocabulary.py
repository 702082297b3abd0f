"""Measures over what was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.vault_samples import SPOKEN_AT, make_entry, make_vault
from voicecheck.diary.own_words import count_own_words, find_new_words
from voicecheck.domain import Family
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.vocabulary import Vocabulary
from voicecheck.vault.vault import Vault


@pytest.fixture
def vault() -> Iterator[Vault]:
    with Vault.open(*make_vault()) as opened:
        yield opened


def measure(vault: Vault, *texts: str) -> Vocabulary:
    """One text a day."""
    for days, text in enumerate(texts):
        entry = make_entry(text, SPOKEN_AT + timedelta(days=days))
        vault.entries.add(replace(entry, mentions=tuple(find_mentions(text))))
    return count_own_words(vault, None, None, "me")


def test_concepts_are_counted_per_100_words(vault: Vault) -> None:
    """Two concepts in eight words are 25 per 100; a concept named twice counts once."""
    found = measure(vault, "I was sad and I", "was sad, angry")
    assert (found.words, found.mentions, found.concepts) == (8, 3, ("sad", "angry"))
    assert found.per_100_words == pytest.approx(25.0)
    assert found.families == {Family.SADNESS: 2, Family.ANGER: 1}


def test_what_others_feel_and_what_is_denied_is_left_out(vault: Vault) -> None:
    """Only the speaker's own feelings, of now or long ago, belong to the speaker's vocabulary."""
    assert measure(vault, "She was angry. I wasn't sad. I wish I was calm.").concepts == ()
    assert measure(vault, "When I was a kid I was shy of dogs and scared.").concepts == ("scared",)


def test_vague_share_and_new_words(vault: Vault) -> None:
    """The share of vague words, and the words that were never said before."""
    now = measure(vault, "I'm fine", "I'm fine but lonely")
    assert now.vague_share == pytest.approx(2 / 3)
    second = (SPOKEN_AT + timedelta(days=1)).date()
    assert find_new_words(vault, second, None, "me") == (("lonely",), True)
    assert find_new_words(vault, SPOKEN_AT.date(), None, "me") == (("fine", "lonely"), False)


def test_words_at_once(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few texts are read at a time, every word is counted once."""
    monkeypatch.setattr("voicecheck.vault.store.tallies.TEXTS_AT_ONCE", 2)
    assert measure(vault, *["I was sad"] * 5).words == 15


def test_nothing_said_is_no_error(vault: Vault) -> None:
    """No text gives zeros."""
    assert (measure(vault).per_100_words, measure(vault).vague_share) == (0.0, 0.0)
