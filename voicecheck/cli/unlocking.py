"""How a command gets an open vault: key file, else passphrase, asked on the terminal.

The passphrase is read without echo and never from an argument or the environment.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.errors import VaultBusyError, VaultError, VaultLockedError

if TYPE_CHECKING:
    from voicecheck.vault.keys import DataKey
    from voicecheck.vault.vault import TakenIn, Vault

TRIES = 3
NO_TERMINAL = "Name a key file with --key-file or VOICECHECK_KEY_FILE, or start it from a terminal."


def open_vault(app: App, key_file: Path | None, *, may_ask: bool = True) -> Vault:
    """The vault, open for writing, the inbox taken in; a notice on stderr says what came in.

    With a key file a vault that is missing is made, the key file too, without a question. Raises VaultBusyError while
    another process writes, VaultLockedError when nobody can be asked, VaultError otherwise.
    """
    vault, taken = open_and_take_in(app, key_file, may_ask=may_ask)
    tell_taken_in(app, taken)
    return vault


def open_for_reading(app: App, key_file: Path | None) -> Vault:
    """As `open_vault`, but beside a running check-in, or where nothing may be written, it opens to read only."""
    from voicecheck.vault.vault import Vault

    key = unlock(app, key_file)
    folder = app.paths.vault_folder
    try:
        if folder.exists() and not os.access(folder, os.W_OK):
            return Vault.open(app.paths, key, read_only=True)
        vault = Vault.open(app.paths, key)
    except VaultBusyError:
        app.notices.print("Another VoiceCheck is writing; this is what is kept so far.")
        return Vault.open(app.paths, key, read_only=True)
    tell_taken_in(app, _take_in(app, vault))
    return vault


def open_and_take_in(app: App, key_file: Path | None, *, may_ask: bool = True) -> tuple[Vault, TakenIn]:
    """The open vault and what its inbox held; cut-off answers are in `TakenIn.waiting`."""
    from voicecheck.vault.vault import Vault

    vault = Vault.open(app.paths, unlock(app, key_file, may_ask=may_ask))
    return vault, _take_in(app, vault)


def unlock(app: App, key_file: Path | None, *, may_ask: bool = True) -> DataKey:
    """The data key. Raises VaultLockedError when it does not fit or nobody can be asked, VaultError for no vault."""
    from voicecheck.vault.keys import KeySlots
    from voicecheck.vault.vault import create_vault, vault_exists

    if not vault_exists(app.paths):
        if key_file is None:
            raise VaultError("There is no vault yet.", "Make one: voicecheck vault create")
        return create_vault(app.paths, key_file=key_file)
    slots = KeySlots.load(app.paths.slots_file)
    if key_file is not None:
        return slots.unlock_with_key_file(key_file)
    if not may_ask or not app.interactive:
        raise VaultLockedError("The vault is locked.", NO_TERMINAL)
    return ask_until_it_opens(slots.unlock_with_passphrase)


def ask_until_it_opens(unlock_with: Callable[[str], DataKey]) -> DataKey:
    for attempt in range(1, TRIES + 1):
        try:
            return unlock_with(click.prompt("Passphrase", hide_input=True, err=True))
        except VaultLockedError as error:
            if attempt == TRIES:
                raise
            click.echo(error.message, err=True)
    raise AssertionError("the loop returns or raises")


def ask_new_passphrase() -> str:
    """Asked twice, without echo. Raises UsageError when it is too short."""
    from voicecheck.vault.keys import check_passphrase

    passphrase = str(click.prompt("New passphrase", hide_input=True, confirmation_prompt="Once more", err=True))
    check_passphrase(passphrase)
    return passphrase


def tell_taken_in(app: App, taken: TakenIn) -> None:
    """Counts only: no word and no date of what was said."""
    if taken.entries:
        app.notices.print(f"Taken in from the inbox: {_answers(len(taken.entries))}.")
    if taken.waiting:
        app.notices.print(f"{_answers(len(taken.waiting)).capitalize()} not finished; still sealed and safe.")
    if taken.unreadable:
        app.notices.print(f"{len(taken.unreadable)} sealed file(s) cannot be read; left where they are.")


def _take_in(app: App, vault: Vault) -> TakenIn:
    try:
        return vault.ingest(app.settings.vault.keep_audio)
    except BaseException:
        vault.close()
        raise


def _answers(count: int) -> str:
    return "one answer" if count == 1 else f"{count} answers"
