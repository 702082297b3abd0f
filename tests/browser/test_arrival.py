"""Started by an icon: the browser comes in by a one-time file, twice is once, and the last window ends it."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, expect

from tests.browser.conftest import ROOT, WAIT_S, Home, Review, start_review
from tests.diary_samples import diary_entry
from tests.vault_samples import PASSPHRASE

pytestmark = pytest.mark.waits

SECRET = "quokkaflute"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.settle([diary_entry(f"I was afraid of the {SECRET} today.")], passphrase=PASSPHRASE)
    return home


class Desktop:
    """A desktop whose browser only notes what it was told to open."""

    def __init__(self, folder: Path) -> None:
        self.seen, browser = folder / "seen", folder / "browser"
        browser.write_text(f'#!/bin/sh\ngrep Seccomp: /proc/self/status > {folder}/filter\necho "$1" >> {self.seen}\n')
        browser.chmod(0o700)
        self.variables = {"DISPLAY": ":9", "BROWSER": str(browser)}

    def opened(self, count: int, running: Review) -> str:
        """The newest place, once there are so many."""
        ends_at = time.monotonic() + WAIT_S
        while time.monotonic() < ends_at and running.process.poll() is None:
            places = self.seen.read_text().split() if self.seen.exists() else []
            if len(places) >= count:
                return places[count - 1]
            time.sleep(0.05)
        raise AssertionError(f"no browser was opened: {running.said}")


def start_again(home: Home, desktop: Desktop) -> str:
    """The same program once more, to its end; what it said."""
    environment = {"VOICECHECK_HOME": str(home.folder), "PATH": "/usr/bin:/bin", **desktop.variables}
    command = [sys.executable, "-m", "voicecheck", "open"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
def test_from_the_icon(home: Home, tmp_path: Path, browser_type: BrowserType) -> None:
    """Nobody types a code; the file is private, good once and gone; a second click brings the same page forward."""
    desktop = Desktop(tmp_path)
    review = start_review(home, browser=True, locked=True, **desktop.variables)
    place = desktop.opened(1, review)
    file = Path(place.removeprefix("file://"))
    assert place.startswith("file://") and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (tmp_path / "filter").read_text().split() == ["Seccomp:", "0"]
    ticket = re.search(r"[0-9a-f]{64}", file.read_text())
    assert ticket is not None
    profile = tmp_path / "profile"
    launch = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}
    context = browser_type.launch_persistent_context(str(profile), **launch)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(place)
    page.wait_for_url(review.address)
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    _gone(file)

    assert "comes forward" in start_again(home, desktop)
    again = Path(desktop.opened(2, review).removeprefix("file://"))
    second = context.new_page()
    second.goto(again.as_uri())
    second.wait_for_url(review.address)
    page.get_by_role("link", name="Timeline").click()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("Passphrase").press("Enter")
    expect(page.get_by_text(SECRET)).to_be_visible()

    page.get_by_role("button", name="Lock now").click()
    assert "comes forward" in start_again(home, desktop)  # the process that was put in its place is the same one
    second.goto(desktop.opened(3, review))
    second.wait_for_url(review.address)
    expect(second.get_by_role("link", name="Unlock", exact=True)).to_be_visible()
    context.close()
    kept = b"".join(path.read_bytes() for path in profile.rglob("*History*") if path.is_file())
    assert ticket[0].encode() not in kept
    assert review.stop() == 0
    assert not list((home.folder / "run").glob("*.html"))


def _gone(file: Path) -> None:
    ends_at = time.monotonic() + WAIT_S
    while file.exists() and time.monotonic() < ends_at:
        time.sleep(0.05)
    assert not file.exists()
