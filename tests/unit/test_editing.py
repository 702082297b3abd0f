"""Editing the text of an entry: what was heard stays, what stands in its place is found, tagged and timed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.vault_samples import CANARY, make_entry, make_vault
from voicecheck.diary import tagging
from voicecheck.diary.editing import clean, edit_text
from voicecheck.domain import Correction, CorrectionAction, Family, MentionSource, RevisionSource
from voicecheck.errors import NotFoundError, UsageError
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.vault import Vault

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def count(vault: Vault, words: str) -> int:
    return vault.search.count(parse_query(words, date(2026, 11, 25)))


def test_edit_is_a_revision(vault: Vault) -> None:
    """The new text is the entry's, what was heard stands unchanged beside it, with who wrote each and when."""
    heard = vault.entries.add(make_entry())
    edited = edit_text(vault, heard, "I feel quietly glad.", AT)
    assert vault.entries.get(heard.id) == edited
    assert (edited.text, edited.edited, edited.turns) == ("I feel quietly glad.", True, heard.turns)
    first, second = vault.revisions.of(heard.id)
    assert (first.source, first.text, first.made_at) == (RevisionSource.HEARD, heard.text, heard.spoken_at)
    assert (second.source, second.text, second.made_at) == (RevisionSource.PERSON, edited.text, AT)
    assert CANARY not in repr((first, second))


def test_feelings_are_found_anew(vault: Vault) -> None:
    """Search, tags and counts go by the new text only."""
    heard = vault.entries.add(make_entry())
    edited = edit_text(vault, heard, "I feel glad and calm.", AT)
    assert [m.family for m in edited.mentions] == [Family.JOY, Family.CALM]
    assert all(m.id for m in edited.mentions)
    assert (count(vault, "glad"), count(vault, CANARY), count(vault, "feeling:joy")) == (1, 0, 1)
    assert {felt.family: felt.count for felt in vault.tallies.felt()} == {Family.JOY: 1, Family.CALM: 1}
    vault._database.rows("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')")


def test_corrections_go_along(vault: Vault) -> None:
    """What the person said about a tag holds where its words still stand, and goes where they were taken out."""
    heard = vault.entries.add(make_entry("I feel calm and heavy today."))
    (calm,) = (m for m in heard.mentions if m.text == "calm")
    tagging.change(vault, heard.id, replace(calm, family=Family.HOPE))
    start = heard.text.index("heavy")
    entry = tagging.add(vault, heard.id, replace(calm, start=start, end=start + 5, lemma="heavy", id=None))
    edited = edit_text(vault, entry, "Yes, I feel calm today.", AT)
    (mention,) = edited.mentions
    assert (mention.text, mention.family, mention.source) == ("calm", Family.HOPE, MentionSource.PERSON)
    (kept,) = vault.corrections.of(heard.id)
    assert kept == Correction(CorrectionAction.CHANGED, kept.mention, kept.id)
    assert edited.text[kept.mention.start : kept.mention.end] == "calm"


def test_same_text_changes_nothing(vault: Vault) -> None:
    """Saving what stands there makes no revision, whatever blanks were typed behind it."""
    heard = vault.entries.add(make_entry())
    assert edit_text(vault, heard, heard.text + " \n\n", AT) == heard
    assert len(vault.revisions.of(heard.id)) == 1


def test_no_edit_is_lost_to_another(vault: Vault) -> None:
    """Of two that edit the same text the second is told, and nothing is overwritten; nor is an entry that has gone."""
    heard = vault.entries.add(make_entry())
    edit_text(vault, heard, "The first one.", AT)
    with pytest.raises(UsageError, match="changed elsewhere"):
        edit_text(vault, heard, "The second one.", AT)
    assert vault.entries.get(heard.id).text == "The first one."
    vault.entries.delete(heard.id)
    with pytest.raises(NotFoundError):
        edit_text(vault, heard, "The third one.", AT)


def test_empty_text_is_refused(vault: Vault) -> None:
    """An entry is deleted by deleting it, never by an empty text."""
    heard = vault.entries.add(make_entry())
    with pytest.raises(UsageError, match="Nothing is left"):
        edit_text(vault, heard, " \n\t", AT)
    with pytest.raises(UsageError, match="too long"):
        edit_text(vault, heard, "a" * 200_001, AT)


def test_deleting_takes_every_revision(vault: Vault) -> None:
    """No table and no index knows a text, a tag or a correction of a deleted entry, edited or not."""
    heard = vault.entries.add(make_entry())
    tagging.remove(vault, heard.id, heard.mentions[0])
    edit_text(vault, vault.entries.get(heard.id), "calm again", AT)
    vault.entries.delete(heard.id)
    for table in ("entries", "revisions", "mentions", "corrections", "turns"):
        assert vault._database.value(f"SELECT count(*) FROM {table}") == 0, table
    assert count(vault, "calm") == 0


def test_clean() -> None:
    """What is kept steers no terminal; paragraphs and letters of every language stay."""
    assert clean("  Grüße \r\n\n\x1b[31mcafé\x07\xa0zwei \u202e\n ") == "Grüße\n\n[31mcafé zwei"
    assert clean("\U0001f468\u200d\U0001f469") == "\U0001f468\u200d\U0001f469"
