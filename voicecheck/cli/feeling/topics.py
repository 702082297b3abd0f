"""`voicecheck feeling topics`: people, places and doings that the person marks, to see what was named beside them."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.app.asking import AskingCommand
from voicecheck.cli.terminal.piped import stdin_text
from voicecheck.cli.terminal.reading import ask_text, show_words
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault
from voicecheck.errors import NotFoundError
from voicecheck.text.untrusted import printable
from voicecheck.utterance import TopicKind


@click.group()
def topics() -> None:
    """People, places and doings of yours: list, add, remove.

    `feeling month` and `feeling year` tell what was named beside them. None is ever guessed; they stay in the vault.
    """


@topics.command("list")
@key_file_option
@json_option
@click.pass_obj
def list_topics(app: App, key_file: Path | None, as_json: bool) -> None:
    """List them."""
    from voicecheck.diary.topics import written_topic

    with open_for_reading(app, key_file) as vault:
        found = vault.topics.list()
    if as_json:
        echo_json([{"name": one.name, "kind": one.kind, "words": list(one.words)} for one in found])
    elif not found:
        app.notices.print(app.phrases.write("topics_none"))
    else:
        show_words(
            app, *(Text(f"{app.phrases.write(f'topic_{one.kind}')}  {printable(written_topic(one))}") for one in found)
        )


@topics.command(cls=AskingCommand)
@click.option("--kind", type=click.Choice([kind.value for kind in TopicKind]), required=True, help="What it is.")
@key_file_option
@click.pass_obj
def add(app: App, kind: str, key_file: Path | None) -> None:
    """Add one, as you say it; it is asked for, or comes as a line on standard input.

    Other words for the same go behind an equals sign, as in mum = mother, mama.
    """
    from voicecheck.diary.topics import add_topic, read_topic

    with open_vault(app, key_file) as vault:
        add_topic(vault, read_topic(TopicKind(kind), _typed(app)))
    app.tell(app.phrases.write("topic_kept"))


@topics.command(cls=AskingCommand)
@key_file_option
@click.pass_obj
def remove(app: App, key_file: Path | None) -> None:
    """Remove one; it is asked for, or comes as a line on standard input."""
    from voicecheck.diary.own_names import clean_name

    with open_vault(app, key_file) as vault:
        if not vault.topics.remove(clean_name(_typed(app))):
            raise NotFoundError("That is none of yours.", "See: voicecheck feeling topics list")
    app.tell(app.phrases.write("topic_removed"))


def _typed(app: App) -> str:
    if not app.interactive:
        return stdin_text()
    with app.output.screen(hide_cursor=False):
        return ask_text(app.phrases.write("topic_ask"))
