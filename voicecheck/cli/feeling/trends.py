"""`voicecheck feeling trends`: feelings over weeks and months, as a table with a small chart in each row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.app.days import FIRST_DAY, LAST_DAY
from voicecheck.cli.terminal.marks import COLOURS
from voicecheck.cli.terminal.reading import show_words
from voicecheck.cli.vault.unlocking import open_for_reading
from voicecheck.clock import periods_back
from voicecheck.domain import Quadrant
from voicecheck.errors import UsageError
from voicecheck.prompts.packs import load_packs
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from voicecheck.clock import Step
    from voicecheck.diary.trends import Trends
    from voicecheck.phrases import Phrases

SHOWN = {"week": 12, "month": 12}
"""periods, where the person names no first day"""
BLOCKS, PLAIN_BLOCKS = "·▁▂▃▄▅▆▇█", ".123456789"
NAMES = {
    Quadrant.PLEASANT_HIGH: "pleasant, much energy",
    Quadrant.PLEASANT_LOW: "pleasant, little energy",
    Quadrant.UNPLEASANT_HIGH: "unpleasant, much energy",
    Quadrant.UNPLEASANT_LOW: "unpleasant, little energy",
}
MOST_NEW_WORDS = 12
MOST_THEMES, MOST_OF_THEME = 6, 3
HOW_TO_READ = (
    "One column is a {}; the higher, the more often it was named, and a dot is never. Counted are your own feelings "
    "as you said them. It describes what you said and is no score: more is not better, and a low column may only be "
    "a {} in which you said little."
)
HOW_TO_HEAR = (
    "Behind each name stands how often it was named, and in which {0}s, by their first day. Counted are your own "
    "feelings as you said them. It describes what you said and is no score: more is not better."
)
CUT = "The terminal has room for the newest {0} {2}s of {1}. All of them are in: voicecheck feeling trends --json"
MONTH_LETTERS = 3
BESIDE_CHART = 36
"""columns of the terminal that a row needs besides its chart"""
YEARS = range(1900, 2200)
NOTHING = "No feelings are marked in that time."


@click.command()
@click.option("--by", type=click.Choice(["week", "month"]), default="week", show_default=True, help="The step.")
@click.option("--since", type=FIRST_DAY, metavar="DAY", help="From this day on; else the last twelve.")
@click.option("--until", type=LAST_DAY, metavar="DAY", help="Up to and with this day.")
@key_file_option
@json_option
@click.pass_obj
def trends(
    app: App, by: Step, since: datetime | None, until: datetime | None, key_file: Path | None, as_json: bool
) -> None:
    """Show your feelings over weeks or months.

    Whole weeks and months are counted, and days end at four in the morning. What others feel, what was denied,
    imagined or long past is left out, and so is what somebody else said (`checkin --with`).
    """
    from voicecheck.clock import local_date, now
    from voicecheck.diary.trends import find_trends, periods_between, themes_of

    last = until or local_date(now())
    first = since or _some_back(last, by, SHOWN[by])
    if first > last or first.year not in YEARS or last.year not in YEARS:
        raise UsageError("No such time can be looked at.", "Say it as: --since 2026-09-01 --until 2026-10-31")
    wanted = periods_between(first, last, by)
    room = max(SHOWN[by], app.output.width - BESIDE_CHART)
    cut = wanted > room and not (as_json or app.plain)
    first = _some_back(last, by, room) if cut else first
    themes = themes_of(load_packs(app.paths.prompts_folder))
    with open_for_reading(app, key_file) as vault:
        found = find_trends(vault, first, last, by, themes, app.settings.checkin.name)
    if as_json:
        echo_json(trends_json(found))
    elif not found.named:
        app.notices.print(NOTHING)
    elif app.plain:
        show_words(app, *(Text(line) for line in plain_lines(found, app.phrases)))
    else:
        utf8 = app.output.encoding.lower().startswith("utf")
        note = CUT.format(room, wanted, by) if cut else ""
        show_words(app, *_parts(found, app.phrases, BLOCKS if utf8 else PLAIN_BLOCKS, note))


def trends_json(found: Trends) -> dict[str, Any]:
    """Return the trends as JSON. Every list has one number a period."""
    return {
        "by": found.step,
        "periods": [day.isoformat() for day in found.periods],
        "entries": list(found.entries),
        "families": {family.value: list(counts) for family, counts in found.families.items()},
        "quadrants": {quadrant.value: list(counts) for quadrant, counts in found.quadrants.items()},
        "precise": list(found.precise),
        "vague": list(found.vague),
        "vocabulary": list(found.vocabulary),
        "new_words": [list(words) for words in found.new_words],
        "themes": {
            theme: {family.value: count for family, count in families.items()}
            for theme, families in found.themes.items()
        },
    }


def _some_back(last: date, by: Step, count: int) -> date:
    """The first day of the first of the `count` periods that end with that of `last`."""
    if last.year not in YEARS:
        return last
    return periods_back(last, by, count - 1)


def _parts(found: Trends, phrases: Phrases, blocks: str, note: str) -> list[RenderableType]:
    first, last = (phrases.say_date("brief", day) for day in (found.periods[0], found.periods[-1]))
    title, months = f"{first} to the {found.step} of {last}", axis(found.periods, phrases)
    parts: list[RenderableType] = [
        Text(title, style="bold"),
        *([Text(note)] if note else []),
        Text(),
        _families(found, months, blocks),
        Text(),
    ]
    parts += [_quadrants(found, months, blocks), Text()]
    for lines in (_new_words(found), _themes(found)):
        parts += [*map(Text, lines), Text()] if lines else []
    parts.append(Text(HOW_TO_READ.format(found.step, found.step), style="dim"))
    return parts


def _new_words(found: Trends) -> list[str]:
    new = list(dict.fromkeys(word for words in found.new_words for word in words))
    earlier = f" and {len(new) - MOST_NEW_WORDS} earlier ones" if len(new) > MOST_NEW_WORDS else ""
    return [f"Named for the first time: {printable(', '.join(new[-MOST_NEW_WORDS:]))}{earlier}."] if new else []


def _themes(found: Trends) -> list[str]:
    return [
        f"With {printable(theme)}: {', '.join(family.value for family in list(families)[:MOST_OF_THEME])}."
        for theme, families in list(found.themes.items())[:MOST_THEMES]
    ]


def plain_lines(found: Trends, phrases: Phrases) -> list[str]:
    """Return the trends as lines to be read aloud: each name with its number, and the periods in which it was named."""
    days = [phrases.say_date("brief", day) for day in found.periods]
    rows: list[tuple[str, Sequence[int]]] = [(family.value, counts) for family, counts in found.families.items()]
    rows += [(NAMES[quadrant], counts) for quadrant, counts in found.quadrants.items()]
    rows += [("a precise word", found.precise), ("a word for many", found.vague), ("entries", found.entries)]
    named = (
        (name, sum(counts), [f"{day}: {count}" for day, count in zip(days, counts, strict=True) if count])
        for name, counts in rows
    )
    return [
        f"{days[0]} to the {found.step} of {days[-1]}.",
        *(f"{name}, {total} in all. {'; '.join(when)}." for name, total, when in named if total),
        *_new_words(found),
        *_themes(found),
        HOW_TO_HEAR.format(found.step),
    ]


def _families(found: Trends, months: str, blocks: str) -> Table:
    table = _table(f"by {found.step}")
    highest = max(max(counts) for counts in found.families.values())
    for family, counts in found.families.items():
        table.add_row(family.value, chart(counts, highest, blocks), str(sum(counts)))
    table.add_row(
        _dim("entries"), _dim(chart(found.entries, max(found.entries), blocks)), _dim(str(sum(found.entries)))
    )
    table.add_row("", _dim(months), "")
    return table


def _quadrants(found: Trends, months: str, blocks: str) -> Table:
    table = _table(f"by {found.step}")
    highest = max(max(counts) for counts in found.quadrants.values())
    for quadrant, counts in found.quadrants.items():
        table.add_row(Text(NAMES[quadrant], style=COLOURS[quadrant]), chart(counts, highest, blocks), str(sum(counts)))
    highest = max(*found.precise, *found.vague)
    table.add_row(_dim("a precise word"), _dim(chart(found.precise, highest, blocks)), _dim(str(sum(found.precise))))
    table.add_row(_dim("a word for many"), _dim(chart(found.vague, highest, blocks)), _dim(str(sum(found.vague))))
    table.add_row("", _dim(months), "")
    return table


def _table(middle: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in ("named", middle, "times"):
        table.add_column(column, no_wrap=column != middle, justify="right" if column == "times" else "left")
    return table


def _dim(text: str) -> Text:
    return Text(text, style="dim")


def chart(counts: Sequence[int], highest: int, blocks: str = BLOCKS) -> str:
    """Return a character a number: the first of `blocks` for none, the others by how near it comes to `highest`.

    The scale reaches as far as that of every drawing, so that a word that was said once is not as high as can be.
    """
    from voicecheck.diary.trends import LEAST_SCALE

    steps = len(blocks) - 1
    return "".join(blocks[-(-count * steps // max(LEAST_SCALE, highest))] for count in counts)


def axis(periods: Sequence[date], phrases: Phrases) -> str:
    """Return the months' names under their first columns, as many as have room; the newest has it first."""
    names, free = "", len(periods) + MONTH_LETTERS
    for column in range(len(periods) - 1, -1, -1):
        begins = column == 0 or periods[column].month != periods[column - 1].month
        if begins and column + MONTH_LETTERS < free:
            names = phrases.month(periods[column])[:MONTH_LETTERS].ljust(free - column if names else 0) + names
            free = column
    return " " * free + names if names else ""
