"""The pictures in docs/pictures, of a made-up diary, in a real Chromium: `script/pictures`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import QUIET, ROOT, Home, enter, start_review
from tests.diary_samples import TEXTS, diary_entry, make_diary
from voicecheck.clock import now
from voicecheck.speech.audio import OpusPages

FOLDER = ROOT / "docs" / "pictures"


@contextmanager
def page_of_a_diary() -> Iterator[tuple[Page, str]]:
    """Half a year of evenings, the last one yesterday and with its sound."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is needed: apt-get install chromium")
    last = now().replace(hour=21, minute=34) - timedelta(days=1)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        home = Home(Path(name) / "home")
        home.settle(make_diary(130, until=last - timedelta(days=1)))
        encoder = OpusPages()
        home.add(diary_entry(TEXTS[4], last), encoder.feed(np.zeros(16_000 * 16, np.float32)) + encoder.flush())
        review = start_review(home)
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 860, "height": 680})
        enter(page, review)
        yield page, review.address
        browser.close()
        review.stop()


def take(page: Page, address: str, name: str) -> None:
    """One picture; for an entry, of why a word is marked."""
    if name == "entry":
        page.goto(f"{address}timeline")
        page.locator("article.glance h3 a").first.click()
        page.locator("#words mark").nth(1).focus()
    else:
        page.goto(f"{address}{name.removeprefix('today')}")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with page_of_a_diary() as (page, address):
        for name in ("today", "timeline", "calendar", "entry", "feelings", "search"):
            take(page, address, name)
            page.screenshot(path=FOLDER / f"{name}.png")
        page.emulate_media(color_scheme="dark")
        take(page, address, "entry")
        page.screenshot(path=FOLDER / "entry-dark.png")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 760})
        take(page, address, "feelings")
        page.screenshot(path=FOLDER / "feelings-phone.png")


if __name__ == "__main__":
    main()
