"""A check-in as it looks: `script/record` writes docs/pictures/evening.svg and evening-moving.svg.

The real program in a pseudo-terminal, with real Whisper and a virtual sound card. A Piper voice asks, and another
reading of it answers into the virtual microphone, with a made-up answer, when the screen shows that it is listening.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
import wave
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np
from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.style import Style
from rich.text import Text

from tests.docs.pages import ROOT
from tests.integration.sound import VirtualSound, virtual_sound
from voicecheck.settings.schema import Voice
from voicecheck.speech.voice.voices import open_voice

FOLDER = ROOT / "docs" / "pictures"
MODELS = Path(os.environ.get("VOICECHECK_MODELS", ROOT / ".cache" / "models")).absolute()
COMMAND = ("checkin", "--prompt", "evening-unsaid")
ANSWER = (
    "I nearly told my brother how proud I am of him. I was nervous before I called, and then I felt relieved, "
    "because he laughed."
)
REPLIES = {"right?": "Yes.", "?": "It stayed in my chest for a while, and then I had to smile."}
COLUMNS, ROWS = 84, 17
LIMIT_S = 180.0
TAKES = 4
HOME, LEAVES = "\x1b[H", "\x1b[?1049l"
THINKS_S = 1.0  # before the answer begins

# Frames that look the same for shorter than this are left out of the moving picture.
STEP_S = 0.5
AT_THE_END_S = 4.0

LETTER_W, LINE_H, SIZE, PAD, BAR = 8.4, 20.0, 14.0, 18.0, 34.0
INK, PAPER, DIM = "#d8dee6", "#171c24", "#8d98a8"
COLOURS = {2: "#8fd19e", 3: "#ecca7a", 6: "#7fd0e0"}  # of a terminal: green, yellow, cyan
FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


@dataclass(frozen=True)
class Frame:
    """The screen from one moment on."""

    at_s: float
    rows: tuple[Text, ...] = field(repr=False)

    @property
    def plain(self) -> str:
        return "\n".join(row.plain.rstrip() for row in self.rows)


@dataclass
class Recording:
    """What the program wrote to its terminal, and when."""

    written: list[tuple[float, str]] = field(default_factory=list)

    def frames(self) -> list[Frame]:
        """Each whole redraw of the program's own screen; rich begins one by going home."""
        found, began_s, open_ = list[Frame](), 0.0, ""
        for at_s, text in self.written:
            for number, part in enumerate(text.split(HOME)):
                if number:
                    found.append(Frame(began_s, rows_of(open_)))
                    began_s, open_ = at_s, ""
                open_ += part
        shown = [*found, Frame(began_s, rows_of(open_.partition(LEAVES)[0]))]
        return [frame for frame in shown if frame.plain.strip()]


def rows_of(drawn: str) -> tuple[Text, ...]:
    """What stands between two redraws, row by row, with its colours."""
    drawn = re.sub(r"\x1b\[\?[0-9]+[hl]|\x1b\[[0-9]*[ABCDGJK]", "", drawn).replace("\r", "")
    return tuple(AnsiDecoder().decode(drawn))[:ROWS]


def record(sound: VirtualSound, folder: Path) -> Recording:
    places = {
        "VOICECHECK_HOME": str(folder / "home"), "VOICECHECK_MODELS": str(MODELS), "HOME": str(folder),
        "VOICECHECK_KEY_FILE": str(folder / "key"), "TERM": "xterm-256color", "COLORTERM": "", "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "voicecheck", *COMMAND],
        env=sound.environment | places, cwd=folder, preexec_fn=lambda: os.login_tty(slave), pass_fds=(slave,),
    )  # fmt: skip
    os.close(slave)
    recording = Recording()
    watch(master, process, recording, Person(sound, folder))
    os.close(master)
    assert process.wait(30) == 0, recording.written[-3:]
    return recording


class Person:
    """Answers when the screen shows that it is listening."""

    def __init__(self, sound: VirtualSound, folder: Path) -> None:
        self._sound, self._folder = sound, folder
        self._voice = open_voice(Voice(rate=0.95), MODELS)
        self._answered: set[str] = set()
        self._ready = {text: self._prepare(text) for text in (ANSWER, *REPLIES.values())}
        self.speaking: list[subprocess.Popen[bytes]] = []

    def look(self, screen: str) -> None:
        if not re.search(r"^ *[●○] ", screen, re.MULTILINE):
            return
        asked = re.findall(r"^ {4}(\S.*\?)\s*$", screen, re.MULTILINE)
        if not self._answered:
            self._say("", ANSWER)
        elif len(asked) > 1 and asked[-1] not in self._answered:
            self._say(asked[-1], next(text for ending, text in REPLIES.items() if asked[-1].endswith(ending)))

    def _say(self, asked: str, text: str) -> None:
        self._answered |= {asked, "the question"}
        self.speaking.append(self._sound.start_speaking(self._ready[text]))

    def _prepare(self, text: str) -> Path:
        path = self._folder / f"{abs(hash(text))}.wav"
        sounds = list(self._voice.synthesize(text))
        rate_hz = sounds[0].rate_hz
        samples = np.concatenate([np.zeros(round(THINKS_S * rate_hz), np.float32), *(one.samples for one in sounds)])
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes((np.clip(samples, -1, 1) * 32000).astype(np.int16).tobytes())
        return path


