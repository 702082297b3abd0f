"""How quick an evening in the window is: `script/bench window`.

A real Chromium on the virtual sound card of the integration tests, and the real `voicecheck open`:

- from the click on Begin to the first sound of the question, with a prepared voice (Piper);
- from the moment at which the loop shows new words to their sight in the page: the words are the time itself;
- a page of Timeline with 10,000 entries, each over a new connection, while an evening listens.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.first_sound import AUDIBLE, MODELS, PIPER, QUESTION, Case, monitor, prepare_some
from benchmarks.review import Session, measure
from tests.diary_samples import make_diary
from tests.integration.sound import VirtualSound, virtual_sound
from voicecheck.paths import Paths
from voicecheck.prompts.packs import load_packs
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.vault import Vault

ROOT = Path(__file__).parents[1]
SETTINGS = f'[voice]\n{PIPER}[checkin]\npack = "only"\ncount = 1\n[whisper]\nmodel = "tiny.en"\n'
PACK = '[[prompts]]\nid = "only-one"\ntext = "{text}"\ndepth = 1\ntheme = "day"\nwhy = "It is measured."\n'
PACK_HEAD = 'id = "only"\ntitle = "Only"\nlanguage = "en"\nwhy = "It is measured."\n\n'
WORDS = """
import sys, time
from pathlib import Path
import benchmarks.window as window
from voicecheck.checkin.events import Stop
from voicecheck.web.site import sitting

def hold(self, screen, events):
    screen.question("How was today?", 1, 1)
    screen.state("listening")
    while events.empty():
        screen.words(f"{time.time():.6f}")
        for _ in range(3):
            screen.level(-30.0, 1.0)
            time.sleep(0.1)
    return True

sitting.PageSitting.__call__ = hold
from voicecheck.__main__ import main
sys.argv = ["voicecheck", "open", "--no-browser"]
main()
"""
SEEN = """() => { window.seen = []; new MutationObserver(() => {
  window.seen.push(Date.now() - 1000 * parseFloat(document.getElementById("words").textContent));
}).observe(document.getElementById("words"), { childList: true, characterData: true, subtree: true }); }"""


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    address: str
    code: str


def make_home(folder: Path, entries: int) -> dict[str, str]:
    """A diary with its key file, one question, and a voice that has prepared it. Return its environment."""
    home = folder / "home"
    (home / "prompts").mkdir(parents=True, mode=0o700)
    text = load_packs(home / "prompts").find(QUESTION).text
    (home / "prompts" / "only.toml").write_text(PACK_HEAD + PACK.format(text=text), encoding="utf-8")
    (home / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    paths = Paths(home / "settings.toml", home / "prompts", home / "resources", home / "vault", home / "models")
    with Vault.open(paths, create_vault(paths, KeyFile(folder / "key"))) as vault:
        vault.entries.add_all(make_diary(entries))
    prepare_some(home, Case("prepared", PIPER, prepared=True))
    places = {"VOICECHECK_HOME": str(home), "VOICECHECK_KEY_FILE": str(folder / "key"), "HOME": str(folder)}
    return places | {"VOICECHECK_MODELS": str(MODELS), "TERM": "dumb"}


@contextmanager
def opened(environment: dict[str, str], command: list[str]) -> Iterator[Running]:
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"(http://\S+/)[\s\S]*once:\s+(\w{4} \w{4})", said):
            break
    else:
        raise SystemExit(f"the page did not start: {said}")
    try:
        yield Running(process, found[1], found[2])
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def entered(browser: Browser, running: Running) -> Page:
    page = browser.new_context().new_page()
    page.goto(running.address)
    page.get_by_label("Code").fill(running.code)
    page.get_by_role("button", name="Open").click()
    page.get_by_role("navigation").wait_for()
    return page


def first_sound_s(page: Page, running: Running, sound: VirtualSound) -> float:
    """From the click to the first sample that can be heard; the evening is then left."""
    page.goto(running.address)
    with monitor(sound) as raw:
        at = raw.stat().st_size
        began = time.monotonic()
        page.get_by_role("button", name="Begin", exact=True).click(no_wait_after=True)
        while True:
            data = raw.read_bytes()[at:]
            if np.abs(np.frombuffer(data[: len(data) // 2 * 2], np.int16)).max(initial=0) > AUDIBLE * 32768:
                break
            assert time.monotonic() - began < 60, "no sound was heard"
            time.sleep(0.005)
        took_s = time.monotonic() - began
    page.get_by_role("button", name="Not tonight").click()
    page.locator("#tonight[data-state=over]").wait_for()
    return took_s


def show(name: str, values: list[float], unit: str, goal: str) -> None:
    print(f"{name:52}{statistics.median(values):8.2f}{max(values):8.2f} {unit}   goal {goal}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--entries", type=int, default=10_000)
    options = parser.parse_args()
    real = [sys.executable, "-m", "voicecheck", "open", "--no-browser"]
    with virtual_sound() as sound, tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        environment = os.environ | sound.env | make_home(Path(name), options.entries) | {"PYTHONPATH": str(ROOT)}
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{'':52}{'median':>8}{'most':>8}")
        with opened(environment, real) as running:
            page = entered(browser, running)
            times = [first_sound_s(page, running, sound) for _ in range(options.runs)]
            show("click to the first sound of the question", times, "s ", "1.0 s")
            page.goto(running.address)
            page.get_by_role("button", name="Begin", exact=True).click()
            page.locator("#tonight[data-state=listening]").wait_for()
            (cookie,) = page.context.cookies()
            session = Session(running.address.split("/")[2], f"{cookie['name']}={cookie['value']}")
            median, most, _ = measure(session, "/timeline", 30)
            print(
                f"{'a page of Timeline while an evening listens':52}{median:8.2f}{most:8.2f} ms   goal 50 ms",
                flush=True,
            )
        with opened(environment, [sys.executable, "-c", WORDS]) as running:
            page = entered(browser, running)
            page.get_by_role("button", name="Begin", exact=True).click()
            page.locator("#words-part").wait_for()
            page.evaluate(SEEN)
            while len(seen := page.evaluate("window.seen")) < 60:
                page.wait_for_timeout(500)
            show("from the loop's words to their sight", seen, "ms", "100 ms")
        browser.close()


if __name__ == "__main__":
    main()
