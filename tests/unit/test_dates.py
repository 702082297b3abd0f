"""Dates of entries that are put right: everything follows, and the date before stays beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.unit.reviewing import open_page, plain
from tests.vault_samples import CANARY, SPOKEN_AT, header_of, make_entry, make_pages, make_vault
from voicecheck.cli.main import run
from voicecheck.diary import taking_back
from voicecheck.diary.dating import put_date_right, read_date
from voicecheck.diary.export import write_json
from voicecheck.diary.importers import import_json, parse_export
from voicecheck.diary.tagging import tagger_of
from voicecheck.diary.trends import find_trends
from voicecheck.domain import Entry
from voicecheck.errors import ExitCode, NotFoundError, UsageError
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.vault import Vault

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2024, 2, 29, 20, 15, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def vault() -> Iterator[Vault]:
    with Vault.open(*make_vault()) as vault:
        yield vault


def keep(vault: Vault, text: str = f"I feel {CANARY} and calm.", at: datetime = SPOKEN_AT) -> Entry:
    entry = make_entry(text, at)
    tags = tagger_of(vault).tag(entry)
    return vault.entries.add(replace(entry, mentions=tags.mentions), make_pages(2), tags.lexicon_version)


def check_whole(vault: Vault) -> None:
    """No row points to nothing, and every text is searchable once."""
    assert vault._database.rows("PRAGMA foreign_key_check") == []
    assert vault._database.value("SELECT count(*) FROM entry_index_docsize") == vault.entries.count()


# What follows


def test_everything_follows(vault: Vault) -> None:
    """Order, timeline, calendar, trends, search and sound know the entry under its new day alone."""
    between = keep(vault, "I felt happy.", LONG_AGO + timedelta(days=30))
    entry = keep(vault)
    sound = vault.recordings.pages(entry.id)
    after = put_date_right(vault, entry, LONG_AGO, NOW)
    assert after == replace(entry, spoken_at=LONG_AGO)
    assert [one.id for one in vault.entries.list()] == [between.id, entry.id]
    assert [glance.id for glance in vault.timeline.glances()] == [between.id, entry.id]
    days = vault.timeline.days(date(2024, 1, 1), date(2027, 1, 1))
    assert [day.date for day in days] == [LONG_AGO.date(), between.local_date]
    trends = find_trends(vault, step="month")
    assert (trends.periods[0], trends.entries, trends.named) == (date(2024, 2, 1), (1, 1), 2)
    assert vault.search.count(parse_query(f"{CANARY} on:2024-02-29", NOW.date())) == 1
    assert vault.search.count(parse_query(f"{CANARY} since:2026", NOW.date())) == 0
    assert vault.recordings.pages(entry.id) == sound
    assert vault.entries.select(None, LONG_AGO.date(), LONG_AGO.date()) == (entry.id,)
    check_whole(vault)


def test_the_date_before_stays_beside_it(vault: Vault) -> None:
    """Each of them, in order, with the moment it was put right; the way back is one more."""
    entry = keep(vault)
    first = put_date_right(vault, entry, LONG_AGO, NOW)
    put_date_right(vault, first, SPOKEN_AT, NOW + timedelta(hours=1))
    before = vault.dates.of(entry.id)
    assert [(one.spoken_at, one.made_at) for one in before] == [
        (SPOKEN_AT, NOW),
        (LONG_AGO, NOW + timedelta(hours=1)),
    ]
    assert vault.entries.get(entry.id).spoken_at == SPOKEN_AT
    check_whole(vault)


def test_the_same_date_changes_nothing(vault: Vault) -> None:
    entry = keep(vault)
    assert put_date_right(vault, entry, SPOKEN_AT, NOW) == entry
    assert vault.dates.of(entry.id) == ()


def test_two_who_change_it_at_once(vault: Vault) -> None:
    """Who saw an older date is told, and what the other did stands."""
    entry = keep(vault)
    put_date_right(vault, entry, LONG_AGO, NOW)
    with pytest.raises(UsageError, match="changed elsewhere"):
        put_date_right(vault, entry, LONG_AGO + timedelta(days=1), NOW)
    vault.entries.delete(entry.id)
    with pytest.raises(NotFoundError):
        put_date_right(vault, entry, LONG_AGO, NOW)


def test_many_of_one_minute_keep_apart(vault: Vault) -> None:
    """A folder of memos whose clock was never set goes to one minute, and each stays its own."""
    for number in range(5):
        put_date_right(vault, keep(vault, f"number {number}", SPOKEN_AT + timedelta(hours=number)), LONG_AGO, NOW)
    assert len({one.text for one in vault.entries.list()}) == 5
    check_whole(vault)


def test_editing_tagging_and_deleting_go_on(vault: Vault) -> None:
    """After it a sentence can be taken back and the entry deleted, and nothing of its dates is left."""
    entry = put_date_right(vault, keep(vault, f"I feel calm. I feel {CANARY}."), LONG_AGO, NOW)
    sentence = taking_back.sentences_of(taking_back.texts_of(vault, entry), entry.segments)[0]
    taking_back.take_back(vault, entry, sentence)
    assert len(vault.dates.of(entry.id)) == 1
    assert vault.entries.get(entry.id).spoken_at == LONG_AGO
    vault.entries.delete(entry.id)
    assert vault._database.value("SELECT count(*) FROM dates_before") == 0
    check_whole(vault)


def test_a_fault_in_the_middle_changes_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is one transaction."""
    entry = keep(vault)

    def failing(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr("voicecheck.vault.store.dates.text_index.put", failing)
        with pytest.raises(RuntimeError):
            put_date_right(vault, entry, LONG_AGO, NOW)
    assert vault.entries.get(entry.id) == entry
    assert vault.dates.of(entry.id) == ()
    check_whole(vault)


def test_it_goes_through_an_export_and_an_import(vault: Vault, tmp_path: Path) -> None:
    """Out and in again the entry and its dates are equal; the same file once more changes nothing."""
    entry = put_date_right(vault, keep(vault), LONG_AGO, NOW)
    vault.unasked.leave_out(entry.id)
    file = io.BytesIO()
    write_json(vault, vault.entries.select(), file, NOW, sound=True, whole=True)
    archived = vault.archive.read(entry.id, sound=True)
    vault.entries.delete(entry.id)
    assert import_json(vault, parse_export(file.getvalue(), "x")).new == 1
    assert vault.archive.read(entry.id, sound=True) == archived
    assert import_json(vault, parse_export(file.getvalue(), "x")).same == 1


def test_an_older_sealed_copy_does_not_bring_the_old_date_back(vault: Vault) -> None:
    """What the person has dated counts as worked on: a copy from the inbox stands beside it or goes."""
    entry = keep(vault)
    put_date_right(vault, entry, LONG_AGO, NOW)
    answer = vault.inbox.begin(header_of(entry))
    answer.append_entry(replace(make_entry(at=SPOKEN_AT), id=entry.id, session=entry.session))
    answer.finish()
    vault.ingest("always", NOW)
    assert vault.entries.get(entry.id).spoken_at == LONG_AGO


# What may be written


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-10-12 21:30", "2026-10-12T21:30:00+02:00"),  # summer in Berlin
        ("2026-01-12 21:30", "2026-01-12T21:30:00+01:00"),
        ("2026-10-12 7.05", "2026-10-12T07:05:00+02:00"),
        ("2026-10-12T00:30", "2026-10-12T00:30:00+02:00"),
        ("2026-10-12", "2026-10-12T21:34:05.123000+02:00"),
    ],
)
def test_a_date_is_read_in_the_zone_of_the_entry(text: str, meant: str) -> None:
    """With the offset that the zone had then, wherever the computer stands today."""
    assert read_date(text, make_entry()) == datetime.fromisoformat(meant)
    assert read_date(text, make_entry()).utcoffset() == datetime.fromisoformat(meant).utcoffset()


