"""The page over a locked vault: Begin without a passphrase, the passphrase where the past is, and the lock."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.axe import AXE, faults_on
from tests.browser.conftest import Home, Review, Window, enter
from tests.diary_samples import diary_entry
from tests.vault_samples import PASSPHRASE

pytestmark = pytest.mark.waits

SECRET = "quokkaflute"
Start = Callable[..., Review]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.settle([diary_entry(f"I was afraid of the {SECRET} today.")], passphrase=PASSPHRASE)
    return home


def unlock(page: Page, typed: str = PASSPHRASE) -> None:
    page.get_by_label("Passphrase").fill(typed)
    page.get_by_label("Passphrase").press("Enter")


def test_locked_unlocked_and_locked_again(home: Home, start: Start, session: Callable[..., Window]) -> None:
    """It opens without a passphrase, asks where the past is, and the lock leaves Begin and the session as they were."""
    window = session(start(home, locked=True), viewport={"width": 320, "height": 700})
    page = window.page
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    for name in ("Timeline", "Calendar", "Search", "Feelings", "Export", "Settings"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name="Locked")).to_be_visible()
        assert SECRET not in page.content()
    assert not AXE.is_file() or faults_on(page) == []
    unlock(page, "another three words")
    expect(page.get_by_role("alert")).to_contain_text("does not open the vault")
    assert page.get_by_label("Passphrase").input_value() == ""
    page.get_by_role("link", name="Timeline").click()
    unlock(page)
    page.wait_for_url(f"{window.review.address}timeline")
    expect(page.get_by_text(SECRET)).to_be_visible()

    pid = window.review.process.pid
    inside = Path(f"/proc/{pid}/stat").read_text().split()[21]
    for _ in range(2):
        page.get_by_role("button", name="Lock now").click()
        expect(page.get_by_role("heading", name="Locked")).to_be_visible()
        assert SECRET not in page.content()
        page.get_by_role("link", name="Back to today").click()
        expect(page.get_by_role("button", name="Begin")).to_be_visible()
        page.get_by_role("link", name="Timeline").click()
        assert SECRET not in page.content()
        unlock(page)
        expect(page.get_by_text(SECRET)).to_be_visible()
    assert Path(f"/proc/{pid}/stat").read_text().split()[21] == inside and window.review.process.poll() is None
    window.complaints[:] = [text for text in window.complaints if "403" not in text]
    assert window.review.stop() == 0


def test_the_browser_keeps_no_passphrase(home: Home, start: Start, browser_type: BrowserType, tmp_path: Path) -> None:
    """In no file of its profile, and not behind the back button; no address ever held it."""
    review, profile = start(home, locked=True), tmp_path / "profile"
    typed = "wandering violet kestrel"
    launch = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}
    context = browser_type.launch_persistent_context(str(profile), **launch)  # type: ignore[arg-type]
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    enter(page, review)
    page.get_by_role("link", name="Timeline").click()
    unlock(page, typed)
    expect(page.get_by_role("alert")).to_be_visible()
    page.go_back()
    page.go_forward()
    assert page.locator("input[type=password]").evaluate_all("all => all.map(one => one.value).join('')") == ""
    unlock(page)
    expect(page.get_by_text(SECRET)).to_be_visible()
    page.go_back()
    page.go_back()
    context.close()
    kept = [path for path in profile.rglob("*") if path.is_file() and _holds(path, (typed, PASSPHRASE))]
    assert kept == [] and not [url for url in asked if re.search("violet|lamps", url)]


def _holds(path: Path, words: tuple[str, ...]) -> bool:
    content = path.read_bytes()
    return any(word.encode(form) in content for word in words for form in ("utf-8", "utf-16-le"))
