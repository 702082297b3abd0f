"""How I have been, and a sheet to take along, in a real Chromium: light, dark, narrow, by keyboard, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_on
from tests.browser.conftest import Home, Review, Window
from tests.browser.paper import closed_up, pages_of
from tests.diary_samples import diary_entry, make_diary
from voicecheck.clock import now
from voicecheck.diary.topics import put_topics, read_topics
from voicecheck.utterance import TopicKind

pytestmark = pytest.mark.waits

PLACES = ("feelings/month", "feelings/year", "sheet")
LINE = "I walked along the river. Then I was <i>angry</i>. I said nothing. I felt calm at home."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("years") / "home")
    yesterday = now() - timedelta(days=1)
    home.settle((*make_diary(60, until=yesterday - timedelta(days=1)), diary_entry(LINE, yesterday)))
    with home.open() as vault:
        put_topics(vault, read_topics(TopicKind.PERSON, "Anna\nmy brother = brother"))
    return home


@pytest.fixture(scope="module")
def window(start: Callable[[Home], Review], home: Home, session: Callable[[Review], Window]) -> Window:
    return session(start(home))


def make_sheet(window: Window, *sentences: str, feelings: bool = True, **typed: str) -> Page:
    """Choose sentences of the newest entry, as a person does."""
    page = window.page
    page.goto(f"{window.review.address}sheet")
    newest = page.locator("fieldset").first
    for sentence in sentences:
        newest.get_by_label(sentence).check()
    page.get_by_label("With the feelings").set_checked(feelings)
    for label, text in typed.items():
        page.get_by_label({"about": "What I want to talk about", "name": "A name on the sheet"}[label]).fill(text)
    page.get_by_role("button", name="Look at the sheet").click()
    page.locator("article.paper").wait_for()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_runs_over(window: Window, scheme: str) -> None:
    """Every page of it, in both colours; at 320 px no line is cut and nothing scrolls sideways."""
    page = window.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sheet = make_sheet(window, "I felt calm at home.", about="Sleep.").url
    for address in (*(f"{window.review.address}{place}" for place in PLACES), sheet):
        page.set_viewport_size({"width": 860, "height": 900})
        page.goto(address)
        assert faults_on(page) == [], address
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    page.set_viewport_size({"width": 860, "height": 900})
    page.emulate_media(color_scheme="light")


def test_the_picture_is_told_to_who_does_not_see_it(window: Window) -> None:
    """Each row is an image with a name, and described by the days; the same stands in the list."""
    page = window.page
    page.goto(f"{window.review.address}feelings/year")
    row = page.locator("figure svg[role=img]").first
    (title, told) = (row.locator("title").text_content(), row.locator("desc").text_content())
    assert title
    assert told
    page.get_by_role("img", name=title, exact=True).wait_for()
    expect(page.locator(".told li").first).to_contain_text(told)


def test_people_are_marked_by_keyboard_and_show(window: Window, home: Home) -> None:
    """Opened, typed and kept without a pointer; the place stays that of the month."""
    page = window.page
    page.goto(f"{window.review.address}feelings/month")
    page.get_by_text("Mark people, places and doings").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Places").fill("river")
    page.get_by_role("button", name="Keep").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Kept.")
    with home.open() as vault:
        assert [one.name for one in vault.topics.list()] == ["Anna", "my brother", "river"]
    page.goto(f"{window.review.address}feelings/year")
    expect(page.locator("dl.beside")).to_contain_text("river")


def test_the_sheet_as_pdf_holds_own_words_and_no_more(window: Window, home: Home, tmp_path: Path) -> None:
    """At most two pages: what was chosen, whole and in order; no name, no button, no address; and what it is not."""
    page = make_sheet(window, "I walked along the river.", "I said nothing.", about="Why I say nothing.")
    page.get_by_role("button", name="Put it first").nth(1).click()
    page.locator("article.paper blockquote").nth(1).wait_for()
    pdf = page.pdf(format="A4")
    pages = pages_of(pdf)
    text = "".join(pages)
    assert len(pages) <= 2
    for part in (
        "What I want to talk about", "Why I say nothing.", "I said nothing.", "I walked along the river.",
        "Feelings that I named", "This is no diagnosis and no measurement", "Counted in everything",
    ):  # fmt: skip
        assert closed_up(part) in text, part
    for part in ("angry</i>", "Then I was", "127.0.0.1", "Put it first", "Print", "Lock now", "noted in your vault"):
        assert closed_up(part) not in text, part
    assert b"/Author" not in pdf
    expect(page.locator("#taken")).to_have_text("It is noted in your vault as taken along.")
    with home.open() as vault:
        assert [how for _, how in vault.shares.of(vault.entries.list(1)[0].id)] == ["sheet"]
    page.reload()
    page.get_by_role("button", name="It did not go along").click()
    page.get_by_text("When you print it, your vault notes").wait_for()
    with home.open() as vault:
        assert vault.shares.of(vault.entries.list(1)[0].id) == ()


def test_while_another_process_writes_the_page_says_that_it_is_not_noted(window: Window, home: Home) -> None:
    """It is printed all the same; the button then notes it."""
    page = make_sheet(window, "I said nothing.", feelings=False)
    with home.open():
        page.pdf()
        expect(page.locator("#taken")).to_contain_text("It could not be noted")
    window.complaints[:] = [text for text in window.complaints if "409" not in text]
    page.get_by_role("button", name="Note that I took it along").click()
    page.get_by_text("It is noted in your vault as taken along.").wait_for()
    page.get_by_role("button", name="It did not go along").click()
    page.get_by_text("When you print it, your vault notes").wait_for()
