"""`voicecheck entry export`: entries as files for other programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from voicecheck.cli.app import App, gathered, key_file_option
from voicecheck.cli.app.days import FIRST_DAY, LAST_DAY
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.piped import STDIN
from voicecheck.cli.terminal.progress import Bar
from voicecheck.cli.terminal.reading import resolve
from voicecheck.cli.vault.unlocking import open_for_reading
from voicecheck.errors import NotFoundError, UsageError, VoicecheckError
from voicecheck.text.untrusted import visible
from voicecheck.vault.disk.errors import present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicecheck.vault.vault import Vault

UNPROTECTED = (
    "What you exported is no longer protected: whoever can read {} can read your words. Delete it when it is done."
)
SUFFIXES = {".json": "json", ".csv": "csv"}


@dataclass(frozen=True)
class Wanted:
    """Options of an export: the entries, the file, the format."""

    path: Path
    form: str | None
    identifiers: tuple[str, ...]
    since: date | None
    until: date | None
    sound: bool
    replace: bool

    @property
    def shape(self) -> str:
        """Format that was asked for, else that of the file's name."""
        return self.form or SUFFIXES.get(self.path.suffix.lower(), "markdown")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("identifiers", metavar="[ID]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json", "csv"]),
    help="Else by the name: .json, .csv, or a folder.",
)
@click.option("--since", type=FIRST_DAY, metavar="DAY", help="From this day on.")
@click.option("--until", type=LAST_DAY, metavar="DAY", help="Up to and with this day.")
@click.option("--with-sound", "sound", is_flag=True, help="JSON only: the sound that is still kept, too.")
@click.option("--replace", is_flag=True, help="Write over files that are there already, without asking.")
@key_file_option
@click.pass_obj
@gathered(Wanted, "wanted")
def export(app: App, key_file: Path | None, wanted: Wanted) -> None:
    """Write entries to PATH for other programs; all of them, or those with these IDs or days.

    A name that ends in .json gets everything there is, for `import json` and for programs; one that ends in .csv the
    feeling words, a line each; any other name is a folder that gets a Markdown note for each entry, as for Obsidian.
    `-` is standard output. Nothing of it is encrypted.
    """
    _check(wanted)
    with open_for_reading(app, key_file) as vault:
        entry_ids = _chosen(vault, wanted)
        if wanted.shape == "markdown":
            count = _write_notes(app, vault, entry_ids, wanted)
        else:
            count = _write_file(app, vault, entry_ids, wanted)
        letters = len(vault.letters.waiting()) if not (wanted.identifiers or wanted.since or wanted.until) else 0
    app.notices.print(f"Exported: {_entries(count)}.")
    if letters:
        name = "letters_come_too" if wanted.shape == "json" else "letters_left_out"
        app.notices.print(app.phrases.write(name, count=letters), soft_wrap=True)
    app.tell(UNPROTECTED.format("it" if wanted.path == STDIN else wanted.path))


def _check(wanted: Wanted) -> None:
    if wanted.identifiers and (wanted.since or wanted.until):
        raise UsageError("Say what to export in one way.", "By ID, or by --since and --until DAY, or everything.")
    if wanted.shape == "markdown" and wanted.path == STDIN:
        raise UsageError("Notes go into a folder.", "Name one, or give --format json or csv for standard output.")
    if wanted.sound and wanted.shape != "json":
        raise UsageError("Only JSON can hold the sound.", "Name a file that ends in .json, or leave --with-sound out.")


def _chosen(vault: Vault, wanted: Wanted) -> tuple[str, ...]:
    if wanted.identifiers:
        return tuple(dict.fromkeys(resolve(vault, identifier) for identifier in wanted.identifiers))
    entry_ids = vault.entries.select(None, wanted.since, wanted.until)
    if not entry_ids:
        raise NotFoundError("Nothing of yours is kept there.", "See: voicecheck entry list")
    return entry_ids


def _write_file(app: App, vault: Vault, entry_ids: Sequence[str], wanted: Wanted) -> int:
    from voicecheck.clock import now
    from voicecheck.diary.export import clear_leftovers, write_csv, write_json

    clear_leftovers(wanted.path.parent)
    replace = wanted.path != STDIN and _may_replace(app, [wanted.path], wanted.replace)
    with _target(wanted.path, replace) as file, Bar(app, "Exporting", len(entry_ids)) as bar:
        if wanted.shape == "csv":
            write_csv(vault, entry_ids, file, bar.done, bom=wanted.path != STDIN)
        else:
            whole = not (wanted.identifiers or wanted.since or wanted.until)
            write_json(vault, entry_ids, file, now(), sound=wanted.sound, whole=whole, progress=bar.done)
    return len(entry_ids)


@contextmanager
def _target(path: Path, replace: bool) -> Iterator[BinaryIO]:
    from voicecheck.diary.export import private_file

    if path != STDIN:
        with private_file(path, replace=replace) as file:
            yield file
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _write_notes(app: App, vault: Vault, entry_ids: Sequence[str], wanted: Wanted) -> int:
    from voicecheck.diary.export import clear_leftovers, note, note_name, private_file
    from voicecheck.files import make_private_folder

    folder = wanted.path
    make_private_folder(folder)
    clear_leftovers(folder)
    names = {entry_id: folder / note_name(vault.entries.get(entry_id)) for entry_id in entry_ids}
    replace = _may_replace(app, list(names.values()), wanted.replace)
    written = 0
    try:
        with Bar(app, "Exporting", len(names)) as bar:
            for written, (entry_id, path) in enumerate(names.items(), start=1):
                with private_file(path, replace=replace) as file:
                    file.write(note(vault.entries.get(entry_id)).encode())
                bar.done(written)
    except BaseException:
        if written > 1:
            app.tell(f"The notes written so far are in {folder}, readable for whoever can read that folder.")
        raise
    return len(names)


def _may_replace(app: App, paths: list[Path], replace: bool) -> bool:
    """Return whether existing files may be overwritten. Raises VoicecheckError where they may not."""
    there = [path for path in paths if present(path)]
    if not there or replace:
        return replace
    what = (
        f"{visible(str(there[0]))} is there already"
        if len(there) == 1
        else f"{len(there)} of these files are there already"
    )
    if app.interactive and confirm(app.phrases, f"{what}. Write over it?"):
        return True
    raise VoicecheckError(f"{what}, and nothing was written.", "Choose another name, or add --replace.")


def _entries(count: int) -> str:
    return "one entry" if count == 1 else f"{count} entries"
