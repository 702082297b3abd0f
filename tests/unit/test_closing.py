"""Closing an entry: its own sealed file is opened and no other, and what is read out of its text is read once."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import LONG, PHRASES, PLAN, Table
from tests.unit.test_evening import ASKING, PROMPT, SHORT_REPLY, real_questions, table  # noqa: F401
from tests.unit.test_prompts import some_pack
from tests.vault_samples import header_of, make_entry
from voicecheck.checkin.answer import Answer
from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Given
from voicecheck.checkin.response import Manner, May, Responder
from voicecheck.diary import tagging
from voicecheck.diary.tagging import Tagger, tagger_of
from voicecheck.domain import Entry, Family, Reflection
from voicecheck.feelings import danger_watch
from voicecheck.feelings.danger_classifier import WEIGHTS, Known, judge
from voicecheck.feelings.danger_watch import NOT_WATCHED, Watch
from voicecheck.feelings.encoder import Encoder
from voicecheck.vault.inbox import claiming
from voicecheck.vault.inbox.inbox import Inbox

WAITING = 50
CORRECTED = (voice(4.0), quiet(5.0), *SHORT_REPLY)


def seal(inbox: Inbox, entry: Entry) -> Path:
    sealed = inbox.begin(header_of(entry))
    sealed.append_entry(entry)
    sealed.finish()
    return sealed.path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The sealed files that are opened on the way into the vault."""
    paths: list[Path] = []
    open_existing = claiming.open_existing

    def noting(path: Path) -> int:
        paths.append(path)
        return open_existing(path)

    monkeypatch.setattr(claiming, "open_existing", noting)
    return paths


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done with the texts of answers: the tagger or the watch, with the text."""
    calls: list[str] = []
    find_mentions, read_danger = tagging.find_mentions, danger_watch.read_danger

    def tag(text, *rest):  # type: ignore[no-untyped-def]
        calls.append(f"tag {text}")
        return find_mentions(text, *rest)

    def watch(text, *rest):  # type: ignore[no-untyped-def]
        calls.append(f"watch {text}")
        return read_danger(text, *rest)

    monkeypatch.setattr(tagging, "find_mentions", tag)
    monkeypatch.setattr(danger_watch, "read_danger", watch)
    return calls


def test_fifty_files_wait_and_one_is_opened(table: type[Table], opened: list[Path], read: list[str]) -> None:  # noqa: F811
    """One answer is one file and one call of the tagger; the others stay, and are taken in at the next unlock."""
    one = table(voice(4.0), plan=replace(PLAN, watch=Watch()))
    others = [seal(one.inbox, make_entry(f"number {n}")) for n in range(WAITING)]
    (entry,) = one.hold().entries
    assert len(opened) == 1 and not {*others} & {*opened}
    assert sorted(read) == [f"tag {LONG}", f"watch {LONG}"]
    assert {*one.sealed} == {*others}
    assert one.vault is not None
    assert [kept.id for kept in one.kept()] == [entry.id]
    assert one.vault.corrections.version_of(entry.id) == Tagger().version("en")
    assert len(one.vault.ingest("always", tag=tagger_of(one.vault).tag).entries) == WAITING


def test_what_was_asked_is_one_more_file(table: type[Table], opened: list[Path]) -> None:  # noqa: F811
    """The questions of the evening go into the vault at its end, by their own file alone."""
    one = table(voice(4.0))
    real_questions(one, some_pack(1, 1))
    waiting = seal(one.inbox, make_entry("It waits."))
    (entry,) = one.hold().entries
    assert len(opened) == len({*opened}) == 2
    assert one.sealed == [waiting]
    assert one.vault is not None
    assert [asked.entry_id for asked in one.vault.steps.history()] == [entry.id]


def test_a_correction_reads_nothing_twice(table: type[Table], read: list[str]) -> None:  # noqa: F811
    """The tags are made anew by the person's word; the text is not read again, and the word itself is watched alone."""
    one = table(*CORRECTED, plan=replace(ASKING, watch=Watch()))
    one.transcriber.replies.extend(["We were at home and I am fine.", "The second one."])
    (entry,) = one.hold().entries
    assert sorted(read) == [f"tag {entry.text}", "watch The second one.", f"watch {entry.text}"]
    assert one.vault is not None
    assert len(one.vault.corrections.of(entry.id)) == 1


def test_a_file_that_was_changed_meanwhile_is_not_believed(
    table: type[Table],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who puts another file in its place cannot choose its tags: they are made from the words that it holds."""
    one = table(voice(4.0))
    close = Answer.close

    def close_and_swap(answer: Answer, entry: Entry) -> None:
        close(answer, entry)
        lied = make_entry("I was happy and calm.")
        lied = replace(lied, id=entry.id, mentions=tuple(replace(m, family=Family.SHAME) for m in lied.mentions))
        seal(one.inbox, lied).replace(answer.path)

    monkeypatch.setattr(Answer, "close", close_and_swap)
    one.hold()
    (kept,) = one.kept()
    assert [m.family for m in kept.mentions] == [Family.JOY, Family.CALM]


def test_a_correction_stays_with_its_own_answer(table: type[Table]) -> None:  # noqa: F811
    """What is taken back out of the set-aside while a corrected answer is open gets none of its corrections."""
    aside = (voice(1.2), quiet(5.0))
    one = table(*aside, *CORRECTED, Given(Command.UNDO), quiet(8.0), plan=ASKING)
    one.transcriber.replies.extend(["Help.", "We were at home and I am fine.", "The second one."])
    restored, answer = one.hold().entries
    assert (restored.text, restored.mentions, restored.corrections) == ("Help.", (), ())
    assert one.vault is not None
    assert len(one.vault.corrections.of(answer.id)) == 1
    assert {entry.id for entry in one.kept()} == {restored.id, answer.id}


def test_the_same_words_in_another_language_are_read_anew() -> None:
    """The language that was heard may change with the last word; what was made in one does not hold in another."""
    responder = Responder(Tagger(), Manner(PHRASES, random.Random(1), NOT_WATCHED, True, 0.0, 0.0))
    responder.begin(PROMPT)
    entry = make_entry("I was happy.")
    assert responder.make(entry, May(), (), Reflection("")).entry.mentions
    other = responder.make(replace(entry, language="de"), May(), (), Reflection("")).entry
    assert other.mentions == Tagger().find("I was happy.", "de")


def test_a_growing_answer_is_judged_by_its_new_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was judged while the answer was shorter is not judged again, and the outcome is the same."""
    judged: list[str] = []
    probabilities = Encoder.probabilities

    def noting(self: Encoder, texts: list[str]) -> object:
        judged.extend(texts)
        return probabilities(self, texts)

    monkeypatch.setattr(Encoder, "probabilities", noting)
    sentences = [f"On day {n} we went to the shop and bought potatoes, and the queue was long." for n in range(12)]
    known: Known = {}
    for count in range(1, len(sentences) + 1):
        whole = judge(" ".join(sentences[:count]), "en", known)
    assert len(judged) / len(WEIGHTS) == len({*judged}) == len(known)
    alone = judge(" ".join(sentences), "en")
    assert whole is not None and alone is not None
    assert [round(one.score, 5) for one in whole.passages] == [round(one.score, 5) for one in alone.passages]
