"""Letters to oneself: nothing shows one before its day, nothing loses it, and then it is the entry that it was."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.reviewing import open_page, plain
from tests.vault_samples import CANARY, header_of, make_entry, make_pages, make_vault
from voicecheck import clock
from voicecheck.cli.main import run
from voicecheck.diary.export import write_csv, write_json
from voicecheck.diary.importers import import_json, parse_export
from voicecheck.diary.letters import open_due, opening_day, put_away
from voicecheck.diary.own_words import count_own_words
from voicecheck.diary.trends import find_trends
from voicecheck.domain import Asked, Entry, Sitting
from voicecheck.errors import ExitCode, NotFoundError, UsageError
from voicecheck.paths import Paths
from voicecheck.vault.backup import make_backup
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TODAY, DAY = date(2026, 11, 25), date(2027, 11, 25)


@pytest.fixture
def made() -> tuple[Paths, DataKey]:
    return make_vault()


@pytest.fixture
def vault(made: tuple[Paths, DataKey]) -> Iterator[Vault]:
    with Vault.open(*made) as vault:
        yield vault


def keep(vault: Vault) -> Entry:
    entry = vault.entries.add(make_entry(), make_pages(2))
    vault.steps.add(Sitting(entry.session, entry.spoken_at, (Asked("evening.word", entry_id=entry.id),)))
    return entry


# Until its day


def test_nothing_shows_it(vault: Vault) -> None:
    """No list, count, search, calendar, feeling, word or export of single files has any of it."""
    entry = keep(vault)
    put_away(vault, entry.id, DAY, "until_reviewed")
    assert vault.entries.list() == () and vault.entries.count() == 0
    assert vault.timeline.glances() == () and vault.timeline.first_day() is None
    assert vault.timeline.days(date(2020, 1, 1), date(2030, 1, 1)) == ()
    assert vault.search.count(parse_query(CANARY, TODAY)) == 0
    assert vault.search.count(parse_query("feeling:calm", TODAY)) == 0
    assert find_trends(vault).named == 0
    assert count_own_words(vault, None, None, "").words == 0
    file = io.BytesIO()
    write_csv(vault, vault.entries.select(), file)
    assert CANARY.encode() not in file.getvalue()
    with pytest.raises(NotFoundError):
        vault.entries.get(entry.id)
    (letter,) = vault.letters.waiting()
    assert (letter.written, letter.opens_on) == (entry.local_date, DAY)
    assert CANARY not in repr(letter) and CANARY not in repr(vault.letters.read(entry.id))


def test_on_its_day_it_is_the_entry_that_it_was(vault: Vault) -> None:
    """Text, marks, turns and the question that was asked; on the day before it still waits."""
    entry = keep(vault)
    put_away(vault, entry.id, DAY, "always")
    assert open_due(vault, DAY - timedelta(days=1)) == ()
    (letter,) = open_due(vault, DAY)
    assert letter.entry_id == entry.id
    assert vault.entries.get(entry.id) == entry
    assert vault.entries.get(entry.id).has_audio
    assert [step.entry for step in vault.steps.all()] == [entry.id]
    assert vault.search.count(parse_query(CANARY, TODAY)) == 1
    assert open_due(vault, DAY) == ()
    assert [one.opened_on for one in vault.letters.opened_since(DAY)] == [DAY]
    assert vault.letters.opened_since(DAY + timedelta(days=1)) == ()


@pytest.mark.parametrize("keep_audio", ["until_reviewed", "never"])
def test_its_sound_lives_no_longer_for_it(vault: Vault, keep_audio: str) -> None:
    """Sound that is kept for some days is not kept for a year because it lies in a letter."""
    entry = keep(vault)
    put_away(vault, entry.id, DAY, keep_audio)  # type: ignore[arg-type]
    assert vault.letters.read(entry.id).entry.sound == ()
    open_due(vault, DAY)
    assert not vault.entries.get(entry.id).has_audio


def test_it_comes_in_by_no_other_way(vault: Vault) -> None:
    """An older export, or an older sealed copy, brings no letter back before its day, and makes no second one."""
    entry = keep(vault)
    file = io.BytesIO()
    write_json(vault, (entry.id,), file, NOW)
    put_away(vault, entry.id, DAY, "always")
    assert import_json(vault, parse_export(file.getvalue(), "x")).same == 1
    assert vault.entries.count() == 0
    open_due(vault, DAY)
    assert vault.entries.count() == 1


def test_a_sealed_copy_of_it_is_not_taken_in(vault: Vault) -> None:
    """The file of its evening, put back into the inbox, is known."""
    entry = make_entry()
    answer = vault.inbox.begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    content = answer.path.read_bytes()
    (kept,) = vault.ingest("always", NOW).entries
    put_away(vault, kept.id, DAY, "always")
    answer.path.write_bytes(content)
    assert vault.ingest("always", NOW).entries == ()
    assert vault.entries.count() == 0


def test_an_export_of_everything_brings_it_along(vault: Vault, made: tuple[Paths, DataKey]) -> None:
    """In another vault it waits for the same day; twice makes one of it; of chosen entries it is no part."""
    entry = keep(vault)
    put_away(vault, entry.id, DAY, "always")
    sealed = vault.letters.read(entry.id)
    some, whole = io.BytesIO(), io.BytesIO()
    write_json(vault, (), some, NOW, sound=True)
    write_json(vault, (), whole, NOW, sound=True, whole=True)
    assert "letters" not in json.loads(some.getvalue())
    vault.letters.open(entry.id, TODAY)
    vault.entries.delete(entry.id)
    found = import_json(vault, parse_export(whole.getvalue(), "x"))
    assert (found.new, found.bad) == (1, ())
    assert vault.letters.read(entry.id) == sealed
    assert import_json(vault, parse_export(whole.getvalue(), "x")).same == 1


def test_a_letter_that_cannot_be_kept_costs_itself_alone(vault: Vault) -> None:
    """One bad letter of an import is named by its number, and the others come."""
    entry = keep(vault)
    put_away(vault, entry.id, DAY, "always")
    whole = io.BytesIO()
    write_json(vault, (), whole, NOW, whole=True)
    file = json.loads(whole.getvalue())
    good = file["letters"][0]
    file["letters"] = [{"opens_on": "never", "entry": {}}, good | {"entry": good["entry"] | {"duration_s": -5}}, good]
    vault.letters.open(entry.id, TODAY)
    vault.entries.delete(entry.id)
    found = import_json(vault, parse_export(json.dumps(file).encode(), "x"))
    assert [(bad.part, bad.number) for bad in found.bad] == [("letter", 1), ("letter", 2)]
    assert len(vault.letters.waiting()) == 1


def test_a_backup_holds_it_and_the_vault_is_whole(made: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """Verify finds no fault in a vault with a letter."""
    with Vault.open(*made) as vault:
        put_away(vault, keep(vault).id, DAY, "always")
    make_backup(*made, tmp_path / "copy.backup", lambda _: None)
    assert all(finding.whole for finding in verify_vault(*made))


def test_a_fault_in_the_middle_loses_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put away or opened, it is one transaction: either the entry stands or the letter."""
    entry = keep(vault)

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(vault.entries, "put_aside", failing)
        with pytest.raises(RuntimeError):
            put_away(vault, entry.id, DAY, "always")
    assert vault.entries.get(entry.id) == entry and vault.letters.waiting() == ()
    put_away(vault, entry.id, DAY, "always")
    with monkeypatch.context() as patched:
        patched.setattr(vault.archive, "insert", failing)
        with pytest.raises(RuntimeError):
            open_due(vault, DAY)
    assert len(vault.letters.due(DAY)) == 1


