"""`voicecheck vault passwd|recover|slots`: what opens the vault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.vault.recovery_words import show_and_test
from voicecheck.cli.vault.unlocking import NO_TERMINAL, ask_new_passphrase, forget, unlock
from voicecheck.errors import UsageError, VaultLockedError

if TYPE_CHECKING:
    from voicecheck.vault.keys.data_key import DataKey

OLDER_COPIES = "A backup made before this still opens with what opened it then."
NEW_KEY = "If somebody else may have the old one and a backup, give the vault a new key: voicecheck vault rekey"
WEAKER = "Whoever uses this computer under your login can now open the vault."


@click.command()
@key_file_option
@click.pass_obj
def passwd(app: App, key_file: Path | None) -> None:
    """Change the passphrase, and where you want it the key behind it."""
    from voicecheck.cli.vault.rekeying import offer_new_key

    _need_person(app)
    data_key = unlock(app, key_file)
    passphrase = _set_passphrase(app, data_key)
    app.tell("The new passphrase opens the vault, the old one no longer.")
    offer_new_key(app, data_key, passphrase, key_file)


@click.command()
@click.pass_obj
def recover(app: App) -> None:
    """Open the vault with the words of its recovery key, and choose a new passphrase."""
    from voicecheck.cli.vault.recovery_words import ask_words
    from voicecheck.vault.keys.slots import KeySlots

    _need_person(app)
    slots = KeySlots.load(app.paths.slots_file)
    if "recovery" not in slots.kinds:
        raise VaultLockedError("This vault has no recovery key.", "See what opens it: voicecheck vault slots list")
    data_key = ask_words(app, slots)
    app.notices.print("The recovery key fits, and goes on working.")
    _set_passphrase(app, data_key)
    app.tell(f"The new passphrase opens the vault. {NEW_KEY}")


@click.group()
def slots() -> None:
    """What opens the vault: list, add, remove."""


@slots.command("list")
@json_option
@click.pass_obj
def list_slots(app: App, as_json: bool) -> None:
    """List what opens the vault; no key is needed."""
    from voicecheck.vault.keys.slot import NAMES
    from voicecheck.vault.keys.slots import KeySlots

    found = KeySlots.load(app.paths.slots_file)
    if as_json:
        echo_json([{"number": number, "kind": kind} for number, kind in enumerate(found.kinds, start=1)])
        return
    table = Table.grid(padding=(0, 2))
    for number, kind in enumerate(found.kinds, start=1):
        table.add_row(str(number), NAMES[kind], "weaker: opens with your login" if kind == "keychain" else "")
    app.output.print(table)


@slots.command()
@click.argument("kind", type=click.Choice(["recovery", "keychain", "key-file"]))
@click.argument("path", type=click.Path(path_type=Path), required=False)
@key_file_option
@click.pass_obj
def add(app: App, kind: str, path: Path | None, key_file: Path | None) -> None:
    """Add a key: recovery (words for paper), keychain (your login, weaker), or key-file PATH (made if missing).

    For a passphrase: voicecheck vault passwd.
    """
    if (path is not None) != (kind == "key-file"):
        raise UsageError(
            "PATH belongs to key-file, and key-file needs one.", "voicecheck vault slots add key-file PATH"
        )
    if kind == "recovery":
        _need_person(app)
    data_key = unlock(app, key_file)
    if kind == "recovery":
        add_recovery_key(app, data_key)
    elif kind == "keychain":
        _add_keychain(app, data_key)
    elif path is not None:
        _add_key_file(app, data_key, path)


@slots.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_file_option
@click.pass_obj
def remove(app: App, number: int, yes: bool, key_file: Path | None) -> None:
    """Take out the key with this number of `slots list`. The last one stays."""
    from voicecheck.vault.keys.slot import NAMES
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.store.connection import writer_lock

    if not yes and not app.interactive:
        raise UsageError("Removing asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    data_key = unlock(app, key_file)
    with writer_lock(app.paths.vault_folder):
        found = KeySlots.load(app.paths.slots_file)
        gone = found.slots[number - 1] if number <= len(found.slots) else None
        if gone is not None and not yes:
            click.confirm(f"Should the {NAMES[gone.kind]} no longer open the vault?", abort=True, err=True)
        found.remove(data_key, number)
    if gone is not None and gone.kind == "keychain":
        forget(app, gone.salt.hex())
    app.tell(f"It no longer opens the vault. {OLDER_COPIES} {NEW_KEY}")


def _set_passphrase(app: App, data_key: DataKey) -> str:
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.store.connection import writer_lock

    passphrase = ask_new_passphrase()
    with writer_lock(app.paths.vault_folder):
        KeySlots.load(app.paths.slots_file).change_passphrase(data_key, passphrase)
    return passphrase


def add_recovery_key(app: App, data_key: DataKey, *, may_skip: bool = False) -> bool:
    """Whether it was added: only once the words are on paper."""
    from voicecheck.vault.keys.recovery_key import new_secret
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.store.connection import writer_lock

    secret = new_secret()
    if not show_and_test(app, secret, may_skip=may_skip):
        return False
    with writer_lock(app.paths.vault_folder):
        KeySlots.load(app.paths.slots_file).add_recovery_key(data_key, secret)
    app.notices.print("The recovery key opens the vault. Keep the paper where you keep what matters.")
    return True


def _add_keychain(app: App, data_key: DataKey) -> None:
    from voicecheck.vault.keys.keychain import find_keychain
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.store.connection import writer_lock

    keychain = find_keychain()
    with writer_lock(app.paths.vault_folder):
        KeySlots.load(app.paths.slots_file).add_keychain(data_key, keychain)
    app.notices.print(f"The login keychain ({keychain.name}) opens the vault. {WEAKER}", soft_wrap=True)


def _add_key_file(app: App, data_key: DataKey, path: Path) -> None:
    from voicecheck.vault.keys.key_file import create_key_file
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.storage_errors import present
    from voicecheck.vault.store.connection import writer_lock

    if not present(path):
        create_key_file(path)
    with writer_lock(app.paths.vault_folder):
        KeySlots.load(app.paths.slots_file).add_key_file(data_key, path)
    app.notices.print(f"The key file {path} opens the vault.", soft_wrap=True, markup=False)


def _need_person(app: App) -> None:
    if not app.interactive:
        raise VaultLockedError("This asks for words, and nobody can be asked here.", NO_TERMINAL)
