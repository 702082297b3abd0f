"""`voicecheck entry letter`: an entry that is put away until a day, as a letter to oneself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.terminal.reading import SHOWN_OF_ID, resolve
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault
from voicecheck.errors import UsageError

if TYPE_CHECKING:
    from voicecheck.vault.store.letters import Letter
    from voicecheck.vault.vault import Vault


@click.command()
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--opens", metavar="WHEN", help="1y, 6m, 2w, 10d, or a day as 2027-11-30.")
@click.option("--back", is_flag=True, help="Open it now, before its day.")
@key_file_option
@json_option
@click.pass_obj
def letter(
    app: App, identifier: str | None, opens: str | None, back: bool, key_file: Path | None, as_json: bool
) -> None:
    """Put an entry away until a day: a letter to yourself. ID is the beginning of its id, or `last`.

    Until then no list, search, feeling, note or table has it; a backup does, and an export of everything as JSON. On
    its day it is an entry again, and the page of today and the terminal tell you. Its sound goes with it only if
    keep_audio is always. Without ID this lists the letters that wait, and none of their words.
    """
    if identifier is None:
        if opens or back:
            raise UsageError("Which entry is it?", "Name it: voicecheck entry letter last --opens 1y")
        _list(app, key_file, as_json=as_json)
        return
    if bool(opens) == back:
        raise UsageError("When shall it open?", "Add --opens 1y, or --back to open one now.")
    with open_vault(app, key_file) as vault:
        if back:
            _bring_back(app, vault, identifier, as_json=as_json)
        else:
            _put_away(app, vault, identifier, str(opens), as_json=as_json)


def _put_away(app: App, vault: Vault, identifier: str, opens: str, *, as_json: bool) -> None:
    from voicecheck.clock import local_date, now
    from voicecheck.diary.letters import opening_day, put_away

    opens_on, entry_id = opening_day(opens, local_date(now())), resolve(vault, identifier)
    put_away(vault, entry_id, opens_on, app.settings.vault.keep_audio)
    if as_json:
        echo_json(next(_shape(one) for one in vault.letters.waiting() if one.entry_id == entry_id))
    else:
        day, short = app.phrases.say_date("whole", opens_on), entry_id[:SHOWN_OF_ID]
        app.tell(app.phrases.write("letter_put_away", day=day, id=short))


def _bring_back(app: App, vault: Vault, identifier: str, *, as_json: bool) -> None:
    from voicecheck.clock import local_date, now
    from voicecheck.contract import entry_json

    entry_id = vault.letters.find(identifier)
    vault.letters.open(entry_id, local_date(now()))
    if as_json:
        echo_json(entry_json(vault.entries.get(entry_id)))
    else:
        app.tell(app.phrases.write("letter_back", id=entry_id[:SHOWN_OF_ID]))


def _list(app: App, key_file: Path | None, *, as_json: bool) -> None:
    with open_for_reading(app, key_file) as vault:
        waiting = vault.letters.waiting()
    if as_json:
        echo_json([_shape(one) for one in waiting])
        return
    if not waiting:
        app.notices.print(app.phrases.write("letters_none"))
    say = app.phrases.say_date
    for one in waiting:
        days = {"written": say("whole", one.written), "day": say("whole", one.opens_on)}
        app.output.print(app.phrases.write("letter_waits", id=one.entry_id[:SHOWN_OF_ID], **days), soft_wrap=True)


def _shape(one: Letter) -> dict[str, Any]:
    return {"id": one.entry_id, "written": one.written.isoformat(), "opens_on": one.opens_on.isoformat()}
