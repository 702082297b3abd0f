"""`voicecheck import watch`: voice memos that land in a folder, sealed at once, also while the vault is locked."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.vault.unlocking import need_vault
from voicecheck.clock import now, zone_name
from voicecheck.errors import UsageError
from voicecheck.offline.errand import Errand

if TYPE_CHECKING:
    from voicecheck.remind.watching import FoundWatch

wait = time.sleep

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("folder", required=False, type=_FOLDER)
@click.option("--erase", is_flag=True, help="Once a memo is sealed, overwrite and remove its file.")
@click.option("--move", "move_to", type=_FOLDER, metavar="FOLDER", help="Once it is sealed, move its file there.")
@click.option("--off", is_flag=True, help="Watch no folder any more.")
@json_option
@click.pass_obj
def watch(app: App, folder: Path | None, erase: bool, move_to: Path | None, off: bool, as_json: bool) -> None:
    """Take in voice memos by themselves that land in FOLDER, as from a phone by Syncthing or a cable.

    Each is sealed into the inbox as soon as it is whole; no passphrase is needed for that. Only then its file is
    erased or moved, as you say here. It is written down, and becomes an entry of its own day, when you next open the
    vault. What is no sound, is damaged or half there, stays where it lies.

    Without FOLDER it tells what is watched. Nothing runs meanwhile: the system itself starts each look.
    """
    if off and (folder or erase or move_to):
        raise UsageError("These do not go together.", "To watch nothing any more: voicecheck import watch --off")
    if off:
        _off(app)
    elif folder is None:
        if erase or move_to:
            raise UsageError("Which folder is to be watched?", "Name it: voicecheck import watch FOLDER --erase")
        _status(app, as_json=as_json)
    else:
        _on(app, folder, erase=erase, move_to=move_to)


@click.command(hidden=True)
@click.argument("folder", type=_FOLDER)
@click.option("--erase", is_flag=True, help="Erase what is sealed.")
@click.option("--move", "move_to", type=_FOLDER, help="Move what is sealed there.")
@click.option("--set", "places", multiple=True, help="NAME=VALUE of the environment it was set in.")
@click.pass_obj
def look(app: App, folder: Path, erase: bool, move_to: Path | None, places: tuple[str, ...]) -> None:
    """Look once into the watched folder, and seal what has settled. The system starts this."""
    from voicecheck.diary.watched import Watched, take_in_folder
    from voicecheck.remind.reminder import take_along
    from voicecheck.vault.create import locked_inbox

    if erase == bool(move_to):
        raise UsageError("It takes --erase or --move.", "See: voicecheck import watch")
    take_along(places)
    watched = Watched(folder, move_to)
    language = app.settings.whisper.language
    found = take_in_folder(watched, locked_inbox(app.paths), wait, now, language=language, timezone=zone_name())
    if found.sealed or found.left:  # by number: what the system starts writes into its own log
        app.notices.print(app.phrases.show("watch_looked", sealed=found.sealed, left=len(found.left)))


def _on(app: App, folder: Path, *, erase: bool, move_to: Path | None) -> None:
    from voicecheck.diary.watched import Watched
    from voicecheck.remind import watching

    if erase == bool(move_to):
        raise UsageError(
            "Say what becomes of a memo's file once it is sealed.",
            "Add --erase, or --move FOLDER to keep the files elsewhere.",
        )
    need_vault(app)
    watched = Watched(_absolute(folder), _absolute(move_to) if move_to else None)
    watching.check_watched(watched, app.paths.vault_folder)
    for fault in watching.switch_on(watched, _errand(app)):
        app.tell(fault.told)
    app.tell(watching.described(app.phrases, watched))
    app.notices.print(app.phrases.show("watch_then"), soft_wrap=True)


def _off(app: App) -> None:
    from voicecheck.cli.remind import tell_gone
    from voicecheck.remind import watching

    show = app.phrases.show
    tell_gone(app, watching.switch_off(_errand(app)), show("watch_off"), show("watch_none"))


def _status(app: App, *, as_json: bool) -> None:
    from voicecheck.remind import watching

    found = watching.find_watch(_errand(app))
    lying = [] if found is None else watching.lying_in(found.watched.folder)
    if as_json:
        echo_json(_shape(found, lying))
        return
    if found is None:
        app.output.print(app.phrases.show("watch_none"))
        return
    for line in watching.lines_of(app.phrases, found, lying):
        app.output.print(line, markup=False, soft_wrap=True)


def _shape(found: FoundWatch | None, lying: list[str]) -> dict[str, Any]:
    if found is None:
        return {"watching": False, "folder": None, "then": None, "move_to": None, "scheduler": None, "place": None,
                "active": False, "lying": []}  # fmt: skip
    watched, starter = found.watched, found.starter
    return {
        "watching": True,
        "folder": str(watched.folder),
        "then": "erase" if watched.move_to is None else "move",
        "move_to": None if watched.move_to is None else str(watched.move_to),
        "scheduler": starter.name,
        "place": starter.place,
        "active": starter.active(),
        "lying": lying,
    }


def _absolute(folder: Path) -> Path:
    return folder.expanduser().absolute()


def _errand(app: App) -> Errand:
    return app.errand or Errand()
