"""`voicecheck entry search`: find entries by words, feelings, questions, days.

What is searched for is private too. An argument stays in the shell's history, and other users of the computer can see
it while the command runs, so the query is asked for on a screen of its own, or read from standard input; who gives it
as an argument is told.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.terminal.piped import stdin_text
from voicecheck.cli.terminal.reading import SHOWN_OF_ID, ask_text, show_words, when
from voicecheck.cli.vault.unlocking import open_for_reading
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases
    from voicecheck.vault.search.sql import Found

STDIN = "-"


# No short options here: `-harbour` leaves a word out.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, metavar="[QUERY|-]")
@click.option("--newest", is_flag=True, help="Newest first, not best first.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@key_file_option
@json_option
@click.pass_obj
def search(app: App, query: tuple[str, ...], newest: bool, limit: int, key_file: Path | None, as_json: bool) -> None:
    """Find entries: words, feelings, questions, days.

    Without QUERY it asks, on a screen that leaves nothing behind; with - it reads standard input. An argument stays
    in your shell's history.

    \b
    walk "by the sea" -rain     in any form; these very words; left out
    fam* rain OR snow           words that begin so; one of the two
    feeling:anger felt:self -negated
                                one feeling word that is all of it; felt: self, other, now
                                is: negated, imagined, past, vague
    prompt:evening.word pack:evening speaker:kim kind:journal
    since:2026-10 until:yesterday on:last-week
    has:sound -has:edit
    """
    from voicecheck.clock import local_date, now
    from voicecheck.diary.none_found import none_found
    from voicecheck.vault.search.grammar import parse_query

    given = bool(query) and query != (STDIN,)
    text = " ".join(query) if given else _ask(app, asked_stdin=bool(query))
    wanted = parse_query(text, local_date(now()))
    if given and wanted.words and app.interactive:
        app.tell(app.phrases.write("search_in_history"))
    with open_for_reading(app, key_file, settling=not as_json) as vault:
        found = vault.search.find(wanted, newest=newest, limit=limit)
        count = vault.search.count(wanted)
        alone = () if found else vault.search.alone(wanted)
    if as_json:
        echo_json([_found_json(one) for one in found])
    elif found:
        more = app.phrases.write("search_more", shown=len(found), count=count) if len(found) < count else ""
        show_words(app, _table(found, app.phrases), Text(more, style="dim"))
    else:
        _show_nothing(app, none_found(app.phrases, wanted, alone))


def _show_nothing(app: App, lines: list[str]) -> None:
    """Tell that nothing was found, on a screen that leaves nothing behind, since it holds what was looked for."""
    if app.interactive:
        show_words(app, *(Text(printable(line)) for line in lines))
    else:
        for line in lines:
            app.tell(printable(line))


def _ask(app: App, *, asked_stdin: bool) -> str:
    """Read the query, from a screen of its own or from standard input."""
    if asked_stdin or not app.interactive:
        return stdin_text().strip()
    with app.notices.screen(hide_cursor=False):
        app.notices.print(app.phrases.write("search_example"), style="dim", markup=False)
        return ask_text(app.phrases.write("search_for"))


def _table(found: tuple[Found, ...], phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in ("id", "when", "words"):
        table.add_column(phrases.write(f"entry_{column}"), no_wrap=column != "words")
    for one in found:
        table.add_row(Text(one.entry_id[:SHOWN_OF_ID]), Text(when(one.spoken_at, phrases)), _snippet(one))
    return table


def _snippet(found: Found) -> Text:
    text = Text(printable(found.snippet).replace("\n", " "))
    for start, end in found.spans:
        text.stylize("bold underline", start, end)
    return text


def _found_json(found: Found) -> dict[str, Any]:
    return {
        "id": found.entry_id,
        "spoken_at": found.spoken_at.isoformat(timespec="milliseconds"),
        "snippet": found.snippet,
        "found": [list(span) for span in found.spans],
    }
