"""`voicecheck import dayone`, `markdown` and so on: entries of other journals, looked at before they are taken in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from voicecheck.cli.app import App, echo_json, gathered, json_option, key_file_option
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.progress import Bar
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault
from voicecheck.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from voicecheck.diary.coming.foreign import Reader
    from voicecheck.diary.coming.keeping import Tally
    from voicecheck.diary.coming.moments import DateOrder, Zone
    from voicecheck.diary.coming.sounds import Sounds
    from voicecheck.vault.vault import Vault

F = TypeVar("F", bound=Callable[..., Any])

GO_ON = "Stopped. What was taken in is kept; the same command goes on with the rest."


@dataclass(frozen=True)
class Coming:
    """Options of every import from another journal."""

    dry_run: bool = False
    yes: bool = False
    timezone: str = ""
    language: str = ""
    key_file: Path | None = None
    as_json: bool = False
    transcribe: bool = False

    @property
    def zone(self) -> Zone:
        from voicecheck.diary.coming.moments import Zone

        return Zone(self.timezone)


def coming_options(command: F) -> F:
    """Add the options of `Coming`; the command gets them as `coming`."""
    command = gathered(Coming, "coming")(command)
    for option in (
        json_option,
        key_file_option,
        click.option("--language", metavar="CODE", default="", help="Language they are written in, as en or de."),
        click.option("--timezone", metavar="ZONE", default="",
                     help="Zone of times that tell none, as Europe/Vienna; else that of this computer."),
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--dry-run", is_flag=True, help="Only look: what would come, what would not, and why."),
    ):  # fmt: skip
        command = option(command)
    return command


sounds_option = click.option(
    "--transcribe", is_flag=True, help="Take sounds in, too: each is written down, and kept beside its entry."
)


def date_order_option(command: F) -> F:
    """Add --day-first and --month-first; the command gets a DateOrder, or None, as `order`."""

    @wraps(command)
    def called(*arguments: Any, order: str | None, **options: Any) -> Any:
        from voicecheck.diary.coming.moments import DateOrder

        return command(*arguments, **options, order=DateOrder(order) if order else None)

    for which in ("day", "month"):
        called = click.option(
            f"--{which}-first", "order", flag_value=which, help=f"The {which} stands first in dates as 05/06/2023."
        )(called)
    return cast("F", called)


_FILE = click.argument("file", type=click.Path(path_type=Path), metavar="FILE")


@click.command()
@_FILE
@sounds_option
@coming_options
@click.pass_obj
def dayone(app: App, file: Path, coming: Coming) -> int:
    """Take in a journal of Day One: the zip of its JSON export, with all journals in it.

    Look first with --dry-run. Each entry keeps its own day and zone; tags, stars, places and the journal's name come
    along as labels. Sounds come with --transcribe. Pictures and videos are counted and left out. Nothing comes twice.
    """
    from voicecheck.diary.coming.dayone import read_dayone

    zone = coming.zone
    return run(app, coming, lambda: read_dayone(file, zone))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@sounds_option
@coming_options
@click.pass_obj
def markdown(app: App, folder: Path, coming: Coming) -> int:
    """Take in a folder of Markdown notes, one entry a note: daily notes of Obsidian and Logseq, and the like.

    The day comes from the front matter or the name, as 2023-05-06.md. Tags, place and mood come from the front matter.
    Look first with --dry-run: a note without a day is named and left out. The notes stay where they are.
    """
    from voicecheck.diary.coming.markdown import read_markdown

    zone = coming.zone
    return run(app, coming, lambda: read_markdown(folder, zone))


@click.command()
@_FILE
@date_order_option
@coming_options
@click.pass_obj
def jrnl(app: App, file: Path, coming: Coming, order: DateOrder | None) -> int:
    """Take in a journal of jrnl: its text as it lies on disk, or what `jrnl --format json` writes.

    An encrypted journal must be exported first. The @tags stay in the text, and are labels, too.
    """
    from voicecheck.diary.coming.jrnl import read_jrnl

    zone = coming.zone
    return run(app, coming, lambda: read_jrnl(file, zone, order))


@click.command()
@_FILE
@coming_options
@click.pass_obj
def daylio(app: App, file: Path, coming: Coming) -> int:
    """Take in a diary of Daylio: its CSV export, or its backup, a .daylio file.

    Moods and activities come along as labels, by the names that you gave them. An entry with a mood and without a note
    is an entry, too. The backup tells the zone of each entry, the CSV does not.
    """
    from voicecheck.diary.coming.daylio import read_daylio

    zone = coming.zone
    return run(app, coming, lambda: read_daylio(file, zone))


@click.command("csv")
@_FILE
@click.option("--date", default="date", show_default=True, metavar="COLUMN", help="Column of the day, or day and time.")
@click.option("--text", default="text", show_default=True, metavar="COLUMN", help="Column of the words.")
@click.option("--time", default="", metavar="COLUMN", help="Column of the time.")
@click.option("--title", default="", metavar="COLUMN", help="Column of a title; it becomes the first line.")
@click.option("--tag", multiple=True, metavar="COLUMN", help="Column of tags; may be given several times.")
@click.option("--mood", default="", metavar="COLUMN", help="Column of a mood.")
@click.option("--place", default="", metavar="COLUMN", help="Column of a place.")
@click.option("--id", default="", metavar="COLUMN", help="Column of an id that stays the same when words change.")
@click.option("--zone", default="", metavar="COLUMN", help="Column of the time zone, as Europe/Vienna.")
@date_order_option
@coming_options
@click.pass_obj
def import_csv(app: App, /, file: Path, coming: Coming, order: DateOrder | None, **columns: Any) -> int:
    """Take in a table, one entry a row: name the columns that hold what.

    Commas, semicolons or tabs may stand between them. Tags are separated by commas, semicolons or bars.
    """
    from voicecheck.diary.coming.csv_rows import Columns, read_csv

    zone, named = coming.zone, Columns(**columns)
    return run(app, coming, lambda: read_csv(file, named, zone, order))


@click.command()
@_FILE
@sounds_option
@coming_options
@click.pass_obj
def journey(app: App, file: Path, coming: Coming) -> int:
    """Take in a journal of Journey: the zip of its JSON export."""
    from voicecheck.diary.coming.journey import read_journey

    zone = coming.zone
    return run(app, coming, lambda: read_journey(file, zone))


COMMANDS = (dayone, daylio, journey, jrnl, markdown, import_csv)


def run(app: App, coming: Coming, reader: Reader) -> int:
    """Look at an export; unless that was all that was wanted, ask once and take it in."""
    from voicecheck.diary.coming.keeping import look

    _check_language(coming.language)
    if coming.dry_run:
        return _look(app, coming, reader)
    with open_vault(app, coming.key_file) as vault:
        seen = look(reader, vault, _sounds(app, coming))
        if app.interactive and not coming.yes and (seen.new or seen.sounds):
            _Report(app, coming, seen).tell(dry=True)
            if not confirm(app.phrases, "Shall they be taken in?", default=True):
                app.tell("Nothing was taken in.")
                return ExitCode.DONE
        return _take_in(app, coming, vault, reader, seen)


def _look(app: App, coming: Coming, reader: Reader) -> int:
    """Tell what would come; a vault that is not there yet is not made for that."""
    from voicecheck.diary.coming.keeping import look

    if not app.paths.slots_file.exists():
        return _Report(app, coming, look(reader, None, _sounds(app, coming))).show()
    with open_for_reading(app, coming.key_file) as vault:
        return _Report(app, coming, look(reader, vault, _sounds(app, coming))).show()


def _sounds(app: App, coming: Coming) -> Sounds | None:
    """Return the way in for sounds; None where they are left out."""
    from voicecheck.cli.models.recogniser import load_recogniser
    from voicecheck.diary.coming.sounds import wanted_sounds

    return wanted_sounds(
        app.settings,
        coming.language or app.phrases.language,
        lambda: load_recogniser(app.settings, app.paths.models_folder, app.tell),
        transcribe=coming.transcribe,
    )


def _take_in(app: App, coming: Coming, vault: Vault, reader: Reader, seen: Tally) -> int:
    from voicecheck.diary.coming.keeping import Tally, take_in

    report = _Report(app, coming, Tally())
    try:
        with Bar(app, "", seen.seen) as bar:
            take_in(
                vault,
                reader,
                report.tally,
                language=coming.language or app.phrases.language,
                progress=bar.done,
                sounds=_sounds(app, coming),
            )
    except KeyboardInterrupt:
        app.tell(GO_ON)
        report.show()
        raise
    return report.show()


def _check_language(language: str) -> None:
    from voicecheck.vault.inbox.bounds import LANGUAGE

    if not LANGUAGE.fullmatch(language):
        raise UsageError("--language wants the code of a language.", "As: --language de")


@dataclass
class _Report:
    """Words and JSON about one export."""

    app: App
    coming: Coming
    tally: Tally = field(repr=False)

    def show(self) -> int:
        tally, dry = self.tally, self.coming.dry_run
        if self.coming.as_json:
            echo_json(self._shape())
        else:
            self.tell(dry=dry)
        return ExitCode.USAGE if tally.faults else ExitCode.DONE

    def tell(self, *, dry: bool) -> None:
        from voicecheck.diary.coming.report import faults_of, lines_of, untold

        phrases, tell = self.app.phrases, self.app.tell
        for line in faults_of(phrases, self.tally):
            tell(line)
        if count := untold(self.tally):
            tell(phrases.show("coming_more_json", count=count))
        keep_audio = self.app.settings.vault.keep_audio
        for line in lines_of(phrases, self.tally, dry=dry, timezone=self.coming.timezone, keep_audio=keep_audio):
            tell(line)

    def _shape(self) -> dict[str, Any]:
        from voicecheck.diary.coming.report import LABELS, LEFT_OUT

        tally = self.tally
        return {
            "dry_run": self.coming.dry_run,
            "new": tally.new,
            "same": tally.same,
            "first": tally.first and tally.first.isoformat(),
            "last": tally.last and tally.last.isoformat(),
            "labels": {kind: tally.labels[kind] for kind in LABELS},
            "left_out": {kind: tally.attachments[kind] for kind in LEFT_OUT},
            "sounds": tally.sounds,
            "same_sounds": tally.same_sounds,
            "guessed_zones": tally.guessed_zones,
            "failed": [{"file": one.place, "number": one.number, "error": one.reason} for one in tally.faults],
        }
