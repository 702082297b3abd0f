"""Charts as numbers: positions of the bars and dots of a drawing. The templates draw them as SVG.

Drawn on the server: no library to ship and trust, nothing to run, sharp on paper, readable without a script, and the
page stays under its policy. Widths and heights are units of the drawing's own box.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from voicecheck.clock import Step
from voicecheck.diary.trends import LEAST_SCALE
from voicecheck.phrases import Phrases

WIDTH = 640.0
LABELS = 8
"""names of periods under a chart, at most"""
BARS_HEIGHT = 48.0
DOT_ROW = 26.0
LARGEST_DOT = 11.0


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    told: str
    """its value in words"""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    told: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """One row of bars, as high as their number to the highest of all rows that are compared."""

    bars: tuple[Bar, ...] = field(repr=False)
    total: int
    height: float = BARS_HEIGHT


@dataclass(frozen=True, slots=True)
class Dots:
    """One row of dots; the area is the number."""

    dots: tuple[Dot, ...] = field(repr=False)
    total: int


def bar_rows(rows: Sequence[Sequence[int]], names: Sequence[str]) -> tuple[Bars, ...]:
    """Return rows of bars under one scale, so that they can be compared."""
    most = max((LEAST_SCALE, *(max(row, default=0) for row in rows)))
    slot = WIDTH / max(len(names), 1)
    width = slot * 0.8 if slot > 3 else slot
    drawn = []
    for row in rows:
        bars = []
        for place, count in enumerate(row):
            if count:
                height = round(max(BARS_HEIGHT * count / most, 1.5), 2)
                left = round(place * slot + (slot - width) / 2, 2)
                told = f"{names[place]}: {count}"
                bars.append(Bar(left, round(BARS_HEIGHT - height, 2), round(width, 2), height, told))
        drawn.append(Bars(tuple(bars), sum(row)))
    return tuple(drawn)


def dot_rows(rows: Sequence[Sequence[int]], names: Sequence[str]) -> tuple[Dots, ...]:
    """Return rows of dots under one scale, which reaches to `least` at least; a dot never touches its neighbour."""
    most = max((LEAST_SCALE, *(max(row, default=0) for row in rows)))
    slot = WIDTH / max(len(names), 1)
    largest = min(LARGEST_DOT, max(slot / 2, 1.5))
    return tuple(
        Dots(
            tuple(
                Dot(
                    round((place + 0.5) * slot, 2),
                    DOT_ROW / 2,
                    round(max(largest * math.sqrt(count / most), 1.2), 2),
                    f"{names[place]}: {count}",
                )
                for place, count in enumerate(row)
                if count
            ),
            sum(row),
        )
        for row in rows
    )


def marks(counts: Sequence[int], names: Sequence[str]) -> tuple[Bar, ...]:
    """Return a mark for each period in which there is anything, all alike: how much there is they do not say."""
    slot = WIDTH / max(len(counts), 1)
    width = min(slot * 0.8, 10.0)
    return tuple(
        Bar(round((place + 0.5) * slot - width / 2, 2), 0, round(width, 2), 0, names[place])
        for place, count in enumerate(counts)
        if count
    )


def step_line(values: Sequence[int]) -> str:
    """Return the corners of a line that climbs in steps, for `points`."""
    most, slot = max(values, default=0) or 1, WIDTH / max(len(values), 1)
    corners = []
    for place, value in enumerate(values):
        height = BARS_HEIGHT * 2 * (1 - value / most)
        corners += [f"{place * slot:.1f},{height:.1f}", f"{(place + 1) * slot:.1f},{height:.1f}"]
    return " ".join(corners)


def ticks(periods: Sequence[date], step: Step, phrases: Phrases) -> tuple[Tick, ...]:
    """Return short names under the first of each few periods, evenly."""
    every, slot = math.ceil(len(periods) / LABELS), WIDTH / max(len(periods), 1)
    return tuple(
        Tick(round(place * slot, 1), phrases.say_date("year" if step == "year" else f"{step}_short", periods[place]))
        for place in range(0, len(periods), max(every, 1))
    )
