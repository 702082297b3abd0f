"""`voicecheck feeling month` and `feeling year`: how I have been, on one quiet screen; no score, no cause."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.app.days import FIRST_DAY
from voicecheck.cli.feeling.trends import BLOCKS, PLAIN_BLOCKS, YEARS, chart
from voicecheck.cli.terminal.marks import COLOURS
from voicecheck.cli.terminal.reading import show_words
from voicecheck.cli.vault.unlocking import open_for_reading
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.diary.period import Period
    from voicecheck.phrases import Phrases

of_option = click.option(
    "--of", "day", type=FIRST_DAY, metavar="DAY", help="The one in which this day lies; else this."
)


@click.command()
@of_option
@key_file_option
@json_option
@click.pass_obj
def month(app: App, day: date | None, key_file: Path | None, as_json: bool) -> None:
    """Show how you have been in a month, in words and one picture.

    What you named, what was new, beside which people, places and doings (`feeling topics`), and which questions you had
    a word for. It is no score, and says nothing of causes.
    """
    _show(app, "month", day, key_file, as_json)


@click.command()
@of_option
@key_file_option
@json_option
@click.pass_obj
def year(app: App, day: date | None, key_file: Path | None, as_json: bool) -> None:
    """Show how you have been in a year, as `feeling month` does."""
    _show(app, "year", day, key_file, as_json)


def _show(app: App, step: Literal["month", "year"], day: date | None, key_file: Path | None, as_json: bool) -> None:
    from voicecheck.clock import local_date, now
    from voicecheck.diary.period import look_at, whole_period

    today = local_date(now())
    wanted = day or today
    if wanted.year not in YEARS:
        raise UsageError("No such time can be looked at.", f"Say it as: voicecheck feeling {step} --of 2026-10-01")
    with open_for_reading(app, key_file) as vault:
        period = look_at(vault, *whole_period(wanted, step), app.settings.checkin.name)
    if as_json:
        echo_json(period_json(period))
    else:
        utf8 = app.output.encoding.lower().startswith("utf")
        title = app.phrases.say_date(step, period.since)
        show_words(
            app, Text(title, style="bold"), *_parts(period, today, app.phrases, BLOCKS if utf8 else PLAIN_BLOCKS)
        )


def period_json(period: Period) -> dict[str, Any]:
    """Return a period as JSON. `counts` have one number for each of `periods`; a family of null is a vague word's."""
    return {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "by": period.step,
        "periods": [day.isoformat() for day in period.columns],
        "entries": list(period.entries),
        "days": period.days,
        "feelings": [
            {"family": one.family, "words": dict(one.words), "counts": list(one.counts)} for one in period.feelings
        ],
        "new_words": [{"word": word, "on": day.isoformat()} for word, day in period.new_words],
        "beside": [
            {"name": one.topic.name, "kind": one.topic.kind, "entries": one.entries,
             "feelings": [{"family": family, "entries": count} for family, count in one.felt]}
            for one in period.beside
        ],
        "questions": [{"text": one.text, "answered": one.answered, "named": one.named} for one in period.questions],
    }  # fmt: skip


def _parts(period: Period, today: date, phrases: Phrases, blocks: str) -> list[Text]:
    from voicecheck.diary import period_words as words

    parts = [Text(" ".join(words.say_entries(period, today, phrases))), Text()]
    highest = max((max(one.counts) for one in period.feelings), default=0)
    for one in period.feelings:
        times = words.say_times(one.total, phrases)
        name = Text.assemble((words.name_family(one.family, phrases), COLOURS[one.quadrant]), f", {times}: ")
        parts += [name.append(printable(words.say_words(one, phrases)))]
        parts += [Text(f"  {chart(one.counts, highest, blocks)}  {words.say_when(period, one.counts, phrases)}")]
    if period.feelings:
        spoke = "".join(blocks[-1 if count else 0] for count in period.entries)
        parts += [Text(f"  {spoke}  {phrases.tell('been_spoke')}", style="dim"), Text()]
    for heading, lines in _sections(period, phrases):
        parts += [Text(phrases.tell(heading), style="bold"), *(Text(printable(line)) for line in lines), Text()]
    parts.append(Text(phrases.tell("been_read"), style="dim"))
    return parts


def _sections(period: Period, phrases: Phrases) -> list[tuple[str, list[str]]]:
    from voicecheck.diary import period_words as words

    new = words.say_new_words(period, phrases)
    found = [
        ("been_new", [new] if new else []),
        ("been_beside", [f"{one.topic.name}: {words.say_beside(one, phrases)}" for one in period.beside]),
        ("been_questions", [f"{one.text} {words.say_question(one, phrases)}" for one in period.questions]),
    ]
    return [(heading, lines) for heading, lines in found if lines]
