"""Search, feelings over time, settings and export in the page."""

from __future__ import annotations

import re
import stat
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.diary_samples import EVENING, diary_entry
from tests.unit.browsing import Browsing
from tests.unit.reviewing import link, open_page, plain
from tests.vault_samples import make_pages
from voicecheck.clock import now
from voicecheck.phrases import load_phrases
from voicecheck.settings.schema import load_settings
from voicecheck.web.guard import handles
from voicecheck.web.pages import charts
from voicecheck.web.site.context import Desk
from voicecheck.web.site.export_job import ExportJob


@pytest.fixture
def opened() -> Iterator[tuple[Desk, Browsing]]:
    with open_page() as opened:
        yield opened


def keep(desk: Desk, *texts: str) -> None:
    """Newest first, a day apart, up to an hour ago."""
    with desk.writing() as vault:
        vault.entries.add_all(diary_entry(text, now() - timedelta(days=i, hours=1)) for i, text in enumerate(texts))


# Search


def test_search_finds_marks_and_counts(opened: tuple[Desk, Browsing]) -> None:
    """The grammar of the command line; what was found is marked; the address holds no word."""
    desk, browsing = opened
    keep(desk, "I walked by the sea and felt calm.", "I was angry at the rain.", "Walking <b>home</b>, calm.")
    answer = browsing.post("/search/ask", {"query": "walking -sea feeling:calm", "order": "best"})
    assert re.fullmatch(r"/search/of/[0-9a-f]{18}", answer.headers["location"])
    text = browsing.get(answer.headers["location"]).text
    assert "One entry." in text
    assert "<strong>Walking</strong> &lt;b&gt;home&lt;/b&gt;, calm." in text
    assert 'value="walking -sea feeling:calm"' in text


def test_search_goes_on_page_by_page(opened: tuple[Desk, Browsing]) -> None:
    """Twenty at a time, and what is shown is said."""
    desk, browsing = opened
    keep(desk, *(f"Number {i}, calm." for i in range(23)))
    place = browsing.post("/search/ask", {"query": "calm", "order": "newest"}).headers["location"]
    first = browsing.get(place).text
    assert "23 entries, 1 to 20." in first
    second = browsing.get(link(first, rf"{place}/from/20")).text
    assert "23 entries, 21 to 23." in second
    assert "Number 22, " in plain(second)
    assert browsing.get(f"{place}/from/999").status == 200


def test_each_tab_keeps_its_own_search(opened: tuple[Desk, Browsing]) -> None:
    """What is searched for in one tab changes no other: loading it again and going on show its own search there."""
    desk, browsing = opened
    keep(desk, *(f"Number {i}, calm." for i in range(23)), "I was angry at the rain.")
    one = browsing.post("/search/ask", {"query": "calm"}).headers["location"]
    other = browsing.post("/search/ask", {"query": "rain", "order": "newest"}).headers["location"]
    assert "23 entries, 21 to 23." in browsing.get(f"{one}/from/20").text
    for place, query, newest in ((one, "calm", ""), (other, "rain", " checked"), (one, "calm", "")):
        text = browsing.get(place).text
        assert f'value="{query}"' in text
        assert f'value="newest"{newest}>' in text
    assert 'value=""' in browsing.get("/search").text
    assert browsing.post("/search/ask", {"query": "  "}).headers["location"] == "/search"


