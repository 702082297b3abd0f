"""`voicecheck voice`: the voices that ask the questions."""

from __future__ import annotations

import contextlib
import difflib
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.app.completion import voice_names
from voicecheck.cli.models import listing as shared
from voicecheck.cli.models.preparing import how_far, make_ahead, sentences_of, voice_of
from voicecheck.errors import AudioError, ModelError
from voicecheck.files import typed_folder
from voicecheck.models import catalog
from voicecheck.models.catalog import Weights
from voicecheck.text.folding import main_language

if TYPE_CHECKING:
    from voicecheck.settings.schema import Voice as VoiceSettings

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
    sentences = sentences_of(app)
    rows = [_row(app, one, sentences) for one in catalog.load_catalog().voices]
    rows += [*_own_rows(app, sentences), *_system_rows(app, everything)]
    if as_json:
        echo_json([asdict(row) for row in rows])
        return
    table = Table(box=None, pad_edge=False)
    for title in ("", "name", "engine", "language", "MB", "here", "prepared"):
        table.add_column(title, justify="right" if title == "MB" else "left", no_wrap=title != "name", min_width=1)
    for row in rows:
        size, spoken = f"{row.size_bytes / 1e6:,.0f}" if row.size_bytes else "", ", ".join(row.languages)
        chosen, here = "*" if row.chosen else "", SHOWN[row.state]
        table.add_row(chosen, row.name, row.engine, spoken, size, here, row.prepared)
    app.output.print(table)
    app.output.print()
    for row in rows:
        if row.note:
            told = f"{row.name}: {row.note}. {row.licence}".rstrip(". ")
            app.output.print(f"{told}.", style="dim", soft_wrap=True, markup=False)
    app.notices.print("\n" + app.phrases.write("voice_stars"), style="dim", soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Row:
    """A voice, as `voice list` shows it; what is left out is that of one that is here without a download."""

    name: str
    engine: str
    chosen: bool = False
    size_bytes: int = 0
    languages: tuple[str, ...] = ()
    state: str = "installed"
    installed: bool = True
    can_speak: bool = True
    prepared: str = ""
    prepared_sentences: int = 0
    fixed_sentences: int = 0
    licence: str = ""
    note: str = ""
    folder: str = ""


def _row(app: App, weights: Weights, sentences: tuple[str, ...]) -> Row:
    from voicecheck.speech.voice.voices import extra_is_here

    folder = app.paths.models_folder
    whole = catalog.load_catalog().whole(weights)
    here = all(catalog.installed(one, folder) for one in whole)
    state = catalog.presence(weights, folder).value if here or len(whole) == 1 else "missing"
    extra, note = extra_is_here(weights.engine), weights.note
    row = Row(
        weights.name,
        weights.engine,
        chosen=_chosen_name(app) == weights.name,
        size_bytes=sum(one.size for one in whole),
        languages=weights.languages,
        state=state,
        installed=here,
        can_speak=here and extra,
        licence=weights.licence,
        note=note if extra else app.phrases.write("voice_needs_extra", note=note, engine=weights.engine),
        folder=str(weights.folder(folder)),
    )
    return _prepared(app, row, voice_of(app.settings.voice, weights.name), sentences) if here else row


def _own_rows(app: App, sentences: tuple[str, ...]) -> list[Row]:
    """Return the row of a voice in a folder of the person's own, where the settings name one."""
    folder = typed_folder(app.settings.voice.name) if app.settings.voice.name else None
    name = _chosen_name(app)
    if folder is None or name == app.settings.voice.name:
        return []
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    note = app.phrases.write("voice_own")
    row = Row(name, "piper", chosen=True, size_bytes=size, folder=str(folder), note=note)
    return [_prepared(app, row, app.settings.voice, sentences)]


def _prepared(app: App, row: Row, settings: VoiceSettings, sentences: tuple[str, ...]) -> Row:
    made = how_far(app, settings, sentences)
    if made is None:
        return row
    shown = "all" if made.whole else f"{made.ready} of {made.wanted}"
    return replace(row, prepared=shown, prepared_sentences=made.ready, fixed_sentences=made.wanted)


def _system_rows(app: App, everything: bool) -> list[Row]:
    from voicecheck.speech.voice.system_voice import engine_name, list_system_voices

    try:
        listed = list_system_voices()
    except AudioError:
        return []
    chosen = _chosen_name(app)
    return [
        Row(one.name, engine_name(), chosen=one.name == chosen, languages=one.languages)
        for one in listed
        if everything or app.phrases.language in map(main_language, one.languages)
    ]


def _chosen_name(app: App) -> str:
    """Return the name of the voice that the settings come to; empty for the system's first."""
    from voicecheck.speech.voice.voices import chosen_voice

    try:
        files = chosen_voice(app.settings.voice, app.paths.models_folder)
    except AudioError:
        return app.settings.voice.name
    return app.settings.voice.name if files is None else files.name


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
    if not no_prepare and _chosen_name(app) in {one.name for one in wanted if extra_is_here(one.engine)}:
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
    settings = voice_of(app.settings.voice, _known_name(name)) if name else app.settings.voice
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
    from voicecheck.speech.voice.speaker import Loudspeaker
    from voicecheck.speech.voice.voices import open_voice

    settings = voice_of(app.settings.voice, _known_name(name)) if name else app.settings.voice
    opened = open_voice(settings, app.paths.models_folder)
    loudspeaker = Loudspeaker(app.settings.loudspeaker)
    app.notices.print(app.phrases.show("voice_is", voice=opened.name), markup=False)
    for sound in opened.synthesize(app.phrases.show("voice_sample") if text is None else text):
        loudspeaker.play(sound.times(settings.volume))


def _known_name(name: str) -> str:
    """Return `name` in its right form. Raises ModelError that names the nearest of all voices, the system's too."""
    from voicecheck.speech.voice.system_voice import list_system_voices

    if typed_folder(name):
        return name
    names = [one.name for one in catalog.load_catalog().voices]
    if name in names:
        return name
    with contextlib.suppress(AudioError):
        names += [one.name for one in list_system_voices()]
    same = [one for one in names if one.casefold() == name.casefold()]
    if same:
        return same[0]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else "See: voicecheck voice list --all"
    raise ModelError(f"There is no voice called {name}.", hint)
