"""`voicecheck vault`: create, status, unlock; its keys and its copies are in files of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.vault.backups import backup, restore, tell_backup_due, verify
from voicecheck.cli.vault.erased import tell_erased, tell_switched_off
from voicecheck.cli.vault.moving import move
from voicecheck.cli.vault.person import TerminalPerson
from voicecheck.cli.vault.rekeying import passwd, rekey
from voicecheck.cli.vault.slots import recover, slots
from voicecheck.errors import UsageError, VaultError, VaultLockedError
from voicecheck.text.typed import as_typed

if TYPE_CHECKING:
    from voicecheck.vault.keys.kind import Kind


@click.group()
def vault() -> None:
    """The encrypted vault: open it, its keys, its backups."""


for command in (passwd, rekey, recover, slots, backup, restore, verify, move):
    vault.add_command(command)


class CreateCommand(click.Command):
    """`vault create`, with a switch for each kind of key that offers one; the table of kinds loads when it is used."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        from voicecheck.vault.keys import kinds

        switches = [
            click.Option([f"--{kind.command}", "kind"], flag_value=kind.name, default=None, help=kind.creating)
            for kind in kinds.KINDS
            if kind.creating
        ]
        return [*switches, *super().get_params(ctx)]


@vault.command(cls=CreateCommand)
@key_file_option
@click.pass_obj
def create(app: App, key_file: Path | None, kind: str | None) -> None:
    """Make the vault, with a passphrase, or with a key file where --key-file names one.

    There is no way to read the vault without one of its keys. --keychain is the weaker choice: whoever uses this
    computer under your login can then open the vault.
    """
    from voicecheck.cli.vault.unlocking import NO_TERMINAL, has_vault
    from voicecheck.vault.create import create_vault
    from voicecheck.vault.keys import kinds
    from voicecheck.vault.keys.key_file import KeyFile
    from voicecheck.vault.keys.passphrase import PASSPHRASE

    if has_vault(app):
        raise VaultError("There is a vault already.", "See: voicecheck vault status")
    if key_file is not None:
        create_vault(app.paths, KeyFile(key_file))
        app.tell(app.phrases.show("vault_made_key_file", path=key_file))
        return
    if not app.interactive:
        raise VaultLockedError("A new vault needs a passphrase, and nobody can be asked here.", NO_TERMINAL)
    chosen = next((one for one in kinds.KINDS if one.name == kind), None)
    if chosen is not None:
        _create_with(app, chosen)
    else:
        app.notices.print(app.phrases.show("vault_made_why"))
        create_vault(app.paths, PASSPHRASE.make(TerminalPerson(app), None))
        app.notices.print(app.phrases.show("vault_made_recovery"))
    app.notices.print(app.phrases.show("vault_made"))


def _create_with(app: App, kind: Kind) -> None:
    """With a key of this kind, and beside one that can vanish a recovery key."""
    from voicecheck.vault.create import create_vault
    from voicecheck.vault.keys.recovery_key import RECOVERY
    from voicecheck.vault.keys.slots import KeySlots

    person = TerminalPerson(app)
    key = kind.make(person, None)
    recovery = RECOVERY.make(person, None) if kind.vanishes else None
    if key is None:
        raise VaultLockedError(f"There is no {kind.title} to make the vault with.", "Make one: voicecheck vault create")
    if recovery is None:
        create_vault(app.paths, key)
        return
    data_key = create_vault(app.paths, recovery)
    KeySlots.load(app.paths.slots_file).add(data_key, key)


@vault.command()
@json_option
@click.pass_obj
def status(app: App, as_json: bool) -> None:
    """Say what can be known without a key."""
    found = _status(app)
    if as_json:
        echo_json(found)
    elif not found["exists"]:
        click.echo(as_typed("There is no vault yet. Make one: voicecheck vault create"))
    else:
        app.output.print(_status_table(found))


@vault.command()
@key_file_option
@click.pass_obj
def unlock(app: App, key_file: Path | None) -> None:
    """Open the vault once, and take in what was said while it was locked."""
    from voicecheck.cli.vault.recovering import settle
    from voicecheck.cli.vault.unlocking import counted, open_and_take_in, tell_due, tell_taken_in

    opened, taken = open_and_take_in(app, key_file)
    with opened:
        tell_taken_in(app, taken, waiting=False)
        settle(app, opened, taken.waiting)
        app.notices.print(
            app.phrases.show("vault_opens", held=counted(app, "held_one", "held", opened.entries.count()))
        )
        tell_due(app, opened)
        tell_backup_due(app, opened)


@vault.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(app: App, yes: bool) -> None:
    """Destroy the whole vault, its keys first. No key is needed for it, and nothing brings it back."""
    from voicecheck.vault.erasing import erase_everything

    if not yes:
        if not app.interactive:
            raise UsageError("Erasing asks first, and nobody can be asked here.", "Add --yes if you mean it.")
        app.notices.print(app.phrases.show("erase_what", folder=app.paths.vault_folder), markup=False)
        typed = click.prompt(app.phrases.show("erase_ask"), default="", show_default=False, err=True)
        if typed.strip() != app.phrases.tell("erase_word"):
            raise click.Abort
    if not app.paths.vault_folder.exists():  # a killed erasing may have come no further
        tell_switched_off(app)
    tell_erased(app, erase_everything(app.paths), app.phrases.show("erase_done"))


def _status(app: App) -> dict[str, Any]:
    from voicecheck.cli.vault.unlocking import has_vault
    from voicecheck.files import size_of
    from voicecheck.vault.inbox.inbox import answers, pending
    from voicecheck.vault.keys.slots import KeySlots

    paths = app.paths
    exists = has_vault(app)
    sealed = pending(paths.inbox_folder)
    return {
        "folder": str(paths.vault_folder),
        "exists": exists,
        "slots": list(KeySlots.load(paths.slots_file).kinds) if exists else [],
        "sealed_answers": len(answers(paths.inbox_folder)),
        "vault_bytes": size_of(paths.vault_file),
        "inbox_bytes": sum(size_of(path) for path in sealed),
    }


def _status_table(found: dict[str, Any]) -> Table:
    from voicecheck.vault.keys.kinds import titles

    table = Table.grid(padding=(0, 2))
    opens_with = ", ".join(titles(found["slots"]))
    table.add_row("folder", Text(found["folder"]))
    table.add_row("opens with", opens_with)
    table.add_row("vault", f"{found['vault_bytes'] / 1024:,.0f} KiB")
    table.add_row("waiting, sealed", f"{found['sealed_answers']} ({found['inbox_bytes'] / 1024:,.0f} KiB)")
    return table
