"""`voicecheck vault passwd|rekey`: a new passphrase, and where it is wanted a new data key for the vault."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import click

from voicecheck.cli.app import App, key_file_option
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.vault.person import TerminalPerson
from voicecheck.cli.vault.slots import forget, need_person, set_passphrase
from voicecheck.cli.vault.unlocking import ask_until_it_opens, need_vault, open_unlocked, unlock
from voicecheck.errors import UsageError, VaultError, VaultLockedError

if TYPE_CHECKING:
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.keys.kind import Key, Kind
    from voicecheck.vault.keys.slots import KeySlots

NEEDS_A_PERSON = "This vault also opens with what only a person can give, and nobody can be asked here."


@click.command()
@key_file_option
@click.pass_obj
def passwd(app: App, key_file: Path | None) -> None:
    """Change the passphrase, and where you want it the key behind it."""
    need_person(app)
    data_key = unlock(app, key_file)
    passphrase = set_passphrase(app, data_key)
    app.tell(app.phrases.show("passphrase_changed"))
    app.tell(app.phrases.show("rekey_why"))
    if confirm(app.phrases, app.phrases.show("rekey_offer")):
        give_new_key(app, data_key, [passphrase], key_file)
    else:
        app.tell(app.phrases.show("rekey_later"))


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_file_option
@click.pass_obj
def rekey(app: App, yes: bool, key_file: Path | None) -> None:
    """Give the vault a new key. Older backups and passphrases then open nothing of what you say from now on.

    All that is kept is encrypted anew. It can be stopped at any moment: the vault then has the one key or the other.
    """
    from voicecheck.vault.keys.slots import KeySlots

    need_vault(app)
    slots = KeySlots.load(app.paths.slots_file)
    if not app.interactive and any(kind.needs_person for kind in slots.known_kinds):
        raise VaultLockedError(NEEDS_A_PERSON, "Start it from a terminal: voicecheck vault rekey")
    if not yes and not app.interactive:
        raise UsageError("A new key asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    slots.refuse_unknown()
    data_key, typed = _typed(app, slots)
    if data_key is None:
        data_key = unlock(app, key_file)
    if not yes:
        confirm(app.phrases, app.phrases.show("rekey_ask"), abort=True)
    give_new_key(app, data_key, typed, key_file)


def give_new_key(app: App, data_key: DataKey, typed: Sequence[Key], key_file: Path | None) -> None:
    """Ask for what shall open the vault from now on, then encrypt it anew, with a bar.

    `typed` are keys that the person typed already.
    """
    from voicecheck.cli.terminal.progress import Bar
    from voicecheck.vault.keys.kind import Way
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.rekeying import rekey as rekey_vault

    open_unlocked(app, data_key).close()  # tells what waits or is damaged, before anything is changed
    slots = KeySlots.load(app.paths.slots_file)
    slots.refuse_unknown()
    keys = [key for kind in slots.known_kinds for key in _keys_of(app, slots, kind, typed, key_file)]
    on_paper = any(key.kind.way is Way.RECOVERY for key in keys)
    try:
        with Bar(app, app.phrases.show("rekey_runs"), None) as bar:
            rekey_vault(app.paths, data_key, keys, bar.done)
    except BaseException:
        if on_paper and KeySlots.load(app.paths.slots_file).public_key == slots.public_key:
            app.tell(app.phrases.show("rekey_words_stay"))
        raise
    forget(app, slots.slots)
    app.tell(app.phrases.show("rekey_done"))
    if not on_paper and any(kind.way is Way.RECOVERY for kind in slots.known_kinds):
        app.tell(app.phrases.show("rekey_no_recovery"))


def _typed(app: App, slots: KeySlots) -> tuple[DataKey | None, list[Key]]:
    """Every key that a person types, asked for until it opens the vault, and what they open; None for no such key."""
    from voicecheck.vault.keys.kind import Way

    data_key, keys = None, []
    for kind in slots.known_kinds:
        if kind.way is Way.TYPED:
            key, data_key = ask_until_it_opens(app, kind, slots)
            keys.append(key)
    return data_key, keys


def _keys_of(app: App, slots: KeySlots, kind: Kind, typed: Sequence[Key], key_file: Path | None) -> tuple[Key, ...]:
    """Those of one kind that shall open the vault from now on."""
    from voicecheck.vault.keys.kind import Way

    match kind.way:
        case Way.TYPED:
            here = tuple(key for key in typed if key.kind is kind)
            return here or (ask_until_it_opens(app, kind, slots)[0],)
        case Way.NAMED:
            return _named(app, slots, kind, key_file)
        case Way.RECOVERY:
            app.tell(app.phrases.show("rekey_recovery"))
            made = kind.make(TerminalPerson(app), None, may_skip=True)
            return () if made is None else (made,)
        case Way.FOUND:
            try:
                return (kind.open(TerminalPerson(app), None, slots.unlock)[0],)
            except VaultError as error:
                app.tell(app.phrases.show("rekey_left_out", fault=error.message))
                return ()
        case _:
            assert_never(kind.way)


def _named(app: App, slots: KeySlots, kind: Kind, named: Path | None) -> tuple[Key, ...]:
    """The key files that go on opening the vault, found to fit. Raises UsageError where one would be left out."""
    found = [] if named is None else _fitting(app, slots, kind, named)
    while sum(map(slots.opened_by, found)) < len(slots.of(kind)):
        if not app.interactive:
            raise UsageError(
                f"This vault opens with another {kind.title} too, which would be left out.",
                "Take it out first: voicecheck vault slots list",
            )
        asked = app.phrases.show("rekey_ask_file", key=kind.title)
        typed = click.prompt(asked, default="", show_default=False, err=True)
        if not typed.strip():
            break
        try:
            new = [key for key in _fitting(app, slots, kind, Path(typed.strip()).expanduser()) if key not in found]
        except (UsageError, VaultError) as error:
            app.tell(f"{error.message} {error.hint}")
            continue
        if not new:
            app.tell(app.phrases.show("rekey_no_other", key=kind.title))
        found += new
    return tuple(found)


def _fitting(app: App, slots: KeySlots, kind: Kind, path: Path) -> list[Key]:
    """The key at this path, where it opens the vault. Raises VaultError where it cannot be read."""
    try:
        return [kind.open(TerminalPerson(app), path, slots.unlock)[0]]
    except VaultLockedError:
        return []
