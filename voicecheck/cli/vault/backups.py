"""`voicecheck vault backup|restore|verify`: copy the vault, bring a copy back, check that it is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.vault.unlocking import (
    counted,
    need_vault,
    recover_slots,
    settle_restore,
    tell_aside,
    unlock,
    unlock_slots,
)
from voicecheck.errors import ExitCode, UsageError, VaultError

if TYPE_CHECKING:
    from voicecheck.vault.backup import Contents
    from voicecheck.vault.vault import Vault
    from voicecheck.vault.verifying import Finding

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("target", metavar="FILE|FOLDER", type=FILE)
@key_file_option
@click.pass_obj
def backup(app: App, target: Path, key_file: Path | None) -> None:
    """Write the whole vault into one encrypted file, and read it back to be sure.

    A check-in may go on meanwhile. In a FOLDER that is there the file is named by the day; any other name is that of
    the file.
    """
    from voicecheck.files import sync_folder
    from voicecheck.vault.backup import backup_file, make_backup
    from voicecheck.vault.backup_folder import note_backup

    target = backup_file(target)
    need_vault(app)
    data_key = unlock(app, key_file)
    with shown_progress(app) as progress:
        made = make_backup(app.paths, data_key, target, progress)
    note_backup(app.paths)
    size = f"{target.stat().st_size / 1e6:,.1f}"
    app.tell(app.phrases.show("backup_made", file=target, held=held_in(app, made), size=size))
    if not sync_folder(target.parent):
        app.tell(app.phrases.show("backup_eject"))


@click.command()
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--recovery-key", is_flag=True, help="Open the backup with the words of its recovery key.")
@click.option("--yes", is_flag=True, help="Do not ask; a vault that is there is moved aside, never overwritten.")
@key_file_option
@click.pass_obj
def restore(app: App, file: Path, recovery_key: bool, yes: bool, key_file: Path | None) -> None:
    """Put the vault of a backup in its place. A vault that is there is moved aside, after a question."""
    from voicecheck.vault.backup import check_backup, read_slots
    from voicecheck.vault.disk.moved import refuse_moved
    from voicecheck.vault.restoring import restore as restore_backup

    settle_restore(app)
    refuse_moved(app.paths.vault_folder)
    slots = read_slots(file)
    data_key = recover_slots(app, slots) if recovery_key else unlock_slots(app, slots, key_file, of_backup=True)
    with shown_progress(app) as progress:
        found = check_backup(file, data_key, progress)
    if app.paths.vault_folder.exists():
        ask_to_move_aside(app, found, yes)
    with shown_progress(app) as progress:
        done = restore_backup(file, data_key, app.paths, progress)
    made = f"{found.made_at:%Y-%m-%d %H:%M}"
    app.notices.print(app.phrases.show("restore_done", held=held_in(app, found), made=made))
    tell_aside(app, done)


@click.command()
@click.option("--backup", "file", metavar="FILE", type=FILE, help="Look at this backup instead.")
@key_file_option
@json_option
@click.pass_obj
def verify(app: App, file: Path | None, key_file: Path | None, as_json: bool) -> int:
    """Check every page, row, key slot and sealed answer; say what is damaged, what is whole. Changes nothing."""
    from voicecheck.vault.verifying import verify_vault

    if file is not None:
        return _verify_backup(app, file, key_file, as_json)
    need_vault(app)
    with app.notices.status(app.phrases.show("verify_runs")):
        findings = verify_vault(app.paths, unlock(app, key_file))
    return _tell(app, findings, as_json)


def _tell(app: App, findings: tuple[Finding, ...], as_json: bool) -> int:
    whole = all(finding.whole for finding in findings)
    if as_json:
        echo_json({"whole": whole, "parts": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            style = "" if finding.whole else "bold red"
            word = "whole  " if finding.whole else "damaged"
            app.output.print(Text(f"{word}  {finding.part}: {finding.detail}", style=style), soft_wrap=True)
            if finding.next_step:
                app.output.print(Text(f"         {finding.next_step}"), soft_wrap=True)
    return ExitCode.DONE if whole else ExitCode.VAULT


def _verify_backup(app: App, file: Path, key_file: Path | None, as_json: bool) -> int:
    from voicecheck.vault.backup import read_slots
    from voicecheck.vault.verifying import Finding, verify_backup

    data_key = unlock_slots(app, read_slots(file), key_file, of_backup=True)
    with shown_progress(app) as progress:
        found, inside = verify_backup(file, data_key, app.paths, progress)
    made = "" if as_json else f"of {found.made_at:%Y-%m-%d %H:%M} UTC, "
    return _tell(app, (Finding("backup", True, f"{made}{held_in(app, found)}"), *inside), as_json)


def ask_to_move_aside(app: App, found: Contents, yes: bool) -> None:
    """Ask before the vault that is here is moved aside. Raises UsageError, click's Abort."""
    if yes:
        return
    if not app.interactive:
        raise UsageError("There is a vault already, and nobody can be asked here.", "Add --yes to move it aside.")
    question = app.phrases.show("restore_ask", folder=app.paths.vault_folder, held=held_in(app, found))
    confirm(app.phrases, question, abort=True)


def held_in(app: App, found: Contents) -> str:
    """Return the sentence that tells how much a backup holds."""
    held = counted(app, "held_one", "held", found.entries)
    return app.phrases.show("held_sealed", held=held, count=found.sealed_answers) if found.sealed_answers else held


@contextmanager
def shown_progress(app: App) -> Iterator[Callable[[int], None]]:
    """Show the bytes that are done while the body runs."""
    done = 0
    with app.notices.status("") as status:

        def tell(count: int) -> None:
            nonlocal done
            done += count
            status.update(f"{done / 1e6:,.0f} MB")

        yield tell


def tell_backup_due(app: App, vault: Vault) -> None:
    """Say once, to a person, when the newest backup is old."""
    from voicecheck.vault.backup_folder import mention_once

    overdue = mention_once(app.paths, vault.timeline.first_day(), "terminal") if app.interactive else None
    if overdue is not None:
        app.tell(app.phrases.show("backup_none" if overdue.days is None else "backup_old", days=overdue.days))


def back_up(app: App, vault: Vault) -> None:
    """Write a backup into the folder of the settings, where there is one; whatever fails is one quiet line."""
    from voicecheck.files import typed_folder

    named = app.settings.vault.backup_folder
    if not named:
        return
    folder = typed_folder(named)
    if folder is None:
        app.tell(app.phrases.show("backup_folder_away", folder=named))
        return
    try:
        with app.notices.status(app.phrases.show("backup_runs")):
            vault.back_up_into(folder)
    except VaultError as error:
        app.tell(app.phrases.show("backup_folder_failed", reason=error.message))
