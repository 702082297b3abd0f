"""On this day: a year, a month or a week ago; never a heavy day, never twice against the person's word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.unit.reviewing import open_page, plain
from tests.vault_samples import make_entry, make_vault
from voicecheck.diary.on_this_day import Ago, on_this_day
from voicecheck.diary.tagging import tagger_of
from voicecheck.domain import Entry, Turn, TurnKind
from voicecheck.errors import VoicecheckError
from voicecheck.feelings import danger_watch
from voicecheck.feelings.danger_watch import NOT_WATCHED, OwnPhrases, Watch
from voicecheck.vault.vault import Vault

TODAY = date(2026, 11, 25)
LIGHT = "We walked along the river and I was happy about the sun."


@pytest.fixture
def vault() -> Iterator[Vault]:
    with Vault.open(*make_vault()) as vault:
        yield vault


def keep(vault: Vault, day: date, text: str = LIGHT, **changes: object) -> Entry:
    at = datetime(day.year, day.month, day.day, 20, 0, tzinfo=UTC)
    entry = replace(make_entry(text, at), mentions=(), reflection=None, **changes)  # type: ignore[arg-type]
    tags = tagger_of(vault).tag(entry)
    return vault.entries.add(replace(entry, mentions=tags.mentions), (), tags.lexicon_version)


WATCH = Watch()


def found(vault: Vault, today: date = TODAY, watch: Watch = WATCH) -> tuple[str, Ago] | None:
    remembered = on_this_day(vault, today, watch)
    return remembered and (remembered.entry.id, remembered.ago)


def test_a_year_goes_before_a_month_and_a_week(vault: Vault) -> None:
    """The nearest year first, then earlier ones, a month, a week; other days never."""
    week, month = keep(vault, date(2026, 11, 18)), keep(vault, date(2026, 10, 25))
    keep(vault, date(2026, 11, 20))
    assert found(vault) == (month.id, Ago("month", 1))
    earlier, year = keep(vault, date(2019, 11, 25)), keep(vault, date(2025, 11, 25))
    assert found(vault) == (year.id, Ago("year", 1))
    for entry, next_one in ((year, (earlier.id, Ago("year", 7))), (earlier, (month.id, Ago("month", 1))),
                            (month, (week.id, Ago("week", 1))), (week, None)):  # fmt: skip
        vault.unasked.leave_out(entry.id)
        assert found(vault) == next_one


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2026, 3, 31), date(2026, 2, 28)),
        (date(2026, 1, 15), date(2025, 12, 15)),
    ],
)
def test_a_day_that_is_missing(vault: Vault, today: date, day: date) -> None:
    """The last day of the month stands for it."""
    entry = keep(vault, day)
    remembered = found(vault, today)
    assert remembered is not None and remembered[0] == entry.id


HEAVY = [
    "I want to kill myself.", "I don't want to be here any more.", "He hit me again last night.",
    "My mum died on Monday.",
    "We buried Dad today.", "I miss her so much since the funeral.", "I had a miscarriage.",
    "I thought about ending it all.",
    "I was grieving all day.", "The doctor says it is cancer.",
]  # fmt: skip


@pytest.mark.parametrize("said", HEAVY)
def test_a_day_on_which_something_heavy_was_said_is_left_alone(vault: Vault, said: str) -> None:
    """The whole day, not that entry alone: also what else was said on it."""
    keep(vault, date(2025, 11, 25), said)
    keep(vault, date(2025, 11, 25), LIGHT)
    assert found(vault) is None


@pytest.mark.parametrize(
    "said",
    [
        "They let me go today after nine years.",
        "I was not angry.",
        "Kim is sad.",
        "We had soup.",
        "I was annoyed, and then happy.",
    ],
)
def test_an_entry_that_names_nothing_pleasant_is_not_shown(vault: Vault, said: str) -> None:
    """No table knows all that is heavy: what names no feeling, or an unpleasant one beside, is left alone."""
    keep(vault, date(2025, 11, 25), said)
    assert found(vault) is None


def test_what_was_heard_and_edited_away_still_weighs(vault: Vault) -> None:
    """So do words that were heard beside the answer."""
    entry = keep(vault, date(2025, 11, 25), "I want to kill myself.")
    vault.revisions.add(entry, LIGHT, tagger_of(vault).tag_revision(entry, LIGHT, ()), datetime(2026, 1, 1, tzinfo=UTC))
    beside = make_entry(LIGHT, datetime(2024, 11, 25, 20, tzinfo=UTC))
    turns = (*beside.turns, Turn(TurnKind.ASIDE, "I want to kill myself."))
    vault.entries.add(replace(beside, turns=turns, mentions=()))
    assert found(vault) is None


def test_it_is_looked_at_whatever_the_help_is_set_to(vault: Vault) -> None:
    """Who switched the offer of help off is spared all the same; phrases of one's own count."""
    keep(vault, date(2025, 11, 25), "I want to kill myself.")
    assert found(vault, watch=NOT_WATCHED) is None
    keep(vault, date(2024, 11, 25), "I was happy, and then the green room was back.")
    own = Watch(own={"en": OwnPhrases(life=("the green room",))})
    assert found(vault, watch=own) is None
    assert found(vault) is not None


