"""How a command gets an open vault: the key file that was named, else a key that is found, else the passphrase.

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
from voicecheck.cli.terminal.reading import SHOWN_OF_ID
from voicecheck.cli.vault.person import TerminalPerson
from voicecheck.errors import UsageError, VaultBusyError, VaultError, VaultFullError, VaultLockedError, VaultMovedError
from voicecheck.text.typed import as_typed

if TYPE_CHECKING:
    from voicecheck.vault.inbox.inbox import Inbox, Recovered
    from voicecheck.vault.ingest import TakenIn
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.keys.kind import Key, Kind
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.moving import Arrived
    from voicecheck.vault.restoring import Restored
    from voicecheck.vault.vault import Vault

TRIES = 3
MANY_FILES = 20
MANY_BYTES = 1 << 20
"""of sealed answers, from which on taking them in is seen to take time"""
NO_TERMINAL = "Name a key file with --key-file or VOICECHECK_KEY_FILE, or start it from a terminal."

RECOVER = "There is a recovery key too: voicecheck vault recover"


def open_vault(app: App, key_file: Path | None, *, may_ask: bool = True) -> Vault:
    """Open the vault for writing and take its inbox in; a notice on stderr says what came in.

    With a key file a vault that is missing is made, the key file too, without a question. Raises VaultBusyError while
    another process writes, VaultLockedError when nobody can be asked, VaultError otherwise.
    """
    return open_unlocked(app, unlock(app, key_file, may_ask=may_ask))


def open_unlocked(app: App, key: DataKey) -> Vault:
    """Open as `open_vault` with the key at hand: for a vault that is closed while a person thinks, and opened again."""
    from voicecheck.vault.vault import Vault

    vault = Vault.open(app.paths, key)
    tell_taken_in(app, _take_in(app, vault))
    return vault


def open_for_reading(app: App, key_file: Path | None, *, settling: bool = False, key: DataKey | None = None) -> Vault:
    """Open as `open_vault`, but read-only beside a running check-in, or where nothing can be written.

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
        app.tell(app.phrases.show("vault_read_busy"))
        return Vault.open(app.paths, key, read_only=True)
    except VaultMovedError as error:
        app.tell(as_typed(error.told))
        return Vault.open(app.paths, key, read_only=True)
    except VaultFullError:
        app.tell(app.phrases.show("vault_read_full"))
        return Vault.open(app.paths, key, read_only=True)
    tell_taken_in(app, taken, waiting=not settling)
    if settling:
        settle_waiting(app, vault, taken)
    return vault


def settle_waiting(app: App, vault: Vault, taken: TakenIn) -> None:
    """Ask about cut-off answers. Closes the vault where it fails or is stopped; what was not decided stays sealed."""
    from voicecheck.cli.vault.recovering import settle

    try:
        settle(app, vault, taken.waiting)
    except BaseException:
        vault.close()
        raise


def open_and_take_in(app: App, key_file: Path | None, *, may_ask: bool = True) -> tuple[Vault, TakenIn]:
    """Open the vault. Return it and what its inbox held; cut-off answers are in `TakenIn.waiting`."""
    from voicecheck.vault.vault import Vault

    vault = Vault.open(app.paths, unlock(app, key_file, may_ask=may_ask))
    return vault, _take_in(app, vault)


def open_for_tonight(
    app: App, key_file: Path | None, stack: contextlib.ExitStack
) -> tuple[Inbox, Vault | None, tuple[Recovered, ...]] | None:
    """Open the vault if a key is at hand, closed with `stack`; else only its inbox, for which no key is needed.

    None where there is no vault, and no key file to make one with.
    """
    from voicecheck.cli.vault.recovering import parted
    from voicecheck.vault.create import locked_inbox

    if not opens_silently(app, key_file):
        return (locked_inbox(app.paths), None, ()) if has_vault(app) else None
    try:
        vault, taken = open_and_take_in(app, key_file, may_ask=False)
    except (VaultBusyError, VaultLockedError) as error:
        if key_file is not None and isinstance(error, VaultLockedError):
            raise  # the file that was named does not fit; a keychain that has gone is no reason to stop
        app.tell(f"{error.message} {app.phrases.show('sealed')}")
        return locked_inbox(app.paths), None, ()
    stack.callback(vault.close)
    tell_taken_in(app, taken, waiting=False)
    _, broken = parted(taken.waiting)
    if broken:
        app.tell(counted(app, "found_before_one", "found_before", len(broken)))
    return vault.inbox, vault, taken.waiting


def opens_silently(app: App, key_file: Path | None) -> bool:
    """True if a key is at hand that nobody has to type: a key file, or one that is found without a question."""
    from voicecheck.vault.keys.kind import Way
    from voicecheck.vault.keys.slots import KeySlots

    return key_file is not None or (
        has_vault(app) and any(kind.way is Way.FOUND for kind in KeySlots.load(app.paths.slots_file).known_kinds)
    )


