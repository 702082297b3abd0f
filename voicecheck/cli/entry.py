"""`voicecheck entry`: list, show, delete what was said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.unlocking import open_for_reading, open_vault
from voicecheck.contract import entry_json
from voicecheck.domain import EmotionMention, Entry, Experiencer, Quadrant
from voicecheck.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from voicecheck.vault.vault import Vault

SHOWN_OF_ID = 13  # the millisecond of a UUIDv7: enough to tell two entries of one person apart
COLOURS = {
    Quadrant.PLEASANT_HIGH: "yellow",
    Quadrant.PLEASANT_LOW: "green",
    Quadrant.UNPLEASANT_HIGH: "red",
    Quadrant.UNPLEASANT_LOW: "blue",
}
LIMITS_OF_DELETION = "Gone from the vault. Flash disks and backups may hold older, still encrypted copies for a while."


@click.group()
def entry() -> None:
    """What you said: list, show, delete."""


@entry.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@key_file_option
@json_option
@click.pass_obj
def list_entries(app: App, limit: int, key_file: Path | None, as_json: bool) -> None:
    """List entries, newest first."""
    with open_for_reading(app, key_file) as vault:
        found = vault.entries.list(limit)
    if as_json:
        echo_json([entry_json(one, whole=False) for one in found])
    elif not found:
        app.notices.print("Nothing is kept yet. Begin with: voicecheck checkin")
    else:
        app.output.print(_list_table(found))


@entry.command()
@click.argument("identifier", metavar="ID")
@key_file_option
@json_option
@click.pass_obj
def show(app: App, identifier: str, key_file: Path | None, as_json: bool) -> None:
    """Show one entry; ID is the beginning of its id, or `last`."""
    with open_for_reading(app, key_file) as vault:
        found = vault.entries.get(_resolve(vault, identifier))
    if as_json:
        echo_json(entry_json(found))
    else:
        _print_entry(app, found)


@entry.command()
@click.argument("identifier", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_file_option
@click.pass_obj
def delete(app: App, identifier: str, yes: bool, key_file: Path | None) -> None:
    """Delete one entry: words, sound, tags and search index are overwritten."""
    if not yes and not app.interactive:
        raise UsageError("Deleting asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    with open_vault(app, key_file) as vault:
        found = vault.entries.get(_resolve(vault, identifier))
        if not yes:
            click.confirm(f"Delete the entry of {_when(found)}? It cannot be brought back", abort=True, err=True)
        vault.entries.delete(found.id)
    app.notices.print(LIMITS_OF_DELETION, soft_wrap=True)


def marked_text(found: Entry) -> Text:
    """The words, feeling words in colour and shape: [felt now], (denied, another's, imagined or past)."""
    text, marked, cursor = _printable(found.text), Text(), 0
    for mention in sorted(found.mentions, key=lambda m: (m.start, m.end)):
        if mention.start < cursor:
            continue
        marked.append(text[cursor : mention.start])
        word, colour = text[mention.start : mention.end], COLOURS[mention.quadrant]
        if mention.felt_now:
            marked.append(f"[{word}]", style=f"bold underline {colour}")
        else:
            marked.append(f"({word})", style=f"{'strike ' if mention.negated else ''}dim {colour}")
        cursor = mention.end
    marked.append(text[cursor:])
    return marked


def describe(mention: EmotionMention) -> str:
    """Why a word is marked as it is."""
    notes = [mention.family.value]
    if mention.negated:
        notes.append("not felt, as you said")
    if mention.experiencer is Experiencer.OTHER:
        notes.append("someone else's")
    elif mention.experiencer is Experiencer.UNCLEAR:
        notes.append("unclear whose")
    if mention.hypothetical:
        notes.append("imagined")
    if mention.past:
        notes.append("back then")
    if mention.degree:
        notes.append("strongly" if mention.degree > 0 else "a little")
    return ", ".join(notes)


def _print_entry(app: App, found: Entry) -> None:
    out = app.output
    out.print(Text(f"{_when(found)}  ·  {found.id}", style="dim"), soft_wrap=True)
    if found.prompt is not None:
        out.print(Text(_printable(found.prompt.text), style="italic"))
    out.print()
    out.print(marked_text(found) if found.text else Text("No words were heard.", style="dim"))
    if found.reflection:
        out.print()
        out.print(Text(_printable(found.reflection), style="italic"))
    if found.mentions:
        out.print()
        for mention in found.mentions:
            out.print(Text.assemble((_printable(mention.text), COLOURS[mention.quadrant]), f"  {describe(mention)}"))
    for start_s, end_s in (span for turn in found.turns for span in turn.unheard):
        out.print(Text(f"Not understood: {_clock(start_s)} to {_clock(end_s)}.", style="dim"))


def _list_table(found: tuple[Entry, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("id", "when", "question", "feelings"):
        table.add_column(column, no_wrap=column in ("id", "when"))
    for one in found:
        felt = dict.fromkeys(mention.family.value for mention in one.mentions if mention.felt_now)
        question = one.prompt.text if one.prompt else one.kind.value
        table.add_row(one.id[:SHOWN_OF_ID], _when(one), Text(_printable(question)), ", ".join(felt))
    return table


def _resolve(vault: Vault, identifier: str) -> str:
    if identifier != "last":
        return vault.entries.find(identifier)
    newest = vault.entries.list(1)
    if not newest:
        raise NotFoundError("Nothing is kept yet.", "Begin with: voicecheck checkin")
    return newest[0].id


def _printable(text: str) -> str:
    """The same text, offsets kept, without what could steer a terminal: a sealed file may come from a stranger."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def _when(found: Entry) -> str:
    return f"{found.spoken_at:%a %Y-%m-%d %H:%M}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
