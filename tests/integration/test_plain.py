"""Plain lines on a real terminal: first run, set-up, looking back, and an evening whose microphone hears the reader."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.integration.sound import VirtualSound
from tests.integration.terminal import Terminal
from tests.vault_samples import PASSPHRASE
from voicecheck.paths import find_paths
from voicecheck.settings.schema import load_settings
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")

ANSWER = "I was tired today, and glad that it is over."
SPOKEN = "I was nervous before the meeting this morning, and then I felt relieved when it was over."
ASKED_AGAIN = ("Yes or no", "Your answer. Enter", "Enter alone closes it")
PAPER = "twenty-four words on paper"


@pytest.fixture
def environment(models_folder: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if name not in ("CI", "VOICECHECK_KEY_FILE")}
    return mine | {"VOICECHECK_MODELS": str(models_folder), "TERM": "xterm-256color", "COLUMNS": "60"}


def printed(screen: str) -> list[str]:
    """The lines of a stream that steers nothing: no escape sequence, and no return to the beginning of a line."""
    assert "\x1b" not in screen, screen
    assert not re.search(r"\r(?!\n)", screen), screen
    return [line for line in screen.replace("\r\n", "\n").split("\n") if line.strip()]


def each_once(screen: str, *but: str) -> None:
    """No line twice, but for questions that are answered anew."""
    lines = [line for line in printed(screen) if not line.startswith(but)]
    assert sorted(lines) == sorted(set(lines)), screen


def test_first_run_and_looking_back(environment: dict[str, str]) -> None:
    """A vault, a typed answer, a recovery key in groups; then list, show, search and trends, each line once."""
    terminal = Terminal(["checkin", "--plain", "--typed", "--no-speak", "--count", "1"], environment)
    for question, line in (("New passphrase", PASSPHRASE), ("Once more", PASSPHRASE), (ASKED_AGAIN[1], f"{ANSWER}\n")):
        assert terminal.wait_for(question), terminal.screen
        terminal.type(line)
    while terminal.wait_for(*ASKED_AGAIN, "?\r\n", PAPER) != PAPER:
        terminal.type("")
    terminal.type("")
    for _ in range(6):
        assert terminal.wait_for("hear these spelled"), terminal.screen
        terminal.type("")
    words = dict(re.findall(r"(\d+): ([a-z]+)\r", terminal.screen))
    for _ in range(3):
        assert terminal.wait_for("from the paper:"), terminal.screen
        terminal.type(words[re.findall(r"Word (\d+)", terminal.screen)[-1]])
    assert terminal.end() == 0, terminal.screen
    each_once(terminal.screen, "Enter: the next four")
    assert KeySlots.load(find_paths().slots_file).kinds == ("passphrase", "recovery")
    assert load_settings(find_paths().settings_file).program.plain == "yes"
    for arguments, shown in (
        (["entry", "list"], "feelings: tiredness"), (["entry", "show", "last"], "I was [tired] today"),
        (["entry", "search", "glad"], "words: I was tired"), (["feeling", "trends"], "tiredness, 1 in all"),
    ):  # fmt: skip
        terminal = Terminal(arguments, environment)
        assert terminal.wait_for("Passphrase"), terminal.screen
        terminal.type(PASSPHRASE)
        assert terminal.end() == 0, terminal.screen
        each_once(terminal.screen)
        assert shown in terminal.screen


@pytest.mark.waits
def test_setup(sound: VirtualSound, environment: dict[str, str]) -> None:
    """Found by ACCESSIBLE: each step asks, the microphone waits for Enter, and each choice is a line of the summary."""
    terminal = Terminal(["setup"], environment | sound.env | {"ACCESSIBLE": "1"})
    seconds = "and then speak for 4 seconds"
    asked = (
        "Did you hear that?",
        seconds,
        "another microphone",
        "hear it",
        "Enter begins",
        "own words too",
        "measure",
        "leave it",
    )
    while found := terminal.wait_for(*asked):
        if found == seconds:
            time_asked = terminal.screen
        terminal.type("")
    assert terminal.end() == 0, terminal.screen
    each_once(terminal.screen, "  Enter", "The voice is getting ready.")  # said at each of two waits that are long
    assert seconds in time_asked
    assert "loudspeaker: " in terminal.screen
    assert load_settings(find_paths().settings_file).program.plain == "auto"


# An evening that is heard


@dataclass
class Reader:
    """A screen reader that talks into the room: each line that is printed is said by the system's voice."""

    sound: VirtualSound
    folder: Path
    lines: list[tuple[float, str]] = field(default_factory=list)
    _last: subprocess.Popen[bytes] | None = None

    def read(self, text: str) -> None:
        for line in filter(None, (line.strip() for line in text.splitlines())):
            path = self.folder / f"line-{len(self.lines)}.wav"
            self.lines.append((time.monotonic(), line))
            subprocess.run(["espeak-ng", "-s", "230", "-w", str(path), line], check=True)
            self.finish()
            self._last = self.sound.start_speaking(path)

    def finish(self) -> None:
        if self._last is not None:
            self._last.wait()


