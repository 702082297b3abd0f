"""`voicecheck name`: names and words of the person's own, which Whisper does not know how to write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.app.asking import AskingCommand
from voicecheck.cli.terminal.piped import stdin_text
from voicecheck.cli.terminal.reading import ask_text, show_words
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault
from voicecheck.errors import NotFoundError
from voicecheck.text.untrusted import printable
from voicecheck.utterance import OwnName

if TYPE_CHECKING:
    from voicecheck.vault.vault import Vault


@click.group()
def name() -> None:
    """Names that Whisper does not know how to write: list, add, remove.

    They may be any words of your own. Where it was unsure and wrote something that sounds like one of them, the name is
    written instead. They are kept in the vault, and are known while it is open: an evening with a locked vault does
    not know them.
    """


@name.command("list")
@key_file_option
@json_option
@click.pass_obj
def list_names(app: App, key_file: Path | None, as_json: bool) -> None:
    """List your names, and what was heard for them before."""
    from voicecheck.diary.own_names import written_name

    with open_for_reading(app, key_file) as vault:
        found = vault.names.list()
    if as_json:
        echo_json([{"name": one.name, "heard": list(one.heard)} for one in found])
    elif not found:
        app.notices.print(app.phrases.write("names_none"))
    else:
        show_words(app, *(Text(printable(written_name(one))) for one in found))


@name.command(cls=AskingCommand)
@key_file_option
@click.pass_obj
def add(app: App, key_file: Path | None) -> None:
    """Add a name as you write it; it is asked for, or comes as a line on standard input.

    Where Whisper wrote something that looks quite different, add that behind an equals sign, as in Aoife = Eva.
    """
    from voicecheck.diary.own_names import read_name

    with open_vault(app, key_file) as vault:
        keep_names(app, vault, (read_name(_typed(app)),))


@name.command(cls=AskingCommand)
@key_file_option
@click.pass_obj
def remove(app: App, key_file: Path | None) -> None:
    """Remove a name; it is asked for, or comes as a line on standard input."""
    from voicecheck.diary.own_names import clean_name

    with open_vault(app, key_file) as vault:
        if not vault.names.remove(clean_name(_typed(app))):
            raise NotFoundError("That is no name of yours.", "See: voicecheck name list")
    app.tell(app.phrases.write("name_removed"))


def keep_names(app: App, vault: Vault, names: tuple[OwnName, ...]) -> None:
    """Keep names and say so."""
    for one in names:
        vault.names.add(one)
        app.tell(app.phrases.write("name_kept", name=printable(one.name)))


def _typed(app: App) -> str:
    if not app.interactive:
        return stdin_text()
    with app.output.screen(hide_cursor=False):
        return ask_text("The name")
