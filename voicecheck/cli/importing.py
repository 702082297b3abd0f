"""`voicecheck import`: entries from files."""

from __future__ import annotations

from pathlib import Path

import click

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.unlocking import open_vault


@click.group("import")
def import_() -> None:
    """Take in entries from files: an export, or voice memos."""


@import_.command("json")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@key_file_option
@json_option
@click.pass_obj
def import_json(app: App, files: tuple[Path, ...], key_file: Path | None, as_json: bool) -> None:
    """Take in what `entry export` wrote as JSON.

    An entry that is there already stays as it is, so the same file can be taken in again, also after an interruption.
    Sound comes along where the file has it and keep_audio allows it.
    """
    from voicecheck.cli.progress import Bar
    from voicecheck.review.importers import Imported, import_json

    total = Imported()
    sound = app.settings.vault.keep_audio != "never"
    with open_vault(app, key_file) as vault:
        for file in files:
            with Bar(app, file.name, None) as bar:
                total += import_json(vault, file, sound=sound, progress=bar.done)
    if as_json:
        echo_json({"new": total.new, "same": total.same, "other": total.other, "words": total.words})
        return
    app.notices.print(f"New: {total.new}. There already: {total.same}.")
    if total.other:
        app.notices.print(f"There already, and edited since: {total.other}. Yours stay as they are.", soft_wrap=True)
    if total.words:
        app.notices.print(f"Feeling words of your own: {total.words} more.")
