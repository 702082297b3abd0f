"""Entries and recordings: kept as they were, found by id, gone when deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.vault_samples import CANARY, SPOKEN_AT, make_entry, make_pages, make_vault, without_ids
from voicecheck import clock
from voicecheck.contract import entry_json
from voicecheck.domain import EntryKind, Family, Turn, TurnKind
from voicecheck.errors import NotFoundError, UsageError, VaultError
from voicecheck.vault.store.entries import HANGING
from voicecheck.vault.store.word_times import place_words
from voicecheck.vault.vault import Vault


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def matches(vault: Vault, word: str) -> int:
    """How many entries the search index finds."""
    return len(vault._database.rows("SELECT rowid FROM entry_index WHERE entry_index MATCH ?", (word,)))


def test_round_trip(vault: Vault) -> None:
    """An entry comes back equal in every field, with its sound, and add returns what get returns."""
    entry, pages = make_entry(), make_pages(3)
    kept = vault.entries.add(entry, pages)
    assert vault.entries.get(entry.id) == kept
    assert without_ids(kept) == entry
    assert kept.has_audio
    assert vault.recordings.pages(entry.id) == pages
    assert vault.recordings.has_audio(entry.id)


def test_bare_entry(vault: Vault) -> None:
    """An entry without words, prompt, model or sound is still an entry."""
    entry = replace(make_entry(""), turns=(), prompt=None, model=None, reflection=None, kind=EntryKind.JOURNAL)
    assert vault.entries.get(vault.entries.add(entry).id) == entry
    assert not entry.has_audio


def test_edited_entry(vault: Vault) -> None:
    """A revision is the text, what was heard stays beside it, and the search finds the revision only."""
    kept = vault.entries.add(replace(make_entry(), revision="Rather quietly content.", edited=True, mentions=()))
    found = vault.entries.get(kept.id)
    assert found.text == "Rather quietly content."
    assert CANARY in found.turns[0].text
    assert (found.edited, matches(vault, "content"), matches(vault, CANARY)) == (True, 1, 0)


def test_mentions_get_id_and_time(vault: Vault) -> None:
    """A kept mention has an id of its own and the seconds of the word that it stands on."""
    first, second = (vault.entries.add(make_entry(f"I feel {CANARY} and calm.")) for _ in range(2))
    (mention,) = first.mentions
    assert (mention.start_s, mention.end_s) == (2.0, 2.4)
    assert mention.id is not None
    assert mention.id != second.mentions[0].id
    assert {"id", "start_s", "end_s"} <= set(entry_json(first)["mentions"][0])


def test_times_follow_the_words(vault: Vault) -> None:
    """Words are placed in order, also repeated ones; a word that was edited away has no place."""
    entry = make_entry("calm or not calm at all")
    assert [start for start, _, _ in place_words(entry.text, entry.segments)] == [0, 5, 8, 12, 17, 20]
    placed = place_words("calm, calm at all", entry.segments)
    assert [(word.text.strip(), word.start_s) for _, _, word in placed] == [
        ("calm", 0.0),
        ("calm", 1.5),
        ("at", 2.0),
        ("all", 2.5),
    ]


def test_words_keep_their_times_around_an_edit(vault: Vault) -> None:
    """Whatever is put in or taken out, the words around it are found; no short word is found inside a longer one."""
    entry = make_entry("I am a calm man and I sleep")
    edited = "Well: I was amazed. " + "And much more of that. " * 20 + "A calm man, and I sleep."
    placed = place_words(edited, entry.segments)
    assert [(edited[start:end], word.text.strip()) for start, end, word in placed] == [
        (word, word) for word in ("I", "calm", "man", "and", "I", "sleep")
    ]
    assert place_words("", entry.segments) == place_words("calm", ()) == []


def test_adding_twice_changes_nothing(vault: Vault) -> None:
    """The same id again leaves the first as it is, whatever the second says."""
    entry = make_entry()
    kept = vault.entries.add(entry, make_pages(1))
    assert vault.entries.add(replace(entry, reflection="other"), make_pages(2)) == kept
    assert (vault.entries.count(), len(vault.recordings.pages(entry.id))) == (1, 1)


def test_failed_add_leaves_nothing(vault: Vault) -> None:
    """An entry that cannot be written whole is not written at all."""
    entry = make_entry()
    broken = replace(entry, turns=(replace(entry.turns[0], end=1 << 70),))
    with pytest.raises(VaultError):
        vault.entries.add(broken, make_pages(1))
    assert vault.entries.count() == 0
    assert [vault._database.value(f"SELECT count(*) FROM {t}") for t in ("turns", "mentions", "pages", "sessions")] == [
        0
    ] * 4


def test_newest_first(vault: Vault) -> None:
    """The order is that of speaking, not that of keeping, also within one millisecond."""
    times = [SPOKEN_AT + timedelta(days=days) for days in (2, 0, 1, 0)]
    ids = [vault.entries.add(make_entry(at=at)).id for at in times]
    assert [entry.id for entry in vault.entries.list()] == [ids[0], ids[2], ids[3], ids[1]]
    assert [entry.id for entry in vault.entries.list(1)] == [ids[0]]


def test_found_by_prefix(vault: Vault) -> None:
    """The beginning of an id is enough when only one entry has it; otherwise the error says what to do."""
    first = vault.entries.add(make_entry())
    second = vault.entries.add(make_entry(at=SPOKEN_AT + timedelta(seconds=1)))
    assert vault.entries.get(first.id[:13].upper()) == first
    assert vault.entries.get(second.id) == second
    with pytest.raises(UsageError, match="Several"):
        vault.entries.get(first.id[:6])
    for unknown in ("ffffffff", "%%%%", "____", "' OR 1=1"):
        with pytest.raises(NotFoundError):
            vault.entries.get(unknown)


def test_short_prefix(vault: Vault) -> None:
    """Three characters are too few to mean one entry."""
    with pytest.raises(UsageError, match="4 characters"):
        vault.entries.get("019")


def test_asked(vault: Vault) -> None:
    """The history for choosing prompts names prompt and day; one in the morning is the evening before."""
    vault.entries.add(make_entry(at=SPOKEN_AT.replace(day=23, hour=1)))
    vault.entries.add(replace(make_entry(at=SPOKEN_AT.replace(day=23)), prompt=None))
    assert vault.entries.asked() == (("evening.word", date(2026, 11, 22)),)


def test_delete_takes_everything(vault: Vault) -> None:
    """After deleting no table and no index knows the entry; others stay."""
    gone, stays = (
        vault.entries.add(make_entry(), make_pages(2)),
        vault.entries.add(make_entry("Only calm."), make_pages(1)),
    )
    vault.entries.delete(gone.id[:20])
    with pytest.raises(NotFoundError):
        vault.entries.get(gone.id)
    assert vault.entries.list() == (stays,)
    assert (matches(vault, CANARY), matches(vault, "calm")) == (0, 1)
    counts = {
        t: vault._database.value(f"SELECT count(*) FROM {t}")
        for t in ("sessions", "turns", "revisions", "mentions", "pages")
    }
    assert counts == dict.fromkeys(counts, 1)
    vault._database.rows("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')")


def test_all_that_hangs_on_an_entry_is_known(vault: Vault) -> None:
    """Every table that refers to an entry is among those that are emptied with it."""
    tables = {name for (name,) in vault._database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    refer = {
        table
        for table in tables
        if any(row[2] == "entries" for row in vault._database.rows(f"PRAGMA foreign_key_list({table})"))
    }
    assert refer == set(HANGING)


def test_kept_turns_make_the_text(vault: Vault) -> None:
    """Follow-up answers belong to the text, commands do not; all turns come back."""
    entry = make_entry()
    turns = (
        *entry.turns,
        Turn(TurnKind.COMMAND, "I'm done"),
        Turn(TurnKind.FOLLOWUP, "Because of the rain.", speaker="Kim"),
    )
    found = vault.entries.get(vault.entries.add(replace(entry, turns=turns)).id)
    assert found.turns == turns
    assert found.text.endswith("\n\nBecause of the rain.")
    assert matches(vault, "rain") == 1
    assert matches(vault, "done") == 0


@pytest.mark.parametrize(("keep", "left"), [("always", [1, 1]), ("until_reviewed", [0, 1]), ("never", [0, 0])])
def test_sound_leaves_when_due(vault: Vault, keep: str, left: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound stays for seven days, for ever, or not at all, as the person chose; the words stay."""
    monkeypatch.setattr(clock, "now", lambda: SPOKEN_AT)
    old = vault.entries.add(make_entry(at=SPOKEN_AT), make_pages(1))
    monkeypatch.setattr(clock, "now", lambda: SPOKEN_AT + timedelta(days=6))
    new = vault.entries.add(make_entry(at=SPOKEN_AT - timedelta(days=60)), make_pages(1))
    vault.recordings.remove_due(keep, SPOKEN_AT + timedelta(days=8))  # type: ignore[arg-type]
    assert [len(vault.recordings.pages(e.id)) for e in (old, new)] == left
    assert vault.entries.count() == 2


