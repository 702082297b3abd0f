"""`voicecheck device`: loudspeakers and microphones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.errors import AudioError, ExitCode, UsageError
from voicecheck.settings.schema import Loudspeaker as LoudspeakerSettings
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.speech.devices import NOUNS, list_devices, place_of

if TYPE_CHECKING:
    from voicecheck.speech.devices import Device


@click.group()
def device() -> None:
    """Loudspeakers and microphones: list, test."""


@device.command("list")
@json_option
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """The loudspeakers and microphones of this computer, by the names that the settings take."""
    found = (*list_devices("output"), *list_devices("input"))
    if as_json:
        echo_json([_shape(app, one) for one in found])
        return
    if not found:
        app.notices.print(app.phrases.write("device_none"))
    table = Table.grid(padding=(0, 2))
    for one in found:
        notes = [app.phrases.show("own_device")] * one.default
        notes += [app.phrases.write("device_chosen")] * _chosen(app, one)
        table.add_row(_noun(one), Text(one.name), ", ".join(notes))
    app.output.print(table)


def _shape(app: App, one: Device) -> dict[str, Any]:
    return {"kind": _noun(one), "name": one.name, "default": one.default, "chosen": _chosen(app, one)}


def _noun(one: Device) -> str:
    return NOUNS[one.kind]


def _chosen(app: App, one: Device) -> bool:
    """True if the settings name this device, by its whole name or a part."""
    wanted = (app.settings.loudspeaker if one.kind == "output" else app.settings.microphone).device
    names = [other.name for other in list_devices(one.kind)]
    place = place_of(wanted, names) if wanted else None
    return one.default if not wanted else place is not None and names[place] == one.name


@device.command()
@click.option("--loudspeaker", metavar="NAME", help="Another loudspeaker than that of the settings.")
@click.option("--microphone", metavar="NAME", help="Another microphone than that of the settings.")
@click.option("--seconds", type=click.FloatRange(1, 30), default=4.0, show_default=True, help="How long it listens.")
@json_option
@click.pass_obj
def test(app: App, loudspeaker: str | None, microphone: str | None, seconds: float, as_json: bool) -> int:
    """Play a tone, listen while you say hello, and show the words that were heard. Nothing is kept."""
    if math.isnan(seconds):
        raise UsageError("--seconds takes a number.", "As: --seconds 4")
    settings = app.settings
    played = _play(app, settings.loudspeaker.device if loudspeaker is None else loudspeaker, quiet=as_json)
    heard = _hear(app, settings.microphone.device if microphone is None else microphone, seconds, quiet=as_json)
    if as_json:
        echo_json({"loudspeaker": played, "microphone": heard})
    return ExitCode.DONE if played["ok"] and heard["ok"] else ExitCode.AUDIO


def _play(app: App, name: str, *, quiet: bool) -> dict[str, Any]:
    from voicecheck.speech.voice.speaker import Loudspeaker, chime

    shape: dict[str, Any] = {"device": name, "ok": True, "problem": ""}
    try:
        Loudspeaker(LoudspeakerSettings(name)).play(chime())
    except AudioError as error:
        shape |= {"ok": False, "problem": error.message}
    if not quiet:
        app.tell(shape["problem"] or app.phrases.write("device_tone"))
    return shape


def _hear(app: App, name: str, seconds: float, *, quiet: bool) -> dict[str, Any]:
    from voicecheck.cli.setup.hello import say_hello

    shape: dict[str, Any] = {"device": name, "ok": False, "level_dbfs": None, "words": "", "problem": ""}
    settings = msgspec.structs.replace(MicrophoneSettings(), device=name)
    if not quiet and not app.notices.is_terminal and not (app.plain and app.interactive):
        app.notices.print(app.phrases.show("say_hello"))
    try:
        hello = say_hello(app, settings, seconds, quiet=quiet)
    except AudioError as error:
        shape["problem"] = error.message
    else:
        problem = app.phrases.show("microphone_silent") if hello.silent else hello.problem
        shape |= {"ok": not hello.silent, "level_dbfs": round(hello.level_dbfs, 1)}
        shape |= {"words": hello.words, "problem": problem}
    if not quiet:
        _tell(app, shape)
    return shape


def _tell(app: App, shape: dict[str, Any]) -> None:
    if shape["level_dbfs"] is not None:
        app.output.print(app.phrases.write("device_level", level=f"{shape['level_dbfs']:.0f}"))
    if shape["words"]:
        app.output.print(app.phrases.write("device_heard", words=shape["words"]), markup=False, soft_wrap=True)
    elif shape["ok"] and not shape["problem"]:
        app.output.print(app.phrases.write("device_heard_nothing"))
    if shape["problem"]:
        app.tell(shape["problem"])
