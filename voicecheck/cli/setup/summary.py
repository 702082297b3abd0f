"""Summary of what is chosen, shown at the end of `voicecheck setup`."""

from __future__ import annotations

import click

from voicecheck.cli.app import App
from voicecheck.cli.setup.questions import voices_here

OWN = "the system's own"
ALOUD = {
    "questions": "the questions, your own words only shown",
    "all": "everything, your own words too",
    "nothing": "nothing",
}
KEPT = {
    "until_reviewed": "until you have reviewed the entry, seven days at most",
    "never": "not at all",
    "always": "for good",
}


def voice_now(app: App) -> str:
    settings = app.settings.voice
    if settings.engine == "none":
        return "no voice"
    if settings.engine == "auto":
        return voices_here(app)[0].label
    return next(
        (c.label for c in voices_here(app) if (c.engine, c.name) == (settings.engine, settings.name)), "another"
    )


def show_summary(app: App) -> None:
    """What is chosen, and where it stands."""
    settings = app.settings
    click.echo(err=True)
    for name, value in (
        ("loudspeaker", settings.loudspeaker.device or OWN),
        ("microphone", settings.microphone.device or OWN),
        ("voice", voice_now(app)),
        ("said aloud", ALOUD[settings.checkin.aloud]),
        ("model", settings.whisper.model),
        ("sound is kept", KEPT[settings.vault.keep_audio]),
        ("settings", str(app.paths.settings_file)),
    ):
        click.echo(f"{name:15}{value}", err=True)  # a path is never shortened