def unlock(app: App, key_file: Path | None, *, may_ask: bool = True) -> DataKey:
    """Return the data key. Raises VaultLockedError if none fits or nobody can be asked, VaultError for no vault."""
    from voicecheck.vault.create import create_vault
    from voicecheck.vault.keys.key_file import KeyFile
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.rekeying import finish_rekey

    if key_file is None:
        need_vault(app)
    elif not has_vault(app):
        return create_vault(app.paths, KeyFile(key_file))
    key = unlock_slots(app, KeySlots.load(app.paths.slots_file), key_file, may_ask=may_ask)
    finish_rekey(app.paths, key)
    return key


def unlock_slots(
    app: App, slots: KeySlots, key_file: Path | None, *, may_ask: bool = True, of_backup: bool = False
) -> DataKey:
    """The data key that these slots wrap, be they those of a backup.

    Raises VaultLockedError, VaultError.
    """
    from voicecheck.vault.keys.key_file import KEY_FILE
    from voicecheck.vault.keys.kind import Way

    if key_file is not None:
        return KEY_FILE.open(TerminalPerson(app), key_file, slots.unlock)[1]
    opened = _find_silently(app, slots)
    if opened is not None:
        return opened
    if not may_ask or not app.interactive:
        raise VaultLockedError("The vault is locked.", NO_TERMINAL)
    typed = [kind for kind in slots.known_kinds if kind.way is Way.TYPED]
    recoverable = any(kind.way is Way.RECOVERY for kind in slots.known_kinds)
    if not typed:
        hint = "Run: voicecheck vault recover" if recoverable else "Name its key file with --key-file."
        raise VaultLockedError("This vault has no passphrase.", hint)
    for kind in typed:
        try:
            return ask_until_it_opens(app, kind, slots, of_backup=of_backup)[1]
        except VaultLockedError as error:
            if kind is typed[-1]:
                raise VaultLockedError(error.message, RECOVER if recoverable else error.hint) from error
            click.echo(error.message, err=True)
    raise AssertionError("the loop returns or raises")


def recover_slots(app: App, slots: KeySlots) -> DataKey:
    """The data key, by the key for the day when the others are lost. Raises VaultLockedError, UsageError."""
    from voicecheck.vault.keys.kind import Way

    kind = next((kind for kind in slots.known_kinds if kind.way is Way.RECOVERY), None)
    if kind is None:
        raise VaultLockedError("This vault has no recovery key.", "See what opens it: voicecheck vault slots list")
    return ask_until_it_opens(app, kind, slots)[1]


def need_vault(app: App) -> None:
    """Raise VaultError where there is no vault, and none may be made now."""
    if not has_vault(app):
        raise VaultError("There is no vault yet.", "Make one: voicecheck vault create")


def has_vault(app: App) -> bool:
    """Return whether there is a vault, after what a killed process left is settled: a restore, or an editor's text.

    Raises VaultError where there is none, but one that a restore moved aside.
    """
    from voicecheck.cli.terminal.memory import sweep_memory
    from voicecheck.vault.create import vault_exists
    from voicecheck.vault.restoring import refuse_beside
    from voicecheck.vault.unset import erase_abandoned

    sweep_memory()
    settle_restore(app)
    if erase_abandoned(app.paths):
        app.tell(app.phrases.show("first_abandoned"))
    if vault_exists(app.paths):
        return True
    refuse_beside(app.paths)
    return False


def settle_restore(app: App) -> None:
    """Bring a restore to its end that was killed, or say that it changed nothing."""
    from voicecheck.vault.restoring import finish_restore, sweep

    finished = finish_restore(app.paths)
    if finished is not None:
        app.tell(app.phrases.show("restore_finished"))
        tell_aside(app, finished)
    if sweep(app.paths) and finished is None:
        app.tell(app.phrases.show("restore_unfinished"))
    settle_move(app)


def settle_move(app: App) -> None:
    """Put what came with a moved vault in its place, where that was interrupted, and tell the proof."""
    from voicecheck.vault.moving import settle_arrival

    with contextlib.suppress(VaultBusyError):  # somebody is at it
        arrived = settle_arrival(app.paths)
        if arrived is not None:
            tell_arrived(app, arrived)


def tell_arrived(app: App, arrived: Arrived) -> None:
    """Tell the proof for the old computer, and which files stood in the way."""
    for path in arrived.kept:
        app.tell(app.phrases.show("move_kept", file=path))
    app.tell(app.phrases.show("move_arrived", proof=arrived.proof))


def tell_aside(app: App, restored: Restored) -> None:
    """Tell where the vault lies that a restore moved aside, and which answers are in it alone."""
    if restored.aside is None:
        return
    app.tell(app.phrases.show("restore_aside", folder=restored.aside))
    count, inbox = restored.newer_answers, app.paths.inbox_folder
    if count:
        step = "restore_newer_move" if restored.same_key else "restore_newer_locked"
        told = "restore_newer_one" if count == 1 else "restore_newer"
        places = {"folder": restored.aside / inbox.name, "step": app.phrases.show(step, folder=inbox), "count": count}
        app.tell(app.phrases.show(told, **places))


