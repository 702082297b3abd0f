"""A letter to oneself by voice, by key and typed: tonight's answer is put away when the evening is over."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fakes import Step
from tests.sound_samples import quiet, voice
from tests.unit.test_behind import SPOKEN, behind
from tests.unit.test_checkin import LONG, PHRASES, PLAN, SAY, TWO, Table
from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Given
from voicecheck.checkin.ports import TypedLine
from voicecheck.domain import Entry
from voicecheck.errors import VaultError
from voicecheck.speech.whisper.confidence import Decoding
from voicecheck.vault.store.letters import Letters

ASK = "Open this in a year."
WHEN = "I put this answer away. It opens again on"


def waiting(one: Table) -> list[tuple[str, date]]:
    assert one.vault is not None
    return [(letter.entry_id, letter.opens_on) for letter in one.vault.letters.waiting()]


def in_a_year(entry: Entry) -> date:
    return entry.local_date.replace(year=entry.local_date.year + 1)


def said(one: Table) -> str:
    return " ".join(one.mouth.said)


WAYS: dict[str, tuple[tuple[Step, ...], list[str | Decoding]]] = {
    "behind the answer": ((*SPOKEN, quiet(6.0)), [behind(ASK)]),
    "a while after it": ((voice(4.0), quiet(6.0), *SAY, quiet(6.0)), [LONG, ASK]),
    "by key, while it is given": ((voice(4.0), Given(Command.LETTER), quiet(9.0)), [LONG]),
    "at the next question": ((voice(4.0), quiet(9.0), *SAY, voice(4.0), quiet(9.0)), [LONG, ASK, LONG]),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_answer_is_put_away(way: str, table: type[Table]) -> None:
    """It says so once, with the day; the answer is kept first, and at the end no entry any more but a letter."""
    script, replies = WAYS[way]
    one = table(*script, plan=TWO if way == "at the next question" else PLAN)
    one.transcriber.replies.extend(replies)
    first, *others = one.hold().entries
    assert said(one).count(WHEN) == 1 and str(in_a_year(first).year) in said(one)
    assert waiting(one) == [(first.id, in_a_year(first))]
    assert [entry.id for entry in one.kept()] == [entry.id for entry in others]
    assert one.vault is not None
    one.vault.letters.open(first.id, in_a_year(first))
    assert one.vault.entries.get(first.id).text == first.text
    assert "year" not in first.text


def test_typed(table: type[Table]) -> None:
    """The same words behind an answer, typed as a whole one."""
    lines = (TypedLine(line) for line in ("I was tired.", None, "open this in a year", None, "I slept.", None))
    one = table(*lines, plan=TWO)
    one.type_instead()
    entries = one.hold().entries
    assert [entry.text for entry in entries] == ["I was tired.", "I slept."]
    assert waiting(one) == [(entries[0].id, in_a_year(entries[0]))]


@pytest.mark.parametrize("undone", [("That was my answer.", SAY), ("", (Given(Command.UNDO), quiet(2.0)))])
def test_it_can_be_taken_back(undone: tuple[str, tuple[Step, ...]], table: type[Table]) -> None:
    """ "That was my answer", and nothing is put away: what was said is kept where it was."""
    words, steps = undone
    one = table(voice(4.0), quiet(9.0), *SAY, *steps, voice(4.0), quiet(9.0), plan=TWO)
    one.transcriber.replies.extend([LONG, ASK, *filter(None, (words,)), LONG])
    entries = one.hold().entries
    assert WHEN in said(one) and waiting(one) == []
    assert len(one.kept()) == len(entries) >= 2


def test_there_has_to_be_an_answer(table: type[Table]) -> None:
    """One of tonight; an older entry is never meant."""
    one = table(*SAY, voice(4.0), quiet(9.0))
    one.transcriber.replies.extend([ASK, LONG])
    one.hold()
    assert PHRASES.spoken["letter_nothing"][0] in said(one) and waiting(one) == [] and len(one.kept()) == 1


def test_a_locked_vault_puts_nothing_away(table: type[Table]) -> None:
    """It says so, and the answer waits sealed like any other."""
    one = table(voice(4.0), quiet(6.0), *SAY, quiet(6.0))
    one.lock()
    one.transcriber.replies.extend([LONG, ASK])
    one.hold()
    assert PHRASES.spoken["letter_locked"][0] in said(one) and WHEN not in said(one)
    assert one.sealed


def test_what_cannot_be_put_away_stays_an_entry(
    table: type[Table],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A disk that is full at the end loses nothing, and the person is told."""

    def full(*_: object, **__: object) -> None:
        raise VaultError("The disk is full.", "Make room.")

    monkeypatch.setattr(Letters, "put_away", full)
    one = table(voice(4.0), quiet(6.0), *SAY, quiet(6.0))
    one.transcriber.replies.extend([LONG, ASK])
    (entry,) = one.hold().entries
    assert [kept.id for kept in one.kept()] == [entry.id]
    assert "The disk is full." in " ".join([*one.screen.notices, *one.screen.afterwards])


def test_a_deleted_answer_is_no_letter(table: type[Table]) -> None:
    """Deleted behind that, it is gone, and nothing fails."""
    one = table(voice(4.0), quiet(9.0), *SAY, *SAY, *SAY, quiet(9.0), plan=TWO)
    one.transcriber.replies.extend([LONG, ASK, "Delete that.", "Yes."])
    one.hold()
    assert waiting(one) == [] and one.kept() == []


@pytest.mark.parametrize(
    "text",
    [
        "I want to open this shop in a year.",
        "He said, open this in a year.",
        "We will open it in a year, I hope.",
        "In a year.",
    ],
)
def test_what_is_told_is_no_request(text: str) -> None:
    assert PHRASES.command_in(text) is None


@pytest.mark.parametrize("text", ["Open this in a year.", "Please put it away for a year.", "Open it again in a year!"])
def test_ways_to_say_it(text: str) -> None:
    assert PHRASES.command_in(text) == Command.LETTER
