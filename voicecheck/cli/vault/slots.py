"""`voicecheck vault recover|slots`: manage the keys that open the vault."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem
from rich.table import Table

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.vault.person import TerminalPerson
from voicecheck.cli.vault.unlocking import NO_TERMINAL, recover_slots, unlock
from voicecheck.errors import UsageError, VaultLockedError

if TYPE_CHECKING:
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.keys.kind import Key, Kind
    from voicecheck.vault.keys.slot import Slot
    from voicecheck.vault.keys.slots import KeySlots


class AddableKind(click.ParamType["Kind"]):
    """A kind of key by its name on the command line; the table of kinds loads when it is asked for."""

    name = "kind"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Kind:
        return _addable()[_choice().convert(str(value), param, ctx)]

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"{{{'|'.join(_addable())}}}"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _choice().shell_complete(ctx, param, incomplete)


class AddCommand(click.Command):
    """`vault slots add`, whose help names the kinds of the table."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.help = _help_of_add()
        super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        self.help = _help_of_add()
        return super().get_short_help_str(limit)


def _help_of_add() -> str:
    *others, last = [f"{name} {kind.adding}" for name, kind in _addable().items()]
    return f"Add a key: {', '.join(others)}, or {last}.\n\nFor a passphrase: voicecheck vault passwd."


def _addable() -> dict[str, Kind]:
    from voicecheck.vault.keys import kinds

    return {kind.command: kind for kind in kinds.KINDS if kind.adding}


def _choice() -> click.Choice[str]:
    return click.Choice(list(_addable()))


@click.command()
@click.pass_obj
def recover(app: App) -> None:
    """Open the vault with the words of its recovery key, and choose a new passphrase."""
    from voicecheck.vault.keys.slots import KeySlots

    need_person(app)
    data_key = recover_slots(app, KeySlots.load(app.paths.slots_file))
    app.notices.print(app.phrases.show("recovery_fits"))
    set_passphrase(app, data_key)
    app.tell(f"{app.phrases.show('passphrase_added')} {app.phrases.show('rekey_when')}")


@click.group()
def slots() -> None:
    """Ways to open the vault: list, add, remove."""


@slots.command("list")
@json_option
@click.pass_obj
def list_slots(app: App, as_json: bool) -> None:
    """List what opens the vault; no key is needed."""
    from voicecheck.vault.keys.kinds import kind_of, title_of
    from voicecheck.vault.keys.slots import KeySlots

    found = KeySlots.load(app.paths.slots_file)
    if as_json:
        echo_json([{"number": number, "kind": kind} for number, kind in enumerate(found.kinds, start=1)])
        return
    table = Table.grid(padding=(0, 2))
    for number, slot in enumerate(found.slots, start=1):
        kind = kind_of(slot)
        table.add_row(str(number), title_of(slot), app.phrases.show("key_unknown") if kind is None else kind.note)
    app.output.print(table)


@slots.command(cls=AddCommand)
@click.argument("kind", type=AddableKind())
@click.argument("path", type=click.Path(path_type=Path), required=False)
@key_file_option
@click.pass_obj
def add(app: App, kind: Kind, path: Path | None, key_file: Path | None) -> None:
    """Add a key of a kind that the table offers."""
    from voicecheck.vault.keys.kind import Way

    if (path is not None) != (kind.way is Way.NAMED):
        raise UsageError(
            "PATH belongs to key-file, and key-file needs one.", "voicecheck vault slots add key-file PATH"
        )
    if kind.needs_person:
        need_person(app)
    data_key = unlock(app, key_file)
    add_key(app, data_key, kind.make(TerminalPerson(app), path))


@slots.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_file_option
@click.pass_obj
def remove(app: App, number: int, yes: bool, key_file: Path | None) -> None:
    """Take out the key with this number of `slots list`. The last one stays."""
    from voicecheck.vault.disk.locking import writer_lock
    from voicecheck.vault.keys.kinds import title_of
    from voicecheck.vault.keys.slots import KeySlots

    if not yes and not app.interactive:
        raise UsageError("Removing asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    data_key = unlock(app, key_file)
    with writer_lock(app.paths.vault_folder):
        found = KeySlots.load(app.paths.slots_file)
        gone = found.slots[number - 1 : number]
        if gone and not yes:
            confirm(app.phrases, f"Should the {title_of(gone[0])} no longer open the vault?", abort=True)
        left = found.remove(data_key, number)
    forget(app, gone)
    app.tell(app.phrases.show("key_removed", rekey=app.phrases.show("rekey_when")))
    tell_unknown(app, left)


def add_key(app: App, data_key: DataKey, key: Key | None) -> bool:
    """True if there was a key to add, and it was added."""
    if key is None:
        return False
    _written(app, data_key, key)
    key.added(TerminalPerson(app))
    return True


def add_recovery_key(app: App, data_key: DataKey, *, may_skip: bool = False) -> bool:
    """Show a new recovery key and add it. Return True once the words are on paper and the slot is added."""
    from voicecheck.vault.keys.recovery_key import RECOVERY

    return add_key(app, data_key, RECOVERY.make(TerminalPerson(app), None, may_skip=may_skip))


def forget(app: App, gone: Iterable[Slot]) -> None:
    """Destroy what is kept outside the vault for slots that open nothing any more, where its place still answers."""
    from voicecheck.vault.keys.kinds import forget_elsewhere

    for fault in forget_elsewhere(gone):
        app.tell(app.phrases.show("key_kept_elsewhere", fault=fault.message))


def tell_unknown(app: App, slots: KeySlots) -> None:
    """One sentence, where the vault has keys that a later VoiceCheck has made."""
    if slots.unknown:
        app.tell(app.phrases.show("keys_unknown", kinds=", ".join(slot.kind for slot in slots.unknown)))


def set_passphrase(app: App, data_key: DataKey) -> Key:
    from voicecheck.vault.keys.passphrase import PASSPHRASE

    key = PASSPHRASE.make(TerminalPerson(app), None)
    _written(app, data_key, key)
    return key


def _written(app: App, data_key: DataKey, key: Key) -> None:
    from voicecheck.vault.keys import changing

    tell_unknown(app, changing.add_key(app.paths, data_key, key))


def need_person(app: App) -> None:
    if not app.interactive:
        raise VaultLockedError("This asks for words, and nobody can be asked here.", NO_TERMINAL)
