"""`voicecheck vault move out|in|done|undo`: everything to another computer, in one encrypted file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from voicecheck.cli.app import App, key_file_option
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.vault.backups import FILE, ask_to_move_aside, held_in, shown_progress
from voicecheck.cli.vault.erased import tell_erased, tell_switched_off
from voicecheck.cli.vault.unlocking import (
    need_vault,
    recover_slots,
    settle_restore,
    tell_arrived,
    tell_aside,
    unlock,
    unlock_slots,
)
from voicecheck.errors import UsageError
from voicecheck.text.typed import as_typed


@click.group()
def move() -> None:
    """Everything to another computer: vault, sealed answers, settings, own packs, prepared voices."""


@move.command("out")
@click.argument("target", metavar="FILE", type=FILE)
@key_file_option
@click.pass_obj
def move_out(app: App, target: Path, key_file: Path | None) -> None:
    """Write everything into one encrypted file, on the old computer. From then on this vault is only read.

    On the new computer, with the same passphrase or recovery key: voicecheck vault move in FILE. It shows a short
    proof; typed here, at voicecheck vault move done, it erases what was moved.
    """
    from voicecheck.vault.moving import move_out as write_move

    need_vault(app)
    data_key = unlock(app, key_file)
    with shown_progress(app) as progress:
        made = write_move(app.paths, data_key, target, progress)
    size = f"{target.stat().st_size / 1e6:,.1f}"
    app.tell(app.phrases.show("move_out_done", file=target, held=held_in(app, made), size=size))
    tell_switched_off(app, moved_out=True)


@move.command("in")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--recovery-key", is_flag=True, help="Open the file with the words of its recovery key.")
@click.option("--yes", is_flag=True, help="Do not ask; a vault that is there is moved aside, never overwritten.")
@key_file_option
@click.pass_obj
def move_in(app: App, file: Path, recovery_key: bool, yes: bool, key_file: Path | None) -> None:
    """Put everything from the FILE in its place, on the new computer, and show the proof for the old one."""
    from voicecheck.vault.backup import check_backup, read_slots
    from voicecheck.vault.moving import came_in
    from voicecheck.vault.moving import move_in as read_move

    settle_restore(app)
    slots = read_slots(file)
    data_key = recover_slots(app, slots) if recovery_key else unlock_slots(app, slots, key_file, of_backup=True)
    with shown_progress(app) as progress:
        found = check_backup(file, data_key, progress)
    if found.proof and app.paths.vault_folder.exists() and not came_in(app.paths, found):
        ask_to_move_aside(app, found, yes)
    with shown_progress(app) as progress:
        arrived = read_move(file, data_key, app.paths, found, progress)
    app.tell(app.phrases.show("move_in_done", held=held_in(app, found)))
    if arrived.restored is not None:
        tell_aside(app, arrived.restored)
    tell_arrived(app, arrived)


@move.command("done")
@click.pass_obj
def move_done(app: App) -> None:
    """Erase what was moved out, on the old computer, once the new one shows that all is there."""
    from voicecheck.vault.moving import finish_move

    if app.interactive:
        proof = str(click.prompt(app.phrases.show("move_ask_proof"), default="", show_default=False, err=True))
    else:
        proof = sys.stdin.readline()
    tell_erased(app, finish_move(app.paths, proof), app.phrases.show("move_finished"))


@move.command("undo")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def move_undo(app: App, yes: bool) -> None:
    """Go on here after all. What was said on the new computer meanwhile is not here."""
    from voicecheck.vault.moving import take_back

    if not yes:
        if not app.interactive:
            raise UsageError("Going on here asks first, and nobody can be asked here.", "Add --yes if you mean it.")
        confirm(app.phrases, as_typed(app.phrases.show("move_undo_ask")), abort=True)
    take_back(app.paths)
    app.tell(app.phrases.show("move_undone"))
