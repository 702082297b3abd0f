"""Memos, another journal, restore and the move on the page, used in a real Chromium as a person does."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_on
from tests.browser.conftest import Home, Review, Window, start_review
from tests.diary_samples import EVENING, TEXTS, diary_entry
from tests.unit.coming import dayone, dayone_entry, zipped
from tests.vault_samples import PASSPHRASE

pytestmark = pytest.mark.waits

PICTURES = os.environ.get("VOICECHECK_TEST_PICTURES", "")
ROOMS = ("watch", "import", "restore", "move", "erase")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("carried") / "home")
    home.settle([diary_entry(TEXTS[0], EVENING)], passphrase=PASSPHRASE)
    return home


@pytest.fixture(scope="module")
def window(start: Callable[[Home], Review], home: Home, session: Callable[[Review], Window]) -> Window:
    return session(start(home))


def looked_at(page: Page, name: str) -> None:
    """Axe finds nothing in either colour, and at 320 px nothing scrolls sideways; pictures where they are wanted."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert faults_on(page) == [], (name, scheme)
        for width in (320, 860):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{scheme}-{width}.png", full_page=True)


def test_axe_finds_nothing(window: Window) -> None:
    """On none of the pages."""
    for room in ROOMS:
        window.page.goto(f"{window.review.address}settings/{room}")
        looked_at(window.page, room)


def test_a_journal_is_looked_at_and_taken_in(window: Window, tmp_path: Path) -> None:
    """With a path that was pasted; what would come, then what came."""
    export = zipped(tmp_path / "Journal.zip", {"J.json": dayone(dayone_entry("Calm\\."), dayone_entry("x", at="no"))})
    page = window.page
    page.goto(f"{window.review.address}settings/import")
    page.get_by_label("File or folder, in full").fill(str(export))
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("Would come: 1.")).to_be_visible()
    looked_at(page, "import-seen")
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_text("New: 1.")).to_be_visible()


def test_a_vault_moves_from_one_home_to_another(
    home: Home, window: Window, tmp_path: Path, session: Callable[..., Window]
) -> None:
    """By the page alone: out, in on the first page, and what that shows erases the old one."""
    old = window.page
    old.goto(f"{window.review.address}settings/move")
    old.get_by_label("Folder").fill(str(tmp_path))
    old.get_by_role("button", name="Write the file").click()
    expect(old.get_by_text("Moved out on")).to_be_visible()
    looked_at(old, "moved")
    (file,) = tmp_path.glob("*.move")
    there = Home(tmp_path / "there")
    there.folder.mkdir(mode=0o700)
    review = start_review(there, locked=True)
    try:
        new = session(review, at="welcome").page
        new.get_by_role("link", name="another computer").click()
        looked_at(new, "bring")
        new.get_by_label("The file, in full").fill(str(file))
        new.get_by_label("Its passphrase").fill(PASSPHRASE)
        new.get_by_role("button", name="Bring it here").click()
        expect(new.get_by_role("heading", name="All of it is here")).to_be_visible()
        looked_at(new, "brought")
        proof = new.locator(".code").inner_text()
        new.get_by_role("link", name="To your diary").click()
        expect(new.get_by_text(TEXTS[0][:30])).to_be_visible()
        old.get_by_label("What the new computer shows").fill(proof)
        old.get_by_role("button", name="Erase it here").click()
        expect(old.get_by_role("heading", name="Everything is erased")).to_be_visible()
        assert not list((home.folder / "vault").rglob("*"))
    finally:
        review.stop()