@pytest.mark.parametrize("zone", ["", "Nowhere/At_All", "../etc/passwd"])
def test_without_a_known_zone_its_offset_stays(zone: str) -> None:
    entry = replace(make_entry(), timezone=zone)
    assert read_date("2026-07-12 21:30", entry) == datetime.fromisoformat("2026-07-12T21:30+01:00")


def test_a_mere_day_is_the_persons_day() -> None:
    """At one in the morning it is still the evening before: the twelfth stays the twelfth."""
    entry = make_entry(at=datetime.fromisoformat("2026-11-23T01:10+01:00"))
    meant = read_date("2026-10-12", entry)
    assert (meant.date(), replace(entry, spoken_at=meant).local_date) == (date(2026, 10, 13), date(2026, 10, 12))


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-02-30", "2026-13-01", "26-10-12", "2026-10-12 25:00", "2026-10-12 21:30:00", "٢٠٢٦-10-12",
     "9999-12-31", "0001-01-01"],
)  # fmt: skip
def test_what_is_no_date_is_refused(vault: Vault, text: str) -> None:
    """Also a day to come, and one that no zone can have."""
    entry = keep(vault)
    with pytest.raises(UsageError):
        put_date_right(vault, entry, read_date(text, entry), NOW)
    assert vault.entries.get(entry.id) == entry


# By command and on the page


def test_by_command(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`entry edit --date` tells both dates, and `entry show` the one before."""
    paths, data_key = make_vault()
    key = KeyFile(tmp_path / "key")
    key.prepare()
    KeySlots.load(paths.slots_file).add(data_key, key)
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(key.path))
    with Vault.open(paths, data_key) as vault:
        keep(vault, at=LONG_AGO)
    assert run(["entry", "edit", "last", "--date", "2024-02-27 08:00"]) == ExitCode.DONE
    assert "2024-02-29" in capsys.readouterr().err
    assert run(["entry", "show", "last"]) == ExitCode.DONE
    assert "Its date was Thu 2024-02-29 20:15" in " ".join(capsys.readouterr().out.split())
    assert run(["entry", "show", "last", "--json"]) == ExitCode.DONE
    shown = json.loads(capsys.readouterr().out)
    assert shown["spoken_at"].startswith("2024-02-27T08:00")
    assert shown["dates_before"][0]["spoken_at"] == "2024-02-29T20:15:00.000+01:00"
    assert run(["entry", "edit", "last", "--date", "never"]) == ExitCode.USAGE
    assert run(["entry", "edit", "last", "--date", "2024-02-27", "--editor"]) == ExitCode.USAGE


def test_on_the_page() -> None:
    """The form has the date that stands; a new one is kept, and the page tells the one before."""
    with open_page() as (desk, browsing):
        with desk.writing() as vault:
            entry = keep(vault, at=LONG_AGO)
        place = f"/entry/{desk.handles.of(entry.id)}"
        assert 'value="2024-02-29"' in browsing.get(place).text
        assert browsing.post(f"{place}/date", {"day": "2024-02-28", "time": "21:00"}).status == 303
        text = plain(browsing.get(place).text)
        assert "Wednesday 28 February 2024" in text
        assert "Its date was Thursday 29 February 2024, 20:15" in text
        assert browsing.post(f"{place}/date", {"day": "2999-01-01", "time": "21:00"}).status == 400
        assert browsing.post(f"{place}/date", {}).status == 400
        assert desk.vault.entries.get(entry.id).local_date == date(2024, 2, 28)
