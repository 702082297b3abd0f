"""An evening in the window by keyboard alone, and as a screen reader has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import AXE, faults_on
from tests.browser.conftest import Home, Review, Window, start_review
from tests.browser.test_evening import in_state

pytestmark = pytest.mark.waits

SETTINGS = """
[voice]
engine = "none"
[checkin]
count = 1
"""
LISTEN = """() => {
  const said = window.said = [];
  new MutationObserver((changes) => {
    for (const one of changes.flatMap((change) => [...change.addedNodes])) said.push(one.textContent);
  }).observe(document.getElementById("said"), { childList: true });
}"""
"""notes what a screen reader is given to say, from the first change on"""


@pytest.fixture
def review(tmp_path: Path) -> Any:
    home = Home(tmp_path / "home")
    home.settle([], SETTINGS)
    running = start_review(home)
    yield running
    running.stop()


def tab_to(page: Page, name: str) -> None:
    """Go on with Tab until the field of this name, or the element of this text, has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.name || document.activeElement.textContent).trim()").startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached with Tab")


def tree(page: Page) -> list[tuple[str, str]]:
    """The accessibility tree as Chromium gives it to a screen reader: role and name of what it tells, in order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    told = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip()) for node in nodes if not node["ignored"]
    ]
    return [(role, name) for role, name in told if name and role not in ("StaticText", "InlineTextBox")]


def test_a_typed_evening_by_keyboard_alone(review: Review, session: Callable[..., Window], tmp_path: Path) -> None:
    """From today to the kept entry with Tab, Space, Enter and letters; every button says its key."""
    page = session(review).page
    tab_to(page, "Other ways")
    page.keyboard.press("Enter")
    tab_to(page, "typed")
    page.keyboard.press("Space")
    tab_to(page, "way")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    in_state(page, "listening")
    expect(page.locator("#typed")).to_be_focused()
    assert page.title() == "The microphone is closed · VoiceCheck"
    page.evaluate(LISTEN)
    page.keyboard.type("I was nervous before the meeting, and then relieved.")
    page.reload()  # nothing of it is gone
    expect(page.locator("#typed")).to_have_value("I was nervous before the meeting, and then relieved.")
    assert not AXE.is_file() or faults_on(page) == []
    told = tree(page)
    print(*(f"{role}: {name}" for role, name in told), sep="\n")
    assert {("textbox", "Your answer"), ("button", "Finished"), ("button", "Help now")} <= set(told)
    assert not {("button", "Try again"), ("image", "How loud it hears you")} & set(told), "nothing that is not there"
    page.keyboard.press("Control+Enter")
    in_state(page, "over")
    assert not AXE.is_file() or faults_on(page) == []
    tab_to(page, "Back to today")
    page.keyboard.press("Enter")
    expect(page.locator("article.glance")).to_contain_text("nervous")


def test_every_change_is_announced_once_and_in_order(review: Review, session: Callable[..., Window]) -> None:
    """Also over a line that was lost for a moment: what was said before is not said again."""
    page = session(review).page
    page.get_by_text("Other ways").click()
    page.get_by_label("Type instead of speaking").check()
    page.get_by_role("button", name="Begin like this").click()
    in_state(page, "listening")
    question = page.locator("#question").inner_text()
    page.evaluate(LISTEN)
    before = page.locator("#said p").all_inner_texts()
    assert before == [question] or before == ["The microphone is closed", question]
    page.locator("#typed").fill("I was nervous before the meeting.")
    page.evaluate("listen()")  # the whole picture once more, as over a line that was lost
    page.get_by_role("button", name="Finished").click()
    expect(page.locator("#sentence")).not_to_be_empty()
    while page.locator("#tonight").get_attribute("data-state") != "over":  # whatever is asked behind the answer
        page.evaluate("press('not_tonight')")
        page.wait_for_timeout(100)
    in_state(page, "over")
    said = page.evaluate("window.said")
    assert len(said) == len(set(said)) and said[-1] == "The evening is over."
    assert page.locator("#sentence").inner_text() in said[:-1]
    assert question not in said
    page.close()
