"""Tags of kept entries: corrected, made anew, taken in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.vault_samples import CANARY, header_of, make_entry, make_vault
from voicecheck.diary import tagging
from voicecheck.diary.recovery import recover
from voicecheck.domain import EmotionMention, Entry, Family, MentionSource, PrivateWord, Quadrant
from voicecheck.errors import NotFoundError, UsageError
from voicecheck.feelings.mentions import find_mentions
from voicecheck.paths import Paths
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.store import schema
from voicecheck.vault.store.connection import open_database
from voicecheck.vault.vault import Vault

TEXT = "I was so sad today, and a bit tired."
OWN = PrivateWord(CANARY, Family.FEAR, Quadrant.UNPLEASANT_HIGH)


@pytest.fixture
def vault() -> Iterator[Vault]:
    with Vault.open(*make_vault()) as vault:
        yield vault


def keep(vault: Vault, text: str = TEXT, language: str = "en") -> Entry:
    entry = replace(make_entry(text), mentions=find_mentions(text, language), language=language)
    return vault.entries.add(entry, (), tagging.Tagger().version(language))


def named(entry: Entry) -> list[tuple[str, Family]]:
    return [(m.text, m.family) for m in entry.mentions]


def test_a_change_is_kept(vault: Vault) -> None:
    """What the person says of a tag is there when the entry is read again; its id and its time stay."""
    entry = keep(vault)
    sad = entry.mentions[0]
    after = tagging.change(vault, entry.id, replace(sad, family=Family.GRIEF))
    assert after == vault.entries.get(entry.id)
    assert named(after) == [("sad", Family.GRIEF), ("tired", Family.TIREDNESS)]
    assert after.mentions[0].source is MentionSource.PERSON
    assert (after.mentions[0].id, after.mentions[0].start_s) == (sad.id, sad.start_s)
    assert after.mentions[1] == entry.mentions[1]


def test_added_and_removed(vault: Vault) -> None:
    """A tag that is added gets an id and the time of its words; one that is removed is gone."""
    entry = keep(vault)
    tagging.remove(vault, entry.id, entry.mentions[0])
    today = EmotionMention(TEXT.index("today"), TEXT.index("today") + 5, "", "day", Family.JOY, Quadrant.PLEASANT_LOW)
    after = tagging.add(vault, entry.id, today)
    assert named(after) == [("today", Family.JOY), ("tired", Family.TIREDNESS)]
    assert after.mentions[0].id
    assert after.mentions[0].start_s is not None
    assert vault.entries.get(entry.id).mentions == after.mentions


def test_corrections_are_rows_of_their_own(vault: Vault) -> None:
    """They stand in the order in which they were made, and undo takes back the last one, then all."""
    entry = keep(vault)
    for mention in entry.mentions:
        tagging.remove(vault, entry.id, mention)
    assert [c.mention.text for c in vault.corrections.of(entry.id)] == ["sad", "tired"]
    assert named(tagging.undo(vault, entry.id)) == [("tired", Family.TIREDNESS)]
    after = tagging.undo(vault, entry.id, everything=True)
    assert named(after) == named(entry)
    assert vault.corrections.of(entry.id) == ()
    with pytest.raises(UsageError):
        tagging.undo(vault, entry.id)


@pytest.mark.parametrize("span", [(0, 0), (5, 4), (-1, 2), (0, 9999), (len("I"), len("I "))])
def test_a_place_without_words(vault: Vault, span: tuple[int, int]) -> None:
    """A tag needs words of the text below it; nothing is kept otherwise."""
    entry = keep(vault)
    with pytest.raises(UsageError):
        tagging.add(vault, entry.id, EmotionMention(*span, "", "x", Family.JOY, Quadrant.PLEASANT_LOW))
    assert vault.corrections.of(entry.id) == ()


def test_no_such_entry(vault: Vault) -> None:
    """An id that is not kept is not found."""
    with pytest.raises(NotFoundError):
        tagging.undo(vault, "ffffffff")


def test_a_new_lexicon_keeps_corrections(vault: Vault) -> None:
    """Entries of an older version are due; tagging them anew changes what the lexicon says and no correction."""
    old = replace(make_entry(TEXT), mentions=())
    vault.entries.add(old, (), "en-0")
    current = keep(vault)
    assert tagging.due(vault) == (old.id,)
    tagging.add(vault, old.id, EmotionMention(9, 12, "", "sad", Family.GRIEF, Quadrant.UNPLEASANT_LOW))
    assert tagging.due(vault) == (old.id,)
    (result,) = tagging.retag(vault, tagging.due(vault))
    assert [m.text for m in result.come] == ["tired"]
    assert not result.gone
    assert named(vault.entries.get(old.id)) == [("sad", Family.GRIEF), ("tired", Family.TIREDNESS)]
    assert tagging.due(vault) == ()
    assert vault.entries.get(current.id) == current


def test_tagging_anew_can_be_stopped(vault: Vault) -> None:
    """Each entry is a transaction of its own: what was done stays done, the rest stays due."""
    for _ in range(3):
        vault.entries.add(make_entry(TEXT), (), "en-0")
    ids = tagging.due(vault)
    next(iter(tagging.retag(vault, ids)))
    assert tagging.due(vault) == ids[1:]


def test_nothing_changed(vault: Vault) -> None:
    """Tagging anew with the same lexicon changes nothing, ids included."""
    entry = keep(vault)
    (result,) = tagging.retag(vault, [entry.id])
    assert not result.changed
    assert vault.entries.get(entry.id) == entry


def test_own_words(vault: Vault) -> None:
    """Adding a word makes older entries due; it is found from then on, and no more once it is removed."""
    entry = keep(vault, f"It was all {CANARY}.")
    vault.words.add(OWN)
    assert vault.words.list() == (OWN,)
    assert tagging.due(vault) == (entry.id,)
    (result,) = tagging.retag(vault, [entry.id])
    assert named(result.entry) == [(CANARY, Family.FEAR)]
    assert tagging.due(vault) == ()
    assert vault.words.remove(CANARY)
    assert not vault.words.remove(CANARY)
    assert tagging.due(vault) == (entry.id,)
    assert CANARY not in repr(OWN) + repr(tagging.Tagger((OWN,)))


def test_own_words_wait_for_the_vault(vault: Vault) -> None:
    """An answer of a locked evening gets the person's own words when it is taken in."""
    vault.words.add(OWN)
    spoken = replace(make_entry(f"It was all {CANARY}, and I was sad."), mentions=())
    answer = vault.inbox.begin(header_of(spoken))
    answer.append_entry(spoken)
    answer.finish()
    (taken,) = vault.ingest("never", tag=tagging.tagger_of(vault).tag).entries
    assert named(taken) == [(CANARY, Family.FEAR), ("sad", Family.SADNESS)]
    assert tagging.due(vault) == ()


