"""Evenings in the window to which something happens: the real process, a real Chromium, a virtual sound card."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Home, Review, enter, start_review
from tests.browser.test_evening import SETTINGS, in_state
from tests.integration.sound import VirtualSound, virtual_sound
from voicecheck.utterance import SAMPLE_RATE_HZ

pytestmark = [pytest.mark.waits, pytest.mark.long]

CLOSED_WITHIN_S = 11.0
LOST_S = 2.0
SPOKEN = "I was nervous before the meeting this morning, and then I felt relieved when it was over. " * 9


@pytest.fixture(scope="module")
def sound() -> Iterator[VirtualSound]:
    with virtual_sound() as card:
        yield card


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoken") / "spoken.wav"
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(path), SPOKEN], check=True)
    return path


def open_microphones(sound: VirtualSound) -> int:
    """How many streams of programs read from the microphone; the sound server's own have no client."""
    asked = ["pactl", "list", "short", "source-outputs"]
    told = subprocess.run(asked, env=sound.environment, capture_output=True, text=True, check=True).stdout
    return sum(line.split("\t")[2] != "-" for line in told.splitlines())


def closes_within(sound: VirtualSound, seconds: float) -> float:
    """Wait until the microphone is closed; return how long that took."""
    began = time.monotonic()
    while open_microphones(sound):
        assert time.monotonic() - began < seconds, "the microphone is still open"
        time.sleep(0.1)
    return time.monotonic() - began


def shown_s(page: Page) -> float:
    """Seconds of the answer that the page has acknowledged."""
    minutes, seconds = page.locator("#time").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def renderers(pid: int) -> Iterator[int]:
    """The processes below this one in which a browser runs its pages."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if b"--type=renderer" in Path(f"/proc/{child}/cmdline").read_bytes():
            yield int(child)
        yield from renderers(int(child))


def close(page: Page, review: Review) -> None:
    page.close()


def kill(page: Page, review: Review) -> None:
    review.process.send_signal(signal.SIGKILL)


def leave(page: Page, review: Review) -> None:
    """Go to another page in the same tab."""
    page.goto("about:blank")


def freeze(page: Page, review: Review) -> None:
    """Stop the pages as a browser does that puts them to sleep: their connections stand, and nothing in them runs."""
    for pid in renderers(os.getpid()):
        os.kill(pid, signal.SIGSTOP)


def wake() -> None:
    for pid in renderers(os.getpid()):
        os.kill(pid, signal.SIGCONT)


ENDS: dict[str, Callable[[Page, Review], None]] = {"close": close, "kill": kill, "leave": leave, "freeze": freeze}


@pytest.mark.parametrize("seed", range(12))
def test_a_real_evening_to_which_something_happens(
    seed: int, tmp_path: Path, models_folder: Path, sound: VirtualSound, spoken: Path, browser: Browser
) -> None:
    """Each kind of end three times, at a random moment, after a reload or with the page hidden behind another."""
    dice = random.Random(seed)
    home = Home(tmp_path / "home")
    home.settle([], SETTINGS)
    review = start_review(home, VOICECHECK_MODELS=str(models_folder), **sound.env)
    context = browser.new_context()
    page = context.new_page()
    enter(page, review)
    page.get_by_role("button", name="Begin", exact=True).click()
    in_state(page, "listening")
    with sound.speaking(spoken):
        page.wait_for_timeout(1000 * dice.uniform(2.0, 5.0))
        if dice.random() < 0.3:
            page.reload()
            in_state(page, "listening", "thinking")
        if dice.random() < 0.3:
            context.new_page().bring_to_front()
            page.wait_for_timeout(3000)
        page.wait_for_timeout(1000 * dice.uniform(1.0, 2.0))
        heard_s = shown_s(page)
        assert open_microphones(sound)
        ENDS[list(ENDS)[seed % len(ENDS)]](page, review)
        try:
            took_s = closes_within(sound, CLOSED_WITHIN_S)
        finally:
            wake()
    print(f"evening {seed}: closed after {took_s:.1f} s, {heard_s:.0f} s were acknowledged")
    context.close()
    review.stop()
    with home.open() as vault:
        sealed = vault.ingest("always").waiting
        back_s = sum(entry.duration_s for entry in vault.entries.list()) + sum(
            one.end / SAMPLE_RATE_HZ for one in sealed
        )
        assert back_s >= heard_s - LOST_S
    again = start_review(home, VOICECHECK_MODELS=str(models_folder), **sound.env)
    try:
        page = browser.new_context().new_page()
        enter(page, again)
        page.get_by_role("button", name="Begin", exact=True).click()
        in_state(page, "listening")
        page.get_by_role("button", name="Not tonight").click()
        in_state(page, "over")
        assert not open_microphones(sound)
        page.context.close()
    finally:
        again.stop()
    with home.open() as vault:
        assert vault.ingest("always").waiting == ()
        assert [entry.text for entry in vault.entries.list() if "nervous" in entry.text.lower()]
