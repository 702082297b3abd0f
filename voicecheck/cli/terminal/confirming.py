"""Yes-or-no question in a terminal, answered in the language of the program."""

from __future__ import annotations

import click

from voicecheck.cli.terminal.reading import ask_text
from voicecheck.phrases import Phrases

YES_KEYS, NO_KEY = ("y", "j"), "n"


def confirm(phrases: Phrases, question: str, *, default: bool = False, abort: bool = False) -> bool:
    """Ask until it is yes or no; Enter alone is `default`. Raises click.Abort for a no, with `abort`."""
    yes, no = phrases.write("yes")[0], phrases.write("no")[0]
    letters = f"[{yes.upper()}/{no}]" if default else f"[{yes}/{no.upper()}]"
    while True:
        typed = ask_text(f"{question} {letters}").lower()
        reply = read_reply(phrases, typed) if typed else default
        if reply is False and abort:
            raise click.Abort
        if reply is not None:
            return reply
        choices = phrases.show("choices_or_last", choices=yes, last=no)
        click.echo(phrases.show("type_a_letter", choices=choices), err=True)


def read_reply(phrases: Phrases, typed: str) -> bool | None:
    """Return True for yes, False for no, None for neither: a letter, or a word of the language."""
    return True if typed in YES_KEYS else False if typed == NO_KEY else phrases.reply_in(typed)
