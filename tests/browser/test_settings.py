"""Voice and microphone in the settings of the page: the real sound, on the virtual card, behind the guard."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import AXE, faults_on
from tests.browser.conftest import WAIT_S, Home, Window, start_review
from tests.diary_samples import EVENING, TEXTS, diary_entry
from tests.integration.sound import virtual_sound

pytestmark = pytest.mark.waits


def until(page: Page, happens: Callable[[], object]) -> None:
    """The page's policy forbids what Playwright's own waiting is made of."""
    ends_at = time.monotonic() + WAIT_S
    while not happens():
        assert time.monotonic() < ends_at
        page.wait_for_timeout(100)


def test_a_voice_is_heard_and_a_microphone_hears(tmp_path: Path, session: Callable[..., Window]) -> None:
    """By the program's own sound: the browser is asked for nothing. While it listens the page and its title say so."""
    speech = tmp_path / "speech.wav"
    subprocess.run(["espeak-ng", "-w", str(speech), "Good evening, and this is how loud I speak at night."], check=True)
    home = Home(tmp_path / "home")
    home.settle([])
    with virtual_sound() as sound:
        review = start_review(home, **sound.env)
        try:
            page = session(review).page
            page.goto(f"{review.address}settings/microphone")
            with sound.start_speaking(speech):
                page.get_by_role("button", name="Try it").click()
                expect(page).to_have_title("● The microphone is open · VoiceCheck")
                until(page, lambda: page.locator("#meter").evaluate("one => one.value") > 0.3)
                assert not AXE.is_file() or faults_on(page) == []
            page.get_by_role("button", name="Enough").click()
            expect(page.get_by_text("It hears you well.")).to_be_visible()
            assert "The microphone is open" not in page.title()

            page.goto(f"{review.address}settings/voice")
            with sound.record() as heard:
                page.get_by_role("button", name="Hear it").first.click()
                expect(page.get_by_text("A sample is being said.")).to_be_visible()
                until(page, lambda: page.reload() and not page.get_by_text("A sample is being said.").count())
            expect(page.get_by_role("alert")).to_have_count(0)
            assert heard.loudest > 0.01
        finally:
            review.stop()


def test_everything_is_erased(tmp_path: Path, session: Callable[..., Window]) -> None:
    """After the word, typed twice, the vault is gone, the page says so, and its process ends."""
    home = Home(tmp_path / "home")
    home.settle([diary_entry(TEXTS[0], EVENING)])
    review = start_review(home)
    try:
        page = session(review).page
        page.goto(f"{review.address}settings/erase")
        page.get_by_label("Type erase").fill("erase")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("Once more")).to_be_visible()
        page.get_by_label("Type erase").fill("erase")
        page.get_by_role("button", name="Erase everything now").click()
        expect(page.get_by_role("heading", name="Everything is erased")).to_be_visible()
        assert review.wait() == 0
        assert "Everything is erased" in review.said[-1]
        assert not list((home.folder / "vault").rglob("*"))
    finally:
        review.stop()