def _find_silently(app: App, slots: KeySlots) -> DataKey | None:
    """None where no such key is there or fits, which is said: the other slots go on working."""
    from voicecheck.vault.keys.kind import Way

    for kind in slots.known_kinds:
        if kind.way is Way.FOUND:
            try:
                return kind.open(TerminalPerson(app), None, slots.unlock)[1]
            except VaultError as error:
                app.notices.print(error.message, soft_wrap=True, markup=False)
    return None


def ask_until_it_opens(app: App, kind: Kind, slots: KeySlots, *, of_backup: bool = False) -> tuple[Key, DataKey]:
    """Three tries at most. Raises what the last one does: VaultLockedError, UsageError."""
    from voicecheck.vault.keys.kind import Way

    for attempt in range(1, TRIES + 1):
        try:
            return kind.open(TerminalPerson(app, of_backup=of_backup), None, slots.unlock)
        except (UsageError, VaultLockedError) as error:
            if attempt == TRIES:
                raise
            if kind.way is not Way.RECOVERY:
                click.echo(error.message, err=True)
                continue
            click.echo(as_typed(f"{error.message} {error.hint}"), err=True)  # what is asked next covers the screen
            click.prompt(app.phrases.show("key_try_again"), default="", show_default=False, err=True)
    raise AssertionError("the loop returns or raises")


def tell_taken_in(app: App, taken: TakenIn, *, waiting: bool = True) -> None:
    """Tell what came in, by counts: no word and no date. Without `waiting` somebody else tells of cut-off answers."""
    from voicecheck.cli.vault.recovering import parted

    show = app.phrases.show
    if taken.entries:
        app.notices.print(counted(app, "taken_in_one", "taken_in", len(taken.entries)))
    if taken.waiting and waiting:
        memos, broken = parted(taken.waiting)
        if broken:
            app.tell(counted(app, "taken_in_broken_one", "taken_in_broken", len(broken)))
        if memos:
            app.tell(counted(app, "memos_wait_one", "memos_wait", len(memos)))
    if taken.blank:
        app.notices.print(show("taken_in_blank", count=taken.blank))
    if taken.put_back:
        app.tell(show("taken_in_put_back", count=taken.put_back))
    if taken.unreadable:
        app.notices.print(show("taken_in_unreadable", count=len(taken.unreadable)))


def counted(app: App, one: str, many: str, count: int) -> str:
    """The sentence for one, or that for several."""
    return app.phrases.show(one if count == 1 else many, count=count)


def _take_in(app: App, vault: Vault) -> TakenIn:
    if vault.loosened:
        app.notices.print(app.phrases.show("folder_closed"), soft_wrap=True)
    if vault.count_missing:
        app.notices.print(app.phrases.show("count_missing"), soft_wrap=True)
    if vault.lost_commits:
        app.notices.print(app.phrases.show("changes_lost", count=vault.lost_commits), soft_wrap=True)
    from voicecheck.diary.tagging import tagger_of

    try:
        with _progress(app) as done:
            taken = vault.ingest(app.settings.vault.keep_audio, tag=tagger_of(vault).tag, progress=done)
        _open_letters(app, vault)
        return taken
    except BaseException:
        vault.close()
        raise


def _open_letters(app: App, vault: Vault) -> None:
    """Open the letters whose day has come, and say so."""
    from voicecheck.clock import local_date, now
    from voicecheck.diary.letters import open_due

    for letter in open_due(vault, local_date(now())):
        written, short = app.phrases.say_date("whole", letter.written), letter.entry_id[:SHOWN_OF_ID]
        app.tell(app.phrases.write("letter_opened", written=written, id=short))


@contextlib.contextmanager
def _progress(app: App) -> Iterator[Callable[[int, int], None]]:
    """Show a bar where much waits in the inbox: elsewhere it would be gone before it is seen."""
    from voicecheck.files import size_of
    from voicecheck.vault.inbox.inbox import pending

    waiting = pending(app.paths.inbox_folder)
    if len(waiting) < MANY_FILES and sum(map(size_of, waiting)) < MANY_BYTES:
        yield lambda done, total: None
        return
    from voicecheck.cli.terminal.progress import Bar

    with Bar(app, app.phrases.show("taking_in"), len(waiting)) as bar:
        yield bar.done


def tell_due(app: App, vault: Vault) -> None:
    """Say when entries are marked by older feeling words than today's; one that only reads says nothing."""
    from voicecheck.diary import tagging

    count = 0 if vault.read_only else len(tagging.due(vault))
    if count:
        app.notices.print(counted(app, "marks_due_one", "marks_due", count), soft_wrap=True)
