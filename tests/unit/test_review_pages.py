"""The pages as a browser gets them: what stands where, escaped, and in sentences that all come from one file."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.diary_samples import EVENING, diary_entry, make_diary
from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import anybody
from tests.vault_samples import make_vault
from voicecheck.feelings.meanings import find_meaning
from voicecheck.phrases import load_phrases
from voicecheck.web.app import make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.site import rendering
from voicecheck.web.site.context import Desk

PAGES = rendering.FOLDER
HOSTILE = """<script>alert(1)</script> "quoted" & 'so' {{ 7 * 7 }} <img src=x onerror=alert(1)> I felt calm."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    paths, key = make_vault()
    with Desk(paths, key, load_phrases()) as desk:
        yield desk


@pytest.fixture
def page(desk: Desk) -> Browsing:
    browsing = Browsing(make_app(desk, HOST, Keeper(PORT, "abcd2345"), IdleClock(600), ours=anybody))
    browsing.post("/enter", {"code": "abcd2345"})
    return browsing


def link(text: str, pattern: str) -> str:
    found = re.search(rf'href="({pattern})"', text)
    assert found, pattern
    return found[1]


def test_an_empty_vault_is_met_kindly(page: Browsing) -> None:
    """Before the first evening every page says what it will hold."""
    assert "Nothing is kept yet" in page.get("/").text
    assert "Nothing is kept that fits" in page.get("/timeline").text
    assert page.get("/calendar").status == 200


def test_today_shows_the_last_entry_and_the_next_question(page: Browsing, desk: Desk) -> None:
    """The newest entry, a question, and the ways to begin."""
    with desk.writing() as vault:
        vault.entries.add_all([diary_entry("An older one.", EVENING - timedelta(days=2)), diary_entry("The last one.")])
    text = page.get("/").text
    assert "The last one." in text
    assert "An older one." not in text
    assert "Type instead of speaking" in text
    question = desk.next_question()
    assert question is not None
    assert question.text.split("?")[0].split(",")[0] in text.replace("&#39;", "'")


def test_what_was_said_is_never_markup(page: Browsing, desk: Desk) -> None:
    """A text full of HTML, script and template signs stands on every page as it was said."""
    with desk.writing() as vault:
        vault.entries.add(diary_entry(HOSTILE, EVENING, ("x", "<b>Why?</b>")))
    for text in (
        page.get("/").text,
        page.get("/timeline").text,
        page.get(link(page.get("/").text, r"/entry/\w+")).text,
    ):
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<b>Why" not in text
        assert "{{ 7 * 7 }}" in re.sub(r"<[^>]*>", "", text)


def test_the_timeline_goes_on_where_it_ends(page: Browsing, desk: Desk) -> None:
    """Forty at once; the link at the end brings the next ones, alone to the page's own script, whole to a person."""
    with desk.writing() as vault:
        vault.entries.add_all(make_diary(50))
    first = page.get("/timeline").text
    assert first.count("<article") == 40
    more = link(first, r"/timeline/more/\d+")
    fragment = page.get(more, sec_fetch_dest="empty", sec_fetch_site="same-origin").text
    assert (fragment.count("<article"), "<html" in fragment) == (10, False)
    assert "This is where it begins" in fragment
    assert "<html" in page.get(more).text


def test_each_tab_keeps_its_own_filter(page: Browsing, desk: Desk) -> None:
    """A filter narrows the list of its tab alone, to its end, without standing in the address, and can be taken away;
    what is no filter is none."""
    with desk.writing() as vault:
        vault.entries.add_all(make_diary(50))
        vault.entries.add_all(diary_entry("I was angry.", EVENING - timedelta(days=90 + i)) for i in range(45))
    answer = page.post("/timeline/sieve", {"family": ["anger", "nonsense"], "since": "no date", "until": "2026-08-24"})
    place = answer.headers["location"]
    assert (answer.status, bool(re.fullmatch(r"/timeline/of/[0-9a-f]{18}", place))) == (303, True)
    with_sound = page.post("/timeline/sieve", {"with_sound": "on"}).headers["location"]
    text = page.get(place).text
    assert (text.count("<article"), text.count("I was angry.")) == (40, 40)
    assert page.get(with_sound).text.count("<article") == 0
    rest = page.get(link(text, rf"{place}/more/\d+")).text
    assert rest.count("<article") == rest.count("I was angry.") == 5
    assert "checked" not in page.get("/timeline").text
    assert page.post("/timeline/sieve").headers["location"] == "/timeline"
    assert page.get("/timeline/sieve").headers["location"] == "/"


def test_a_day_and_an_entry_open_from_the_calendar(page: Browsing, desk: Desk) -> None:
    """The year's leaf links its days, in words for those who do not see colours."""
    with desk.writing() as vault:
        vault.entries.add(diary_entry("I felt calm.", EVENING - timedelta(days=365)))
    text = page.get("/calendar/2025").text
    assert "Saturday 22 November 2025: one entry. Pleasant and quiet." in text
    day = page.get(link(text, r"/day/\w+")).text
    assert "I felt calm." in day
    entry = page.get(link(day, r"/entry/\w+")).text
    assert '<mark class="felt pleasant_low"' in entry
    told = f"“calm” is a word for calm. It means that {find_meaning('calm', 'en')}."
    assert html.unescape(entry).count(told) == 2, "in the text, for who points at it, and in the list of feelings"


def test_an_address_of_another_run_is_told_kindly(page: Browsing) -> None:
    """It is no fault of the person's that addresses have their time."""
    for path in ("/entry/0123456789abcdef01", "/day/0123456789abcdef01"):
        answer = page.get(path)
        assert answer.status == 404
        assert "has had its time" in answer.text


def test_pages_hold_no_script_and_no_style_of_their_own() -> None:
    """Nothing inline that the policy would have to allow, and no address outside the page."""
    for path in PAGES.glob("templates/*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|javascript:|//[\w.]+\.\w", text), path.name
    for path in PAGES.glob("static/*.*"):
        assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)|@import|innerHTML|eval\(", path.read_text()), (
            path.name
        )


def test_every_sentence_is_used_and_every_used_one_is_there() -> None:
    """Templates and code name sentences of the file, and the file holds none that nobody shows."""
    sources = [path.read_text() for path in (*PAGES.rglob("*.html"), *PAGES.parent.rglob("*.py"))]
    uses = re.compile(r"""(?:(?<!person\.)(?<!site\.)\btell\(|page\[)["'](\w+)["'][,)\]]""")
    told = {name for text in sources for name in uses.findall(text)}
    page = load_phrases().page
    assert told <= set(page)
    begun = tuple(name for text in sources for name in re.findall(r"""["'](\w+_)(?:["']\s*~|\{)""", text))
    named = {name for text in sources for name in re.findall(r"""["'](\w+)["']""", text)}
    assert [name for name in page if name not in named and not name.startswith(begun)] == []
