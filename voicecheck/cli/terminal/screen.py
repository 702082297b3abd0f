"""Screen of a check-in.

On a terminal it is a screen of its own, gone when the evening is over: no word stays in the scroll-back. Without one,
or on one that cannot do that, it is a few plain lines on stderr: the question, what is said, and notices.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

import click
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from voicecheck.checkin.ports import Unseen, When
from voicecheck.cli.app.notices import echo_fitted
from voicecheck.cli.terminal.keyboard import typed_by_hand
from voicecheck.cli.terminal.reading import wait_for_enter
from voicecheck.clock import say_duration
from voicecheck.phrases import Phrases

NOTICES = 5  # lines of them that are shown: an offer of help, three numbers, and what was said beside the answer
REDRAW_EVERY_S = 0.1  # ten times a second is smooth and costs little
BARS = "▁▂▃▄▅▆▇█"
QUIETEST_BAR_DBFS = -60.0
LOUDEST_BAR_DBFS = -10.0
MARKS = {
    "speaking": "»",
    "listening": "●",
    "awaiting": "●",
    "thinking": "○",
    "paused": "‖",
    "writing": "✎",
    "storing": "✎",
    "stored": "✓",
}
KEYS = {
    "speaking": "keys_speaking",
    "listening": "keys_listening",
    "thinking": "keys_listening",
    "awaiting": "keys_yes_no",
    "paused": "keys_paused",
}
"""keys that can be pressed, by state"""
TYPING = {"awaiting": "keys_typing_yes_no", "paused": "keys_typing_paused", "": "keys_typing_parting"}
"""hints on typing, by state, where it is not an answer"""
MARGIN = 4
NARROW = 40  # columns below which every one is needed for words


def bar(dbfs: float) -> str:
    """Return one character for a level."""
    share = (dbfs - QUIETEST_BAR_DBFS) / (LOUDEST_BAR_DBFS - QUIETEST_BAR_DBFS)
    return BARS[max(0, min(len(BARS) - 1, int(share * len(BARS))))]


def choose_screen(phrases: Phrases, console: Console, *, interactive: bool, typed: bool) -> PlainScreen | FullScreen:
    """Return the screen that fits: a full one needs a person, and a terminal that can give its content back."""
    if interactive and console.is_terminal and not console.is_dumb_terminal:
        return TypedScreen(phrases, console) if typed else FullScreen(phrases, console)
    return PlainScreen(phrases, keys=interactive and not typed)


SET_ASIDE = {"key": "set_aside", "typed": "set_aside_typed", "alone": "set_aside_alone"}
REQUEST_ASIDE = {"key": "request_aside", "typed": "request_aside_typed", "alone": "request_aside_alone"}


def set_aside_text(phrases: Phrases, way: str, said: str) -> str:
    """Return the notice of what was taken for no answer; `way` chooses how that can be undone."""
    return phrases.show(REQUEST_ASIDE[way], said=said) if said else phrases.show(SET_ASIDE[way])


def beside_text(phrases: Phrases, said: str, start_s: float, end_s: float, *, keys: bool) -> str:
    """Return the notice of words that may be somebody else's or the person's."""
    name = "beside_heard" if keys else "beside_heard_alone"
    return phrases.show(name, said=said, start=say_duration(start_s), end=say_duration(end_s))


class PlainScreen:
    """Lines on stderr, for a check-in without a terminal, with a typed answer, or on the plainest of terminals."""

    def __init__(self, phrases: Phrases, *, keys: bool = False) -> None:
        self._phrases = phrases
        self._keys = keys
        """True if a person can press keys; then they are named, and so is the state"""
        self._told = ""
        self._state = "listening"
        self._later: list[str] = []
        """notices to show once the evening is over"""
        self.asking_keep = False

    def __enter__(self) -> PlainScreen:
        return self

    def __exit__(self, *exception: object) -> None:
        for text in dict.fromkeys(self._later):
            self._line(text)

    def question(self, text: str, number: int, count: int) -> None:
        self._line(text if count == 1 else f"{number}/{count}  {text}")

    def sentence(self, text: str, private: bool = False) -> None:
        """Show a sentence, unless it is `private`: words of the person do not go to a log."""
        if not private or _is_terminal():
            self._line(text)

    def state(self, name: str) -> None:
        self.asking_keep, self._state = False, name
        if not self._keys or name == self._told or name not in ("writing", *KEYS) or name == "thinking":
            return
        self._told = name
        keys = f"   {self._phrases.show(KEYS[name])}" if name in KEYS else ""
        self._line(self._phrases.show(f"state_{name}") + keys)

    def offer(self, choices: tuple[str, ...]) -> None:
        """Do nothing: the sentence names them, and their keys."""

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        """Show two texts, one below the other, where somebody looks; what was said does not go to a log."""
        for name, text in (left, right) if _is_terminal() else ():
            self._line(f"{name}: {text}")

    def level(self, dbfs: float, seconds: float) -> None:
        """Show nothing: nobody is looking."""

    def words(self, text: str) -> None:
        """Show nothing: what was said does not go to a log."""

    def notice(self, text: str, private: bool = False, when: When = When.STAYS, unseen: Unseen = Unseen.PAGE) -> None:
        if when is When.AFTER:
            self._later.append(text)
        else:
            self.sentence(text, private)

    def unsaid(self) -> str:
        return ""

    def set_aside(self, said: str = "") -> None:
        way = "key" if self._keys else "typed" if typed_by_hand() else "alone"
        self.sentence(set_aside_text(self._phrases, way, said), private=bool(said))

    def guessed(self, heard: str, guess: str) -> None:
        name = "guessed" if self._keys else "guessed_alone"
        self.sentence(self._phrases.show(name, heard=heard, guess=guess), private=True)

    def nothing_aside(self) -> None:
        """Do nothing: lines that were shown stand where they are."""

    def nothing_beside(self) -> None:
        """Do nothing, as `nothing_aside`."""

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        self.sentence(beside_text(self._phrases, said, start_s, end_s, keys=self._keys), private=True)

    def ask_keep(self) -> None:
        """Show the keys for keep and drop. Not called where there are no keys; `Stop` says so."""
        self.asking_keep, self._told = True, ""
        self._line(self._phrases.show("keys_keep_or_drop"))

    def ask_line(self) -> None:
        self._line(self._phrases.show(TYPING.get(self._state, "keys_typing") if typed_by_hand() else "typing"))

    def _line(self, text: str) -> None:
        if text:
            echo_fitted(text)


class TypedScreen(PlainScreen):
    """The same lines on the alternate screen, where the terminal edits what is typed: question and answer go with it.

    Notices that tell nothing of what was said stand below once it is over.
    """

    def __init__(self, phrases: Phrases, console: Console) -> None:
        super().__init__(phrases)
        self._console = console
        self.may_wait = False
        """the evening came to its end, so that the last sentence waits to be read"""
        self._read = False
        """an empty line behind the last sentence was waited for already"""

    def __enter__(self) -> TypedScreen:
        self._console.set_alt_screen(True)
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if self.may_wait and not self._read:
                with suppress(click.Abort):  # Ctrl-C closes it too
                    wait_for_enter(self._phrases.show("enter_close"))
        finally:
            self._console.set_alt_screen(False)
            super().__exit__(*exception)

    def sentence(self, text: str, private: bool = False) -> None:
        self._read = False
        super().sentence(text, private)

    def ask_line(self) -> None:
        super().ask_line()
        self._read = not self._state

    def notice(self, text: str, private: bool = False, when: When = When.STAYS, unseen: Unseen = Unseen.PAGE) -> None:
        super().notice(text, private, when)
        if when is When.STAYS and not private:
            self._later.append(text)


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


class FullScreen:
    """The whole terminal, by rich; notices that tell nothing of what was said stand below once it is over."""

    def __init__(self, phrases: Phrases, console: Console) -> None:
        self._phrases = phrases
        self._console = console
        self._live = Live(console=console, screen=True, auto_refresh=False, transient=True)
        self._question = self._state = self._words = self._sentence = ""
        self._number = (1, 1)
        self._levels = ""
        self._seconds = 0.0
        self._pair: tuple[tuple[str, str], tuple[str, str]] | None = None
        self._notices: list[str] = []
        self._aside: list[str] = []
        """those of them that offer to keep what was set aside"""
        self._beside: list[str] = []
        """those that offer to take in what was said beside the answer"""
        self._later: list[str] = []
        """notices to show once the evening is over"""
        self._drawn_at = 0.0
        self.asking_keep = False
        self.unheard = False
        """nothing is spoken, so that the last sentence is still to be read"""
        self._last = ""

    def __enter__(self) -> FullScreen:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()
        if self.unheard and kind is None and self._last:
            echo_fitted(self._last)
        for text in dict.fromkeys(self._later):
            echo_fitted(text)

    def question(self, text: str, number: int, count: int) -> None:
        self._question, self._number, self._pair = text, (number, count), None
        self._words = self._sentence = ""
        self._draw()

    def sentence(self, text: str, private: bool = False) -> None:
        self._sentence, self._last = text, "" if private else text
        if self._state == "storing":
            self._state = ""  # something is said, so it is put away
        self._draw()

    def offer(self, choices: tuple[str, ...]) -> None:
        """Do nothing: the sentence names them, and their keys."""

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        self._pair, self._words = (left, right), ""
        self._draw()

    def state(self, name: str) -> None:
        if self._state == "paused":
            self._sentence = ""  # how to go on
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

    def notice(self, text: str, private: bool = False, when: When = When.STAYS, unseen: Unseen = Unseen.PAGE) -> None:
        if when is not When.PASSING and not private:
            self._later.append(text)
        if when is not When.AFTER:
            self._notices.append(text)
            self._draw()

    def unsaid(self) -> str:
        return ""

    def set_aside(self, said: str = "") -> None:
        if not said:
            self._words = ""
        self._aside.append(set_aside_text(self._phrases, "key", said))
        self.notice(self._aside[-1], bool(said), When.PASSING)

    def guessed(self, heard: str, guess: str) -> None:
        self._aside.append(self._phrases.show("guessed", heard=heard, guess=guess))
        self.notice(self._aside[-1], True, When.PASSING)

    def nothing_aside(self) -> None:
        self._withdraw(self._aside)

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        self._beside.append(beside_text(self._phrases, said, start_s, end_s, keys=True))
        self.notice(self._beside[-1], True, When.PASSING)

    def nothing_beside(self) -> None:
        self._withdraw(self._beside)

    def _withdraw(self, offers: list[str]) -> None:
        """Take these notices off the screen, and out of the list of offers."""
        if offers:
            self._notices = [one for one in self._notices if one not in offers]
            offers.clear()
            self._draw()

    def ask_keep(self) -> None:
        self.asking_keep = True
        self._draw()

    def ask_line(self) -> None:
        """Do nothing: typed answers have a plain screen, where the terminal edits the line."""

    def _draw(self) -> None:
        self._drawn_at = time.monotonic()
        self._live.update(self._picture(), refresh=True)

    def _picture(self) -> _Footed:
        rows: list[RenderableType] = [Text()]
        if self._number[1] > 1:
            rows.append(Text(f"{self._number[0]} / {self._number[1]}", style="dim"))
        rows += [Text(self._question, style="bold"), Text(), self._status(), Text()]
        if self._pair is not None:
            rows += [_columns(*self._pair), Text()]
        if self._words:
            rows += [Text(self._tail_of_words(), style="dim"), Text()]
        if self._sentence:
            rows += [Text(self._sentence, style="bold"), Text()]
        rows += [Text(text, style="yellow") for text in self._notices[-NOTICES:]]
        margin = (0, MARGIN if self._console.width >= NARROW else 0)
        return _Footed(Padding(Group(*rows), margin), Padding(self._keys(), margin))

    def _status(self) -> Text:
        if not self._state:
            return Text()
        status = Text(f"{MARKS.get(self._state, '·')} {self._phrases.show(f'state_{self._state}')}", style="cyan")
        if self._state in ("listening", "thinking", "awaiting"):
            status.append(f"   {say_duration(self._seconds)}   ", style="dim")
            status.append(self._levels, style="green")
        return status

    def _keys(self) -> Text:
        if self._pair is not None and self._state == "paused":
            return Text(self._phrases.show("keys_reading"), style="dim")
        if self.asking_keep:
            return Text(self._phrases.show("keys_keep_or_drop"), style="bold yellow")
        if self._state not in KEYS:
            return Text()
        keys = Text(self._phrases.show(KEYS[self._state]), style="dim")
        return keys if self._state == "speaking" else keys.append(f"\n{self._phrases.show('help_in_reach')}")

    def _tail_of_words(self) -> str:
        """Return as much of the end as fits; the beginning was read already."""
        room = max(80, self._console.width * max(2, self._console.height - 14))
        return self._words if len(self._words) <= room else "… " + self._words[-room:]


def _columns(left: tuple[str, str], right: tuple[str, str]) -> Table:
    """Return two texts side by side: what one told, and what the other said back."""
    table = Table(box=None, pad_edge=False, expand=True)
    for name, _ in (left, right):
        table.add_column(Text(name, style="dim"), ratio=1)
    table.add_row(Text(left[1]), Text(right[1]))
    return table


@dataclass(frozen=True, slots=True)
class _Footed:
    """A body with a foot right below it; where both do not fit, the body is cut, never the keys."""

    body: Padding
    foot: Padding

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height, loose = options.max_height, options.update(height=None)
        foot = console.render_lines(self.foot, loose, pad=False)[:height]
        body = console.render_lines(self.body, loose, pad=False)[: max(0, height - len(foot))]
        lines = body + foot
        for number, line in enumerate(lines, start=1):
            yield from line
            if number < len(lines):
                yield Segment.line()
