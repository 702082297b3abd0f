"""`voicecheck voice`: the voices that ask the questions."""

from __future__ import annotations

import click

from voicecheck import catalog
from voicecheck.cli import weights as shared
from voicecheck.cli.app import App, json_option
from voicecheck.cli.completing import voice_names

TEST_SENTENCE = "Good evening. This is how I will ask."


@click.group()
def voice() -> None:
    """Voices that ask the questions: list, fetch, test."""


@voice.command("list")
@json_option
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """The voices that VoiceCheck knows. Your system's own voices need no download."""
    shared.show_list(app, catalog.load_catalog().voices, as_json=as_json)


@voice.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=voice_names)
@click.pass_obj
def fetch(app: App, names: tuple[str, ...]) -> None:
    """Download voices and check every byte. Without NAME, the first of the list.

    Only this command and `model fetch` use the network.
    """
    known = catalog.load_catalog()
    shared.fetch_all(app, [known.voice(name) for name in names or ("",)])


@voice.command()
@click.pass_obj
def test(app: App) -> None:
    """Say one sentence, so that you hear how the questions will sound."""
    from voicecheck.speech.speaker import Loudspeaker
    from voicecheck.speech.voices import open_voice

    voice = open_voice(app.settings.voice, app.paths.models_folder)
    loudspeaker = Loudspeaker(app.settings.loudspeaker)
    app.notices.print(f"This is {voice.name}.", markup=False)
    for sound in voice.synthesize(TEST_SENTENCE):
        loudspeaker.play(sound)