def test_sound_can_be_removed(vault: Vault) -> None:
    """The sound of one entry goes, its words stay."""
    kept = vault.entries.add(make_entry(), make_pages(2))
    vault.recordings.remove(kept.id)
    assert vault.entries.get(kept.id) == replace(kept, has_audio=False)


def test_commits_are_counted(vault: Vault) -> None:
    """Every change counts itself, so that a lost one can be noticed."""
    before = int(vault._database.value("SELECT value FROM state WHERE key = 'commits'"))
    kept = vault.entries.add(make_entry())
    vault.entries.delete(kept.id)
    assert int(vault._database.value("SELECT value FROM state WHERE key = 'commits'")) == before + 2


def test_reprs_hold_no_word(vault: Vault) -> None:
    """Nothing of an entry's words is in its repr, nor in that of its parts."""
    kept = vault.entries.add(make_entry())
    for thing in (kept, kept.turns, kept.mentions, kept.segments, vault, vault.entries):
        assert CANARY not in repr(thing)
        assert "'calm'" not in repr(thing).replace("<Family.CALM: 'calm'>", "")


def test_many_at_once(vault: Vault) -> None:
    """Many entries are one commit, come back equal, and those that were kept already are left as they are."""
    entries = [make_entry(at=SPOKEN_AT + timedelta(days=day)) for day in range(5)]
    vault.entries.add(entries[0])
    before = vault._database.commits
    assert vault.entries.add_all(entries) == 4
    assert vault._database.commits == before + 1
    assert [without_ids(one) for one in vault.entries.list()] == entries[::-1]