def watch(master: int, process: subprocess.Popen[bytes], recording: Recording, person: Person) -> None:
    began, rest = time.monotonic(), b""
    while time.monotonic() - began < LIMIT_S:
        if not select.select([master], [], [], 0.05)[0]:
            if process.poll() is not None:
                return
            continue
        try:
            rest += os.read(master, 65536)
        except OSError:  # the program has gone
            return
        text = rest.decode(errors="ignore")
        rest = b""
        recording.written.append((time.monotonic() - began, text))
        frames = recording.frames()
        if frames:
            person.look(frames[-1].plain)
    process.terminate()


# Pictures


def colour_of(style: Style) -> str:
    if style.color is not None and style.color.number in COLOURS:
        return COLOURS[style.color.number]
    return DIM if style.dim else INK


def drawn(frame: Frame) -> str:
    """The rows of a frame as SVG text."""
    console, parts = Console(width=COLUMNS, color_system="truecolor"), []
    for number, row in enumerate(frame.rows):
        column, y = 0, BAR + PAD + SIZE + number * LINE_H
        for segment in row.render(console):
            words, style = segment.text.rstrip("\n"), segment.style or Style()
            body = words.strip(" ")
            if body:
                lead = len(words) - len(words.lstrip(" "))
                x, width = PAD + (column + lead) * LETTER_W, len(body) * LETTER_W
                weight = ' font-weight="bold"' if style.bold else ""
                parts.append(
                    f'<text x="{x:.1f}" y="{y:.1f}" textLength="{width:.1f}" fill="{colour_of(style)}"{weight}>'
                    f"{escape(body)}</text>"
                )
            column += len(words)
    return "\n".join(parts)


def picture(body: str, title: str, rows: int, style: str = "") -> str:
    width, height = 2 * PAD + COLUMNS * LETTER_W, BAR + 2 * PAD + rows * LINE_H
    dots = "".join(f'<circle cx="{20 + 18 * i}" cy="{BAR / 2}" r="5.5" fill="#3a4350"/>' for i in range(3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n"
        f"<style>text {{ font-family: {FONT}; font-size: {SIZE}px }}{style}</style>\n"
        f'<rect width="100%" height="100%" rx="10" fill="{PAPER}"/>{dots}\n'
        f'<text x="{width / 2:.0f}" y="{BAR / 2 + 5:.0f}" fill="{DIM}" text-anchor="middle">voicecheck checkin</text>\n'
        f"{body}\n</svg>\n"
    )


def picture_of(frame: Frame) -> str:
    return picture(
        drawn(frame),
        f"A check-in in a terminal. {' '.join(frame.plain.split())}",
        len(frame.plain.rstrip().splitlines()) + 1,
    )


def moving(frames: list[Frame]) -> str:
    """One picture after the other, at the speed at which they came; at rest where motion is not wanted."""
    total_s = frames[-1].at_s - frames[0].at_s + AT_THE_END_S
    parts, rules = [], []
    for number, frame in enumerate(frames):
        until_s = frames[number + 1].at_s if number + 1 < len(frames) else frames[0].at_s + total_s
        start, end = ((at - frames[0].at_s) / total_s * 100 for at in (frame.at_s, until_s))
        hidden = f"0%{{opacity:0}}{start:.3f}%{{opacity:1}}" if number else "0%{opacity:1}"
        gone = f"{end:.3f}%{{opacity:0}}100%{{opacity:0}}" if end < 99.99 else "100%{opacity:1}"
        rules.append(
            f"@keyframes f{number}{{{hidden}{gone}}}#f{number}{{animation:f{number} {total_s:.2f}s step-end infinite}}"
        )
        parts.append(f'<g id="f{number}" class="f">\n{drawn(frame)}\n</g>')
    shown = f"#f{frames.index(best(frames))}{{opacity:1}}"
    still = f"@media (prefers-reduced-motion:reduce){{.f{{animation:none!important}}{shown}}}"
    style = "\n".join(["", ".f{opacity:0}", *rules, still, ""])
    return picture("\n".join(parts), "A whole check-in, as it went.", ROWS, style)


def best(frames: list[Frame]) -> Frame:
    """The first in which the question, what was said, and the sentence in return all stand."""
    return next(frame for frame in frames if "✓" in frame.plain)


def thinned(frames: list[Frame]) -> list[Frame]:
    """Frames that follow within half a second are one, unless words changed."""
    found: list[Frame] = []
    for frame in frames:
        if found and frame.plain == found[-1].plain:
            continue
        if found and frame.at_s - found[-1].at_s < STEP_S and calm(frame) == calm(found[-1]):
            continue
        found.append(frame)
    return found


def calm(frame: Frame) -> str:
    """Without clock and level, which change all the time."""
    return re.sub(r"\d+:\d\d.*", "", frame.plain)


def main() -> None:
    """Now and then it only says thanks; then the evening is taken once more."""
    for _ in range(TAKES):
        with virtual_sound() as sound, tempfile.TemporaryDirectory(prefix="evening") as name:
            frames = record(sound, Path(name)).frames()
        if best(frames).plain.count("relieved") > 1:
            break
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "evening.svg").write_text(picture_of(best(frames)), encoding="utf-8")
    (FOLDER / "evening-moving.svg").write_text(moving(thinned(frames)), encoding="utf-8")
    print(f"{frames[-1].at_s:.0f} s, {len(thinned(frames))} frames in the moving picture\n\n{best(frames).plain}")


if __name__ == "__main__":
    main()
