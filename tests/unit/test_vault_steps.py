"""What was asked travels sealed, is kept in the vault, and leaves with the entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.vault_samples import SPOKEN_AT, make_entry, make_vault
from voicecheck.domain import Asked, Did, EntryKind, Sitting, new_id
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.inbox.inbox import AnswerHeader, answers, pending
from voicecheck.vault.vault import Vault

SESSION = new_id(SPOKEN_AT)
ASKED = (Asked("evening-turn"), Asked("evening-unsaid", Did.SKIPPED), Asked("evening-body", Did.STEPPED_BACK))


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def header(session: str) -> AnswerHeader:
    return AnswerHeader(new_id(SPOKEN_AT), session, EntryKind.CHECKIN, SPOKEN_AT)


def test_a_locked_evening_is_known_after_the_next_unlock() -> None:
    """What was skipped without a key is sealed, readable by nobody, and stands in the history once it is open."""
    paths, key = make_vault()
    locked_inbox(paths).seal_sitting(header(SESSION), Sitting(SESSION, SPOKEN_AT, ASKED))
    (path,) = pending(paths.inbox_folder)
    assert b"evening" not in Path(path).read_bytes()
    with Vault.open(paths, key) as vault:
        taken = vault.ingest("never")
        assert (taken.entries, taken.waiting, taken.unreadable) == ((), (), ())
        assert vault.steps.history() == ASKED
    assert pending(paths.inbox_folder) == []


def test_evenings_are_in_the_order_of_time(vault: Vault) -> None:
    """Whenever they were taken in; and twice is once."""
    later = Sitting(new_id(SPOKEN_AT), SPOKEN_AT + timedelta(days=1), (Asked("late"),))
    for sitting in (later, Sitting(SESSION, SPOKEN_AT, ASKED), later):
        vault.steps.add(sitting)
    assert [asked.prompt_id for asked in vault.steps.history()][-1] == "late"
    assert len(vault.steps.history()) == 4


def test_what_was_asked_leaves_with_the_entry(vault: Vault) -> None:
    """A deleted entry takes its question with it; the last one of an evening takes what was skipped, too."""
    entry = vault.entries.add(make_entry())
    vault.entries.add(replace(make_entry(), id=new_id(SPOKEN_AT), session=new_id(SPOKEN_AT), mentions=()))
    asked = (Asked("one", Did.FINISHED, entry.id), Asked("two", Did.SKIPPED))
    vault.steps.add(Sitting(entry.session, SPOKEN_AT, asked))
    vault.steps.add(Sitting(SESSION, SPOKEN_AT, (Asked("three", Did.SKIPPED),)))
    vault.entries.delete(entry.id)
    assert [one.prompt_id for one in vault.steps.history()] == ["three"]
    vault.entries.delete(*(one.id for one in vault.entries.list()))
    assert vault.steps.history() == ()


def test_a_sentence_taken_along_is_recorded_without_its_words(vault: Vault) -> None:
    """When and how, by entry; gone with it."""
    entry = vault.entries.add(make_entry())
    vault.shares.record(entry.id, "saved", SPOKEN_AT)
    ((at, how),) = vault.shares.of(entry.id)
    assert how == "saved" and abs((at - SPOKEN_AT).total_seconds()) < 0.01
    vault.entries.delete(entry.id)
    assert vault.shares.of(entry.id) == ()


def test_the_offer_of_a_sentence_is_remembered_by_day(vault: Vault) -> None:
    """So that it comes once a week."""
    assert vault.steps.sentence_offered_on() is None
    for days in (0, 7):
        vault.steps.mark_sentence_offered(SPOKEN_AT + timedelta(days=days))
        assert vault.steps.sentence_offered_on() == (SPOKEN_AT + timedelta(days=days)).date()


@pytest.mark.parametrize(
    "sitting",
    [
        Sitting("nobody", SPOKEN_AT),
        Sitting(SESSION, SPOKEN_AT.replace(tzinfo=None)),
        Sitting(SESSION, SPOKEN_AT, (Asked("x" * 1000),)),
        Sitting(SESSION, SPOKEN_AT, (Asked("x"),) * 1000),
        Sitting(SESSION, SPOKEN_AT, (Asked("x", entry_id="no id"),)),
    ],
)
def test_what_a_stranger_seals_is_refused(sitting: Sitting) -> None:
    """A sitting that this program would not write changes nothing."""
    paths, key = make_vault()
    locked_inbox(paths).seal_sitting(header(SESSION), sitting)
    with Vault.open(paths, key) as vault:
        vault.ingest("never")
        assert vault.steps.history() == ()


def test_what_was_asked_is_no_answer_that_waits() -> None:
    """It is not counted among the sealed answers, and goes into a backup all the same."""
    paths, _key = make_vault()
    locked_inbox(paths).seal_sitting(header(SESSION), Sitting(SESSION, SPOKEN_AT, ASKED))
    assert answers(paths.inbox_folder) == []
    assert len(pending(paths.inbox_folder)) == 1