def test_selection(vault: Vault) -> None:
    """Days are the person's own, both ends belong to the range, and a sitting is found by either id."""
    days = [vault.entries.add(make_entry(at=SPOKEN_AT + timedelta(days=day))) for day in range(3)]
    night = vault.entries.add(make_entry(at=SPOKEN_AT + timedelta(days=1, hours=4)))  # 01:34 of the next day
    assert vault.entries.select() == (days[0].id, days[1].id, night.id, days[2].id)
    second = days[1].local_date
    assert vault.entries.select(since=second, until=second) == (days[1].id, night.id)
    assert vault.entries.select(until=days[0].local_date) == (days[0].id,)
    assert vault.entries.select(session=days[2].session) == (days[2].id,)
    assert vault.entries.find_session(days[2].session[:14]) == days[2].session
    assert vault.entries.find_session(days[2].id) == days[2].session


def test_feelings_by_day(vault: Vault) -> None:
    """Counted by the person's days, which end at four in the morning; what is denied is not counted."""
    late_sunday = SPOKEN_AT.replace(day=23, hour=3)  # Monday morning, still Sunday's evening
    monday = SPOKEN_AT.replace(day=23, hour=5)
    denied = replace(make_entry(at=monday), mentions=(replace(make_entry().mentions[0], negated=True),))
    for entry in (make_entry(at=late_sunday), make_entry(at=monday), make_entry(at=monday), denied):
        vault.entries.add(entry)
    found = [(felt.day, felt.family, felt.count) for felt in vault.tallies.felt()]
    assert found == [(date(2026, 11, 22), Family.CALM, 1), (date(2026, 11, 23), Family.CALM, 2)]
    assert [felt.count for felt in vault.tallies.felt(since=date(2026, 11, 23))] == [2]
    assert vault.tallies.entries(until=date(2026, 11, 22)) == ((date(2026, 11, 22), 1),)
    assert [(felt.prompt_id, felt.count) for felt in vault.tallies.felt_after()] == [("evening.word", 3)]
    assert [(first.lemma, first.day) for first in vault.tallies.first_named()] == [("calm", date(2026, 11, 22))]
    assert "'calm'" not in repr(vault.tallies.first_named())