def test_deleted_is_deleted(vault: Vault) -> None:
    """When an entry is deleted, nothing stays that says that it was a letter."""
    entry = keep(vault)
    put_away(vault, entry.id, DAY, "always")
    open_due(vault, DAY)
    vault.entries.delete(entry.id)
    assert vault._database.value("SELECT count(*) FROM letters") == 0


# Its day


@pytest.mark.parametrize(
    ("text", "day"),
    [("1y", "2027-11-25"), ("6m", "2027-05-25"), ("2w", "2026-12-09"), ("10d", "2026-12-05"), (" 1 Y ", "2027-11-25"),
     ("2030-01-01", "2030-01-01"), ("3m", "2027-02-25")],
)  # fmt: skip
def test_spans_and_days(text: str, day: str) -> None:
    assert opening_day(text, TODAY) == date.fromisoformat(day)


def test_the_last_of_february_stands_for_a_day_that_is_missing() -> None:
    assert opening_day("1y", date(2028, 2, 29)) == date(2029, 2, 28)
    assert opening_day("1m", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    "text", ["", "0d", "soon", "2026-11-25", "2020-01-01", "101y", "999y", "2026-02-30", "-1y", "1.5y", "١y"]
)
def test_no_day_to_come(text: str) -> None:
    with pytest.raises(UsageError):
        opening_day(text, TODAY)


