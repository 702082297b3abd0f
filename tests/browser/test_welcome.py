"""The first evening from nothing, in a real Chromium: three steps, and the first question."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import AXE, faults_on
from tests.browser.conftest import Home, Window, start_review
from tests.integration.sound import VirtualSound, virtual_sound
from tests.vault_samples import PASSPHRASE
from voicecheck.vault.create import vault_exists
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import KeySlots

pytestmark = pytest.mark.waits

ANSWER = "I was nervous before the meeting this morning, and then I felt relieved when it was over."
SETTINGS = '[whisper]\nmodel = "tiny.en"\n[checkin]\ncount = 1\n'
PICTURES = os.environ.get("VOICECHECK_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def sound() -> Iterator[VirtualSound]:
    with virtual_sound() as card:
        yield card


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    path = tmp_path / "answer.wav"
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(path), ANSWER], check=True)
    return path


def looked_at(page: Page, name: str) -> None:
    """Axe finds nothing, nothing is wider than the window, and a picture is taken where one is wanted."""
    assert not AXE.is_file() or faults_on(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_from_nothing_to_the_first_question(
    tmp_path: Path, models_folder: Path, sound: VirtualSound, answer: Path, session: Callable[..., Window]
) -> None:
    """Later, then heard, then asked; the page says what goes with it, and a passphrase behind the evening keeps all."""
    home = Home(tmp_path / "home")
    home.folder.mkdir(mode=0o700)
    home.paths.settings_file.write_text(SETTINGS)
    review = start_review(home, locked=True, VOICECHECK_MODELS=str(models_folder), **sound.env)
    try:
        page = session(review, at="welcome", viewport={"width": 320, "height": 700}).page
        expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
        looked_at(page, "welcome-1")
        page.get_by_role("link", name="Go on").click()
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_label("The same once more").fill("something else")
        page.get_by_label("Show what I type").check()
        assert page.get_by_label("Passphrase").get_attribute("type") == "text"
        page.get_by_role("button", name="Keep it with this passphrase").click()
        expect(page.get_by_role("alert")).to_contain_text("not the same")
        looked_at(page, "welcome-2")
        page.get_by_role("button", name="Later").click()
        expect(page.get_by_role("heading", name="Can we hear each other?")).to_be_visible()
        page.get_by_role("button", name="Hear it").click()
        expect(page.locator("#voice-told")).to_have_text("It speaks")
        expect(page.locator("#voice-told")).to_be_empty()
        page.get_by_role("button", name="Let me hear you").click()
        expect(page.locator("#mic-text")).to_have_text("The microphone is open")
        assert page.title().startswith("● The microphone is open")
        with sound.start_speaking(answer):
            expect(page.locator("#heard-told")).to_have_text("I hear you.")
            looked_at(page, "welcome-3")
        page.get_by_role("button", name="To the first question").click()
        page.locator("#tonight[data-state=listening]").wait_for()
        expect(page.get_by_text("There is no passphrase yet")).to_be_visible()
        sound.speak(answer)
        expect(page.locator("#words")).to_contain_text("nervous")
        page.get_by_role("button", name="Not tonight").click()
        page.locator("#tonight[data-state=over]").wait_for()
        page.get_by_role("link", name="Choose a passphrase").last.click()
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_label("The same once more").fill(PASSPHRASE)
        page.keyboard.press("Enter")
        expect(page.locator("article.glance")).to_contain_text("nervous")
        expect(page.get_by_text("twenty-four words on paper")).to_be_visible()
    finally:
        assert review.stop() == 0
    assert vault_exists(home.paths)
    assert KeySlots.load(home.paths.slots_file).unlock(Passphrase(PASSPHRASE))
