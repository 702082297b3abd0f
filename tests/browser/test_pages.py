"""Every page and every action, as a person does it: pointer, keyboard, sound, dark, large text, narrow window."""

from __future__ import annotations

import json
import re
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults_on
from tests.browser.conftest import WAIT_S, Home, Review, Window
from tests.diary_samples import EVENING, TEXTS, diary_entry, make_diary
from voicecheck.speech.audio import OpusPages
from voicecheck.utterance import Page as SoundPage

pytestmark = pytest.mark.waits

HOSTILE = (
    "<script>window.owned = 1</script><img src=x onerror='window.owned = 2'> \"> {{7*7}} ${7*7} I felt calm </textarea>"
    "<svg onload=window.owned=3> javascript:alert(1) &lt;b&gt; \u202egnimoc\u202c"
)
ROOMS = ("voice", "microphone", "models", "reminder", "backup", "erase")
PAGES = (
    "", "timeline", "calendar", "feelings", "search", "export", "settings", *(f"settings/{name}" for name in ROOMS),
)  # fmt: skip


def tone(seconds: float) -> tuple[SoundPage, ...]:
    encoder = OpusPages()
    wave = 0.1 * np.sin(np.arange(int(16_000 * seconds)) / 7)
    return tuple(encoder.feed(wave.astype(np.float32)) + encoder.flush())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("pages") / "home")
    home.settle(make_diary(130, until=EVENING - timedelta(days=3)))
    home.add(replace(diary_entry(HOSTILE, EVENING - timedelta(days=2), ("x", HOSTILE[:80])), speaker="<i>Sam</i>"))
    home.add(diary_entry(TEXTS[0], EVENING - timedelta(days=1)))
    home.add(diary_entry(TEXTS[4], EVENING), tone(16.0))
    return home


@pytest.fixture(scope="module")
def window(start: Callable[[Home], Review], home: Home, session: Callable[[Review], Window]) -> Window:
    return session(start(home))


@pytest.fixture
def page(window: Window) -> Page:
    window.page.goto(window.review.address)
    return window.page


def open_entry(page: Page, number: int) -> None:
    """From the timeline, the newest is 0."""
    page.get_by_role("link", name="Timeline").click()
    page.locator("article.glance h3 a").nth(number).click()
    page.locator("#words").wait_for()


def press(page: Page, name: str, *, within: Locator | None = None) -> None:
    (within or page).get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def play_until(page: Page, seconds: float) -> None:
    """The page's policy forbids what Playwright's own waiting is made of."""
    ends_at = time.monotonic() + WAIT_S
    while time.monotonic() < ends_at:
        if page.locator("audio").evaluate("sound => sound.currentTime") > seconds:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the sound did not come to {seconds} s")


# Going around


def test_the_timeline_grows_to_its_beginning(page: Page) -> None:
    """Earlier entries come as they come into sight, in order and without a double, down to the first."""
    page.get_by_role("link", name="Timeline").click()
    glances = page.locator("article.glance")
    expect(glances).to_have_count(40)
    for count in (80, 120, 133):
        page.mouse.wheel(0, 100_000)
        expect(glances).to_have_count(count)
    expect(page.get_by_text("This is where it begins")).to_be_attached()
    addresses = page.locator("article.glance h3 a").evaluate_all("links => links.map((link) => link.href)")
    assert len(set(addresses)) == 133


def test_filters_narrow_and_stand_in_no_address(page: Page, window: Window) -> None:
    """By feeling, by sound, by day; taken away with one button."""
    page.get_by_role("link", name="Timeline").click()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("anger").check()
    press(page, "Show")
    expect(page.locator("article.glance").first).to_contain_text("I was angry")
    assert re.fullmatch(rf"{window.review.address}timeline/of/[0-9a-f]+", page.url)
    page.get_by_label("anger").uncheck()
    page.get_by_label("Only with sound").check()
    press(page, "Show")
    expect(page.locator("article.glance")).to_have_count(1)
    press(page, "Show all")
    expect(page.locator("article.glance")).to_have_count(40)