def test_a_search_that_has_had_its_time_says_so(opened: tuple[Desk, Browsing], monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go where there are very many; that, and what was never given out, is told kindly."""
    _, browsing = opened
    monkeypatch.setattr(handles, "MOST_ASKED", 3)
    places = [browsing.post("/search/ask", {"query": f"word{i}"}).headers["location"] for i in range(5)]
    assert [browsing.get(place).status for place in places] == [404, 404, 200, 200, 200]
    assert "has had its time" in browsing.get(places[0]).text
    assert browsing.get("/search/of/0123456789abcdef01/from/20").status == 404
    answer = browsing.post("/search/ask", {"query": "sea " * 300})
    assert (answer.status, "too long to search for" in answer.text) == (400, True)


def test_a_query_that_is_none_points_at_its_place(opened: tuple[Desk, Browsing]) -> None:
    """The wrong part is marked, with the reason and the neighbour; nothing is searched."""
    desk, browsing = opened
    keep(desk, "calm")
    place = browsing.post("/search/ask", {"query": 'sea feeling:clam "x<'}).headers["location"]
    text = browsing.get(place).text
    assert '<mark class="here">clam</mark>' in text
    assert "Did you mean calm?" in text
    assert "x&lt;" in text


# Feelings over time


def test_every_span_draws_what_was_named(opened: tuple[Desk, Browsing]) -> None:
    """Rows for quadrants and families, new words, vague and exact, themes; under each how to read it; and no score."""
    desk, browsing = opened
    keep(desk, "I felt calm and grateful.", "I was angry, I'm fine.", "I was angry.")
    for path in (
        "/feelings",
        "/feelings/weeks-26",
        "/feelings/months-12",
        "/feelings/months-36",
        "/feelings/all",
    ):
        text = browsing.get(path).text
        assert "anger: named 2 times in this time." in text, path
        assert "4 different words so far." in text
        assert "A high bar can mean that you talked more" in text
        assert not {"score", "streak", "average", "goal"} & set(plain(text).lower().split())
    assert browsing.get("/feelings/centuries-1").status == 404


def test_without_a_feeling_the_page_says_so(opened: tuple[Desk, Browsing]) -> None:
    """Nothing is drawn, and nothing is wrong with that."""
    desk, browsing = opened
    assert "No feeling was named in this time." in browsing.get("/feelings").text
    with desk.writing() as vault:
        vault.entries.add(diary_entry("I was angry.", EVENING - timedelta(days=4000)))
    assert "No feeling was named in this time." in browsing.get("/feelings").text
    assert "anger: named 1 times in this time." in browsing.get("/feelings/all").text
    assert "<title>2015: 1</title>" in browsing.get("/feelings/all").text


def test_bars_share_one_scale() -> None:
    """The highest bar of all rows is as high as the drawing, the others in proportion; nothing has no bar."""
    first, second = charts.bar_rows([[4, 0, 1], [2, 0, 0]], ["a", "b", "c"])
    assert [bar.height for bar in first.bars] == [charts.BARS_HEIGHT, charts.BARS_HEIGHT / 4]
    assert [bar.height for bar in second.bars] == [charts.BARS_HEIGHT / 2]
    assert first.bars[1].told == "c: 1"
    assert all(bar.x >= 0 and bar.x + bar.width <= charts.WIDTH for bar in (*first.bars, *second.bars))
    assert charts.bar_rows([[]], [])[0].bars == ()


def test_the_area_of_a_dot_is_the_number() -> None:
    """Four times as often is twice the radius."""
    (row,) = charts.dot_rows([[4, 1, 0]], ["a", "b", "c"])
    assert [dot.radius for dot in row.dots] == [charts.LARGEST_DOT, charts.LARGEST_DOT / 2]


@pytest.mark.parametrize(("step", "days"), [("week", 7), ("month", 31), ("year", 366)])
def test_names_under_a_chart_have_room(step: charts.Step, days: int) -> None:
    """However many periods: at most eight names, the first under the first."""
    for count in (1, 8, 9, 52, 400):
        periods = [date(2000, 1, 3) + timedelta(days=days * i) for i in range(count)]
        found = charts.ticks(periods, step, load_phrases())
        assert 1 <= len(found) <= charts.LABELS
        assert found[0].x == 0
    assert charts.ticks([], step, load_phrases()) == ()


# Settings


def test_choices_are_written_and_the_rest_stays(opened: tuple[Desk, Browsing]) -> None:
    """The person's own lines and comments stay; the lock time holds at once."""
    desk, browsing = opened
    path = desk.paths.settings_file
    path.write_text('# mine\n[vault]\nkeep_audio = "always" # for now\n\n[whisper]\nmodel = "small"\n')
    wanted = {
        "keep_audio": "never",
        "lock_after_min": "3",
        "pack": "evening",
        "aloud": "nothing",
        "engine": "none",
        "rate": "1,25",
    }
    answer = browsing.post("/settings/keep", wanted)
    assert answer.status == 303
    settings = load_settings(path)
    assert (settings.vault.keep_audio, settings.review.lock_after_min, settings.voice.rate) == ("never", 3.0, 1.25)
    assert (settings.checkin.aloud, settings.voice.engine, settings.whisper.model) == ("nothing", "none", "small")
    content = path.read_text()
    assert content.startswith('# mine\n[vault]\nkeep_audio = "never" # for now\n')
    assert "Kept." not in browsing.get("/settings").text  # in another tab
    text = browsing.get(answer.headers["location"]).text
    assert "Kept." in text
    assert 'data-lock-after-s="180.0"' in text


@pytest.mark.parametrize(
    "wrong",
    [{"lock_after_min": "0"}, {"lock_after_min": "soon"}, {"rate": "9"}, {"rate": "nan"}, {"keep_audio": 'x"\n[y]'},
     {"engine": "robot"}],
)  # fmt: skip
def test_a_wrong_choice_changes_nothing(opened: tuple[Desk, Browsing], wrong: dict[str, str]) -> None:
    """All or none: the file is as it was, and the reason is told."""
    desk, browsing = opened
    answer = browsing.post("/settings/keep", {"keep_audio": "never", **wrong})
    assert answer.status == 409
    assert not desk.paths.settings_file.exists()


def test_sound_that_may_not_stay_leaves_at_once(opened: tuple[Desk, Browsing]) -> None:
    """Or, beside a running check-in, when that is over; the page says which."""
    desk, browsing = opened
    with desk.writing() as vault:
        entry = vault.entries.add(diary_entry("With sound.", now()), make_pages(1))
    with desk.writing():
        answer = browsing.post("/settings/keep", {"keep_audio": "never"})
        assert "A check-in is running" in browsing.get(answer.headers["location"]).text
    assert desk.vault.recordings.has_audio(entry.id)
    browsing.post("/settings/keep", {"keep_audio": "never"})
    assert not desk.vault.recordings.has_audio(entry.id)


# Export


def wait_for_export(desk: Desk) -> None:
    assert desk.jobs.export is not None
    desk.jobs.export._thread.join(30)


@pytest.mark.parametrize(("form", "ending"), [("json", ".json"), ("csv", ".csv"), ("markdown", "")])
def test_export_writes_for_its_owner_alone(
    opened: tuple[Desk, Browsing], tmp_path: Path, form: str, ending: str
) -> None:
    """0600 in the folder that was named, under a name that was free; that it is no longer protected is told once."""
    desk, browsing = opened
    keep(desk, "I felt calm.", "I was angry.")
    (tmp_path / f"voicecheck-{now():%Y-%m-%d}{ending}").mkdir()
    begun = browsing.post("/export/begin", {"form": form, "folder": str(tmp_path)})
    assert begun.status == 303
    wait_for_export(desk)
    assert "entries are written" not in browsing.get("/export").text, "that is another tab"
    text = browsing.get(begun.headers["location"]).text
    path = tmp_path / f"voicecheck-{now():%Y-%m-%d}-2{ending}"
    assert f"2 entries are written: {path}" in plain(text)
    assert "no longer protected" in text
    assert "entries are written" not in browsing.get(begun.headers["location"]).text
    files = sorted(path.iterdir()) if form == "markdown" else [path]
    assert len(files) == (2 if form == "markdown" else 1)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert "calm" in "".join(file.read_text() for file in files)


@pytest.mark.parametrize(
    "wrong",
    [{"form": "pdf"}, {"folder": "/nowhere/at/all"}, {"folder": "here"}, {"since": "soon"}, {"folder": "~nobody-x"},
     {"folder": "/" + "a" * 5000}, {"folder": "~\0"}, {"folder": "/\0"}],
)  # fmt: skip
def test_what_cannot_be_exported_is_told(opened: tuple[Desk, Browsing], tmp_path: Path, wrong: dict[str, str]) -> None:
    """Nothing is written, and the reason is there."""
    _, browsing = opened
    answer = browsing.post("/export/begin", {"form": "json", "folder": str(tmp_path), **wrong})
    assert answer.status == 409
    assert list(tmp_path.iterdir()) == []


def test_nothing_in_a_span_is_told(opened: tuple[Desk, Browsing], tmp_path: Path) -> None:
    """No empty file."""
    desk, browsing = opened
    begun = browsing.post("/export/begin", {"form": "json", "folder": str(tmp_path), "until": "2001-01-01"})
    wait_for_export(desk)
    assert "Nothing of yours is kept in that time." in browsing.get(begun.headers["location"]).text
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_export_leaves_nothing(
    opened: tuple[Desk, Browsing], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its button, and when the page ends: the half file is destroyed."""
    desk, browsing = opened
    keep(desk, "One.", "Two.")
    reached, go_on = threading.Event(), threading.Event()
    step = ExportJob._step

    def slow(job: ExportJob, done: int) -> None:
        reached.set()
        go_on.wait(30)
        step(job, done)

    monkeypatch.setattr(ExportJob, "_step", slow)
    begun = browsing.post("/export/begin", {"form": "json", "folder": str(tmp_path)}).headers["location"]
    assert reached.wait(30)
    assert browsing.get("/export/progress").text == '{"running":true,"done":0,"total":2}'
    assert "Writing your entries" in browsing.get("/export").text
    assert f'<a href="{begun}">' in browsing.get(begun).text, "whoever looks again is still the one to be told"
    assert desk.jobs.export is not None
    desk.jobs.export._stop.set()
    go_on.set()
    stopped = browsing.post("/export/stop").headers["location"]
    assert "was stopped" not in browsing.get("/export").text
    assert "was stopped" in browsing.get(stopped).text
    assert "was stopped" in browsing.get(begun).text, "another tab may have stopped it"
    assert list(tmp_path.iterdir()) == []