@pytest.mark.parametrize("language", ["", "xx", "fi"])
def test_where_it_cannot_be_told_nothing_is_shown(vault: Vault, language: str) -> None:
    """An entry in a language that nobody watches may be about anything."""
    keep(vault, date(2025, 11, 25), language=language)
    assert found(vault) is None


def test_with_damaged_weights_nothing_is_shown(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table alone misses too much to be shown by."""
    keep(vault, date(2025, 11, 25))

    def broken(*_: object) -> None:
        raise VoicecheckError("damaged", "")

    monkeypatch.setattr(danger_watch, "judge", broken)
    assert found(vault) is None


def test_somebody_elses_words_are_not_shown(vault: Vault) -> None:
    """What a guest answered is theirs."""
    keep(vault, date(2025, 11, 25), speaker="Kim")
    assert found(vault) is None


def test_nothing_of_it_is_written(vault: Vault) -> None:
    """Looking changes nothing in the vault."""
    keep(vault, date(2025, 11, 25), HEAVY[0])
    before = vault._database.commits
    assert found(vault) is None
    assert vault._database.commits == before


def test_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands on the page of today, and goes with one click; the entry stays."""
    with open_page() as (desk, browsing):
        monkeypatch.setattr(type(desk), "today", lambda _: TODAY)
        with desk.writing() as vault:
            entry = keep(vault, date(2025, 11, 25))
        text = browsing.get("/").text
        assert "A year ago" in plain(text)
        assert browsing.post(f"/not-again/{desk.handles.of(entry.id)}", {}).status == 303
        assert "A year ago" not in plain(browsing.get("/").text)
        assert desk.vault.entries.has(entry.id)


def test_by_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`entry on-this-day` shows one, and leaves it out when told so."""
    from voicecheck import clock
    from voicecheck.cli.main import run
    from voicecheck.vault.keys.key_file import KeyFile
    from voicecheck.vault.keys.slots import KeySlots

    paths, data_key = make_vault()
    key = KeyFile(tmp_path_factory.mktemp("key") / "key")
    key.prepare()
    KeySlots.load(paths.slots_file).add(data_key, key)
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(key.path))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 25, 20, tzinfo=UTC) + timedelta(0))
    with Vault.open(paths, data_key) as vault:
        entry = keep(vault, date(2025, 11, 25))
    assert run(["entry", "on-this-day"]) == 0
    assert "A year ago" in capsys.readouterr().out
    assert run(["entry", "on-this-day", "--not-again", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["entry"]["id"], shown["ago"]) == (entry.id, {"step": "year", "count": 1})
    assert run(["entry", "on-this-day"]) == 0
    assert "Nothing to show" in capsys.readouterr().err
