"""The keys of the vault in a real Chromium: the recovery key on paper, and a passphrase that was forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.axe import AXE, faults_on
from tests.browser.conftest import Home, Review, Window, enter
from tests.browser.paper import closed_up, pages_of
from tests.browser.test_locked import SECRET, Start, unlock
from tests.diary_samples import diary_entry
from tests.vault_samples import PASSPHRASE
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import KeySlots

pytestmark = pytest.mark.waits

NEW = "wandering violet kestrel"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.settle([diary_entry(f"I was afraid of the {SECRET} today.")], passphrase=PASSPHRASE)
    return home


def seen_words(page: Page) -> list[str]:
    return page.locator(".recovery li").all_inner_texts()


def type_back(page: Page, words: list[str]) -> None:
    for field in page.get_by_label(re.compile(r"^Word \d+$")).all():
        number = int((field.get_attribute("name") or "").removeprefix("word-"))
        field.fill(words[number - 1][:4])
    page.get_by_role("button", name="That is what it says").click()


def good(page: Page) -> None:
    """Nothing for axe to find, and nothing that is wider than the window."""
    assert not AXE.is_file() or faults_on(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_offer_to_the_paper_to_a_new_passphrase(
    home: Home, start: Start, session: Callable[..., Window], scheme: str
) -> None:
    """By one who has a window alone: words on paper, asked back; the lock, the words, a new passphrase. At 320 px."""
    window = session(start(home, locked=True), viewport={"width": 320, "height": 700}, color_scheme=scheme)
    page = window.page
    page.get_by_role("link", name="Timeline").click()
    unlock(page)
    page.get_by_role("link", name="Today", exact=True).click()
    page.get_by_role("link", name="Show me the words").click()
    good(page)
    page.get_by_label("Passphrase, as it is now").fill(PASSPHRASE)
    page.get_by_role("button", name="Show me the words").click()
    words = seen_words(page)
    assert len(words) == 24
    good(page)
    (paper,) = pages_of(page.pdf(format="A4"))
    assert all(word in paper for word in words)
    assert not any(closed_up(text) in paper for text in ("They are on paper", "shown only now", "Today", "Lock now"))
    page.get_by_role("link", name="They are on paper").click()
    good(page)
    type_back(page, ["zebra"] * 24)
    expect(page.get_by_role("alert")).to_contain_text("Here they all are once more")
    page.get_by_role("link", name="They are on paper").click()
    type_back(page, words)
    expect(page.get_by_role("status")).to_contain_text("The recovery key opens it now")
    good(page)
    page.get_by_role("link", name="Take it out").last.click()
    good(page)
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("link", name="Back to today").click()
    come_back_by_paper(page, words)
    assert KeySlots.load(home.paths.slots_file).unlock(Passphrase(NEW))
    window.complaints[:] = [text for text in window.complaints if "403" not in text]


def come_back_by_paper(page: Page, words: list[str]) -> None:
    """Forget the passphrase, type the words, one too few at first, and choose a new one."""
    page.get_by_role("link", name="Timeline").click()
    page.get_by_role("link", name="I have forgotten my passphrase").click()
    good(page)
    field = page.get_by_label("The words", exact=True)
    field.fill(" ".join(words[:-1]))
    page.get_by_role("button", name="Open with these words").click()
    expect(page.get_by_role("alert")).to_contain_text("has 24 words, and these are 23")
    assert field.input_value().split() == words[:-1]
    field.fill("\n".join(f"{number}. {word[:4]}" for number, word in enumerate(words, 1)))
    page.get_by_role("button", name="Open with these words").click()
    expect(page.get_by_role("status")).to_contain_text("Now choose a new passphrase")
    page.get_by_label("New passphrase", exact=True).fill(NEW)
    page.get_by_label("The same once more").fill(NEW)
    page.get_by_role("button", name="Keep the new passphrase").click()
    expect(page.get_by_role("status")).to_contain_text("Your new passphrase opens it now")


def test_the_browser_keeps_no_word_of_a_recovery_key(
    home: Home, start: Start, browser_type: BrowserType, tmp_path: Path
) -> None:
    """Not of one that it showed, and not of one that was typed: in no file of its profile, in no address."""
    review: Review = start(home, locked=True)
    profile, asked = tmp_path / "profile", list[str]()
    launch = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}
    context = browser_type.launch_persistent_context(str(profile), **launch)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    enter(page, review)
    page.goto(f"{review.address}forgotten")
    page.goto(f"{review.address}timeline")
    unlock(page)
    page.goto(f"{review.address}settings/keys/words")
    page.get_by_label("Passphrase, as it is now").fill(PASSPHRASE)
    page.get_by_role("button", name="Show me the words").click()
    words = seen_words(page)
    page.get_by_role("link", name="They are on paper").click()
    type_back(page, words)
    page.get_by_role("button", name="Lock now").click()
    page.goto(f"{review.address}forgotten")
    page.get_by_label("The words", exact=True).fill(" ".join(words[:-1]))
    page.get_by_role("button", name="Open with these words").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.go_back()
    page.go_forward()
    context.close()
    joined = [f"{one} {other}" for one, other in pairwise(words)]
    kept = [path for path in profile.rglob("*") if path.is_file() and _holds(path, joined)]
    assert kept == [] and not [url for url in asked if any(word in url for word in words if len(word) > 6)]


def _holds(path: Path, texts: list[str]) -> bool:
    content = path.read_bytes()
    return any(text.encode(form) in content for text in texts for form in ("utf-8", "utf-16-le"))
