"""`voicecheck voice`: the voices that ask the questions."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from voicecheck.checkin.preparing import voice_of
from voicecheck.checkin.voice_list import chosen_name, known_voice, list_voices, say_sample
from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.app.completion import voice_names
from voicecheck.cli.models import listing as shared
from voicecheck.cli.models.preparing import make_ahead
from voicecheck.models import catalog

SHOWN = {"installed": "yes", "incomplete": "in part", "missing": "no"}


@click.group()
def voice() -> None:
    """Voices that ask the questions: list, fetch, prepare, test."""


@voice.command("list")
@click.option("--all", "everything", is_flag=True, help="Your system's voices of every language.")
@json_option
@click.pass_obj
def list_(app: App, everything: bool, as_json: bool) -> None:
    """The voices that VoiceCheck knows, and your system's own, which need no download."""
    rows = list_voices(app, everything=everything)
    if as_json:
        echo_json([asdict(row) for row in rows])
        return
    table = Table(box=None, pad_edge=False)
    for title in ("", "name", "engine", "language", "MB", "here", "prepared"):
        table.add_column(title, justify="right" if title == "MB" else "left", no_wrap=title != "name", min_width=1)
    for row in rows:
        size, spoken = f"{row.size_bytes / 1e6:,.0f}" if row.size_bytes else "", ", ".join(row.languages)
        star = app.phrases.write("device_chosen") if app.plain else "*"
        chosen, here = star if row.chosen else "", SHOWN[row.state]
        table.add_row(chosen, row.name, row.engine, spoken, size, here, row.prepared)
    app.output.print(table)
    app.output.print()
    for row in rows:
        if row.note:
            told = f"{row.name}: {row.note}. {row.licence}".rstrip(". ")
            app.output.print(f"{told}.", style="dim", soft_wrap=True, markup=False)
    app.notices.print("\n" + app.phrases.write("voice_stars"), style="dim", soft_wrap=True)


@voice.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=voice_names)
@click.option("--no-prepare", is_flag=True, help="Do not make the fixed sentences ahead.")
@click.pass_obj
def fetch(app: App, names: tuple[str, ...], no_prepare: bool) -> None:
    """Download voices and check every byte. Without NAME, the one of your settings, or the first of the list.

    Only this command and `model fetch` use the network. The voice of your settings then makes all fixed sentences
    ahead, which takes a minute or more; Ctrl-C stops that, and `voice prepare` goes on with it.
    """
    from voicecheck.speech.voice.voices import extra_is_here

    known = catalog.load_catalog()
    wanted = [known.spoken(name) for name in names or (_wanted(app, known),)]
    shared.fetch_all(app, list({one.name: one for weights in wanted for one in known.whole(weights)}.values()))
    for engine in dict.fromkeys(one.engine for one in wanted if not extra_is_here(one.engine)):
        app.tell(app.phrases.write("voice_install_extra", engine=engine))
    if not no_prepare and chosen_name(app) in {one.name for one in wanted if extra_is_here(one.engine)}:
        _prepare_behind_the_guard(app)


def _wanted(app: App, known: catalog.Catalog) -> str:
    """Return the voice of the settings, where it is one of the catalogue's."""
    voice = app.settings.voice
    if voice.name in {one.name for one in known.voices}:
        return voice.name
    return known.first_voice("kokoro").name if voice.engine == "kokoro" else ""


def _prepare_behind_the_guard(app: App) -> None:
    """Prepare in a process of its own: this one may use the network, and one in which a voice runs may not."""
    preparing = subprocess.Popen([sys.executable, "-m", "voicecheck", "voice", "prepare"])
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other one, which keeps what it made
    try:
        stopped = preparing.wait() != 0
    finally:
        signal.signal(signal.SIGINT, before)
    if stopped:
        click.echo(app.phrases.write("voice_goes_on"), err=True)


@voice.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", default="", help="Which voice it is, where its hashes do not tell.")
@click.pass_obj
def import_(app: App, folder: Path, name: str) -> None:
    """Copy voices from FOLDER, for a computer that is never online."""
    shared.import_from(app, folder, name)


@voice.command()
@click.argument("name", default="", metavar="[NAME]")
@click.pass_obj
def prepare(app: App, name: str) -> None:
    """Make the sound of all fixed sentences ahead, so that they are heard at once.

    Questions and phrases only, all of them, in one file for you alone; nothing of yours is in it, and it tells nothing
    of what you were asked. Ctrl-C stops; the same command goes on. Do it again when packs, voice or pace have changed.
    """
    settings = voice_of(app.settings.voice, known_voice(name)) if name else app.settings.voice
    made = make_ahead(app, settings)
    if made is None:
        app.tell(app.phrases.write("voice_needs_nothing"))
    else:
        app.tell(app.phrases.write("voice_ready", count=made.ready))


@voice.command()
@click.argument("name", default="", metavar="[NAME]")
@click.option("--text", help="What it says instead of a greeting.")
@click.pass_obj
def test(app: App, name: str, text: str | None) -> None:
    """Say one sentence, so that you hear how the questions will sound. NAME is a voice of `voice list`, or a folder."""
    show = app.phrases.show
    say_sample(app, name, text=text, tell=lambda name: app.notices.print(show("voice_is", voice=name), markup=False))
