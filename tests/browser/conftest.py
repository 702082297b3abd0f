"""A real Chromium, and the real `voicecheck open` as a process of its own with a made-up diary."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.vault_samples import CHEAP
from voicecheck.domain import Entry
from voicecheck.paths import Paths
from voicecheck.utterance import Page as SoundPage
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.vault import Vault

ROOT = Path(__file__).parents[2]
WAIT_S = 60
GONE = re.compile("ERR_CONNECTION_(REFUSED|RESET)")
expect.set_options(timeout=WAIT_S * 1000)  # five seconds otherwise, which a busy machine can need
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium, which asks nothing of any network by itself."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    return {"executable_path": chromium, "args": QUIET}


@dataclass
class Review:
    """A running page."""

    process: subprocess.Popen[str]
    address: str
    code: str
    home: Path
    said: list[str] = field(default_factory=list)

    def wait(self) -> int:
        """Until it has ended by itself; what it said on leaving is then in `said`."""
        _, errors = self.process.communicate(timeout=WAIT_S)
        self.said.append(errors)
        return self.process.returncode

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.wait()


Start = Callable[..., Review]


@dataclass(frozen=True)
class Home:
    """A vault with a key file and a diary in it."""

    folder: Path

    @property
    def key_file(self) -> Path:
        return self.folder / "vault.key"

    @property
    def paths(self) -> Paths:
        return Paths(
            self.folder / "settings.toml",
            self.folder / "prompts",
            self.folder / "resources",
            self.folder / "vault",
            self.folder / "models",
        )

    def settle(self, entries: Iterable[Entry], settings: str = "", passphrase: str = "") -> None:
        self.folder.mkdir(mode=0o700)
        typed = [Passphrase(passphrase, CHEAP)] if passphrase else []
        key = create_vault(self.paths, KeyFile(self.key_file), *typed)
        with Vault.open(self.paths, key) as vault:
            vault.entries.add_all(entries)
        self.paths.settings_file.write_text(settings)

    def add(self, entry: Entry, pages: Iterable[SoundPage] = ()) -> None:
        with self.open() as vault:
            vault.entries.add(entry, pages)

    def open(self) -> Vault:
        from voicecheck.vault.keys.slots import KeySlots

        return Vault.open(self.paths, KeySlots.load(self.paths.slots_file).unlock(KeyFile(self.key_file)))


def start_review(home: Home, *, browser: bool = False, locked: bool = False, **variables: str) -> Review:
    """The real program as a process of its own, its address and code read from what it says."""
    places = {"VOICECHECK_HOME": str(home.folder)}
    key = {} if locked else {"VOICECHECK_KEY_FILE": str(home.key_file)}
    environment = os.environ | places | key | variables
    process = subprocess.Popen(
        [sys.executable, "-m", "voicecheck", "open", *(() if browser else ("--no-browser",))],
        env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        found = re.search(r"(http://127\.0\.0\.1:\d+/)[\s\S]*once:\s+(\w{4} \w{4})", said)
        if found:
            return Review(process, found[1], found[2], home.folder, [said])
    raise AssertionError(f"the page did not start: {said}")


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[[Home], Review]]:
    """Starts `voicecheck open` on a home; whatever still runs at the end is stopped."""
    running: list[Review] = []

    def start_one(home: Home, *, locked: bool = False) -> Review:
        running.append(start_review(home, locked=locked))
        return running[-1]

    yield start_one
    for review in running:
        with review.process:
            review.process.kill()


def enter(page: Page, review: Review, at: str = "") -> None:
    """Type the code, as a person does; `at` is where that leads."""
    page.goto(review.address)
    page.get_by_label("Code").fill(review.code)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(f"{review.address}{at}")
    page.get_by_role("main").wait_for()


@dataclass
class Window:
    """A window with an open session, and all that it asked for and complained of."""

    page: Page
    review: Review
    asked: list[str]
    complaints: list[str]


def watch(context: BrowserContext, review: Review) -> Window:
    page = context.new_page()
    window = Window(page, review, [], [])

    def note(request: Request) -> None:
        window.asked.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: message.type in ("error", "warning") and window.complaints.append(message.text))
    page.on("pageerror", lambda error: window.complaints.append(str(error)))
    return window


@pytest.fixture(scope="module")
def session(browser: Browser) -> Iterator[Callable[[Review], Window]]:
    """Opens a browser profile of its own, with a session; every request must have gone to the page itself."""
    opened: list[Window] = []

    def open_one(review: Review, at: str = "", **options: Any) -> Window:
        window = watch(browser.new_context(**options), review)
        enter(window.page, review, at)
        window.complaints.clear()  # that the door was closed before
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        strange = [url for url in window.asked if not url.startswith((window.review.address, "data:", "blob:"))]
        window.page.context.close()
        assert strange == []
        # A page that has closed itself no longer answers, and one that locks hangs up; the browser says so.
        assert [text for text in window.complaints if not GONE.search(text)] == []
