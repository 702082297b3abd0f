"""`voicecheck vault`: create, status, unlock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.errors import VaultLockedError


@click.group()
def vault() -> None:
    """The encrypted vault: create, status, unlock."""


@vault.command()
@key_file_option
@click.pass_obj
def create(app: App, key_file: Path | None) -> None:
    """Make the vault, with a passphrase, or with a key file where --key-file names one.

    There is no way to read the vault without its passphrase or key file.
    """
    from voicecheck.cli.unlocking import NO_TERMINAL, ask_new_passphrase
    from voicecheck.errors import VaultError
    from voicecheck.vault.vault import create_vault, vault_exists

    if vault_exists(app.paths):
        raise VaultError("There is a vault already.", "See: voicecheck vault status")
    if key_file is not None:
        create_vault(app.paths, key_file=key_file)
        app.notices.print(
            f"The vault is ready. The key file {key_file} opens it: keep a copy in a safe place.",
            soft_wrap=True,
            markup=False,
        )
        return
    if not app.interactive:
        raise VaultLockedError("A new vault needs a passphrase, and nobody can be asked here.", NO_TERMINAL)
    app.notices.print("Everything you say is kept encrypted. The passphrase is the only way in; nobody can reset it.")
    create_vault(app.paths, passphrase=ask_new_passphrase())
    app.notices.print("The vault is ready.")


@vault.command()
@json_option
@click.pass_obj
def status(app: App, as_json: bool) -> None:
    """Say what can be known without a key."""
    found = _status(app)
    if as_json:
        echo_json(found)
    elif not found["exists"]:
        app.output.print("There is no vault yet. Make one: voicecheck vault create")
    else:
        app.output.print(_status_table(found))


@vault.command()
@key_file_option
@click.pass_obj
def unlock(app: App, key_file: Path | None) -> None:
    """Open the vault once, and take in what was said while it was locked."""
    from voicecheck.cli.unlocking import open_and_take_in, tell_taken_in

    opened, taken = open_and_take_in(app, key_file)
    with opened:
        tell_taken_in(app, taken)
        count = opened.entries.count()
        app.notices.print(f"The vault opens. It holds {'one entry' if count == 1 else f'{count} entries'}.")


def _status(app: App) -> dict[str, Any]:
    from voicecheck.vault.inbox import pending
    from voicecheck.vault.keys import KeySlots
    from voicecheck.vault.vault import vault_exists

    paths = app.paths
    exists = vault_exists(paths)
    sealed = pending(paths.inbox_folder)
    return {
        "folder": str(paths.vault_folder),
        "exists": exists,
        "slots": list(KeySlots.load(paths.slots_file).kinds) if exists else [],
        "sealed_answers": len(sealed),
        "vault_bytes": _size(paths.vault_file),
        "inbox_bytes": sum(_size(path) for path in sealed),
    }


def _status_table(found: dict[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    opens_with = ", ".join(kind.replace("_", " ") for kind in found["slots"])
    table.add_row("folder", Text(found["folder"]))
    table.add_row("opens with", opens_with)
    table.add_row("vault", f"{found['vault_bytes'] / 1024:,.0f} KiB")
    table.add_row("waiting, sealed", f"{found['sealed_answers']} ({found['inbox_bytes'] / 1024:,.0f} KiB)")
    return table


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
