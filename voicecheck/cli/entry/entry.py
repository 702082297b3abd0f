"""`voicecheck entry`: list, show and delete entries; its other commands have files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, gathered, json_option, key_file_option
from voicecheck.cli.app.days import FIRST_DAY, LAST_DAY
from voicecheck.cli.entry.editing import edit
from voicecheck.cli.entry.exporting import export
from voicecheck.cli.entry.forgetting import tell_limits
from voicecheck.cli.entry.letter import letter
from voicecheck.cli.entry.on_this_day import on_this_day
from voicecheck.cli.entry.playing import play
from voicecheck.cli.entry.searching import search
from voicecheck.cli.entry.sharing import share
from voicecheck.cli.entry.shown import entry_parts
from voicecheck.cli.entry.tagging import tag
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.reading import SHOWN_OF_ID, resolve, show_words, when
from voicecheck.cli.vault.unlocking import open_and_take_in, open_for_reading, open_vault
from voicecheck.contract import entry_json, revision_json
from voicecheck.domain import Entry, Revision, RevisionSource
from voicecheck.errors import NotFoundError, UsageError
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases
    from voicecheck.vault.store.dates import DateBefore
    from voicecheck.vault.vault import Vault


@dataclass(frozen=True)
class Wanted:
    """Selection of entries to delete, by just one of these ways."""

    identifiers: tuple[str, ...]
    session: str | None
    since: date | None
    until: date | None
    everything: bool


@click.group()
def entry() -> None:
    """What you said: list, search, show, edit, tag, play, share, export, delete."""


@entry.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@key_file_option
@json_option
@click.pass_obj
def list_entries(app: App, limit: int, key_file: Path | None, as_json: bool) -> None:
    """List entries, newest first."""
    with open_for_reading(app, key_file, settling=not as_json) as vault:
        found = vault.entries.list(limit)
    if as_json:
        echo_json([entry_json(one, whole=False) for one in found])
    elif not found:
        app.notices.print(app.phrases.write("nothing_kept"))
    else:
        app.output.print(_list_table(found, app.phrases))


@entry.command()
@click.argument("identifier", metavar="ID")
@click.option("--reviewed", is_flag=True, help="The words are right: the sound may go, as keep_audio says.")
@click.option("--heard", is_flag=True, help="The text as it was heard, and every edit of it.")
@key_file_option
@json_option
@click.pass_obj
def show(app: App, identifier: str, key_file: Path | None, as_json: bool, reviewed: bool, heard: bool) -> None:
    """Show one entry; ID is the beginning of its id, or `last`."""
    with open_vault(app, key_file) if reviewed else open_for_reading(app, key_file) as vault:
        found = vault.entries.get(resolve(vault, identifier))
        if reviewed:
            at = datetime.now(UTC)
            vault.entries.mark_reviewed(found.id, at)
            vault.recordings.remove_due(app.settings.vault.keep_audio, at)
            found = vault.entries.get(found.id)
        revisions = vault.revisions.of(found.id) if heard else ()
        shared, dates = vault.shares.of(found.id), vault.dates.of(found.id)
    if as_json:
        taken = [{"at": at.isoformat(timespec="seconds"), "how": how} for at, how in shared]
        more = {"revisions": [revision_json(one) for one in revisions]} if heard else {}
        more |= {"dates_before": [_date_before_json(one) for one in dates]} if dates else {}
        echo_json(entry_json(found) | more | ({"shared": taken} if taken else {}))
    else:
        phrases = app.phrases
        told = [
            phrases.write("entry_shared", how=phrases.write(f"shared_{how}"), when=when(at.astimezone(), phrases))
            for at, how in shared
        ]
        told += [phrases.write("entry_dated", was=when(one.spoken_at, phrases),
                               when=when(one.made_at.astimezone(), phrases)) for one in dates]  # fmt: skip
        parts = [*entry_parts(found, phrases), *(Text(line, style="dim") for line in told)]
        show_words(app, *(_revision_parts(revisions, phrases) if heard else parts))


@entry.command()
@click.argument("identifiers", metavar="[ID]...", nargs=-1)
@click.option("--session", metavar="ID", help="The sitting with this id, or that of the entry with this id.")
@click.option("--since", type=FIRST_DAY, metavar="DAY", help="From this day on.")
@click.option("--until", type=LAST_DAY, metavar="DAY", help="Up to and with this day.")
@click.option("--all", "everything", is_flag=True, help="Everything you ever said here.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_file_option
@click.pass_obj
@gathered(Wanted, "wanted")
def delete(app: App, yes: bool, key_file: Path | None, wanted: Wanted) -> None:
    """Delete entries: words, sound, tags and search index are overwritten.

    By id, by sitting, by days, or all. It is all or nothing, and cannot be taken back.
    """
    from voicecheck.clock import local_date, now
    from voicecheck.diary.letters import open_all

    _check(wanted)
    if not yes and not app.interactive:
        raise UsageError("Deleting asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    vault, taken = open_and_take_in(app, key_file)
    with vault:
        waiting = taken.waiting if wanted.everything else ()
        found = _chosen(vault, wanted)
        letters = len(vault.letters.waiting()) if wanted.everything else 0
        if not found and not waiting and not letters:
            raise NotFoundError("Nothing of yours is kept there.", "See: voicecheck entry list")
        if not yes and not confirm(app.phrases, _question(app.phrases, vault, found, len(waiting), letters)):
            app.notices.print(app.phrases.write("delete_stays"))
            return
        found = (*found, *(open_all(vault, local_date(now())) if letters else ()))
        if found:
            vault.entries.delete(*found)
        for recovered in waiting:
            vault.drop(recovered)
    tell_limits(app, vault)
    if wanted.everything and taken.unreadable:
        app.notices.print(app.phrases.write("delete_unreadable", count=len(taken.unreadable)))


def _check(wanted: Wanted) -> None:
    since, until = wanted.since, wanted.until
    ways = [bool(wanted.identifiers), wanted.session is not None, bool(since or until), wanted.everything]
    if sum(ways) != 1:
        raise UsageError("Say what to delete in one way.", "By ID, --session ID, --since and --until DAY, or --all.")
    if since and until and since > until:
        raise UsageError("--since lies after --until.", "Exchange the two days.")


def _chosen(vault: Vault, wanted: Wanted) -> tuple[str, ...]:
    """Return the whole ids of the entries to delete, oldest first."""
    if wanted.identifiers:
        return tuple(dict.fromkeys(resolve(vault, identifier) for identifier in wanted.identifiers))
    session = vault.entries.find_session(wanted.session) if wanted.session else None
    return vault.entries.select(session, wanted.since, wanted.until)


def _question(phrases: Phrases, vault: Vault, found: tuple[str, ...], waiting: int, letters: int) -> str:
    write = phrases.write
    if len(found) == 1 and not waiting and not letters:
        return write("delete_one", when=when(vault.entries.get(found[0]).spoken_at, phrases))
    parts = []
    if found:
        first, last = (vault.entries.get(found[place]).local_date for place in (0, -1))
        name = "delete_entry" if len(found) == 1 else "delete_entries"
        parts.append(write(name, count=len(found), first=first, last=last))
    if letters:
        parts.append(write("delete_letter" if letters == 1 else "delete_letters", count=letters))
    if waiting:
        parts.append(write("delete_unfinished", count=waiting))
    what = parts.pop(0)
    for part in parts:
        what = write("delete_both", entries=what, unfinished=part)
    return write("delete_what", what=what)


def _date_before_json(one: DateBefore) -> dict[str, str]:
    return {
        "made_at": one.made_at.isoformat(timespec="milliseconds"),
        "spoken_at": one.spoken_at.isoformat(timespec="milliseconds"),
    }


def _revision_parts(revisions: tuple[Revision, ...], phrases: Phrases) -> list[Text]:
    parts = []
    for one in revisions:
        name = "entry_heard_at" if one.source is RevisionSource.HEARD else "entry_edited_at"
        told = phrases.write(name, when=when(one.made_at.astimezone(), phrases))
        parts += [Text(told, style="dim"), Text(printable(one.text)), Text()]
    return parts


def _list_table(found: tuple[Entry, ...], phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    named = any(one.speaker for one in found)
    for column in ("id", "when", *(["who"] if named else []), "question", "feelings"):
        table.add_column(phrases.write(f"entry_{column}"), no_wrap=column in ("id", "when", "who"))
    for one in found:
        question = one.prompt.text if one.prompt else one.kind.value
        who = [printable(one.speaker)] if named else []
        row = (one.id[:SHOWN_OF_ID], when(one.spoken_at, phrases), *who, printable(question), ", ".join(one.felt))
        table.add_row(*map(Text, row))
    return table


for command in (search, edit, tag, play, share, letter, on_this_day, export):
    entry.add_command(command)