def test_from_the_calendar_to_a_day_to_an_entry(page: Page) -> None:
    """A day says in words what its colours and shapes say."""
    page.get_by_role("link", name="Calendar").click()
    page.goto(f"{page.url}/2026")
    page.get_by_role("link", name="Sunday 22 November 2026: one entry. Pleasant, with much energy").click()
    page.locator("article.glance h3 a").click()
    expect(page.locator("#words")).to_contain_text("My brother wrote.")
    page.get_by_role("link", name="The one before").click()
    expect(page.locator("#words")).to_contain_text("Quiet, I think.")


def test_search_and_its_faults(page: Page, window: Window) -> None:
    """The grammar of the command line; a fault points at its place."""
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("brother feeling:joy")
    press(page, "Search")
    expect(page.locator(".found li").first).to_contain_text("brother")
    assert re.fullmatch(rf"{window.review.address}search/of/[0-9a-f]+", page.url)
    page.get_by_role("searchbox").fill("brother feeling:joi")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("mark.here")).to_have_text("joi")
    expect(page.get_by_role("alert")).to_contain_text("Did you mean joy?")


def test_feelings_are_drawn_and_can_be_read(page: Page) -> None:
    """Every chart has a name, numbers as a table, and words on how to read it."""
    page.get_by_role("link", name="Feelings").click()
    page.get_by_role("link", name="All", exact=True).click()
    for name in (
        "Pleasant and unpleasant",
        "Families of feelings",
        "Words you have used",
        "Exact words",
        "What came with",
    ):
        section = page.locator("section.chart", has=page.get_by_role("heading", name=name))
        expect(section.locator(".reading")).to_be_visible()
    expect(page.get_by_role("img", name="anger: named")).to_be_visible()
    page.get_by_text("As numbers").first.click()
    expect(page.get_by_role("table").first).to_be_visible()


def test_settings_are_kept(page: Page, home: Home) -> None:
    """They stand in the file afterwards."""
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("always stays").check()
    page.get_by_label("Minutes without use").fill("25")
    press(page, "Keep")
    expect(page.get_by_role("status")).to_have_text("Kept.")
    content = home.paths.settings_file.read_text()
    assert 'keep_audio = "always"' in content
    assert "lock_after_min = 25.0" in content


def test_export_writes_a_file_for_its_owner_alone(page: Page, tmp_path: Path) -> None:
    """Written by the program and not downloaded; that it is no longer protected is said."""
    page.get_by_role("link", name="Export").click()
    page.get_by_label("one file that holds everything").check()
    page.get_by_label("Folder", exact=True).fill(str(tmp_path))
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("status")).to_contain_text("no longer protected")
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(json.loads(path.read_text())["entries"]) == 133


# One entry


def test_why_a_word_is_marked(page: Page) -> None:
    """Shown on hover and on focus, by the word, inside the window."""
    open_entry(page, 0)
    mark = page.locator("#words mark", has_text="foolish")
    why = page.get_by_role("tooltip").filter(has_text="a word for shame")
    expect(why).not_to_be_visible()
    mark.hover()
    expect(why).to_be_visible()
    page.mouse.move(0, 0)
    expect(why).not_to_be_visible()
    mark.focus()
    expect(why).to_be_visible()
    box, line = why.bounding_box(), mark.bounding_box()
    assert box and line
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]  # type: ignore[index]
    assert 0 <= box["y"] - line["y"] - line["height"] < 20


def test_a_word_plays_from_its_moment_and_is_lit(page: Page) -> None:
    """A click on the tenth word plays from it; while it is spoken it is lit, and then the next."""
    open_entry(page, 0)
    words = page.locator(".w")
    words.nth(9).click()
    expect(page.locator(".w.lit")).to_be_visible()
    at = page.locator("audio").evaluate("sound => sound.currentTime")
    assert 3.6 <= at < 6.0
    play_until(page, 4.4)
    lit = page.locator(".w.lit").evaluate("(word) => [...document.querySelectorAll('.w')].indexOf(word)")
    assert lit >= 10
    page.locator("audio").evaluate("sound => sound.pause()")
    assert page.locator("audio").evaluate("sound => Math.abs(sound.duration - 16) < 0.2")


