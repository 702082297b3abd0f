"""A whole evening in the window: by voice alone after one click, on the virtual sound card, in a real Chromium."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import AXE, faults_on
from tests.browser.conftest import Home, Review, Window, start_review
from tests.integration.sound import VirtualSound, virtual_sound

pytestmark = pytest.mark.waits

ANSWER = "I was nervous before the meeting this morning, and then I felt relieved when it was over."
SETTINGS = """
[whisper]
model = "tiny.en"
[voice]
engine = "none"
[checkin]
count = 1
"""


@pytest.fixture(scope="module")
def sound() -> Iterator[VirtualSound]:
    with virtual_sound() as card:
        yield card


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answer") / "answer.wav"
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(path), ANSWER], check=True)
    return path


@contextmanager
def opened(home: Home, models: Path, sound: VirtualSound) -> Iterator[Review]:
    review = start_review(home, VOICECHECK_MODELS=str(models), **sound.env)
    try:
        yield review
    finally:
        review.stop()


def in_state(page: Page, *names: str) -> None:
    page.locator(", ".join(f"#tonight[data-state={name}]" for name in names)).wait_for()


def test_an_evening_in_the_window(
    tmp_path: Path,
    models_folder: Path,
    sound: VirtualSound,
    answer: Path,
    session: Callable[..., Window],
) -> None:
    """One click, then by voice: question, words, sentence, entry. Closed in the next one, it keeps what was said."""
    home = Home(tmp_path / "home")
    home.settle([], SETTINGS)
    with opened(home, models_folder, sound) as review:
        page = session(review, viewport={"width": 320, "height": 700}).page
        page.get_by_role("button", name="Begin").click()
        in_state(page, "listening")
        assert page.title() == "● The microphone is open · VoiceCheck"
        expect(page.locator("#mic-text")).to_have_text("The microphone is open")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert not AXE.is_file() or faults_on(page) == []
        with sound.start_speaking(answer):
            expect(page.locator("#state")).to_have_text("I hear you")
            expect(page.locator("#words")).to_contain_text("nervous")
        expect(page.locator("#sentence")).not_to_be_empty()
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Not tonight").click()
        in_state(page, "over")
        assert page.title() == "The microphone is closed · VoiceCheck"
        assert not AXE.is_file() or faults_on(page) == []
        said = page.locator("#said p").all_inner_texts()
        assert len(said) == len(set(said)) >= 3 and said[-1] == "The evening is over."
        page.get_by_role("link", name="Back to today").click()
        expect(page.locator("article.glance")).to_contain_text("nervous")

        page.get_by_role("button", name="Begin").click()
        in_state(page, "listening")
        page.reload()
        in_state(page, "listening")
        expect(page.locator("#question")).not_to_have_text("Tonight")
        other = page.context.new_page()
        other.goto(review.address)
        expect(other.get_by_role("button", name="Begin")).to_have_count(0)
        other.get_by_role("link", name="To the evening").last.click()
        expect(other.locator("#question")).to_have_text(page.locator("#question").inner_text())
        sound.speak(answer)
        page.close()
        other.get_by_role("button", name="Lock now").click()
        expect(other.get_by_role("heading", name="Locked")).to_be_visible()
        other.get_by_role("link", name="Back to today").click()
        expect(other.get_by_text("The last evening ended")).to_be_visible()

        other.get_by_role("button", name="Begin").click()
        in_state(other, "listening")
        expect(other.locator("#notices")).to_contain_text("The vault is locked")
        sound.speak(answer)
        expect(other.locator("#words")).to_contain_text("relieved")
        other.get_by_role("button", name="Not tonight").click()
        in_state(other, "over")
        other.get_by_role("link", name="Back to today").click()
        expect(other.get_by_text("One answer lies sealed")).to_be_visible()
        assert review.stop() == 0
        assert "what you said is kept" in review.said[-1]
    with home.open() as vault:
        assert len(vault.entries.list()) == 2 and vault.steps.cut_short
        assert len(vault.ingest("never").entries) == 1