# By command and on the page


@pytest.fixture
def opened(made: tuple[Paths, DataKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    key = KeyFile(tmp_path / "key")
    key.prepare()
    KeySlots.load(made[0].slots_file).add(made[1], key)
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(key.path))
    with Vault.open(*made) as vault:
        return keep(vault)


def test_by_command(opened: Entry, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Put away, listed without a word, opened on its day by any command, and told."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert run(["entry", "letter", "last", "--opens", "1y"]) == ExitCode.DONE
    assert run(["entry", "letter", "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == [
        {"id": opened.id, "written": opened.local_date.isoformat(), "opens_on": "2027-11-25"}
    ]
    assert run(["entry", "list", "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == []
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=365))
    assert run(["entry", "list", "--json"]) == ExitCode.DONE
    told = capsys.readouterr()
    assert [one["id"] for one in json.loads(told.out)] == [opened.id]
    assert "A letter that you wrote to yourself" in " ".join(told.err.split())


def test_back_before_its_day(opened: Entry) -> None:
    """The person decides: it can be opened at any time."""
    assert run(["entry", "letter", opened.id[:13], "--opens", "1y"]) == ExitCode.DONE
    assert run(["entry", "letter", opened.id[:13], "--back"]) == ExitCode.DONE
    assert run(["entry", "show", opened.id[:13]]) == ExitCode.DONE
    assert run(["entry", "letter", opened.id[:13], "--back"]) == ExitCode.GENERAL
    assert run(["entry", "letter", opened.id[:13]]) == ExitCode.USAGE


def test_all_that_was_said_has_letters_in_it(opened: Entry, made: tuple[Paths, DataKey]) -> None:
    """`entry delete --all` takes those that wait, too."""
    assert run(["entry", "letter", "last", "--opens", "1y"]) == ExitCode.DONE
    assert run(["entry", "delete", "--all", "--yes"]) == ExitCode.DONE
    with Vault.open(*made) as vault:
        assert vault.letters.waiting() == () and vault.entries.count() == 0
        assert vault._database.value("SELECT count(*) FROM letters") == 0


def test_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put away by a click, nowhere to be seen, and on its day on the page of today."""
    with open_page() as (desk, browsing):
        monkeypatch.setattr(type(desk), "today", lambda _: TODAY)
        with desk.writing() as vault:
            entry = keep(vault)
        place = f"/entry/{desk.handles.of(entry.id)}"
        assert browsing.post(f"{place}/letter", {"span": "1y", "day": "2020-01-01"}).status == 400
        answer = browsing.post(f"{place}/letter", {"span": "1y", "day": ""})
        assert answer.status == 303
        for page in ("/", "/timeline", "/calendar/2026", "/feelings"):
            assert CANARY not in browsing.get(page).text
        assert browsing.get(place).status == 404
        monkeypatch.setattr(type(desk), "today", lambda _: DAY)
        today = browsing.get("/").text
        assert "A letter from you, written on Sunday 22 November 2026" in plain(today)
        assert place in today
        assert CANARY in browsing.get(place).text
        monkeypatch.setattr(type(desk), "today", lambda _: DAY + timedelta(days=7))
        assert "A letter from you" not in browsing.get("/").text