def test_own_words_in_an_answer_that_broke_off(vault: Vault) -> None:
    """The same holds for an answer that was cut off and is kept afterwards."""
    vault.words.add(OWN)
    spoken = replace(make_entry(f"It was all {CANARY}."), mentions=())
    answer = vault.inbox.begin(header_of(spoken))
    answer.append_entry(spoken)
    answer.sync()
    answer.close()
    (waiting,) = vault.ingest("never").waiting
    kept = recover(waiting, vault, None, "never")
    assert kept is not None
    assert named(kept) == [(CANARY, Family.FEAR)]
    assert tagging.due(vault) == ()


def test_a_language_without_a_lexicon_is_never_due(vault: Vault) -> None:
    """An answer in a language without a lexicon is kept untagged, and not asked for again and again."""
    entry = keep(vault, "Ich bin sad.", "de")
    assert entry.mentions == ()
    assert tagging.due(vault) == ()


def test_a_new_text_takes_its_corrections_along(vault: Vault) -> None:
    """For a text that the person edits, tags are made anew, and corrections stay where their words do."""
    entry = keep(vault)
    tagging.change(vault, entry.id, replace(entry.mentions[0], family=Family.GRIEF))
    tags = tagging.tagger_of(vault).tag_revision(
        vault.entries.get(entry.id), "Oh, I was so sad today. And angry.", vault.corrections.of(entry.id)
    )
    assert [(m.text, m.family) for m in tags.mentions] == [("sad", Family.GRIEF), ("angry", Family.ANGER)]
    assert len(tags.corrections) == 1


def test_deleting_takes_corrections_along(vault: Vault) -> None:
    """With the entry its corrections go."""
    entry = keep(vault)
    tagging.remove(vault, entry.id, entry.mentions[0])
    vault.entries.delete(entry.id)
    assert vault.corrections.of(entry.id) == ()


def test_an_older_vault_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version of each mention becomes that of its text; a text that nothing was found in has none, and is due."""
    made = make_vault_of_schema_1(monkeypatch)
    with Vault.open(*made) as vault:
        assert vault.corrections.due({"en": "en-0"}) == ("bbbb",)
        assert vault.words.list() == ()


def make_vault_of_schema_1(monkeypatch: pytest.MonkeyPatch) -> tuple[Paths, DataKey]:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_migrations", schema._migrations[:1])
        made = make_vault()
        database = open_database(made[0].vault_file, made[1])
        with database.write():
            database.execute("INSERT INTO sessions VALUES ('s', 0)")
            for number, entry_id in ((1, "aaaa"), (2, "bbbb")):
                database.execute(
                    "INSERT INTO entries VALUES (?, ?, 's', 'checkin', '', 'en', '2026-11-22T21:34:05+01:00', '', "
                    "'2026-11-22', NULL, NULL, 1, NULL, NULL, NULL)",
                    (number, entry_id),
                )
                database.execute("INSERT INTO revisions VALUES (?, ?, 0, 'heard', 1, 'sad')", (number, number))
            database.execute(
                "INSERT INTO mentions VALUES (1, 'm', 1, 1, 1, 0, '2026-11-22', 0, 3, 'sad', 'sad', 'sadness', "
                "'unpleasant_low', 0, 'self', 0, 0, 0, 0, 1, 'lexicon', 'en-0', '[]', NULL, NULL)"
            )
        database.close()
    return made
