"""`voicecheck vault rekey`, and its offer behind a changed passphrase: a new data key for the vault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App, key_file_option
from voicecheck.cli.vault.recovery_words import show_and_test
from voicecheck.cli.vault.unlocking import ask_until_it_opens, forget, has_vault, open_unlocked, unlock
from voicecheck.errors import UsageError, VaultError, VaultLockedError

if TYPE_CHECKING:
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.keys.keychain import Keychain
    from voicecheck.vault.keys.slots import KeySlots

NOT_CHANGED = (
    "What a new passphrase does not do: the key behind it stays. A backup made before still opens with the old "
    "passphrase, and whoever has both can read this vault as well, with all that you say from now on."
)
OFFER = "Give the vault a new key, so that they cannot? All that is kept is encrypted anew; it takes a moment."
LATER = "You can do it on any other day: voicecheck vault rekey"
DONE = (
    "The vault has a new key. An older backup, or a vault that a restore set aside, still opens as before and holds "
    "what was kept until then; what you say from now on, nobody reads with it. Make a new backup when you can."
)
WORDS_DO_NOT_COUNT = "The words you have just written down open nothing; the recovery key you had goes on working."
NO_RECOVERY_KEY = "The vault has no recovery key now. For another day: voicecheck vault slots add recovery"
NEEDS_A_PERSON = "This vault also opens with what only a person can give, and nobody can be asked here."


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_file_option
@click.pass_obj
def rekey(app: App, yes: bool, key_file: Path | None) -> None:
    """Give the vault a new key. Older backups and passphrases then open nothing of what you say from now on.

    All that is kept is encrypted anew. It can be stopped at any moment: the vault then has the one key or the other.
    """
    from voicecheck.vault.keys.slots import KeySlots

    if not has_vault(app):
        raise VaultError("There is no vault yet.", "Make one: voicecheck vault create")
    slots = KeySlots.load(app.paths.slots_file)
    if not app.interactive and {"passphrase", "recovery"} & set(slots.kinds):
        raise VaultLockedError(NEEDS_A_PERSON, "Start it from a terminal: voicecheck vault rekey")
    if not yes and not app.interactive:
        raise UsageError("A new key asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    passphrase = None
    if "passphrase" in slots.kinds:
        data_key, passphrase = _ask_passphrase(slots)
    else:
        data_key = unlock(app, key_file)
    if not yes:
        click.confirm("Give the vault a new key? All that is kept is encrypted anew", abort=True, err=True)
    give_new_key(app, data_key, passphrase, key_file)


def offer_new_key(app: App, data_key: DataKey, passphrase: str, key_file: Path | None) -> None:
    """Say what the new passphrase does not do, and do it where the person wants it."""
    app.tell(NOT_CHANGED)
    if click.confirm(OFFER, default=False, err=True):
        give_new_key(app, data_key, passphrase, key_file)
    else:
        app.tell(LATER)


def give_new_key(app: App, data_key: DataKey, passphrase: str | None, key_file: Path | None) -> None:
    """Ask for what shall open the vault from now on, then encrypt it anew, with a bar."""
    from voicecheck.cli.terminal.progress import Bar
    from voicecheck.vault.keys.slot import Secrets
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.rekeying import rekey as rekey_vault

    open_unlocked(app, data_key).close()  # tells what waits or is damaged, before anything is changed
    slots = KeySlots.load(app.paths.slots_file)
    secrets = Secrets(passphrase, _key_files(app, slots, key_file), _recovery_key(app, slots), _keychain(app, slots))
    try:
        with Bar(app, "Encrypting anew", None) as bar:
            rekey_vault(app.paths, data_key, secrets, bar.done)
    except BaseException:
        if secrets.recovery is not None and KeySlots.load(app.paths.slots_file).public_key == slots.public_key:
            app.tell(WORDS_DO_NOT_COUNT)
        raise
    for slot in slots.slots:
        if slot.kind == "keychain":
            forget(app, slot.salt.hex())
    app.tell(DONE)
    if "recovery" in slots.kinds and secrets.recovery is None:
        app.tell(NO_RECOVERY_KEY)


def _ask_passphrase(slots: KeySlots) -> tuple[DataKey, str]:
    typed = [""]

    def unlock_with(passphrase: str) -> DataKey:
        typed[0] = passphrase
        return slots.unlock_with_passphrase(passphrase)

    return ask_until_it_opens(unlock_with), typed[0]


def _key_files(app: App, slots: KeySlots, named: Path | None) -> tuple[Path, ...]:
    """Those that go on opening the vault, read and found to fit. Raises UsageError where one would be left out."""
    found = [] if named is None or not slots.key_files_opened_by(named) else [named]
    while sum(map(slots.key_files_opened_by, found)) < slots.kinds.count("key_file"):
        if not app.interactive:
            raise UsageError(
                "This vault opens with another key file too, which would be left out.",
                "Take it out first: voicecheck vault slots list",
            )
        typed = click.prompt(
            "Path of a key file that shall go on opening the vault (Enter alone: no other one)",
            default="",
            show_default=False,
            err=True,
        )
        if not typed.strip():
            break
        path = Path(typed.strip()).expanduser()
        try:
            if path in found or not slots.key_files_opened_by(path):
                app.tell("That is no other key file of this vault.")
            else:
                found.append(path)
        except (UsageError, VaultError) as error:
            app.tell(f"{error.message} {error.hint}")
    return tuple(found)


def _recovery_key(app: App, slots: KeySlots) -> bytes | None:
    """A new one where there was one; None where the person leaves it for another day."""
    from voicecheck.vault.keys.recovery_key import new_secret

    if "recovery" not in slots.kinds:
        return None
    app.tell("The recovery key changes, too: the words you have will no longer open the vault.")
    secret = new_secret()
    return secret if show_and_test(app, secret, may_skip=True) else None


def _keychain(app: App, slots: KeySlots) -> Keychain | None:
    from voicecheck.vault.keys.keychain import find_keychain

    if "keychain" not in slots.kinds:
        return None
    try:
        keychain = find_keychain()
        slots.unlock_with_keychain(keychain)
    except VaultError as error:
        app.tell(f"{error.message} It no longer opens the vault.")
        return None
    return keychain
