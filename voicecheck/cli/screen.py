"""What the person sees during a check-in.

On a terminal it is a screen of its own, gone when the evening is over: no word stays in the scroll-back. Without one
it is a few plain lines on stderr: the question, what is said, and notices.
"""

from __future__ import annotations

import time
from types import TracebackType

import click
from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.text import Text

from voicecheck.phrases import Phrases

REDRAW_EVERY_S = 0.1  # ten times a second is smooth and costs little
BARS = "▁▂▃▄▅▆▇█"
QUIETEST_BAR_DBFS = -60.0
LOUDEST_BAR_DBFS = -10.0
MARKS = {"speaking": "»", "listening": "●", "thinking": "○", "paused": "‖", "writing": "✎", "storing": "✎"}


def bar(dbfs: float) -> str:
    """One character for a level."""
    share = (dbfs - QUIETEST_BAR_DBFS) / (LOUDEST_BAR_DBFS - QUIETEST_BAR_DBFS)
    return BARS[max(0, min(len(BARS) - 1, int(share * len(BARS))))]


class PlainScreen:
    """Lines on stderr, for a check-in without a terminal."""

    asking_keep = False

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def question(self, text: str, number: int, count: int) -> None:
        self._line(text if count == 1 else f"{number}/{count}  {text}")

    def sentence(self, text: str) -> None:
        self._line(text)

    def state(self, name: str) -> None:
        """Nobody is looking."""

    def level(self, dbfs: float, seconds: float) -> None:
        """Nobody is looking."""

    def words(self, text: str) -> None:
        """What was said does not go to a log."""

    def notice(self, text: str) -> None:
        self._line(text)

    def ask_keep(self) -> None:
        """Nobody can be asked; `Stop` says so and this is not called."""

    def ask_line(self) -> None:
        self._line(self._phrases.show("typing"))

    def _line(self, text: str) -> None:
        if text:
            click.echo(text, err=True)


class FullScreen:
    """The whole terminal, by rich; notices are said once more when it is over."""

    def __init__(self, phrases: Phrases, console: Console) -> None:
        self._phrases = phrases
        self._console = console
        self._live = Live(console=console, screen=True, auto_refresh=False, transient=True)
        self._question = self._state = self._words = self._sentence = ""
        self._number = (1, 1)
        self._levels = ""
        self._seconds = 0.0
        self._notices: list[str] = []
        self._drawn_at = 0.0
        self.asking_keep = False

    def __enter__(self) -> FullScreen:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()
        for text in self._notices:
            click.echo(text, err=True)

    def question(self, text: str, number: int, count: int) -> None:
        self._question, self._number = text, (number, count)
        self._words = self._sentence = ""
        self._draw()

    def sentence(self, text: str) -> None:
        self._sentence = text
        self._draw()

    def state(self, name: str) -> None:
        self._state, self.asking_keep = name, False
        self._draw()

    def level(self, dbfs: float, seconds: float) -> None:
        self._levels = (self._levels + bar(dbfs))[-24:]
        self._seconds = seconds
        if time.monotonic() - self._drawn_at >= REDRAW_EVERY_S:
            self._draw()

    def words(self, text: str) -> None:
        self._words = text
        self._draw()

    def notice(self, text: str) -> None:
        self._notices.append(text)
        self._draw()

    def ask_keep(self) -> None:
        self.asking_keep = True
        self._draw()

    def ask_line(self) -> None:
        """Typed answers have a plain screen, where the terminal edits the line."""

    def _draw(self) -> None:
        self._drawn_at = time.monotonic()
        self._live.update(self._picture(), refresh=True)

    def _picture(self) -> Padding:
        rows = [Text()]
        if self._number[1] > 1:
            rows.append(Text(f"{self._number[0]} / {self._number[1]}", style="dim"))
        rows += [Text(self._question, style="bold"), Text(), self._status(), Text()]
        if self._words:
            rows += [Text(self._tail_of_words(), style="dim"), Text()]
        if self._sentence:
            rows += [Text(self._sentence, style="bold"), Text()]
        rows += [Text(text, style="yellow") for text in self._notices[-3:]]
        rows.append(self._keys())
        return Padding(Group(*rows), (0, 4))

    def _status(self) -> Text:
        if not self._state:
            return Text()
        status = Text(f"{MARKS.get(self._state, '·')} {self._phrases.show(f'state_{self._state}')}", style="cyan")
        if self._state in ("listening", "thinking"):
            status.append(f"   {int(self._seconds) // 60}:{int(self._seconds) % 60:02d}   ", style="dim")
            status.append(self._levels, style="green")
        return status

    def _keys(self) -> Text:
        if self.asking_keep:
            return Text(self._phrases.show("keys_keep_or_drop"), style="bold yellow")
        if self._state == "speaking":
            return Text(self._phrases.show("keys_speaking"), style="dim")
        if self._state in ("listening", "thinking", "paused"):
            return Text(self._phrases.show("keys_listening"), style="dim")
        return Text()

    def _tail_of_words(self) -> str:
        """As much of the end as fits; the beginning was read already."""
        room = max(80, self._console.width * max(2, self._console.height - 14))
        return self._words if len(self._words) <= room else "… " + self._words[-room:]