def test_the_keyboard_goes_from_word_to_word(page: Page) -> None:
    """Arrow keys move, Enter plays from there."""
    open_entry(page, 0)
    page.locator(".w").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.s") == "1.2"
    page.keyboard.press("Enter")
    play_until(page, 1.25)
    page.locator("audio").evaluate("sound => sound.pause()")


def test_words_and_marks_are_put_right(page: Page) -> None:
    """Edit the text, correct a mark, select a missed one, take the last one back; all of it stays visible."""
    open_entry(page, 1)
    page.get_by_text("Put the words right").click()
    box = page.get_by_label("The text")
    box.fill(box.input_value().replace("Nothing bad happened.", "Somebody sang."))
    press(page, "Keep", within=page.locator("details.edit"))
    expect(page.locator("#words")).to_contain_text("Somebody sang.")
    page.get_by_text("You changed the words on").click()
    expect(page.locator("del").first).to_contain_text("Nothing")
    expect(page.locator("ins").first).to_contain_text("Somebody")

    row = page.locator(".tags li", has_text="calm").first
    row.get_by_text("Not quite?").click()
    row.locator("select[name=family]").select_option("hope")
    row.get_by_label("Here it is").select_option("imagined")
    press(page, "Keep", within=row)
    expect(page.locator("#words mark.imagined.own")).to_have_text("calm")
    expect(page.locator(".tags li", has_text="set by you")).to_contain_text("a word for hope")

    page.get_by_text("Mark a feeling that was missed").click()
    page.locator("#words").get_by_text("Quiet").dblclick()
    expect(page.get_by_label("The words")).to_have_value("Quiet")
    adding = page.locator("details.add")
    adding.locator("select[name=family]").select_option("calm")
    press(page, "Keep", within=adding)
    expect(page.locator("#words mark", has_text="Quiet")).to_be_visible()
    press(page, "Take your last correction back")
    expect(page.locator("#words mark", has_text="Quiet")).to_have_count(0)
    expect(page.locator("#words mark.imagined.own")).to_have_text("calm")


def test_what_is_no_feeling_and_what_is_deleted(page: Page, home: Home) -> None:
    """A mark goes, then the entry goes, and what deletion means is said."""
    home.add(diary_entry("I was angry about the zeppelin.", EVENING + timedelta(days=1)))
    open_entry(page, 0)
    page.get_by_text("Not quite?").click()
    press(page, "This is no feeling")
    expect(page.locator("#words mark")).to_have_count(0)
    page.get_by_text("Delete this entry").click()
    press(page, "Delete it for good")
    expect(page.get_by_role("status")).to_contain_text("gone from the vault")
    expect(page.get_by_text("zeppelin")).to_have_count(0)
    with home.open() as vault:
        assert "zeppelin" not in vault.entries.list(1)[0].text


def test_a_sentence_is_taken_back(page: Page, home: Home) -> None:
    """Chosen from a list with the keyboard alone; it leaves the page and the vault, and the rest stays."""
    home.add(diary_entry("I was calm. The zeppelin came by. We ate.", EVENING + timedelta(days=1)))
    open_entry(page, 0)
    page.get_by_text("Take one sentence back").focus()
    page.keyboard.press("Enter")
    page.get_by_label("The zeppelin came by.").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The sentence is gone")
    expect(page.locator("#words")).to_contain_text("We ate.")
    expect(page.get_by_text("zeppelin")).to_have_count(0)
    with home.open() as vault:
        assert vault.entries.list(1)[0].text == "I was calm. We ate."
    page.get_by_text("Delete this entry").click()
    press(page, "Delete it for good")
    expect(page.get_by_role("status")).to_contain_text("gone from the vault")


# Attacked from within


