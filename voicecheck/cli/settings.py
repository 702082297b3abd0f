"""`voicecheck settings`: show what can be chosen and what holds, or open the file in the person's own editor."""

from __future__ import annotations

import difflib
import os
import re
import secrets
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.app.completion import setting_keys
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.editor import announce, ctrl_c_is_the_editors
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.files import make_private_folder, write_new
from voicecheck.settings.file import as_toml, blank_settings, with_the_rest, write_settings
from voicecheck.settings.schema import every_setting, read_settings, value_of
from voicecheck.signals import undisturbed
from voicecheck.text.typed import as_typed

if TYPE_CHECKING:
    from voicecheck.settings.schema import Setting

NO_EDITOR = "Set VISUAL or EDITOR to one, or change the file by hand: voicecheck settings path"
USUAL_EDITORS = ("notepad",) if os.name == "nt" else ("nano", "editor", "vi")
WRONG_COPY = "settings.wrong.toml"
STALE_COPY = re.compile(r"settings\.(?:(\d+)\.)?[a-z0-9_]{8}\.toml")
"""the copy in the editor, with the process that made it"""
A_DAY_S = 86_400.0


@click.group()
def settings() -> None:
    """What you can choose: show it, edit it, where it lies."""


@settings.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=setting_keys)
@json_option
@click.pass_obj
def show(app: App, keys: tuple[str, ...], as_json: bool) -> None:
    """Every setting: its value, whether you set it, and what it does.

    KEY is one of them, as voice.rate, or a group, as voice.
    """
    rows = [_row(app, setting) for setting in _chosen(keys)]
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        app.output.print(f"{row['key']} = {row['written']}", style="bold", markup=False, soft_wrap=True, end="  ")
        origin = "default" if row["line"] is None else f"line {row['line']} of your settings"
        app.output.print(f"({origin})", style="dim", markup=False, soft_wrap=True)
        app.output.print(f"    {row['explanation']}. Takes {row['takes']}.", markup=False, soft_wrap=True)


@settings.command()
@click.pass_obj
def path(app: App) -> None:
    """Show where the settings file lies, or would lie."""
    click.echo(str(app.paths.settings_file))


@settings.command()
@click.pass_obj
def edit(app: App) -> None:
    """Change the settings in your editor, $VISUAL or $EDITOR.

    You write on a copy. It takes the file's place once every line is right; a wrong one is named, and can be mended at
    once. What you have not set stands there too, commented out, with what it does. An editor with a window of its own
    has to wait until you close it, as in VISUAL="code --wait".
    """
    place, command = app.paths.settings_file, _editor()
    if not place.exists():
        write_settings(place, blank_settings())
    before = read_settings(place)
    shown = with_the_rest(before)
    announce(app, command, chosen=bool(_named_editor()))
    with _copy(place, shown) as copy:
        while not _taken(app, command, copy, place, (before, shown)):
            pass


def _taken(app: App, command: list[str], copy: Path, place: Path, as_before: tuple[str, str]) -> bool:
    """Take one turn in the editor; False where the person wants another, since a line is wrong.

    `as_before`: the file, and the file as it was shown.
    """
    before, _ = as_before
    _open(command, copy)
    try:
        content = read_settings(copy) if copy.exists() else before
        if content in as_before:
            app.notices.print(app.phrases.write("settings_unchanged"))
            return True
        if read_settings(place) != before:
            raise VoicecheckError("The settings were changed elsewhere meanwhile.", f"Yours: {_keep(copy, place)}")
        write_settings(place, content)
    except UsageError as fault:
        if app.interactive:
            click.echo(as_typed(f"error: {fault.message}\nhint: {fault.hint}"), err=True)
            if confirm(app.phrases, app.phrases.write("settings_again"), default=True):
                return False
        kept = f"The settings are as before; what you wrote lies in {_keep(copy, place)}."
        raise UsageError(fault.message, f"{fault.hint} {kept}") from fault
    app.notices.print(app.phrases.write("settings_changed"))
    return True


def _keep(copy: Path, place: Path) -> Path:
    return copy.replace(place.with_name(WRONG_COPY))


@contextmanager
def _copy(place: Path, content: str) -> Iterator[Path]:
    """Yield a copy of the settings beside them, 0600, with an ending that an editor knows; gone when the block ends."""
    make_private_folder(place.parent)
    _clear_stale(place.parent)
    copy = place.with_name(f"settings.{os.getpid()}.{secrets.token_hex(4)}.toml")
    try:
        write_new(copy, content.encode())
        yield copy
    finally:
        _remove(copy)


@undisturbed
def _remove(copy: Path) -> None:
    copy.unlink(missing_ok=True)


def _clear_stale(folder: Path) -> None:
    """Remove copies whose process was killed; after a day where no process can be looked for without harm."""
    for path in folder.glob("settings.*.toml"):
        made = STALE_COPY.fullmatch(path.name)
        if made and not (_runs(int(made[1])) if made[1] and os.name == "posix" else _is_recent(path)):
            path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _is_recent(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < A_DAY_S
    except OSError:
        return True


def _named_editor() -> str:
    return os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""


def _editor() -> list[str]:
    try:
        given = shlex.split(_named_editor(), posix=os.name != "nt")
    except ValueError as error:
        raise UsageError("$VISUAL or $EDITOR holds a quote that is not closed.", NO_EDITOR) from error
    names = given[:1] or USUAL_EDITORS
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        raise UsageError(f"There is no such editor as {given[0]}." if given else "No editor was found.", NO_EDITOR)
    return [found, *given[1:]]


def _open(command: list[str], copy: Path) -> None:
    try:
        with ctrl_c_is_the_editors():
            done = subprocess.run([*command, str(copy)], check=False)
    except OSError as error:
        raise VoicecheckError(f"The editor cannot be started: {error.strerror}.", NO_EDITOR) from error
    if done.returncode:
        raise VoicecheckError("The editor ended with an error, so nothing is changed.", NO_EDITOR)


def _chosen(keys: tuple[str, ...]) -> list[Setting]:
    every = every_setting()
    known = {setting.key for setting in every} | {setting.key.split(".")[0] for setting in every}
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), n=1)
            hint = f"Did you mean {near[0]}?" if near else "See: voicecheck settings show"
            raise UsageError(f"There is no setting called {key}.", hint)
    return [one for one in every if not keys or one.key in keys or one.key.split(".")[0] in keys]


def _row(app: App, setting: Setting) -> dict[str, Any]:
    value, line = value_of(app.settings, setting.key), app.settings_lines.get(setting.key)
    return {
        "key": setting.key,
        "group": setting.key.split(".")[0],
        "value": value,
        "written": as_toml(value),
        "default": setting.default,
        "origin": "default" if line is None else "file",
        "line": line,
        "takes": setting.takes,
        "explanation": setting.explanation,
    }
