"""`voicecheck entry on-this-day`: one entry of a year, a month or a week ago."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.terminal.reading import show_words
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault
from voicecheck.contract import entry_json

if TYPE_CHECKING:
    from voicecheck.diary.on_this_day import Remembered
    from voicecheck.vault.vault import Vault


@click.command("on-this-day")
@click.option("--not-again", is_flag=True, help="Do not show this one again unasked; the entry stays.")
@key_file_option
@json_option
@click.pass_obj
def on_this_day(app: App, not_again: bool, key_file: Path | None, as_json: bool) -> None:
    """Show one entry of a year ago or more, else of a month or a week ago.

    Never one of a day on which something heavy was said: that is looked at anew each time, and noted nowhere. An entry
    in a language that is not watched for that is not shown.
    """
    from voicecheck.cli.entry.entry import entry_parts

    with open_vault(app, key_file) if not_again else open_for_reading(app, key_file) as vault:
        found = _found(app, vault)
        if found is not None and not_again:
            vault.unasked.leave_out(found.entry.id)
    if as_json:
        ago = None if found is None else {"step": found.ago.step, "count": found.ago.count}
        echo_json({"ago": ago, "entry": None if found is None else entry_json(found.entry), "left_out": not_again})
    elif found is None:
        app.notices.print(app.phrases.write("on_this_day_none"))
    elif not_again:
        app.tell(app.phrases.write("on_this_day_left_out"))
    else:
        name, count = found.ago.phrase, found.ago.count
        head = Text(app.phrases.tell(name, count=count), style="bold")
        show_words(app, head, Text(), *entry_parts(found.entry, app.phrases))


def _found(app: App, vault: Vault) -> Remembered | None:
    from voicecheck.checkin.tonight import danger_watch
    from voicecheck.clock import local_date, now
    from voicecheck.diary.on_this_day import on_this_day as find

    return find(vault, local_date(now()), danger_watch(app, app.tell), frozenset({"", app.settings.checkin.name}))