def test_a_text_full_of_html_and_script_stays_a_text(page: Page) -> None:
    """On every page it stands as it was said, and nothing of it runs or asks for anything."""
    for path in ("", "timeline"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/" + path)
        assert page.evaluate("window.owned") is None
    open_entry(page, 2)
    shown = HOSTILE.replace("\u202e", " ").replace("\u202c", " ")
    text = page.locator("#words").evaluate(
        "(words) => { const own = words.cloneNode(true); own.querySelectorAll('.why').forEach((why) => why.remove());"
        " return own.textContent; }"
    )
    assert text == shown
    page.get_by_text("Put the words right").click()
    assert page.get_by_label("The text").input_value() == HOSTILE
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill('"owned"')
    press(page, "Search")
    expect(page.locator(".found li")).to_contain_text("window.owned")
    page.wait_for_timeout(200)
    assert page.evaluate("window.owned") is None
    assert page.locator("script").evaluate_all("all => all.every((one) => one.src.includes('/static/'))")


# Everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, window: Window, scheme: str) -> None:
    """On every page and an entry with everything opened, light and dark."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = {}
    for path in PAGES:
        page.goto(f"{window.review.address}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found[path] = faults_on(page)
    open_entry(page, 1)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found["entry"] = faults_on(page)
    page.emulate_media(color_scheme="light")
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("width", "text_percent"), [(320, 100), (360, 200), (1100, 200), (2560, 100)])
def test_a_narrow_window_and_large_text_fit(page: Page, window: Window, width: int, text_percent: int) -> None:
    """Nothing reaches over the edge, on any page."""
    page.set_viewport_size({"width": width, "height": 740})
    wide = {}
    for path in (*PAGES, "entry"):
        if path == "entry":
            open_entry(page, 1)
        else:
            page.goto(f"{window.review.address}{path}")
        page.evaluate("(percent) => { document.documentElement.style.fontSize = `${percent}%`; }", text_percent)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[path] = over
    page.set_viewport_size({"width": 1100, "height": 740})
    assert wide == {}


SMALL_TARGETS = """() => [...document.querySelectorAll("button, summary, select, input, textarea, nav a")]
    .filter(one => one.type !== "hidden" && one.checkVisibility())
    .map(one => ({ one, box: (/checkbox|radio/.test(one.type) ? one.closest("label") : one).getBoundingClientRect() }))
    .filter(({ box }) => box.width && (box.height < 43.9 || box.width < 43.9))
    .map(({ one, box }) => `${one.outerHTML.slice(0, 80)}: ${box.width} x ${box.height}`)"""


def test_targets_are_large(page: Page, window: Window) -> None:
    """44 px each way, for a hand that shakes; links within a text have the height of its lines."""
    small: dict[str, list[str]] = {}
    for path in PAGES:
        page.goto(f"{window.review.address}{path}")
        if found := page.evaluate(SMALL_TARGETS):
            small[path] = found
    assert small == {}


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    """Tab reaches the text first, then every page; what has the focus is outlined."""
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the text")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    page.locator("nav a").first.focus()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Timeline")
    assert page.locator(":focus").evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Timeline")


def test_paper_is_white_and_has_no_button(page: Page) -> None:
    """An entry and a week, also from a dark screen: the words, black on white, and nothing to press."""
    page.emulate_media(color_scheme="dark")
    open_entry(page, 1)
    entry = page.url
    page.get_by_role("link", name="Calendar").click()
    page.goto(f"{page.url}/2026")
    page.get_by_role("link", name="Sunday 22 November 2026: one entry").click()
    page.get_by_role("link", name="The whole week, to read or print").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    week = page.url
    page.emulate_media(media="print", color_scheme="dark")
    for address in (week, entry):
        page.goto(address)
        words = page.locator(".whole, .words").first
        expect(words).to_be_visible()
        assert words.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        pressed = page.locator("button, input, textarea, summary, audio, nav")
        assert (
            pressed.evaluate_all("all => all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML)") == []
        )
    page.emulate_media(media="screen", color_scheme="light")


def test_it_weighs_little(page: Page, window: Window) -> None:
    """The heaviest page with all that belongs to it stays far under 1.5 MB."""
    weights = {}
    for path in PAGES:
        page.goto(f"{window.review.address}{path}", wait_until="load")
        weights[path] = page.evaluate(
            "performance.getEntries().reduce((sum, one) => sum + (one.decodedBodySize || 0), 0)"
        )
    assert max(weights.values()) < 300_000, weights