class Tones(threading.Thread):
    """The times of the rising and the falling tones that come out of the loudspeaker."""

    RATE_HZ, PITCHES_HZ, PIECE_S, APART_S = 16_000, (523.25, 659.26), 0.04, 0.25

    def __init__(self, sound: VirtualSound) -> None:
        super().__init__(daemon=True)
        command = ["parec", "--device=speaker.monitor", "--format=s16le", f"--rate={self.RATE_HZ}", "--channels=1"]
        self._recorder = subprocess.Popen(
            [*command, "--latency-msec=20", "--raw"], stdout=subprocess.PIPE, env=sound.environment
        )
        self.heard: list[tuple[float, str]] = []
        self.rose = threading.Event()

    def run(self) -> None:
        import numpy as np

        assert self._recorder.stdout is not None
        size, last, ago = round(self.PIECE_S * self.RATE_HZ), "", 0
        t = np.arange(size) / self.RATE_HZ
        waves = [np.exp(-2j * np.pi * pitch * t) for pitch in self.PITCHES_HZ]
        while len(raw := self._recorder.stdout.read(2 * size)) == 2 * size:
            samples = np.frombuffer(raw, np.int16) / 32768
            low, high = (abs(samples @ wave) / size for wave in waves)
            now = "low" if low > 0.008 and low > 3 * high else "high" if high > 0.008 and high > 3 * low else ""
            ago += 1
            if now and last and now != last and ago * self.PIECE_S < self.APART_S:
                self.heard.append((time.monotonic(), "rising" if now == "high" else "falling"))
                if now == "high":
                    self.rose.set()
            last, ago = (now, 0) if now else (last, ago)

    @contextmanager
    def listening(self) -> Iterator[Tones]:
        self.start()
        try:
            yield self
        finally:
            self._recorder.terminate()
            self.join()
            self._recorder.wait()
            if self._recorder.stdout is not None:
                self._recorder.stdout.close()


@pytest.mark.long
@pytest.mark.waits
def test_an_evening_beside_a_reader(sound: VirtualSound, environment: dict[str, str], tmp_path: Path) -> None:
    """Question by the reader, whose voice is in the room: none of its words is in the answer, and nothing is printed
    between the rising tones and the falling ones.
    """
    answer = tmp_path / "answer.wav"
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(answer), SPOKEN], check=True)
    find_paths().settings_file.parent.mkdir(parents=True, exist_ok=True)
    find_paths().settings_file.write_text("[program]\nreader_wpm = 150\n")
    find_paths().tones_told_file.touch()
    key = {"VOICECHECK_KEY_FILE": str(tmp_path / "key")}
    reader = Reader(sound, tmp_path)
    with Tones(sound).listening() as tones:
        terminal = Terminal(
            ["checkin", "--plain", "--no-speak", "--prompt", "evening-unsaid"], environment | sound.env | key
        )
        done = threading.Event()
        follow = threading.Thread(target=_follow, args=(terminal, reader, done))
        follow.start()
        assert tones.rose.wait(90), terminal.screen
        reader.finish()  # it may begin late on a busy machine
        sound.speak(answer)
        follow.join(180)
    assert done.is_set(), terminal.screen
    each_once(terminal.screen)
    opened = None
    between: list[tuple[float, float]] = []
    for at, what in tones.heard:
        if what == "rising":
            opened = at
        elif opened is not None:
            between.append((opened, at))
            opened = None
    assert between, tones.heard
    late = [line for at, line in reader.lines if any(begin + 0.3 < at < end - 0.3 for begin, end in between)]
    assert not late, (late, tones.heard, reader.lines)
    slots = KeySlots.load(find_paths().slots_file)
    with Vault.open(find_paths(), slots.unlock(KeyFile(tmp_path / "key"))) as vault:
        (entry,) = vault.entries.list()
    words = set(re.findall(r"[a-z]+", entry.text.lower()))
    assert words & {"nervous", "meeting", "morning", "relieved"}, entry.text
    assert not words & {"nearly", "someone", "yourself", "hold"}, entry.text


def _follow(terminal: Terminal, reader: Reader, done: threading.Event) -> None:
    seen = 0
    while terminal.wait_for("\n"):
        text, seen = terminal.screen[seen:], len(terminal.screen)
        reader.read(text)
    terminal.end()
    reader.finish()
    done.set()
