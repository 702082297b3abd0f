"""How a command gets an open vault: the key file that was named, else the login keychain, else the passphrase.

The passphrase is read without echo and never from an argument or the environment.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.errors import VaultBusyError, VaultError, VaultFullError, VaultLockedError

if TYPE_CHECKING:
    from voicecheck.vault.inbox.inbox import Inbox, Recovered
    from voicecheck.vault.ingest import TakenIn
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.restoring import Restored
    from voicecheck.vault.vault import Vault

TRIES = 3
MANY_FILES = 20
MANY_BYTES = 1 << 20
"""of sealed answers, from which on taking them in is seen to take time"""
NO_TERMINAL = "Name a key file with --key-file or VOICECHECK_KEY_FILE, or start it from a terminal."

RECOVER = "There is a recovery key too: voicecheck vault recover"
UNFINISHED_RESTORE = (
    "A restore was interrupted before it changed anything, and what it had begun is removed. "
    "To start it again: voicecheck vault restore FILE"
)
FINISHED_RESTORE = "A restore that was interrupted is finished; the vault of the backup is in its place."
FULL = "The disk is full, so nothing can be taken in or changed; this is what is kept so far."
CLOSED = "Others on this computer could look into the vault's folder; it is yours alone again."
COUNT_MISSING = (
    "The file vault.count is missing or broken, so nobody can tell whether this is the newest state of the vault. "
    "If you did not take it away yourself, look for what you said last, and compare with a backup."
)
PUT_BACK = "{} sealed file(s) of what you had deleted lay in the inbox again. They were destroyed, not taken in."
LOST = "The last {} change(s) to the vault are gone from its file. Look: voicecheck vault verify"


def open_vault(app: App, key_file: Path | None, *, may_ask: bool = True) -> Vault:
    """The vault, open for writing, the inbox taken in; a notice on stderr says what came in.

    With a key file a vault that is missing is made, the key file too, without a question. Raises VaultBusyError while
    another process writes, VaultLockedError when nobody can be asked, VaultError otherwise.
    """
    return open_unlocked(app, unlock(app, key_file, may_ask=may_ask))


def open_unlocked(app: App, key: DataKey) -> Vault:
    """As `open_vault`, with the key at hand: for a vault that is closed while a person thinks, and opened again."""
    from voicecheck.vault.vault import Vault

    vault = Vault.open(app.paths, key)
    tell_taken_in(app, _take_in(app, vault))
    return vault


def open_for_reading(app: App, key_file: Path | None, *, settling: bool = False, key: DataKey | None = None) -> Vault:
    """As `open_vault`, but beside a running check-in, or where nothing can be written, it opens to read only.

    With `settling` the person is asked what becomes of answers that broke off. Who has the `key` is not asked for it.
    """
    from voicecheck.vault.vault import Vault

    key = key or unlock(app, key_file)
    folder = app.paths.vault_folder
    try:
        if folder.exists() and not os.access(folder, os.W_OK):
            return Vault.open(app.paths, key, read_only=True)
        vault = Vault.open(app.paths, key)
        taken = _take_in(app, vault)
    except VaultBusyError:
        app.tell("Another VoiceCheck is writing; this is what is kept so far.")
        return Vault.open(app.paths, key, read_only=True)
    except VaultFullError:
        app.tell(FULL)
        return Vault.open(app.paths, key, read_only=True)
    tell_taken_in(app, taken, waiting=not settling)
    if settling:
        settle_waiting(app, vault, taken)
    return vault


def settle_waiting(app: App, vault: Vault, taken: TakenIn) -> None:
    """Closes the vault where it fails or is stopped; what was not decided stays sealed."""
    from voicecheck.cli.vault.recovering import settle

    try:
        settle(app, vault, taken.waiting)
    except BaseException:
        vault.close()
        raise


def open_and_take_in(app: App, key_file: Path | None, *, may_ask: bool = True) -> tuple[Vault, TakenIn]:
    """The open vault and what its inbox held; cut-off answers are in `TakenIn.waiting`."""
    from voicecheck.vault.vault import Vault

    vault = Vault.open(app.paths, unlock(app, key_file, may_ask=may_ask))
    return vault, _take_in(app, vault)


def open_for_tonight(
    app: App, key_file: Path | None, stack: contextlib.ExitStack
) -> tuple[Inbox, Vault | None, tuple[Recovered, ...]] | None:
    """The open vault where a key is at hand, closed with `stack`; else only its inbox, for which no key is needed.

    None where there is no vault, and no key file to make one with.
    """
    from voicecheck.vault.create import locked_inbox

    if not opens_silently(app, key_file):
        return (locked_inbox(app.paths), None, ()) if has_vault(app) else None
    try:
        vault, taken = open_and_take_in(app, key_file, may_ask=False)
    except (VaultBusyError, VaultLockedError) as error:
        if key_file is not None and isinstance(error, VaultLockedError):
            raise  # the file that was named does not fit; a keychain that has gone is no reason to stop
        click.echo(f"{error.message} {app.phrases.show('sealed')}", err=True)
        return locked_inbox(app.paths), None, ()
    stack.callback(vault.close)
    tell_taken_in(app, taken, waiting=False)
    return vault.inbox, vault, taken.waiting


def opens_silently(app: App, key_file: Path | None) -> bool:
    """Whether a key is at hand that nobody has to type: a key file, or a slot of the login keychain."""
    from voicecheck.vault.keys.slots import KeySlots

    return key_file is not None or (has_vault(app) and "keychain" in KeySlots.load(app.paths.slots_file).kinds)


def unlock(app: App, key_file: Path | None, *, may_ask: bool = True) -> DataKey:
    """The data key. Raises VaultLockedError when it does not fit or nobody can be asked, VaultError for no vault."""
    from voicecheck.vault.create import create_vault
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.rekeying import finish_rekey

    if not has_vault(app):
        if key_file is None:
            raise VaultError("There is no vault yet.", "Make one: voicecheck vault create")
        return create_vault(app.paths, key_file=key_file)
    key = unlock_slots(app, KeySlots.load(app.paths.slots_file), key_file, may_ask=may_ask)
    finish_rekey(app.paths, key)
    return key


def unlock_slots(
    app: App, slots: KeySlots, key_file: Path | None, *, may_ask: bool = True, asks: str = "Passphrase"
) -> DataKey:
    """The data key that these slots wrap, a backup's among them; `asks` names the passphrase that is wanted.

    Raises VaultLockedError, VaultError.
    """
    if key_file is not None:
        return slots.unlock_with_key_file(key_file)
    opened = _from_keychain(app, slots) if "keychain" in slots.kinds else None
    if opened is not None:
        return opened
    if not may_ask or not app.interactive:
        raise VaultLockedError("The vault is locked.", NO_TERMINAL)
    if "passphrase" not in slots.kinds:
        hint = "Run: voicecheck vault recover" if "recovery" in slots.kinds else "Name its key file with --key-file."
        raise VaultLockedError("This vault has no passphrase.", hint)
    try:
        return ask_until_it_opens(slots.unlock_with_passphrase, asks)
    except VaultLockedError as error:
        if "recovery" not in slots.kinds:
            raise
        raise VaultLockedError(error.message, RECOVER) from error


def has_vault(app: App) -> bool:
    """Whether there is a vault; what a killed process left is seen to first: a restore, or a text for an editor.

    Raises VaultError where there is none, but one that a restore moved aside.
    """
    from voicecheck.cli.terminal.memory import sweep_memory
    from voicecheck.vault.create import vault_exists
    from voicecheck.vault.restoring import refuse_beside

    sweep_memory()
    settle_restore(app)
    if vault_exists(app.paths):
        return True
    refuse_beside(app.paths)
    return False


def settle_restore(app: App) -> None:
    """Bring a restore to its end that was killed, or say that it changed nothing."""
    from voicecheck.vault.restoring import finish_restore, sweep

    finished = finish_restore(app.paths)
    if finished is not None:
        app.tell(FINISHED_RESTORE)
        tell_aside(app, finished)
    if sweep(app.paths) and finished is None:
        app.tell(UNFINISHED_RESTORE)


def tell_aside(app: App, restored: Restored) -> None:
    """Where the vault lies that a restore moved aside, and which answers are in it alone."""
    if restored.aside is None:
        return
    app.tell(f"The vault that was here lies, whole, in {restored.aside}.")
    if restored.newer_answers:
        there = restored.aside / app.paths.inbox_folder.name
        told = f"{_answers(restored.newer_answers).capitalize()} in it, sealed in {there}, came after the backup."
        step = (
            f"Move what is in there to {app.paths.inbox_folder}, and the next unlock takes it in."
            if restored.same_key
            else "Only that vault opens them: its key is another one."
        )
        app.tell(f"{told} {step}")


def _from_keychain(app: App, slots: KeySlots) -> DataKey | None:
    """None where the keychain has gone or does not fit: the other slots go on working."""
    from voicecheck.vault.keys.keychain import find_keychain

    try:
        return slots.unlock_with_keychain(find_keychain())
    except VaultError as error:
        app.notices.print(error.message, soft_wrap=True, markup=False)
        return None


def ask_until_it_opens(unlock_with: Callable[[str], DataKey], asks: str = "Passphrase") -> DataKey:
    for attempt in range(1, TRIES + 1):
        try:
            return unlock_with(click.prompt(asks, hide_input=True, err=True))
        except VaultLockedError as error:
            if attempt == TRIES:
                raise
            click.echo(error.message, err=True)
    raise AssertionError("the loop returns or raises")


def ask_new_passphrase() -> str:
    """Asked twice, without echo. Raises UsageError when it is too short."""
    from voicecheck.vault.keys.argon2 import check_passphrase

    passphrase = str(click.prompt("New passphrase", hide_input=True, confirmation_prompt="Once more", err=True))
    check_passphrase(passphrase)
    return passphrase


def tell_taken_in(app: App, taken: TakenIn, *, waiting: bool = True) -> None:
    """Counts only: no word and no date of what was said. Without `waiting` somebody else says what broke off."""
    if taken.entries:
        app.notices.print(f"Taken in from the inbox: {_answers(len(taken.entries))}.")
    if taken.waiting and waiting:
        told = f"{_answers(len(taken.waiting)).capitalize()} not finished; still sealed and safe."
        app.tell(f"{told} Decide what becomes of it: voicecheck vault unlock")
    if taken.blank:
        app.notices.print(
            f"{taken.blank} sealed file(s) without any content were removed, as a loss of power leaves them."
        )
    if taken.put_back:
        app.tell(PUT_BACK.format(taken.put_back))
    if taken.unreadable:
        app.notices.print(f"{len(taken.unreadable)} sealed file(s) cannot be read; left where they are.")


def _take_in(app: App, vault: Vault) -> TakenIn:
    if vault.loosened:
        app.notices.print(CLOSED, soft_wrap=True)
    if vault.count_missing:
        app.notices.print(COUNT_MISSING, soft_wrap=True)
    if vault.lost_commits:
        app.notices.print(LOST.format(vault.lost_commits), soft_wrap=True)
    from voicecheck.diary.tagging import tagger_of

    try:
        with _progress(app) as done:
            return vault.ingest(app.settings.vault.keep_audio, tag=tagger_of(vault).tag, progress=done)
    except BaseException:
        vault.close()
        raise


@contextlib.contextmanager
def _progress(app: App) -> Iterator[Callable[[int, int], None]]:
    """A bar where much waits in the inbox: elsewhere it would be gone before it is seen."""
    from voicecheck.files import size_of
    from voicecheck.vault.inbox.inbox import pending

    waiting = pending(app.paths.inbox_folder)
    if len(waiting) < MANY_FILES and sum(map(size_of, waiting)) < MANY_BYTES:
        yield lambda done, total: None
        return
    from voicecheck.cli.terminal.progress import Bar

    with Bar(app, "Taking in what waited", len(waiting)) as bar:
        yield bar.done


def _answers(count: int) -> str:
    return "one answer" if count == 1 else f"{count} answers"


def tell_due(app: App, vault: Vault) -> None:
    """Say when entries are marked by older feeling words than today's; one that only reads says nothing."""
    from voicecheck.diary import tagging

    count = 0 if vault.read_only else len(tagging.due(vault))
    if count:
        entries = "One entry is" if count == 1 else f"{count} entries are"
        app.notices.print(
            f"{entries} marked by older feeling words. Mark anew: voicecheck feeling retag", soft_wrap=True
        )


def forget(app: App, account: str) -> None:
    """Take a secret that opens nothing any more out of the login keychain, where it still answers."""
    from voicecheck.vault.keys.keychain import find_keychain

    try:
        find_keychain().forget(account)
    except VaultError as error:
        app.notices.print(f"{error.message} What it kept opens nothing any more.", soft_wrap=True, markup=False)
